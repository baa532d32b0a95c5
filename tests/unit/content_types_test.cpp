// Whether what a file is said to be agrees with what it was recognised as.

#include "content_types.h"

#include <doctest/doctest.h>

namespace types = chatcore::content_types;

TEST_CASE("a media type is read without its parameters, in lower case") {
    CHECK(types::essence_of("image/png") == "image/png");
    CHECK(types::essence_of(" Image/PNG ; q=1") == "image/png");
    CHECK(types::essence_of("application/vnd.a+json;charset=utf-8") == "application/vnd.a+json");
    for (const char* none : {"", " ", "png", "/", "image/", "/png", "image/p ng", "a/b/c",
                             "a/\"b\"", ";a=b", "한/글"}) {
        CAPTURE(none);
        CHECK_FALSE(types::essence_of(none));
    }
    CHECK_FALSE(types::essence_of("a/" + std::string(128, 'b')));
}

TEST_CASE("other names of a type, and types of one container, agree") {
    for (const auto& [declared, recognised] : {
             std::pair{"image/png", "image/png"},
             std::pair{"image/jpg", "image/jpeg"},
             std::pair{"audio/mp3", "audio/mpeg"},
             std::pair{"audio/wav", "audio/x-wav"},
             std::pair{"audio/mp4", "video/mp4"},
             std::pair{"video/quicktime", "video/mp4"},
             std::pair{"video/mp4", "video/quicktime"},
             std::pair{"audio/webm", "video/webm"},
             std::pair{"video/webm", "video/x-matroska"},
             std::pair{"audio/ogg", "application/ogg"},
             std::pair{"image/heic", "video/mp4"},
             std::pair{"application/x-zip-compressed", "application/zip"},
             std::pair{"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                       "application/zip"},
             std::pair{"application/zip", "application/vnd.oasis.opendocument.text"},
             std::pair{"application/msword", "application/CDFV2"},
             std::pair{"application/x-hwp", "application/x-ole-storage"},
             std::pair{"application/xml", "text/xml"},
             std::pair{"image/svg+xml", "text/xml"},
             std::pair{"text/csv", "text/plain"},
             std::pair{"text/x-python", "text/x-script.python"},
             std::pair{"application/json", "text/plain"},
             std::pair{"text/plain", "application/json"},
             std::pair{"application/x-own", "text/plain"},
             std::pair{"application/x-own", "application/octet-stream"},
             std::pair{"application/octet-stream", "image/png"},
             std::pair{"font/ttf", "font/sfnt"},
         }) {
        CAPTURE(declared);
        CAPTURE(recognised);
        CHECK(types::agree(declared, *types::essence_of(recognised)));
    }
}

TEST_CASE("what would have been recognised, or was as something else, does not agree") {
    for (const auto& [declared, recognised] : {
             std::pair{"image/png", "image/jpeg"},
             std::pair{"image/png", "text/html"},
             std::pair{"image/png", "application/octet-stream"},
             std::pair{"image/png", "image/svg+xml"},
             std::pair{"image/svg+xml", "text/html"},
             std::pair{"text/html", "image/svg+xml"},
             std::pair{"text/plain", "image/png"},
             std::pair{"text/plain", "application/octet-stream"},
             std::pair{"video/mp4", "video/webm"},
             std::pair{"application/pdf", "application/zip"},
             std::pair{"application/pdf", "text/plain"},
             std::pair{"application/zip", "application/pdf"},
             std::pair{"application/x-own", "application/x-dosexec"},
             std::pair{"application/x-own", "image/png"},
         }) {
        CAPTURE(declared);
        CAPTURE(recognised);
        CHECK_FALSE(types::agree(declared, recognised));
    }
}

TEST_CASE("patterns mean a type, or all of a kind") {
    CHECK(types::any_matches({"image/*", "application/pdf"}, "image/png"));
    CHECK(types::any_matches({"image/*", "application/pdf"}, "application/pdf"));
    CHECK(types::any_matches({"*/*"}, "a/b"));
    CHECK_FALSE(types::any_matches({"image/*"}, "imagery/png"));
    CHECK_FALSE(types::any_matches({"image/*", "application/pdf"}, "application/pdfx"));
    CHECK_FALSE(types::any_matches({}, "image/png"));
}

#include "gateway/http/byte_range.h"

#include <string>

#include <doctest/doctest.h>

#include "gateway/http/disposition.h"
#include "gateway/http/request_parser.h"

using namespace chatcore::gateway;

namespace {

Request request(const std::string& method, const std::string& headers) {
    RequestParser parser;
    const std::string bytes = method + " /x HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
    REQUIRE(parser.feed(bytes).state == ParseState::complete);
    return parser.take_request();
}

}  // namespace

TEST_CASE("one range of bytes is read, as RFC 9110 section 14.1.2 gives it") {
    const auto is = [](const char* value, std::int64_t first, std::int64_t last) {
        CAPTURE(value);
        CHECK(read_range(value, 1'000).range == ByteRange{first, last});
        CHECK_FALSE(read_range(value, 1'000).unsatisfiable);
    };
    is("bytes=0-499", 0, 499);
    is("bytes=500-999", 500, 999);
    is("bytes=-500", 500, 999);
    is("bytes=500-", 500, 999);
    is("bytes=0-0", 0, 0);
    is("bytes=-1", 999, 999);
    is("bytes=0-", 0, 999);
    is("bytes=990-1200", 990, 999);
    is("bytes=-5000", 0, 999);
    is("bytes=0-99999999999999999999999999", 0, 999);
    is("Bytes= 1-2 ", 1, 2);
}

TEST_CASE("a range that the file does not have cannot be satisfied") {
    for (const char* value :
         {"bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=99999999999999999999999-"}) {
        CAPTURE(value);
        CHECK(read_range(value, 1'000).unsatisfiable);
        CHECK_FALSE(read_range(value, 1'000).range);
    }
    CHECK(read_range("bytes=-5", 0).unsatisfiable);
    CHECK(read_range("bytes=0-", 0).unsatisfiable);
}

TEST_CASE("several ranges, other units and what is none are passed over") {
    for (const char* value :
         {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=5-4", "bytes=1-2,5-6",
          "lines=1-2", "bytes=1-2x", "bytes=+1-2", "bytes=1--2", "bytes=--2", "bytes 1-2"}) {
        CAPTURE(value);
        CHECK_FALSE(read_range(value, 1'000).range);
        CHECK_FALSE(read_range(value, 1'000).unsatisfiable);
    }
}

TEST_CASE("a range holds for GET, and under If-Range for the very same file only") {
    const auto asked = [](const std::string& method, const std::string& headers) {
        return range_of(request(method, headers), "\"tag\"", 100).range.has_value();
    };
    CHECK(asked("GET", "Range: bytes=0-1\r\n"));
    CHECK_FALSE(asked("HEAD", "Range: bytes=0-1\r\n"));
    CHECK_FALSE(asked("GET", "Range: bytes=0-1\r\nRange: bytes=2-3\r\n"));
    CHECK_FALSE(asked("GET", ""));
    CHECK(asked("GET", "Range: bytes=0-1\r\nIf-Range: \"tag\"\r\n"));
    CHECK_FALSE(asked("GET", "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n"));
    CHECK_FALSE(asked("GET", "Range: bytes=0-1\r\nIf-Range: W/\"tag\"\r\n"));
    CHECK_FALSE(asked("GET", "Range: bytes=0-1\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
}

TEST_CASE("what the client has is told by any of its tags") {
    const auto known = [](const std::string& headers) {
        return is_known(request("GET", headers), "\"tag\"");
    };
    CHECK(known("If-None-Match: \"tag\"\r\n"));
    CHECK(known("If-None-Match: W/\"tag\"\r\n"));
    CHECK(known("If-None-Match: \"a\", \"tag\"\r\n"));
    CHECK(known("If-None-Match: *\r\n"));
    CHECK_FALSE(known("If-None-Match: \"a\"\r\n"));
    CHECK_FALSE(known(""));
}

TEST_CASE("a file's name is told in ASCII, and as it is where it is more (RFC 6266)") {
    CHECK(content_disposition(true, "cat.png") == "inline; filename=\"cat.png\"");
    CHECK(content_disposition(false, "two words.txt") == "attachment; filename=\"two words.txt\"");
    CHECK(content_disposition(false, "고양이.png") ==
          "attachment; filename=\"___.png\"; filename*=UTF-8''%EA%B3%A0%EC%96%91%EC%9D%B4.png");
    CHECK(content_disposition(false, "a\"b\\c%41.txt") ==
          "attachment; filename=\"a_b_c_41.txt\"; filename*=UTF-8''a%22b%5Cc%2541.txt");
    CHECK(content_disposition(false, "x\r\ny") ==
          "attachment; filename=\"x__y\"; filename*=UTF-8''x%0D%0Ay");
}

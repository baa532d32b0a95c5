// Base64 as it comes in headers.

#include "gateway/http/base64.h"

#include <doctest/doctest.h>

using chatcore::gateway::from_base64;

TEST_CASE("what the RFC encodes is read, with and without padding") {
    CHECK(from_base64("") == "");
    CHECK(from_base64("Zg==") == "f");
    CHECK(from_base64("Zg") == "f");
    CHECK(from_base64("Zm8=") == "fo");
    CHECK(from_base64("Zm9v") == "foo");
    CHECK(from_base64("Zm9vYmFy") == "foobar");
    CHECK(from_base64("+/+/") == "\xFB\xFF\xBF");
    const auto bytes = from_base64("AP8A");
    REQUIRE(bytes);
    CHECK(*bytes == std::string("\0\xFF\0", 3));
}

TEST_CASE("anything else is none") {
    for (const char* text : {"Z", "Zm9v=", "Zg=", "Zg===", "=", "Zm 9v", "Zm9v\n", "Zm9-",
                             "Zh==", "Zm9=", "Zm9vY", "Z=g=", "\xED"})
        CHECK_FALSE(from_base64(text));
}

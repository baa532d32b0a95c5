// A member of a JSON object as it was sent.

#include "gateway/json/raw.h"

#include <doctest/doctest.h>

using chatcore::gateway::raw_member;

TEST_CASE("A member is found as it was written, whatever stands before it") {
    constexpr std::string_view json =
        R"( { "a" : [1, {"payload": 2}] , "b":"x\"y\\","c\\":{"d":"}"}, "payload" : {"k": [ 1 ]} } )";
    CHECK(raw_member(json, "a") == R"([1, {"payload": 2}])");
    CHECK(raw_member(json, "b") == R"("x\"y\\")");
    CHECK(raw_member(json, R"(c\\)") == R"({"d":"}"})");
    CHECK(raw_member(json, "payload") == R"({"k": [ 1 ]})");
    CHECK(raw_member(json, "k").empty());
}

TEST_CASE("A quote ends a text only after an even number of backslashes") {
    CHECK(raw_member(R"({"a":"\\\\","b":1})", "a") == R"("\\\\")");
    CHECK(raw_member(R"({"a":"\\\"","b":1})", "a") == R"("\\\"")");
    CHECK(raw_member(R"({"a":"","b":1})", "a") == R"("")");
    CHECK(raw_member(R"({"a":"\"\"\\\"","b":12})", "b") == "12");
    CHECK(raw_member(R"({"\\":1,"":2})", "") == "2");
}

TEST_CASE("What ends too early has no members") {
    for (const std::string_view json : {"", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"",
                                        "{\"a\":\"\\", "{\"a\":\"\\\"", "{\"b\":[\"]\""}) {
        CHECK(raw_member(json, "a").empty());
    }
}

#include "chatcore/error.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

using namespace chatcore;

TEST_SUITE("error") {
    TEST_CASE("every code has a name of its own in snake case, and one sentence") {
        std::set<std::string_view> names;
        for (int i = 0; i < error_code_count; ++i) {
            const auto code = static_cast<ErrorCode>(i);
            const std::string_view name = name_of(code);
            CAPTURE(name);
            CHECK(names.insert(name).second);
            CHECK(error_code_named(name) == code);
            CHECK_FALSE(name.empty());
            CHECK(std::all_of(name.begin(), name.end(),
                              [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; }));
            const std::string_view sentence = sentence_of(code);
            CHECK(sentence.size() > 10);
            CHECK(sentence.front() >= 'A');
            CHECK(sentence.front() <= 'Z');
            CHECK(sentence.back() == '.');
        }
        CHECK(names.size() == static_cast<std::size_t>(error_code_count));
    }

    TEST_CASE("names are those of the HTTP API") {
        CHECK(name_of(ErrorCode::malformed) == "malformed");
        CHECK(!error_code_named("Malformed"));
        CHECK(name_of(ErrorCode::not_a_member) == "not_a_member");
        CHECK(name_of(ErrorCode::already_deleted) == "already_deleted");
        CHECK(name_of(ErrorCode::in_the_past) == "in_the_past");
        CHECK(sentence_of(ErrorCode::not_a_member) == "You are not a member of this room.");
    }

    TEST_CASE("three codes may be tried again as they are") {
        std::set<ErrorCode> retryable;
        for (int i = 0; i < error_code_count; ++i) {
            const auto code = static_cast<ErrorCode>(i);
            if (is_retryable(code)) retryable.insert(code);
        }
        const std::set<ErrorCode> expected = {ErrorCode::too_many, ErrorCode::unavailable,
                                              ErrorCode::timeout};
        CHECK((retryable == expected));
    }
}

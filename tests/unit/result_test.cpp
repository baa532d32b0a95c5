#include "chatcore/result.h"

#include <memory>
#include <string>

#include <doctest/doctest.h>

using namespace chatcore;

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return unexpected(ErrorCode::invalid_value, "number", "it is odd");
    return number / 2;
}

Status only_even(int number) {
    if (Result<int> result = half(number); !result) return unexpected(result.error());
    return {};
}

}  // namespace

TEST_SUITE("result") {
    TEST_CASE("a result holds the value or the error, and says which") {
        const Result<int> good = half(8);
        REQUIRE(good);
        CHECK(good.has_value());
        CHECK(*good == 4);
        const Result<int> bad = half(3);
        REQUIRE_FALSE(bad);
        CHECK(bad.error().code == ErrorCode::invalid_value);
        CHECK(bad.error().detail == "number");
        CHECK(bad.error().cause == "it is odd");
    }

    TEST_CASE("a status holds nothing or the error") {
        CHECK(only_even(2).has_value());
        const Status status = only_even(1);
        REQUIRE_FALSE(status);
        CHECK((status.error() == half(1).error()));
    }

    TEST_CASE("a value that can only be moved goes in and out") {
        Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
        REQUIRE(result);
        CHECK(**result == 5);
        const std::unique_ptr<int> taken = std::move(result).value();
        CHECK(*taken == 5);
        CHECK(result.value() == nullptr);
    }

    TEST_CASE("a value is changed in place") {
        Result<std::string> result = std::string("ab");
        result->push_back('c');
        *result += "d";
        CHECK(result.value() == "abcd");
    }

    TEST_CASE("a result can hold an Error as its value and know the difference") {
        const Result<Error> value = Error{ErrorCode::conflict};
        CHECK(value.has_value());
        const Result<Error> error = unexpected(ErrorCode::conflict);
        CHECK_FALSE(error.has_value());
    }
}

#pragma once
// A value or an Error. The member names are those of std::expected, so that moving to it is a
// rename.

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "chatcore/error.h"

namespace chatcore {

/// Wraps an error on its way into a Result.
struct Unexpected {
    Error error;
};

inline Unexpected unexpected(ErrorCode code, std::string detail = {}, std::string cause = {}) {
    return {Error{code, std::move(detail), std::move(cause)}};
}
inline Unexpected unexpected(Error error) {
    return {std::move(error)};
}

/// What a fallible call gives: a T, or why there is none. Reading the absent side is a programming
/// error.
template <class T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Unexpected unexpected) : state_(std::in_place_index<1>, std::move(unexpected.error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & { return *std::get_if<0>(&state_); }
    const T& value() const& { return *std::get_if<0>(&state_); }
    T&& value() && { return std::move(*std::get_if<0>(&state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const {
        assert(!has_value());
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, Error> state_;
};

/// A fallible call without a value.
template <>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    Result() = default;
    Result(Unexpected unexpected) : error_(std::move(unexpected.error)) {}

    bool has_value() const { return !error_.has_value(); }
    explicit operator bool() const { return has_value(); }
    const Error& error() const {
        assert(error_.has_value());
        return *error_;
    }

private:
    std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace chatcore

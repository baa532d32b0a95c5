#pragma once
// What the parts of a JSON Web Token hold, as far as ours and others' are alike. Threads: any; each
// parser one.

#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/user.h"

#include "jws.h"

namespace chatcore::jws {

inline constexpr std::array<std::pair<UserRole, std::string_view>, 3> role_names = {{
    {UserRole::user, "user"},
    {UserRole::seller, "seller"},
    {UserRole::admin, "admin"},
}};

inline std::optional<UserRole> role_of(std::string_view name) {
    for (const auto& [role, role_name] : role_names) {
        if (role_name == name) return role;
    }
    return std::nullopt;
}

/// A NumericDate (RFC 7519 section 2): seconds since 1970, which may have a fraction; up to the
/// last second that RFC 3339 can write, 9999-12-31T23:59:59Z.
inline std::optional<Timestamp> time_of(const simdjson::dom::element& value) {
    constexpr double seconds_max = 253'402'300'799.0;
    double number = 0;
    if (!value.is_number() || value.get(number) != simdjson::SUCCESS) return std::nullopt;
    if (!(number >= 0 && number <= seconds_max)) return std::nullopt;
    return Timestamp{
        std::chrono::milliseconds{static_cast<std::int64_t>(std::floor(number * 1'000))}};
}

/// The encoded part as a JSON object, which lives until the parser's next use.
inline std::optional<simdjson::dom::object> read_object(simdjson::dom::parser& parser,
                                                        std::string_view encoded) {
    const std::optional<std::string> json = decode(encoded);
    if (!json) return std::nullopt;
    simdjson::dom::object object;
    if (parser.parse(*json).get(object) != simdjson::SUCCESS) return std::nullopt;
    return object;
}

}  // namespace chatcore::jws

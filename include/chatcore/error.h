#pragma once
// Everything that can be refused or can fail, as one closed list. A front door turns a code into
// its protocol's spelling in one place; nobody else invents codes.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatcore {

/// Why something was not done. The names are the `code` of the canonical HTTP API.
enum class ErrorCode : std::uint8_t {
    malformed,
    unauthenticated,
    token_expired,
    token_revoked,
    bad_credentials,
    forbidden,
    not_a_member,
    blocked,
    banned,
    muted,
    refused_by_host,
    not_found,
    room_deleted,
    conflict,
    email_taken,
    key_reused,
    wrong_state,
    pin_limit,
    already_deleted,
    too_large,
    unsupported_type,
    empty,
    too_long,
    invalid_reaction,
    invalid_value,
    self_room,
    in_the_past,
    no_counterpart,
    too_many,
    internal,
    unavailable,
    timeout,
    corrupt,       ///< The database file is damaged. Told to clients as `internal`.
    newer_schema,  ///< The database was written by a newer version. Told to clients as `internal`.
};

/// The number of codes, for tables over all of them.
inline constexpr int error_code_count = static_cast<int>(ErrorCode::newer_schema) + 1;

/// The code's stable name, e.g. `not_a_member`.
std::string_view name_of(ErrorCode code);

/// The code of that name.
std::optional<ErrorCode> error_code_named(std::string_view name);

/// One sentence for people, e.g. "You are not a member of this room."
std::string_view sentence_of(ErrorCode code);

/// True where the same request may succeed later without a change: `unavailable`, `timeout`,
/// `too_many`.
bool is_retryable(ErrorCode code);

/// A refusal or a failure, as a value.
struct Error {
    ErrorCode code = ErrorCode::internal;
    /// What it is about, one word: the missing thing (`not_found`: "room"), the faulty field
    /// (`malformed`, `invalid_value`: "limit"), the part that is down (`unavailable`: "store"). May
    /// be empty.
    std::string detail = {};
    /// For logs and operators: what the library underneath said. Never shown to clients, never
    /// message content.
    std::string cause = {};
    /// For `too_many`: when to try again. Zero elsewhere.
    std::chrono::milliseconds retry_after{0};

    bool operator==(const Error&) const = default;
};

}  // namespace chatcore

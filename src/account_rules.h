#pragma once
// What an account's email and external id may be, whoever makes it.

#include <string>
#include <string_view>

#include "chatcore/result.h"
#include "chatcore/text.h"

namespace chatcore {

inline constexpr std::size_t email_bytes_max = 254;

/// Where the emails lie of people who have none: of who comes by an external id. The domain can
/// never be anybody's (RFC 6761 section 6.4), and nobody signs up under it.
inline constexpr std::string_view outside_email_domain = "@outside.invalid";

inline std::string outside_email(std::string_view digest) {
    return std::string(digest.substr(0, 64)).append(outside_email_domain);
}

inline std::string folded_email(std::string_view email) {
    return text::fold(text::trimmed(email));
}

/// One `@` with something on both sides. `malformed` (UTF-8), `invalid_value`.
inline Status check_email(const std::string& email) {
    if (!text::valid(email)) return unexpected(ErrorCode::malformed, "email");
    const auto at = email.find('@');
    const bool sound = at != std::string::npos && at > 0 && at + 1 < email.size() &&
                       email.find('@', at + 1) == std::string::npos &&
                       email.size() <= email_bytes_max && email.find(' ') == std::string::npos &&
                       !text::has_controls(email);
    if (!sound || folded_email(email).ends_with(outside_email_domain))
        return unexpected(ErrorCode::invalid_value, "email", "it is of the form name@example.org");
    return {};
}

/// People are named by their id or by their external id in the same places, so what is all digits
/// is an id. Digits of other scripts look like one, and are no code either.
inline bool names_an_id(std::string_view code) {
    return !code.empty() && code.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Compared to the letter: `Kim` and `kim` are two; so none may have in it what nobody sees. Empty
/// is none and sound. `malformed` (UTF-8), `too_long`, `invalid_value`.
inline Status check_external_id(const std::string& code) {
    constexpr std::size_t code_points_max = 100;
    if (!text::valid(code)) return unexpected(ErrorCode::malformed, "externalId");
    if (text::code_points(code) > code_points_max)
        return unexpected(ErrorCode::too_long, "externalId");
    if (text::has_controls(code) || text::has_unseen(code) || text::trimmed(code) != code)
        return unexpected(ErrorCode::invalid_value, "externalId");
    if (text::all_digits(code))
        return unexpected(ErrorCode::invalid_value, "externalId",
                          "all digits are the id of a user: an external id has another character");
    return {};
}

}  // namespace chatcore

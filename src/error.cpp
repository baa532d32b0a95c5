#include "chatcore/error.h"

namespace chatcore {
namespace {

struct Text {
    std::string_view name;
    std::string_view sentence;
};

/// A switch without a default, so that the compiler names a code that was forgotten here.
constexpr Text text_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::malformed:
            return {"malformed", "The request is not well-formed."};
        case ErrorCode::unauthenticated:
            return {"unauthenticated", "You are not logged in."};
        case ErrorCode::token_expired:
            return {"token_expired", "This token has expired."};
        case ErrorCode::token_revoked:
            return {"token_revoked", "This token was revoked."};
        case ErrorCode::bad_credentials:
            return {"bad_credentials", "The email address or the password is wrong."};
        case ErrorCode::forbidden:
            return {"forbidden", "You may not do this."};
        case ErrorCode::not_a_member:
            return {"not_a_member", "You are not a member of this room."};
        case ErrorCode::blocked:
            return {"blocked", "One of you has blocked the other."};
        case ErrorCode::banned:
            return {"banned", "You are banned from this room."};
        case ErrorCode::muted:
            return {"muted", "You are muted in this room."};
        case ErrorCode::refused_by_host:
            return {"refused_by_host", "The service refused this."};
        case ErrorCode::not_found:
            return {"not_found", "There is no such thing."};
        case ErrorCode::room_deleted:
            return {"room_deleted", "This room has been deleted."};
        case ErrorCode::conflict:
            return {"conflict", "This conflicts with what somebody else did."};
        case ErrorCode::email_taken:
            return {"email_taken", "There is an account with this email address already."};
        case ErrorCode::key_reused:
            return {"key_reused", "This key was used before, for something else."};
        case ErrorCode::wrong_state:
            return {"wrong_state", "This is not possible as things are."};
        case ErrorCode::pin_limit:
            return {"pin_limit", "No more messages can be pinned in this room."};
        case ErrorCode::already_deleted:
            return {"already_deleted", "This message has been deleted already."};
        case ErrorCode::too_large:
            return {"too_large", "This is too large."};
        case ErrorCode::unsupported_type:
            return {"unsupported_type", "This type of content is not supported."};
        case ErrorCode::empty:
            return {"empty", "There is nothing in it."};
        case ErrorCode::too_long:
            return {"too_long", "This text is too long."};
        case ErrorCode::invalid_reaction:
            return {"invalid_reaction", "This is not a possible reaction."};
        case ErrorCode::invalid_value:
            return {"invalid_value", "A value is not a possible one."};
        case ErrorCode::self_room:
            return {"self_room", "You cannot open a direct room with yourself."};
        case ErrorCode::in_the_past:
            return {"in_the_past", "This time has passed."};
        case ErrorCode::no_counterpart:
            return {"no_counterpart", "There is nobody on the other side."};
        case ErrorCode::too_many:
            return {"too_many", "Too many requests; try again later."};
        case ErrorCode::internal:
            return {"internal", "Something went wrong on our side."};
        case ErrorCode::unavailable:
            return {"unavailable", "The service is not available now; try again later."};
        case ErrorCode::timeout:
            return {"timeout", "This took too long; try again later."};
        case ErrorCode::corrupt:
            return {"corrupt", "The database is damaged."};
        case ErrorCode::newer_schema:
            return {"newer_schema", "The database was written by a newer version."};
    }
    return {"internal", "Something went wrong on our side."};
}

}  // namespace

std::string_view name_of(ErrorCode code) {
    return text_of(code).name;
}

std::optional<ErrorCode> error_code_named(std::string_view name) {
    for (int i = 0; i < error_code_count; ++i) {
        const auto code = static_cast<ErrorCode>(i);
        if (name_of(code) == name) return code;
    }
    return std::nullopt;
}

std::string_view sentence_of(ErrorCode code) {
    return text_of(code).sentence;
}

bool is_retryable(ErrorCode code) {
    return code == ErrorCode::unavailable || code == ErrorCode::timeout ||
           code == ErrorCode::too_many;
}

}  // namespace chatcore

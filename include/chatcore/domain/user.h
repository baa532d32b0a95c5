#pragma once
// People: what others may see of them, and what an account holds.

#include <optional>
#include <string>

#include "chatcore/domain/ids.h"

namespace chatcore {

/// In ascending order of what they may do.
enum class UserRole : std::uint8_t { user, seller, admin };

/// What is shown of a person beside what they write.
struct Profile {
    UserId id;
    std::string nickname;           ///< 1 to 40 code points, not unique
    std::string profile_image_url;  ///< empty: none
    UserRole role = UserRole::user;
    std::string status_text;
    std::optional<Timestamp> last_seen_at;
    std::string external_id;  ///< the host's own code for the person, unique; empty: none

    bool operator==(const Profile&) const = default;
};

/// A person who logs in here. Hosts that keep their own users have none of these.
struct Account {
    Profile profile;
    std::string email;          ///< case-folded, unique
    std::string password_hash;  ///< as the PasswordHasher made it
    Timestamp created_at;
    bool disabled = false;

    bool operator==(const Account&) const = default;
};

/// What only the host or an admin sets of a person.
struct Standing {
    UserRole role = UserRole::user;
    std::string external_id;
    bool disabled = false;

    bool operator==(const Standing&) const = default;

    /// Whether changing from this to `next` takes something away, so that tokens given before must
    /// not be good any more.
    bool is_more_than(const Standing& next) const {
        return next.role < role || (next.disabled && !disabled);
    }
};

inline Standing standing_of(const Account& account) {
    return {account.profile.role, account.profile.external_id, account.disabled};
}

}  // namespace chatcore

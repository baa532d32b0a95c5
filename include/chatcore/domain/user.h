#pragma once
// People: what others may see of them, and what an account holds.

#include <optional>
#include <string>

#include "chatcore/domain/ids.h"

namespace chatcore {

enum class UserRole : std::uint8_t { user, seller, admin };

/// What is shown of a person beside what they write.
struct Profile {
    UserId id;
    std::string nickname;           ///< 1 to 40 code points, not unique
    std::string profile_image_url;  ///< empty: none
    UserRole role = UserRole::user;
    std::string status_text;
    std::optional<Timestamp> last_seen_at;

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

}  // namespace chatcore

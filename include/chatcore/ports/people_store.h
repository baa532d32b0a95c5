#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `email_taken`, `conflict` (externalId), `unavailable`, `timeout`, `corrupt`; nothing
//            found is an empty answer.
// Checked by: contract/people_contract.h, contract/store_model.h

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "chatcore/domain/user.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

struct Email {
    std::string folded;
};
struct ExternalId {
    std::string code;
};
/// What an account is found by. An empty external id finds nobody.
using AccountKey = std::variant<UserId, Email, ExternalId>;

/// Accounts. No room orders them, so this writes for itself; each write is durable when it returns.
class PeopleStore {
public:
    virtual ~PeopleStore() = default;

    /// Makes the account and gives its id (ids ascend); `email_taken` where the email is in use,
    /// else `conflict` where the external id is.
    virtual Result<UserId> create(const Account& account) = 0;
    virtual Result<std::optional<Account>> find(const AccountKey& key) = 0;
    /// The profiles of those that exist, in any order.
    virtual Result<std::vector<Profile>> profiles(std::span<const UserId> users) = 0;
    /// Profiles whose nickname contains the text (case-folded by `text::fold`) or whose email is
    /// the text, by id.
    virtual Result<Page<Profile>> search(const std::string& folded, UserId after, int limit) = 0;
    /// Replaces what people may set of themselves: nickname, image, status text. `not_found`
    /// (attachment) or `invalid_value` (profileImageUrl) where a new image is an upload that is not
    /// theirs, or no image. Absent account: no effect.
    virtual Status update_profile(const Profile& profile) = 0;
    /// Sets a person's standing, and where that takes something away revokes all their log-ins in
    /// the same transaction; gives the families that this ended. `conflict`: the external id is
    /// somebody else's. Absent account: no effect.
    virtual Result<std::vector<std::string>> set_standing(UserId user, const Standing& standing,
                                                          Timestamp now) = 0;
    virtual Status touch(std::span<const std::pair<UserId, Timestamp>> last_seen) = 0;
};

}  // namespace chatcore

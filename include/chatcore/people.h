#pragma once
// Finding people and changing one's own profile.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <optional>
#include <string>

#include "chatcore/caller.h"
#include "chatcore/domain/user.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;

/// What a person may change of themself; what is absent stays.
struct ProfileRequest {
    std::optional<std::string> nickname;           ///< 1 to 40 code points
    std::optional<std::string> profile_image_url;  ///< up to 2,048 bytes; empty: none
    std::optional<std::string> status_text;        ///< up to 200 code points
};

class People {
public:
    explicit People(Node& node) : node_(node) {}

    /// `not_found` (user) for who does not exist.
    void find(Caller caller, UserId user, Completion<Profile> done);
    /// The caller's own account, with the email.
    void me(Caller caller, Completion<Account> done);
    /// By a part of the nickname, or the whole email; by id. Limit 1 to 100. An empty query gives
    /// nobody.
    void search(Caller caller, std::string query, UserId after, int limit,
                Completion<Page<Profile>> done);
    void update(Caller caller, ProfileRequest request, Completion<Account> done);

private:
    Status check(const ProfileRequest& request) const;

    Node& node_;
};

}  // namespace chatcore

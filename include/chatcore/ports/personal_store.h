#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `unavailable`, `timeout`, `corrupt`, and what a method says; nothing found is an empty
//            answer.
// Checked by: contract/personal_contract.h, contract/store_model.h

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chatcore/domain/message.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

/// A cut of a person's bookmarks, the newest bookmark first.
struct BookmarkQuery {
    std::string text = {};  ///< folded (`text::fold`): what is said has it in it; empty: all
    std::optional<RoomId> room = {};
    BookmarkId before{};  ///< goes on below it; 0: from the newest
    int limit = 50;       ///< 1 to 100
};

/// What a person has not read, over all rooms that they are in.
struct UnreadTotals {
    std::int64_t total = 0;
    /// The messages among them that name the person, or everybody; their own do not count, and one
    /// that names them twice counts once.
    std::int64_t mentions = 0;
    std::vector<std::pair<RoomId, std::int64_t>> rooms;  ///< those with something unread, by id

    bool operator==(const UnreadTotals&) const = default;
};

/// What one person has of messages, and nobody else sees. Each write is durable when it returns.
class PersonalStore {
public:
    virtual ~PersonalStore() = default;

    /// Puts a bookmark to a message, or takes it away where there is one, and gives the message
    /// with `bookmarked` set. Errors: `not_found` (message) where there is none, or not in a room
    /// that the person is in; `already_deleted`; `too_many` (bookmarks) for one more than
    /// `bookmarks_max`.
    virtual Result<Message> toggle_bookmark(UserId user, MessageId message, int bookmarks_max) = 0;
    /// The messages that the person has bookmarked, of rooms that they are in, with `bookmarked`
    /// set. The bookmarks of a message go when it is deleted; the cursor is a bookmark's id. With a
    /// room: `not_a_member` for who is not in it, `room_deleted`. What rules/concealment.h hides is
    /// not there, here and above; its bookmark stays, and is seen again when it is shown again.
    virtual Result<Page<Message>> bookmarks(UserId user, const BookmarkQuery& query) = 0;
    /// Those of the messages that the person has bookmarked, ascending. At most 1,000.
    virtual Result<std::vector<MessageId>> bookmarked_among(
        UserId user, std::span<const MessageId> messages) = 0;

    /// Of one moment. All rooms count; the first `rooms_max` of them are told one by one.
    virtual Result<UnreadTotals> unread(UserId user, int rooms_max) = 0;
};

}  // namespace chatcore

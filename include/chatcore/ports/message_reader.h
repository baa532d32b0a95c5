#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `not_a_member` (also for a room that does not exist), `room_deleted`, `unavailable`,
//            `timeout`, `corrupt`.
// Checked by: contract/store_contract.h, contract/store_model.h

#include <optional>
#include <span>
#include <vector>

#include "chatcore/domain/message.h"
#include "chatcore/domain/state.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

/// A cut of a room's messages. At most one of the three is set; none means the newest.
struct HistoryQuery {
    RoomId room;
    std::optional<Position> before = {};  ///< exclusive; newest first
    std::optional<Position> after = {};   ///< exclusive; oldest first
    /// Half of the limit at and above it, half below; newest first.
    std::optional<Position> around = {};
    int limit = 50;                        ///< 1 to 100
    std::optional<MessageType> type = {};  ///< these only
    bool replies = true;                   ///< false: leaves out what answers another message
};

struct History {
    std::vector<Message> messages;
    bool has_more = false;  ///< in the direction asked for; with `around`, among the older

    bool operator==(const History&) const = default;
};

/// A page of a room's messages by its number, without tombstones, newest first.
struct PageQuery {
    RoomId room;
    std::vector<MessageType> types = {};  ///< these only; empty: all
    std::int64_t page = 1;                ///< from 1
    int limit = 50;                       ///< 1 to 100
};

struct HistoryPage {
    std::vector<Message> messages;
    MessageTotals totals;  ///< of the room, whatever the page is of, and of everybody's messages
    bool has_more = false;

    bool operator==(const HistoryPage&) const = default;
};

/// The states that changed after a position, each once, as it is now, ascending by `changed_at`.
struct Changes {
    std::vector<State> items;
    Position next;  ///< where to ask from next; the room's head when `has_more` is false
    Position head;
    bool has_more = false;
    RoomKind kind = RoomKind::group;

    bool operator==(const Changes&) const = default;
};

// The people of a thread are those of its last replies, so that a long one costs no more.
inline constexpr int thread_participants_max = 20;
inline constexpr int thread_replies_looked_at = 200;

/// A message that was answered, and how.
struct Thread {
    Message root;
    Message last_reply;
    std::vector<UserId>
        participants;  ///< who replied last first, each once, within the bounds above

    bool operator==(const Thread&) const = default;
};

/// What decides whether a person may post in a room.
struct PostStanding {
    std::optional<Room> room;      ///< also a deleted one, which says so; nullopt: there is none
    std::optional<Member> member;  ///< active or not; nullopt also where the room was deleted
    bool blocked = false;          ///< of a direct room: one of its two has blocked the other
    bool posted = false;           ///< they have posted under the key, wherever

    bool operator==(const PostStanding&) const = default;
};

/// Reads of messages, each of one moment. `viewer` must be an active member; nullopt is the engine
/// itself. In groups a viewer is not shown what those have said whom they block, as
/// rules/concealment.h has it: it is as if those messages were not there, but that nothing is
/// counted otherwise.
class MessageReader {
public:
    virtual ~MessageReader() = default;

    /// The message, where the viewer may read it; nullopt where there is none or the viewer may
    /// not.
    virtual Result<std::optional<Message>> find(MessageId message,
                                                std::optional<UserId> viewer) = 0;
    /// How the person stands in each of the rooms, in this order, for a post under the key that is
    /// in the same place; each of one moment. At most 100 rooms; as many keys, or none.
    virtual Result<std::vector<PostStanding>> standings(UserId sender,
                                                        std::span<const RoomId> rooms,
                                                        std::span<const ClientKey> keys) = 0;
    virtual Result<History> history(const HistoryQuery& query, std::optional<UserId> viewer) = 0;
    /// Costs what is passed over: cheap at the first pages. The totals are kept, not counted; a
    /// page behind the last message is empty and costs nothing.
    virtual Result<HistoryPage> page(const PageQuery& query, std::optional<UserId> viewer) = 0;
    /// Up to `limit` states with `changed_at` above `since`; those that share a position are never
    /// parted (a page may then be longer), and since 0 the page begins with all that stands at 0,
    /// not counted in the limit. Of a deleted room the engine itself is given the room alone.
    virtual Result<Changes> changes(RoomId room, Position since, int limit,
                                    std::optional<UserId> viewer) = 0;
    /// What is pinned in the room, the newest pin first.
    virtual Result<std::vector<Message>> pins(RoomId room, std::optional<UserId> viewer) = 0;
    /// The replies to a root above `after`, oldest first; `not_found` (message) for a root that is
    /// not there or that the viewer may not read.
    virtual Result<Page<Message>> replies(MessageId root, MessageId after, int limit,
                                          std::optional<UserId> viewer) = 0;
    /// The room's threads by their root, newest first, with the root below `before`.
    virtual Result<Page<Thread>> threads(RoomId room, MessageId before, int limit,
                                         std::optional<UserId> viewer) = 0;
};

}  // namespace chatcore

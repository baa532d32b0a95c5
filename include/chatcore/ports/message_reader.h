#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `not_a_member` (also for a room that does not exist), `unavailable`, `timeout`,
//            `corrupt`.
// Checked by: contract/store_contract.h, contract/store_model.h

#include <optional>
#include <vector>

#include "chatcore/domain/message.h"
#include "chatcore/domain/state.h"
#include "chatcore/result.h"

namespace chatcore {

/// A cut of a room's messages. At most one of the three is set; none means the newest.
struct HistoryQuery {
    RoomId room;
    std::optional<Position> before = {};  ///< exclusive; newest first
    std::optional<Position> after = {};   ///< exclusive; oldest first
    /// Half of the limit at and above it, half below; newest first.
    std::optional<Position> around = {};
    int limit = 50;  ///< 1 to 100
};

struct History {
    std::vector<Message> messages;
    bool has_more = false;  ///< in the direction asked for; with `around`, among the older

    bool operator==(const History&) const = default;
};

/// The states that changed after a position, each once, as it is now, ascending by `changed_at`.
struct Changes {
    std::vector<State> items;
    Position next;  ///< where to ask from next; the room's head when `has_more` is false
    Position head;
    bool has_more = false;

    bool operator==(const Changes&) const = default;
};

/// Reads of messages, each of one moment. `viewer` must be an active member; nullopt is the engine
/// itself.
class MessageReader {
public:
    virtual ~MessageReader() = default;

    /// The message, where the viewer may read it; nullopt where there is none or the viewer may
    /// not.
    virtual Result<std::optional<Message>> find(MessageId message,
                                                std::optional<UserId> viewer) = 0;
    virtual Result<History> history(const HistoryQuery& query, std::optional<UserId> viewer) = 0;
    /// Up to `limit` states with `changed_at` above `since`; those that share a position are never
    /// parted (a page may then be longer), and since 0 the page begins with all that stands at 0,
    /// not counted in the limit.
    virtual Result<Changes> changes(RoomId room, Position since, int limit,
                                    std::optional<UserId> viewer) = 0;
};

}  // namespace chatcore

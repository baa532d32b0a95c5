#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `not_found` (message), `unavailable`, `timeout`, `corrupt`; nothing found is an empty
//            answer.
// Checked by: contract/receipt_contract.h

#include <optional>
#include <span>
#include <vector>

#include "chatcore/domain/room.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

/// Up to where a member has read a room; 0: they have read nothing yet.
struct ReadPointer {
    RoomId room;
    UserId user;
    Position position;

    bool operator==(const ReadPointer&) const = default;
};

/// A person in a room.
struct Readership {
    RoomId room;
    UserId user;

    bool operator==(const Readership&) const = default;
};

/// Who has read what, and up to where it has arrived.
class ReceiptStore {
public:
    virtual ~ReceiptStore() = default;

    /// The members whose read pointer is at the message or past it, by user id, above `after`:
    /// those who are in the room, and have read; without its sender. `not_found` where there is no
    /// such message or the viewer may not read it.
    virtual Result<Page<Member>> readers(MessageId message, UserId after, int limit,
                                         std::optional<UserId> viewer) = 0;
    /// Of those of the rooms that the viewer is in, and that have up to `members_max` members: the
    /// pointers of everybody who is in them, by room and user. One query; the span is ascending,
    /// each room once, and has at most 100.
    virtual Result<std::vector<ReadPointer>> read_pointers(std::span<const RoomId> rooms,
                                                           UserId viewer, int members_max) = 0;
    /// How much each of them has not read, of one moment, in the order asked for: 0 for who never
    /// was a member, and of deleted rooms. At most 2,000.
    virtual Result<std::vector<std::int64_t>> unread(std::span<const Readership> readers) = 0;
    /// Moves delivery pointers forward, never backward, in one transaction; durable when it
    /// returns. Those of deleted rooms are let go, and what is kept goes with the room.
    virtual Status raise_delivered(std::span<const DeliveryPointer> pointers) = 0;
    /// Where the person's delivery pointer stands; 0: nowhere.
    virtual Result<MessageId> delivered(RoomId room, UserId user) = 0;
    /// Who has sent the room's messages above one and up to another, each once, by id; among the
    /// last `among` of them.
    virtual Result<std::vector<UserId>> senders(RoomId room, MessageId above, MessageId up_to,
                                                int among) = 0;
};

}  // namespace chatcore

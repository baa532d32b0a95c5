#pragma once
// Up to where people have read, and up to where it has arrived.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/room.h"
#include "chatcore/ports/receipt_store.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/rules/needs.h"
#include "chatcore/task.h"

namespace chatcore {

class Deliveries;
struct Node;

class Receipts {
public:
    explicit Receipts(Node& node);
    ~Receipts();

    /// Moves the caller's read pointer to the last message at or below `up_to`, or to the room's
    /// end; never backwards. Of one person's moves in one room the first counts at once; further
    /// ones within `limits.receipt_interval` become one change at its end, and each is answered
    /// when that is applied. Errors: `not_a_member`, `not_found`.
    void read(Caller caller, RoomId room, std::optional<Position> up_to, Completion<Member> done);

    /// Who of the room has read the message, by user id, with the time when their pointer came to
    /// where it stands; without the sender. Limit 1 to 100, else `malformed`. Errors: `not_found`
    /// (message).
    void readers(Caller caller, MessageId message, UserId after, int limit,
                 Completion<Page<Member>> done);

    /// Up to where everybody has read who is in the given rooms, by room and user: of those that
    /// the caller is in and whose moves are told (`limits.receipts_told_members_max`); one query.
    /// At most 100 rooms, else `malformed`.
    void pointers(Caller caller, std::vector<RoomId> rooms,
                  Completion<std::vector<ReadPointer>> done);

    /// The caller's client has received everything up to the last message at or below `up_to`, or
    /// up to the room's end. The
    /// senders of it are told in rooms of up to `limits.receipts_told_members_max`, at most once in
    /// `limits.receipt_interval`: of moves within it the last counts. Takes no position. Completes
    /// once it is taken. Errors: `not_a_member`.
    void delivered(Caller caller, RoomId room, std::optional<MessageId> up_to,
                   Completion<bool> done);
    /// Begins to write delivery pointers to the store, at leisure.
    void start();

private:
    /// The moves of one person in one room since the last that was submitted.
    struct Moves {
        Position up_to;
        std::vector<std::pair<int, Completion<Member>>> waiting;  ///< with the home shard of each
    };
    void submit_move(Caller caller, RoomId room, Moves moves);
    void interval_over(Caller caller, RoomId room);

    Node& node_;
    std::mutex mutex_;  // guards the map; held for a look-up
    std::unordered_map<MemberKey, Moves, MemberKeyHash> moves_;
    std::unique_ptr<Deliveries> deliveries_;
};

}  // namespace chatcore

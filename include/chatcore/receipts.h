#pragma once
// Up to where people have read.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/room.h"
#include "chatcore/rules/needs.h"
#include "chatcore/task.h"

namespace chatcore {

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
};

}  // namespace chatcore

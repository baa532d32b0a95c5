#pragma once
// Up to where people's clients have confirmed receipt. A pointer lives in the cache, shared by all
// nodes, and is written to the store at leisure, many at once, so that a cache that forgets takes
// back little. Nothing that must be right rests on it.
// Threads: any; the cache is asked on its worker, the store on readers and the first writer.

#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/ports/receipt_store.h"
#include "chatcore/rules/working_set.h"
#include "chatcore/task.h"

namespace chatcore {

class Store;
struct Node;

class Deliveries {
public:
    explicit Deliveries(Node& node) : node_(node) {}

    /// See Receipts::delivered.
    void confirm(Caller caller, RoomId room, std::optional<MessageId> up_to, Completion<bool> done);
    /// Writes what waits, every `delivery_flush_interval`.
    void start();

private:
    /// What one person has confirmed in one room since the last that was looked at.
    struct Moves {
        MessageId up_to;
        MessageId told;
        std::vector<std::pair<int, Completion<bool>>> waiting;  ///< with the home shard of each
    };
    using Waiting = std::vector<std::pair<int, Completion<bool>>>;
    /// A pointer that may have moved, and who is told of it.
    struct Move {
        DeliveryPointer pointer;
        MessageId above;  ///< where it stood, as far as is known here
        std::vector<UserId> senders;
    };

    void interval_over(Caller caller, RoomId room);
    void look(Caller caller, RoomId room, MessageId up_to, MessageId told, Waiting waiting);
    Result<std::optional<Move>> find(Store& store, UserId user, RoomId room, MessageId up_to,
                                     MessageId told);
    /// On the cache's worker.
    void move(const Move& move);
    void keep(const DeliveryPointer& pointer);
    void flush();
    void answer(Waiting waiting, const Result<bool>& result);

    Node& node_;
    std::mutex mutex_;  ///< guards the two maps; held for a look-up
    std::unordered_map<MemberKey, Moves, MemberKeyHash> moves_;
    std::unordered_map<MemberKey, MessageId, MemberKeyHash> unwritten_;
};

}  // namespace chatcore

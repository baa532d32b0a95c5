#include "chatcore/receipts.h"

#include <algorithm>

#include "node.h"
#include "submit.h"

namespace chatcore {

Receipts::Receipts(Node& node) : node_(node) {}
Receipts::~Receipts() = default;

void Receipts::read(Caller caller, RoomId room, std::optional<Position> up_to,
                    Completion<Member> done) {
    const Position target = up_to.value_or(Position{id_max});
    {
        const std::lock_guard lock(mutex_);
        const auto [it, first] = moves_.try_emplace({room, caller.user});
        if (!first) {
            Moves& moves = it->second;
            moves.up_to = std::max(moves.up_to, target);
            moves.waiting.emplace_back(caller.home, std::move(done));
            return;
        }
    }
    node_.hub->executor(caller.home)
        .post_after(node_.limits.receipt_interval,
                    [this, caller, room] { interval_over(caller, room); });
    Moves alone{target, {}};
    alone.waiting.emplace_back(caller.home, std::move(done));
    submit_move(caller, room, std::move(alone));
}

void Receipts::interval_over(Caller caller, RoomId room) {
    Moves gathered;
    {
        const std::lock_guard lock(mutex_);
        const auto it = moves_.find({room, caller.user});
        if (it->second.waiting.empty()) {
            moves_.erase(it);
            return;
        }
        gathered = std::exchange(it->second, Moves{});
    }
    node_.hub->executor(caller.home)
        .post_after(node_.limits.receipt_interval,
                    [this, caller, room] { interval_over(caller, room); });
    submit_move(caller, room, std::move(gathered));
}

void Receipts::submit_move(Caller caller, RoomId room, Moves moves) {
    submit(node_, caller, room, MoveReadPointer{moves.up_to},
           [this, waiting = std::move(moves.waiting)](Result<Outcome> outcome) mutable {
               const Result<Member> member = state_of<Member>(std::move(outcome));
               for (auto& [home, done] : waiting)
                   node_.answer<Member>(home, std::move(done), member);
           });
}

}  // namespace chatcore

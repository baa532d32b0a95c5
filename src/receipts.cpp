#include "chatcore/receipts.h"

#include <algorithm>

#include "deliveries.h"
#include "node.h"
#include "submit.h"

namespace chatcore {

Receipts::Receipts(Node& node) : node_(node), deliveries_(std::make_unique<Deliveries>(node)) {}
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

void Receipts::readers(Caller caller, MessageId message, UserId after, int limit,
                       Completion<Page<Member>> done) {
    if (limit < 1 || limit > 100) {
        node_.answer<Page<Member>>(caller.home, std::move(done),
                                   unexpected(ErrorCode::malformed, "limit"));
        return;
    }
    node_.ask<Page<Member>>(
        caller.home,
        [this, caller, message, after, limit](Store& store) -> Result<Page<Member>> {
            Result<Page<Member>> page =
                store.receipts().readers(message, after, limit, caller.user);
            if (page) node_.profiles.fill(store, std::span<Member>(page->items));
            return page;
        },
        std::move(done));
}

void Receipts::pointers(Caller caller, std::vector<RoomId> rooms,
                        Completion<std::vector<ReadPointer>> done) {
    std::sort(rooms.begin(), rooms.end());
    rooms.erase(std::unique(rooms.begin(), rooms.end()), rooms.end());
    if (rooms.size() > 100) {
        node_.answer<std::vector<ReadPointer>>(caller.home, std::move(done),
                                               unexpected(ErrorCode::malformed, "rooms"));
        return;
    }
    node_.ask<std::vector<ReadPointer>>(
        caller.home,
        [this, caller, rooms = std::move(rooms)](Store& store) {
            return store.receipts().read_pointers(rooms, caller.user,
                                                  node_.limits.receipts_told_members_max);
        },
        std::move(done));
}

void Receipts::delivered(Caller caller, RoomId room, std::optional<MessageId> up_to,
                         Completion<bool> done) {
    deliveries_->confirm(caller, room, up_to, std::move(done));
}

void Receipts::start() {
    deliveries_->start();
}

}  // namespace chatcore

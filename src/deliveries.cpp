#include "deliveries.h"

#include <algorithm>

#include <fmt/format.h>

#include "chatcore/presence.h"

#include "node.h"

namespace chatcore {

void Deliveries::confirm(Caller caller, RoomId room, std::optional<MessageId> up_to,
                         Completion<bool> done) {
    const MessageId target = up_to.value_or(MessageId{id_max});
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
    Waiting alone;
    alone.emplace_back(caller.home, std::move(done));
    look(caller, room, target, MessageId{}, std::move(alone));
}

void Deliveries::interval_over(Caller caller, RoomId room) {
    Moves gathered;
    {
        const std::lock_guard lock(mutex_);
        const auto it = moves_.find({room, caller.user});
        if (it->second.waiting.empty()) {
            moves_.erase(it);
            return;
        }
        gathered.told = it->second.told;
        std::swap(gathered, it->second);
    }
    node_.hub->executor(caller.home)
        .post_after(node_.limits.receipt_interval,
                    [this, caller, room] { interval_over(caller, room); });
    look(caller, room, gathered.up_to, gathered.told, std::move(gathered.waiting));
}

void Deliveries::look(Caller caller, RoomId room, MessageId up_to, MessageId told,
                      Waiting waiting) {
    node_.pool.read([this, user = caller.user, room, up_to, told,
                     waiting = std::move(waiting)](Store& store) mutable {
        Result<std::optional<Move>> found = find(store, user, room, up_to, told);
        if (!found || !*found) {
            Result<bool> end = true;
            if (!found) end = unexpected(found.error());
            return answer(std::move(waiting), end);
        }
        node_.presence->worker().post(
            [this, found = std::move(**found), waiting = std::move(waiting)]() mutable {
                move(found);
                answer(std::move(waiting), true);
            });
    });
}

Result<std::optional<Deliveries::Move>> Deliveries::find(Store& store, UserId user, RoomId room,
                                                         MessageId up_to, MessageId told) {
    Result<std::optional<RoomView>> view = store.rooms().view(room, user);
    if (!view) return unexpected(view.error());
    if (!*view || !(*view)->active) return unexpected(ErrorCode::not_a_member);
    const std::optional<Preview>& newest = (*view)->room.preview;
    std::optional<Move> found;
    if (!newest) return found;
    // As with reading, it means the last message at or below.
    MessageId at = newest->id;
    if (up_to < at) {
        Result<History> below = store.messages().history(
            {.room = room, .before = Position{up_to.value + 1}, .limit = 1}, std::nullopt);
        if (!below) return unexpected(below.error());
        if (below->messages.empty()) return found;
        at = below->messages.front().id;
    }
    Result<MessageId> written = store.receipts().delivered(room, user);
    if (!written) return unexpected(written.error());
    const MessageId above = std::max(*written, told);
    if (at <= above) return found;
    found = Move{{room, user, at}, above, {}};
    if ((*view)->room.participant_count > node_.limits.receipts_told_members_max) return found;
    Result<std::vector<UserId>> senders =
        store.receipts().senders(room, above, at, node_.limits.delivered_senders_among);
    if (!senders) return unexpected(senders.error());
    std::erase(*senders, user);
    found->senders = std::move(*senders);
    return found;
}

void Deliveries::move(const Move& move) {
    const auto& [room, user, message] = move.pointer;
    const Pointer pointer{fmt::format("delivered:{}", room.value), std::to_string(user.value),
                          message.value};
    const auto before = node_.presence->cache().raise({&pointer, 1}, node_.limits.delivery_ttl);
    // Without the cache, what this node knows must do: a sender may be told twice.
    if (before && before->front() && *before->front() >= message.value) return;
    {
        const std::lock_guard lock(mutex_);
        if (const auto it = moves_.find({room, user}); it != moves_.end())
            it->second.told = std::max(it->second.told, message);
    }
    keep(move.pointer);
    if (!move.senders.empty())
        node_.tell({make_event(DeliveredSignal{room, user, message, move.senders})});
}

void Deliveries::keep(const DeliveryPointer& pointer) {
    const std::lock_guard lock(mutex_);
    const auto it = unwritten_.find({pointer.room, pointer.user});
    if (it != unwritten_.end()) {
        it->second = std::max(it->second, pointer.message);
    } else if (unwritten_.size() < node_.limits.deliveries_waiting_max) {
        unwritten_.emplace(MemberKey{pointer.room, pointer.user}, pointer.message);
    }
}

void Deliveries::start() {
    node_.presence->worker().post_after(node_.limits.delivery_flush_interval, [this] {
        flush();
        start();
    });
}

void Deliveries::flush() {
    std::vector<DeliveryPointer> pointers;
    {
        const std::lock_guard lock(mutex_);
        pointers.reserve(unwritten_.size());
        for (const auto& [key, message] : unwritten_)
            pointers.push_back({key.room, key.user, message});
        unwritten_.clear();
    }
    if (pointers.empty()) return;
    node_.pool.write([this, pointers = std::move(pointers)](Store& store) {
        if (store.receipts().raise_delivered(pointers)) return;
        for (const DeliveryPointer& pointer : pointers) keep(pointer);  // for the next turn
    });
}

void Deliveries::answer(Waiting waiting, const Result<bool>& result) {
    for (auto& [home, done] : waiting) node_.answer<bool>(home, std::move(done), result);
}

}  // namespace chatcore

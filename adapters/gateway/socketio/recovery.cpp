// A client that comes back, to any node: what it missed, from where it says that it stands.

#include "gateway/socketio/reply.h"
#include "gateway/socketio/room_news.h"

namespace chatcore::gateway::socketio {

std::unique_ptr<ChatSpace::Recovery> ChatSpace::recovery_of(Engine& engine, Fields& auth) {
    const auto pid = auth.text("pid");
    const auto offset = auth.text("offset");
    if (!pid || !offset) return nullptr;
    const auto rooms_max = static_cast<std::size_t>(engine.limits().rooms_attached_max);
    std::optional<Offset> rooms = parse_offset(*offset, rooms_max);
    const Result<Accounts::Ticket> ticket = engine.accounts().read_ticket(*pid);
    if (!rooms || !ticket) return nullptr;
    auto recovery = std::make_unique<Recovery>();
    recovery->pid = *pid;
    recovery->sid = ticket->note;
    recovery->rooms = std::move(*rooms);
    recovery->user = ticket->user;
    return recovery;
}

void ChatSpace::recover() {
    // One more, so that it does not end before all are asked for.
    recovery_->awaited = recovery_->rooms.size() + 1;
    for (const auto& [room, since] : recovery_->rooms) recover_room(room, since);
    recovered(recovery_->user == user_);
}

void ChatSpace::recover_room(RoomId room, Position since) {
    engine().context_rooms().find(
        caller(), std::string(store_context), room,
        [weak = std::weak_ptr(self_), since](const Result<ContextRoom>& found) {
            const auto self = weak.lock();
            if (!self || (*self)->stage_ != Stage::recovering) return;
            if (!found) return (*self)->recovered(false);
            (*self)->follow(*found, since);
        });
}

void ChatSpace::follow(const ContextRoom& found, Position since) {
    const RoomId room = found.room.id;
    // Its news are told by the list's way: whatever has moved.
    if (found.room.head > since) news_->ask(user_, room, self_);
    shard().attach(
        *this, room, since,
        [weak = std::weak_ptr(self_), room, owner = found.owner](const Result<Position>& head) {
            const auto self = weak.lock();
            if (!self || (*self)->stage_ != Stage::recovering) return;
            if (!head) return (*self)->recovered(false);
            (*self)->add_joined(room, owner, *head);
        });
}

void ChatSpace::recovered(bool well) {
    recovery_->failed = recovery_->failed || !well;
    if (--recovery_->awaited > 0) return;
    // From a task of its own: this may be told by the hub, whom what follows calls back.
    engine().hub().executor(session_.link().loop().index).post([weak = std::weak_ptr(self_)] {
        const auto self = weak.lock();
        if (self && (*self)->stage_ == Stage::recovering) (*self)->end_recovery();
    });
}

void ChatSpace::end_recovery() {
    const std::unique_ptr<Recovery> recovery = std::move(recovery_);
    if (recovery->failed) {
        // All or nothing: the client takes the session for a new one, and joins by itself.
        for (const Joined& each : joined_) shard().detach(*this, each.room);
        joined_.clear();
        offset_due_ = false;
        return come_in();
    }
    welcome(recovery->sid, recovery->pid);
    choose_formats();
    for (const SharedBytes& held : recovery->held) session_.link().send(held);
    if (!recovery->held.empty()) tell_offset();
    session_.link().flush();
}

}  // namespace chatcore::gateway::socketio

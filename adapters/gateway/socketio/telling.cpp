// What a client of `/chat` is told, by the hub and by itself.

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "gateway/socketio/refusal.h"
#include "gateway/socketio/reply.h"
#include "gateway/socketio/room_news.h"
#include "gateway/websocket/protocol.h"

namespace chatcore::gateway::socketio {

namespace {

/// The last that happened in a room, of what is due together; nullptr where nothing durable did.
const RoomEvent* last_of(std::span<const EventPtr> events) {
    for (auto it = events.rbegin(); it != events.rend(); ++it) {
        if (const auto* what = std::get_if<RoomEvent>(&(*it)->what)) return what;
    }
    return nullptr;
}

}  // namespace

void ChatSpace::deliver(Delivery& delivery) {
    const RoomEvent* const last = last_of(delivery.events());
    Joined* const mine = last != nullptr ? joined(last->room) : nullptr;
    if (mine == nullptr || stage_ == Stage::ended) return;
    mine->told = last->position;
    const SharedBytes own = recovery_ ? missed(*mine, delivery) : nullptr;
    const SharedBytes& bytes = own ? own : delivery.bytes(*mine->format);
    if (bytes->empty()) return;
    offset_due_ = offset_due_ || !mine->format->key().offsets;
    hand_on(bytes);
    counted_.told(delivery.events().size());
}

SharedBytes ChatSpace::missed(const Joined& joined, const Delivery& delivery) {
    std::string bytes;
    joined.format->append_missed(delivery.events(), bytes);
    return std::make_shared<const std::string>(std::move(bytes));
}

void ChatSpace::hand_on(const SharedBytes& framed) {
    if (!recovery_) return session_.link().send(framed);
    recovery_->held_bytes += framed->size();
    if (recovery_->held_bytes > shared_.options.outbound_bytes_max) {
        recovery_->failed = true;
        recovery_->held.clear();
    } else {
        recovery_->held.push_back(framed);
    }
}

void ChatSpace::list_moved(const ListUpdate& update) {
    if (stage_ == Stage::live || stage_ == Stage::recovering) news_->ask(user_, update.room, self_);
}

void ChatSpace::tell_room(const SharedBytes& framed) {
    if (stage_ != Stage::live && stage_ != Stage::recovering) return;
    hand_on(framed);
    counted_.told();
    if (stage_ == Stage::live) shard().wants_flush(*this);
}

void ChatSpace::resumed(RoomId, Position, bool truncated) {
    if (stage_ == Stage::recovering) {
        recovered(!truncated);
    } else if (truncated) {
        // More than can be told one by one: it comes back, and is let in as one who is new.
        end_soon(1013, "read anew");
    }
}

void ChatSpace::detached(RoomId room, ErrorCode why) {
    if (stage_ == Stage::recovering) recovery_->failed = true;
    if (joined(room) == nullptr) return;
    remove_joined(room);
    if (stage_ != Stage::live) return;
    tell_error(Error{why});
    tell_offset();
}

void ChatSpace::revoked() {
    // From within a tick: closing calls the hub back, so it waits for its own task.
    engine().hub().executor(session_.link().loop().index).post([weak = std::weak_ptr(self_)] {
        if (const auto self = weak.lock()) (*self)->end(Error{ErrorCode::token_revoked});
    });
}

void ChatSpace::end_soon(std::uint16_t code, std::string_view reason) {
    engine()
        .hub()
        .executor(session_.link().loop().index)
        .post([weak = std::weak_ptr(self_), code, reason = std::string(reason)] {
            if (const auto self = weak.lock()) (*self)->session_.link().close(code, reason);
        });
}

void ChatSpace::flush() {
    if (offset_due_ && stage_ == Stage::live) tell_offset();
    session_.link().flush();
}

void ChatSpace::reframed() {
    choose_formats();
    if (!recovery_) return;
    // What is held was framed for the transport before.
    recovery_->failed = recovery_->failed || !recovery_->held.empty();
}

void ChatSpace::succeed(const Ask& ask) {
    succeed(ask, [](JsonWriter&) {});
}

void ChatSpace::refuse(const Ask& ask, const Error& error, std::string_view sentence) {
    shared_.refusals.note(error, fmt::format("{}.{}", name_, ask.number), user_);
    if (ask.id.empty()) {
        tell_error(error, sentence);
        if (stage_ == Stage::live) shard().wants_flush(*this);
        return;
    }
    std::string text;
    append_packet(text, {.type = PacketType::ack, .space = chat_space, .id = ask.id});
    JsonWriter json(text);
    json.begin_array().begin_object().member("success", false).key("error");
    write_refusal(json, error, sentence);
    json.end_object().end_array();
    send(text);
}

void ChatSpace::tell_error(const Error& error, std::string_view sentence) {
    std::string text;
    begin_chat_event(text);
    JsonWriter json(text);
    json.begin_array().value("error");
    write_refusal(json, error, sentence);
    json.end_array();
    put(text);
}

void ChatSpace::tell_offset() {
    offset_due_ = false;
    std::string offset;
    for (const Joined& each : joined_) {
        if (!offset.empty()) offset += ',';
        append_offset(offset, each.room, each.told);
    }
    std::string text;
    begin_chat_event(text);
    JsonWriter(text).begin_array().value(offset_event).value(offset).end_array();
    put(text);
}

void ChatSpace::put(std::string_view text) {
    session_.link().send_message(text);
}

void ChatSpace::send(std::string_view text) {
    put(text);
    if (stage_ == Stage::live) shard().wants_flush(*this);
}

ChatSpace::Joined* ChatSpace::joined(RoomId room) {
    const auto it = std::lower_bound(joined_.begin(), joined_.end(), room,
                                     [](const Joined& each, RoomId id) { return each.room < id; });
    return it != joined_.end() && it->room == room ? &*it : nullptr;
}

void ChatSpace::add_joined(RoomId room, UserId owner, Position head) {
    const auto it = std::lower_bound(joined_.begin(), joined_.end(), room,
                                     [](const Joined& each, RoomId id) { return each.room < id; });
    joined_.insert(it, Joined{room, owner, head});
    choose_formats();
}

void ChatSpace::remove_joined(RoomId room) {
    std::erase_if(joined_, [room](const Joined& each) { return each.room == room; });
    choose_formats();
}

void ChatSpace::choose_formats() {
    // While it comes back, its rooms are joined one after the other.
    const std::size_t rooms = recovery_ ? recovery_->rooms.size() : joined_.size();
    const bool offsets = rooms == 1;
    for (Joined& each : joined_) {
        each.format = room_format({each.room, each.owner, framing(), offsets});
    }
}

}  // namespace chatcore::gateway::socketio

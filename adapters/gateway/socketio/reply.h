#pragma once
// The templates by which a ChatSpace answers; for its own sources.

#include "gateway/socketio/chat.h"
#include "gateway/socketio/chat_packets.h"

namespace chatcore::gateway::socketio {

template <class Write>
void ChatSpace::succeed(const Ask& ask, Write&& write) {
    if (ask.id.empty()) return;
    std::string text;
    append_packet(text, {.type = PacketType::ack, .space = chat_space, .id = ask.id});
    JsonWriter json(text);
    json.begin_array().begin_object().member("success", true);
    write(json);
    json.end_object().end_array();
    send(text);
}

template <class T, class Then>
Completion<T> ChatSpace::go_on_by(Ask ask, Then then) {
    ++in_hand_;
    return [weak = std::weak_ptr(self_), ask = std::move(ask),
            then = std::move(then)](Result<T> result) mutable {
        const auto self = weak.lock();
        if (!self) return;
        ChatSpace& space = **self;
        --space.in_hand_;
        if (space.stage_ != Stage::live) return;
        if (!result) {
            space.refuse(ask, result.error());
        } else {
            then(space, std::move(ask), *result);
        }
    };
}

template <class Then>
void ChatSpace::in_room(Ask ask, RoomId room, Then then) {
    if (const Joined* known = joined(room)) return then(*this, std::move(ask), known->owner);
    engine().context_rooms().find(
        caller(), std::string(store_context), room,
        go_on_by<ContextRoom>(
            std::move(ask),
            [then = std::move(then)](ChatSpace& space, Ask of, const ContextRoom& found) mutable {
                then(space, std::move(of), found.owner);
            }));
}

}  // namespace chatcore::gateway::socketio

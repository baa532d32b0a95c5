#pragma once
// The templates by which a ChatSpace answers; for its own sources.

#include "gateway/socketio/chat.h"
#include "gateway/socketio/chat_packets.h"

namespace chatcore::gateway::socketio {

/// What the requests that wait may hold together, of one client.
constexpr std::size_t waiting_bytes_max = std::size_t{256} * 1024;

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
void ChatSpace::in_room(Ask ask, RoomId room, std::size_t bytes, Then then) {
    if (!looking_up_) return look_up(std::move(ask), room, std::move(then));
    if (waiting_bytes_ + bytes > waiting_bytes_max) return refuse_surplus(ask);
    waiting_bytes_ += bytes;
    waiting_.push_back(
        {bytes, [ask = std::move(ask), room, then = std::move(then)](ChatSpace& space) mutable {
             space.look_up(std::move(ask), room, std::move(then));
         }});
}

template <class Then>
void ChatSpace::look_up(Ask ask, RoomId room, Then then) {
    if (const Joined* known = joined(room)) return then(*this, std::move(ask), known->owner);
    looking_up_ = true;
    ++in_hand_;
    engine().context_rooms().find(
        caller(), std::string(store_context), room,
        [weak = std::weak_ptr(self_), ask = std::move(ask),
         then = std::move(then)](const Result<ContextRoom>& found) mutable {
            const auto self = weak.lock();
            if (!self) return;
            ChatSpace& space = **self;
            --space.in_hand_;
            space.looking_up_ = false;
            if (space.stage_ != Stage::live) return;
            if (!found) {
                space.refuse(ask, found.error());
            } else {
                then(space, std::move(ask), found->owner);
            }
            space.go_on();
        });
}

}  // namespace chatcore::gateway::socketio

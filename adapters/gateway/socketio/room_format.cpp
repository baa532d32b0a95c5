#include "gateway/socketio/room_format.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "gateway/doors/storefront/shapes.h"
#include "gateway/link/interned.h"
#include "gateway/socketio/chat_packets.h"
#include "gateway/socketio/offset.h"

namespace chatcore::gateway::socketio {

namespace {

bool is_told(const State& state, const RoomEvent& event) {
    if (const auto* message = std::get_if<Message>(&state))
        return position_of(message->id) > event.known && !message->deleted_at;
    const auto* member = std::get_if<Member>(&state);
    return member != nullptr && member->read_at && has_read_since(*member, event.known);
}

/// Where a client must stand to know of what is told: there, or above. For a message it is its own
/// position, whatever has changed of it since, and for reading that of the reading.
Position known_from(const State& state) {
    if (const auto* message = std::get_if<Message>(&state)) return position_of(message->id);
    return std::get<Member>(state).read_told_at;
}

void write_event(JsonWriter& json, const State& state, UserId owner) {
    if (const auto* message = std::get_if<Message>(&state)) {
        json.value("new-message");
        storefront::write_store_message(json, *message, owner);
        return;
    }
    const auto& member = std::get<Member>(state);
    json.value("read")
        .begin_object()
        .member("roomId", member.room)
        .member("userId", member.user)
        .member("readAt", *member.read_at)
        .end_object();
}

}  // namespace

void RoomFormat::append(const Event& event, std::string& out) const {
    const auto* what = std::get_if<RoomEvent>(&event.what);
    if (what == nullptr) return;
    const auto told = [&](const State& state) { return is_told(state, *what); };
    auto left = std::count_if(what->states.begin(), what->states.end(), told);
    for (const State& state : what->states) {
        if (!told(state)) continue;
        // With the last of them only: who has a part of it is told all again.
        append_told(state, --left == 0 ? std::optional(what->position) : std::nullopt, out);
    }
}

void RoomFormat::append_missed(std::span<const EventPtr> events, std::string& out) const {
    struct Missed {
        Position known_from;
        const State* state;
    };
    std::vector<Missed> missed;
    for (const EventPtr& event : events) {
        const auto* what = std::get_if<RoomEvent>(&event->what);
        if (what == nullptr) continue;
        for (const State& state : what->states) {
            if (is_told(state, *what)) missed.push_back({known_from(state), &state});
        }
    }
    std::ranges::stable_sort(missed, {}, &Missed::known_from);
    for (auto it = missed.begin(); it != missed.end(); ++it) {
        const bool last = it + 1 == missed.end() || (it + 1)->known_from != it->known_from;
        append_told(*it->state, last ? std::optional(it->known_from) : std::nullopt, out);
    }
}

void RoomFormat::append_told(const State& state, std::optional<Position> stands,
                             std::string& out) const {
    thread_local std::string text;
    begin_chat_event(text);
    JsonWriter json(text);
    json.begin_array();
    write_event(json, state, key_.owner);
    if (stands && key_.offsets) {
        std::string offset;
        append_offset(offset, key_.room, *stands);
        json.value(offset);
    }
    json.end_array();
    append_message(out, key_.framing, text);
}

std::shared_ptr<const RoomFormat> room_format(const RoomFormatKey& key) {
    thread_local Interned<RoomFormatKey, const RoomFormat> formats;
    return formats.of(
        key, [](const RoomFormatKey& of) { return std::make_shared<const RoomFormat>(of); });
}

}  // namespace chatcore::gateway::socketio

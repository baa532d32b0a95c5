#pragma once
// What a person is not shown of those whom they block, in groups. The one place where it is said,
// for stores and for the hub:
// - Their messages are not there: not in history, pages, threads, pins, bookmarks, search or
//   changes, a single read finds none, and none can be replied to. A thread whose root is theirs is
//   not listed.
// - What others forward of theirs is there, without the text and the attachments that were theirs.
// - As a room's last message, theirs is there without its text.
// Counters (unread, totals, pins …) and read pointers count everybody. Direct rooms hide nothing.

#include <algorithm>
#include <span>
#include <type_traits>
#include <variant>

#include "chatcore/domain/room.h"
#include "chatcore/domain/state.h"

namespace chatcore {

/// Whom somebody blocks, by id. Empty where nothing is hidden: in direct rooms, and for the engine.
using Blocked = std::span<const UserId>;

inline bool is_blocked(Blocked blocked, UserId user) {
    return !blocked.empty() && std::binary_search(blocked.begin(), blocked.end(), user);
}

inline bool is_hidden(const Message& message, Blocked blocked) {
    return is_blocked(blocked, message.sender);
}
inline bool is_hidden(const State& state, Blocked blocked) {
    const auto* message = std::get_if<Message>(&state);
    return message != nullptr && is_hidden(*message, blocked);
}

/// Whether there is anything in it that a block can take out.
template <class Thing>
bool may_be_concealed(const Thing& thing) {
    if constexpr (std::is_same_v<Thing, State>) {
        return std::visit([](const auto& one) { return may_be_concealed(one); }, thing);
    } else if constexpr (std::is_same_v<Thing, Message>) {
        return thing.forwarded_from.has_value();
    } else if constexpr (std::is_same_v<Thing, Room>) {
        return thing.preview.has_value();
    } else {
        return false;
    }
}

/// Whether something must be taken out of what is shown.
inline bool is_concealed(const Message& message, Blocked blocked) {
    return message.forwarded_from && is_blocked(blocked, message.forwarded_from->sender);
}
inline bool is_concealed(const Room& room, Blocked blocked) {
    return room.preview && is_blocked(blocked, room.preview->sender);
}
inline bool is_concealed(const Member&, Blocked) {
    return false;
}
inline bool is_concealed(const State& state, Blocked blocked) {
    return std::visit([&](const auto& thing) { return is_concealed(thing, blocked); }, state);
}

inline void conceal(Message& message, Blocked blocked) {
    if (!is_concealed(message, blocked)) return;
    message.forwarded_from->content.clear();
    message.attachments.clear();
}
/// For a room whose last message is known to be of somebody blocked.
inline void conceal_preview(Room& room) {
    if (room.preview) room.preview->content.clear();
}
inline void conceal(Room& room, Blocked blocked) {
    if (is_concealed(room, blocked)) conceal_preview(room);
}
inline void conceal(Member&, Blocked) {}
inline void conceal(State& state, Blocked blocked) {
    std::visit([&](auto& thing) { conceal(thing, blocked); }, state);
}

}  // namespace chatcore

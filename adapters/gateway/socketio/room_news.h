#pragma once
// What has become of rooms, for the `room-updated` of those who are told: a room is looked up once
// for all connections of a person on a loop, and not more often than a few times a second.
// Threads: the loop's.

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <unordered_set>
#include <utility>

#include "chatcore/engine.h"

namespace chatcore::gateway::socketio {

class ChatSpace;

class RoomNews final : public std::enable_shared_from_this<RoomNews> {
public:
    RoomNews(Engine& engine, int home) : engine_(engine), home_(home) {}

    /// The one of this thread, for as long as somebody has it. `home`: the loop's index.
    static std::shared_ptr<RoomNews> of(Engine& engine, int home);

    /// The client is told of the room as it is now, or a little later, where it is a store's.
    void ask(UserId user, RoomId room, const std::weak_ptr<ChatSpace*>& client);

private:
    using Clients = std::set<std::weak_ptr<ChatSpace*>, std::owner_less<>>;
    using Key = std::pair<UserId, RoomId>;

    void look_up(Key key);
    void found(Key key, const Clients& clients, const Result<ContextRoom>& room);

    Engine& engine_;
    const int home_;
    /// Who waits; a key is there from its look-up to the end of the rest after it.
    std::map<Key, Clients> waiting_;
    std::unordered_set<RoomId> others_;  ///< rooms that are no store's, and never will be
};

}  // namespace chatcore::gateway::socketio

#pragma once
// A person's eye on one room of the marketplace: told its new messages from when it has opened.
// Threads: the loop's, which is also the hub shard's.

#include <memory>
#include <optional>
#include <string>

#include "chatcore/engine.h"
#include "chatcore/hub.h"

namespace chatcore::gateway::marketplace {

/// Whose it is, and how long.
struct Viewer {
    UserId user;
    std::string token_family = {};
    std::optional<Timestamp> token_ends_at = {};  ///< nullopt: the host vouches for them
};

class Follower : public Peer {
public:
    Follower(Engine& engine, int home);
    ~Follower() override;

    /// Once. `opened` is called with the room's head, or `not_a_member` (who has left, too),
    /// `room_deleted`, `unavailable`; not after leave(). Leaving the room does not end it, being
    /// removed does.
    void follow(const Viewer& viewer, RoomId room, Completion<Position> opened);
    /// Before it goes; nothing is told afterwards.
    void leave();
    bool token_has_ended(Timestamp now) const { return token_ends_at_ && now >= *token_ends_at_; }

    // Of the hub.
    void deliver(Delivery& delivery) final;
    void list_moved(const ListUpdate&) final {}
    void resumed(RoomId, Position, bool) final {}
    void detached(RoomId room, ErrorCode why) final;
    void revoked() final;

protected:
    /// Something happened in the room.
    virtual void told(Delivery& delivery) = 0;
    /// Nothing more will be told: `not_a_member` or `token_revoked`. Not within a tick.
    virtual void ended(const Error& why) = 0;

    HubShard& shard() { return engine_.hub().shard(home_); }

private:
    void end_later(ErrorCode why);

    Engine& engine_;
    const int home_;
    std::shared_ptr<Follower*> self_;  ///< what completions hold; empty once it has left
    RoomId room_;
    std::optional<Timestamp> token_ends_at_;
    bool connected_ = false;
};

}  // namespace chatcore::gateway::marketplace

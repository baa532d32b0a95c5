#include "gateway/doors/marketplace/follower.h"

#include <utility>
#include <variant>

namespace chatcore::gateway::marketplace {

Follower::Follower(Engine& engine, int home)
    : engine_(engine), home_(home), self_(std::make_shared<Follower*>(this)) {}

Follower::~Follower() = default;

void Follower::follow(const Viewer& viewer, RoomId room, Completion<Position> opened) {
    room_ = room;
    token_ends_at_ = viewer.token_ends_at;
    connected_ = true;
    shard().connect(
        *this, viewer.user, viewer.token_family,
        [weak = std::weak_ptr(self_), opened = std::move(opened)](Result<int> rooms) mutable {
            const auto self = weak.lock();
            if (!self) return;
            if (!rooms) return opened(unexpected(rooms.error()));
            (*self)->shard().attach(
                **self, (*self)->room_, std::nullopt,
                [weak, opened = std::move(opened)](Result<Position> head) mutable {
                    if (!weak.expired()) opened(std::move(head));
                });
        });
}

void Follower::leave() {
    self_.reset();
    if (std::exchange(connected_, false)) shard().disconnect(*this);
}

void Follower::deliver(Delivery& delivery) {
    // Also presence, notifications, and the end of other rooms of the person.
    const auto* event = delivery.events().empty()
                            ? nullptr
                            : std::get_if<RoomEvent>(&delivery.events().front()->what);
    if (event != nullptr && event->room == room_) told(delivery);
}

void Follower::detached(RoomId room, ErrorCode why) {
    if (room == room_) end_later(why);
}

void Follower::revoked() {
    end_later(ErrorCode::token_revoked);
}

void Follower::end_later(ErrorCode why) {
    // From within a tick: whoever ends calls the hub back, so it waits for its own task.
    engine_.hub().executor(home_).post([weak = std::weak_ptr(self_), why] {
        if (const auto self = weak.lock()) (*self)->ended(Error{why});
    });
}

}  // namespace chatcore::gateway::marketplace

#include "sweeper.h"

namespace chatcore {

void Sweeper::start() {
    if (node_.limits.sweep_interval.value().count() <= 0) return;
    look();
    schedule();
}

void Sweeper::schedule() {
    timer_.post_after(node_.limits.sweep_interval, [this] {
        look();
        schedule();
    });
}

void Sweeper::look() {
    node_.pool.read([this](Store& store) {
        constexpr int rooms_max = 1'000;
        for (bool more = true; more;) {
            const std::int64_t since = cursor_;
            Result<RoomMoves> moved = store.rooms().moved_since(since, rooms_max);
            if (!moved) return;  // the store is away; the next look begins at the same place
            cursor_ = moved->cursor;
            // People may have come before the beginning was known; what moved in between is found
            // by looking at all of theirs once.
            if (since < 0) node_.hub->look_again(true);
            more = static_cast<int>(moved->moves.size()) >= rooms_max;
            std::vector<EventPtr> found;
            found.reserve(moved->moves.size() + moved->gains.size());
            for (const RoomMoves::Move& move : moved->moves)
                found.push_back(make_event(HeadMoved{move.room, move.head}));
            for (const RoomMoves::Gain& gain : moved->gains)
                found.push_back(make_event(RoomGained{gain.user, gain.room}));
            if (found.empty()) continue;
            // What was applied a moment ago is on its way. Only what has not come a while later is
            // looked for.
            constexpr std::chrono::milliseconds on_its_way{300};
            timer_.post_after(on_its_way, [this, found = std::move(found)]() mutable {
                node_.hub->publish(std::move(found));
            });
        }
    });
}

}  // namespace chatcore

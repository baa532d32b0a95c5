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
        look_at_blocks(store);
        look_at_rooms(store);
    });
}

void Sweeper::look_at_rooms(Store& store) {
    constexpr int rooms_max = 1'000;
    for (bool more = true; more;) {
        const std::int64_t since = cursor_;
        Result<RoomMoves> moved = store.rooms().moved_since(since, rooms_max);
        if (!moved) return;  // the store is away; the next look begins at the same place
        cursor_ = moved->cursor;
        // People may have come before the beginning was known; what moved in between is found by
        // looking at all of theirs once.
        if (since < 0) node_.hub->look_again(true);
        more = static_cast<int>(moved->moves.size()) >= rooms_max;
        std::vector<EventPtr> found;
        found.reserve(moved->moves.size() + moved->gains.size());
        for (const RoomMoves::Move& move : moved->moves)
            found.push_back(make_event(HeadMoved{move.room, move.head}));
        for (const RoomMoves::Gain& gain : moved->gains)
            found.push_back(make_event(RoomGained{gain.user, gain.room}));
        find(std::move(found));
    }
}

void Sweeper::look_at_blocks(Store& store) {
    constexpr int people_max = 1'000;
    for (bool more = true; more;) {
        const std::int64_t since = blocks_cursor_;
        Result<BlockMoves> moved = store.social().blocks_moved_since(since, people_max);
        if (!moved) return;
        blocks_cursor_ = moved->cursor;
        if (since < 0) node_.hub->look_again(false);
        more = static_cast<int>(moved->moves.size()) >= people_max;
        std::vector<EventPtr> found;
        found.reserve(moved->moves.size());
        for (const BlockMoves::Move& move : moved->moves)
            found.push_back(make_event(BlocksMoved{move.user, move.number, std::nullopt}));
        find(std::move(found));
    }
}

void Sweeper::find(std::vector<EventPtr> found) {
    if (found.empty()) return;
    // What was applied a moment ago is on its way. Only what has not come a while later is looked
    // for.
    constexpr std::chrono::milliseconds on_its_way{300};
    timer_.post_after(on_its_way, [this, found = std::move(found)]() mutable {
        node_.hub->publish(std::move(found));
    });
}

}  // namespace chatcore

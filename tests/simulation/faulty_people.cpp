#include "faulty_people.h"

namespace chatcore::simulation {

namespace {
Unexpected unknown_end() {
    return unexpected(ErrorCode::timeout, "store", "commit unknown");
}
}  // namespace

Result<SocialOutcome> FaultySocialStore::apply(const SocialChange& change) {
    if (fate_.write_fails()) return away();
    Result<SocialOutcome> outcome = inner_.apply(change);
    if (fate_.end_unknown()) return unknown_end();
    return outcome;
}

Result<Page<Friend>> FaultySocialStore::friends(UserId user, UserId after, int limit) {
    if (fate_.read_fails()) return away();
    return inner_.friends(user, after, limit);
}

Result<Page<FriendRequest>> FaultySocialStore::requests(UserId user, Direction direction,
                                                        FriendRequestId before, int limit) {
    if (fate_.read_fails()) return away();
    return inner_.requests(user, direction, before, limit);
}

Result<Page<Block>> FaultySocialStore::blocks(UserId user, UserId after, int limit) {
    if (fate_.read_fails()) return away();
    return inner_.blocks(user, after, limit);
}

Result<bool> FaultySocialStore::blocked_between(UserId one, UserId other) {
    if (fate_.read_fails()) return away();
    return inner_.blocked_between(one, other);
}

Result<BlockSet> FaultySocialStore::block_set(UserId user) {
    if (fate_.read_fails()) return away();
    Result<BlockSet> set = inner_.block_set(user);
    if (fate_.setting().breach == Breach::forgets_blocks) set->blocked.clear();
    return set;
}

Result<BlockMoves> FaultySocialStore::blocks_moved_since(std::int64_t cursor, int limit) {
    if (fate_.read_fails()) return away();
    Result<BlockMoves> moved = inner_.blocks_moved_since(cursor, limit);
    if (fate_.setting().breach == Breach::hides_block_moves) moved->moves.clear();
    return moved;
}

Result<std::vector<Recommendation>> FaultySocialStore::recommendations(
    UserId user, const RecommendationQuery& query) {
    if (fate_.read_fails()) return away();
    return inner_.recommendations(user, query);
}

Result<std::vector<Notified>> FaultyInboxStore::add(std::span<const NewNotification> fresh) {
    if (fate_.write_fails()) return away();
    std::vector<NewNotification> asked(fresh.begin(), fresh.end());
    if (fate_.setting().breach == Breach::notifies_again) {
        // Causes that no try repeats.
        for (NewNotification& one : asked)
            one.cause = static_cast<std::int64_t>(fate_.setting().dice.next() >> 12);
    }
    Result<std::vector<Notified>> taken = inner_.add(asked);
    if (fate_.end_unknown()) return unknown_end();
    return taken;
}

Result<Page<Notification>> FaultyInboxStore::list(UserId user, NotificationId before, int limit) {
    if (fate_.read_fails()) return away();
    return inner_.list(user, before, limit);
}

Result<std::int64_t> FaultyInboxStore::unread_count(UserId user) {
    if (fate_.read_fails()) return away();
    return inner_.unread_count(user);
}

Result<std::optional<Notification>> FaultyInboxStore::mark_read(UserId user, NotificationId id) {
    if (fate_.write_fails()) return away();
    Result<std::optional<Notification>> read = inner_.mark_read(user, id);
    if (fate_.end_unknown()) return unknown_end();
    return read;
}

Status FaultyInboxStore::mark_all_read(UserId user) {
    if (fate_.write_fails()) return away();
    Status read = inner_.mark_all_read(user);
    if (fate_.end_unknown()) return unknown_end();
    return read;
}

}  // namespace chatcore::simulation

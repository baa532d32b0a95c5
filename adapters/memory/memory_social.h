#pragma once
// Friends, blocks and inboxes.

#include "chatcore/ports/inbox_store.h"
#include "chatcore/ports/social_store.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemorySocialStore final : public SocialStore {
public:
    explicit MemorySocialStore(MemoryDatabase::State& state) : state_(state) {}

    Result<SocialOutcome> apply(const SocialChange& change) override;
    Result<Page<Friend>> friends(UserId user, UserId after, int limit) override;
    Result<Page<FriendRequest>> requests(UserId user, Direction direction, FriendRequestId before,
                                         int limit) override;
    Result<Page<Block>> blocks(UserId user, UserId after, int limit) override;
    Result<bool> blocked_between(UserId one, UserId other) override;
    Result<BlockSet> block_set(UserId user) override;
    Result<BlockMoves> blocks_moved_since(std::int64_t cursor, int limit) override;
    Result<std::vector<Recommendation>> recommendations(UserId user,
                                                        const RecommendationQuery& query) override;

private:
    MemoryDatabase::State& state_;
};

class MemoryInboxStore final : public InboxStore {
public:
    explicit MemoryInboxStore(MemoryDatabase::State& state) : state_(state) {}

    Result<std::vector<Notified>> add(std::span<const NewNotification> fresh) override;
    Result<Page<Notification>> list(UserId user, NotificationId before, int limit) override;
    Result<std::int64_t> unread_count(UserId user) override;
    Result<std::optional<Notification>> mark_read(UserId user, NotificationId id) override;
    Status mark_all_read(UserId user) override;

private:
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

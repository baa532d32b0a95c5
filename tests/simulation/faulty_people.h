#pragma once
// What stands between people, and their inboxes, with the faults of a store.

#include "chatcore/ports/inbox_store.h"
#include "chatcore/ports/social_store.h"

#include "fate.h"

namespace chatcore::simulation {

class FaultySocialStore final : public SocialStore {
public:
    FaultySocialStore(Fate& fate, SocialStore& inner) : fate_(fate), inner_(inner) {}

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
    Fate& fate_;
    SocialStore& inner_;
};

class FaultyInboxStore final : public InboxStore {
public:
    FaultyInboxStore(Fate& fate, InboxStore& inner) : fate_(fate), inner_(inner) {}

    Result<std::vector<Notified>> add(std::span<const NewNotification> fresh) override;
    Result<Page<Notification>> list(UserId user, NotificationId before, int limit) override;
    Result<std::int64_t> unread_count(UserId user) override;
    Result<std::optional<Notification>> mark_read(UserId user, NotificationId id) override;
    Status mark_all_read(UserId user) override;

private:
    Fate& fate_;
    InboxStore& inner_;
};

}  // namespace chatcore::simulation

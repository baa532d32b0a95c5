#pragma once
// Friends, blocks and inboxes.

#include "chatcore/ports/inbox_store.h"
#include "chatcore/ports/social_store.h"
#include "chatcore/rules/social_rules.h"

#include "transaction.h"

namespace chatcore::sqlite {

/// The rows of one change between two people. To be used inside a write transaction.
/// Threads: as the store's connection, one at a time.
class SqliteSocialRows final : public SocialRows {
public:
    explicit SqliteSocialRows(Connection& connection);

    Result<std::optional<FriendRequest>> request(FriendRequestId id) override;
    Result<Bond> bond(UserId actor, UserId other) override;
    Result<FriendRequestId> draw_request_id() override;
    Status save(const Bond& before, const Bond& after) override;

private:
    /// Draws the next of a counter.
    Result<std::int64_t> draw(std::string_view counter);
    static Result<std::optional<Timestamp>> time(Statement& statement, UserId from, UserId to);

    Statement request_;
    Statement requests_between_;
    Statement friendship_;
    Statement block_;
    Statement draw_id_;
    Statement insert_friendship_;
    Statement delete_friendship_;
    Statement insert_request_;
    Statement delete_request_;
    Statement insert_block_;
    Statement delete_block_;
    Statement move_blocks_;
};

/// Threads: as the store's connection, one at a time.
class SqliteSocialStore final : public SocialStore {
public:
    SqliteSocialStore(Connection& connection, TransactionStatements& transactions, WriteLine& line);

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
    TransactionStatements& transactions_;
    WriteLine& line_;
    SqliteSocialRows rows_;
    Statement friends_;
    Statement requests_in_;
    Statement requests_out_;
    Statement blocks_;
    Statement blocked_between_;
    Statement block_set_;
    Statement blocks_moved_since_;
    Statement counter_;
    Statement recommendations_;
};

/// Threads: as the store's connection, one at a time.
class SqliteInboxStore final : public InboxStore {
public:
    SqliteInboxStore(Connection& connection, TransactionStatements& transactions, WriteLine& line);

    Result<std::vector<Notified>> add(std::span<const NewNotification> fresh) override;
    Result<Page<Notification>> list(UserId user, NotificationId before, int limit) override;
    Result<std::int64_t> unread_count(UserId user) override;
    Result<std::optional<Notification>> mark_read(UserId user, NotificationId id) override;
    Status mark_all_read(UserId user) override;

private:
    /// Inserts those that may be, with ids above `last`, which is moved on.
    Result<std::vector<Notified>> insert(std::span<const NewNotification> fresh,
                                         NotificationId& last);
    Status forget_old(const std::vector<Notified>& taken);

    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    Statement counter_;
    Statement set_counter_;
    Statement insert_;
    Statement forget_;
    Statement list_;
    Statement unread_;
    Statement read_;
    Statement read_all_;
};

}  // namespace chatcore::sqlite

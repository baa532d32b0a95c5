#pragma once
// The reads of rooms and messages: one query each, or several inside one read transaction.

#include "chatcore/ports/message_reader.h"
#include "chatcore/ports/room_reader.h"

#include "transaction.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqliteRoomReader final : public RoomReader {
public:
    explicit SqliteRoomReader(Connection& connection);

    Result<std::optional<Room>> find(RoomId room) override;
    Result<std::optional<Member>> member(RoomId room, UserId user) override;
    Result<std::optional<RoomView>> view(RoomId room, UserId viewer) override;
    Result<Page<RoomView>> list(UserId viewer, const RoomListQuery& query) override;
    Result<Page<Member>> members(RoomId room, UserId after, int limit) override;
    Result<std::vector<Membership>> memberships(UserId user, RoomId after, int limit) override;
    Result<ReadStandings> read_standings(RoomId room, std::span<const UserId> users) override;
    Result<RoomMoves> moved_since(std::int64_t cursor, int limit) override;

private:
    /// `room_deleted` where it was.
    Status check_stands(RoomId room);

    Statement room_;
    Statement is_deleted_;
    Statement member_;
    Statement view_;
    Statement list_;
    Statement list_unread_;
    Statement members_;
    Statement memberships_;
    Statement read_standings_;
    Statement moved_since_;
    Statement gained_since_;
    Statement counter_;
};

/// Threads: as the store's connection, one at a time.
class SqliteMessageReader final : public MessageReader {
public:
    SqliteMessageReader(Connection& connection, TransactionStatements& transactions);

    Result<std::optional<Message>> find(MessageId message, std::optional<UserId> viewer) override;
    Result<std::vector<PostStanding>> standings(UserId sender, std::span<const RoomId> rooms,
                                                std::span<const ClientKey> keys) override;
    Result<History> history(const HistoryQuery& query, std::optional<UserId> viewer) override;
    Result<HistoryPage> page(const PageQuery& query, std::optional<UserId> viewer) override;
    Result<Changes> changes(RoomId room, Position since, int limit,
                            std::optional<UserId> viewer) override;
    Result<std::vector<Message>> pins(RoomId room, std::optional<UserId> viewer) override;
    Result<Page<Message>> replies(MessageId root, MessageId after, int limit,
                                  std::optional<UserId> viewer) override;
    Result<Page<Thread>> threads(RoomId room, MessageId before, int limit,
                                 std::optional<UserId> viewer) override;

private:
    /// What the engine is told of a deleted room.
    Result<Changes> changes_of_deleted(RoomId room, Position since);
    /// What a viewer who may read a room sees of it.
    struct Sight {
        Position head;
        RoomKind kind = RoomKind::group;
        std::optional<UserId> blocker;  ///< the viewer, where their blocks hide something
    };
    /// The viewer's sight of the room, or why they may not read.
    Result<Sight> sight_of(RoomId room, std::optional<UserId> viewer);
    /// Appends up to `limit` messages; true where there are more.
    Result<bool> append(bool newer, const HistoryQuery& query, const Sight& sight,
                        std::int64_t from, int limit, std::vector<Message>& out);
    /// What the threads need besides their roots.
    Status complete(std::vector<Thread>& threads, const Sight& sight);
    Result<std::vector<UserId>> blocked_by(UserId user);
    /// Takes out of the things what `blocker` is not shown; asks only where something may be.
    template <class Thing>
    Status conceal_in(std::optional<UserId> blocker, std::span<Thing> things);

    TransactionStatements& transactions_;
    Statement may_read_;
    Statement message_;
    Statement post_;
    Statement standing_;
    Statement older_;
    Statement newer_;
    Statement older_of_type_;
    Statement newer_of_type_;
    Statement posted_since_;
    Statement altered_since_;
    Statement members_since_;
    Statement room_since_;
    Statement pins_;
    Statement replies_;
    Statement roots_;
    Statement last_replies_;
    Statement repliers_;
    Statement totals_;
    Statement page_;
    Statement page_without_texts_;
    Statement blocked_by_;
};

}  // namespace chatcore::sqlite

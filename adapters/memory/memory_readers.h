#pragma once
// The reads of rooms and messages. Each method holds the database's mutex, and so sees one moment.

#include "chatcore/ports/message_reader.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/ports/search_reader.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemoryRoomReader final : public RoomReader {
public:
    explicit MemoryRoomReader(MemoryDatabase::State& state) : state_(state) {}

    Result<std::optional<Room>> find(RoomId room) override;
    Result<std::optional<Member>> member(RoomId room, UserId user) override;
    Result<std::optional<RoomView>> view(RoomId room, UserId viewer) override;
    Result<Page<RoomView>> list(UserId viewer, const RoomListQuery& query) override;
    Result<Page<Member>> members(RoomId room, UserId after, int limit) override;
    Result<std::vector<Membership>> memberships(UserId user, RoomId after, int limit) override;
    Result<ReadStandings> read_standings(RoomId room, std::span<const UserId> users) override;
    Result<RoomMoves> moved_since(std::int64_t cursor, int limit) override;

private:
    MemoryDatabase::State& state_;
};

class MemoryMessageReader final : public MessageReader {
public:
    explicit MemoryMessageReader(MemoryDatabase::State& state) : state_(state) {}

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
    MemoryDatabase::State& state_;
};

class MemorySearchReader final : public SearchReader {
public:
    explicit MemorySearchReader(MemoryDatabase::State& state) : state_(state) {}

    Result<Page<Message>> messages(const SearchQuery& query, std::optional<UserId> viewer) override;
    Result<Page<Room>> rooms(UserId viewer, const std::string& folded, RoomId after,
                             int limit) override;

private:
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

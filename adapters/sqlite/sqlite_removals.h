#pragma once
// What rooms are about, and what deletions have left to do.

#include "chatcore/ports/context_store.h"
#include "chatcore/ports/removal_store.h"

#include "search_index.h"
#include "transaction.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqliteContextStore final : public ContextStore {
public:
    SqliteContextStore(Connection& connection, TransactionStatements& transactions,
                       WriteLine& line);

    Result<RegisteredContext> put(const RegisteredContext& given) override;
    Result<std::optional<RegisteredContext>> find(const Context& context) override;
    Result<std::vector<RegisteredContext>> registered(std::span<const Context> contexts) override;
    Result<std::vector<Room>> rooms(const Context& context, int limit) override;
    Status remove(const Context& context, Timestamp now) override;

private:
    TransactionStatements& transactions_;
    WriteLine& line_;
    Statement put_;
    Statement find_;
    Statement rooms_;
    Statement remove_;
};

/// Threads: as the store's connection, one at a time.
class SqliteRemovalStore final : public RemovalStore {
public:
    SqliteRemovalStore(Connection& connection, TransactionStatements& transactions,
                       WriteLine& line);

    Result<std::vector<RoomId>> doomed(const std::optional<Context>& of, int limit) override;
    Result<bool> pending() override;
    Result<bool> clear(int rows_max) override;

private:
    Result<std::optional<RoomId>> next_room();
    // Each takes away rows of the room while `left` is above 0, and counts it down.
    Status clear(RoomId room, int& left);
    Status clear_members(RoomId room, int& left);
    Status clear_schedules(RoomId room, int& left);
    Status clear_messages(RoomId room, int& left);
    Status clear_uses(const Message& message);

    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    SearchIndex search_;
    Statement doomed_;
    Statement doomed_of_;
    Statement pending_;
    Statement settle_contexts_;
    Statement room_to_clear_;
    Statement room_is_clear_;
    Statement members_;
    Statement clear_member_;
    Statement clear_notifications_;
    Statement clear_delivery_;
    Statement clear_schedules_;
    Statement messages_;
    Statement clear_message_;
    Statement delete_upload_use_;
    Statement clear_upload_use_;
    Statement clear_bookmarks_;
    Statement clear_mentions_;
    Statement count_;
};

}  // namespace chatcore::sqlite

#pragma once
// Finding messages by the index of their bigrams, and groups by a look at the titles that the
// viewer may see.

#include "chatcore/ports/search_reader.h"

#include "transaction.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqliteSearchReader final : public SearchReader {
public:
    SqliteSearchReader(Connection& connection, TransactionStatements& transactions);

    Result<Page<Message>> messages(const SearchQuery& query, std::optional<UserId> viewer) override;
    Result<Page<Room>> rooms(UserId viewer, const std::string& folded, RoomId after,
                             int limit) override;

private:
    /// All whom the viewer blocks; nobody for the engine.
    Result<std::vector<UserId>> blocked_by(std::optional<UserId> viewer);

    TransactionStatements& transactions_;
    Statement may_read_;
    Statement search_;
    Statement visible_groups_;
    Statement blocked_by_;
};

}  // namespace chatcore::sqlite

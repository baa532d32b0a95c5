#pragma once
// What one person has of messages: bookmarks, and what they have not read.

#include "chatcore/ports/personal_store.h"

#include "transaction.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqlitePersonalStore final : public PersonalStore {
public:
    SqlitePersonalStore(Connection& connection, TransactionStatements& transactions,
                        WriteLine& line);

    Result<Message> toggle_bookmark(UserId user, MessageId message, int bookmarks_max) override;
    Result<Page<Message>> bookmarks(UserId user, const BookmarkQuery& query) override;
    Result<std::vector<MessageId>> bookmarked_among(UserId user,
                                                    std::span<const MessageId> messages) override;
    Result<UnreadTotals> unread(UserId user, int rooms_max) override;

private:
    Result<std::vector<UserId>> blocked_by(UserId user);
    /// Takes the bookmark away, else puts it; whether there is one then.
    Result<bool> turn(UserId user, const Message& message, int bookmarks_max);

    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    Statement may_read_;
    Statement message_;
    Statement draw_id_;
    Statement remove_;
    Statement insert_;
    Statement count_;
    Statement blocked_by_;
    Statement list_;
    Statement between_;
    Statement unread_;
};

}  // namespace chatcore::sqlite

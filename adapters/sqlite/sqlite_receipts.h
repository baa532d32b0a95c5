#pragma once
// Who has read what, and up to where it has arrived.

#include "chatcore/ports/receipt_store.h"

#include "transaction.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqliteReceiptStore final : public ReceiptStore {
public:
    SqliteReceiptStore(Connection& connection, TransactionStatements& transactions,
                       WriteLine& line);

    Result<Page<Member>> readers(MessageId message, UserId after, int limit,
                                 std::optional<UserId> viewer) override;
    Result<std::vector<ReadPointer>> read_pointers(std::span<const RoomId> rooms, UserId viewer,
                                                   int members_max) override;
    Result<std::vector<std::int64_t>> unread(std::span<const Readership> readers) override;
    Status raise_delivered(std::span<const DeliveryPointer> pointers) override;
    Result<MessageId> delivered(RoomId room, UserId user) override;
    Result<std::vector<UserId>> senders(RoomId room, MessageId above, MessageId up_to,
                                        int among) override;

private:
    TransactionStatements& transactions_;
    WriteLine& line_;
    Statement message_;
    Statement readers_;
    Statement read_pointers_;
    Statement unread_by_;
    Statement raise_;
    Statement delivered_;
    Statement senders_;
};

}  // namespace chatcore::sqlite

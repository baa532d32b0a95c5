#pragma once
// Who has read what, and up to where it has arrived.

#include "chatcore/ports/receipt_store.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemoryReceiptStore final : public ReceiptStore {
public:
    explicit MemoryReceiptStore(MemoryDatabase::State& state) : state_(state) {}

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
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

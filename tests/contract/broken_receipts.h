#pragma once
// The receipts of a broken store.

#include <algorithm>

#include "contract/broken_hands.h"

namespace chatcore::contract {

class BrokenReceipts final : public ReceiptStore {
public:
    BrokenReceipts(ReceiptStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<Page<Member>> readers(MessageId message, UserId after, int limit,
                                 std::optional<UserId> viewer) override {
        auto page = real_.readers(message, after, limit, viewer);
        if (page && hands_.is(StoreFault::reads_ones_own) && after == UserId{}) {
            const Message& read = hands_.tables().messages.at(message).message;
            page->items.push_back(*hands_.tables().member(read.room, read.sender));
        }
        return page;
    }
    Result<std::vector<ReadPointer>> read_pointers(std::span<const RoomId> rooms, UserId viewer,
                                                   int members_max) override {
        const bool all = hands_.is(StoreFault::tells_readers_of_large_rooms);
        return real_.read_pointers(rooms, viewer, all ? 1'000 : members_max);
    }
    Result<std::vector<std::int64_t>> unread(std::span<const Readership> readers) override {
        auto found = real_.unread(readers);
        if (found && hands_.is(StoreFault::counts_the_others_unread))
            std::reverse(found->begin(), found->end());
        return found;
    }
    Status raise_delivered(std::span<const DeliveryPointer> pointers) override {
        Status raised = real_.raise_delivered(pointers);
        if (hands_.is(StoreFault::delivers_backwards)) {
            for (const DeliveryPointer& pointer : pointers)
                hands_.tables().delivered[{pointer.room, pointer.user}] = pointer.message;
        }
        return raised;
    }
    Result<MessageId> delivered(RoomId room, UserId user) override {
        return real_.delivered(room, user);
    }
    Result<std::vector<UserId>> senders(RoomId room, MessageId above, MessageId up_to,
                                        int among) override {
        return real_.senders(room, above, up_to,
                             hands_.is(StoreFault::forgets_senders) ? 1 : among);
    }

private:
    ReceiptStore& real_;
    Hands hands_;
};

}  // namespace chatcore::contract

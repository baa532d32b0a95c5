#pragma once
// What one person has of messages: bookmarks, and what they have not read.

#include "chatcore/ports/personal_store.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemoryPersonalStore final : public PersonalStore {
public:
    explicit MemoryPersonalStore(MemoryDatabase::State& state) : state_(state) {}

    Result<Message> toggle_bookmark(UserId user, MessageId message, int bookmarks_max) override;
    Result<Page<Message>> bookmarks(UserId user, const BookmarkQuery& query) override;
    Result<std::vector<MessageId>> bookmarked_among(UserId user,
                                                    std::span<const MessageId> messages) override;
    Result<UnreadTotals> unread(UserId user, int rooms_max) override;

private:
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

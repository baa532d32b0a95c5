#pragma once
// Bookmarks and counts with one thing wrong at a time.

#include <algorithm>

#include "contract/broken_hands.h"

namespace chatcore::contract {

class BrokenPersonal final : public PersonalStore {
public:
    BrokenPersonal(PersonalStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<Message> toggle_bookmark(UserId user, MessageId message, int bookmarks_max) override {
        if (hands_.is(StoreFault::bookmarks_for_ever))
            hands_.tables().bookmarks[user].erase(message);
        return real_.toggle_bookmark(user, message, bookmarks_max);
    }
    Result<Page<Message>> bookmarks(UserId user, const BookmarkQuery& query) override {
        BookmarkQuery asked = query;
        if (hands_.is(StoreFault::searches_no_bookmark)) asked.text.clear();
        auto& mine = hands_.tables().bookmarks[user];
        const auto kept = mine;
        if (hands_.is(StoreFault::shows_anybodys_bookmarks)) {
            for (const auto& [other, theirs] : hands_.tables().bookmarks)
                mine.insert(theirs.begin(), theirs.end());
        }
        if (hands_.is(StoreFault::lists_bookmarks_by_message)) {
            for (auto& [message, id] : mine) id = BookmarkId{message.value};
        }
        const auto blocks = hands_.tables().blocks;
        if (hands_.is(StoreFault::bookmarks_the_blocked)) hands_.tables().blocks.clear();
        auto page = real_.bookmarks(user, asked);
        hands_.tables().blocks = blocks;
        mine = kept;
        return page;
    }
    Result<std::vector<MessageId>> bookmarked_among(UserId user,
                                                    std::span<const MessageId> messages) override {
        return real_.bookmarked_among(user, messages);
    }
    Result<UnreadTotals> unread(UserId user, int rooms_max) override {
        auto totals = real_.unread(user, rooms_max);
        if (!totals) return totals;
        if (hands_.is(StoreFault::counts_ones_own_mentions)) recount(user, *totals, true, false);
        if (hands_.is(StoreFault::counts_mentions_read)) recount(user, *totals, false, true);
        return totals;
    }

private:
    void recount(UserId user, UnreadTotals& totals, bool own, bool read) const {
        const memory::Tables& tables = hands_.tables();
        totals.mentions = 0;
        for (const auto& [id, stored] : tables.messages) {
            const Message& message = stored.message;
            const Member* member = tables.member(message.room, user);
            const bool counts = member != nullptr && member->active && !message.deleted_at &&
                                (own || message.sender != user) &&
                                (read || message.seq > member->read_seq - (own ? 1 : 0));
            const bool named = std::any_of(message.mentions.begin(), message.mentions.end(),
                                           [&](const Mention& mention) {
                                               return mention.names_all() || mention.user == user;
                                           });
            if (counts && named) ++totals.mentions;
        }
    }

    PersonalStore& real_;
    Hands hands_;
};

}  // namespace chatcore::contract

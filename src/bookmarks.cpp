// Bookmarks: putting them, listing them, and saying where they are.

#include <algorithm>

#include "chatcore/messages.h"
#include "chatcore/search_text.h"
#include "chatcore/text.h"

#include "bookmarked.h"
#include "node.h"

namespace chatcore {

void fill_bookmarked(Store& store, UserId reader, std::span<Message> messages) {
    if (messages.empty()) return;
    std::vector<MessageId> ids;
    ids.reserve(messages.size());
    for (const Message& message : messages) ids.push_back(message.id);
    const Result<std::vector<MessageId>> marked = store.personal().bookmarked_among(reader, ids);
    if (!marked) return;
    for (Message& message : messages)
        message.bookmarked = std::binary_search(marked->begin(), marked->end(), message.id);
}

void Messages::bookmark(Caller caller, MessageId message, Completion<Message> done) {
    node_.ask_writer<Message>(
        caller.home,
        [this, caller, message](Store& store) -> Result<Message> {
            Result<Message> marked =
                store.personal().toggle_bookmark(caller.user, message, node_.limits.bookmarks_max);
            if (marked) node_.profiles.fill(store, std::span<Message>(&*marked, 1));
            return marked;
        },
        std::move(done));
}

void Messages::bookmarks(Caller caller, BookmarkQuery query, Completion<Page<Message>> done) {
    if (!text::valid(query.text) || !text::blank(query.text)) {
        Result<std::string> term = text::search_term(query.text);
        if (!term) {
            node_.answer<Page<Message>>(caller.home, std::move(done), unexpected(term.error()));
            return;
        }
        query.text = std::move(*term);
    } else {
        query.text.clear();
    }
    if (query.limit < 1 || query.limit > 100) {
        node_.answer<Page<Message>>(caller.home, std::move(done),
                                    unexpected(ErrorCode::malformed, "limit"));
        return;
    }
    node_.ask<Page<Message>>(
        caller.home,
        [this, caller, query = std::move(query)](Store& store) -> Result<Page<Message>> {
            Result<Page<Message>> page = store.personal().bookmarks(caller.user, query);
            if (page) node_.profiles.fill(store, std::span<Message>(page->items));
            return page;
        },
        std::move(done));
}

}  // namespace chatcore

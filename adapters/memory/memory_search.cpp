// Looks at everything: the specification of what an index must find.

#include <algorithm>
#include <iterator>

#include "chatcore/rules/concealment.h"
#include "chatcore/search_text.h"
#include "chatcore/text.h"

#include "memory_readers.h"
#include "memory_tables.h"

namespace chatcore::memory {

Result<Page<Message>> MemorySearchReader::messages(const SearchQuery& query,
                                                   std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    if (Status status = query.room ? tables.readable(*query.room, viewer) : Status{}; !status)
        return unexpected(status.error());
    Page<Message> page;
    for (auto it = std::make_reverse_iterator(tables.messages.lower_bound(query.before));
         it != tables.messages.rend(); ++it) {
        Message message = it->second.message;
        const std::vector<UserId> blocked = tables.hidden_in(message.room, viewer);
        if (is_hidden(message, blocked)) continue;
        conceal(message, blocked);
        const bool wanted = (!query.room || message.room == *query.room) &&
                            (!query.sender || message.sender == *query.sender) &&
                            (!query.type || message.type == *query.type) &&
                            (!query.from || message.created_at >= *query.from) &&
                            (!query.until || message.created_at < *query.until) &&
                            !message.deleted_at && tables.may_read(message.room, viewer) &&
                            finds(searched_text(message), query.text);
        if (!wanted) continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(query.limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(message);
    }
    return page;
}

Result<Page<Room>> MemorySearchReader::rooms(UserId viewer, const std::string& folded, RoomId after,
                                             int limit) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    Page<Room> page;
    for (auto it = tables.rooms.upper_bound(after); it != tables.rooms.end(); ++it) {
        const Room& room = it->second;
        const Member* member = tables.member(room.id, viewer);
        const bool own = member != nullptr && member->active;
        const bool seen = (room.open || own) && !room.deleted_at;
        if (room.kind != RoomKind::group || !seen || !finds(text::fold(room.title), folded))
            continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(room);
        conceal(page.items.back(), tables.hidden_in(room.id, viewer));
        if (!own) page.items.back().preview.reset();
    }
    return page;
}

}  // namespace chatcore::memory

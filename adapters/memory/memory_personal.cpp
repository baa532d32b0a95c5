#include "memory_personal.h"

#include <algorithm>

#include "chatcore/rules/concealment.h"
#include "chatcore/search_text.h"

namespace chatcore::memory {

Result<Message> MemoryPersonalStore::toggle_bookmark(UserId user, MessageId message,
                                                     int bookmarks_max) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    const auto found = tables.messages.find(message);
    if (found == tables.messages.end() || !tables.may_read(found->second.message.room, user))
        return unexpected(ErrorCode::not_found, "message");
    Message shown = found->second.message;
    const std::vector<UserId> blocked = tables.hidden_in(shown.room, user);
    if (is_hidden(shown, blocked)) return unexpected(ErrorCode::not_found, "message");
    conceal(shown, blocked);
    if (shown.deleted_at) return unexpected(ErrorCode::already_deleted);
    auto& mine = tables.bookmarks[user];
    if (const auto it = mine.find(message); it != mine.end()) {
        mine.erase(it);
        shown.bookmarked = false;
        return shown;
    }
    if (mine.size() >= static_cast<std::size_t>(std::max(bookmarks_max, 0)))
        return unexpected(ErrorCode::too_many, "bookmarks");
    mine[message] = BookmarkId{++tables.bookmark.value};
    shown.bookmarked = true;
    return shown;
}

Result<Page<Message>> MemoryPersonalStore::bookmarks(UserId user, const BookmarkQuery& query) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    if (query.room) {
        if (Status status = tables.readable(*query.room, user); !status)
            return unexpected(status.error());
    }
    Page<Message> page;
    const auto mine = tables.bookmarks.find(user);
    if (mine == tables.bookmarks.end()) return page;
    std::map<BookmarkId, MessageId, std::greater<>> newest_first;
    for (const auto& [message, id] : mine->second) newest_first[id] = message;
    BookmarkId last;
    for (const auto& [id, message_id] : newest_first) {
        const auto found = tables.messages.find(message_id);
        if (found == tables.messages.end()) continue;  // gone with its room
        Message message = found->second.message;
        const std::vector<UserId> blocked = tables.hidden_in(message.room, user);
        if (is_hidden(message, blocked)) continue;
        conceal(message, blocked);
        const bool wanted = (query.before == BookmarkId{} || id < query.before) &&
                            (!query.room || message.room == *query.room) &&
                            tables.may_read(message.room, user) &&
                            finds(searched_text(message), query.text);
        if (!wanted) continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(query.limit, 1))) {
            page.next_cursor = std::to_string(last.value);
            break;
        }
        last = id;
        page.items.push_back(std::move(message));
        page.items.back().bookmarked = true;
    }
    return page;
}

Result<std::vector<MessageId>> MemoryPersonalStore::bookmarked_among(
    UserId user, std::span<const MessageId> messages) {
    const std::scoped_lock lock(state_.mutex);
    std::vector<MessageId> marked;
    const auto mine = state_.tables.bookmarks.find(user);
    if (mine == state_.tables.bookmarks.end()) return marked;
    for (const MessageId id : std::set<MessageId>(messages.begin(), messages.end())) {
        if (mine->second.contains(id)) marked.push_back(id);
    }
    return marked;
}

Result<UnreadTotals> MemoryPersonalStore::unread(UserId user, int rooms_max) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    UnreadTotals totals;
    const auto rooms = tables.rooms_of.find(user);
    if (rooms == tables.rooms_of.end()) return totals;
    const auto names_me = [&](const Message& message) {
        return message.sender != user &&
               std::any_of(message.mentions.begin(), message.mentions.end(),
                           [&](const Mention& mention) {
                               return mention.names_all() || mention.user == user;
                           });
    };
    for (const RoomId room : rooms->second) {
        const Member& member = *tables.member(room, user);
        if (!member.active || tables.is_deleted(room)) continue;
        std::int64_t unread = 0;
        const std::vector<MessageId>& ids = tables.messages_in(room);
        for (auto it = ids.rbegin(); it != ids.rend(); ++it) {
            const Message& message = tables.messages.at(*it).message;
            if (message.seq <= member.read_seq) break;
            if (message.deleted_at) continue;
            ++unread;
            if (names_me(message)) ++totals.mentions;
        }
        totals.total += unread;
        if (unread > 0 && totals.rooms.size() < static_cast<std::size_t>(std::max(rooms_max, 0)))
            totals.rooms.emplace_back(room, unread);
    }
    return totals;
}

}  // namespace chatcore::memory

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "chatcore/rules/concealment.h"
#include "chatcore/rules/state_order.h"

#include "memory_readers.h"

namespace chatcore::memory {

namespace {

bool is_wanted(const HistoryQuery& query, const Message& message) {
    return (!query.type || message.type == *query.type) && (query.replies || !message.parent);
}

/// The messages of a room that a query wants, walked in one direction.
class Walk {
public:
    Walk(const Tables& tables, const HistoryQuery& query, Blocked blocked)
        : tables_(tables), blocked_(blocked) {
        for (MessageId id : tables.messages_in(query.room)) {
            if (is_wanted(query, at(id)) && !is_hidden(at(id), blocked)) ids_.push_back(id);
        }
    }

    /// Up to `limit` below the position, newest first; true where there are more.
    bool older(Position below, std::size_t limit, std::vector<Message>& out) const {
        auto it = std::lower_bound(ids_.begin(), ids_.end(), message_at(below));
        for (; it != ids_.begin() && limit > 0; --limit) out.push_back(shown(*--it));
        return it != ids_.begin();
    }
    /// Up to `limit` at or above the position, oldest first; true where there are more.
    bool newer(Position from, std::size_t limit, std::vector<Message>& out) const {
        auto it = std::lower_bound(ids_.begin(), ids_.end(), message_at(from));
        for (; it != ids_.end() && limit > 0; --limit) out.push_back(shown(*it++));
        return it != ids_.end();
    }

private:
    const Message& at(MessageId id) const { return tables_.messages.at(id).message; }
    Message shown(MessageId id) const {
        Message message = at(id);
        conceal(message, blocked_);
        return message;
    }

    const Tables& tables_;
    Blocked blocked_;
    std::vector<MessageId> ids_;
};

}  // namespace

Result<std::optional<Message>> MemoryMessageReader::find(MessageId message,
                                                         std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.messages.find(message);
    if (it == state_.tables.messages.end() ||
        !state_.tables.may_read(it->second.message.room, viewer)) {
        return std::optional<Message>{};
    }
    Message found = it->second.message;
    const std::vector<UserId> blocked = state_.tables.hidden_in(found.room, viewer);
    if (is_hidden(found, blocked)) return std::optional<Message>{};
    conceal(found, blocked);
    return std::optional{std::move(found)};
}

Result<std::vector<PostStanding>> MemoryMessageReader::standings(UserId sender,
                                                                 std::span<const RoomId> rooms,
                                                                 std::span<const ClientKey> keys) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    std::vector<PostStanding> found(rooms.size());
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        PostStanding& standing = found[i];
        standing.posted = i < keys.size() && tables.posts.contains({sender, keys[i]});
        const Room* room = tables.room(rooms[i]);
        if (room == nullptr) continue;
        standing.room = *room;
        if (room->deleted_at) continue;
        if (const Member* member = tables.member(room->id, sender)) standing.member = *member;
        if (room->direct)
            standing.blocked = tables.blocked_between(room->direct->low, room->direct->high);
    }
    return found;
}

Result<History> MemoryMessageReader::history(const HistoryQuery& query,
                                             std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    if (Status status = state_.tables.readable(query.room, viewer); !status)
        return unexpected(status.error());
    const std::vector<UserId> blocked = state_.tables.hidden_in(query.room, viewer);
    const Walk walk(state_.tables, query, blocked);
    const auto limit = static_cast<std::size_t>(std::max(query.limit, 1));
    History history;
    if (query.after) {
        const Position from{query.after->value + 1};
        history.has_more = walk.newer(from, limit, history.messages);
    } else if (query.around) {
        walk.newer(*query.around, limit - limit / 2, history.messages);
        std::reverse(history.messages.begin(), history.messages.end());
        history.has_more = walk.older(*query.around, limit / 2, history.messages);
    } else {
        const Position below = query.before.value_or(Position{id_max + 1});
        history.has_more = walk.older(below, limit, history.messages);
    }
    return history;
}

Result<HistoryPage> MemoryMessageReader::page(const PageQuery& query,
                                              std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    if (Status status = tables.readable(query.room, viewer); !status)
        return unexpected(status.error());
    const std::vector<UserId> blocked = tables.hidden_in(query.room, viewer);
    HistoryPage page;
    page.totals = tables.rooms.at(query.room).totals;
    const auto limit = std::max<std::int64_t>(query.limit, 1);
    std::int64_t passed_over = (std::max<std::int64_t>(query.page, 1) - 1) * limit;
    const std::vector<MessageId>& ids = tables.messages_in(query.room);
    for (auto it = ids.rbegin(); it != ids.rend(); ++it) {
        const Message& message = tables.messages.at(*it).message;
        const bool wanted = query.types.empty() || std::find(query.types.begin(), query.types.end(),
                                                             message.type) != query.types.end();
        if (message.deleted_at || !wanted || is_hidden(message, blocked)) continue;
        if (--passed_over >= 0) continue;
        if (page.messages.size() == static_cast<std::size_t>(limit)) {
            page.has_more = true;
            break;
        }
        page.messages.push_back(message);
        conceal(page.messages.back(), blocked);
    }
    return page;
}

Result<Changes> MemoryMessageReader::changes(RoomId room, Position since, int limit,
                                             std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    const bool told_gone = !viewer && tables.is_deleted(room);
    if (Status status = tables.readable(room, viewer); !status && !told_gone)
        return unexpected(status.error());
    const auto is_new = [&](Position changed) {
        return changed > since || (since == Position{} && changed == Position{});
    };
    std::set<State, decltype(&told_before)> states(&told_before);
    const Room& header = tables.rooms.at(room);
    const std::vector<UserId> blocked = tables.hidden_in(room, viewer);
    if (is_new(header.changed_at)) states.insert(header);
    for (auto it = told_gone ? tables.members.end() : tables.members.lower_bound({room, UserId{}});
         it != tables.members.end() && it->first.first == room; ++it) {
        if (is_new(it->second.changed_at)) states.insert(it->second);
    }
    static const std::vector<MessageId> none;
    for (MessageId id : told_gone ? none : tables.messages_in(room)) {
        const Message& message = tables.messages.at(id).message;
        if (is_new(message.changed_at) && !is_hidden(message, blocked)) states.insert(message);
    }

    Changes changes;
    changes.head = changes.next = header.head;
    changes.kind = header.kind;
    int counted = 0;
    Position last;
    for (const State& state : states) {
        // What stands at 0 is not counted, and states that share a position are not parted.
        const Position position = changed_at(state);
        if (counted >= std::max(limit, 1) && position != last) {
            changes.has_more = true;
            changes.next = last;
            break;
        }
        if (position != Position{}) ++counted;
        last = position;
        changes.items.push_back(state);
        conceal(changes.items.back(), blocked);
    }
    return changes;
}

Result<std::vector<Message>> MemoryMessageReader::pins(RoomId room, std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    if (Status status = state_.tables.readable(room, viewer); !status)
        return unexpected(status.error());
    const std::vector<UserId> blocked = state_.tables.hidden_in(room, viewer);
    std::vector<Message> pinned;
    for (MessageId id : state_.tables.messages_in(room)) {
        const Message& message = state_.tables.messages.at(id).message;
        if (!message.pin || is_hidden(message, blocked)) continue;
        pinned.push_back(message);
        conceal(pinned.back(), blocked);
    }
    std::sort(pinned.begin(), pinned.end(), [](const Message& left, const Message& right) {
        return std::pair{left.pin->at, left.id} > std::pair{right.pin->at, right.id};
    });
    return pinned;
}

Result<Page<Message>> MemoryMessageReader::replies(MessageId root, MessageId after, int limit,
                                                   std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    const auto found = tables.messages.find(root);
    if (found == tables.messages.end() || !tables.may_read(found->second.message.room, viewer))
        return unexpected(ErrorCode::not_found, "message");
    const Message& asked = found->second.message;
    const std::vector<UserId> blocked = tables.hidden_in(asked.room, viewer);
    if (is_hidden(asked, blocked)) return unexpected(ErrorCode::not_found, "message");
    Page<Message> page;
    for (MessageId id : tables.messages_in(asked.room)) {
        const Message& message = tables.messages.at(id).message;
        if (message.parent != root || id <= after || is_hidden(message, blocked)) continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(message);
        conceal(page.items.back(), blocked);
    }
    return page;
}

Result<Page<Thread>> MemoryMessageReader::threads(RoomId room, MessageId before, int limit,
                                                  std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    if (Status status = tables.readable(room, viewer); !status) return unexpected(status.error());
    const std::vector<UserId> blocked = tables.hidden_in(room, viewer);
    std::map<MessageId, Thread, std::greater<>> threads;
    std::map<MessageId, int> looked_at;
    const std::vector<MessageId>& ids = tables.messages_in(room);
    for (auto it = ids.rbegin(); it != ids.rend(); ++it) {
        const Message& reply = tables.messages.at(*it).message;
        if (!reply.parent || reply.deleted_at || *reply.parent >= before) continue;
        if (is_hidden(reply, blocked)) continue;
        const Message& root = tables.messages.at(*reply.parent).message;
        if (root.reply_count == 0 || is_hidden(root, blocked)) continue;
        const auto [thread, fresh] = threads.try_emplace(root.id, Thread{root, reply, {}});
        std::vector<UserId>& people = thread->second.participants;
        if (++looked_at[root.id] > thread_replies_looked_at) continue;
        const bool known = std::find(people.begin(), people.end(), reply.sender) != people.end();
        if (!known && static_cast<int>(people.size()) < thread_participants_max)
            people.push_back(reply.sender);
    }
    Page<Thread> page;
    for (auto& [root, thread] : threads) {
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().root.id.value);
            break;
        }
        conceal(thread.root, blocked);
        conceal(thread.last_reply, blocked);
        page.items.push_back(std::move(thread));
    }
    return page;
}

}  // namespace chatcore::memory

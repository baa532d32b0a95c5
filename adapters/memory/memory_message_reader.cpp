#include <algorithm>
#include <set>

#include "chatcore/rules/state_order.h"

#include "memory_readers.h"

namespace chatcore::memory {

namespace {

bool may_read(const Tables& tables, RoomId room, std::optional<UserId> viewer) {
    if (tables.room(room) == nullptr) return false;
    if (!viewer) return true;
    const Member* member = tables.member(room, *viewer);
    return member != nullptr && member->active;
}

/// The ids of a room's messages below (or from) a position, walked in one direction.
class Walk {
public:
    Walk(const Tables& tables, RoomId room) : tables_(tables), ids_(tables.messages_in(room)) {}

    /// Up to `limit` below the position, newest first; true where there are more.
    bool older(Position below, std::size_t limit, std::vector<Message>& out) const {
        auto it = std::lower_bound(ids_.begin(), ids_.end(), message_at(below));
        for (; it != ids_.begin() && limit > 0; --limit) out.push_back(at(*--it));
        return it != ids_.begin();
    }
    /// Up to `limit` at or above the position, oldest first; true where there are more.
    bool newer(Position from, std::size_t limit, std::vector<Message>& out) const {
        auto it = std::lower_bound(ids_.begin(), ids_.end(), message_at(from));
        for (; it != ids_.end() && limit > 0; --limit) out.push_back(at(*it++));
        return it != ids_.end();
    }

private:
    const Message& at(MessageId id) const { return tables_.messages.at(id).message; }

    const Tables& tables_;
    const std::vector<MessageId>& ids_;
};

}  // namespace

Result<std::optional<Message>> MemoryMessageReader::find(MessageId message,
                                                         std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.messages.find(message);
    if (it == state_.tables.messages.end() ||
        !may_read(state_.tables, it->second.message.room, viewer)) {
        return std::optional<Message>{};
    }
    return std::optional{it->second.message};
}

Result<History> MemoryMessageReader::history(const HistoryQuery& query,
                                             std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    if (!may_read(state_.tables, query.room, viewer)) return unexpected(ErrorCode::not_a_member);
    const Walk walk(state_.tables, query.room);
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

Result<Changes> MemoryMessageReader::changes(RoomId room, Position since, int limit,
                                             std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    if (!may_read(tables, room, viewer)) return unexpected(ErrorCode::not_a_member);
    const auto is_new = [&](Position changed) {
        return changed > since || (since == Position{} && changed == Position{});
    };
    std::set<State, decltype(&told_before)> states(&told_before);
    const Room& header = tables.rooms.at(room);
    if (is_new(header.changed_at)) states.insert(header);
    for (auto it = tables.members.lower_bound({room, UserId{}});
         it != tables.members.end() && it->first.first == room; ++it) {
        if (is_new(it->second.changed_at)) states.insert(it->second);
    }
    for (MessageId id : tables.messages_in(room)) {
        const Message& message = tables.messages.at(id).message;
        if (is_new(message.changed_at)) states.insert(message);
    }

    Changes changes;
    changes.head = changes.next = header.head;
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
    }
    return changes;
}

}  // namespace chatcore::memory

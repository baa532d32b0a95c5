#include "memory_social.h"

#include <algorithm>
#include <utility>

#include "chatcore/rules/social_rules.h"

namespace chatcore::memory {

namespace {

/// The caller holds the database's mutex.
class MemorySocialRows final : public SocialRows {
public:
    explicit MemorySocialRows(Tables& tables) : tables_(tables) {}

    Result<std::optional<FriendRequest>> request(FriendRequestId id) override {
        const auto it = tables_.requests.find(id);
        if (it == tables_.requests.end()) return std::optional<FriendRequest>{};
        return std::optional{it->second};
    }

    Result<Bond> bond(UserId actor, UserId other) override {
        Bond bond{.actor = actor,
                  .other = other,
                  .friends_since = time_of(tables_.friends, actor, other),
                  .request = {},
                  .blocks_since = time_of(tables_.blocks, actor, other),
                  .blocked_by_other = tables_.has_blocked(other, actor)};
        for (const auto& [id, request] : tables_.requests) {
            if ((request.sender == actor && request.receiver == other) ||
                (request.sender == other && request.receiver == actor)) {
                bond.request = request;
            }
        }
        return bond;
    }

    Result<FriendRequestId> draw_request_id() override {
        return FriendRequestId{++tables_.friend_request.value};
    }

    Status save(const Bond& before, const Bond& after) override {
        put(tables_.friends, after.actor, after.other, after.friends_since);
        put(tables_.friends, after.other, after.actor, after.friends_since);
        if (before.blocks_since != after.blocks_since) {
            put(tables_.blocks, after.actor, after.other, after.blocks_since);
            tables_.block_numbers[after.actor] = ++tables_.block_number;
        }
        if (before.request) tables_.requests.erase(before.request->id);
        if (after.request) tables_.requests[after.request->id] = *after.request;
        return {};
    }

private:
    using Times = std::map<UserId, std::map<UserId, Timestamp>>;

    static std::optional<Timestamp> time_of(const Times& times, UserId from, UserId to) {
        const auto row = times.find(from);
        if (row == times.end()) return std::nullopt;
        const auto it = row->second.find(to);
        return it == row->second.end() ? std::nullopt : std::optional{it->second};
    }
    static void put(Times& times, UserId from, UserId to, std::optional<Timestamp> at) {
        if (at) {
            times[from][to] = *at;
        } else if (const auto row = times.find(from); row != times.end()) {
            row->second.erase(to);
        }
    }

    Tables& tables_;
};

/// A page of a map by user, from behind `after`.
template <class Item>
Page<Item> page_of(const std::map<UserId, std::map<UserId, Timestamp>>& times, UserId user,
                   UserId after, int limit) {
    Page<Item> page;
    const auto row = times.find(user);
    if (row == times.end()) return page;
    for (auto it = row->second.upper_bound(after); it != row->second.end(); ++it) {
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().user.value);
            break;
        }
        page.items.push_back(Item{it->first, it->second, {}});
    }
    return page;
}

/// How far away everybody is whom the search reaches, and through how many friends.
std::map<UserId, Recommendation> search(const Tables& tables, UserId user, int depth) {
    static const std::map<UserId, Timestamp> nobody;
    const auto friends_of = [&](UserId of) -> const std::map<UserId, Timestamp>& {
        const auto it = tables.friends.find(of);
        return it == tables.friends.end() ? nobody : it->second;
    };
    std::map<UserId, Recommendation> reached;
    reached[user] = {.user = user, .mutual_friends = 0, .depth = 0, .profile = {}};
    std::vector<UserId> ring = {user};
    for (int away = 1; away <= depth; ++away) {
        std::vector<UserId> next;
        for (UserId from : ring) {
            for (const auto& [to, since] : friends_of(from)) {
                auto [it, fresh] = reached.try_emplace(
                    to,
                    Recommendation{.user = to, .mutual_friends = 0, .depth = away, .profile = {}});
                if (fresh) next.push_back(to);
                if (away == 2 && it->second.depth == 2) ++it->second.mutual_friends;
            }
        }
        ring = std::move(next);
    }
    return reached;
}

}  // namespace

Result<SocialOutcome> MemorySocialStore::apply(const SocialChange& change) {
    const std::scoped_lock lock(state_.mutex);
    MemorySocialRows rows(state_.tables);
    return apply_social(rows, change);
}

Result<Page<Friend>> MemorySocialStore::friends(UserId user, UserId after, int limit) {
    const std::scoped_lock lock(state_.mutex);
    return page_of<Friend>(state_.tables.friends, user, after, limit);
}

Result<Page<FriendRequest>> MemorySocialStore::requests(UserId user, Direction direction,
                                                        FriendRequestId before, int limit) {
    const std::scoped_lock lock(state_.mutex);
    Page<FriendRequest> page;
    const auto& requests = state_.tables.requests;
    for (auto it = requests.rbegin(); it != requests.rend(); ++it) {
        const FriendRequest& request = it->second;
        const UserId whose = direction == Direction::in ? request.receiver : request.sender;
        if (whose != user || (before != FriendRequestId{} && request.id >= before)) continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(request);
    }
    return page;
}

Result<Page<Block>> MemorySocialStore::blocks(UserId user, UserId after, int limit) {
    const std::scoped_lock lock(state_.mutex);
    return page_of<Block>(state_.tables.blocks, user, after, limit);
}

Result<bool> MemorySocialStore::blocked_between(UserId one, UserId other) {
    const std::scoped_lock lock(state_.mutex);
    return state_.tables.blocked_between(one, other);
}

Result<BlockSet> MemorySocialStore::block_set(UserId user) {
    const std::scoped_lock lock(state_.mutex);
    BlockSet set{.user = user, .number = 0, .blocked = {}};
    const auto number = state_.tables.block_numbers.find(user);
    if (number != state_.tables.block_numbers.end()) set.number = number->second;
    if (const auto it = state_.tables.blocks.find(user); it != state_.tables.blocks.end()) {
        for (const auto& [other, since] : it->second) set.blocked.push_back(other);
    }
    return set;
}

Result<BlockMoves> MemorySocialStore::blocks_moved_since(std::int64_t cursor, int limit) {
    const std::scoped_lock lock(state_.mutex);
    BlockMoves found{.moves = {}, .cursor = cursor < 0 ? state_.tables.block_number : cursor};
    if (cursor < 0) return found;
    for (const auto& [user, number] : state_.tables.block_numbers) {
        if (number > cursor) found.moves.push_back({user, number});
    }
    std::sort(found.moves.begin(), found.moves.end(),
              [](const auto& left, const auto& right) { return left.number < right.number; });
    const auto kept = static_cast<std::size_t>(std::max(limit, 1));
    if (found.moves.size() > kept) found.moves.resize(kept);
    if (!found.moves.empty()) found.cursor = found.moves.back().number;
    return found;
}

Result<std::vector<Recommendation>> MemorySocialStore::recommendations(
    UserId user, const RecommendationQuery& query) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    std::set<UserId> hidden;
    for (const auto& [id, request] : tables.requests) {
        if (request.sender == user) hidden.insert(request.receiver);
        if (request.receiver == user) hidden.insert(request.sender);
    }
    std::vector<Recommendation> found;
    for (const auto& [who, reached] : search(tables, user, query.depth)) {
        if (reached.depth < 2 || hidden.contains(who) || tables.blocked_between(user, who))
            continue;
        found.push_back(reached);
    }
    std::sort(found.begin(), found.end(),
              [](const Recommendation& left, const Recommendation& right) {
                  return std::pair{-left.mutual_friends, left.user} <
                         std::pair{-right.mutual_friends, right.user};
              });
    const auto begin = found.begin() + std::min<std::ptrdiff_t>(query.skip, std::ssize(found));
    const auto end = begin + std::min<std::ptrdiff_t>(query.limit, found.end() - begin);
    return std::vector<Recommendation>(begin, end);
}

Result<std::vector<Notified>> MemoryInboxStore::add(std::span<const NewNotification> fresh) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    std::vector<Notified> taken;
    for (const NewNotification& one : fresh) {
        if (tables.has_blocked(one.receiver, one.actor)) continue;
        if (one.room) {
            const Member* member = tables.member(*one.room, one.receiver);
            if (member == nullptr || !member->active || tables.is_deleted(*one.room)) continue;
        }
        auto& inbox = tables.inboxes[one.receiver];
        const bool known = std::any_of(inbox.begin(), inbox.end(), [&](const auto& entry) {
            return entry.second.notification.kind == one.kind && entry.second.cause == one.cause;
        });
        if (known) continue;
        const NotificationId id{++tables.notification.value};
        const Notification notification{.id = id,
                                        .kind = one.kind,
                                        .at = one.at,
                                        .read = false,
                                        .actor = one.actor,
                                        .room = one.room,
                                        .message = one.message,
                                        .actor_profile = {}};
        inbox[id] = {notification, one.cause};
        if (inbox.size() > notifications_kept_max) inbox.erase(inbox.begin());
        taken.push_back({one.receiver, notification});
    }
    return taken;
}

Result<Page<Notification>> MemoryInboxStore::list(UserId user, NotificationId before, int limit) {
    const std::scoped_lock lock(state_.mutex);
    Page<Notification> page;
    const auto inbox = state_.tables.inboxes.find(user);
    if (inbox == state_.tables.inboxes.end()) return page;
    const auto& kept = inbox->second;
    auto from = before == NotificationId{} ? kept.end() : kept.lower_bound(before);
    while (from != kept.begin()) {
        --from;
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(from->second.notification);
    }
    return page;
}

Result<std::int64_t> MemoryInboxStore::unread_count(UserId user) {
    const std::scoped_lock lock(state_.mutex);
    const auto inbox = state_.tables.inboxes.find(user);
    if (inbox == state_.tables.inboxes.end()) return 0;
    return std::int64_t{
        std::count_if(inbox->second.begin(), inbox->second.end(),
                      [](const auto& entry) { return !entry.second.notification.read; })};
}

Result<std::optional<Notification>> MemoryInboxStore::mark_read(UserId user, NotificationId id) {
    const std::scoped_lock lock(state_.mutex);
    const auto inbox = state_.tables.inboxes.find(user);
    if (inbox == state_.tables.inboxes.end()) return std::optional<Notification>{};
    const auto it = inbox->second.find(id);
    if (it == inbox->second.end()) return std::optional<Notification>{};
    it->second.notification.read = true;
    return std::optional{it->second.notification};
}

Status MemoryInboxStore::mark_all_read(UserId user) {
    const std::scoped_lock lock(state_.mutex);
    const auto inbox = state_.tables.inboxes.find(user);
    if (inbox == state_.tables.inboxes.end()) return {};
    for (auto& [id, stored] : inbox->second) stored.notification.read = true;
    return {};
}

}  // namespace chatcore::memory

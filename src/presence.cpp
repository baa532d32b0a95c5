#include "chatcore/presence.h"

#include <fmt/format.h>

#include "node.h"

namespace chatcore {

namespace {
std::string set_of(UserId user) {
    return fmt::format("presence:{}", user.value);
}
}  // namespace

Presence::Presence(Node& node, std::unique_ptr<Cache> cache, std::unique_ptr<Executor> worker)
    : node_(node),
      cache_(std::move(cache)),
      worker_(std::move(worker)),
      node_name_(fmt::format("{:x}", node.random_id())) {}

Presence::~Presence() = default;

void Presence::start() {
    worker_->post_after(node_.limits.presence_refresh, [this] {
        refresh();
        start();
    });
}

void Presence::stop() {
    worker_->stop();
}

void Presence::came(UserId user, std::vector<RoomId> rooms) {
    {
        const std::lock_guard lock(mutex_);
        if (here_[user]++ > 0) return;
    }
    worker_->post([this, user, rooms = std::move(rooms)]() mutable {
        const SetEntry entry{set_of(user), node_name_};
        const auto first = cache_->add({&entry, 1}, node_.limits.presence_ttl);
        // Without the cache each node knows of its own people only, and tells them.
        if (!first || first->front()) tell(user, true, std::move(rooms));
    });
}

void Presence::went(UserId user, std::vector<RoomId> rooms) {
    {
        const std::lock_guard lock(mutex_);
        const auto it = here_.find(user);
        if (it == here_.end() || --it->second > 0) return;
        here_.erase(it);
    }
    worker_->post([this, user, rooms = std::move(rooms)]() mutable {
        {
            const std::lock_guard lock(mutex_);
            if (here_.contains(user)) return;  // came back while this waited
        }
        const SetEntry entry{set_of(user), node_name_};
        const auto empty = cache_->remove({&entry, 1});
        if (!empty || empty->front()) tell(user, false, std::move(rooms));
    });
}

void Presence::tell(UserId user, bool online, std::vector<RoomId> rooms) {
    const Timestamp now = node_.clock.now();
    if (!online) {
        node_.pool.write([user, now](Store& store) {
            const std::pair<UserId, Timestamp> seen{user, now};
            (void)store.people().touch(
                {&seen, 1});  // a nicety: the next going offline writes it again
        });
    }
    if (!rooms.empty())
        node_.tell({make_event(PresenceSignal{user, online, now, std::move(rooms)})});
}

void Presence::refresh() {
    std::vector<SetEntry> entries;
    {
        const std::lock_guard lock(mutex_);
        entries.reserve(here_.size());
        for (const auto& [user, shards] : here_) entries.push_back({set_of(user), node_name_});
        const auto now = node_.clock.steady();
        // Who has not said that they stopped is forgotten later, so that it is told then.
        std::erase_if(typed_, [now](const auto& typed) {
            const std::chrono::seconds kept{typed.second.is_typing ? 60 : 2};
            return now - typed.second.at > kept;
        });
        std::erase_if(shown_, [now](const auto& shown) {
            return now - shown.second.since > std::chrono::seconds{2};
        });
    }
    constexpr std::size_t at_once = 1'000;
    for (std::size_t begin = 0; begin < entries.size(); begin += at_once) {
        const auto some =
            std::span(entries).subspan(begin, std::min(at_once, entries.size() - begin));
        if (!cache_->add(some, node_.limits.presence_ttl))
            break;  // the cache is away; tried again at the next turn
    }
}

void Presence::online(Caller caller, RoomId room, Completion<std::vector<UserId>> done) {
    node_.pool.read([this, caller, room, done = std::move(done)](Store& store) mutable {
        Result<std::optional<Member>> me = store.rooms().member(room, caller.user);
        Result<Page<Member>> members = store.rooms().members(room, UserId{}, 1'000);
        if (!me || !members) {
            const Error why = me ? members.error() : me.error();
            node_.answer<std::vector<UserId>>(caller.home, std::move(done), unexpected(why));
            return;
        }
        if (!*me || !(*me)->active) {
            node_.answer<std::vector<UserId>>(caller.home, std::move(done),
                                              unexpected(ErrorCode::not_a_member));
            return;
        }
        std::vector<UserId> users;
        for (const Member& member : members->items) {
            if (member.active) users.push_back(member.user);
        }
        worker_->post([this, caller, users = std::move(users), done = std::move(done)]() mutable {
            std::vector<std::string> sets;
            sets.reserve(users.size());
            for (UserId user : users) sets.push_back(set_of(user));
            const auto any = cache_->any(sets);
            std::vector<UserId> online;
            for (std::size_t i = 0; any && i < users.size(); ++i) {
                if ((*any)[i]) online.push_back(users[i]);
            }
            Result<std::vector<UserId>> answer = std::move(online);
            if (!any) answer = unexpected(any.error());
            node_.answer<std::vector<UserId>>(caller.home, std::move(done), std::move(answer));
        });
    });
}

void Presence::as_member(Caller caller, RoomId room, Completion<bool> done, Task act) {
    const std::optional<bool> known = node_.members.find(room, caller.user, node_.clock.steady());
    if (known) {
        if (*known) act();
        node_.answer<bool>(caller.home, std::move(done),
                           *known ? Result<bool>(true) : unexpected(ErrorCode::not_a_member));
        return;
    }
    node_.pool.read(
        [this, caller, room, done = std::move(done), act = std::move(act)](Store& store) mutable {
            Result<std::optional<Member>> member = store.rooms().member(room, caller.user);
            if (!member) {
                node_.answer<bool>(caller.home, std::move(done), unexpected(member.error()));
                return;
            }
            const bool active = *member && (*member)->active;
            node_.members.put(room, caller.user, active, node_.clock.steady());
            if (active) act();
            node_.answer<bool>(caller.home, std::move(done),
                               active ? Result<bool>(true) : unexpected(ErrorCode::not_a_member));
        });
}

void Presence::typing(Caller caller, RoomId room, bool is_typing, Completion<bool> done) {
    as_member(caller, room, std::move(done), [this, user = caller.user, room, is_typing] {
        typing_by_member(user, room, is_typing);
    });
}

std::chrono::nanoseconds Presence::typing_interval() const {
    const int rate = node_.limits.typing_per_s;
    return rate > 0 ? std::chrono::nanoseconds{std::chrono::seconds{1}} / rate
                    : std::chrono::nanoseconds{0};
}

void Presence::typing_by_member(UserId user, RoomId room, bool is_typing) {
    if (const auto interval = typing_interval(); interval.count() > 0) {
        const auto now = node_.clock.steady();
        const std::lock_guard lock(mutex_);
        const auto [it, fresh] = typed_.try_emplace({room, user}, Typed{now, is_typing});
        if (!fresh) {
            Typed& typed = it->second;
            const bool stops = typed.is_typing && !is_typing;
            if (!stops && now - typed.at < interval) return;
            // A stop leaves the time: the next start counts from the one before.
            typed = {stops ? typed.at : now, is_typing};
        }
    }
    node_.tell({make_event(TypingSignal{room, user, is_typing})});
}

void Presence::activity(Caller caller, RoomId room, std::string activity, Completion<bool> done) {
    constexpr std::size_t letters_max = 20;
    bool sound = !activity.empty() && activity.size() <= letters_max;
    for (char& c : activity) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        sound = sound && ((c >= 'A' && c <= 'Z') || c == '_');
    }
    if (!sound) {
        node_.answer<bool>(caller.home, std::move(done),
                           unexpected(ErrorCode::invalid_value, "activity"));
        return;
    }
    as_member(caller, room, std::move(done),
              [this, user = caller.user, room, activity = std::move(activity)]() mutable {
                  activity_by_member(user, room, std::move(activity));
              });
}

void Presence::activity_by_member(UserId user, RoomId room, std::string activity) {
    if (const auto interval = typing_interval(); interval.count() > 0) {
        const auto now = node_.clock.steady();
        const std::lock_guard lock(mutex_);
        Shown& shown = shown_[{room, user}];
        if (shown.told == 0 || now - shown.since >= interval) {
            shown = {activity, now, 1};
        } else {
            // Another one passes, so that what was told last is true.
            constexpr int told_max = 5;
            if (shown.activity == activity || shown.told >= told_max) return;
            shown.activity = activity;
            ++shown.told;
        }
    }
    node_.tell({make_event(ActivitySignal{room, user, std::move(activity), node_.clock.now()})});
}

}  // namespace chatcore

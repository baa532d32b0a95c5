// Connections, people and their rooms. What rooms do is in hub_shard_rooms.cpp, what is told in
// hub_shard_tell.cpp.

#include "chatcore/hub_shard.h"

#include <algorithm>
#include <atomic>

#include "chatcore/presence.h"

#include "hub_shard_state.h"
#include "node.h"

namespace chatcore {

HubShard::HubShard(Node& node, Executor& executor, int index)
    : node_(node), executor_(executor), index_(index) {}
HubShard::~HubShard() = default;

HubShard::Figures HubShard::figures() const {
    return {peers_.size(), people_.size(), rooms_.size()};
}

void HubShard::connect(Peer& peer, UserId user, std::string family, Completion<int> done) {
    peer.user_ = user;
    peer.family_ = std::move(family);
    peer.serial_ = next_serial_++;
    peers_[peer.serial_] = &peer;
    std::unique_ptr<Person>& person = people_[user];
    if (!person) {
        person = std::make_unique<Person>();
        person->user = user;
        listen_for(user);
    }
    person->peers.push_back(&peer);
    if (person->loaded) {
        peer.blocks_at_coming_ = person->blocks_number;
        done(static_cast<int>(person->rooms.size()));
        return;
    }
    // The answer may come after the connection has gone: it is then dropped with its serial.
    person->waiting.push_back(
        [this, serial = peer.serial_, done = std::move(done)](Result<int> rooms) mutable {
            if (peers_.contains(serial)) done(std::move(rooms));
        });
    if (person->waiting.size() == 1) load_person(*person);
}

void HubShard::listen_for(UserId user) {
    // What is told before the channel is heard would be missed. Nobody waits for a bus that is
    // away; where it takes hold late, the rooms are looked at once more.
    enum : int { under_way, heard, gone_on };
    const auto state = std::make_shared<std::atomic<int>>(under_way);
    node_.subscriptions.add(Channel::of(user), [this, user, state] {
        if (state->exchange(heard) != gone_on) return;
        executor_.post([this, user] {
            const auto it = people_.find(user);
            if (it != people_.end()) load_person(*it->second);
        });
    });
    int before = under_way;
    state->compare_exchange_strong(before, gone_on);
}

void HubShard::disconnect(Peer& peer) {
    if (peers_.erase(peer.serial_) == 0) return;
    if (std::exchange(peer.dirty_, false)) std::erase(dirty_peers_, &peer);
    while (!peer.attached_.empty()) detach(peer, peer.attached_.back().room);
    const auto it = people_.find(peer.user_);
    Person& person = *it->second;
    std::erase(person.peers, &peer);
    if (!person.peers.empty()) return;
    std::vector<RoomId> shared = small_rooms(person);
    const bool was_loaded = person.loaded;
    while (!person.rooms.empty()) drop_room(person, person.rooms.back().room->id);
    node_.subscriptions.remove(Channel::of(peer.user_));
    people_.erase(it);
    if (was_loaded && node_.presence != nullptr)
        node_.presence->went(peer.user_, std::move(shared));
}

std::vector<RoomId> HubShard::small_rooms(const Person& person) const {
    std::vector<RoomId> rooms;
    for (const PersonRoom& room : person.rooms) {
        if (room.is_in() && room.room->participant_count <= node_.limits.presence_told_members_max)
            rooms.push_back(room.room->id);
    }
    return rooms;
}

void HubShard::look_again(bool at_rooms) {
    // Also whose rooms are being read now: that reading may be of a moment before.
    for (const auto& [user, person] : people_) load_person(*person);
    if (!at_rooms) return;
    for (const auto& [room, entry] : rooms_) {
        if (entry->state == RoomEntry::State::live) repair(*entry);
    }
}

void HubShard::load_person(Person& person) {
    ++loads_;
    person.load = next_serial_++;
    node_.pool.read([this, user = person.user, load = person.load](Store& store) {
        // In pages, but of a bounded number: who is in more rooms has the others listed by asking.
        Loaded loaded;
        std::vector<Membership>& all = loaded.memberships;
        Status status;
        Result<BlockSet> blocks = store.social().block_set(user);
        if (blocks) {
            loaded.blocks = std::move(*blocks);
        } else {
            status = unexpected(blocks.error());
        }
        RoomId after{};
        while (status && static_cast<int>(all.size()) < node_.limits.person_rooms_indexed_max) {
            constexpr int page = 1'000;
            Result<std::vector<Membership>> some = store.rooms().memberships(user, after, page);
            if (!some) {
                status = unexpected(some.error());
                break;
            }
            const bool last = static_cast<int>(some->size()) < page;
            if (!some->empty()) after = some->back().room;
            std::move(some->begin(), some->end(), std::back_inserter(all));
            if (last) break;
        }
        Result<Loaded> answer = unexpected(ErrorCode::internal);
        if (status) {
            node_.profiles.fill(store, std::span<Membership>(all));
            answer = std::move(loaded);
        } else {
            answer = unexpected(status.error());
        }
        executor_.post([this, user, load, answer = std::move(answer)]() mutable {
            person_loaded(user, load, std::move(answer));
        });
    });
}

void HubShard::person_loaded(UserId user, std::uint64_t load, Result<Loaded> loaded) {
    const auto it = people_.find(user);
    // Of two loads the later one counts: the earlier may be of a moment before somebody was heard.
    if (it != people_.end() && it->second->load == load) {
        Person& person = *it->second;
        std::vector<Completion<int>> waiting = std::exchange(person.waiting, {});
        const bool first = !person.loaded;
        if (!loaded) {
            if (!first) {
                executor_.post_after(std::chrono::milliseconds{200}, [this, user, load] {
                    const auto again = people_.find(user);
                    if (again != people_.end() && again->second->load == load)
                        load_person(*again->second);
                });
            }
            for (auto& done : waiting) done(unexpected(loaded.error()));
        } else {
            person.loaded = true;
            set_blocks(person, std::move(loaded->blocks));
            for (Peer* peer : person.peers) {
                if (peer->blocks_at_coming_ < 0) peer->blocks_at_coming_ = person.blocks_number;
            }
            renew(person, loaded->memberships, first);
            for (RoomId room : std::exchange(person.gained, {})) room_gained(user, room);
            if (first && node_.presence != nullptr) node_.presence->came(user, small_rooms(person));
            const int count = static_cast<int>(person.rooms.size());
            for (auto& done : waiting) done(count);
        }
    }
    load_ended();
}

void HubShard::renew(Person& person, const std::vector<Membership>& memberships, bool first) {
    person.rooms.reserve(memberships.size());  // most people's rooms never become more
    std::vector<RoomId> gone;
    for (const PersonRoom& room : person.rooms) gone.push_back(room.room->id);
    for (const Membership& membership : memberships) {
        std::erase(gone, membership.room);
        const bool known = first || room_of(person, membership.room) != nullptr;
        if (known) add_room(person, membership);
        // New to a person who was here before, or maybe left since, which part of the log has
        // forgotten: looked at by itself.
        const PersonRoom* mine = room_of(person, membership.room);
        const bool stale =
            log_overflowed_ && known && mine != nullptr && membership.head < mine->room->position;
        if (!known || stale) room_gained(person.user, membership.room);
    }
    for (RoomId room : gone) {
        if (!came_back(person.user, room)) drop_room(person, room);
    }
    catch_up_from_log(person, std::nullopt);
}

void HubShard::add_room(Person& person, const Membership& membership) {
    const auto place =
        std::lower_bound(person.rooms.begin(), person.rooms.end(), membership.room,
                         [](const PersonRoom& room, RoomId id) { return room.room->id < id; });
    if (place != person.rooms.end() && place->room->id == membership.room) {
        settle_membership(person, *place, membership);
        // In large rooms a pointer moves without moving the head.
        if (std::pair(membership.head, membership.read_seq) <=
            std::pair(place->as_of, place->read_seq))
            return;
        place->read_seq = membership.read_seq;
        place->deleted = static_cast<std::int32_t>(membership.deleted_after_read);
        place->as_of = membership.head;
        list_dirty(person, *place->room);
        return;
    }
    RoomEntry& entry = entry_of(membership.room);
    if (entry.deleted) return;  // read before that
    entry.kind = membership.kind;
    const bool opened = entry.state == RoomEntry::State::opening;
    if (opened) {
        entry.state = RoomEntry::State::live;
        entry.position = entry.base = membership.head;
    }
    entry.last_seq = std::max(entry.last_seq, membership.last_seq);
    // A room that was only followed so far knows what it was told, not what was last.
    if (membership.preview && (!entry.preview || entry.preview->id < membership.preview->id))
        entry.preview = std::make_shared<const Preview>(*membership.preview);
    if (entry.last_activity_at < membership.last_activity_at)
        entry.last_activity_at = membership.last_activity_at;
    entry.participant_count = membership.participant_count;
    PersonRoom room;
    room.room = &entry;
    room.index = static_cast<std::uint32_t>(entry.people.size()) & PersonRoom::index_max;
    room.read_seq = membership.read_seq;
    room.deleted = static_cast<std::int32_t>(membership.deleted_after_read);
    room.as_of = membership.head;
    room.unread = membership.unread_count();
    room.left = membership.left;
    if (room.is_in()) person.total_unread += room.unread;
    if (!room.is_in() && !room.has_news()) room.shown = PersonRoom::Shown::no;
    entry.people.push_back(&person);
    person.rooms.insert(place, room);
    // What was read from the store is not in the log that the person catches up from.
    if (membership.head < entry.read_to) room_gained(person.user, entry.id);
    if (opened) receive(std::exchange(entry.held, {}));
}

HubShard::PersonRoom* HubShard::room_of(Person& person, RoomId room) {
    const auto it =
        std::lower_bound(person.rooms.begin(), person.rooms.end(), room,
                         [](const PersonRoom& mine, RoomId id) { return mine.room->id < id; });
    return it != person.rooms.end() && it->room->id == room ? &*it : nullptr;
}

bool HubShard::is_indexed(UserId user, RoomId room) const {
    const auto person = people_.find(user);
    const PersonRoom* mine = person == people_.end() ? nullptr : room_of(*person->second, room);
    if (mine == nullptr || !mine->is_in()) return false;
    const std::vector<Leaving>& leaving = rooms_.at(room)->leaving;
    return std::none_of(leaving.begin(), leaving.end(),
                        [&](const Leaving& gone) { return gone.user == user; });
}

void HubShard::catch_up_from_log(Person& person, std::optional<RoomId> only) {
    if (log_overflowed_) {
        // Part of the log is gone; the rooms are read instead.
        for (const PersonRoom& room : person.rooms) {
            if (only && *only != room.room->id) continue;
            if (room.room->state == RoomEntry::State::live) repair(*room.room);
        }
        return;
    }
    std::vector<std::pair<RoomId, Leaving>> left;
    const std::vector<EventPtr> log = log_;  // taking an event may add to it
    for (const EventPtr& event : log) {
        const auto* what = std::get_if<RoomEvent>(&event->what);
        if (what == nullptr) {
            if (const auto* head = std::get_if<HeadMoved>(&event->what)) take(event, *head);
            continue;
        }
        const auto entry = rooms_.find(what->room);
        if (entry == rooms_.end() || (only && *only != what->room)) continue;
        PersonRoom* room = room_of(person, what->room);
        if (what->position > entry->second->position) {
            take(event, *what);
        } else if (room != nullptr && what->position > room->as_of) {
            count_for(person, *room, *what);
            list_dirty(person, *entry->second);
            for (const State& state : what->states) {
                const auto* member = std::get_if<Member>(&state);
                if (member == nullptr || member->user != person.user) continue;
                std::erase_if(left, [&](const auto& one) { return one.first == what->room; });
                if (!member->active) left.emplace_back(what->room, Leaving::of(*member));
            }
        }
    }
    for (const auto& [room, leaving] : left) settle_leaving(person, room, leaving);
}

void HubShard::load_ended() {
    if (--loads_ > 0) return;
    log_.clear();
    log_overflowed_ = false;
}

void HubShard::room_gained(UserId user, RoomId room) {
    const auto it = people_.find(user);
    if (it == people_.end()) return;
    if (!it->second->loaded) {
        // The list that is being loaded may be of a moment before: looked at when it is there.
        std::vector<RoomId>& gained = it->second->gained;
        if (std::find(gained.begin(), gained.end(), room) == gained.end()) gained.push_back(room);
        return;
    }
    if (const PersonRoom* mine = room_of(*it->second, room)) {
        const std::vector<Leaving>& leaving = mine->room->leaving;
        const bool leaves = std::any_of(leaving.begin(), leaving.end(),
                                        [&](const Leaving& each) { return each.user == user; });
        // Known: the sweep tells of what was told already.
        if (!leaves && mine->is_in()) return;
    }
    look_at_room(user, room);
}

void HubShard::look_at_room(UserId user, RoomId room) {
    ++loads_;
    node_.pool.read([this, user, room](Store& store) {
        Result<std::vector<Membership>> found =
            store.rooms().memberships(user, RoomId{room.value - 1}, 1);
        Result<std::optional<RoomView>> view = store.rooms().view(room, user);
        if (found) node_.profiles.fill(store, std::span<Membership>(*found));
        if (view && *view) node_.profiles.fill(store, std::span<RoomView>(&**view, 1));
        executor_.post([this, user, room, found = std::move(found), view = std::move(view)] {
            room_looked_at(user, room, found, view);
            load_ended();
        });
    });
}

void HubShard::room_looked_at(UserId user, RoomId room,
                              const Result<std::vector<Membership>>& found,
                              const Result<std::optional<RoomView>>& view) {
    const auto it = people_.find(user);
    if (it == people_.end()) return;
    const bool deleted = !view && view.error().code == ErrorCode::room_deleted;
    if (!found || (!view && !deleted)) {
        executor_.post_after(std::chrono::milliseconds{200},
                             [this, user, room] { room_gained(user, room); });
        return;
    }
    Person& person = *it->second;
    if (deleted || found->empty() || found->front().room != room || !*view) {
        if (deleted || !came_back(user, room)) drop_room(person, room);
        return;
    }
    const PersonRoom* before = room_of(person, room);
    const bool fresh = before == nullptr || !before->is_in();
    add_room(person, found->front());
    catch_up_from_log(person, room);
    PersonRoom* mine = room_of(person, room);
    if (mine == nullptr || !fresh) return;
    recount(person, *mine);
    const bool hidden = !mine->is_in() && !mine->has_news();
    mine->shown = hidden ? PersonRoom::Shown::no : PersonRoom::Shown::yes;
    if (!hidden) tell_list(person, *mine, &**view);
}

HubShard::RoomEntry& HubShard::entry_of(RoomId room) {
    std::unique_ptr<RoomEntry>& entry = rooms_[room];
    if (!entry) {
        entry = std::make_unique<RoomEntry>();
        entry->id = room;
        node_.subscriptions.add(Channel::of(room));
    }
    return *entry;
}

void HubShard::forget_if_unused(RoomEntry& entry) {
    if (!entry.attached.empty() || !entry.people.empty()) return;
    node_.subscriptions.remove(Channel::of(entry.id));
    std::erase(due_rooms_, entry.id);
    std::erase(list_rooms_, entry.id);
    rooms_.erase(entry.id);
}

void HubShard::presence(const EventPtr& event, const PresenceSignal& what) {
    // Each connection hears it once, however many rooms it shares with the person.
    std::vector<Peer*> told;
    for (RoomId room : what.rooms) {
        const auto it = rooms_.find(room);
        if (it == rooms_.end()) continue;
        for (Person* person : it->second->people) {
            if (person->user != what.user && room_of(*person, room)->is_in())
                told.insert(told.end(), person->peers.begin(), person->peers.end());
        }
    }
    std::sort(told.begin(), told.end());
    told.erase(std::unique(told.begin(), told.end()), told.end());
    Delivery delivery({&event, 1});
    for (Peer* peer : told) {
        peer->deliver(delivery);
        wants_flush(*peer);
    }
}

void HubShard::revoke(const TokensRevoked& what) {
    const auto it = people_.find(what.user);
    if (it == people_.end()) return;
    for (Peer* peer : it->second->peers) {
        if (peer->family_ == what.family) {
            peer->revoked();
            wants_flush(*peer);
        }
    }
}

void HubShard::read_moved(const ReadMoved& what) {
    const auto it = people_.find(what.user);
    if (it == people_.end()) return;
    PersonRoom* room = room_of(*it->second, what.room);
    if (room == nullptr || room->read_seq > what.read_seq) return;
    if (what.as_of < room->as_of) {
        // Counted before something that is counted in here: only the store knows both together.
        if (room->read_seq < what.read_seq) room_gained(what.user, what.room);
        return;
    }
    room->read_seq = what.read_seq;
    room->deleted = static_cast<std::int32_t>(what.deleted_after_read);
    room->as_of = what.as_of;
    list_dirty(*it->second, *room->room);
}

}  // namespace chatcore

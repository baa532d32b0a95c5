// How rooms of a hub shard end: for a person who leaves, and for everybody.

#include <algorithm>

#include "chatcore/hub_shard.h"

#include "hub_shard_state.h"
#include "node.h"

namespace chatcore {

void HubShard::leave(RoomId room, const Leaving& leaving) {
    const auto person = people_.find(leaving.user);
    if (person == people_.end()) return;
    if (leaving.detach) {
        for (Peer* peer : person->second->peers) {
            if (!is_attached(*peer, room)) continue;
            detach(*peer, room);
            peer->detached(room, ErrorCode::not_a_member);
            wants_flush(*peer);
        }
    }
    settle_leaving(*person->second, room, leaving);
}

void HubShard::settle_leaving(Person& person, RoomId room, const Leaving& leaving) {
    if (leaving.detach) return drop_room(person, room);
    PersonRoom* mine = room_of(person, room);
    if (mine == nullptr || leaving.at <= mine->left) return;
    if (mine->is_in()) person.total_unread -= mine->unread;
    mine->left = leaving.at;
    mine->shown = PersonRoom::Shown::no;
}

void HubShard::settle_membership(Person& person, PersonRoom& room, const Membership& membership) {
    // Read before what was heard since, it has nothing new to say.
    const bool stale = membership.head < room.room->position;
    if (stale || membership.left == room.left) return;
    if (membership.left != Position{})
        return settle_leaving(person, membership.room, {person.user, false, membership.left});
    room.left = {};
    room.shown = PersonRoom::Shown::yes;
    person.total_unread += room.unread;
}

void HubShard::tell_deletion(RoomEntry& entry, const std::vector<EventPtr>& due) {
    const auto is_deletion = [](const EventPtr& event) {
        const auto* what = std::get_if<RoomEvent>(&event->what);
        const Room* room = what == nullptr || what->states.empty()
                               ? nullptr
                               : std::get_if<Room>(&what->states.front());
        return room != nullptr && room->deleted_at;
    };
    const auto deletion = std::find_if(due.begin(), due.end(), is_deletion);
    if (deletion == due.end()) return;
    Delivery delivery({&*deletion, 1});
    for (Person* person : entry.people) {
        if (room_of(*person, entry.id)->shown == PersonRoom::Shown::no) continue;
        for (Peer* peer : person->peers) {
            if (is_attached(*peer, entry.id)) continue;
            peer->deliver(delivery);
            wants_flush(*peer);
        }
    }
}

void HubShard::close_room(RoomId room) {
    const auto it = rooms_.find(room);
    if (it == rooms_.end()) return;
    std::vector<Peer*> told;
    for (const Attachment& attachment : it->second->attached) {
        // Who is being caught up goes when they have been told.
        if (attachment.state != Attachment::State::catching) told.push_back(attachment.peer);
    }
    const std::vector<Person*> people = it->second->people;
    // With the last of these the entry goes.
    for (Peer* peer : told) {
        detach(*peer, room);
        peer->detached(room, ErrorCode::room_deleted);
        wants_flush(*peer);
    }
    for (Person* person : people) drop_room(*person, room);
}

void HubShard::drop_room(Person& person, RoomId room) {
    PersonRoom* mine = room_of(person, room);
    if (mine == nullptr) return;
    RoomEntry& entry = *mine->room;
    if (mine->is_in()) person.total_unread -= mine->unread;
    const std::uint32_t index = mine->index;
    person.rooms.erase(person.rooms.begin() + (mine - person.rooms.data()));
    // The last one takes the empty place, and must learn where it stands now.
    Person* moved = entry.people.back();
    entry.people[index] = moved;
    entry.people.pop_back();
    if (moved != &person) room_of(*moved, room)->index = index & PersonRoom::index_max;
    forget_if_unused(entry);
}

bool HubShard::came_back(UserId user, RoomId room) const {
    bool active = false;
    for (const EventPtr& event : log_) {
        const auto* what = std::get_if<RoomEvent>(&event->what);
        if (what == nullptr || what->room != room) continue;
        for (const State& state : what->states) {
            const auto* member = std::get_if<Member>(&state);
            if (member != nullptr && member->user == user) active = member->active;
        }
    }
    return active;
}

Status HubShard::read_skipped(Store& store, RoomId room, const std::vector<UserId>& people,
                              Caught& caught) {
    Result<std::optional<Room>> header = store.rooms().find(room);
    if (!header) return unexpected(header.error());
    if (*header) {
        State state = std::move(**header);
        caught.head = std::max(caught.head, std::get<Room>(state).head);
        node_.profiles.fill(store, std::span<State>(&state, 1));
        caught.header = std::move(std::get<Room>(state));
    }
    for (UserId user : people) {
        Result<std::optional<Member>> member = store.rooms().member(room, user);
        // Deleted since: that is told by itself.
        if (!member && member.error().code == ErrorCode::room_deleted) return {};
        if (!member) return unexpected(member.error());
        if (*member && !(*member)->active) caught.left.push_back(Leaving::of(**member));
    }
    return {};
}

}  // namespace chatcore

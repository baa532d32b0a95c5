#include "contract/store_oracle.h"

#include <algorithm>
#include <tuple>

namespace chatcore::contract {

void StoreOracle::opened(const Room& room, const std::vector<UserId>& first_members) {
    if (places_.contains(room.id)) return;
    ids_.push_back(room.id);
    Place& place = places_[room.id];
    place.open = room.open;
    place.direct = room.kind == RoomKind::direct;
    if (!place.direct) place.owner = room.created_by;
    for (UserId user : first_members) place.people[user].joined_at = room.created_at;
}

std::optional<bool> StoreOracle::allowed(const Place& place, const Change& change) const {
    const auto it = place.people.find(change.actor);
    const bool known = it != place.people.end();
    const bool in = known && it->second.active;
    const bool owns = place.owner == change.actor;
    if (std::holds_alternative<JoinRoom>(change.what)) {
        return in || (known ? !it->second.removed : place.open);
    }
    if (std::holds_alternative<LeaveRoom>(change.what)) return known;
    if (!in) return false;
    if (std::holds_alternative<RenameRoom>(change.what)) return owns && !place.direct;
    if (const auto* removal = std::get_if<RemoveMember>(&change.what)) {
        return owns && !place.direct && removal->user != change.actor &&
               place.people.contains(removal->user);
    }
    if (std::holds_alternative<MoveReadPointer>(change.what)) return true;
    const auto said = [&](MessageId id) -> const Said* {
        const auto found = std::find_if(place.said.begin(), place.said.end(),
                                        [&](const Said& one) { return one.id == id; });
        return found == place.said.end() ? nullptr : &*found;
    };
    if (const auto* edit = std::get_if<EditMessage>(&change.what)) {
        const Said* one = said(edit->message);
        return one != nullptr && !one->deleted && one->sender == change.actor;
    }
    if (const auto* deletion = std::get_if<DeleteMessage>(&change.what)) {
        const Said* one = said(deletion->message);
        return one != nullptr && !one->deleted && (one->sender == change.actor || owns);
    }
    if (const auto* post = std::get_if<PostMessage>(&change.what)) {
        return !post->parent || said(*post->parent) != nullptr;
    }
    return std::nullopt;
}

std::optional<std::string> StoreOracle::heard(const Change& change, const Outcome& outcome) {
    const auto it = places_.find(change.room);
    if (it == places_.end()) {
        const bool refused = std::holds_alternative<Refused>(outcome);
        return refused ? std::nullopt : std::optional<std::string>("there is no such room");
    }
    Place& place = it->second;
    if (std::holds_alternative<DuplicateOf>(outcome)) return std::nullopt;
    if (const auto* refused = std::get_if<Refused>(&outcome);
        refused != nullptr && refused->why.code == ErrorCode::key_reused) {
        return std::nullopt;
    }
    const std::optional<bool> may = allowed(place, change);
    const bool did = !std::holds_alternative<Refused>(outcome);
    if (may && *may != did) return did ? "must be refused" : "must not be refused";
    if (const auto* applied = std::get_if<Applied>(&outcome)) {
        remember(place, change, applied->position);
    } else if (did && std::holds_alternative<MoveReadPointer>(change.what)) {
        // Not told in a large room, and moved all the same; backwards it stays by itself.
        remember(place, change, Position{});
    }
    return std::nullopt;
}

void StoreOracle::remember(Place& place, const Change& change, Position position) {
    const auto admit = [&](UserId user) {
        const auto [it, fresh] = place.people.try_emplace(user);
        if (!fresh && it->second.active) return;
        if (fresh) {
            it->second.joined_at = change.at;
            if (!place.said.empty()) it->second.read = position_of(place.said.back().id);
        }
        it->second.active = true;
        it->second.removed = false;
    };
    if (std::holds_alternative<PostMessage>(change.what)) {
        place.said.push_back({message_at(position), change.actor});
        place.people[change.actor].read = position;
    } else if (const auto* deletion = std::get_if<DeleteMessage>(&change.what)) {
        for (Said& one : place.said) one.deleted |= one.id == deletion->message;
    } else if (std::holds_alternative<JoinRoom>(change.what)) {
        admit(change.actor);
    } else if (std::holds_alternative<LeaveRoom>(change.what)) {
        leave(place, change.actor);
    } else if (const auto* invite = std::get_if<InviteMembers>(&change.what)) {
        for (UserId user : invite->users) admit(user);
    } else if (const auto* removal = std::get_if<RemoveMember>(&change.what)) {
        place.people[removal->user].active = false;
        place.people[removal->user].removed = true;
    } else if (const auto* move = std::get_if<MoveReadPointer>(&change.what)) {
        Position& read = place.people[change.actor].read;
        for (const Said& one : place.said) {
            if (position_of(one.id) <= move->up_to) read = std::max(read, position_of(one.id));
        }
    }
}

void StoreOracle::leave(Place& place, UserId user) {
    place.people[user].active = false;
    if (place.owner != user) return;
    place.owner.reset();
    std::optional<std::tuple<Timestamp, UserId>> next;
    for (const auto& [id, person] : place.people) {
        if (!person.active) continue;
        const std::tuple standing{person.joined_at, id};
        if (!next || standing < *next) next = standing;
    }
    if (next) place.owner = std::get<UserId>(*next);
}

std::int64_t StoreOracle::unread(RoomId room, UserId user) const {
    const Place& place = places_.at(room);
    const Position read = place.people.at(user).read;
    return std::count_if(place.said.begin(), place.said.end(), [&](const Said& one) {
        return !one.deleted && position_of(one.id) > read;
    });
}

std::int64_t StoreOracle::participants(RoomId room) const {
    const auto& people = places_.at(room).people;
    return std::count_if(people.begin(), people.end(),
                         [](const auto& entry) { return entry.second.active; });
}

bool StoreOracle::active(RoomId room, UserId user) const {
    const auto& people = places_.at(room).people;
    const auto it = people.find(user);
    return it != people.end() && it->second.active;
}

std::optional<UserId> StoreOracle::owner(RoomId room) const {
    return places_.at(room).owner;
}

std::vector<MessageId> StoreOracle::messages(RoomId room) const {
    std::vector<MessageId> ids;
    for (const Said& one : places_.at(room).said) ids.push_back(one.id);
    return ids;
}

}  // namespace chatcore::contract

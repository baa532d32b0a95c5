#include "property/model.h"

#include <algorithm>
#include <tuple>

namespace chatcore::property {

const Person* Place::person(UserId user) const {
    const auto it = people.find(user);
    return it == people.end() ? nullptr : &it->second;
}

Said* Place::message(MessageId of) {
    for (Said& one : said) {
        if (one.id == of) return &one;
    }
    return nullptr;
}

const Said* Place::message(MessageId of) const {
    for (const Said& one : said) {
        if (one.id == of) return &one;
    }
    return nullptr;
}

std::int64_t Place::participants() const {
    return std::count_if(people.begin(), people.end(),
                         [](const auto& entry) { return entry.second.active; });
}

std::int64_t Place::pins() const {
    return std::count_if(said.begin(), said.end(),
                         [](const Said& one) { return one.pin.has_value(); });
}

std::int64_t Place::unread(UserId user) const {
    const std::int64_t read = people.at(user).read_seq;
    return std::count_if(said.begin(), said.end(),
                         [&](const Said& one) { return one.seq > read && !one.deleted; });
}

bool Place::has_read(UserId user, const Said& one) const {
    const Person& reader = people.at(user);
    return reader.active && reader.has_read && reader.read_seq >= one.seq && user != one.sender;
}

bool Place::lists(UserId user) const {
    const Person* found = person(user);
    if (deleted || found == nullptr) return false;
    const bool heard = !found->removed && !found->silent && said.size() > found->said_then;
    return found->active || heard;
}

Place* Model::place(RoomId id) {
    const auto it = places.find(id);
    return it == places.end() ? nullptr : &it->second;
}

Place* Model::shown(UserId viewer, MessageId id) {
    for (auto& [room, place] : places) {
        const Said* said = place.message(id);
        if (said == nullptr) continue;
        const Person* found = place.person(viewer);
        const bool reads = !place.deleted && found != nullptr && found->active;
        return reads && !hides(place, viewer, said->sender) ? &place : nullptr;
    }
    return nullptr;
}

bool Model::hides(const Place& place, UserId viewer, UserId sender) const {
    return !place.direct() && blocks.contains({viewer, sender});
}

bool Model::blocked(UserId one, UserId other) const {
    return blocks.contains({one, other}) || blocks.contains({other, one});
}

Why Model::standing(RoomId id, UserId user) const {
    const auto it = places.find(id);
    if (it == places.end()) return {ErrorCode::not_found, ErrorCode::not_a_member};
    if (it->second.deleted) return {ErrorCode::room_deleted, ErrorCode::not_a_member};
    const Person* found = it->second.person(user);
    if (found != nullptr && found->active) return {};
    if (found != nullptr && found->banned) return {ErrorCode::banned, ErrorCode::not_a_member};
    return {ErrorCode::not_a_member};
}

Why Model::silenced(const Place& place, UserId user, Timestamp now) const {
    Why why;
    const Person& found = place.people.at(user);
    if (found.gagged_until && now < *found.gagged_until) why.insert(ErrorCode::muted);
    if (barred(place)) why.insert(ErrorCode::blocked);
    return why;
}

Why Model::leading(const Place& place, UserId user, UserId other) const {
    Why why;
    const Person& leader = place.people.at(user);
    if (place.direct() || !leader.leads()) return {ErrorCode::forbidden};
    if (user == other) return {ErrorCode::invalid_value};
    const Person* led = place.person(other);
    if (led == nullptr) return {ErrorCode::not_found};
    if (leader.role != MemberRole::owner && led->leads()) why.insert(ErrorCode::forbidden);
    return why;
}

std::set<UserId> Model::named_by(const Place& place, UserId actor,
                                 const std::string& content) const {
    const std::size_t at = content.find('@');
    if (at == std::string::npos) return {};
    const std::string name = content.substr(at + 1);
    if (name == "all") {
        return place.people.at(actor).leads() ? std::set<UserId>{UserId{}} : std::set<UserId>{};
    }
    for (const auto& [user, nickname] : nicknames) {
        const Person* found = place.person(user);
        if (nickname == name && found != nullptr && found->active) return {user};
    }
    return {};
}

void Model::notify(UserId receiver, Note note) {
    if (receiver == note.actor || blocks.contains({receiver, note.actor})) return;
    if (note.room) {
        const Place& place = places.at(*note.room);
        const Person* found = place.person(receiver);
        if (place.deleted || found == nullptr || !found->active) return;
    }
    std::vector<Note>& inbox = inboxes[receiver];
    const bool known = std::any_of(inbox.begin(), inbox.end(), [&](const Note& one) {
        return one.kind == note.kind && one.cause == note.cause;
    });
    if (!known) inbox.push_back(std::move(note));
}

void Model::notify_named(const Place& place, const Said& said, UserId actor) {
    std::set<UserId> named = said.named;
    if (named.erase(UserId{}) > 0) {
        for (const auto& [user, person] : place.people) {
            if (person.active) named.insert(user);
        }
    }
    for (const UserId user : named) {
        notify(user, {NotificationKind::mention, actor, place.id, said.id,
                      std::to_string(said.id.value)});
    }
    if (!said.root || said.edits > 0) return;
    const Said& root = *place.message(*said.root);
    if (root.deleted || named.contains(root.sender)) return;
    notify(root.sender,
           {NotificationKind::reply, actor, place.id, said.id, std::to_string(said.id.value)});
}

void Model::admit(Place& place, UserId user, Timestamp now) {
    const auto [it, fresh] = place.people.try_emplace(user);
    Person& person = it->second;
    if (fresh) {
        person.joined_at = now;
        person.read_seq = static_cast<std::int64_t>(place.said.size());
    }
    person.active = true;
    person.removed = person.banned = person.silent = false;
}

void Model::leave(Place& place, UserId user) {
    Person& person = place.people.at(user);
    const bool owned = person.role == MemberRole::owner;
    person.active = false;
    person.role = MemberRole::member;
    person.said_then = place.said.size();
    if (!owned) return;
    std::optional<std::tuple<bool, Timestamp, UserId>> next;
    for (const auto& [id, other] : place.people) {
        if (!other.active) continue;
        const std::tuple standing{other.role != MemberRole::admin, other.joined_at, id};
        if (!next || standing < *next) next = standing;
    }
    if (next) place.people.at(std::get<UserId>(*next)).role = MemberRole::owner;
}

void Model::say(Place& place, Said said) {
    said.seq = static_cast<std::int64_t>(place.said.size()) + 1;
    place.active_at = said.at;
    Person& sender = place.people.at(said.sender);
    sender.read_seq = said.seq;
    sender.has_read = true;
    if (said.root) {
        Said& root = *place.message(*said.root);
        if (!root.deleted) ++root.replies;
    }
    place.said.push_back(std::move(said));
    notify_named(place, place.said.back(), place.said.back().sender);
}

void Model::erase(Place& place, Said& said) {
    if (said.root) {
        Said& root = *place.message(*said.root);
        if (!root.deleted) --root.replies;
    }
    said.deleted = true;
    said.content.clear();
    said.from.reset();
    said.reactions.clear();
    said.pin.reset();
    said.named.clear();
    std::erase_if(bookmarks, [&](const auto& mark) { return mark.second == said.id; });
}

void Model::set_block(UserId user, UserId other, bool present) {
    if (!present) {
        blocks.erase({user, other});
        return;
    }
    if (!blocks.insert({user, other}).second) return;
    friends.erase({user, other});
    friends.erase({other, user});
    std::erase_if(requests, [&](const FriendRequest& request) {
        return (request.sender == user && request.receiver == other) ||
               (request.sender == other && request.receiver == user);
    });
}

std::vector<Recommendation> Model::recommended(UserId user) const {
    std::map<UserId, int> depths = {{user, 0}};
    std::vector<UserId> ring = {user};
    for (int away = 1; away <= 3; ++away) {
        std::vector<UserId> next;
        for (const UserId from : ring) {
            for (const UserId to : everybody) {
                if (friends.contains({from, to}) && depths.try_emplace(to, away).second)
                    next.push_back(to);
            }
        }
        ring = std::move(next);
    }
    std::vector<Recommendation> found;
    for (const auto& [who, depth] : depths) {
        const bool asked =
            std::any_of(requests.begin(), requests.end(), [&](const FriendRequest& request) {
                return (request.sender == user && request.receiver == who) ||
                       (request.sender == who && request.receiver == user);
            });
        if (depth < 2 || asked || blocked(user, who)) continue;
        const auto mutual = std::count_if(everybody.begin(), everybody.end(), [&](UserId one) {
            return friends.contains({user, one}) && friends.contains({one, who});
        });
        found.push_back({.user = who, .mutual_friends = mutual, .depth = depth, .profile = {}});
    }
    std::sort(found.begin(), found.end(), [](const auto& left, const auto& right) {
        return std::pair{-left.mutual_friends, left.user} <
               std::pair{-right.mutual_friends, right.user};
    });
    return found;
}

}  // namespace chatcore::property

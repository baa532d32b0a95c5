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
    place.consultation = room.consultation;
    picture(room.id, room.image_url);
}

std::optional<bool> StoreOracle::allowed(const Place& place, const Change& change) const {
    if (place.deleted) return false;
    const auto it = place.people.find(change.actor);
    const bool known = it != place.people.end();
    const bool in = known && it->second.active;
    const bool owns = place.owner == change.actor;
    const bool leads = owns || (in && it->second.admin);
    const bool gagged = in && it->second.gagged_until && change.at < *it->second.gagged_until;
    // Another member below the actor, of a group.
    const auto led = [&](UserId user) {
        const auto other = place.people.find(user);
        const bool below =
            other != place.people.end() &&
            (owns || (place.owner != user && !(other->second.active && other->second.admin)));
        return leads && !place.direct && user != change.actor && below;
    };
    if (std::holds_alternative<JoinRoom>(change.what)) {
        return in || (known ? !it->second.removed : place.open);
    }
    if (std::holds_alternative<LeaveRoom>(change.what)) return known;
    if (const auto* deletion = std::get_if<DeleteRoom>(&change.what))
        return deletion->by_authority || (in && owns && !place.direct);
    const std::optional<Consultation>& held = place.consultation;
    if (std::holds_alternative<CompleteConsultation>(change.what))
        return held && may_move(*held, change);
    if (!in) return false;
    const bool blocked =
        place.direct && std::any_of(place.people.begin(), place.people.end(), [&](const auto& one) {
            return blocks(one.first, change.actor) || blocks(change.actor, one.first);
        });
    if (std::holds_alternative<StepConsultation>(change.what))
        return held && may_move(*held, change);
    const bool open = !held || held->state == ConsultationState::scheduled ||
                      held->state == ConsultationState::in_progress;
    if (const auto* header = std::get_if<RenameRoom>(&change.what)) {
        const std::string image = header->image_url.value_or(place.picture);
        return leads && !place.direct &&
               (image == place.picture || may_picture(image, change.actor));
    }
    if (const auto* notice = std::get_if<SetNotice>(&change.what))
        return (leads || place.direct) && ((open && !blocked) || notice->content.empty());
    if (std::holds_alternative<SetPersonal>(change.what)) return true;
    if (const auto* removal = std::get_if<RemoveMember>(&change.what)) return led(removal->user);
    if (const auto* role = std::get_if<SetRole>(&change.what))
        return owns && led(role->user) && place.people.at(role->user).active;
    if (const auto* gag = std::get_if<GagMember>(&change.what))
        return led(gag->user) && place.people.at(gag->user).active;
    if (std::holds_alternative<MoveReadPointer>(change.what)) return true;
    const auto said = [&](MessageId id) -> const Said* {
        const auto found = std::find_if(place.said.begin(), place.said.end(),
                                        [&](const Said& one) { return one.id == id; });
        return found == place.said.end() ? nullptr : &*found;
    };
    const auto shown = [&](MessageId id) {
        const Said* one = said(id);
        return one != nullptr && (place.direct || !blocks(change.actor, one->sender));
    };
    if (const auto* edit = std::get_if<EditMessage>(&change.what)) {
        const Said* one = said(edit->message);
        return one != nullptr && !one->deleted && one->sender == change.actor && !gagged &&
               !blocked && open && one->type != MessageType::system;
    }
    if (const auto* deletion = std::get_if<DeleteMessage>(&change.what)) {
        const Said* one = said(deletion->message);
        return one != nullptr && !one->deleted && (one->sender == change.actor || leads);
    }
    if (const auto* mark = std::get_if<SetReaction>(&change.what)) {
        const Said* one = said(mark->message);
        return one != nullptr && !one->deleted && ((open && !blocked) || !mark->present);
    }
    if (const auto* pin = std::get_if<SetPin>(&change.what)) {
        const Said* one = said(pin->message);
        if (one == nullptr || one->deleted || (!leads && !place.direct)) return false;
        if ((blocked || !open) && pin->pinned) return false;
        const auto pinned = std::count_if(place.said.begin(), place.said.end(),
                                          [](const Said& other) { return other.pinned; });
        return one->pinned || !pin->pinned || pinned < 3;
    }
    if (const auto* post = std::get_if<PostMessage>(&change.what)) {
        const bool members_only =
            std::all_of(post->mentions.begin(), post->mentions.end(), [&](const Mention& mention) {
                const auto named = place.people.find(mention.user);
                return named != place.people.end() && named->second.active;
            });
        return open && !blocked && !gagged && members_only &&
               (!post->parent || shown(*post->parent)) && may_show(*post, change.actor);
    }
    return std::nullopt;
}

bool StoreOracle::may_move(const Consultation& held, const Change& change) {
    const bool pending = held.state == ConsultationState::pending;
    const bool scheduled = held.state == ConsultationState::scheduled;
    if (const auto* step = std::get_if<StepConsultation>(&change.what)) {
        if (step->step == ConsultationStep::cancel)
            return change.actor == held.requester && (pending || scheduled);
        return change.actor == held.recipient && pending;
    }
    const auto& done = std::get<CompleteConsultation>(change.what);
    return (done.by_engine || held.is_party(change.actor)) && done.said_at == held.said_at &&
           (scheduled || held.state == ConsultationState::in_progress);
}

void StoreOracle::move(Consultation& held, const Change& change) {
    if (const auto* step = std::get_if<StepConsultation>(&change.what)) {
        static constexpr ConsultationState states[] = {ConsultationState::scheduled,
                                                       ConsultationState::rejected,
                                                       ConsultationState::cancelled};
        held.state = states[static_cast<std::size_t>(step->step)];
    } else if (std::holds_alternative<CompleteConsultation>(change.what)) {
        held.state = ConsultationState::completed;
    } else if (std::holds_alternative<PostMessage>(change.what)) {
        held.state = ConsultationState::in_progress;
    }
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
    if (place.consultation) {
        move(*place.consultation, change);
        const bool says = std::holds_alternative<PostMessage>(change.what) ||
                          std::holds_alternative<EditMessage>(change.what) ||
                          std::holds_alternative<DeleteMessage>(change.what);
        if (says) place.consultation->said_at = position;
        if (std::holds_alternative<DeleteRoom>(change.what)) place.consultation.reset();
    }
    const auto admit = [&](UserId user, bool admin) {
        const auto [it, fresh] = place.people.try_emplace(user);
        if (!fresh && it->second.active) return;
        if (fresh) {
            it->second.joined_at = change.at;
            if (!place.said.empty()) it->second.read = position_of(place.said.back().id);
        }
        it->second.active = true;
        it->second.removed = it->second.silent = false;
        it->second.admin = admin;
    };
    if (const auto* post = std::get_if<PostMessage>(&change.what)) {
        show(*post, change.room, message_at(position));
        Said said{.id = message_at(position), .sender = change.actor, .type = post->type};
        said.named = named_by(place, change.actor, post->content);
        for (const Mention& mention : post->mentions) said.named.insert(mention.user);
        place.said.push_back(std::move(said));
        place.people[change.actor].read = position;
    } else if (const auto* edit = std::get_if<EditMessage>(&change.what)) {
        for (Said& one : place.said) {
            if (one.id == edit->message) one.named = named_by(place, change.actor, edit->content);
        }
    } else if (const auto* deletion = std::get_if<DeleteMessage>(&change.what)) {
        hide(change.room, deletion->message);
        for (Said& one : place.said) {
            if (one.id != deletion->message) continue;
            one.deleted = true;
            std::erase_if(bookmarks_, [&](const auto& mark) { return mark.second == one.id; });
            one.pinned = false;
        }
    } else if (const auto* pin = std::get_if<SetPin>(&change.what)) {
        for (Said& one : place.said) {
            if (one.id == pin->message) one.pinned = pin->pinned;
        }
    } else if (const auto* role = std::get_if<SetRole>(&change.what)) {
        place.people[role->user].admin = role->role == MemberRole::admin;
        if (role->role == MemberRole::owner) {
            place.owner = role->user;
            place.people[change.actor].admin = true;
        }
    } else if (const auto* gag = std::get_if<GagMember>(&change.what)) {
        place.people[gag->user].gagged_until = gag->until;
    } else if (std::holds_alternative<JoinRoom>(change.what)) {
        admit(change.actor, false);
    } else if (const auto* leaving = std::get_if<LeaveRoom>(&change.what)) {
        if (place.people[change.actor].active) leave(place, change.actor);
        place.people[change.actor].silent = leaving->silent;
    } else if (const auto* header = std::get_if<RenameRoom>(&change.what)) {
        if (header->image_url) picture(change.room, *header->image_url);
    } else if (std::holds_alternative<DeleteRoom>(change.what)) {
        picture(change.room, {});
        place.deleted = true;
        place.owner.reset();
        place.people.clear();
        place.said.clear();
    } else if (const auto* invite = std::get_if<InviteMembers>(&change.what)) {
        const bool admin = invite->role == MemberRole::admin;
        for (UserId user : invite->users) admit(user, admin);
    } else if (const auto* removal = std::get_if<RemoveMember>(&change.what)) {
        place.people[removal->user].active = false;
        place.people[removal->user].admin = false;
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
    place.people[user].admin = false;
    if (place.owner != user) return;
    place.owner.reset();
    std::optional<std::tuple<bool, Timestamp, UserId>> next;
    for (const auto& [id, person] : place.people) {
        if (!person.active) continue;
        const std::tuple standing{!person.admin, person.joined_at, id};
        if (!next || standing < *next) next = standing;
    }
    if (!next) return;
    place.owner = std::get<UserId>(*next);
    place.people[*place.owner].admin = false;
}

bool StoreOracle::may_show(const PostMessage& post, UserId actor) const {
    return std::all_of(
        post.attachments.begin(), post.attachments.end(), [&](const Attachment& attachment) {
            const auto id = attachment_in(attachment.url);
            if (!id) return true;
            const auto it = files_.find(*id);
            if (it == files_.end()) return false;
            const File& file = it->second;
            const bool in_use = !file.shown.empty() || !file.pictured.empty();
            return post.forwarded_from ? in_use : file.uploader == actor && !file.ended;
        });
}

void StoreOracle::show(const PostMessage& post, RoomId room, MessageId message) {
    for (const Attachment& attachment : post.attachments) {
        if (const auto id = attachment_in(attachment.url))
            files_[*id].shown.insert({room, message});
    }
}

void StoreOracle::hide(RoomId room, MessageId message) {
    for (auto& [id, file] : files_) {
        if (file.shown.erase({room, message}) > 0 && file.shown.empty() && file.pictured.empty())
            file.ended = true;
    }
}

bool StoreOracle::may_picture(const std::string& url, UserId user) const {
    const auto id = attachment_in(url);
    if (!id) return true;
    const auto it = files_.find(*id);
    return it != files_.end() && it->second.uploader == user && !it->second.ended;
}

void StoreOracle::picture(RoomId room, const std::string& url) {
    std::string& now = places_.at(room).picture;
    if (now == url) return;
    if (const auto id = attachment_in(url)) files_[*id].pictured.insert(room);
    if (const auto id = attachment_in(now)) {
        File& file = files_[*id];
        file.pictured.erase(room);
        if (file.shown.empty() && file.pictured.empty()) file.ended = true;
    }
    now = url;
}

bool StoreOracle::may_have(AttachmentId id, UserId user) const {
    const auto it = files_.find(id);
    if (it == files_.end() || it->second.ended) return false;
    const File& file = it->second;
    return file.uploader == user ||
           std::any_of(file.shown.begin(), file.shown.end(),
                       [&](const auto& use) { return active(use.first, user); }) ||
           std::any_of(file.pictured.begin(), file.pictured.end(), [&](RoomId room) {
               const Place& place = places_.at(room);
               const auto person = place.people.find(user);
               return place.open || (person != place.people.end() && !person->second.removed);
           });
}

std::int64_t StoreOracle::uses(AttachmentId id) const {
    const auto it = files_.find(id);
    if (it == files_.end()) return 0;
    return std::ssize(it->second.pictured) +
           std::count_if(it->second.shown.begin(), it->second.shown.end(),
                         [&](const auto& use) { return !deleted(use.first); });
}

bool StoreOracle::settled(AttachmentId id) const {
    const auto it = files_.find(id);
    return it == files_.end() || std::none_of(it->second.shown.begin(), it->second.shown.end(),
                                              [&](const auto& use) { return deleted(use.first); });
}

void StoreOracle::set_block(UserId actor, UserId other, bool present) {
    if (present) {
        blocks_.insert({actor, other});
    } else {
        blocks_.erase({actor, other});
    }
}

bool StoreOracle::hidden(RoomId room, UserId viewer, MessageId message) const {
    const Place& place = places_.at(room);
    return !place.direct && std::any_of(place.said.begin(), place.said.end(), [&](const Said& one) {
        return one.id == message && blocks(viewer, one.sender);
    });
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

std::size_t StoreOracle::pins(RoomId room) const {
    const auto& said = places_.at(room).said;
    return static_cast<std::size_t>(
        std::count_if(said.begin(), said.end(), [](const Said& one) { return one.pinned; }));
}

bool StoreOracle::admin(RoomId room, UserId user) const {
    const auto& people = places_.at(room).people;
    const auto it = people.find(user);
    return it != people.end() && it->second.admin;
}

bool StoreOracle::active(RoomId room, UserId user) const {
    const auto& people = places_.at(room).people;
    const auto it = people.find(user);
    return it != people.end() && it->second.active;
}

bool StoreOracle::lingers(RoomId room, UserId user) const {
    const auto& people = places_.at(room).people;
    const auto it = people.find(user);
    return it != people.end() && !it->second.active && !it->second.removed && !it->second.silent;
}

std::optional<UserId> StoreOracle::owner(RoomId room) const {
    return places_.at(room).owner;
}

std::vector<MessageId> StoreOracle::messages(RoomId room) const {
    std::vector<MessageId> ids;
    for (const Said& one : places_.at(room).said) ids.push_back(one.id);
    return ids;
}

std::optional<UserId> StoreOracle::owner_of(const Place& place, const std::string& nickname) const {
    std::vector<UserId> owners;
    for (const auto& [user, person] : place.people) {
        const auto name = nicknames_.find(user);
        if (person.active && name != nicknames_.end() && name->second == nickname)
            owners.push_back(user);
    }
    return owners.size() == 1 ? std::optional(owners.front()) : std::nullopt;
}

std::set<UserId> StoreOracle::named_by(const Place& place, UserId actor,
                                       const std::string& content) const {
    const std::size_t at = content.find('@');
    if (at == std::string::npos) return {};
    std::string name = content.substr(at + 1);
    for (;;) {
        if (name == "all") {
            const auto it = place.people.find(actor);
            const bool leads =
                place.owner == actor || (it != place.people.end() && it->second.admin);
            return leads ? std::set{UserId{}} : std::set<UserId>{};
        }
        if (const auto owner = owner_of(place, name)) return {*owner};
        const std::size_t space = name.rfind(' ');
        if (space == std::string::npos) return {};
        name.resize(space);
    }
}

std::int64_t StoreOracle::unread_mentions(UserId user) const {
    std::int64_t count = 0;
    for (const auto& [room, place] : places_) {
        const auto me = place.people.find(user);
        if (me == place.people.end() || !me->second.active) continue;
        for (const Said& one : place.said) {
            const bool named = one.named.contains(user) || one.named.contains(UserId{});
            if (named && !one.deleted && one.sender != user &&
                position_of(one.id) > me->second.read)
                ++count;
        }
    }
    return count;
}

MessageTotals StoreOracle::totals(RoomId room) const {
    MessageTotals totals;
    for (const Said& one : places_.at(room).said) {
        if (one.deleted) continue;
        totals.all += 1;
        totals.media += one.type == MessageType::image || one.type == MessageType::video ? 1 : 0;
        totals.files += one.type == MessageType::file ? 1 : 0;
    }
    return totals;
}

const StoreOracle::Said* StoreOracle::find(MessageId message, RoomId* room) const {
    for (const auto& [id, place] : places_) {
        for (const Said& one : place.said) {
            if (one.id != message) continue;
            *room = id;
            return &one;
        }
    }
    return nullptr;
}

bool StoreOracle::markable(UserId user, MessageId message) const {
    RoomId room;
    const Said* one = find(message, &room);
    return one != nullptr && !one->deleted && active(room, user) && !hidden(room, user, message);
}

void StoreOracle::turned(UserId user, MessageId message) {
    const auto it = std::find(bookmarks_.begin(), bookmarks_.end(), std::pair{user, message});
    if (it == bookmarks_.end()) {
        bookmarks_.emplace_back(user, message);
    } else {
        bookmarks_.erase(it);
    }
}

std::vector<MessageId> StoreOracle::bookmarks(UserId user) const {
    std::vector<MessageId> marked;
    for (auto it = bookmarks_.rbegin(); it != bookmarks_.rend(); ++it) {
        RoomId room;
        const bool there =
            it->first == user && find(it->second, &room) != nullptr && active(room, user);
        if (there && !hidden(room, user, it->second)) marked.push_back(it->second);
    }
    return marked;
}

}  // namespace chatcore::contract

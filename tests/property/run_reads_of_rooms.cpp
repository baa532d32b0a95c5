// What a person reads in a room, against the model.

#include <algorithm>

#include "property/run.h"

namespace chatcore::property {

namespace {

std::string first_100(const std::string& utf8) {
    std::string cut;
    int left = 100;
    for (const char byte : utf8) {
        if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80 && left-- == 0) break;
        cut += byte;
    }
    return cut;
}

}  // namespace

std::vector<const Said*> Run::visible(UserId user, const Place& place) const {
    std::vector<const Said*> found;
    for (const Said& said : place.said) {
        if (!model_.hides(place, user, said.sender)) found.push_back(&said);
    }
    return found;
}

void Run::compare_view(UserId user, const Place& place, const RoomView& view) {
    const Person& me = place.people.at(user);
    const Room& room = view.room;
    expect(room.id == place.id && room.kind == place.kind && room.title == place.title &&
               room.image_url == place.image && room.open == place.open &&
               room.context == place.context && room.notice == place.notice && !room.deleted_at,
           fmt::format("the header of room {}", place.id.value));
    expect(room.participant_count == place.participants() && room.pin_count == place.pins() &&
               room.last_seq == static_cast<std::int64_t>(place.said.size()) &&
               room.last_activity_at == place.active_at,
           fmt::format("the counts of room {}", place.id.value));
    MessageTotals totals;
    for (const Said& said : place.said) {
        if (!said.deleted) totals.count(said.type, 1);
    }
    expect(room.totals == totals, fmt::format("the totals of room {}", place.id.value));
    expect(view.unread_count == place.unread(user), fmt::format("unread in {}", place.id.value));
    expect(view.role == me.role && view.active == me.active && view.favorite == me.favorite &&
               view.muted == me.muted,
           fmt::format("what is one's own of room {}", place.id.value));
    const std::optional<UserId> peer =
        place.direct() ? std::optional(place.low == user ? place.high : place.low) : std::nullopt;
    expect(view.peer == peer && view.peer_profile.has_value() == peer.has_value(),
           fmt::format("the other person of room {}", place.id.value));
    if (place.said.empty() || (!me.active && me.silent))
        return expect(!room.preview, "no preview where nothing is to be heard");
    const Said& last = place.said.back();
    const bool hidden = model_.hides(place, user, last.sender);
    expect(room.preview && room.preview->id == last.id && room.preview->sender == last.sender &&
               room.preview->content == (hidden ? std::string() : first_100(last.text())) &&
               room.preview->sender_nickname == model_.nicknames[last.sender],
           fmt::format("the preview of room {}", place.id.value));
}

void Run::compare_message(const Message& got, const Place& place, const Said& want, UserId viewer,
                          bool personal) {
    const std::string which =
        fmt::format("message {} as {} reads it: ", want.id.value, viewer.value);
    expect(got.id == want.id && got.room == place.id && got.sender == want.sender &&
               got.type == want.type && got.seq == want.seq && got.created_at == want.at,
           which + "what never changes");
    expect(got.content == want.content, which + "content");
    expect(got.parent == want.root && got.reply_count == want.replies, which + "thread");
    expect(got.reactions == want.reactions, which + "reactions");
    expect(got.pin == want.pin, which + "pin");
    expect(got.edit_count == want.edits && got.edited_at.has_value() == (want.edits > 0) &&
               got.deleted_at.has_value() == want.deleted,
           which + "edits and deletion");
    std::set<UserId> named;
    for (const Mention& mention : got.mentions) named.insert(mention.user);
    expect(named == want.named, which + "mentions");
    std::optional<Original> from = want.from;
    if (from && model_.hides(place, viewer, from->sender)) from->content.clear();
    // The answer to one's own forward is what was posted.
    if (personal || !from || from->content == want.from->content)
        expect(got.forwarded_from == from, which + "what is forwarded");
    if (!personal) return;
    expect(got.sender_nickname == model_.nicknames[want.sender], which + "nickname");
    const std::pair mark{viewer, want.id};
    const bool marked =
        std::find(model_.bookmarks.begin(), model_.bookmarks.end(), mark) != model_.bookmarks.end();
    expect(got.bookmarked == marked, which + "bookmark");
}

void Run::compare_rooms(UserId user, const Place& place) {
    const Person* me = place.person(user);
    Why why;
    if (place.deleted) {
        why = {ErrorCode::room_deleted};
    } else if (me == nullptr || (!me->active && me->removed)) {
        why = {ErrorCode::not_a_member};
    }
    const auto view = engine_.ask<RoomView>(
        [&](auto done) { engine_->rooms().find(caller(user), place.id, std::move(done)); });
    if (judge(view, why) && why.empty()) compare_view(user, place, *view);
    const auto members = engine_.ask<Page<Member>>([&](auto done) {
        engine_->rooms().members(caller(user), place.id, {}, 100, std::move(done));
    });
    if (!judge(members, why) || !why.empty()) return;
    expect(members->items.size() == place.people.size(), "everybody who is or was in is listed");
    for (const Member& member : members->items) {
        const Person* person = place.person(member.user);
        if (person == nullptr) return expect(false, "who never was in is not listed");
        expect(member.role == person->role && member.active == person->active &&
                   member.joined_at == person->joined_at &&
                   member.left_at.has_value() == !person->active &&
                   member.read_seq == person->read_seq &&
                   member.gagged_until == person->gagged_until &&
                   member.nickname == model_.nicknames[member.user],
               fmt::format("member {} of room {}", member.user.value, place.id.value));
    }
}

void Run::compare_messages(UserId user, const Place& place) {
    const Person* me = place.person(user);
    Why why;
    if (place.deleted) {
        why = {ErrorCode::room_deleted};
    } else if (me == nullptr || !me->active) {
        why = {ErrorCode::not_a_member};
    }
    HistoryQuery query{.room = place.id};
    query.limit = static_cast<int>(1 + draw(100));
    std::vector<const Said*> want = visible(user, place);
    if (once_in(3)) query.type = static_cast<MessageType>(draw(4));
    if (once_in(3)) query.replies = false;
    std::erase_if(want, [&](const Said* said) {
        return (query.type && said->type != *query.type) || (!query.replies && said->root);
    });
    bool oldest_first = false;
    bool has_more = false;
    const auto limit = static_cast<std::size_t>(query.limit);
    const auto from = [&](Position at) {
        return static_cast<std::size_t>(
            std::count_if(want.begin(), want.end(),
                          [&](const Said* said) { return position_of(said->id) < at; }));
    };
    // Cut out of what there is, as the query says.
    std::size_t begin = 0;
    std::size_t end = want.size();
    const Position at = position_of(any_message());
    switch (draw(4)) {
        case 0:
            query.before = at;
            end = from(at);
            begin = end - std::min(end, limit);
            has_more = begin > 0;
            break;
        case 1:
            query.after = at;
            oldest_first = true;
            begin = from(Position{at.value + 1});
            end = std::min(want.size(), begin + limit);
            has_more = end < want.size();
            break;
        case 2: {
            query.around = at;
            const std::size_t middle = from(at);
            end = std::min(want.size(), middle + (limit - limit / 2));
            begin = middle - std::min(middle, limit / 2);
            has_more = begin > 0;
            break;
        }
        default:
            begin = end - std::min(end, limit);
            has_more = begin > 0;
            break;
    }
    want = std::vector<const Said*>(want.begin() + static_cast<std::ptrdiff_t>(begin),
                                    want.begin() + static_cast<std::ptrdiff_t>(end));
    if (!oldest_first) std::reverse(want.begin(), want.end());
    const auto got = engine_.ask<History>(
        [&](auto done) { engine_->messages().history(caller(user), query, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    expect(got->messages.size() == want.size() && got->has_more == has_more,
           fmt::format("the cut of history of room {}: {} messages, not {}", place.id.value,
                       got->messages.size(), want.size()));
    for (std::size_t i = 0; i < std::min(want.size(), got->messages.size()); ++i)
        compare_message(got->messages[i], place, *want[i], user);
}

void Run::compare_marks(UserId user, const Place& place) {
    if (place.deleted || place.person(user) == nullptr || !place.person(user)->active) return;
    const auto pins = engine_.ask<std::vector<Message>>(
        [&](auto done) { engine_->messages().pins(caller(user), place.id, std::move(done)); });
    std::vector<const Said*> want = visible(user, place);
    std::erase_if(want, [](const Said* said) { return !said->pin; });
    std::sort(want.begin(), want.end(), [](const Said* left, const Said* right) {
        return std::pair{left->pin->at, left->id} > std::pair{right->pin->at, right->id};
    });
    if (judge(pins, {})) {
        expect(pins->size() == want.size(), "what is pinned");
        for (std::size_t i = 0; i < std::min(want.size(), pins->size()); ++i)
            compare_message((*pins)[i], place, *want[i], user);
    }
    const auto threads = engine_.ask<Page<Thread>>([&](auto done) {
        engine_->messages().threads(caller(user), place.id, MessageId{id_max}, 100,
                                    std::move(done));
    });
    std::map<MessageId, const Said*, std::greater<>> last_of;
    for (const Said* said : visible(user, place)) {
        const Said* root = said->root ? place.message(*said->root) : nullptr;
        if (said->deleted || root == nullptr || root->replies == 0) continue;
        if (!model_.hides(place, user, root->sender)) last_of[root->id] = said;
    }
    if (judge(threads, {})) {
        expect(threads->items.size() == last_of.size(), "which threads there are");
        auto it = last_of.begin();
        for (const Thread& thread : threads->items) {
            if (it == last_of.end()) break;
            compare_message(thread.root, place, *place.message(it->first), user);
            compare_message(thread.last_reply, place, *it->second, user);
            ++it;
        }
    }
    const MessageId id = any_message();
    const Place* of = model_.shown(user, id);
    const auto readers = engine_.ask<Page<Member>>([&](auto done) {
        engine_->receipts().readers(caller(user), id, {}, 100, std::move(done));
    });
    if (!judge(readers, of == nullptr ? Why{ErrorCode::not_found} : Why{}) || of == nullptr) return;
    std::vector<UserId> got;
    for (const Member& member : readers->items) got.push_back(member.user);
    std::vector<UserId> read;
    for (const auto& [reader, person] : of->people) {
        if (of->has_read(reader, *of->message(id))) read.push_back(reader);
    }
    expect(got == read, fmt::format("who has read message {}", id.value));
}

void Run::compare_changes(UserId user, const Place& place) {
    if (place.deleted || place.person(user) == nullptr || !place.person(user)->active) return;
    Copy& copy = copies_[{user, place.id}];
    const int limit = static_cast<int>(1 + draw(20));
    for (int pages = 0; pages < 1'000; ++pages) {
        const auto got = engine_.ask<Changes>([&](auto done) {
            engine_->messages().changes(caller(user), place.id, copy.at, limit, std::move(done));
        });
        if (!judge(got, {})) return;
        Position last = copy.at;
        for (const State& state : got->items) {
            expect(changed_at(state) >= last, "changes must ascend");
            last = changed_at(state);
            if (const auto* message = std::get_if<Message>(&state)) {
                copy.messages[message->id] = *message;
            } else if (const auto* member = std::get_if<Member>(&state)) {
                copy.members[member->user] = *member;
            } else {
                copy.room = std::get<Room>(state);
            }
        }
        expect(!got->has_more || got->next > Position{}, "a next page must begin behind 0");
        copy.at = got->next;
        if (!got->has_more) break;
    }
    expect(copy.at == engine_.head_of(place.id), "changes must end at the room's head");
    const std::vector<const Said*> want = visible(user, place);
    expect(copy.messages.size() == want.size(), "changes must tell every message once");
    for (const Said* said : want) {
        const auto it = copy.messages.find(said->id);
        if (it == copy.messages.end()) return expect(false, "changes must tell each message");
        it->second.bookmarked.reset();
        const Message& message = it->second;
        expect(message.content == said->content && message.reactions == said->reactions &&
                   message.pin == said->pin && message.reply_count == said->replies &&
                   message.edit_count == said->edits &&
                   message.deleted_at.has_value() == said->deleted,
               fmt::format("message {} out of the changes", said->id.value));
    }
    expect(copy.members.size() == place.people.size(), "changes must tell every member");
    for (const auto& [who, member] : copy.members) {
        const Person* person = place.person(who);
        expect(person != nullptr && member.active == person->active &&
                   member.role == person->role && member.gagged_until == person->gagged_until,
               fmt::format("member {} out of the changes of room {}", who.value, place.id.value));
    }
    expect(copy.room && copy.room->title == place.title && copy.room->image_url == place.image &&
               copy.room->notice == place.notice,
           "changes must tell the room");
}

}  // namespace chatcore::property

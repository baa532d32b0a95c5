// Posting, and what is done to messages that are there.

#include <algorithm>

#include "property/run.h"

namespace chatcore::property {

namespace {

constexpr int pins_max = 3;

std::string request_of(const PostRequest& request) {
    std::string text = fmt::format("{}|{}|{}|{}|{}", request.room.value, request.content,
                                   static_cast<int>(request.type),
                                   request.parent.value_or(MessageId{}).value, request.metadata);
    for (const Mention& mention : request.mentions) text += fmt::format("|{}", mention.user.value);
    return text;
}

}  // namespace

ClientKey Run::new_key() {
    ClientKey key;
    ++keys_;
    for (std::size_t i = 0; i < 8; ++i) key.bytes[i] = static_cast<std::uint8_t>(keys_ >> (8 * i));
    return key;
}

Why Run::wrong_content(const std::string& content) {
    if (content.starts_with("bad ")) return {ErrorCode::malformed};
    if (content.empty() || content.starts_with("\u200B")) return {ErrorCode::empty};
    if (content.size() == 1'001) return {ErrorCode::too_long};
    return {};
}

Why Run::unmarkable(UserId user, MessageId id) {
    Place* place = model_.shown(user, id);
    if (place == nullptr) return {ErrorCode::not_found};
    if (place->message(id)->deleted) return {ErrorCode::already_deleted};
    return {};
}

Why Run::unsayable(UserId user, MessageId id) {
    Why why = unmarkable(user, id);
    const Place* place = model_.shown(user, id);
    if (place != nullptr && model_.barred(*place)) why.insert(ErrorCode::blocked);
    return why;
}

void Run::post() {
    UserId user = anybody();
    PostRequest request;
    const bool again = !past_.empty() && once_in(8);
    if (again) {
        const auto& [who, what] = past_[draw(past_.size())];
        user = who;
        request = what;
        if (once_in(3)) request.content = any_content();
        // A key is forgotten with its room, some time after it.
        if (once_in(6) && !model_.place(what.room)->deleted) request.room = any_room();
    } else {
        request.room = any_room();
        request.content = any_content();
        if (once_in(3)) request.type = static_cast<MessageType>(draw(5));
        request.by_host = once_in(2);
        if (once_in(3)) request.parent = any_message();
        if (once_in(8)) request.mentions = {{anybody(), 0, 1}};
        if (once_in(4)) request.key = new_key();
    }
    note(fmt::format("{} posts \"{:.20}\" into room {}{}{}", user.value, request.content,
                     request.room.value, request.parent ? " as a reply" : "",
                     again ? " again" : ""));
    Place* place = model_.place(request.room);
    const auto known = request.key ? model_.keys.find({user, *request.key}) : model_.keys.end();
    Why why = wrong_content(request.content);
    if (request.type == MessageType::system && !request.by_host) why.insert(ErrorCode::forbidden);
    const bool repeats = why.empty() && known != model_.keys.end();
    if (repeats) {
        if (place != nullptr && place->deleted) {
            why = {ErrorCode::room_deleted};
        } else if (known->second.request != request_of(request)) {
            why = {ErrorCode::key_reused};
        }
    } else if (why.empty()) {
        why = model_.standing(request.room, user);
        if (why.empty()) {
            why = model_.silenced(*place, user, engine_.now());
            const auto* parent = request.parent ? place->message(*request.parent) : nullptr;
            if (request.parent && (parent == nullptr || model_.hides(*place, user, parent->sender)))
                why.insert(ErrorCode::not_found);
            for (const Mention& mention : request.mentions) {
                const Person* named = place->person(mention.user);
                if (named == nullptr || !named->active) why.insert(ErrorCode::invalid_value);
            }
        }
    }
    watch(request.room);
    const auto got = engine_.ask<Message>(
        [&](auto done) { engine_->messages().post(caller(user), request, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return moved(false);
    moved(!repeats);
    if (repeats) {
        expect(got->id == known->second.message, "a repeat must be answered with the first");
        return;
    }
    expect(position_of(got->id) == engine_.head_of(place->id),
           "a message's id must be the position of its posting");
    Said said;
    said.id = got->id;
    said.sender = user;
    said.type = request.type;
    said.content = request.content;
    if (request.parent) said.root = place->message(*request.parent)->root.value_or(*request.parent);
    said.named = model_.named_by(*place, user, request.content);
    for (const Mention& mention : request.mentions) said.named.insert(mention.user);
    said.at = engine_.now();
    model_.say(*place, std::move(said));
    if (request.key) {
        model_.keys[{user, *request.key}] = {request_of(request), request.room, got->id};
        past_.emplace_back(user, request);
    }
    compare_message(*got, *place, place->said.back(), user, false);
}

void Run::edit() {
    const UserId user = anybody();
    const MessageId id = any_message();
    const std::string content = any_content();
    note(fmt::format("{} edits message {} to \"{:.20}\"", user.value, id.value, content));
    Why why = wrong_content(content);
    Place* place = model_.shown(user, id);
    if (place == nullptr) {
        why.insert(ErrorCode::not_found);
    } else {
        const Said& said = *place->message(id);
        if (said.deleted) why.insert(ErrorCode::already_deleted);
        const bool the_hosts = said.type == MessageType::system;
        if (said.sender != user || the_hosts) why.insert(ErrorCode::forbidden);
        why.merge(model_.silenced(*place, user, engine_.now()));
    }
    if (place != nullptr) watch(place->id);
    const auto got = engine_.ask<Message>(
        [&](auto done) { engine_->messages().edit(caller(user), id, content, std::move(done)); });
    const bool done = judge(got, why) && why.empty();
    if (place != nullptr && !done) moved(false);
    if (!done) return;
    Said& said = *place->message(id);
    const bool differs = said.content != content;
    moved(differs);
    if (differs) {
        said.content = content;
        ++said.edits;
        said.named = model_.named_by(*place, user, content);
        model_.notify_named(*place, said, user);
    }
    compare_message(*got, *place, said, user, false);
}

void Run::erase() {
    const UserId user = anybody();
    const MessageId id = any_message();
    note(fmt::format("{} deletes message {}", user.value, id.value));
    Why why = unmarkable(user, id);
    Place* place = model_.shown(user, id);
    if (why.empty()) {
        const bool may = place->message(id)->sender == user ||
                         (place->people.at(user).leads() && !place->direct());
        if (!may) why = {ErrorCode::forbidden};
    }
    if (place != nullptr) watch(place->id);
    const auto got = engine_.ask<Message>(
        [&](auto done) { engine_->messages().remove(caller(user), id, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    moved(true);
    Said& said = *place->message(id);
    model_.erase(*place, said);
    compare_message(*got, *place, said, user, false);
}

void Run::react() {
    static constexpr const char* emojis[] = {"👍", "🎉",      "👨‍👩‍👧", "ok", "👍👍",
                                             "",   "\xF0\x9F"};
    const UserId user = anybody();
    const MessageId id = any_message();
    const std::size_t which = once_in(6) ? 3 + draw(4) : draw(3);
    const std::string emoji = emojis[which];
    const bool present = !once_in(3);
    note(fmt::format("{} {} reaction {} of message {}", user.value, present ? "puts" : "takes",
                     which, id.value));
    Why why = present ? unsayable(user, id) : unmarkable(user, id);
    if (which >= 3 && which < 6) why.insert(ErrorCode::invalid_reaction);
    if (which == 6) why.insert(ErrorCode::malformed);
    Place* place = model_.shown(user, id);
    if (place != nullptr) watch(place->id);
    const auto got = engine_.ask<Message>([&](auto done) {
        engine_->messages().react(caller(user), id, emoji, present, std::move(done));
    });
    if (!judge(got, why) || !why.empty()) return;
    Said& said = *place->message(id);
    auto it = std::find_if(said.reactions.begin(), said.reactions.end(),
                           [&](const Reaction& one) { return one.emoji == emoji; });
    const bool had = it != said.reactions.end() &&
                     std::find(it->users.begin(), it->users.end(), user) != it->users.end();
    moved(had != present);
    if (!had && present) {
        if (it == said.reactions.end()) it = said.reactions.insert(it, Reaction{emoji, {}});
        it->users.push_back(user);
        model_.notify(said.sender, {NotificationKind::reaction, user, place->id, id,
                                    fmt::format("{} by {}", id.value, user.value)});
    } else if (had && !present) {
        std::erase(it->users, user);
        if (it->users.empty()) said.reactions.erase(it);
    }
    compare_message(*got, *place, said, user, false);
}

void Run::pin() {
    if (once_in(3)) return pin_many();
    pin(anybody(), any_message(), !once_in(3));
}

void Run::pin_many() {
    const Place* place = model_.place(any_room());
    if (place == nullptr || place->deleted) return;
    std::vector<MessageId> ids;
    for (const Said& said : place->said) ids.push_back(said.id);
    const std::size_t some = std::min<std::size_t>(ids.size(), pins_max + 2);
    const UserId user = anybody();
    for (std::size_t i = ids.size() - some; i < ids.size(); ++i) {
        pin(user, ids[i], true);
        engine_.pass(std::chrono::milliseconds{60});
    }
}

void Run::pin(UserId user, MessageId id, bool pinned) {
    note(fmt::format("{} {} message {}", user.value, pinned ? "pins" : "unpins", id.value));
    Why why = pinned ? unsayable(user, id) : unmarkable(user, id);
    Place* place = model_.shown(user, id);
    if (why.empty()) {
        if (!place->direct() && !place->people.at(user).leads()) why.insert(ErrorCode::forbidden);
        if (pinned && !place->message(id)->pin && place->pins() >= pins_max)
            why.insert(ErrorCode::pin_limit);
    }
    if (place != nullptr) watch(place->id);
    const auto got = engine_.ask<Message>(
        [&](auto done) { engine_->messages().pin(caller(user), id, pinned, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    Said& said = *place->message(id);
    moved(said.pin.has_value() != pinned);
    if (!pinned) said.pin.reset();
    if (pinned && !said.pin) said.pin = Pin{user, engine_.now()};
    compare_message(*got, *place, said, user, false);
}

void Run::forward() {
    const UserId user = anybody();
    ForwardRequest request;
    request.message = any_message();
    for (std::size_t i = draw(4); i > 0; --i) request.rooms.push_back(any_room());
    request.comment = once_in(2) ? "" : any_content();
    note(fmt::format("{} forwards message {} into {} rooms", user.value, request.message.value,
                     request.rooms.size()));
    Why why = unmarkable(user, request.message);
    Place* from = model_.shown(user, request.message);
    const Said* said = from != nullptr ? from->message(request.message) : nullptr;
    const std::set<RoomId> each(request.rooms.begin(), request.rooms.end());
    if (each.empty() || each.size() != request.rooms.size()) why.insert(ErrorCode::invalid_value);
    if (!request.comment.empty()) why.merge(wrong_content(request.comment));
    for (const RoomId room : request.rooms) {
        const Why there = model_.standing(room, user);
        why.insert(there.begin(), there.end());
        if (there.empty()) why.merge(model_.silenced(*model_.place(room), user, engine_.now()));
    }
    // What one is not shown of somebody blocked, one cannot show to others.
    const bool bare = said != nullptr && !said->deleted && said->content.empty() && said->from;
    if (bare && model_.hides(*from, user, said->from->sender)) why.insert(ErrorCode::not_found);
    const auto got = engine_.ask<std::vector<Message>>(
        [&](auto done) { engine_->messages().forward(caller(user), request, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    expect(got->size() == request.rooms.size(), "one message must be made in each room");
    Original original{request.message, from->id, said->sender, said->content};
    if (bare) original = *said->from;
    // Only the host says what is `system`.
    const MessageType type = said->type == MessageType::system ? MessageType::text : said->type;
    for (std::size_t i = 0; i < got->size(); ++i) {
        Place& place = *model_.place(request.rooms[i]);
        Said copy;
        copy.id = (*got)[i].id;
        copy.sender = user;
        copy.type = type;
        copy.content = request.comment;
        copy.from = original;
        copy.named = model_.named_by(place, user, request.comment);
        copy.at = engine_.now();
        model_.say(place, std::move(copy));
        compare_message((*got)[i], place, place.said.back(), user, false);
    }
}

void Run::bookmark() {
    const UserId user = anybody();
    const MessageId id = any_message();
    note(fmt::format("{} turns the bookmark at message {}", user.value, id.value));
    const Why why = unmarkable(user, id);
    const auto got = engine_.ask<Message>(
        [&](auto done) { engine_->messages().bookmark(caller(user), id, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    const std::pair mark{user, id};
    const auto it = std::find(model_.bookmarks.begin(), model_.bookmarks.end(), mark);
    const bool put = it == model_.bookmarks.end();
    if (put) {
        model_.bookmarks.push_back(mark);
    } else {
        model_.bookmarks.erase(it);
    }
    expect(got->bookmarked == put, "a bookmark must be put, then taken away");
}

void Run::read() {
    const UserId user = anybody();
    const RoomId room = any_room();
    Place* place = model_.place(room);
    std::optional<Position> up_to;
    if (place != nullptr && !place->said.empty() && !once_in(3)) {
        const auto nudge = static_cast<std::int64_t>(draw(3)) - 1;
        up_to = Position{place->said[draw(place->said.size())].id.value + nudge};
    }
    note(fmt::format("{} has read room {} up to {}", user.value, room.value,
                     up_to ? up_to->value : -1));
    const Why why = model_.standing(room, user);
    watch(room);
    const auto got = engine_.ask<Member>(
        [&](auto done) { engine_->receipts().read(caller(user), room, up_to, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return moved(false);
    Person& person = place->people.at(user);
    std::int64_t target = 0;
    for (const Said& said : place->said) {
        if (!up_to || position_of(said.id) <= *up_to) target = said.seq;
    }
    moved(target > person.read_seq);
    if (target > person.read_seq) {
        person.read_seq = target;
        person.has_read = true;
    }
    expect(got->read_seq == person.read_seq, "the pointer must stand at the last message read");
}

}  // namespace chatcore::property

// Opening rooms, coming into and out of them, and what is set of them.

#include "property/run.h"

namespace chatcore::property {

namespace {

Why wrong_title(const std::string& title) {
    if (title == "\xC3") return {ErrorCode::malformed};
    if (title == " \t ") return {ErrorCode::empty};
    if (title.find('\n') != std::string::npos) return {ErrorCode::invalid_value};
    if (title.size() > 100) return {ErrorCode::too_long};
    return {};
}

bool is_sound(const Context& context) {
    return context.type == "product";
}

}  // namespace

void Run::open_a_place(const Room& room, const std::vector<UserId>& people) {
    expect(!model_.places.contains(room.id), "a new room must have a new id");
    Place& place = model_.places[room.id];
    place.id = room.id;
    place.kind = room.kind;
    place.active_at = engine_.now();
    for (const UserId user : people) place.people[user].joined_at = engine_.now();
}

void Run::open_direct() {
    const UserId user = anybody();
    const UserId other = somebody();
    const std::optional<Context> context = any_context();
    note(fmt::format("{} opens a room with {} about {}", user.value, other.value,
                     context ? context->type + context->id : "nothing"));
    Why why;
    if (user == other) why.insert(ErrorCode::self_room);
    if (context && !is_sound(*context)) why.insert(ErrorCode::invalid_value);
    if (!model_.exists(other)) why.insert(ErrorCode::not_found);
    if (model_.blocked(user, other)) why.insert(ErrorCode::blocked);
    if (context && model_.removed.contains(*context)) why.insert(ErrorCode::room_deleted);
    Place* there = nullptr;
    for (auto& [id, place] : model_.places) {
        const bool theirs = place.direct() && !place.deleted &&
                            place.low == std::min(user, other) &&
                            place.high == std::max(user, other) && place.context == context;
        if (theirs) there = &place;
    }
    if (there != nullptr) watch(there->id);
    const auto got = engine_.ask<RoomView>([&](auto done) {
        engine_->rooms().open_direct(caller(user), other, context, std::move(done));
    });
    if (!judge(got, why) || !why.empty()) return;
    if (there == nullptr) {
        open_a_place(got->room, {user, other});
        there = model_.place(got->room.id);
        there->context = context;
        there->low = std::min(user, other);
        there->high = std::max(user, other);
    } else {
        const bool was_out = !there->people.at(user).active;
        if (was_out) model_.admit(*there, user, engine_.now());
        moved(was_out);
    }
    expect(got->room.id == there->id, "the two must have one room for each context");
    if (got->room.id == there->id) compare_view(user, *there, *got);
}

void Run::create_groups() {
    const UserId user = anybody();
    std::vector<GroupRequest> requests(once_in(3) ? 1 + draw(3) : 1);
    Why why;
    for (GroupRequest& request : requests) {
        request.title = any_title();
        request.open = once_in(2);
        request.context = any_context();
        if (once_in(3)) request.image_url = once_in(4) ? "ftp://x.example/a" : "https://a/b.png";
        for (const UserId one : model_.everybody) {
            if (once_in(2)) request.members.push_back(one);
        }
        if (once_in(4)) request.members.push_back(somebody());
        why.merge(wrong_title(request.title));
        if (request.image_url.starts_with("ftp")) why.insert(ErrorCode::invalid_value);
        if (request.context && !is_sound(*request.context)) why.insert(ErrorCode::invalid_value);
        if (request.context && model_.removed.contains(*request.context))
            why.insert(ErrorCode::room_deleted);
        for (const UserId one : request.members) {
            if (!model_.exists(one)) why.insert(ErrorCode::not_found);
        }
    }
    note(fmt::format("{} makes {} groups", user.value, requests.size()));
    Result<std::vector<RoomView>> got = std::vector<RoomView>{};
    if (requests.size() == 1) {
        const auto one = engine_.ask<RoomView>([&](auto done) {
            engine_->rooms().create_group(caller(user), requests.front(), std::move(done));
        });
        if (one) {
            got->push_back(*one);
        } else {
            got = unexpected(one.error());
        }
    } else {
        got = engine_.ask<std::vector<RoomView>>([&](auto done) {
            engine_->rooms().create_groups(caller(user), requests, std::move(done));
        });
    }
    if (!judge(got, why) || !why.empty()) return;
    expect(got->size() == requests.size(), "all groups must be made");
    for (std::size_t i = 0; i < got->size(); ++i) {
        std::vector<UserId> people = requests[i].members;
        people.push_back(user);
        open_a_place((*got)[i].room, people);
        Place& place = *model_.place((*got)[i].room.id);
        place.title = requests[i].title;
        place.image = requests[i].image_url;
        place.open = requests[i].open;
        place.context = requests[i].context;
        place.people.at(user).role = MemberRole::owner;
        for (const auto& [member, person] : place.people) {
            model_.notify(member, {NotificationKind::invitation,
                                   user,
                                   place.id,
                                   {},
                                   fmt::format("made {}", place.id.value)});
        }
        compare_view(user, place, (*got)[i]);
    }
}

void Run::delete_room() {
    const UserId user = anybody();
    const RoomId room = any_room();
    const bool by_authority = once_in(3);
    note(fmt::format("{} deletes room {}{}", user.value, room.value,
                     by_authority ? " as an admin" : ""));
    Place* place = model_.place(room);
    Why why;
    if (by_authority) {
        if (place == nullptr) why = {ErrorCode::not_found};
        if (place != nullptr && place->deleted) why = {ErrorCode::room_deleted};
    } else {
        why = model_.standing(room, user);
        if (why.empty() && place->people.at(user).role != MemberRole::owner)
            why = {ErrorCode::forbidden};
    }
    Caller who = caller(user);
    who.is_admin = by_authority;
    watch(room);
    const auto got = engine_.ask<Room>(
        [&](auto done) { engine_->rooms().delete_room(who, room, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    expect(got->deleted_at.has_value() && got->title.empty() && got->image_url.empty() &&
               !got->notice && !got->preview,
           "a deleted room must keep nothing");
    place->deleted = true;
    moved(true);
}

void Run::join() {
    const UserId user = anybody();
    const RoomId room = any_room();
    note(fmt::format("{} joins room {}", user.value, room.value));
    Place* place = model_.place(room);
    const Person* before = place != nullptr ? place->person(user) : nullptr;
    Why why;
    if (place == nullptr) {
        why = {ErrorCode::not_found};
    } else if (place->deleted) {
        why = {ErrorCode::room_deleted};
    } else if (before == nullptr ? !place->open : !before->active && before->removed) {
        why = {before != nullptr && before->banned ? ErrorCode::banned : ErrorCode::forbidden};
    }
    watch(room);
    const auto got = engine_.ask<RoomView>(
        [&](auto done) { engine_->rooms().join(caller(user), room, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return moved(false);
    const bool was_in = before != nullptr && before->active;
    if (!was_in) model_.admit(*place, user, engine_.now());
    moved(!was_in);
    compare_view(user, *place, *got);
}

void Run::leave() {
    const UserId user = anybody();
    const RoomId room = any_room();
    const bool silent = once_in(3);
    note(fmt::format("{} leaves room {}{}", user.value, room.value, silent ? " silently" : ""));
    Place* place = model_.place(room);
    const Person* before = place != nullptr ? place->person(user) : nullptr;
    Why why;
    if (place == nullptr || before == nullptr)
        why = {ErrorCode::not_found, ErrorCode::not_a_member};
    if (place != nullptr && place->deleted) why = {ErrorCode::room_deleted};
    // Who was put out sees nothing of it any more, and is told that they are not in.
    if (why.empty() && !before->active && before->removed) why = {ErrorCode::not_a_member};
    watch(room);
    const auto got = engine_.ask<RoomView>(
        [&](auto done) { engine_->rooms().leave(caller(user), room, silent, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return moved(false);
    Person& person = place->people.at(user);
    const bool was_in = person.active;
    const bool hushes = !was_in && silent && !person.silent;
    if (was_in) model_.leave(*place, user);
    if (was_in || hushes) person.silent = silent;
    moved(was_in || hushes);
    compare_view(user, *place, *got);
}

void Run::invite() {
    const UserId user = anybody();
    const RoomId room = any_room();
    std::vector<UserId> users;
    for (std::size_t i = draw(4); i > 0; --i) users.push_back(somebody());
    const auto role = once_in(4) ? static_cast<MemberRole>(draw(2)) : MemberRole::member;
    note(fmt::format("{} invites {} into room {} as {}", user.value, users.size(), room.value,
                     static_cast<int>(role)));
    Place* place = model_.place(room);
    Why why = model_.standing(room, user);
    if (why.empty()) {
        const Person& host = place->people.at(user);
        if (place->direct()) why.insert(ErrorCode::forbidden);
        if (role == MemberRole::owner) why.insert(ErrorCode::invalid_value);
        if (role == MemberRole::admin && host.role != MemberRole::owner)
            why.insert(ErrorCode::forbidden);
        for (const UserId one : users) {
            const Person* before = place->person(one);
            if (before != nullptr && before->removed && !host.leads())
                why.insert(ErrorCode::forbidden);
        }
    }
    if (users.empty()) why.insert(ErrorCode::empty);
    for (const UserId one : users) {
        if (!model_.exists(one)) why.insert(ErrorCode::not_found);
    }
    watch(room);
    const auto got = engine_.ask<RoomView>([&](auto done) {
        engine_->rooms().invite(caller(user), room, users, role, std::move(done));
    });
    if (!judge(got, why) || !why.empty()) return moved(false);
    bool anybody_came = false;
    for (const UserId one : std::set<UserId>(users.begin(), users.end())) {
        const Person* before = place->person(one);
        if (before != nullptr && before->active) continue;
        model_.admit(*place, one, engine_.now());
        place->people.at(one).role = role;
        anybody_came = true;
        model_.notify(one, {NotificationKind::invitation,
                            user,
                            room,
                            {},
                            fmt::format("invited {}", report_.trace.size())});
    }
    moved(anybody_came);
    compare_view(user, *place, *got);
}

void Run::remove() {
    const UserId user = anybody();
    const UserId other = somebody();
    const RoomId room = any_room();
    const bool ban = once_in(3);
    note(fmt::format("{} {} {} from room {}", user.value, ban ? "bans" : "removes", other.value,
                     room.value));
    Place* place = model_.place(room);
    Why why = model_.standing(room, user);
    if (why.empty()) why = model_.leading(*place, user, other);
    watch(room);
    const auto got = engine_.ask<RoomView>([&](auto done) {
        engine_->rooms().remove(caller(user), room, other, ban, std::move(done));
    });
    if (!judge(got, why) || !why.empty()) return moved(false);
    Person& person = place->people.at(other);
    const bool is_so = !person.active && person.removed && (person.banned || !ban);
    if (person.active) model_.leave(*place, other);
    if (!is_so) {
        person.removed = true;
        person.banned = ban;
    }
    moved(!is_so);
    compare_view(user, *place, *got);
}

void Run::change_header() {
    static constexpr const char* images[] = {"", "https://a/b.png", "https://x.example/b.png",
                                             "javascript:alert(1)"};
    const UserId user = anybody();
    const RoomId room = any_room();
    HeaderRequest request;
    if (!once_in(4)) request.title = any_title();
    if (once_in(3)) request.image_url = images[draw(std::size(images))];
    note(fmt::format("{} gives room {} the title {} and the picture {}", user.value, room.value,
                     request.title.value_or("-"), request.image_url.value_or("-")));
    Place* place = model_.place(room);
    Why why = model_.standing(room, user);
    if (why.empty() && (place->direct() || !place->people.at(user).leads()))
        why = {ErrorCode::forbidden};
    if (request.title) why.merge(wrong_title(*request.title));
    if (request.image_url && request.image_url->starts_with("java"))
        why.insert(ErrorCode::invalid_value);
    watch(room);
    const auto got = engine_.ask<RoomView>([&](auto done) {
        engine_->rooms().set_header(caller(user), room, request, std::move(done));
    });
    if (!judge(got, why) || !why.empty()) return moved(false);
    const bool differs = (request.title && *request.title != place->title) ||
                         (request.image_url && *request.image_url != place->image);
    place->title = request.title.value_or(place->title);
    place->image = request.image_url.value_or(place->image);
    moved(differs);
    compare_view(user, *place, *got);
}

void Run::change_notice() {
    const UserId user = anybody();
    const RoomId room = any_room();
    std::string content = once_in(3) ? "" : fmt::format("notice {}", draw(3));
    if (once_in(8)) content = std::string(1'001, 'n');
    note(fmt::format("{} sets the notice of room {}", user.value, room.value));
    Place* place = model_.place(room);
    Why why = model_.standing(room, user);
    if (why.empty() && !place->direct() && !place->people.at(user).leads())
        why = {ErrorCode::forbidden};
    if (place != nullptr && !content.empty() && model_.barred(*place))
        why.insert(ErrorCode::blocked);
    if (content.size() > 1'000) why.insert(ErrorCode::too_long);
    watch(room);
    const auto got = engine_.ask<RoomView>([&](auto done) {
        engine_->rooms().set_notice(caller(user), room, content, std::move(done));
    });
    if (!judge(got, why) || !why.empty()) return moved(false);
    const bool differs = content != (place->notice ? place->notice->content : "");
    if (differs) place->notice.reset();
    if (differs && !content.empty()) place->notice = Notice{content, user, engine_.now()};
    moved(differs);
    compare_view(user, *place, *got);
}

void Run::change_role() {
    const UserId user = anybody();
    const UserId other = somebody();
    const RoomId room = any_room();
    const auto role = static_cast<MemberRole>(once_in(4) ? 0 : 1 + draw(2));
    note(fmt::format("{} makes {} in room {} a {}", user.value, other.value, room.value,
                     static_cast<int>(role)));
    Place* place = model_.place(room);
    Why why = model_.standing(room, user);
    if (why.empty()) {
        why = model_.leading(*place, user, other);
        const Person* led = place->person(other);
        if (place->people.at(user).role != MemberRole::owner) why.insert(ErrorCode::forbidden);
        if (led != nullptr && !led->active && user != other) why.insert(ErrorCode::not_found);
    }
    watch(room);
    const auto got = engine_.ask<Member>([&](auto done) {
        engine_->rooms().set_role(caller(user), room, other, role, std::move(done));
    });
    if (!judge(got, why) || !why.empty()) return moved(false);
    Person& person = place->people.at(other);
    const bool differs = person.role != role;
    person.role = role;
    if (role == MemberRole::owner) place->people.at(user).role = MemberRole::admin;
    moved(differs);
    expect(got->user == other && got->role == role, "the member must be answered as they are");
}

void Run::gag() {
    const UserId user = anybody();
    const UserId other = somebody();
    const RoomId room = any_room();
    std::optional<Timestamp> until;
    if (!once_in(3)) until = engine_.now() + std::chrono::seconds{once_in(2) ? 2 : 3'600};
    note(fmt::format("{} {} {} in room {}", user.value, until ? "gags" : "frees", other.value,
                     room.value));
    Place* place = model_.place(room);
    Why why = model_.standing(room, user);
    if (why.empty()) {
        why = model_.leading(*place, user, other);
        const Person* led = place->person(other);
        if (led != nullptr && !led->active && user != other) why.insert(ErrorCode::not_found);
    }
    watch(room);
    const auto got = engine_.ask<Member>([&](auto done) {
        engine_->rooms().gag(caller(user), room, other, until, std::move(done));
    });
    if (!judge(got, why) || !why.empty()) return moved(false);
    Person& person = place->people.at(other);
    moved(person.gagged_until != until);
    person.gagged_until = until;
}

void Run::change_personal() {
    const UserId user = anybody();
    const RoomId room = any_room();
    SetPersonal what;
    if (once_in(2)) what.favorite = once_in(2);
    if (once_in(2)) what.muted = once_in(2);
    note(fmt::format("{} has room {} otherwise", user.value, room.value));
    Place* place = model_.place(room);
    const Why why = model_.standing(room, user);
    watch(room);
    const auto got = engine_.ask<RoomView>([&](auto done) {
        engine_->rooms().set_personal(caller(user), room, what, std::move(done));
    });
    moved(false);
    if (!judge(got, why) || !why.empty()) return;
    Person& person = place->people.at(user);
    person.favorite = what.favorite.value_or(person.favorite);
    person.muted = what.muted.value_or(person.muted);
    compare_view(user, *place, *got);
}

void Run::change_context() {
    const Context context{"product", std::to_string(draw(2))};
    Caller who = caller(anybody());
    who.is_admin = !once_in(3);
    const Why why = who.is_admin ? Why{} : Why{ErrorCode::forbidden};
    if (model_.removed.contains(context)) {
        note(fmt::format("product {} is registered again", context.id));
        const auto got = engine_.ask<RegisteredContext>([&](auto done) {
            ContextRequest request;
            request.owner = who.user;
            engine_->contexts().put(who, context, request, std::move(done));
        });
        if (judge(got, why) && why.empty()) model_.removed.erase(context);
        return;
    }
    note(fmt::format("product {} is removed", context.id));
    const auto got = engine_.ask<std::int64_t>(
        [&](auto done) { engine_->contexts().remove(who, context, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    std::int64_t deleted = 0;
    for (auto& [id, place] : model_.places) {
        if (place.context != context || place.deleted) continue;
        place.deleted = true;
        ++deleted;
    }
    expect(*got == deleted, "a context must take all its rooms along");
    model_.removed.insert(context);
}

}  // namespace chatcore::property

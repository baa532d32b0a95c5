#include "contract/removal_contract.h"

#include <algorithm>
#include <thread>

#include "chatcore/domain/schedule.h"
#include "chatcore/limits.h"

namespace chatcore::contract {
namespace {

const Context shop{"store", "4"};
const Context product{"product", "17"};

bool lists(StoreWorld& world, UserId user, RoomId room) {
    const auto page = world.value(world.store().rooms().list(user, {}));
    return std::any_of(page.items.begin(), page.items.end(),
                       [room](const RoomView& view) { return view.room.id == room; });
}

std::optional<Membership> membership(StoreWorld& world, UserId user, RoomId room) {
    const auto all = world.value(world.store().rooms().memberships(user, RoomId{}, 1'000));
    const auto it = std::find_if(all.begin(), all.end(),
                                 [room](const Membership& one) { return one.room == room; });
    return it == all.end() ? std::nullopt : std::optional{*it};
}

ScheduleId schedule(StoreWorld& world, UserId owner, RoomId room) {
    Schedule made;
    made.owner = owner;
    made.room = room;
    made.content = "later";
    made.due_at = world.now() + std::chrono::hours{1};
    made.first_local = LocalTime{made.due_at.time_since_epoch()};
    made.created_at = world.now();
    return world.value(world.store().schedules().create(made, 100));
}

bool notify(StoreWorld& world, UserId receiver, RoomId room, std::int64_t cause) {
    const NewNotification one{.receiver = receiver,
                              .kind = NotificationKind::mention,
                              .cause = cause,
                              .at = world.now(),
                              .actor = ari,
                              .room = room};
    return !world.value(world.store().inbox().add({&one, 1})).empty();
}

/// Clears until nothing is left, and gives in how many pieces.
int clear_all(StoreWorld& world, int rows_max = 100) {
    int pieces = 0;
    while (world.value(world.store().removals().pending()) && pieces < 1'000) {
        world.value(world.store().removals().clear(rows_max));
        ++pieces;
    }
    return pieces;
}

void deleting_a_room(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan}, true);
    world.post(room, bora, "something");
    world.applied(room, ari, SetNotice{"read this"});
    const Room before = world.room(room);
    world.expect(world.refused(world.apply(room, bora, DeleteRoom{}), ErrorCode::forbidden),
                 "a member may not delete it");
    world.applied(room, ari, SetRole{bora, MemberRole::admin});
    world.expect(world.refused(world.apply(room, bora, DeleteRoom{}), ErrorCode::forbidden),
                 "nor may an admin of the room");
    world.expect(world.refused(world.apply(room, dana, DeleteRoom{}), ErrorCode::not_a_member),
                 "nor a stranger");
    const Applied deleted = world.applied(room, ari, DeleteRoom{});
    world.require(deleted.states.size() == 1, "the room alone is told");
    const Room told = world.state<Room>(deleted.states.front());
    world.expect(told.deleted_at == world.now() && told.changed_at == deleted.position &&
                     told.head == deleted.position && deleted.prev > before.head,
                 "its deletion is a change with a position");
    world.expect(told.title.empty() && !told.notice && !told.preview && !told.open &&
                     told.participant_count == 0 && told.last_seq == 0 && told.pin_count == 0 &&
                     told.created_at == before.created_at && told.kind == before.kind,
                 "nothing of what was in it is told");
    world.expect(world.room(room) == told, "the room is kept as it was told");
    world.restart();
    world.expect(world.room(room) == told, "also over a restart");
    world.expect(
        world.refused(world.apply(room, ari, DeleteRoom{}), ErrorCode::room_deleted) &&
            world.refused(world.apply(room, {}, DeleteRoom{true}), ErrorCode::room_deleted),
        "it is deleted once");
    world.expect(
        world.refused(world.apply(RoomId{id_max}, ari, DeleteRoom{true}), ErrorCode::not_found),
        "a room that never was is not found");
}

void deleting_by_authority(StoreWorld& world) {
    const RoomId direct = world.direct(ari, bora);
    world.expect(world.refused(world.apply(direct, ari, DeleteRoom{}), ErrorCode::forbidden),
                 "nobody owns a direct room");
    world.applied(direct, {}, DeleteRoom{.by_authority = true});
    const Opened again =
        world.value(world.store().open_direct(DirectKey::of(ari, bora, {}), ari, world.tick()));
    world.expect(again.created && again.room.id != direct, "the two may open another");
    world.post(again.room.id, ari, "here we are");
    const RoomId group = world.group(ari, {});
    world.applied(group, dana, DeleteRoom{.by_authority = true});
    world.expect(world.room(group).deleted_at.has_value(), "an admin needs no standing");
}

void refused_ever_after(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const Message message = world.post(room, bora, "first");
    const Message reply = world.post(room, bora, "second", message.id);
    PostMessage repeat = world.text("again");
    world.applied(room, bora, repeat);
    world.applied(room, ari, DeleteRoom{});
    const auto refuses_all = [&](std::string_view when) {
        for (const UserId who : {ari, bora, dana}) {
            const RoomChange changes[] = {world.text("x"),
                                          EditMessage{message.id, "x"},
                                          DeleteMessage{message.id},
                                          SetReaction{message.id, "👍"},
                                          SetPin{message.id},
                                          JoinRoom{},
                                          LeaveRoom{true},
                                          InviteMembers{{dana}},
                                          RemoveMember{bora},
                                          RenameRoom{"x"},
                                          MoveReadPointer{Position{id_max}},
                                          SetNotice{"x"},
                                          SetRole{bora, MemberRole::admin},
                                          GagMember{bora, world.now()},
                                          SetPersonal{true, true},
                                          RoomChange{repeat}};
            for (const RoomChange& what : changes)
                world.expect(world.refused(world.apply(room, who, what), ErrorCode::room_deleted),
                             "every change is refused, " + std::string(when));
        }
        RoomReader& rooms = world.store().rooms();
        MessageReader& messages = world.store().messages();
        constexpr ErrorCode gone = ErrorCode::room_deleted;
        for (const UserId who : {ari, dana}) {
            world.expect(
                world.refuses(rooms.view(room, who), gone) &&
                    world.refuses(rooms.member(room, who), gone) &&
                    world.refuses(rooms.members(room, {}, 10), gone) &&
                    world.refuses(messages.history({.room = room}, who), gone) &&
                    world.refuses(messages.changes(room, {}, 10, who), gone) &&
                    world.refuses(messages.pins(room, who), gone) &&
                    world.refuses(messages.threads(room, MessageId{id_max}, 10, who), gone),
                "every read is refused, " + std::string(when));
            world.expect(
                world.refuses(world.store().search().messages({.text = "first", .room = room}, who),
                              gone),
                "so is a search, " + std::string(when));
        }
        world.expect(
            !world.value(messages.find(message.id, bora)) &&
                !world.value(messages.find(message.id, std::nullopt)) &&
                world.refuses(messages.replies(message.id, {}, 10, bora), ErrorCode::not_found),
            "its messages are not found, " + std::string(when));
        world.expect(
            world.value(world.store().search().messages({.text = "first"}, bora)).items.empty() &&
                world.value(world.store().search().messages({.text = "second"}, std::nullopt))
                    .items.empty(),
            "nor by what they say, " + std::string(when));
        world.expect(!lists(world, ari, room) && !membership(world, ari, room),
                     "nobody's list has it, " + std::string(when));
        const UserId both[] = {ari, bora};
        world.expect(world.value(rooms.read_standings(room, both)).standings.empty(),
                     "nobody stands in it, " + std::string(when));
    };
    refuses_all("at once");
    world.expect(!notify(world, bora, room, 4711), "nobody is notified of it");
    clear_all(world);
    refuses_all("and when it is cleared away");
    static_cast<void>(reply);
}

void told_to_those_who_missed_it(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const RoomId other = world.group(bora, {});
    const Message before = world.post(room, bora, "before");
    const std::int64_t cursor = world.value(world.store().rooms().moved_since(-1, 10)).cursor;
    const Applied deleted = world.applied(room, ari, DeleteRoom{});
    const RoomMoves moves = world.value(world.store().rooms().moved_since(cursor, 10));
    world.expect(moves.moves == std::vector<RoomMoves::Move>{{room, deleted.position}} &&
                     moves.gains.empty(),
                 "a deletion moves the room");
    for (const Position since : {Position{}, position_of(before.id)}) {
        const Changes changes = world.changes(room, since);
        world.expect(changes.items == deleted.states && changes.head == deleted.position &&
                         changes.next == deleted.position && !changes.has_more,
                     "the engine is told that the room is deleted");
    }
    world.expect(world.changes(room, deleted.position).items.empty(), "and nothing after it");
    static_cast<void>(other);
}

void clearing_away(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    const RoomId other = world.group(ari, {bora});
    std::vector<Message> messages;
    for (int i = 0; i < 25; ++i)
        messages.push_back(world.post(room, ari, "text " + std::to_string(i)));
    const Message kept = world.post(other, ari, "text of another");
    const ScheduleId open = schedule(world, bora, room);
    const ScheduleId claimed = schedule(world, bora, room);
    const ScheduleId elsewhere = schedule(world, bora, other);
    const Occurrence occurrence{claimed, 1};
    const auto taken = world.value(world.store().schedules().claim(
        {&occurrence, 1}, world.now() + std::chrono::hours{2}, {"schedules", 1}));
    world.require(taken.size() == 1, "one is being sent");
    world.require(notify(world, bora, room, 1) && notify(world, bora, other, 2),
                  "there are notifications");
    world.expect(!world.value(world.store().removals().pending()), "there is nothing to clear");
    world.expect(!world.value(world.store().removals().clear(10)), "and clearing does nothing");
    world.applied(room, ari, DeleteRoom{});
    world.expect(world.value(world.store().removals().pending()), "a deletion leaves rows");
    // 3 members, 1 schedule, 25 messages.
    int pieces = 0;
    while (pieces <= 10 && world.value(world.store().removals().clear(10))) {
        if (++pieces == 1) world.restart();
    }
    world.expect(pieces == 2, "they go in pieces, also over a restart");
    world.expect(!world.value(world.store().removals().pending()), "and then they are gone");
    const auto now = [&](ScheduleId id) {
        return world.value(world.store().schedules().find(id)).value_or(Schedule{});
    };
    world.expect(
        now(open).state == ScheduleState::cancelled && now(open).failure == ErrorCode::room_deleted,
        "what was to be sent is cancelled, and says why");
    world.expect(now(claimed).state == ScheduleState::scheduled, "what is being sent is left");
    const auto inbox = world.value(world.store().inbox().list(bora, NotificationId{id_max}, 10));
    world.expect(inbox.items.size() == 1 && inbox.items.front().room == other &&
                     world.value(world.store().inbox().unread_count(bora)) == 1,
                 "notifications of the room go with it");
    world.expect(
        world.message(kept.id) == kept && world.member(other, bora).active &&
            now(elsewhere).state == ScheduleState::scheduled &&
            world.value(world.store().search().messages({.text = "text"}, bora)).items.size() == 1,
        "another room loses nothing");
    const Message later = world.post(other, ari, "later");
    world.expect(later.id > messages.back().id, "positions are not given twice");
    world.expect(world.room(room).deleted_at.has_value(), "the room is known as deleted");
}

void keys_of_deleted_rooms(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const Change post = world.change(room, bora, world.text("once"));
    const Change read = world.change(room, ari, MoveReadPointer{Position{id_max}});
    const std::int64_t number = world.last_batch() + 1;
    world.value(world.try_batch(number, false, {post, read}));
    world.value(world.try_batch(number + 1, false, {world.change(room, ari, DeleteRoom{})}));
    world.expect(world.refused(world.apply(room, bora, post.what), ErrorCode::room_deleted),
                 "a post repeated after the deletion is refused with it");
    clear_all(world);
    world.expect(world.refused(world.apply(room, bora, post.what), ErrorCode::room_deleted),
                 "also when the first is gone");
}

void batches_of_deleted_rooms(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const std::vector<Change> changes = {world.change(room, bora, world.text("said")),
                                         world.change(room, ari, MoveReadPointer{Position{id_max}}),
                                         world.change(room, ari, DeleteRoom{}),
                                         world.change(room, bora, world.text("too late"))};
    const std::int64_t number = world.last_batch() + 100;
    const auto first = world.value(world.try_batch(number, false, changes));
    const auto* deleted = std::get_if<Applied>(&first[2]);
    world.require(deleted != nullptr && std::holds_alternative<Applied>(first[0]),
                  "a post before the deletion passes");
    world.expect(world.refused(first[3], ErrorCode::room_deleted),
                 "a post behind it in the same batch does not");
    auto again = world.value(world.try_batch(number, true, changes));
    const auto* replayed = std::get_if<Replayed>(&again[2]);
    world.expect(replayed != nullptr && replayed->position == deleted->position &&
                     replayed->state == deleted->states.front(),
                 "the deletion tried again is answered with itself");
    clear_all(world);
    again = world.value(world.try_batch(number, true, changes), "a batch whose room was cleared");
    world.expect(world.refused(again[0], ErrorCode::room_deleted) &&
                     world.refused(again[1], ErrorCode::room_deleted) &&
                     std::holds_alternative<Replayed>(again[2]) &&
                     world.refused(again[3], ErrorCode::room_deleted),
                 "what is gone with the room is answered so");
}

void registering_contexts(StoreWorld& world) {
    ContextStore* contexts = &world.store().contexts();
    world.expect(!world.value(contexts->find(product)), "nobody has registered it");
    const RegisteredContext given{product,          ari,          "A lamp",
                                  R"({"price":3})", world.tick(), world.now()};
    world.expect(
        world.value(contexts->put(given)) == given && world.value(contexts->find(product)) == given,
        "it is registered as given");
    world.expect(!world.value(contexts->find(shop)), "another is not");
    RegisteredContext changed = given;
    changed.owner = bora;
    changed.title = "";
    changed.created_at = changed.updated_at = world.tick();
    const RegisteredContext now = world.value(contexts->put(changed));
    world.expect(now.owner == bora && now.title.empty() && now.created_at == given.created_at &&
                     now.updated_at == changed.updated_at,
                 "putting again changes it, and keeps when it was made");
    world.restart();
    contexts = &world.store().contexts();
    world.expect(world.value(contexts->find(product)) == now, "it is kept");
    world.done(contexts->remove(product, world.tick()), "remove");
    world.expect(!world.value(contexts->find(product)), "what is removed is not registered");
    world.expect(world.value(contexts->put(changed)).created_at == changed.created_at,
                 "registered again it is a new one");
}

void removing_contexts(StoreWorld& world) {
    NewGroup group;
    group.owner = ari;
    group.title = "about";
    group.context = shop;
    const RoomId first = world.value(world.store().open_group(group, world.tick())).id;
    const RoomId second = world.direct(ari, bora, shop);
    const RoomId plain = world.group(ari, {});
    const RoomId third = world.direct(ari, bora, product);
    RemovalStore* removals = &world.store().removals();
    world.expect(world.value(removals->doomed({}, 10)).empty(), "nothing is doomed");
    world.done(world.store().contexts().remove(shop, world.tick()), "remove");
    world.expect(world.value(removals->doomed({}, 10)) == std::vector{first, second} &&
                     world.value(removals->doomed(shop, 10)) == std::vector{first, second} &&
                     world.value(removals->doomed(shop, 1)) == std::vector{first} &&
                     world.value(removals->doomed(product, 10)).empty(),
                 "the rooms of a removed context are doomed, and no others");
    const auto open = [&](const Context& about, UserId other) {
        return world.store().open_direct(DirectKey::of(ari, other, about), ari, world.tick());
    };
    world.expect(
        world.refuses(open(shop, chan), ErrorCode::room_deleted) &&
            world.refuses(world.store().open_group(group, world.tick()), ErrorCode::room_deleted),
        "no room is opened about it any more");
    world.expect(open(product, chan).has_value() && open({"store", "5"}, chan).has_value(),
                 "about others they are");
    world.restart();
    removals = &world.store().removals();
    world.expect(world.refuses(open(shop, chan), ErrorCode::room_deleted), "also after a restart");
    world.applied(first, {}, DeleteRoom{true});
    world.expect(world.value(removals->doomed(shop, 10)) == std::vector{second},
                 "what is deleted is not doomed");
    // Registered again while an old room is still there.
    world.value(world.store().contexts().put({shop, ari, "", "", world.tick(), world.now()}));
    const auto fresh = world.value(open(shop, chan)).room.id;
    world.expect(world.value(removals->doomed({}, 10)) == std::vector{second},
                 "a room opened after that is not doomed");
    world.applied(second, {}, DeleteRoom{true});
    clear_all(world);
    world.expect(world.value(removals->doomed({}, 10)).empty() && !world.room(fresh).deleted_at &&
                     !world.room(plain).deleted_at && !world.room(third).deleted_at,
                 "nothing else has gone");
    world.done(world.store().contexts().remove(shop, world.tick()), "remove again");
    world.expect(world.value(removals->doomed({}, 10)) == std::vector{fresh},
                 "removed again it dooms those");
    world.done(world.store().contexts().remove({"nothing", "0"}, world.tick()), "remove nothing");
    world.expect(!world.value(open({"store", "6"}, chan)).room.deleted_at &&
                     world.refuses(open({"nothing", "0"}, chan), ErrorCode::room_deleted),
                 "what was never registered can be removed as well");
}

void opening_against_a_removal(StoreWorld& world) {
    auto other = world.value(world.factory().open(), "a second store");
    for (int round = 0; round < 20; ++round) {
        const Context about{"race", std::to_string(round)};
        Result<Opened> opened = unexpected(ErrorCode::internal);
        std::thread opener([&] {
            opened = other->open_direct(DirectKey::of(ari, bora, about), ari, world.now());
        });
        const Status removed = world.store().contexts().remove(about, world.now());
        opener.join();
        world.done(removed, "remove");
        const auto doomed = world.value(world.store().removals().doomed(about, 10));
        const bool whole = opened
                               ? doomed == std::vector{opened->room.id}
                               : opened.error().code == ErrorCode::room_deleted && doomed.empty();
        world.expect(whole, "a room opened against a removal is doomed, or not opened");
    }
}

void groups_together(StoreWorld& world) {
    std::vector<NewGroup> groups(3);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        groups[i].owner = ari;
        groups[i].title = "group " + std::to_string(i);
        groups[i].members = {bora};
    }
    const auto made = world.value(world.store().open_groups(groups, world.tick()));
    world.require(made.size() == 3, "all are made");
    for (std::size_t i = 0; i < made.size(); ++i)
        world.expect(world.room(made[i].id) == made[i] && made[i].title == groups[i].title,
                     "each is as it was asked for, in order");
    world.done(world.store().contexts().remove(shop, world.tick()), "remove");
    groups[2].context = shop;
    world.expect(
        world.refuses(world.store().open_groups(groups, world.tick()), ErrorCode::room_deleted),
        "one that cannot be made");
    world.expect(world.value(world.store().rooms().list(ari, {})).items.size() == 3,
                 "leaves none of the others");
}

void lingering(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    const Message read = world.post(room, ari, "before");
    world.applied(room, bora, MoveReadPointer{position_of(read.id)});
    const Applied left = world.applied(room, bora, LeaveRoom{});
    world.expect(!lists(world, bora, room), "who has left does not see the room");
    const auto cursor = left.prev.value;
    const auto gains = world.value(world.store().rooms().moved_since(cursor, 10)).gains;
    world.expect(gains == std::vector<RoomMoves::Gain>{{bora, room}},
                 "nodes are told who has left");
    const auto index = membership(world, bora, room);
    world.expect(index && index->left == left.position, "but hears of it");
    world.expect(membership(world, ari, room)->left == Position{}, "who is in is in");
    world.applied(room, ari, RenameRoom{"new"});
    world.expect(!lists(world, bora, room), "what is no message does not show it");
    world.post(room, ari, "news");
    world.expect(lists(world, bora, room), "a new message does");
    const auto page = world.value(world.store().rooms().list(bora, {.unread_only = true}));
    world.require(page.items.size() == 1, "with what is unread");
    world.expect(!page.items[0].active && page.items[0].unread_count == 1 &&
                     page.items[0].read_position == position_of(read.id),
                 "as they left it");
    world.expect(world.refuses(world.store().messages().history({.room = room}, bora),
                               ErrorCode::not_a_member),
                 "they read nothing of it");
    world.applied(room, bora, LeaveRoom{.silent = true});
    world.expect(world.member(room, bora).silent && !lists(world, bora, room) &&
                     !membership(world, bora, room),
                 "who turns silent afterwards hears no more");
    world.expect(std::holds_alternative<Unchanged>(world.apply(room, bora, LeaveRoom{true})) &&
                     std::holds_alternative<Unchanged>(world.apply(room, bora, LeaveRoom{})),
                 "and stays so");
    world.applied(room, bora, JoinRoom{});
    world.expect(lists(world, bora, room) && membership(world, bora, room)->left == Position{},
                 "until they are back");
    world.applied(room, chan, LeaveRoom{});
    world.applied(room, ari, RemoveMember{chan});
    world.post(room, ari, "more");
    world.expect(!lists(world, chan, room) && !membership(world, chan, room),
                 "who is removed hears no more");
    world.applied(room, bora, LeaveRoom{.silent = true});
    world.post(room, ari, "still more");
    world.expect(!lists(world, bora, room), "nor does who left silently");
}

void invited_as_admin(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    world.applied(room, ari, InviteMembers{{chan}, MemberRole::admin});
    world.expect(world.member(room, chan).role == MemberRole::admin,
                 "the owner brings in an admin");
    world.expect(world.refused(world.apply(room, chan, InviteMembers{{dana}, MemberRole::admin}),
                               ErrorCode::forbidden) &&
                     world.refused(world.apply(room, ari, InviteMembers{{dana}, MemberRole::owner}),
                                   ErrorCode::invalid_value),
                 "nobody else does, and nobody brings in an owner");
    world.applied(room, chan, InviteMembers{{dana}});
    world.expect(world.member(room, dana).role == MemberRole::member, "members come by anybody");
    world.expect(std::holds_alternative<Unchanged>(
                     world.apply(room, ari, InviteMembers{{dana}, MemberRole::admin})) &&
                     world.member(room, dana).role == MemberRole::member,
                 "who is in stays as is");
}

void a_large_room(StoreWorld& world) {
    std::vector<UserId> many;
    for (int i = 0; i < 120; ++i) many.push_back(UserId{1'000 + i});
    const RoomId room = world.group(ari, many);
    std::vector<Change> posts;
    for (int i = 0; i < 400; ++i) posts.push_back(world.change(room, ari, world.text("m")));
    world.apply(posts);
    world.applied(room, ari, DeleteRoom{});
    // Everything is counted: 121 members and 400 messages, 50 a piece.
    world.expect(clear_all(world, 50) == 11, "what is large goes in as many pieces as it needs");
}

}  // namespace

Findings check_removal_contract(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"a room is deleted for everybody", in_world<deleting_a_room>},
        {"some delete by their authority", in_world<deleting_by_authority>},
        {"what is deleted is refused ever after", in_world<refused_ever_after>},
        {"a deletion is told to who missed it", in_world<told_to_those_who_missed_it>},
        {"what is deleted is cleared away in pieces", in_world<clearing_away>},
        {"a large room goes in many pieces", in_world<a_large_room>},
        {"a post of a deleted room is not made again", in_world<keys_of_deleted_rooms>},
        {"batches of deleted rooms are answered", in_world<batches_of_deleted_rooms>},
        {"contexts are registered", in_world<registering_contexts>},
        {"a removed context takes its rooms along", in_world<removing_contexts>},
        {"no room survives its context", in_world<opening_against_a_removal>},
        {"several groups are made, or none", in_world<groups_together>},
        {"who has left hears of new messages", in_world<lingering>},
        {"people are invited with a role", in_world<invited_as_admin>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

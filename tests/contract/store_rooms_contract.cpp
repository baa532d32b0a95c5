#include <thread>

#include "chatcore/limits.h"

#include "contract/store_contract.h"

namespace chatcore::contract {
namespace {

void opening_a_direct_room(StoreWorld& world) {
    const DirectKey key = DirectKey::of(bora, ari, std::nullopt);
    const Opened first = world.value(world.store().open_direct(key, bora, world.tick()));
    world.expect(first.created && first.room.kind == RoomKind::direct &&
                     first.room.created_by == bora && first.room.participant_count == 2 &&
                     first.room.direct == key && first.room.created_at == world.now() &&
                     first.room.last_activity_at == world.now() && !first.room.preview &&
                     first.room.changed_at == Position{} && first.room.head == Position{},
                 "a new room stands at 0 with two people");
    world.expect(world.room(first.room.id) == first.room, "the answer can be read back");
    world.expect(
        world.member(first.room.id, ari).active && world.member(first.room.id, bora).active,
        "both are in");
    world.post(first.room.id, ari, "hello");
    world.applied(first.room.id, ari, LeaveRoom{});
    const Opened again =
        world.value(world.store().open_direct(DirectKey::of(ari, bora, {}), ari, world.tick()));
    world.expect(!again.created && again.room == world.room(first.room.id),
                 "opening it again gives it as it is, whoever has left it");
    world.restart();
    const Opened later = world.value(world.store().open_direct(key, ari, world.tick()));
    world.expect(!later.created && later.room.id == first.room.id, "also after a restart");
}

void a_room_for_each_context(StoreWorld& world) {
    const RoomId plain = world.direct(ari, bora);
    const RoomId product = world.direct(ari, bora, Context{"product", "17"});
    const RoomId store = world.direct(ari, bora, Context{"store", "17"});
    const RoomId other = world.direct(ari, bora, Context{"product", "18"});
    world.expect(plain != product && product != store && product != other && store != other,
                 "two people have a room for each context");
    world.expect(world.direct(bora, ari, Context{"product", "17"}) == product,
                 "the same context gives the same room");
    const Context context{"product", "17"};
    world.expect(world.room(product).context == context && !world.room(plain).context,
                 "a room knows its context");
    world.expect(world.direct(ari, chan) != plain, "other people have another room");
}

void opening_at_once(StoreWorld& world) {
    auto other = world.value(world.factory().open(), "a second store");
    constexpr int rounds = 20;
    std::vector<Opened> opened[2];
    const auto run = [&](std::size_t index, Store& store) {
        for (int i = 0; i < rounds; ++i) {
            const DirectKey key{ari, UserId{100 + i}, std::nullopt};
            auto result = store.open_direct(key, ari, world.now());
            if (result) opened[index].push_back(*result);
        }
    };
    std::thread second([&] { run(1, *other); });
    run(0, world.store());
    second.join();
    world.require(opened[0].size() == rounds && opened[1].size() == rounds, "both are answered");
    for (std::size_t i = 0; i < rounds; ++i) {
        world.expect(opened[0][i].room.id == opened[1][i].room.id, "both get the same room");
        world.expect(opened[0][i].created != opened[1][i].created, "one of them has made it");
    }
}

void a_new_group(StoreWorld& world) {
    NewGroup group;
    group.owner = ari;
    group.title = "Plans";
    group.open = true;
    group.context = Context{"team", "7"};
    group.metadata = R"({"k":2})";
    group.image_url = "/a.png";
    group.members = {chan, bora};
    const Room room = world.value(world.store().open_group(group, world.tick()));
    world.expect(room.kind == RoomKind::group && room.title == "Plans" && room.open &&
                     room.context == group.context && room.metadata == group.metadata &&
                     room.image_url == group.image_url && room.created_by == ari &&
                     room.participant_count == 3 && room.head == Position{} && !room.direct,
                 "a group is as it was asked for, at position 0");
    world.expect(world.room(room.id) == room, "the answer can be read back");
    world.expect(world.member(room.id, ari).role == MemberRole::owner &&
                     world.member(room.id, bora).role == MemberRole::member,
                 "who makes it owns it");
    const Room second = world.value(world.store().open_group(group, world.tick()));
    world.expect(second.id != room.id, "each is a group of its own");
}

void coming_and_going(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const Message before = world.post(room, bora, "before");
    world.expect(world.refused(world.apply(room, chan, JoinRoom{}), ErrorCode::forbidden),
                 "a closed group cannot be joined");
    const Timestamp joined = world.member(room, bora).joined_at;
    const Applied left = world.applied(room, bora, LeaveRoom{.silent = true});
    Member member = world.member(room, bora);
    world.expect(!member.active && member.silent && !member.removed &&
                     member.left_at == world.now() && member.changed_at == left.position,
                 "who leaves is kept, as gone");
    world.expect(world.room(room).participant_count == 1, "and is not counted");
    world.expect(world.refused(world.apply(room, bora, world.text("x")), ErrorCode::not_a_member),
                 "who has left may not post");
    world.expect(std::holds_alternative<Unchanged>(world.apply(room, bora, LeaveRoom{})),
                 "leaving twice changes nothing");
    world.post(room, ari, "meanwhile");
    world.applied(room, bora, JoinRoom{});
    member = world.member(room, bora);
    world.expect(member.active && !member.silent && !member.left_at && member.joined_at == joined &&
                     member.read_position == position_of(before.id),
                 "joining again is the same membership, with its pointer");
    world.expect(world.unread(room, bora) == 1, "what came meanwhile is unread");
    world.expect(std::holds_alternative<Unchanged>(world.apply(room, bora, JoinRoom{})),
                 "joining twice changes nothing");

    const RoomId open = world.group(ari, {}, true);
    world.post(open, ari, "old news");
    world.applied(open, chan, JoinRoom{});
    world.expect(world.unread(open, chan) == 0, "who joins starts at the room's end");
    world.expect(world.room(open).participant_count == 2, "and is counted");
}

void invitations_and_removals(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const Applied invited = world.applied(room, bora, InviteMembers{{chan, ari, dana}});
    world.expect(invited.states.size() == 2, "who is in already is not invited again");
    world.expect(world.room(room).participant_count == 4, "those who came are counted");
    world.expect(world.member(room, dana).changed_at == world.member(room, chan).changed_at,
                 "they come at one position");
    world.expect(std::holds_alternative<Unchanged>(world.apply(room, ari, InviteMembers{{chan}})),
                 "inviting who is in changes nothing");
    world.expect(world.refused(world.apply(room, bora, RemoveMember{chan}), ErrorCode::forbidden),
                 "a member may not remove others");
    world.applied(room, ari, RemoveMember{chan});
    world.expect(!world.member(room, chan).active && world.member(room, chan).removed,
                 "the owner may");
    world.expect(world.refused(world.apply(room, chan, JoinRoom{}), ErrorCode::forbidden),
                 "who was removed cannot come back by themselves");
    world.expect(
        world.refused(world.apply(room, bora, InviteMembers{{chan}}), ErrorCode::forbidden),
        "nor be brought back by a member");
    world.applied(room, ari, InviteMembers{{chan}});
    world.expect(world.member(room, chan).active && !world.member(room, chan).removed,
                 "the owner may bring them back");
    const RoomId direct = world.direct(ari, bora);
    world.expect(
        world.refused(world.apply(direct, ari, InviteMembers{{chan}}), ErrorCode::forbidden),
        "nobody is invited into a direct room");
}

void renaming(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    world.expect(world.refused(world.apply(room, bora, RenameRoom{"x"}), ErrorCode::forbidden),
                 "a member may not rename");
    const Applied renamed = world.applied(room, ari, RenameRoom{"New"});
    const Room header = world.room(room);
    world.expect(header.title == "New" && header.changed_at == renamed.position &&
                     header.updated_at == world.now(),
                 "the owner may");
    world.expect(world.state<Room>(renamed.states.front()).title == "New", "it is told");
    world.expect(std::holds_alternative<Unchanged>(world.apply(room, ari, RenameRoom{"New"})),
                 "the same title changes nothing");
    const std::string picture = "https://pictures.example/a.png";
    const Applied shown = world.applied(room, ari, RenameRoom{{}, picture});
    world.restart();
    world.expect(world.room(room).image_url == picture && world.room(room).title == "New" &&
                     world.room(room).changed_at == shown.position,
                 "a picture is given and kept, and the title stays");
    world.expect(
        world.refused(world.apply(room, bora, RenameRoom{{}, ""}), ErrorCode::forbidden) &&
            std::holds_alternative<Unchanged>(world.apply(room, ari, RenameRoom{"New", picture})),
        "not by a member, and the same again changes nothing");
    const Applied both = world.applied(room, ari, RenameRoom{"Newer", ""});
    world.expect(world.room(room).image_url.empty() && world.room(room).title == "Newer",
                 "both change at once, and empty takes the picture away");
    world.post(room, bora, "x");
    world.expect(world.room(room).changed_at == both.position,
                 "counters and preview do not move the room's changed_at");
}

void the_next_owner(StoreWorld& world) {
    const RoomId room = world.group(ari, {chan, bora});
    const Applied left = world.applied(room, ari, LeaveRoom{});
    world.require(left.states.size() == 2, "who leaves and who owns next are told");
    world.expect(world.state<Member>(left.states[0]).user == ari &&
                     world.state<Member>(left.states[1]).user == bora,
                 "of those who came together the lower id is next");
    world.expect(world.member(room, bora).role == MemberRole::owner &&
                     world.member(room, ari).role == MemberRole::member,
                 "the role has gone over");
    // In one batch: the second owner leaves after somebody else has come and the third has gone.
    world.apply({world.change(room, bora, InviteMembers{{dana}}),
                 world.change(room, chan, LeaveRoom{}), world.change(room, bora, LeaveRoom{})});
    world.expect(world.member(room, dana).role == MemberRole::owner,
                 "the successor is found among those of the same batch");
    world.applied(room, dana, LeaveRoom{});
    world.expect(world.room(room).participant_count == 0, "the last one may go");
}

void read_pointers(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const RoomId noise = world.direct(ari, chan);
    std::vector<Message> posts;
    for (int i = 0; i < 4; ++i) {
        posts.push_back(world.post(room, ari, std::to_string(i)));
        world.post(noise, ari, "noise");
    }
    world.expect(world.unread(room, bora) == 4 && world.unread(room, ari) == 0,
                 "posting moves the sender's own pointer");
    Applied moved = world.applied(room, bora, MoveReadPointer{position_of(posts[1].id)});
    auto member = world.state<Member>(moved.states.front());
    world.expect(member.read_position == position_of(posts[1].id) &&
                     member.read_seq == posts[1].seq && member.read_at == world.now(),
                 "a pointer stands at a message");
    const Position between{posts[2].id.value + 1};
    world.applied(room, bora, MoveReadPointer{between});
    member = world.member(room, bora);
    world.expect(member.read_position == position_of(posts[2].id),
                 "up to a position means the last message at or below it");
    const Outcome back = world.apply(room, bora, MoveReadPointer{position_of(posts[0].id)});
    world.expect(std::holds_alternative<Unchanged>(back) && world.member(room, bora) == member,
                 "a pointer never moves backwards");
    world.expect(world.unread(room, bora) == 1, "what lies behind it is unread");
    world.applied(room, bora, MoveReadPointer{Position{id_max}});
    world.expect(world.member(room, bora).read_position == position_of(posts[3].id),
                 "the whole room is up to its last message");
    world.expect(world.refused(world.apply(room, chan, MoveReadPointer{Position{id_max}}),
                               ErrorCode::not_a_member),
                 "only a member has a pointer");
}

void posts_that_move_no_pointer(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const Message read = world.post(room, ari, "said by myself");
    const Member before = world.member(room, ari);
    PostMessage what = world.text("sent for me");
    what.moves_pointer = false;
    const Message sent = world.state<Message>(world.applied(room, ari, what).states.front());
    world.expect(!sent.moves_pointer && read.moves_pointer, "the message says so");
    world.restart();
    world.expect(world.message(sent.id) == sent && world.message(read.id) == read,
                 "and is kept so");
    world.expect(world.member(room, ari) == before, "the sender's pointer stays where it was");
    world.expect(world.unread(room, ari) == 1, "so the message is unread to its sender too");
    const Outcome again = world.apply(room, ari, what);
    world.expect(std::holds_alternative<DuplicateOf>(again), "a repeat is answered with the first");
    world.post(room, ari, "said by myself again");
    world.expect(world.unread(room, ari) == 0, "the next post of their own moves it past");
}

void read_pointers_of_large_rooms(StoreWorld& world) {
    std::vector<UserId> many;
    for (int i = 0; i < Limits{}.receipts_told_members_max; ++i) many.push_back(UserId{1'000 + i});
    const RoomId room = world.group(ari, many);
    world.post(room, ari, "to all");
    const Room before = world.room(room);
    const Member member = world.member(room, many[0]);
    const Outcome moved = world.apply(room, many[0], MoveReadPointer{Position{id_max}});
    const auto* unchanged = std::get_if<Unchanged>(&moved);
    world.require(unchanged != nullptr, "a move in a large room is not told");
    world.expect(world.state<Member>(unchanged->state).read_seq == 1, "it is answered");
    world.expect(world.unread(room, many[0]) == 0, "but the pointer has moved");
    world.expect(
        world.room(room) == before && world.member(room, many[0]).changed_at == member.changed_at,
        "without taking a position");
}

void unread_without_the_deleted(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    std::vector<Message> posts;
    for (int i = 0; i < 5; ++i) posts.push_back(world.post(room, ari, std::to_string(i)));
    world.applied(room, ari, DeleteMessage{posts[3].id});
    world.expect(world.unread(room, bora) == 4, "a deleted message is not unread");
    const Applied moved = world.applied(room, bora, MoveReadPointer{position_of(posts[2].id)});
    world.expect(world.state<Member>(moved.states.front()).deleted_after_read == 1,
                 "the answer says how many behind the pointer are deleted");
    world.expect(world.unread(room, bora) == 1, "one is left");
    // Deleted and read in one batch.
    const std::vector<Outcome> both =
        world.apply({world.change(room, ari, DeleteMessage{posts[4].id}),
                     world.change(room, bora, MoveReadPointer{position_of(posts[0].id)})});
    const auto* unmoved = std::get_if<Unchanged>(&both[1]);
    world.require(unmoved != nullptr, "the pointer stays");
    world.expect(world.state<Member>(unmoved->state).deleted_after_read == 2,
                 "a deletion of the same batch is counted");
    world.expect(world.unread(room, bora) == 0, "nothing is left");
    world.restart();
    world.expect(world.unread(room, bora) == 0, "also after a restart");
}

void standings_in_rooms(StoreWorld& world) {
    const RoomId direct = world.direct(ari, bora);
    const RoomId group = world.group(bora, {ari, chan});
    const RoomId left = world.group(ari, {bora});
    const RoomId deleted = world.group(ari, {bora});
    world.applied(left, ari, LeaveRoom{});
    world.applied(deleted, ari, DeleteRoom{});
    const RoomId none{id_max};
    const RoomId all[] = {none, group, direct, deleted, left, direct};
    const auto stand = [&](UserId user) {
        return world.value(world.store().messages().standings(user, all, {}), "standings");
    };
    const auto expect = [&](UserId user, bool blocked) {
        const auto found = stand(user);
        world.require(found.size() == std::size(all), "each room is answered, in its place");
        world.expect(found[0] == PostStanding{}, "where there is none there is nothing");
        world.expect(found[3] == PostStanding{world.room(deleted), std::nullopt, false},
                     "what was deleted says so");
        for (const std::size_t i : {1U, 2U, 4U, 5U}) {
            const auto member = world.value(world.store().rooms().member(all[i], user));
            const bool is_direct = all[i] == direct;
            world.expect(found[i] == PostStanding{world.room(all[i]), member, blocked && is_direct},
                         "the room, the membership, and whether a block parts the two");
        }
    };
    expect(ari, false);
    expect(chan, false);
    const auto block = [&](UserId actor, UserId other, bool present) {
        world.value(world.store().social().apply({actor, world.tick(), SetBlock{other, present}}));
    };
    block(bora, chan, true);
    expect(ari, false);
    block(bora, ari, true);
    expect(ari, true);
    expect(bora, true);
    block(bora, ari, false);
    expect(ari, false);
    block(ari, bora, true);
    expect(ari, true);
    world.expect(world.value(world.store().messages().standings(ari, {}, {})).empty(),
                 "none of none");
}

}  // namespace

Findings check_store_rooms(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"a direct room is opened once", in_world<opening_a_direct_room>},
        {"two people have a room for each context", in_world<a_room_for_each_context>},
        {"two who open at once get one room", in_world<opening_at_once>},
        {"a group is as it was asked for", in_world<a_new_group>},
        {"leaving and joining", in_world<coming_and_going>},
        {"invitations and removals", in_world<invitations_and_removals>},
        {"renaming", in_world<renaming>},
        {"an owner who leaves is followed", in_world<the_next_owner>},
        {"read pointers stand at messages", in_world<read_pointers>},
        {"a post may leave the pointer where it is", in_world<posts_that_move_no_pointer>},
        {"read pointers of large rooms take no position", in_world<read_pointers_of_large_rooms>},
        {"unread leaves out the deleted", in_world<unread_without_the_deleted>},
        {"how a person stands in rooms is told", in_world<standings_in_rooms>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

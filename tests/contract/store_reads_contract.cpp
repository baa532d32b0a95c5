#include <algorithm>
#include <map>
#include <set>

#include "contract/store_contract.h"

namespace chatcore::contract {
namespace {

using Texts = std::vector<std::string>;

void history(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const RoomId noise = world.direct(ari, chan);
    std::vector<Position> at;
    for (int i = 0; i < 7; ++i) {
        at.push_back(position_of(world.post(room, ari, std::to_string(i)).id));
        world.post(noise, ari, "noise");
    }
    world.expect(world.contents({.room = room}) == Texts{"6", "5", "4", "3", "2", "1", "0"},
                 "without a place it begins with the newest");
    world.expect(world.contents({.room = room, .before = at[3]}) == Texts{"2", "1", "0"},
                 "before is exclusive, newest first");
    world.expect(world.contents({.room = room, .after = at[3]}) == Texts{"4", "5", "6"},
                 "after is exclusive, oldest first");
    world.expect(
        world.contents({.room = room, .around = at[3], .limit = 4}) == Texts{"4", "3", "2", "1"},
        "around has half at and above, half below, newest first");
    const Position between{at[3].value + 1};
    world.expect(
        world.contents({.room = room, .around = between, .limit = 4}) == Texts{"5", "4", "3", "2"},
        "around a position that is no message's");
    world.expect(world.contents({.room = room, .around = at[3], .limit = 1}) == Texts{"3"},
                 "around with a limit of one");
    const auto more = [&](const HistoryQuery& query) {
        return world.value(world.store().messages().history(query, ari)).has_more;
    };
    world.expect(!more({.room = room, .limit = 7}) && more({.room = room, .limit = 6}),
                 "has_more is whether there is one more");
    world.expect(!more({.room = room, .after = at[3], .limit = 3}) &&
                     more({.room = room, .after = at[3], .limit = 2}),
                 "also upwards");
    world.expect(!more({.room = room, .around = at[3], .limit = 6}) &&
                     more({.room = room, .around = at[3], .limit = 4}),
                 "and around, among the older");
    world.expect(world.contents({.room = room, .before = at[0]}).empty(), "before the first: none");
    world.applied(room, ari, DeleteMessage{message_at(at[6])});
    world.expect(world.contents({.room = room, .limit = 2}) == Texts{"", "5"}, "a tombstone stays");
}

void reading_needs_membership(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const Message message = world.post(room, ari, "secret");
    MessageReader& messages = world.store().messages();
    const auto reads = [&](std::optional<UserId> who) {
        const auto found = world.value(messages.find(message.id, who));
        const bool history = messages.history({.room = room}, who).has_value();
        const bool changes = messages.changes(room, Position{}, 10, who).has_value();
        world.expect(found.has_value() == history && history == changes,
                     "who may read may read in every way");
        return found.has_value();
    };
    world.expect(reads(ari) && reads(bora), "members may read");
    world.expect(!reads(chan), "others may not");
    world.expect(reads(std::nullopt), "the engine may");
    world.applied(room, bora, LeaveRoom{});
    world.expect(!reads(bora), "who has left may not");
    world.applied(room, bora, JoinRoom{});
    world.expect(reads(bora), "who is back may");
    world.expect(world.refuses(messages.history({.room = room}, chan), ErrorCode::not_a_member),
                 "the refusal is not_a_member");
    world.expect(
        world.refuses(messages.history({.room = RoomId{987'654}}, ari), ErrorCode::not_a_member) &&
            world.refuses(messages.changes(RoomId{987'654}, {}, 10, std::nullopt),
                          ErrorCode::not_a_member),
        "as for a room that does not exist");
    world.expect(!world.value(messages.find(MessageId{987'654}, std::nullopt)),
                 "a message that does not exist is not found");
    world.expect(!world.value(world.store().rooms().find(RoomId{987'654})) &&
                     !world.value(world.store().rooms().view(room, chan)) &&
                     !world.value(world.store().rooms().member(room, chan)),
                 "nothing found is an empty answer");
}

/// What a client holds: the states it was told, each by what it is of.
struct Client {
    Position at;
    std::map<std::int64_t, Message> messages;
    std::map<std::int64_t, Member> members;
    std::optional<Room> room;

    void hear(const State& state) {
        if (const auto* message = std::get_if<Message>(&state))
            messages[message->id.value] = *message;
        if (const auto* member = std::get_if<Member>(&state)) members[member->user.value] = *member;
        if (const auto* header = std::get_if<Room>(&state)) room = *header;
    }
};

void check_page(StoreWorld& world, const Changes& page, Position since, int limit) {
    std::map<Position, int> at;
    std::set<std::pair<std::size_t, std::int64_t>> things;
    Position last = since;
    int counted = 0;
    for (const State& state : page.items) {
        const Position position = changed_at(state);
        world.expect(position > since || (since == Position{} && position == Position{}),
                     "nothing in a page lies at or below its beginning");
        world.expect(position >= last, "a page ascends");
        last = position;
        ++at[position];
        if (position != Position{}) ++counted;
        std::int64_t id = 0;
        if (const auto* message = std::get_if<Message>(&state)) id = message->id.value;
        if (const auto* member = std::get_if<Member>(&state)) id = member->user.value;
        world.expect(things.insert({state.index(), id}).second, "a thing comes once");
    }
    if (counted > limit) {
        world.expect(counted - at[last] < limit,
                     "a page is longer only to keep a position together");
    }
    world.expect(page.has_more ? page.next == last && counted >= limit : page.next == page.head,
                 "next is where to go on, and the head at the end");
    world.expect(!(page.has_more && page.next == Position{}), "next is not 0 while there is more");
}

void catch_up(StoreWorld& world, RoomId room, Client& client, int limit) {
    for (int pages = 0; pages < 10'000; ++pages) {
        const Changes page = world.changes(room, client.at, limit);
        check_page(world, page, client.at, limit);
        for (const State& state : page.items) client.hear(state);
        const Position before = client.at;
        client.at = page.next;
        if (!page.has_more) return;
        world.require(client.at > before, "a page gets on");
    }
    world.require(false, "the pages come to an end");
}

void compare(StoreWorld& world, RoomId room, const Client& client) {
    const Changes all = world.changes(room, Position{}, 100'000);
    world.expect(!all.has_more, "all changes fit one page that is long enough");
    Client fresh;
    for (const State& state : all.items) fresh.hear(state);
    world.expect(client.messages == fresh.messages, "all messages are as in the store");
    world.require(client.members.size() == fresh.members.size(), "all members are known");
    for (const auto& [user, member] : fresh.members) {
        Member known = client.members.at(user);
        // A post moves its sender's pointer without a change; receivers infer it.
        known.read_position = member.read_position;
        known.read_seq = member.read_seq;
        known.read_at = member.read_at;
        world.expect(known == member, "a member is as in the store");
        world.expect(world.member(room, UserId{user}) == member, "the feed tells what is stored");
    }
    world.require(client.room.has_value(), "the room is known");
    world.expect(client.room->title == world.room(room).title, "its title is as in the store");
    for (const auto& [id, message] : fresh.messages) {
        world.expect(world.message(MessageId{id}) == message, "a message is told as it is stored");
    }
    std::size_t in_history = 0;
    HistoryQuery query{.room = room, .before = {}, .after = Position{}, .around = {}, .limit = 100};
    for (bool more = true; more;) {
        const History page = world.value(world.store().messages().history(query, std::nullopt));
        in_history += page.messages.size();
        more = page.has_more && !page.messages.empty();
        if (more) query.after = position_of(page.messages.back().id);
    }
    world.expect(in_history == fresh.messages.size(), "no message is left out");
}

void the_beginning_of_a_room(StoreWorld& world) {
    const RoomId room = world.group(ari, {chan, bora});
    Changes page = world.changes(room, Position{}, 1);
    world.expect(page.items.size() == 4 && !page.has_more && page.next == Position{},
                 "an untouched room is all at 0, whatever the limit");
    world.require(page.items.size() == 4, "a room and three members");
    world.expect(std::holds_alternative<Room>(page.items[0]) &&
                     world.state<Member>(page.items[1]).user == ari &&
                     world.state<Member>(page.items[2]).user == bora,
                 "the room first, then members by id");
    const Message first = world.post(room, ari, "1");
    const Message second = world.post(room, ari, "2");
    page = world.changes(room, Position{}, 1);
    world.expect(page.items.size() == 5 && page.has_more && page.next == position_of(first.id),
                 "what stands at 0 is not counted");
    page = world.changes(room, page.next, 1);
    world.expect(page.items.size() == 1 && !page.has_more && page.next == position_of(second.id),
                 "and is not told again");
    page = world.changes(room, page.next, 1);
    world.expect(
        page.items.empty() && page.next == position_of(second.id) && page.head == page.next,
        "at the head there is nothing");
}

void pages_do_not_part(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const Message root = world.post(room, ari, "root");
    const Applied invited = world.applied(room, ari, InviteMembers{{chan, dana, UserId{9}}});
    const Message reply = world.post(room, bora, "reply", root.id);
    const Applied left = world.applied(room, ari, LeaveRoom{});
    Changes page = world.changes(room, position_of(root.id), 1);
    world.expect(page.items.size() == 3 && page.has_more && page.next == invited.position,
                 "those who came together are told together");
    page = world.changes(room, page.next, 1);
    world.require(page.items.size() == 2 && page.next == position_of(reply.id),
                  "a reply and its root are told together");
    world.expect(world.state<Message>(page.items[0]).id == reply.id &&
                     world.state<Message>(page.items[1]).id == root.id,
                 "the reply first");
    page = world.changes(room, page.next, 1);
    world.require(page.items.size() == 2 && page.next == left.position && !page.has_more,
                  "who left and who owns next are told together");
    world.expect(world.state<Member>(page.items[0]).user == ari &&
                     world.state<Member>(page.items[1]).user == bora,
                 "who left first");
}

void clients_converge(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan}, true);
    Client often;
    Client seldom;
    std::vector<MessageId> posted;
    std::uint64_t chance = 12'345;
    const auto draw = [&](std::uint64_t below) {
        chance = chance * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        return (chance >> 33) % below;
    };
    const auto random_change = [&]() -> RoomChange {
        const auto any = [&] {
            return posted.empty() ? MessageId{1} : posted[draw(posted.size())];
        };
        switch (draw(12)) {
            case 0:
                return EditMessage{any(), "edited " + std::to_string(draw(1'000))};
            case 1:
                return DeleteMessage{any()};
            case 2:
                return JoinRoom{};
            case 3:
                return LeaveRoom{};
            case 4:
                return MoveReadPointer{position_of(any())};
            case 5:
                return RenameRoom{"title " + std::to_string(draw(5))};
            default:
                break;
        }
        PostMessage post = world.text("post");
        if (draw(3) == 0 && !posted.empty()) post.parent = any();
        return post;
    };
    for (int step = 0; step < 400; ++step) {
        const UserId actor{static_cast<std::int64_t>(1 + draw(4))};
        const Outcome outcome = world.apply(room, actor, random_change());
        if (const auto* applied = std::get_if<Applied>(&outcome)) {
            const auto* message = std::get_if<Message>(&applied->states.front());
            if (message != nullptr && position_of(message->id) == applied->position) {
                posted.push_back(message->id);
            }
        }
        if (draw(5) == 0) catch_up(world, room, often, static_cast<int>(1 + draw(4)));
        if (draw(60) == 0) catch_up(world, room, seldom, static_cast<int>(1 + draw(4)));
    }
    catch_up(world, room, often, 1);
    catch_up(world, room, seldom, 50);
    world.require(posted.size() > 50, "much was posted");
    compare(world, room, often);
    compare(world, room, seldom);
}

std::vector<RoomId> ids(const Page<RoomView>& page) {
    std::vector<RoomId> found;
    for (const RoomView& view : page.items) found.push_back(view.room.id);
    return found;
}

void room_lists(StoreWorld& world) {
    const RoomId one = world.direct(ari, bora);
    const RoomId two = world.group(ari, {chan});
    const RoomId three = world.direct(ari, dana, Context{"product", "17"});
    world.direct(bora, chan);
    const auto list = [&](RoomListQuery query) {
        return world.value(world.store().rooms().list(ari, query), "list");
    };
    world.expect(ids(list({})) == std::vector{three, two, one}, "newest activity comes first");
    world.post(one, bora, "hello");
    Page<RoomView> page = list({});
    world.require(ids(page) == std::vector{one, three, two}, "a message is activity");
    const RoomView& first = page.items[0];
    world.expect(first.unread_count == 1 && first.peer == bora && first.active &&
                     first.room == world.room(one) && first.read_position == Position{},
                 "a room is seen with what is the viewer's own");
    world.expect(page.items[2].role == MemberRole::owner && !page.items[2].peer,
                 "a group has a role and no peer");
    world.expect(page.items[0] == *world.value(world.store().rooms().view(one, ari)),
                 "as it is seen by itself");
    page = list({.limit = 2});
    world.expect(ids(page) == std::vector{one, three} && page.has_more(),
                 "a page ends at its limit");
    page = list({.cursor = page.next_cursor, .limit = 2});
    world.expect(ids(page) == std::vector{two} && !page.has_more(), "the next one goes on");
    world.expect(!list({.limit = 3}).has_more(), "a full last page is the last");
    world.expect(ids(list({.unread_only = true})) == std::vector{one},
                 "those with something unread");
    world.expect(ids(list({.context = Context{"product", "17"}})) == std::vector{three},
                 "those of a context");
    world.expect(list({.context = Context{"product", "1"}}).items.empty(),
                 "of another context none");
    for (const char* bad : {"x", "1", "1.", ".1", "1.x", "1.2.3", "99999999999999999999.1"}) {
        world.expect(
            world.refuses(world.store().rooms().list(ari, {.cursor = bad}), ErrorCode::malformed),
            "a malformed cursor is refused");
    }
    world.applied(two, ari, LeaveRoom{});
    world.expect(ids(list({})) == std::vector{one, three}, "a room left is not listed");
    const auto seen = world.value(world.store().rooms().view(two, ari));
    world.expect(seen && !seen->active, "but can be seen");
}

void lists_of_equal_times(StoreWorld& world) {
    std::vector<RoomId> rooms;
    for (int i = 0; i < 9; ++i) {
        const DirectKey key = DirectKey::of(ari, UserId{10 + i}, {});
        rooms.push_back(world.value(world.store().open_direct(key, ari, world.now())).room.id);
    }
    std::reverse(rooms.begin(), rooms.end());
    std::vector<RoomId> listed;
    RoomListQuery query{.cursor = {}, .limit = 2, .unread_only = false, .context = {}};
    for (int pages = 0; pages < 10; ++pages) {
        const auto page = world.value(world.store().rooms().list(ari, query));
        for (RoomId id : ids(page)) listed.push_back(id);
        if (!page.has_more()) break;
        query.cursor = page.next_cursor;
    }
    world.expect(listed == rooms, "of one time the greater id comes first, and none is left out");
}

void member_lists(StoreWorld& world) {
    const RoomId room = world.group(dana, {ari, chan, bora});
    world.applied(room, bora, LeaveRoom{});
    RoomReader& rooms = world.store().rooms();
    const auto all = world.value(rooms.members(room, UserId{}, 10));
    world.require(all.items.size() == 4 && !all.has_more(), "members, gone ones too");
    for (std::size_t i = 0; i < 4; ++i) {
        world.expect(all.items[i].user.value == static_cast<std::int64_t>(i) + 1, "by user id");
        world.expect(all.items[i] == world.member(room, all.items[i].user), "each as it is");
    }
    const auto page = world.value(rooms.members(room, ari, 2));
    world.expect(page.items.size() == 2 && page.items[0].user == bora && page.has_more() &&
                     page.next_cursor == std::to_string(chan.value),
                 "a page goes on behind a user");
    world.expect(!world.value(rooms.members(room, bora, 2)).has_more(), "until the last");
}

void memberships(StoreWorld& world) {
    std::vector<RoomId> rooms;
    for (int i = 0; i < 5; ++i) rooms.push_back(world.direct(ari, UserId{10 + i}));
    const Message message = world.post(rooms[1], UserId{11}, "one");
    world.post(rooms[1], UserId{11}, "two");
    world.applied(rooms[1], UserId{11}, DeleteMessage{message.id});
    world.applied(rooms[3], ari, LeaveRoom{.silent = true});
    RoomReader& reader = world.store().rooms();
    const auto found = world.value(reader.memberships(ari, RoomId{}, 100));
    world.require(found.size() == 4, "one for each room that the person is in");
    world.expect(std::is_sorted(found.begin(), found.end(),
                                [](const auto& l, const auto& r) { return l.room < r.room; }),
                 "by room id");
    const Membership& busy = found[1];
    const Room room = world.room(rooms[1]);
    world.expect(busy.room == rooms[1] && busy.head == room.head && busy.last_seq == 2 &&
                     busy.read_seq == 0 && busy.deleted_after_read == 1 &&
                     busy.participant_count == 2 && busy.preview == room.preview &&
                     busy.last_activity_at == room.last_activity_at && busy.unread_count() == 1,
                 "with what the index needs");
    const auto part = world.value(reader.memberships(ari, rooms[0], 2));
    world.expect(part.size() == 2 && part[0].room == rooms[1] && part[1].room == rooms[2],
                 "up to the limit behind a room");

    const std::vector<UserId> people = {UserId{11}, ari, bora};
    const ReadStandings standings = world.value(reader.read_standings(rooms[1], people));
    world.expect(standings.head == room.head && standings.standings.size() == 2,
                 "standings are of members only, at the head");
    for (const auto& standing : standings.standings) {
        const bool own = standing.user == UserId{11};
        world.expect(
            standing.read_seq == (own ? 2 : 0) && standing.deleted_after_read == (own ? 0 : 1),
            "each stands where they have read to");
    }
    const auto nobody = world.value(reader.read_standings(rooms[1], std::vector<UserId>{}));
    world.expect(nobody.head == room.head && nobody.standings.empty(), "the head comes anyway");
}

void rooms_that_moved(StoreWorld& world) {
    std::vector<RoomId> rooms;
    for (int i = 0; i < 6; ++i) rooms.push_back(world.direct(ari, UserId{10 + i}));
    world.post(rooms[0], ari, "before");
    RoomReader& reader = world.store().rooms();
    const RoomMoves start = world.value(reader.moved_since(-1, 100));
    world.expect(start.moves.empty(), "from now there is nothing yet");
    std::int64_t cursor = start.cursor;
    const auto sweep = [&](int limit) {
        std::map<RoomId, Position> moved;
        for (int pages = 0; pages < 20; ++pages) {
            const RoomMoves page = world.value(reader.moved_since(cursor, limit));
            world.expect(page.moves.size() <= static_cast<std::size_t>(limit), "at most the limit");
            for (const auto& move : page.moves) moved[move.room] = move.head;
            cursor = page.cursor;
            if (page.moves.empty()) break;
        }
        return moved;
    };
    world.expect(sweep(2).empty(), "where nothing moved nothing is told");
    for (int i = 5; i >= 1; --i) world.post(rooms[static_cast<std::size_t>(i)], ari, "x");
    world.post(rooms[3], ari, "again");
    const auto moved = sweep(2);
    world.expect(moved.size() == 5, "every room that moved is told");
    for (const auto& [room, head] : moved) {
        world.expect(head == world.room(room).head, "with its head");
    }
    world.expect(sweep(2).empty(), "and then nothing more");
}

}  // namespace

Findings check_store_reads(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"history is cut before, after and around", in_world<history>},
        {"reading needs membership", in_world<reading_needs_membership>},
        {"changes since 0 begin with all that stands there", in_world<the_beginning_of_a_room>},
        {"a page does not part a position", in_world<pages_do_not_part>},
        {"clients converge to the store's state", in_world<clients_converge>},
        {"rooms are listed by activity", in_world<room_lists>},
        {"lists are stable where times are equal", in_world<lists_of_equal_times>},
        {"members are listed by id", in_world<member_lists>},
        {"memberships are what an index needs", in_world<memberships>},
        {"rooms that moved are told", in_world<rooms_that_moved>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

// Rooms that end: for everybody, with what they were about, and for one who leaves.

#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "engine_world.h"

using namespace chatcore;
using chatcore::test::Listener;
using chatcore::test::World;

namespace {

Limits quick() {
    Limits limits;
    limits.person_posts_per_s = 0;
    limits.list_interval = std::chrono::milliseconds{5};
    limits.removal_interval = std::chrono::milliseconds{20};
    limits.removal_pause = std::chrono::milliseconds{1};
    limits.sweep_interval = std::chrono::milliseconds{50};
    return limits;
}

Result<RoomView> group(World& world, UserId owner, std::vector<UserId> members,
                       std::optional<Context> context = {}) {
    return world.ask<RoomView>([&](auto done) {
        GroupRequest request;
        request.title = "a group";
        request.members = std::move(members);
        request.context = std::move(context);
        world.engine().rooms().create_group({owner, 0}, std::move(request), std::move(done));
    });
}

Result<RoomView> leave(World& world, UserId user, RoomId room, bool silent = false) {
    return world.ask<RoomView>(
        [&](auto done) { world.engine().rooms().leave({user, 0}, room, silent, std::move(done)); });
}

Result<Room> delete_room(World& world, Caller caller, RoomId room, int node = 0) {
    return world.ask<Room>(
        [&](auto done) { world.engine(node).rooms().delete_room(caller, room, std::move(done)); });
}

/// The room as it was told to be deleted, if it was.
std::optional<RoomEvent> deletion(const Listener::Heard& heard, RoomId room) {
    for (const RoomEvent& event : heard.all<RoomEvent>()) {
        const auto* header = std::get_if<Room>(&event.states.front());
        if (event.room == room && header != nullptr && header->deleted_at) return event;
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("a deletion is told to who follows the room, on every node, and then they do not") {
    World world(2, quick());
    const auto [ari, bora, direct] = world.two_people_in_a_room();
    const RoomId room = group(world, ari, {bora})->room.id;
    Listener& here = world.connect(ari, 0);
    Listener& there = world.connect(bora, 1);
    REQUIRE(world.attach(here, room));
    REQUIRE(world.attach(there, room));
    const Message said = world.post(ari, room, "last words");
    REQUIRE(delete_room(world, {ari, 0}, room));
    for (Listener* listener : {&here, &there}) {
        REQUIRE(listener->waits_for(
            [&](const auto& heard) { return deletion(heard, room) && !heard.detached.empty(); }));
        const RoomEvent told = *deletion(listener->heard(), room);
        CHECK(told.prev == position_of(said.id));
        CHECK(listener->heard().detached == std::vector{room});
        CHECK(listener->heard().detached_why == std::vector{ErrorCode::room_deleted});
        const auto again = world.attach(*listener, room);
        REQUIRE(!again);
        CHECK(again.error().code == ErrorCode::room_deleted);
        const auto resumed = world.attach(*listener, room, position_of(said.id));
        REQUIRE(!resumed);
        CHECK(resumed.error().code == ErrorCode::room_deleted);
    }
    const auto rooms = world.ask<Page<RoomView>>(
        [&](auto done) { world.engine(1).rooms().list({bora, 0}, {}, std::move(done)); });
    REQUIRE(rooms);
    REQUIRE(rooms->items.size() == 1);
    CHECK(rooms->items.front().room.id == direct);
}

TEST_CASE("members who do not follow a deleted room hear that it is gone, once, on each device") {
    World world(2, quick());
    const auto [ari, bora, direct] = world.two_people_in_a_room();
    const UserId chan = world.person("chan");
    const UserId dana = world.person("dana");
    const RoomId room = group(world, ari, {bora, chan})->room.id;
    REQUIRE(leave(world, chan, room));  // nothing was said since, so it is not in the list
    Listener& at_ari = world.connect(ari, 0);
    Listener& at_bora = world.connect(bora, 0);
    Listener& elsewhere = world.connect(bora, 1);
    Listener& following = world.connect(bora, 1);
    Listener& at_chan = world.connect(chan, 1);
    Listener& at_dana = world.connect(dana, 1);
    REQUIRE(world.attach(following, room));
    REQUIRE(delete_room(world, {ari, 0}, room));
    const Message after = world.post(ari, direct, "did you see?");
    for (Listener* listener : {&at_ari, &at_bora, &elsewhere, &following}) {
        REQUIRE(listener->waits_for([&](const auto& heard) {
            const auto list = heard.last_list(direct);
            return deletion(heard, room) && list;
        }));
        std::size_t told = 0;
        for (const RoomEvent& event : listener->heard().all<RoomEvent>())
            told += event.room == room ? 1 : 0;
        CHECK(told == 1);
    }
    for (Listener* listener : {&at_chan, &at_dana}) CHECK(!deletion(listener->heard(), room));
    CHECK(after.room == direct);
}

TEST_CASE("who was no member hears at once that a room is deleted") {
    World world(1, quick());
    const UserId ari = world.person("ari");
    const UserId bora = world.person("bora");
    const RoomId room = group(world, ari, {})->room.id;
    PostRequest request;
    request.room = room;
    request.content = "let me in";
    CHECK(world.try_post(bora, request).error().code == ErrorCode::not_a_member);
    REQUIRE(delete_room(world, {ari, 0}, room));
    CHECK(world.try_post(bora, request).error().code == ErrorCode::room_deleted);
}

TEST_CASE("the rows of deleted rooms go by themselves, in pieces") {
    Limits limits = quick();
    limits.removal_rows_max = 7;
    World world(1, limits);
    const UserId ari = world.person("ari");
    const RoomId room = group(world, ari, {})->room.id;
    std::vector<Message> messages;
    for (int i = 0; i < 50; ++i) messages.push_back(world.post(ari, room, "x"));
    REQUIRE(delete_room(world, {ari, 0}, room));
    const auto deadline = std::chrono::steady_clock::now() + chatcore::test::patience;
    while (world.rows_of(room) > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    CHECK(world.rows_of(room) == 0);
}

TEST_CASE("removing a context deletes its rooms, however many, before it is answered") {
    Limits limits = quick();
    limits.removal_interval = std::chrono::hours{1};  // else it is quicker with some of them
    limits.person_changes_per_s = 0;
    World world(1, limits);
    const UserId ari = world.person("ari");
    const UserId bora = world.person("bora");
    const Context store{"store", "4"};
    std::vector<RoomId> rooms;
    for (int i = 0; i < 230; ++i) rooms.push_back(group(world, ari, {bora}, store)->room.id);
    const RoomId other = group(world, ari, {bora}, Context{"store", "5"})->room.id;
    const auto remove = [&](bool is_admin) {
        return world.ask<std::int64_t>([&](auto done) {
            world.engine().contexts().remove({ari, 0, is_admin}, store, std::move(done));
        });
    };
    CHECK(remove(false).error().code == ErrorCode::forbidden);
    const auto removed = remove(true);
    REQUIRE(removed);
    CHECK(*removed == 230);
    for (RoomId room : rooms) {
        PostRequest request;
        request.room = room;
        request.content = "still there?";
        CHECK(world.try_post(bora, request).error().code == ErrorCode::room_deleted);
    }
    world.post(bora, other, "here we are");
    CHECK(group(world, ari, {}, store).error().code == ErrorCode::room_deleted);
    CHECK(*remove(true) == 0);
}

TEST_CASE("who has left hears of new messages, and goes on following where they did") {
    World world(1, quick());
    const UserId ari = world.person("ari");
    const UserId bora = world.person("bora");
    const RoomId room = group(world, ari, {bora})->room.id;
    const RoomId other = group(world, ari, {bora})->room.id;
    Listener& following = world.connect(bora, 0, 0);
    Listener& listening = world.connect(bora, 0, 0);
    REQUIRE(world.attach(following, room));
    world.post(ari, room, "one");
    REQUIRE(listening.waits_for([&](const auto& heard) {
        const auto list = heard.last_list(room);
        return list && list->unread == 1 && list->total == 1;
    }));
    REQUIRE(leave(world, bora, room));
    world.post(ari, other, "elsewhere");
    // What they have left is not in the total any more.
    REQUIRE(listening.waits_for([&](const auto& heard) {
        const auto list = heard.last_list(other);
        return list && list->total == 1;
    }));
    const std::size_t lists = listening.heard().lists.size();
    const Message two = world.post(ari, room, "two");
    REQUIRE(listening.waits_for([&](const auto& heard) {
        const auto list = heard.last_list(room);
        return list && list->unread == 2;
    }));
    const auto heard = listening.heard();
    std::vector<Listener::List> news;
    for (std::size_t i = lists; i < heard.lists.size(); ++i) {
        if (heard.lists[i].room == room) news.push_back(heard.lists[i]);
    }
    REQUIRE(!news.empty());
    CHECK(news.front().gained);  // the whole room, since it is back in the list
    CHECK(news.back().total == 1);
    REQUIRE(following.waits_for([&](const auto& told) {
        return told.new_messages(room).size() == 2 && told.new_messages(room).back() == two.id;
    }));
    CHECK(following.heard().detached.empty());
    const auto newly = world.attach(listening, room);
    REQUIRE(!newly);
    CHECK(newly.error().code == ErrorCode::not_a_member);

    REQUIRE(leave(world, bora, room, true));
    REQUIRE(following.waits_for([&](const auto& told) { return !told.detached.empty(); }));
    const std::size_t before = listening.heard().lists.size();
    world.post(ari, room, "three");
    world.post(ari, other, "elsewhere again");
    REQUIRE(listening.waits_for([&](const auto& told) {
        const auto list = told.last_list(other);
        return list && list->unread == 2;
    }));
    const auto after = listening.heard();
    for (std::size_t i = before; i < after.lists.size(); ++i) CHECK(after.lists[i].room == other);
    CHECK(following.heard().new_messages(room).size() == 2);
}

TEST_CASE("who connects after they have left hears of new messages too") {
    World world(2, quick());
    const UserId ari = world.person("ari");
    const UserId bora = world.person("bora");
    const RoomId room = group(world, ari, {bora})->room.id;
    REQUIRE(leave(world, bora, room));
    Listener& later = world.connect(bora, 1);
    CHECK(later.heard().lists.empty());
    world.post(ari, room, "news");
    REQUIRE(later.waits_for([&](const auto& heard) {
        const auto list = heard.last_list(room);
        return list && list->unread == 1 && list->total == 0;
    }));
    const auto joined = world.ask<RoomView>(
        [&](auto done) { world.engine(1).rooms().join({bora, 0}, room, std::move(done)); });
    REQUIRE(joined);
    REQUIRE(later.waits_for([&](const auto& heard) {
        const auto list = heard.last_list(room);
        return list && list->unread == 1 && list->total == 1;
    }));
}

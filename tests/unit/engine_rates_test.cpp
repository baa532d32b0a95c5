// How fast people may post, and change what was posted.

#include <string>

#include <doctest/doctest.h>

#include "engine_world.h"

using namespace chatcore;
using namespace chatcore::test;

namespace {

Limits calm() {
    Limits limits;
    limits.person_posts_per_s = 0;
    limits.person_changes_per_s = 0;
    return limits;
}

Result<Message> edit(World& world, UserId user, MessageId message, const std::string& content) {
    return world.ask<Message>([&](Completion<Message> done) {
        world.engine().messages().edit({user, 0}, message, content, std::move(done));
    });
}
Result<Message> react(World& world, UserId user, MessageId message, bool present = true) {
    return world.ask<Message>([&](Completion<Message> done) {
        world.engine().messages().react({user, 0}, message, "👍", present, std::move(done));
    });
}
Result<Message> pin(World& world, UserId user, MessageId message, bool present) {
    return world.ask<Message>([&](Completion<Message> done) {
        world.engine().messages().pin({user, 0}, message, present, std::move(done));
    });
}
RoomId group(World& world, UserId owner, std::vector<UserId> members) {
    GroupRequest request;
    request.title = "group";
    request.members = std::move(members);
    const auto made = world.ask<RoomView>([&](Completion<RoomView> done) {
        world.engine().rooms().create_group({owner, 0}, request, std::move(done));
    });
    REQUIRE(made);
    return made->room.id;
}
Result<Message> post(World& world, UserId user, RoomId room) {
    PostRequest request;
    request.room = room;
    request.content = "hello";
    return world.try_post(user, std::move(request));
}
bool too_many(const Error& error, std::string_view what) {
    return error.code == ErrorCode::too_many && error.detail == what &&
           error.retry_after.count() > 0;
}

}  // namespace

TEST_CASE("edits, reactions, pins, titles and notices of a person share one bucket") {
    Limits limits = calm();
    World world(1, limits);
    const UserId ari = world.person("ari");
    const UserId bora = world.person("bora");
    const RoomId room = group(world, ari, {bora});
    const MessageId message = world.post(ari, room, "hello").id;
    limits.person_changes_per_s = 5;
    world.engine().set_limits(limits);
    const auto view = [&](auto&& call) { return world.ask<RoomView>(call); };
    CHECK(edit(world, ari, message, "one").has_value());
    CHECK(react(world, ari, message).has_value());
    CHECK(pin(world, ari, message, true).has_value());
    CHECK(view([&](Completion<RoomView> done) {
              world.engine().rooms().rename({ari, 0}, room, "title", std::move(done));
          }).has_value());
    CHECK(view([&](Completion<RoomView> done) {
              world.engine().rooms().set_notice({ari, 0}, room, "notice", std::move(done));
          }).has_value());
    CHECK(too_many(edit(world, ari, message, "two").error(), "changes"));
    CHECK(too_many(react(world, ari, message, false).error(), "changes"));
    CHECK(too_many(pin(world, ari, message, false).error(), "changes"));
    CHECK(too_many(view([&](Completion<RoomView> done) {
                       world.engine().rooms().rename({ari, 0}, room, "again", std::move(done));
                   }).error(),
                   "changes"));
    CHECK(too_many(view([&](Completion<RoomView> done) {
                       world.engine().rooms().set_notice({ari, 0}, room, "", std::move(done));
                   }).error(),
                   "changes"));
    CHECK(react(world, bora, message).has_value());  // each has one of their own
    CHECK(post(world, ari, room).has_value());       // and posts another
    limits.person_changes_per_s = 0;
    world.engine().set_limits(limits);
    for (int i = 0; i < 30; ++i) CHECK(edit(world, ari, message, std::to_string(i)).has_value());
}

TEST_CASE(
    "a room takes so many posts of all its people, and none are used up by who is not in it") {
    Limits limits = calm();
    limits.room_posts_per_s = 4;
    World world(1, limits);
    const UserId ari = world.person("ari");
    const UserId bora = world.person("bora");
    const UserId chan = world.person("chan");
    const RoomId room = group(world, ari, {bora});
    const RoomId other = group(world, ari, {});
    for (int i = 0; i < 20; ++i) {
        const auto refused = post(world, chan, room);
        REQUIRE(!refused);
        CHECK(refused.error().code == ErrorCode::not_a_member);
    }
    int taken = 0;
    for (int i = 0; i < 4; ++i) taken += post(world, i % 2 == 0 ? ari : bora, room) ? 1 : 0;
    CHECK(taken == 4);
    CHECK(too_many(post(world, bora, room).error(), "room"));
    CHECK(post(world, ari, other).has_value());
}

TEST_CASE(
    "what the room refuses costs the person nothing, and a forward takes all its rooms or none") {
    Limits limits = calm();
    limits.person_posts_per_s = 3;
    limits.room_posts_per_s = 1;
    World world(1, limits);
    const UserId ari = world.person("ari");
    const RoomId full = group(world, ari, {});
    const RoomId free = group(world, ari, {});
    const auto first = post(world, ari, full);
    REQUIRE(first);
    for (int i = 0; i < 10; ++i) CHECK(too_many(post(world, ari, full).error(), "room"));
    for (int i = 0; i < 10; ++i) {
        const auto forwarded =
            world.ask<std::vector<Message>>([&](Completion<std::vector<Message>> done) {
                ForwardRequest request;
                request.message = first->id;
                request.rooms = {free, full};
                world.engine().messages().forward({ari, 0}, request, std::move(done));
            });
        CHECK(too_many(forwarded.error(), "room"));
    }
    CHECK(post(world, ari, free).has_value());
}

TEST_CASE("a forward is as many posts as it has rooms, and the next one waits for them") {
    Limits limits = calm();
    limits.person_posts_per_s = 5;
    World world(1, limits);
    const UserId ari = world.person("ari");
    ForwardRequest request;
    for (int i = 0; i < 7; ++i) request.rooms.push_back(group(world, ari, {}));
    const auto first = post(world, ari, request.rooms[0]);
    REQUIRE(first);
    request.message = first->id;
    const auto forwarded =
        world.ask<std::vector<Message>>([&](Completion<std::vector<Message>> done) {
            world.engine().messages().forward({ari, 0}, request, std::move(done));
        });
    REQUIRE(forwarded);
    CHECK(forwarded->size() == 7);
    const auto next = post(world, ari, request.rooms[0]);
    REQUIRE(!next);
    CHECK(too_many(next.error(), "posts"));
    CHECK(next.error().retry_after > std::chrono::milliseconds{400});  // four posts at 5 a second

    // One that is refused is one post, whatever it was for.
    const UserId bora = world.person("bora");
    const RoomId own = group(world, bora, {});
    const auto said = post(world, bora, own);
    REQUIRE(said);
    request.message = said->id;
    REQUIRE(!world.ask<std::vector<Message>>([&](Completion<std::vector<Message>> done) {
        world.engine().messages().forward({bora, 0}, request, std::move(done));
    }));
    CHECK(post(world, bora, own).has_value());
}

TEST_CASE("asking for consultations is limited, by whichever way, and finding one again is not") {
    Limits limits = calm();
    limits.person_changes_per_s = 2;
    World world(1, limits);
    const UserId student = world.person("student");
    const UserId professor = world.person("professor");
    const auto open = [&](UserId user, UserId other, const std::string& about) {
        return world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().open_direct({user, 0}, other, Context{"consultation", about},
                                               std::move(done));
        });
    };
    const auto request = [&] {
        return world.ask<ConsultationView>([&](Completion<ConsultationView> done) {
            world.engine().consultations().request({student, 0}, {professor, "", {}},
                                                   std::move(done));
        });
    };
    const auto first = open(student, professor, "first");
    REQUIRE(first);
    for (int i = 0; i < 10; ++i) {
        const auto again = open(student, professor, "first");
        REQUIRE(again);
        CHECK(again->room.id == first->room.id);
    }
    // More than a slow machine takes a second for.
    int refused = 0;
    for (int i = 0; i < 40; ++i) {
        const auto opened = open(student, professor, std::to_string(i));
        if (opened) continue;
        ++refused;
        CHECK(too_many(opened.error(), "changes"));
    }
    CHECK(refused > 0);
    // Whether or not the bucket is empty.
    refused = 0;
    for (int i = 0; i < 40; ++i) {
        const auto asked = request();
        if (asked) continue;
        ++refused;
        CHECK(too_many(asked.error(), "changes"));
        CHECK(open(student, professor, "first").has_value());
    }
    CHECK(refused > 0);
    // What is about anything else is opened as before.
    for (int i = 0; i < 40; ++i) {
        CHECK(world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().open_direct(
                {student, 0}, professor, Context{"product", std::to_string(i)}, std::move(done));
        }));
    }
}

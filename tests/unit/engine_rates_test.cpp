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
}

namespace {

/// People whose changes are counted only once the test says so.
struct Counted {
    World world{1, calm()};
    UserId ari = world.person("ari");
    UserId bora = world.person("bora");
    UserId chan = world.person("chan");
    RoomId room = group(world, ari, {bora});

    template <class T, class Use>
    Result<T> ask(Use use) {
        return world.ask<T>([&](Completion<T> done) { use(world.engine(), std::move(done)); });
    }
    void limit(int rate) {
        Limits limits = calm();
        limits.person_changes_per_s = rate;
        world.engine().set_limits(limits);
    }
    /// Whether it is refused when it is done often enough, more than a slow machine takes a second
    /// for.
    template <class Act>
    bool is_limited(Act act) {
        limit(3);
        Status done;
        for (int i = 0; i < 200 && done; ++i) done = act(i);
        limit(0);
        return !done && too_many(done.error(), "changes");
    }
};

template <class T>
Status status_of(const Result<T>& result) {
    return result ? Status{} : Status(unexpected(result.error()));
}

}  // namespace

TEST_CASE("opening rooms is counted among a person's changes, by whichever way") {
    Counted of;
    CHECK(of.is_limited([&](int i) {
        return status_of(of.ask<RoomView>([&](Engine& engine, Completion<RoomView> done) {
            engine.rooms().open_direct({of.ari, 0}, of.bora, Context{"product", std::to_string(i)},
                                       std::move(done));
        }));
    }));
    const auto create = [&](Caller caller) {
        return of.ask<RoomView>([&](Engine& engine, Completion<RoomView> done) {
            GroupRequest request;
            request.title = "spam";
            request.members = {of.chan};
            engine.rooms().create_group(caller, request, std::move(done));
        });
    };
    CHECK(of.is_limited([&](int) { return status_of(create({of.bora, 0})); }));
    CHECK(of.is_limited([&](int i) {
        return status_of(of.ask<RoomView>([&](Engine& engine, Completion<RoomView> done) {
            engine.context_rooms().open_shared({of.chan, 0}, {"product", std::to_string(i)},
                                               std::move(done));
        }));
    }));
    // Who may do what an admin may is not counted.
    of.limit(1);
    for (int i = 0; i < 20; ++i) CHECK(create({of.ari, 0, true}));
}

TEST_CASE("several groups at once are as many changes, and what is not made costs none") {
    Counted of;
    const auto create = [&](std::size_t count, UserId member) {
        return of.ask<std::vector<RoomView>>(
            [&](Engine& engine, Completion<std::vector<RoomView>> done) {
                std::vector<GroupRequest> requests(count);
                for (GroupRequest& each : requests) {
                    each.title = "many";
                    each.members = {member};
                }
                engine.rooms().create_groups({of.ari, 0}, requests, std::move(done));
            });
    };
    of.limit(2);
    for (int i = 0; i < 10; ++i) {
        const auto made = create(3, UserId{12'345});
        REQUIRE(!made);
        CHECK(made.error().code == ErrorCode::not_found);
    }
    CHECK(create(20, of.bora));
    const auto more = create(1, of.bora);
    REQUIRE(!more);
    CHECK(too_many(more.error(), "changes"));
    CHECK(more.error().retry_after > std::chrono::seconds{4});  // eighteen too many at 2 a second
}

TEST_CASE("a direct room that is there is found again, whatever is left of the bucket") {
    Counted of;
    const auto open = [&](UserId user, UserId other) {
        return of.ask<RoomView>([&](Engine& engine, Completion<RoomView> done) {
            engine.rooms().open_direct({user, 0}, other, std::nullopt, std::move(done));
        });
    };
    const auto first = open(of.ari, of.bora);
    REQUIRE(first);
    of.limit(1);
    for (int i = 0; i < 10; ++i) CHECK(open(of.ari, of.bora));
    // A person that nobody is costs nothing either.
    for (int i = 0; i < 10; ++i)
        CHECK(open(of.ari, UserId{12'345}).error().code == ErrorCode::not_found);
    int refused = 0;
    for (int i = 0; i < 20; ++i) {
        const UserId other = of.world.person("p" + std::to_string(i));
        refused += open(of.ari, other) ? 0 : 1;
        const auto again = open(of.ari, of.bora);
        REQUIRE(again);
        CHECK(again->room.id == first->room.id);
    }
    CHECK(refused > 0);
}

TEST_CASE("who comes into a room and goes is counted, and so are roles and muting") {
    Counted of;
    const RoomId open = [&] {
        return of
            .ask<RoomView>([&](Engine& engine, Completion<RoomView> done) {
                GroupRequest request;
                request.title = "open";
                request.open = true;
                engine.rooms().create_group({of.ari, 0}, request, std::move(done));
            })
            .value()
            .room.id;
    }();
    const auto view = [&](auto use) {
        return status_of(of.ask<RoomView>(
            [&](Engine& engine, Completion<RoomView> done) { use(engine, std::move(done)); }));
    };
    const auto join = [&](Engine& engine, Completion<RoomView> done) {
        engine.rooms().join({of.chan, 0}, open, std::move(done));
    };
    const auto leave = [&](Engine& engine, Completion<RoomView> done) {
        engine.rooms().leave({of.chan, 0}, open, false, std::move(done));
    };
    CHECK(of.is_limited([&](int i) { return i % 2 == 0 ? view(join) : view(leave); }));
    const auto invite = [&](Engine& engine, Completion<RoomView> done) {
        engine.rooms().invite({of.ari, 0}, of.room, {of.chan}, MemberRole::member, std::move(done));
    };
    const auto remove = [&](Engine& engine, Completion<RoomView> done) {
        engine.rooms().remove({of.ari, 0}, of.room, of.chan, false, std::move(done));
    };
    CHECK(of.is_limited([&](int i) { return i % 2 == 0 ? view(invite) : view(remove); }));
    CHECK(of.is_limited([&](int i) {
        return status_of(of.ask<Member>([&](Engine& engine, Completion<Member> done) {
            engine.rooms().set_role({of.ari, 0}, of.room, of.bora,
                                    i % 2 == 0 ? MemberRole::admin : MemberRole::member,
                                    std::move(done));
        }));
    }));
    // Who is in already, and asks again, is told so, and it costs nothing.
    const auto bora_joins = [&](Engine& engine, Completion<RoomView> done) {
        engine.rooms().join({of.bora, 0}, open, std::move(done));
    };
    REQUIRE(view(bora_joins));
    of.limit(1);
    for (int i = 0; i < 10; ++i) CHECK(view(bora_joins));
}

TEST_CASE("requests to be friends and blocks are counted where they change something") {
    Counted of;
    const auto request = [&](UserId other) {
        return status_of(of.ask<FriendRequest>([&](Engine& engine, Completion<FriendRequest> done) {
            engine.social().request({of.ari, 0}, other, std::move(done));
        }));
    };
    std::vector<UserId> people;
    for (int i = 0; i < 200; ++i) people.push_back(of.world.person("p" + std::to_string(i)));
    CHECK(of.is_limited([&](int i) { return request(people[static_cast<std::size_t>(i)]); }));
    const auto block = [&](UserId user, bool present) {
        return status_of(of.ask<Bond>([&](Engine& engine, Completion<Bond> done) {
            engine.social().block({user, 0}, of.bora, present, std::move(done));
        }));
    };
    CHECK(of.is_limited([&](int i) { return block(of.ari, i % 2 == 0); }));
    REQUIRE(block(of.chan, true));
    of.limit(1);
    for (int i = 0; i < 10; ++i) CHECK(block(of.chan, true));
}

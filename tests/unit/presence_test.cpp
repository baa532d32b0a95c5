// How often what a person does is told, on time that a test moves.

#include "chatcore/presence.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "contract/store_subjects.h"
#include "still_engine.h"

using namespace chatcore;
using namespace std::chrono_literals;

namespace {

/// A connection that keeps what is told of people, each as one line.
class Ear final : public Peer {
public:
    void deliver(Delivery& delivery) override {
        for (const EventPtr& event : delivery.events()) {
            if (const auto* typing = std::get_if<TypingSignal>(&event->what)) {
                lines_.push_back(name(typing->user) + (typing->is_typing ? " types" : " stops"));
            } else if (const auto* shown = std::get_if<ActivitySignal>(&event->what)) {
                lines_.push_back(name(shown->user) + " is " + shown->activity);
            }
        }
    }
    void list_moved(const ListUpdate&) override {}
    void resumed(RoomId, Position, bool) override {}
    void detached(RoomId, ErrorCode) override {}
    void revoked() override {}
    void flush() override {}

    std::vector<std::string> take() { return std::exchange(lines_, {}); }

private:
    static std::string name(UserId user) { return std::to_string(user.value); }
    std::vector<std::string> lines_;
};

using Lines = std::vector<std::string>;

/// One who listens in the rooms of a test.
struct World {
    contract::MemorySubject subject;
    Ear ear;
    test::StillEngine engine;
    UserId listener = engine.person("listener");

    explicit World(Limits limits = {}) : engine(3, subject, limits) {
        const auto come = engine.ask<int>([&](Completion<int> done) {
            engine->hub().executor(0).post([this, done = std::move(done)]() mutable {
                engine->hub().shard(0).connect(ear, listener, "family", std::move(done));
            });
        });
        REQUIRE(come);
    }
    ~World() {
        engine->hub().executor(0).post([this] { engine->hub().shard(0).disconnect(ear); });
        engine.pass(1ms);
    }

    RoomId room(std::vector<UserId> members) {
        members.push_back(listener);
        const auto made = engine.ask<RoomView>([&](auto done) {
            GroupRequest group;
            group.title = "a group";
            group.members = members;
            engine->rooms().create_group({members.front(), 0}, group, std::move(done));
        });
        REQUIRE(made);
        const auto attached = engine.ask<Position>([&](Completion<Position> done) {
            engine->hub().executor(0).post(
                [this, room = made->room.id, done = std::move(done)]() mutable {
                    engine->hub().shard(0).attach(ear, room, std::nullopt, std::move(done));
                });
        });
        REQUIRE(attached);
        return made->room.id;
    }
    void type(UserId user, RoomId room, bool is_typing = true) {
        const auto told = engine.ask<bool>([&](auto done) {
            engine->presence().typing({user, 0}, room, is_typing, std::move(done));
        });
        CHECK(told);
    }
    Result<bool> show(UserId user, RoomId room, const std::string& activity) {
        return engine.ask<bool>([&](auto done) {
            engine->presence().activity({user, 0}, room, activity, std::move(done));
        });
    }
};

}  // namespace

TEST_CASE("typing is told once a second, and always that it stopped") {
    World world;
    const UserId ari = world.engine.person("ari");
    const RoomId room = world.room({ari});
    const std::string name = std::to_string(ari.value);
    world.type(ari, room);
    world.engine.pass(900ms);
    world.type(ari, room);
    world.type(ari, room, false);
    for (int i = 0; i < 50; ++i) world.type(ari, room, false);  // ends nothing
    world.engine.pass(100ms);
    world.type(ari, room);
    CHECK(world.ear.take() == Lines{name + " types", name + " stops", name + " types"});
    // Also long after, when the one who types has been quiet.
    world.engine.pass(30s);
    world.engine->presence().refresh();
    world.type(ari, room, false);
    CHECK(world.ear.take() == Lines{name + " stops"});
    // Here nobody knows whether it was told elsewhere that they typed.
    world.engine.pass(2s);
    for (int i = 0; i < 50; ++i) world.type(ari, room, false);
    CHECK(world.ear.take() == Lines{name + " stops"});
}

TEST_CASE("an allowance of several a second has each in its turn") {
    Limits limits;
    limits.typing_per_s = 4;
    World world(limits);
    const UserId ari = world.engine.person("ari");
    const RoomId room = world.room({ari});
    for (int i = 0; i < 20; ++i) {
        world.type(ari, room);
        world.engine.pass(50ms);
    }
    CHECK(world.ear.take().size() == 4);
    limits.typing_per_s = 0;  // off
    world.engine->set_limits(limits);
    for (int i = 0; i < 20; ++i) world.type(ari, room);
    CHECK(world.ear.take().size() == 20);
}

TEST_CASE("nobody's typing keeps that of another from being told") {
    World world;
    std::vector<UserId> people;
    for (int i = 0; i < 40; ++i) people.push_back(world.engine.person("p" + std::to_string(i)));
    const RoomId one = world.room(people);
    const RoomId two = world.room(people);
    for (const UserId user : people) {
        world.type(user, one);
        world.type(user, two);
    }
    CHECK(world.ear.take().size() == 80);
}

TEST_CASE("what a person does in a room is told, the same again once a second") {
    World world;
    const UserId ari = world.engine.person("ari");
    const UserId bora = world.engine.person("bora");
    const RoomId room = world.room({ari});
    const std::string name = std::to_string(ari.value);
    for (const char* activity : {"active", "ACTIVE", "Idle", "IDLE", "ACTIVE"})
        CHECK(world.show(ari, room, activity));
    CHECK(world.ear.take() == Lines{name + " is ACTIVE", name + " is IDLE", name + " is ACTIVE"});
    world.engine.pass(1s);
    CHECK(world.show(ari, room, "on_the_phone"));
    CHECK(world.show(ari, room, "ACTIVE"));
    CHECK(world.ear.take() == Lines{name + " is ON_THE_PHONE", name + " is ACTIVE"});
    CHECK(world.show(bora, room, "ACTIVE").error().code == ErrorCode::not_a_member);
    for (const char* wrong : {"", "AN INTERVAL", "7", "A_WORD_OF_MORE_THAN_TWENTY", "é"}) {
        const Result<bool> told = world.show(ari, room, wrong);
        REQUIRE_FALSE(told);
        CHECK(told.error().code == ErrorCode::invalid_value);
        CHECK(told.error().detail == "activity");
    }
    CHECK(world.ear.take().empty());
}

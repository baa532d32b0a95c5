// Limits that change while the engine runs.

#include <atomic>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "engine_world.h"

using namespace chatcore;
using namespace chatcore::test;

namespace {

Result<Message> try_post(World& world, UserId user, RoomId room, const std::string& content) {
    PostRequest request;
    request.room = room;
    request.content = content;
    return world.try_post(user, std::move(request));
}

}  // namespace

TEST_CASE("a limit that is changed holds from the next request on") {
    Limits limits;
    limits.content_code_points_max = 5;
    limits.person_posts_per_s = 0;
    World world(1, limits);
    const auto [ari, bora, room] = world.two_people_in_a_room();
    CHECK(try_post(world, ari, room, "123456").error().code == ErrorCode::too_long);

    limits.content_code_points_max = 6;
    limits.person_posts_per_s = 1;
    world.engine().set_limits(limits);
    CHECK(world.engine().limits().content_code_points_max == 6);
    CHECK(try_post(world, ari, room, "123456").has_value());
    CHECK(try_post(world, ari, room, "1").error().code == ErrorCode::too_many);

    limits.person_posts_per_s = 0;
    world.engine().set_limits(limits);
    for (int i = 0; i < 20; ++i) CHECK(try_post(world, ari, room, "again").has_value());
}

TEST_CASE(
    "who is told of read pointers is decided by the limit in force, in stores that are open") {
    Limits limits;
    limits.receipts_told_members_max = 100;
    limits.receipt_interval = std::chrono::milliseconds{1};
    World world(1, limits);
    const auto [ari, bora, room] = world.two_people_in_a_room();
    const auto reads = [&, user = bora, in = room](Position up_to) {
        const auto read = world.ask<Member>([&](Completion<Member> done) {
            world.engine().receipts().read({user, 0}, in, up_to, std::move(done));
        });
        REQUIRE(read);
        return read->changed_at;
    };
    const Message first = world.post(ari, room, "first");
    limits.receipts_told_members_max = 1;
    world.engine().set_limits(limits);
    CHECK(reads(position_of(first.id)).value == 0);  // moved, without an event of its own

    const Message second = world.post(ari, room, "second");
    limits.receipts_told_members_max = 2;
    world.engine().set_limits(limits);
    CHECK(reads(position_of(second.id)) > position_of(second.id));
}

TEST_CASE("timers that began at the start keep their intervals") {
    Limits limits;
    limits.sweep_interval = std::chrono::milliseconds{0};
    World world(1, limits);
    Limits other;
    other.presence_refresh = std::chrono::milliseconds{0};
    other.schedule_interval = std::chrono::milliseconds{0};
    world.engine().set_limits(other);
    CHECK(world.engine().limits().schedule_interval.value() == limits.schedule_interval.value());
    CHECK(world.engine().limits().sweep_interval.value() == std::chrono::milliseconds{0});
    CHECK(world.engine().limits().presence_refresh.value() == limits.presence_refresh.value());
}

TEST_CASE("limits may change while posts are under way") {
    Limits limits;
    limits.person_posts_per_s = 0;
    World world(1, limits);
    const auto [ari, bora, room] = world.two_people_in_a_room();
    std::atomic<bool> over = false;
    std::thread changer([&] {
        for (int i = 1; !over; ++i) {
            Limits next;
            next.person_posts_per_s = 0;
            next.content_code_points_max = 100 + i % 100;
            next.batch_changes_max = 1 + static_cast<std::size_t>(i % 7);
            world.engine().set_limits(next);
        }
    });
    for (int i = 0; i < 300; ++i) CHECK(try_post(world, ari, room, "hello").has_value());
    over = true;
    changer.join();
}

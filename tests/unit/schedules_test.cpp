// Scheduled messages from the use case to the room, on time that a test moves.

#include "chatcore/schedules.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/memory_cache.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/adapters/tz_time_zones.h"
#include "chatcore/engine.h"
#include "chatcore/testing.h"

using namespace chatcore;
using namespace std::chrono_literals;

namespace {

/// Up to two nodes over one database.
struct World {
    testing::Scheduler scheduler{7};
    std::unique_ptr<Clock> clock = scheduler.make_clock();
    std::shared_ptr<MemoryDatabase> database = std::make_shared<MemoryDatabase>();
    std::shared_ptr<MemoryBusNetwork> network = std::make_shared<MemoryBusNetwork>();
    std::unique_ptr<Executor> bus = scheduler.make_executor("bus");
    std::shared_ptr<MemoryCacheSpace> cache = std::make_shared<MemoryCacheSpace>(*clock);
    std::unique_ptr<Store> store = std::move(*MemoryStoreFactory(database).open());
    Limits limits;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<Engine> other;
    Caller ari;
    Caller bora;
    RoomId room;

    World() {
        limits.schedules_open_max = 3;
        engine = start();
        ari.user = sign_up("ari");
        bora.user = sign_up("bora");
        NewGroup group;
        group.owner = ari.user;
        group.title = "a group";
        group.members = {bora.user};
        room = store->open_group(group, clock->now())->id;
    }

    UserId sign_up(const std::string& name) {
        Account account;
        account.email = name + "@example.org";
        account.profile.nickname = name;
        return *store->people().create(account);
    }

    std::unique_ptr<Engine> start() {
        const auto one = [&](const char* name) {
            std::vector<std::unique_ptr<Executor>> made;
            made.push_back(scheduler.make_executor(name));
            return made;
        };
        EngineParts parts;
        parts.store = std::make_unique<MemoryStoreFactory>(database);
        parts.bus = std::make_unique<MemoryBus>(network, *bus);
        parts.cache = std::make_unique<MemoryCache>(cache);
        parts.clock = scheduler.make_clock();
        parts.random = scheduler.make_random();
        parts.time_zones = std::make_unique<TzTimeZones>();
        parts.shards = one("shard");
        parts.writers = one("writer");
        parts.readers = one("reader");
        parts.background = scheduler.make_executor("background");
        return std::move(*Engine::start(
            std::move(parts),
            {.limits = limits, .accounts = {}, .attachments = {}, .consultations = {}}));
    }

    template <class T, class Ask>
    Result<T> answer(Ask ask) {
        std::optional<Result<T>> got;
        ask([&](Result<T> result) { got = std::move(result); });
        scheduler.settle();
        REQUIRE(got.has_value());
        return std::move(*got);
    }
    Result<Schedule> schedule(const Caller& caller, ScheduleRequest request) {
        return answer<Schedule>([&](auto done) {
            engine->schedules().create(caller, std::move(request), std::move(done));
        });
    }
    Result<Schedule> edit(const Caller& caller, ScheduleId id, ScheduleEdit edit) {
        return answer<Schedule>([&](auto done) {
            engine->schedules().edit(caller, id, std::move(edit), std::move(done));
        });
    }
    Result<Schedule> cancel(const Caller& caller, ScheduleId id) {
        return answer<Schedule>(
            [&](auto done) { engine->schedules().cancel(caller, id, std::move(done)); });
    }
    ScheduleRequest in(std::chrono::milliseconds delay, std::string content,
                       Repeat repeat = Repeat::none, std::string zone = {}) {
        return {room, std::move(content), clock->now() + delay, repeat, std::move(zone)};
    }
    RoomId direct(std::optional<Context> about = {}) {
        return answer<RoomView>([&](auto done) {
                   engine->rooms().open_direct(ari, bora.user, std::move(about), std::move(done));
               })
            ->room.id;
    }
    void block(const Caller& caller, UserId whom) {
        REQUIRE(answer<Bond>(
            [&](auto done) { engine->social().block(caller, whom, true, std::move(done)); }));
    }
    /// Asked for by ari, and approved by bora.
    RoomId consultation() {
        const RoomId asked = direct(Context{"consultation", "of this test"});
        REQUIRE(answer<ConsultationView>(
            [&](auto done) { engine->consultations().approve(bora, asked, {}, std::move(done)); }));
        return asked;
    }
    Schedule now(ScheduleId id) { return **store->schedules().find(id); }
    std::vector<Message> messages() {
        HistoryQuery query;
        query.room = room;
        return store->messages().history(query, std::nullopt)->messages;
    }
};

}  // namespace

TEST_CASE("a scheduled message is sent within a second of its time, once, and moves no pointer") {
    World world;
    world.other = world.start();
    const Member before = **world.store->rooms().member(world.room, world.ari.user);
    const Result<Schedule> made = world.schedule(world.ari, world.in(90s, "later"));
    REQUIRE(made.has_value());
    CHECK(made->state == ScheduleState::scheduled);
    world.scheduler.run_for(89'999ms);
    CHECK(world.messages().empty());
    world.scheduler.run_for(1s);
    const std::vector<Message> sent = world.messages();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].content == "later");
    CHECK(sent[0].sender == world.ari.user);
    CHECK(sent[0].created_at >= made->due_at);
    CHECK(!sent[0].moves_pointer);
    CHECK(**world.store->rooms().member(world.room, world.ari.user) == before);
    CHECK(world.now(made->id).state == ScheduleState::sent);
    world.scheduler.run_for(60s);
    CHECK(world.messages().size() == 1);
}

TEST_CASE("a repeating one goes on at its local time") {
    World world;
    const Result<Schedule> made =
        world.schedule(world.ari, world.in(10s, "daily", Repeat::daily, "Asia/Seoul"));
    REQUIRE(made.has_value());
    for (int day = 1; day <= 3; ++day) {
        world.scheduler.run_for(11s);
        CHECK(world.messages().size() == static_cast<std::size_t>(day));
        const Schedule next = world.now(made->id);
        CHECK(next.due_at == made->due_at + 24h * day);
        CHECK(next.occurrence == day + 1);
        CHECK(next.state == ScheduleState::scheduled);
        world.scheduler.advance(24h - 11s);
    }
}

TEST_CASE("what fell due while nothing ran is sent late, and once") {
    World world;
    const Result<Schedule> once = world.schedule(world.ari, world.in(10s, "once"));
    const Result<Schedule> daily =
        world.schedule(world.bora, world.in(10s, "daily", Repeat::daily));
    REQUIRE(once.has_value());
    REQUIRE(daily.has_value());
    world.engine.reset();
    world.scheduler.advance(24h * 5);
    world.engine = world.start();
    world.scheduler.run_for(2s);
    CHECK(world.messages().size() == 2);
    CHECK(world.now(once->id).state == ScheduleState::sent);
    CHECK(world.now(daily->id).due_at == daily->due_at + 24h * 5);
    CHECK(world.now(daily->id).occurrence == 2);
}

TEST_CASE("another node takes over where one has gone") {
    World world;
    const Result<Schedule> first = world.schedule(world.ari, world.in(1s, "first"));
    const Result<Schedule> second = world.schedule(world.ari, world.in(3s, "second"));
    REQUIRE(second.has_value());
    world.scheduler.run_for(2s);
    CHECK(world.now(first->id).state == ScheduleState::sent);
    world.engine.reset();  // gives its lease back
    world.engine = world.start();
    world.scheduler.run_for(2s);
    CHECK(world.now(second->id).state == ScheduleState::sent);
    CHECK(world.messages().size() == 2);
}

TEST_CASE("a schedule is edited and cancelled by its owner alone") {
    World world;
    const ScheduleId id = world.schedule(world.ari, world.in(10s, "first"))->id;
    CHECK(world.edit(world.bora, id, {}).error() == Error{ErrorCode::not_found, "schedule"});
    CHECK(world.cancel(world.bora, id).error() == Error{ErrorCode::not_found, "schedule"});
    ScheduleEdit edit;
    edit.content = "second";
    edit.at = world.clock->now() + 20s;
    edit.repeat = Repeat::weekly;
    edit.time_zone = "Europe/Berlin";
    const Result<Schedule> edited = world.edit(world.ari, id, edit);
    REQUIRE(edited.has_value());
    CHECK(*edited == world.now(id));
    CHECK(edited->due_at == *edit.at);
    CHECK(edited->first_local - LocalTime{edit.at->time_since_epoch()} == 1h);
    world.scheduler.run_for(15s);
    CHECK(world.messages().empty());
    CHECK(world.cancel(world.ari, id)->state == ScheduleState::cancelled);
    CHECK(world.cancel(world.ari, id).has_value());
    CHECK(world.edit(world.ari, id, edit).error().code == ErrorCode::wrong_state);
    world.scheduler.run_for(15s);
    CHECK(world.messages().empty());
}

TEST_CASE("a schedule ends when its sender is no longer in the room") {
    World world;
    const ScheduleId id = world.schedule(world.bora, world.in(10s, "again", Repeat::daily))->id;
    const auto left = world.answer<RoomView>([&](auto done) {
        world.engine->rooms().leave(world.bora, world.room, false, std::move(done));
    });
    REQUIRE(left.has_value());
    world.scheduler.run_for(12s);
    CHECK(world.messages().empty());
    CHECK(world.now(id).state == ScheduleState::cancelled);
    CHECK(world.now(id).failure == ErrorCode::not_a_member);
}

TEST_CASE("what cannot be scheduled is refused with its reason") {
    World world;
    const auto why = [&](ScheduleRequest request, std::optional<Caller> caller = {}) {
        const Result<Schedule> made =
            world.schedule(caller.value_or(world.ari), std::move(request));
        return made ? Error{} : made.error();
    };
    CHECK(why(world.in(0ms, "now")) == Error{ErrorCode::in_the_past, "scheduledAt"});
    CHECK(why(world.in(1s, " ")) == Error{ErrorCode::empty, "content"});
    CHECK(why(world.in(1s, std::string(1'001, 'x'))) == Error{ErrorCode::too_long, "content"});
    CHECK(why(world.in(1s, "\xff")) == Error{ErrorCode::malformed, "content"});
    CHECK(why(world.in(1s, "x", Repeat::daily, "Mars")).code == ErrorCode::invalid_value);
    CHECK(why(world.in(1s, "x"), Caller{UserId{99}}).code == ErrorCode::not_a_member);
    ScheduleRequest elsewhere = world.in(1s, "x");
    elsewhere.room = RoomId{777};
    CHECK(why(elsewhere) == Error{ErrorCode::not_found, "room"});
    for (int i = 0; i < 3; ++i) REQUIRE(world.schedule(world.ari, world.in(1h, "x")).has_value());
    CHECK(why(world.in(1h, "one too many")) == Error{ErrorCode::too_many, "schedules"});
}

TEST_CASE("scheduling answers what posting there would answer now") {
    World world;
    Engine& engine = *world.engine;
    const auto group = [&] {
        NewGroup made;
        made.owner = world.bora.user;
        made.title = "another";
        made.members = {world.ari.user};
        return world.store->open_group(made, world.clock->now())->id;
    };
    std::uint8_t keys = 0;
    const auto expect = [&](RoomId room, std::optional<ErrorCode> code) {
        PostRequest request;
        request.room = room;
        request.content = "now";
        request.key = ClientKey{};  // asks the store, whatever is remembered
        request.key->bytes[0] = ++keys;
        const auto posted = world.answer<Message>(
            [&](auto done) { engine.messages().post(world.ari, request, std::move(done)); });
        ScheduleRequest later = world.in(1h, "later");
        later.room = room;
        const Result<Schedule> made = world.schedule(world.ari, later);
        REQUIRE(posted.has_value() == made.has_value());
        CHECK(made.has_value() == !code.has_value());
        if (made) {
            // One that stands is not moved there either.
            REQUIRE(world.cancel(world.ari, made->id).has_value());
            return;
        }
        CHECK(made.error().code == *code);
        CHECK(made.error() == posted.error());
        const Result<Schedule> fine = world.schedule(world.ari, world.in(1h, "later"));
        REQUIRE(fine.has_value());
        ScheduleEdit there;
        there.room = room;
        CHECK(world.edit(world.ari, fine->id, there).error() == posted.error());
        REQUIRE(world.cancel(world.ari, fine->id).has_value());
        world.scheduler.run_for(1s);  // the rate of posts
    };
    expect(world.room, std::nullopt);
    expect(RoomId{777'777}, ErrorCode::not_found);

    const RoomId left = group();
    REQUIRE(world.answer<RoomView>(
        [&](auto done) { engine.rooms().leave(world.ari, left, false, std::move(done)); }));
    expect(left, ErrorCode::not_a_member);
    const RoomId banned = group();
    REQUIRE(world.answer<RoomView>([&](auto done) {
        engine.rooms().remove(world.bora, banned, world.ari.user, true, std::move(done));
    }));
    expect(banned, ErrorCode::banned);
    const RoomId gagged = group();
    REQUIRE(world.answer<Member>([&](auto done) {
        engine.rooms().gag(world.bora, gagged, world.ari.user, world.clock->now() + 1h,
                           std::move(done));
    }));
    expect(gagged, ErrorCode::muted);
    const RoomId deleted = group();
    REQUIRE(world.answer<Room>(
        [&](auto done) { engine.rooms().delete_room(world.bora, deleted, std::move(done)); }));
    expect(deleted, ErrorCode::room_deleted);

    expect(world.direct(Context{"consultation", "not approved"}), ErrorCode::wrong_state);
    const RoomId held = world.consultation();
    ScheduleRequest before = world.in(1h, "before");
    before.room = held;
    CHECK(world.schedule(world.ari, before).has_value());
    REQUIRE(world.answer<ConsultationView>(
        [&](auto done) { engine.consultations().end(world.bora, held, std::move(done)); }));
    expect(held, ErrorCode::wrong_state);

    const RoomId direct = world.direct();
    expect(direct, std::nullopt);
    world.block(world.bora, world.ari.user);
    expect(direct, ErrorCode::blocked);
}

TEST_CASE("one that is refused at its time says why") {
    World world;
    const RoomId held = world.consultation();
    const RoomId direct = world.direct();
    const auto in = [&](RoomId room, std::chrono::milliseconds delay) {
        ScheduleRequest request = world.in(delay, "later");
        request.room = room;
        return world.schedule(world.ari, request)->id;
    };
    const ScheduleId too_late = in(held, 5s);
    const ScheduleId unwelcome = in(direct, 10s);
    ScheduleRequest daily = world.in(10s, "again and again", Repeat::daily);
    daily.room = direct;
    const ScheduleId repeated = world.schedule(world.ari, daily)->id;
    REQUIRE(world.answer<ConsultationView>([&](auto done) {
        world.engine->consultations().cancel(world.ari, held, std::move(done));
    }));
    world.scheduler.run_for(7s);
    world.block(world.bora, world.ari.user);
    world.scheduler.run_for(5s);
    CHECK(world.now(too_late).state == ScheduleState::failed);
    CHECK(world.now(too_late).failure == ErrorCode::wrong_state);
    CHECK(world.now(unwelcome).state == ScheduleState::failed);
    CHECK(world.now(unwelcome).failure == ErrorCode::blocked);
    // The next one may be let in again.
    CHECK(world.now(repeated).state == ScheduleState::scheduled);
    CHECK(!world.now(repeated).failure);
}

#include "contract/schedule_contract.h"

#include <chrono>
#include <thread>

namespace chatcore::contract {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::chrono::milliseconds ttl{2'000};
const Fence first_fence{"schedules", 1};

Schedule schedule_at(Timestamp at, UserId owner = ari, std::string content = "hello 안녕") {
    Schedule made;
    made.owner = owner;
    made.room = RoomId{7};
    made.content = std::move(content);
    made.first_local = LocalTime{at.time_since_epoch() + hours{9}};
    made.due_at = at;
    made.repeat = Repeat::monthly;
    made.time_zone = "Asia/Seoul";
    made.created_at = at - hours{1};
    return made;
}

Schedule kept(StoreWorld& world, Schedule schedule) {
    schedule.id = world.value(world.store().schedules().create(schedule, 100), "create");
    return schedule;
}

Schedule found(StoreWorld& world, ScheduleId id) {
    const auto schedule = world.value(world.store().schedules().find(id), "find");
    world.require(schedule.has_value(), "the schedule is found");
    return *schedule;
}

std::vector<Schedule> claimed(StoreWorld& world, const Schedule& schedule,
                              const Fence& fence = first_fence) {
    const Occurrence occurrence{schedule.id, schedule.occurrence};
    return world.value(world.store().schedules().claim({&occurrence, 1}, schedule.due_at, fence),
                       "claim");
}

bool advanced(StoreWorld& world, const Progress& progress, const Fence& fence = first_fence) {
    const auto done = world.value(world.store().schedules().advance({&progress, 1}, fence));
    world.require(done.size() == 1, "each step is answered");
    return done.front();
}

void kept_as_made(StoreWorld& world) {
    ScheduleStore& schedules = world.store().schedules();
    const Schedule first = kept(world, schedule_at(world.tick()));
    const Schedule second = kept(world, schedule_at(world.tick(), ari, "once"));
    world.expect(first.id > ScheduleId{} && second.id > first.id, "ids ascend from 1");
    world.expect(found(world, first.id) == first, "a schedule is kept as it was made");
    world.expect(!world.value(schedules.find(ScheduleId{999})), "none is an empty answer");
    world.expect(world.refuses(schedules.create(second, 2), ErrorCode::too_many),
                 "a person has so many open and no more");
    world.expect(schedules.create(schedule_at(world.tick(), bora), 2).has_value(),
                 "others have their own");
    world.restart();
    world.expect(found(world, second.id) == second, "schedules outlive a restart");
    world.expect(kept(world, schedule_at(world.tick())).id.value == second.id.value + 2,
                 "ids go on after a restart");
}

void listed(StoreWorld& world) {
    std::vector<ScheduleId> mine;
    for (int i = 0; i < 5; ++i) {
        mine.push_back(kept(world, schedule_at(world.tick())).id);
        kept(world, schedule_at(world.tick(), bora));
    }
    Schedule over = found(world, mine[2]);
    over.state = ScheduleState::cancelled;
    world.expect(world.value(world.store().schedules().update(over)), "one is cancelled");
    std::vector<ScheduleId> listed;
    std::optional<ScheduleId> before;
    for (int page = 0; page < 3; ++page) {
        const auto some = world.value(world.store().schedules().list(ari, before, 2), "list");
        for (const Schedule& schedule : some.items) listed.push_back(schedule.id);
        world.expect(some.has_more() == (page < 2), "the last page says that it is the last");
        if (!some.has_more()) break;
        world.expect(some.next_cursor == std::to_string(some.items.back().id.value),
                     "the cursor is the last id");
        before = some.items.back().id;
    }
    world.expect(listed == std::vector(mine.rbegin(), mine.rend()),
                 "a person's own come newest first, of every state, each once");
}

void due_in_order(StoreWorld& world) {
    ScheduleStore& schedules = world.store().schedules();
    const Timestamp at = world.tick();
    const Schedule late = kept(world, schedule_at(at + seconds{2}));
    const Schedule early = kept(world, schedule_at(at + seconds{1}));
    const Schedule same = kept(world, schedule_at(at + seconds{1}));
    const auto ids = [&](Timestamp now, int limit) {
        std::vector<ScheduleId> due;
        for (const Schedule& schedule : world.value(schedules.due(now, limit), "due"))
            due.push_back(schedule.id);
        return due;
    };
    world.expect(ids(at + seconds{1} - std::chrono::milliseconds{1}, 10).empty(),
                 "nothing is due before its time");
    world.expect(ids(at + seconds{1}, 10) == std::vector{early.id, same.id},
                 "what is due now is due");
    world.expect(ids(at + hours{9}, 10) == std::vector{early.id, same.id, late.id},
                 "what was due long ago comes first");
    world.expect(ids(at + hours{9}, 1) == std::vector{early.id}, "at most so many");
    world.expect(claimed(world, early).size() == 1, "one is claimed");
    world.expect(ids(at + seconds{1}, 10).size() == 2, "what is claimed is still due");
    Schedule gone = late;
    gone.state = ScheduleState::cancelled;
    world.expect(world.value(schedules.update(gone)), "one is cancelled");
    world.expect(ids(at + hours{9}, 10).size() == 2, "what has ended is not due");
}

void edited(StoreWorld& world) {
    ScheduleStore& schedules = world.store().schedules();
    const Schedule made = kept(world, schedule_at(world.tick()));
    Schedule wanted = made;
    wanted.content = "something else";
    wanted.room = RoomId{8};
    wanted.due_at += hours{1};
    wanted.first_local += hours{1};
    wanted.repeat = Repeat::daily;
    wanted.time_zone = "";
    world.expect(world.value(schedules.update(wanted)), "an open one is edited");
    world.expect(found(world, made.id) == wanted, "and is as wanted then");
    Schedule other = wanted;
    other.occurrence = 2;
    other.content = "of another occurrence";
    world.expect(!world.value(schedules.update(other)), "not at another occurrence");
    world.expect(claimed(world, wanted).size() == 1, "it is claimed");
    Schedule late = wanted;
    late.content = "too late";
    world.expect(!world.value(schedules.update(late)), "what is claimed is not edited");
    late.state = ScheduleState::cancelled;
    world.expect(!world.value(schedules.update(late)), "nor cancelled");
    world.expect(found(world, made.id).content == wanted.content, "and stays as it was");
    world.expect(advanced(world, {{made.id, 1}, ScheduleState::sent, {}}), "it ends");
    world.expect(!world.value(schedules.update(wanted)), "what has ended is not edited");
    world.expect(!world.value(schedules.update(Schedule{})), "nor what there is not");
}

void claims(StoreWorld& world) {
    ScheduleStore& schedules = world.store().schedules();
    const Schedule made = kept(world, schedule_at(world.tick()));
    const Schedule other = kept(world, schedule_at(made.due_at + hours{1}));
    const Occurrence asked[] = {{made.id, 1}, {made.id, 2}, {other.id, 1}, {ScheduleId{999}, 1}};
    const auto given = world.value(schedules.claim(asked, made.due_at, first_fence), "claim");
    Schedule as_claimed = made;
    as_claimed.claimed = true;
    world.expect(given == std::vector{as_claimed},
                 "those are claimed that are due, and at that occurrence");
    world.expect(found(world, made.id) == as_claimed && !found(world, other.id).claimed,
                 "and the others are not");
    world.expect(claimed(world, made) == std::vector{as_claimed}, "a second time as well");
}

void advances(StoreWorld& world) {
    const Schedule made = kept(world, schedule_at(world.tick()));
    const Progress to_next{{made.id, 1}, ScheduleState::scheduled, made.due_at + hours{24}};
    world.expect(!advanced(world, to_next), "what is not claimed is not advanced over");
    world.expect(claimed(world, made).size() == 1, "it is claimed");
    world.expect(advanced(world, to_next), "an occurrence is advanced over");
    Schedule next = made;
    next.occurrence = 2;
    next.due_at += hours{24};
    world.expect(found(world, made.id) == next, "the next one is open");
    world.expect(!advanced(world, to_next), "once");
    world.expect(claimed(world, next).size() == 1, "the next one is claimed");
    world.expect(!advanced(world, to_next), "and the first still not advanced over again");
    world.expect(found(world, made.id).occurrence == 2, "so that none is left out");
    const Progress end{{made.id, 2}, ScheduleState::failed, {}, ErrorCode::wrong_state};
    world.expect(advanced(world, end), "it ends");
    world.expect(!advanced(world, end), "once");
    const Schedule ended = found(world, made.id);
    world.expect(ended.state == ScheduleState::failed && ended.due_at == next.due_at &&
                     ended.occurrence == 2 && !ended.claimed,
                 "and says how, and when it was due");
    world.expect(ended.failure == ErrorCode::wrong_state, "and why");
    world.restart();
    world.expect(found(world, made.id) == ended, "also after a restart");
}

void fences(StoreWorld& world) {
    LeaseStore& leases = world.store().leases();
    ScheduleStore& schedules = world.store().schedules();
    const Schedule made = kept(world, schedule_at(world.tick()));
    const Timestamp now = world.now();
    const auto old = world.value(leases.acquire("schedules", "a", now, ttl), "acquire");
    world.require(old == 1, "the first token is 1");
    const Fence before{"schedules", 1};
    world.expect(claimed(world, made, before).size() == 1, "the holder may write");
    const Progress step{{made.id, 1}, ScheduleState::sent, {}};
    const auto token = world.value(leases.acquire("schedules", "b", now + ttl, ttl), "acquire");
    world.require(token.has_value(), "who comes later holds it");
    const Occurrence occurrence{made.id, 1};
    world.expect(world.refuses(schedules.advance({&step, 1}, before), ErrorCode::conflict),
                 "an old holder advances nothing");
    world.expect(
        world.refuses(schedules.claim({&occurrence, 1}, made.due_at, before), ErrorCode::conflict),
        "and claims nothing");
    world.expect(found(world, made.id).state == ScheduleState::scheduled, "nothing was written");
    world.expect(advanced(world, step, {"schedules", *token}), "the new one advances");
    world.expect(world.value(schedules.advance({}, {"another", 0})).empty(),
                 "other leases do not matter");
}

void leased(StoreWorld& world) {
    LeaseStore& leases = world.store().leases();
    Timestamp now = world.now();
    const auto acquire = [&](const char* owner) {
        return world.value(leases.acquire("work", owner, now, ttl), "acquire");
    };
    world.expect(acquire("a") == 1, "a free lease is taken");
    world.expect(!acquire("b"), "and held");
    world.expect(acquire("a") == 1, "its owner keeps the token");
    now += ttl - std::chrono::milliseconds{1};
    world.expect(!acquire("b"), "until its end");
    world.expect(world.value(leases.renew({"work", 1}, "a", now, ttl)), "it is renewed");
    now += std::chrono::milliseconds{2};
    world.expect(!acquire("b"), "and lasts longer");
    now += ttl;
    world.expect(world.value(leases.renew({"work", 1}, "a", now, ttl)),
                 "what has ended and nobody took is renewed too");
    now += ttl;
    world.expect(acquire("b") == 2, "the token rises by one with the owner");
    world.expect(!world.value(leases.renew({"work", 1}, "a", now, ttl)),
                 "what is another's is not renewed");
    world.done(leases.release({"work", 1}), "an old release");
    world.expect(!acquire("a"), "frees nothing");
    world.done(leases.release({"work", 2}), "a release");
    world.restart();
    LeaseStore& again = world.store().leases();
    world.expect(world.value(again.acquire("work", "b", now, ttl)) == 3,
                 "frees it at once; tokens go on after a restart");
    world.expect(world.value(again.acquire("play", "c", now, ttl)) == 1,
                 "each lease has tokens of its own");
    world.expect(!world.value(again.renew({"none", 1}, "c", now, ttl)), "none is not renewed");
}

void two_nodes(StoreWorld& world) {
    const Schedule made = kept(world, schedule_at(world.tick()));
    world.expect(claimed(world, made).size() == 1, "it is claimed");
    auto other = world.value(world.factory().open(), "a second store");
    constexpr int steps = 20;
    int done[2] = {};
    const auto race = [&](std::size_t index, Store& store) {
        for (std::int64_t i = 1; i <= steps; ++i) {
            const Occurrence occurrence{made.id, i};
            if (!store.schedules().claim({&occurrence, 1}, made.due_at, first_fence)) return;
            const Progress step{occurrence, ScheduleState::scheduled, made.due_at};
            const auto answer = store.schedules().advance({&step, 1}, first_fence);
            if (answer && answer->front()) ++done[index];
        }
    };
    std::thread second([&] { race(1, *other); });
    race(0, world.store());
    second.join();
    world.expect(done[0] + done[1] == steps, "of two at once one advances over each");
    world.expect(found(world, made.id).occurrence == steps + 1, "and none is left out");
}

constexpr Clause<StoreSubjectFactory> clauses[] = {
    {"schedules are kept", in_world<kept_as_made>},
    {"schedules are listed", in_world<listed>},
    {"what is due is told", in_world<due_in_order>},
    {"what is open is edited", in_world<edited>},
    {"what is due is claimed", in_world<claims>},
    {"an occurrence is advanced over once", in_world<advances>},
    {"an old holder changes nothing", in_world<fences>},
    {"a lease has one holder", in_world<leased>},
    {"two nodes advance over each occurrence once", in_world<two_nodes>},
};

}  // namespace

Findings check_schedule_contract(const StoreSubjectFactory& make) {
    return check_all<StoreSubjectFactory>(clauses, make);
}

}  // namespace chatcore::contract

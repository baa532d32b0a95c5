// What each step of a consultation is answered, whatever else is done at the same time.

#include <optional>

#include <doctest/doctest.h>

#include "consultation_office.h"
#include "contract/store_subjects.h"
#include "still_engine.h"

using namespace chatcore;
using namespace chatcore::test;

namespace {

using Answer = Result<ConsultationView>;

/// Two people at once about one pending consultation.
struct AtOnce {
    explicit AtOnce(std::uint64_t seed) : engine(seed, subject) {
        student = engine.person("student");
        professor = engine.person("professor");
        const Answer asked = engine.ask<ConsultationView>([&](auto done) {
            engine->consultations().request({student}, {professor, "", {}}, std::move(done));
        });
        REQUIRE(asked);
        room = asked->room.id;
    }
    template <class First, class Second>
    std::pair<Answer, Answer> both(First first, Second second) {
        const auto other = std::make_shared<std::optional<Answer>>();
        Answer one = engine.ask<ConsultationView>([&](auto done) {
            first(std::move(done));
            second([other](Answer answer) { *other = std::move(answer); });
        });
        for (int i = 0; !*other && i < 100; ++i) engine.pass(50ms);
        REQUIRE(other->has_value());
        return {std::move(one), std::move(**other)};
    }

    contract::MemorySubject subject;
    StillEngine engine;
    UserId student;
    UserId professor;
    RoomId room;
};

bool led_to(const Answer& answer, ConsultationState state) {
    return answer ? answer->room.consultation->state == state
                  : answer.error().code == ErrorCode::wrong_state;
}

}  // namespace

TEST_CASE("of steps at the same time each is answered with what it led to itself") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        AtOnce two(seed);
        Consultations& consultations = two.engine->consultations();
        const auto approve = [&](Completion<ConsultationView> done) {
            consultations.approve({two.professor}, two.room, {}, std::move(done));
        };
        const auto [approved, cancelled] =
            two.both(approve, [&](Completion<ConsultationView> done) {
                consultations.cancel({two.student}, two.room, std::move(done));
            });
        REQUIRE(cancelled);
        CHECK(led_to(cancelled, ConsultationState::cancelled));
        CHECK(led_to(approved, ConsultationState::scheduled));
    }
}

TEST_CASE("of an approval and a rejection at the same time one is refused") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        AtOnce two(seed);
        Consultations& consultations = two.engine->consultations();
        const auto [approved, rejected] = two.both(
            [&](Completion<ConsultationView> done) {
                consultations.approve({two.professor}, two.room, {}, std::move(done));
            },
            [&](Completion<ConsultationView> done) {
                consultations.reject({two.professor}, two.room, std::move(done));
            });
        CHECK(approved.has_value() != rejected.has_value());
        CHECK(led_to(approved, ConsultationState::scheduled));
        CHECK(led_to(rejected, ConsultationState::rejected));
    }
}

TEST_CASE("what a killed process was ending is ended by the next one, and by a sole node at once") {
    const auto end_after = [](bool sole_node, int steps) {
        contract::MemorySubject subject;
        RoomId room;
        UserId student;
        {
            StillEngine first(1, subject, {}, sole_node);
            student = first.person("student");
            const UserId professor = first.person("professor");
            room = first
                       .ask<ConsultationView>([&](auto done) {
                           first->consultations().request({student}, {professor, "", {}},
                                                          std::move(done));
                       })
                       ->room.id;
            REQUIRE(first.ask<ConsultationView>([&](auto done) {
                first->consultations().approve({professor}, room, {}, std::move(done));
            }));
            first->consultations().end({student}, room, [](const Answer&) {});
            for (int i = 0; i < steps; ++i) first.step();
        }
        StillEngine second(2, subject, {}, sole_node);
        return second.ask<ConsultationView>(
            [&](auto done) { second->consultations().end({student}, room, std::move(done)); });
    };
    int conflicts = 0;
    for (int steps = 0; steps < 30; ++steps) {
        CAPTURE(steps);
        const Answer several = end_after(false, steps);
        if (code(several) == ErrorCode::conflict) ++conflicts;
        // Where the first has come to its end, nothing is left to be ended.
        CHECK(led_to(end_after(true, steps), ConsultationState::completed));
    }
    CHECK(conflicts > 0);
}

TEST_CASE("an archive outlives its room, for who may read as an admin") {
    Office office;
    const RoomId room = office.begun();
    office.world.post(office.student, room, "one");
    REQUIRE(office.end(office.student, room));
    const RoomId begun = office.begun();
    office.world.post(office.student, begun, "two");
    const Caller admin{office.world.person("admin"), 0, true};
    const RoomId direct = office.world.two_people_in_a_room().room;
    for (const RoomId gone : {room, begun, direct}) {
        REQUIRE(office.world.ask<Room>([&](auto done) {
            office.world.engine().rooms().delete_room(admin, gone, std::move(done));
        }));
    }
    const auto archive = office.archive(admin, room);
    REQUIRE(archive);
    CHECK(archive->find("내용: one\n") != std::string::npos);
    CHECK(code(office.archive({office.student, 0}, room)) == ErrorCode::room_deleted);
    // Of what was not ended there is none, and what was no consultation has none.
    CHECK(office.archive(admin, begun).error() == Error{ErrorCode::not_found, "archive"});
    CHECK(office.archive(admin, direct).error() == Error{ErrorCode::not_found, "consultation"});
    CHECK(code(office.find(admin, room)) == ErrorCode::room_deleted);
}

TEST_CASE("a request tried again under its key is the same consultation, told once") {
    Office office;
    Listener& at_professor = office.world.connect(office.professor);
    ConsultationRequest request{office.professor, "논문", {}};
    request.key = office.world.new_key();
    const auto first = office.request(office.student, request);
    REQUIRE(first);
    const RoomId room = first->room.id;
    REQUIRE(office.approve(office.professor, room));
    const auto again = office.request(office.student, request);
    REQUIRE(again);
    CHECK(again->room.id == room);
    CHECK(again->room.consultation->state == ConsultationState::scheduled);
    request.title = "another";
    CHECK(code(office.request(office.student, request)) == ErrorCode::key_reused);
    // One's own keys, and each without one by itself.
    CHECK(office.request(office.world.person("other"), request)->room.id != room);
    request.key.reset();
    const auto next = office.request(office.student, request);
    REQUIRE(next);
    CHECK(next->room.id != room);
    const auto asked_in = [&](const Listener::Heard& heard, RoomId in) {
        std::size_t count = 0;
        for (const NotificationSignal& signal : heard.all<NotificationSignal>())
            count += signal.notification.room == in ? 1 : 0;
        return count;
    };
    REQUIRE(at_professor.waits_for(
        [&](const auto& heard) { return asked_in(heard, next->room.id) == 1; }));
    CHECK(asked_in(at_professor.heard(), room) == 1);
}

TEST_CASE("a request tried again is the same one, whatever has changed since it was made") {
    Limits limits = quick();
    limits.person_changes_per_s = 1;
    Office office(limits);
    ConsultationRequest request{office.professor, "논문", office.clock.now() + 300ms};
    request.key = office.world.new_key();
    const auto first = office.request(office.student, request);
    REQUIRE(first);
    // More than a slow machine takes a second for: none takes from the bucket.
    for (int i = 0; i < 20; ++i) REQUIRE(office.request(office.student, request));
    REQUIRE(office.world.ask<Bond>([&](auto done) {
        office.world.engine().social().block({office.professor, 0}, office.student, true,
                                             std::move(done));
    }));
    REQUIRE(Office::comes([&] { return office.clock.now() > *request.scheduled_at; }));
    const auto again = office.request(office.student, request);
    REQUIRE(again);
    CHECK(again->room.id == first->room.id);
    request.title = "another";
    CHECK(code(office.request(office.student, request)) == ErrorCode::key_reused);
    request.key = office.world.new_key();
    CHECK(code(office.request(office.student, request)) == ErrorCode::in_the_past);
}

TEST_CASE("a forward to one that is over leaves none of its rooms with it") {
    Office office;
    const RoomId held = office.begun();
    REQUIRE(office.end(office.student, held));
    const RoomId other = office.begun();
    const Message said = office.world.post(office.student, other, "one");
    ForwardRequest request;
    request.message = said.id;
    request.rooms = {other, held};
    const auto forward = [&] {
        return office.world.ask<std::vector<Message>>([&](auto done) {
            office.world.engine().messages().forward({office.student, 0}, request, std::move(done));
        });
    };
    CHECK(code(forward()) == ErrorCode::wrong_state);
    CHECK(office.find({office.student, 0}, other)->room.totals.all == 1);
    // What is posted already is answered, whatever has become of the room.
    request.rooms = {other};
    request.key = office.world.new_key();
    const auto first = forward();
    REQUIRE(first);
    REQUIRE(office.end(office.student, other));
    const auto again = forward();
    REQUIRE(again);
    CHECK(again->front().id == first->front().id);
}

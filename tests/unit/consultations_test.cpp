// Consultations from the request to the archive, and what goes wrong on the way.

#include "chatcore/consultations.h"

#include <thread>

#include <doctest/doctest.h>

#include "consultation_office.h"

using namespace chatcore;
using namespace chatcore::test;

namespace {

bool told(const Listener::Heard& heard, UserId actor, RoomId room, std::size_t times) {
    std::size_t count = 0;
    for (const NotificationSignal& signal : heard.all<NotificationSignal>()) {
        const Notification& one = signal.notification;
        if (one.kind == NotificationKind::consultation && one.actor == actor && one.room == room)
            ++count;
    }
    return count == times;
}

}  // namespace

TEST_CASE("a consultation is asked for, approved, held and ended with an archive") {
    Office office;
    Listener& at_student = office.world.connect(office.student);
    Listener& at_professor = office.world.connect(office.professor);
    const Timestamp when = office.clock.now() + 1h;
    const auto asked = office.request(office.student, {office.professor, " 논문 ", when});
    REQUIRE(asked);
    const RoomId room = asked->room.id;
    CHECK(asked->room.consultation->title == "논문");
    CHECK(asked->room.consultation->scheduled_at == when);
    CHECK(asked->requester_code == std::to_string(office.student.value));
    REQUIRE(at_professor.waits_for(
        [&](const auto& heard) { return told(heard, office.student, room, 1); }));
    REQUIRE(office.approve(office.professor, room));
    CHECK(office.state(room) == ConsultationState::scheduled);
    REQUIRE(at_student.waits_for(
        [&](const auto& heard) { return told(heard, office.professor, room, 1); }));

    office.world.post(office.student, room, "교수님 \"안녕\"하세요\n두 줄");
    office.world.post(office.professor, room, "네");
    CHECK(office.state(room) == ConsultationState::in_progress);
    REQUIRE(at_professor.waits_for(
        [&](const auto& heard) { return told(heard, office.student, room, 2); }));
    REQUIRE(Office::comes([&] { return office.hot(room).size() == 2; }));
    const std::string line = office.hot(room).front();
    const std::string begin =
        "{\"requestIdx\":" + std::to_string(room.value) + ",\"sender\":\"" +
        std::to_string(office.student.value) +
        "\",\"senderName\":\"student\",\"content\":\"교수님 \\\"안녕\\\"하세요\\n두 "
        "줄\",\"sentAt\":\"";
    CHECK(line.starts_with(begin));
    REQUIRE(Office::comes([&] { return !office.blobs(office.snapshots_of(room)).empty(); }));

    const auto ended = office.end(office.student, room);
    REQUIRE(ended);
    CHECK(ended->room.consultation->state == ConsultationState::completed);
    CHECK(duration_minutes(*ended->room.consultation) == 0);
    const std::string name = "archive/chat_" + std::to_string(room.value) + "_final.txt";
    CHECK(office.blobs("archive/") == std::vector{name});
    const auto archive = office.archive({office.professor, 0}, room);
    REQUIRE(archive);
    CHECK(archive->find("상담 요청 번호: " + std::to_string(room.value) + "\n") !=
          std::string::npos);
    CHECK(archive->find("총 메시지 수: 2\n") != std::string::npos);
    CHECK(archive->find("발신: professor (" + std::to_string(office.professor.value) +
                        ")\n내용: 네\n") != std::string::npos);
    CHECK(Office::comes([&] {
        return office.hot(room).empty() && office.blobs(office.snapshots_of(room)).empty();
    }));
    REQUIRE(at_professor.waits_for(
        [&](const auto& heard) { return told(heard, office.student, room, 3); }));
    // The messages stay.
    const auto messages = office.world.ask<std::vector<Utterance>>([&](auto done) {
        office.consultations().messages({office.student, 0}, room, std::move(done));
    });
    REQUIRE(messages);
    CHECK(messages->size() == 2);
    CHECK(code(office.end(office.professor, room)) == ErrorCode::wrong_state);
}

TEST_CASE("what a consultation does not allow is refused with its code") {
    Office office;
    const UserId other = office.world.person("other");
    CHECK(code(office.request(office.student, {office.student, "", {}})) == ErrorCode::self_room);
    CHECK(code(office.request(office.student, {UserId{999}, "", {}})) == ErrorCode::not_found);
    CHECK(code(office.request(office.student, {other, "", office.clock.now() - 1s})) ==
          ErrorCode::in_the_past);
    CHECK(code(office.request(office.student, {other, std::string(101, 'x'), {}})) ==
          ErrorCode::too_long);
    CHECK(code(office.request(office.student, {other, "a\nb", {}})) == ErrorCode::invalid_value);
    CHECK(code(office.request(office.student, {other, "\xFF", {}})) == ErrorCode::malformed);

    const RoomId room = office.request(office.student, {office.professor, "", {}})->room.id;
    CHECK(code(office.approve(office.student, room)) == ErrorCode::forbidden);
    CHECK(code(office.approve(other, room)) == ErrorCode::not_a_member);
    CHECK(code(office.cancel(office.professor, room)) == ErrorCode::forbidden);
    CHECK(code(office.end(office.student, room)) == ErrorCode::wrong_state);
    CHECK(code(office.approve(office.professor, room, office.clock.now() - 1s)) ==
          ErrorCode::in_the_past);
    PostRequest early;
    early.room = room;
    early.content = "now?";
    CHECK(code(office.world.try_post(office.student, early)) == ErrorCode::wrong_state);
    REQUIRE(office.reject(office.professor, room));
    CHECK(code(office.approve(office.professor, room)) == ErrorCode::wrong_state);
    CHECK(code(office.cancel(office.student, room)) == ErrorCode::wrong_state);

    CHECK(code(office.find({other, 0}, room)) == ErrorCode::not_a_member);
    CHECK(office.find({other, 0, true}, room).has_value());
    CHECK(code(office.archive({office.student, 0}, room)) == ErrorCode::not_found);
    CHECK(code(office.archive({other, 0}, room)) == ErrorCode::not_a_member);
    const auto two = office.world.two_people_in_a_room();
    CHECK(code(office.find({two.ari, 0}, two.room)) == ErrorCode::not_found);
    CHECK(code(office.end(two.ari, two.room)) == ErrorCode::not_found);
    CHECK(code(office.end(two.ari, RoomId{123'456})) == ErrorCode::not_found);
    const auto group = office.world.ask<RoomView>([&](auto done) {
        GroupRequest asked;
        asked.title = "all of us";
        asked.context = Context{"consultation", "1"};
        office.world.engine().rooms().create_group({two.ari, 0}, std::move(asked), std::move(done));
    });
    CHECK(code(group) == ErrorCode::invalid_value);
}

TEST_CASE("where the archive cannot be written nothing is deleted, and it goes on") {
    Office office;
    const RoomId room = office.begun();
    office.world.post(office.student, room, "one");
    REQUIRE(Office::comes([&] {
        return !office.blobs(office.snapshots_of(room)).empty() && !office.hot(room).empty();
    }));
    office.shelf->fails = true;
    CHECK(code(office.end(office.student, room)) == ErrorCode::unavailable);
    CHECK(office.state(room) == ConsultationState::in_progress);
    CHECK(office.hot(room).size() == 1);
    CHECK(!office.blobs(office.snapshots_of(room)).empty());
    CHECK(office.blobs("archive/").empty());
    office.world.post(office.student, room, "two");
    office.shelf->fails = false;
    REQUIRE(office.end(office.professor, room));
    CHECK(office.archive({office.student, 0}, room)->find("총 메시지 수: 2\n") !=
          std::string::npos);
}

TEST_CASE("what is said while the archive is written is in it, too") {
    Office office;
    const RoomId room = office.begun();
    office.world.post(office.student, room, "one");
    office.shelf->before_commit = [&] { office.world.post(office.professor, room, "wait!"); };
    REQUIRE(office.end(office.student, room));
    CHECK(office.archive({office.student, 0}, room)->find("내용: wait!\n") != std::string::npos);
}

TEST_CASE("where nothing was said, or all of it was taken back, nothing is archived") {
    Office office;
    const RoomId silent = office.begun();
    REQUIRE(office.end(office.professor, silent));
    const RoomId room = office.begun();
    const Message said = office.world.post(office.student, room, "one");
    // As an ending leaves it that wrote the archive, and died.
    {
        auto upload =
            *office.shelf->blobs.begin("archive/chat_" + std::to_string(room.value) + "_final.txt");
        REQUIRE(upload->append("one"));
        REQUIRE(upload->commit());
    }
    CHECK(code(office.archive({office.student, 0}, room)) == ErrorCode::not_found);
    REQUIRE(office.world.ask<Message>([&](auto done) {
        office.world.engine().messages().remove({office.student, 0}, said.id, std::move(done));
    }));
    REQUIRE(office.end(office.student, room));
    CHECK(office.blobs("archive/").empty());
    CHECK(code(office.archive({office.student, 0}, room)) == ErrorCode::not_found);
    const auto transcript = office.world.ask<std::string>([&](auto done) {
        office.consultations().transcript({office.student, 0}, room, std::move(done));
    });
    REQUIRE(transcript);
    CHECK(*transcript == "채팅 내역이 없습니다.");
}

TEST_CASE("without a store of blobs only what is silent ends") {
    Office office(quick(), false);
    const RoomId silent = office.begun();
    REQUIRE(office.end(office.student, silent));
    const RoomId room = office.begun();
    office.world.post(office.student, room, "one");
    CHECK(code(office.end(office.student, room)) == ErrorCode::unavailable);
    CHECK(office.state(room) == ConsultationState::in_progress);
}

TEST_CASE("who has left ends it, and what is idle is closed by the cleaner") {
    Office office;
    const RoomId left = office.begun();
    office.world.post(office.student, left, "one");
    REQUIRE(office.world.ask<RoomView>([&](auto done) {
        office.world.engine().rooms().leave({office.student, 0}, left, false, std::move(done));
    }));
    const auto said = office.world.ask<std::vector<Utterance>>([&](auto done) {
        office.consultations().messages({office.student, 0}, left, std::move(done));
    });
    CHECK(said.error().code == ErrorCode::not_a_member);
    REQUIRE(office.end(office.student, left));

    const RoomId idle = office.begun();
    office.world.post(office.student, idle, "one");
    const RoomId pending = office.request(office.student, {office.professor, "", {}})->room.id;
    const RoomId later = office.request(office.student, {office.professor, "", {}})->room.id;
    REQUIRE(office.approve(office.professor, later, office.clock.now() + 1h));
    Limits limits = quick();
    limits.consultation_idle = 50ms;
    office.world.engine().set_limits(limits);
    REQUIRE(Office::comes([&] { return office.state(idle) == ConsultationState::completed; }));
    CHECK(office.archive({office.professor, 0}, idle).has_value());
    CHECK(office.state(pending) == ConsultationState::pending);
    CHECK(office.state(later) == ConsultationState::scheduled);
}

TEST_CASE("a few snapshots are kept, none is made of silence, and leftovers are cleared away") {
    Office office;
    const RoomId silent = office.begun();
    const RoomId room = office.begun();
    const std::string prefix = office.snapshots_of(room);
    for (const char* time :
         {"20200101000000", "20200101000001", "20200101000002", "20200101000003"}) {
        auto upload = *office.shelf->blobs.begin(prefix + time + ".txt");
        REQUIRE(upload->commit());
    }
    const std::string leftover = "temp/chat_777_snapshot_20200101000000.txt";
    REQUIRE((*office.shelf->blobs.begin(leftover))->commit());
    office.world.post(office.student, room, "one");
    REQUIRE(Office::comes([&] {
        const auto names = office.blobs(prefix);
        return names.size() == 3 && names.front() == prefix + "20200101000002.txt";
    }));
    const auto names = office.blobs(prefix);
    CHECK(office.shelf->blobs.read(names.back(), 0, 1'000)->find("내용: one\n") !=
          std::string::npos);
    CHECK(Office::comes([&] { return office.blobs(leftover).empty(); }));
    std::this_thread::sleep_for(100ms);
    CHECK(office.blobs(prefix) == names);
    CHECK(office.blobs(office.snapshots_of(silent)).empty());
}

TEST_CASE("the hot copy follows edits and deletions, and is made anew when it was forgotten") {
    Office office;
    const RoomId room = office.begun();
    const Message one = office.world.post(office.student, room, "one");
    const Message two = office.world.post(office.professor, room, "two");
    REQUIRE(Office::comes([&] { return office.hot(room).size() == 2; }));
    REQUIRE(office.world.ask<Message>([&](auto done) {
        office.world.engine().messages().edit({office.student, 0}, one.id, "ONE", std::move(done));
    }));
    REQUIRE(Office::comes([&] {
        const auto copy = office.hot(room);
        return copy.size() == 2 && copy.front().find("\"ONE\"") != std::string::npos;
    }));
    REQUIRE(office.world.ask<Message>([&](auto done) {
        office.world.engine().messages().remove({office.professor, 0}, two.id, std::move(done));
    }));
    REQUIRE(Office::comes([&] { return office.hot(room).size() == 1; }));
    const std::string key = "chat:room:" + std::to_string(room.value);
    REQUIRE(MemoryCache(office.cache).drop({&key, 1}));
    office.world.post(office.student, room, "three");
    CHECK(Office::comes([&] {
        const auto copy = office.hot(room);
        return copy.size() == 2 && copy.front().find("\"ONE\"") != std::string::npos &&
               copy.back().find("\"three\"") != std::string::npos;
    }));
}

TEST_CASE("one's own are listed by state, and times are those of the zone") {
    Office office;
    const RoomId first = office.request(office.student, {office.professor, "", {}})->room.id;
    const RoomId second = office.begun();
    const auto list = [&](ConsultationQuery query) {
        return office.world.ask<Page<ConsultationView>>([&](auto done) {
            office.consultations().list({office.professor, 0}, query, std::move(done));
        });
    };
    const auto all = list({});
    REQUIRE(all);
    REQUIRE(all->items.size() == 2);
    CHECK(all->items.front().room.id == second);
    CHECK(all->items.front().requester_code == std::to_string(office.student.value));
    CHECK(list({.state = ConsultationState::pending})->items.front().room.id == first);
    CHECK(code(list({.limit = 101})) == ErrorCode::malformed);

    const Timestamp at{1'761'283'822'000ms};  // 2025-10-24T05:30:22Z
    Consultations& consultations = office.consultations();
    CHECK(consultations.local_text(at) == "2025-10-24 14:30:22");
    CHECK(consultations.from_local_text("2025-10-24 14:30:22") == at);
    for (const char* wrong : {"2025-10-24T14:30:22", "2025-13-24 14:30:22", "2025-10-24 24:00:00",
                              "2025-10-24 14:30", "", "2025-02-30 10:00:00"})
        CHECK(!consultations.from_local_text(wrong));
}

TEST_CASE("options that cannot be used are told by name") {
    const auto fault = [](auto change) {
        ConsultationOptions options;
        change(options);
        const Status status = check(options);
        return status ? std::string() : status.error().detail;
    };
    CHECK(fault([](auto&) {}).empty());
    CHECK(fault([](auto& o) { o.archive_name = "a.txt"; }) == "archive_name");
    CHECK(fault([](auto& o) { o.archive_name = "../{requestIdx}"; }) == "archive_name");
    CHECK(fault([](auto& o) { o.archive_name = "{requestIdx}{time}"; }) == "archive_name");
    CHECK(fault([](auto& o) { o.snapshot_name = "{requestIdx}"; }) == "snapshot_name");
    CHECK(fault([](auto& o) { o.snapshot_name = "{requestIdx}{time}"; }) == "snapshot_name");
    CHECK(fault([](auto& o) { o.snapshot_name = "{time}-{requestIdx}"; }) == "snapshot_name");
    CHECK(fault([](auto& o) { o.snapshot_name = "s{requestIdx}-{time}{x}"; }) == "snapshot_name");
    CHECK(fault([](auto& o) { o.hot_key = "chat"; }) == "hot_key");
    CHECK(fault([](auto& o) { o.transcript_template = "x"; }) == "transcript_template");
}

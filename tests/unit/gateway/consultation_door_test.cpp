// The front door of consultations, as its existing clients speak to it.

#include <array>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "chatcore/ports/time_zones.h"

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

/// Seoul's clock has been nine hours ahead of UTC since 1988.
class SeoulOnly final : public TimeZones {
public:
    bool known(std::string_view zone) const override {
        return zone.empty() || zone == "Asia/Seoul";
    }
    Result<LocalTime> to_local(Timestamp at, std::string_view zone) const override {
        return LocalTime{at.time_since_epoch() + ahead(zone)};
    }
    Result<Timestamp> to_utc(LocalTime local, std::string_view zone) const override {
        return Timestamp{local.time_since_epoch() - ahead(zone)};
    }

private:
    static std::chrono::hours ahead(std::string_view zone) {
        return std::chrono::hours{zone.empty() ? 0 : 9};
    }
};

struct School {
    explicit School(Limits limits = DoorWorld::calm()) : limits_(limits) {
        world.open_consultation_door();
        name(student, "STU001", "홍길동");
        name(professor, "PROF001", "김교수");
    }
    void name(const Person& person, const char* code, const char* nickname) {
        const Answer named =
            world.ask("PUT", fmt::format("/api/v1/admin/users/{}", person.id.value),
                      fmt::format(R"({{"externalId":"{}"}})", code), admin.token);
        REQUIRE(named.status == 200);
        const Answer called =
            world.put(person, "/users/me", fmt::format(R"({{"nickname":"{}"}})", nickname));
        REQUIRE(called.status == 200);
    }
    Answer post(const Person& person, const std::string& path, const std::string& body = "{}") {
        return world.ask("POST", "/api/" + path, body, person.token);
    }
    Answer get(const Person& person, const std::string& path) {
        return world.ask("GET", "/api/" + path, {}, person.token);
    }
    Answer step(const Person& person, const std::string& what, std::int64_t number) {
        return post(person, "consultations/" + what, fmt::format(R"({{"requestIdx":{}}})", number));
    }
    std::int64_t request() {
        const Answer made = post(student, "consultations/request",
                                 R"({"recipientUserCode":"PROF001","title":"졸업 논문",)"
                                 R"("scheduledAt":"2090-01-31 14:30:00"})");
        INFO(made.body);
        REQUIRE(made.status == 200);
        return made.number("/requestIdx");
    }

    Limits limits_;
    DoorWorld world{limits_, [](EngineParts& parts, EngineOptions&) {
                        parts.time_zones = std::make_unique<SeoulOnly>();
                    }};
    Person student = world.sign_up("student");
    Person professor = world.sign_up("professor");
    Person other = world.sign_up("other");
    Person admin = world.sign_up_admin("admin");
};

}  // namespace

TEST_CASE("a consultation is asked for, approved, held and ended at its front door") {
    School school;
    const Answer made = school.post(school.student, "consultations/request",
                                    R"({"recipientUserCode":"PROF001","title":"졸업 논문",)"
                                    R"("scheduledAt":"2090-01-31 14:30:00"})");
    REQUIRE(made.status == 200);
    const std::int64_t number = made.number("/requestIdx");
    const std::string last = made.text("/lastActivityAt");
    CHECK(made.body ==
          fmt::format(R"({{"requestIdx":{},"status":"PENDING","requesterUserCode":"STU001",)"
                      R"("recipientUserCode":"PROF001","title":"졸업 논문",)"
                      R"("scheduledAt":"2090-01-31 14:30:00","startedAt":null,"endedAt":null,)"
                      R"("durationMinutes":null,"lastActivityAt":"{}"}})",
                      number, last));
    const Answer approved = school.post(
        school.professor, "consultations/approve",
        fmt::format(R"({{"requestIdx":"{}","scheduledAt":"2090-02-01T06:00:00Z"}})", number));
    REQUIRE(approved.status == 200);
    CHECK(approved.text("/status") == "SCHEDULED");
    CHECK(approved.text("/scheduledAt") == "2090-02-01 15:00:00");

    const std::string room = fmt::format("{}", number);
    school.world.say(school.student, room, "교수님 안녕하세요");
    school.world.say(school.professor, room, "네, 무엇이 궁금하신가요?");
    const Answer said = school.get(school.professor, "chat/messages/" + room);
    REQUIRE(said.status == 200);
    CHECK(said.number("/messageCount") == 2);
    CHECK(said.number("/messages/0/requestIdx") == number);
    CHECK(said.text("/messages/0/sender") == "STU001");
    CHECK(said.text("/messages/0/senderName") == "홍길동");
    CHECK(said.text("/messages/1/content") == "네, 무엇이 궁금하신가요?");
    const std::string at = said.text("/messages/1/sentAt");
    CHECK(at.size() == std::string("2025-10-24 14:16:05").size());

    const Answer log = school.post(school.student, "chat/history/download/" + room);
    CHECK(log.status == 200);
    CHECK(log.header("Content-Type") == "text/plain; charset=utf-8");
    CHECK(log.header("Content-Disposition") ==
          fmt::format("attachment; filename=\"chat-log-{}.txt\"", number));
    CHECK(log.body.find(fmt::format("[{}]\n발신: 김교수 (PROF001)\n내용: 네, 무엇이 "
                                    "궁금하신가요?\n",
                                    at)) != std::string::npos);
    CHECK(school.get(school.student, "chat/archive/download/" + room).body ==
          R"({"error":"아카이빙된 채팅 로그를 찾을 수 없습니다."})");

    CHECK(school.step(school.professor, "read", number).text("/status") == "IN_PROGRESS");
    const Answer ended = school.step(school.professor, "end", number);
    REQUIRE(ended.status == 200);
    CHECK(ended.text("/status") == "COMPLETED");
    CHECK(ended.number("/durationMinutes") == 0);
    CHECK(!ended.is_null("/endedAt"));
    const Answer archive = school.get(school.student, "chat/archive/download/" + room);
    CHECK(archive.status == 200);
    CHECK(archive.header("Content-Disposition") ==
          fmt::format("attachment; filename=\"archived-chat-log-{}.txt\"", number));
}

TEST_CASE("a transcript says what was shown, beside what was written as well") {
    School school;
    const std::int64_t number = school.request();
    REQUIRE(school.step(school.professor, "approve", number).status == 200);
    const std::string room = fmt::format("{}", number);
    const auto show = [&](const std::string& content, const std::string& files) {
        const Answer posted = school.world.post(
            school.student, "/messages/" + room,
            fmt::format(R"({{"content":"{}","attachments":[{}]}})", content, files));
        REQUIRE(posted.status == 201);
    };
    const std::string plan = R"({"url":"https://f.org/1","name":"plan.pdf"})";
    show("여기 있습니다", plan + R"(,{"url":"https://f.org/2"})");
    show("", plan);
    const Answer said = school.get(school.professor, "chat/messages/" + room);
    CHECK(said.text("/messages/0/content") == "여기 있습니다\nplan.pdf, https://f.org/2");
    const std::string log = school.post(school.student, "chat/history/download/" + room).body;
    CHECK(log.find("내용: 여기 있습니다\n    plan.pdf, https://f.org/2\n") != std::string::npos);
    CHECK(log.find("내용: plan.pdf\n") != std::string::npos);
}

TEST_CASE("what the door refuses has its status and shape") {
    School school;
    const std::int64_t number = school.request();
    const std::string room = fmt::format("{}", number);
    for (const char* path : {"chat/messages/", "chat/archive/download/"}) {
        const Answer refused = school.get(school.other, path + room);
        CHECK(refused.status == 403);
        CHECK(refused.body == R"({"error":"채팅 참여자만 조회할 수 있습니다."})");
    }
    CHECK(school.post(school.other, "chat/history/download/" + room).status == 403);
    CHECK(school.get(school.admin, "chat/messages/" + room).status == 200);
    CHECK(school.post(school.admin, "chat/history/download/" + room).body ==
          "채팅 내역이 없습니다.");
    const Answer none = school.get(school.student, "chat/archive/download/" + room);
    CHECK(none.status == 404);
    check_refusal(school.get(school.student, "chat/messages/999999"), 404, "not_found",
                  "consultation");
    check_refusal(school.get(school.student, "chat/messages/x"), 400, "malformed", "requestIdx");
    check_refusal(school.world.ask("GET", "/api/chat/messages/" + room), 401, "unauthenticated");
    // The host's server may read what an admin may, without being a person.
    const DoorWorld::Headers host = {{"X-Chatd-Key", DoorWorld::host_key}};
    CHECK(school.world.ask("GET", "/api/chat/messages/" + room, {}, {}, host).status == 200);
    CHECK(school.world.ask("GET", "/api/consultations/" + room, {}, {}, host).status == 200);

    check_refusal(school.step(school.student, "approve", number), 403, "forbidden");
    check_refusal(school.step(school.other, "approve", number), 403, "not_a_member");
    check_refusal(school.step(school.student, "end", number), 409, "wrong_state");
    CHECK(school.step(school.professor, "reject", number).text("/status") == "REJECTED");
    check_refusal(school.step(school.student, "cancel", number), 409, "wrong_state");
    check_refusal(school.world.post(school.student, "/messages/" + room, R"({"content":"x"})"), 409,
                  "wrong_state");
    check_refusal(school.post(school.student, "consultations/end"), 400, "malformed", "requestIdx");

    const auto request = [&](const char* body) {
        return school.post(school.student, "consultations/request", body);
    };
    check_refusal(request("{}"), 400, "malformed", "recipientUserCode");
    check_refusal(request(R"({"recipientUserCode":"NOBODY"})"), 404, "not_found", "user");
    check_refusal(request(R"({"recipientUserCode":"STU001"})"), 422, "self_room");
    check_refusal(request(R"({"recipientUserCode":"PROF001","scheduledAt":"tomorrow"})"), 400,
                  "malformed", "scheduledAt");
    check_refusal(request(R"({"recipientUserCode":"PROF001","scheduledAt":"2001-01-01 00:00:00"})"),
                  422, "in_the_past");
    const std::string by_id = fmt::format(R"({{"recipientUserCode":"{}"}})", school.other.id.value);
    CHECK(request(by_id.c_str()).status == 200);
}

TEST_CASE("one's own consultations are listed by status, page by page") {
    School school;
    const std::int64_t first = school.request();
    const std::int64_t second = school.request();
    REQUIRE(school.step(school.student, "cancel", first).status == 200);
    const Answer all = school.get(school.professor, "consultations");
    REQUIRE(all.status == 200);
    CHECK(all.size("/items") == 2);
    CHECK(all.number("/items/0/requestIdx") == second);
    CHECK(!all.flag("/hasMore"));
    const Answer page = school.get(school.professor, "consultations?limit=1");
    CHECK(page.text("/nextCursor") == fmt::format("{}", second));
    CHECK(school.get(school.professor, "consultations?limit=1&cursor=" + page.text("/nextCursor"))
              .number("/items/0/requestIdx") == first);
    const Answer cancelled = school.get(school.student, "consultations?status=cancelled");
    CHECK(cancelled.size("/items") == 1);
    CHECK(cancelled.text("/items/0/status") == "CANCELLED");
    CHECK(school.get(school.other, "consultations").size("/items") == 0);
    check_refusal(school.get(school.student, "consultations?status=asleep"), 400, "malformed",
                  "status");
    check_refusal(school.get(school.student, "consultations?limit=0"), 400, "malformed", "limit");
    CHECK(school.get(school.professor, fmt::format("consultations/{}", second)).text("/status") ==
          "PENDING");

    const Answer room = school.world.get(school.student, fmt::format("/chatrooms/{}", second));
    CHECK(room.text("/consultation/status") == "PENDING");
    CHECK(room.number("/consultation/recipientId") == school.professor.id.value);
    const Answer inbox = school.world.get(school.professor, "/notifications");
    CHECK(inbox.status == 200);
}

TEST_CASE("a request with a key is one consultation, however often it is sent") {
    School school;
    const auto ask = [&](const std::string& more) {
        return school.post(school.student, "consultations/request",
                           R"({"recipientUserCode":"PROF001")" + more + "}");
    };
    const std::string key = R"(,"clientKey":"0b3ad1a9-7a37-4be4-9d21-5d2a9a0d0c11")";
    const Answer first = ask(key);
    REQUIRE(first.status == 200);
    CHECK(ask(key).number("/requestIdx") == first.number("/requestIdx"));
    check_refusal(ask(key + R"(,"title":"another")"), 409, "key_reused");
    check_refusal(ask(R"(,"clientKey":"no")"), 400, "malformed", "clientKey");
    CHECK(ask("").number("/requestIdx") != first.number("/requestIdx"));
    // Whoever has the recipient's code since, or nobody.
    school.name(school.professor, "PROF002", "김교수");
    check_refusal(ask(""), 404, "not_found", "user");
    CHECK(ask(key).number("/requestIdx") == first.number("/requestIdx"));
    school.name(school.other, "PROF001", "이교수");
    CHECK(ask(key).number("/requestIdx") == first.number("/requestIdx"));
}

TEST_CASE("what is said in consultations is held for a few of a person's requests at once") {
    Limits limits = DoorWorld::calm();
    limits.person_downloads_max = 2;
    School school(limits);
    const std::int64_t number = school.request();
    REQUIRE(school.step(school.professor, "approve", number).status == 200);
    const std::string room = fmt::format("{}", number);
    for (int i = 0; i < 20; ++i)  // more than one piece
        school.world.say(school.student, room, std::string(900, 'x'));
    school.world.say(school.student, room, std::string(900, 'y'));
    const auto ask = [&](const Person& person) {
        return std::array{school.get(person, "chat/messages/" + room),
                          school.post(person, "chat/history/download/" + room)};
    };
    // Each gives its place back.
    for (int i = 0; i < 5; ++i) {
        for (const Answer& answer : ask(school.student)) {
            REQUIRE(answer.status == 200);
            CHECK(answer.body.find(std::string(900, 'y')) != std::string::npos);
        }
    }
    REQUIRE(school.step(school.professor, "end", number).status == 200);
    REQUIRE(school.get(school.student, "chat/archive/download/" + room).status == 200);
    std::vector<std::unique_ptr<DownloadPlace>> held;
    for (int i = 0; i < 2; ++i) {
        held.push_back(
            std::move(*school.world.engine().attachments().begin_download({school.student.id, 0})));
    }
    for (const Answer& answer : ask(school.student))
        check_refusal(answer, 429, "too_many", "downloads");
    check_refusal(school.get(school.student, "chat/archive/download/" + room), 429, "too_many",
                  "downloads");
    for (const Answer& answer : ask(school.professor)) CHECK(answer.status == 200);
    held.clear();
    for (const Answer& answer : ask(school.student)) CHECK(answer.status == 200);
    CHECK(school.get(school.student, "chat/archive/download/" + room).status == 200);
}

TEST_CASE("a time behind the year 9999 is refused, by UTC and by the door's clock") {
    School school;
    const auto ask = [&](const std::string& at) {
        return school.post(
            school.student, "consultations/request",
            fmt::format(R"({{"recipientUserCode":"PROF001","scheduledAt":"{}"}})", at));
    };
    for (const char* at : {"9999-12-31T23:59:59-23:59", "9999-12-31T15:00:00Z"}) {
        check_refusal(ask(at), 422, "invalid_value", "scheduledAt");
        check_refusal(school.post(school.professor, "consultations/approve",
                                  fmt::format(R"({{"requestIdx":{},"scheduledAt":"{}"}})",
                                              school.request(), at)),
                      422, "invalid_value", "scheduledAt");
    }
    CHECK(ask("9999-12-31T14:59:59Z").text("/scheduledAt") == "9999-12-31 23:59:59");
}

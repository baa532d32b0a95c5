#include "gateway/http/refusal_log.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "native_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using namespace std::chrono_literals;

namespace {

class Lines final : public Telemetry {
public:
    void add(Counter, std::int64_t) override {}
    void observe(Stage, std::chrono::nanoseconds) override {}
    void log(const LogRecord& record) override {
        all.push_back({record.level, record.security, std::string(record.text), record.user,
                       std::string(record.request)});
    }
    std::vector<Logged> all;
};

struct Fixture {
    testing::Scheduler scheduler{1};
    std::unique_ptr<Clock> clock = scheduler.make_clock();
    Lines lines;
    RefusalLog log{lines, *clock};

    void refuse(int times, ErrorCode code = ErrorCode::forbidden) {
        for (int i = 0; i < times; ++i) log.note(Error{code}, "r-1", UserId{7});
    }
};

}  // namespace

TEST_CASE("refused access is a security event that names the request and the person") {
    Fixture with;
    with.log.note(Error{ErrorCode::not_a_member}, "node-12", UserId{7});
    with.log.note(Error{ErrorCode::unauthenticated, "token"}, "node-13", UserId{});
    REQUIRE(with.lines.all.size() == 2);
    CHECK(with.lines.all[0].level == LogLevel::info);
    CHECK(with.lines.all[0].security);
    CHECK(with.lines.all[0].text == "access refused: not_a_member");
    CHECK(with.lines.all[0].user == UserId{7});
    CHECK(with.lines.all[0].request == "node-12");
    CHECK(with.lines.all[1].text == "access refused: unauthenticated (token)");
    CHECK(with.lines.all[1].user == UserId{});
}

TEST_CASE("a failure is an error with its cause, and no security event") {
    Fixture with;
    with.log.note(Error{ErrorCode::unavailable, "store", "database is locked", {}}, "node-1",
                  UserId{7});
    REQUIRE(with.lines.all.size() == 1);
    CHECK(with.lines.all[0].level == LogLevel::error);
    CHECK_FALSE(with.lines.all[0].security);
    CHECK(with.lines.all[0].text == "request failed: unavailable (store): database is locked");
}

TEST_CASE("what is the client's own affair is not logged") {
    Fixture with;
    for (const ErrorCode code :
         {ErrorCode::malformed, ErrorCode::not_found, ErrorCode::too_many, ErrorCode::conflict,
          ErrorCode::too_long, ErrorCode::bad_credentials}) {
        with.refuse(1, code);
    }
    CHECK(with.lines.all.empty());
}

TEST_CASE("a flood is cut short, and what was left out is told with the next line") {
    Fixture with;
    with.refuse(RefusalLog::burst + 1'000);
    CHECK(with.lines.all.size() == RefusalLog::burst);
    with.scheduler.advance(1s);
    with.refuse(1'000);
    REQUIRE(with.lines.all.size() == RefusalLog::burst + RefusalLog::lines_per_s);
    CHECK(with.lines.all[RefusalLog::burst].text ==
          "access refused: forbidden; 1000 before it were not logged");
    CHECK(with.lines.all.back().text == "access refused: forbidden");
}

TEST_CASE("when a flood is over, what was left out is told all the same") {
    Fixture with;
    with.refuse(RefusalLog::burst + 3);
    with.log.tell_left_out();  // no line may be written yet
    CHECK(with.lines.all.size() == RefusalLog::burst);
    with.scheduler.advance(1s);
    with.log.tell_left_out();
    with.log.tell_left_out();
    REQUIRE(with.lines.all.size() == RefusalLog::burst + 1);
    CHECK(with.lines.all.back().text == "3 refusals of access were not logged");
    CHECK(with.lines.all.back().security);
}

TEST_CASE("a flood of refused access hides no failure") {
    Fixture with;
    with.refuse(10'000);
    with.refuse(1, ErrorCode::internal);
    CHECK(with.lines.all.back().text == "request failed: internal");
}

TEST_CASE("a refused native request is logged under its session and number") {
    NativeWorld world;
    const auto client = world.connect();
    client->ask(R"({"id":"secret","type":"rooms"})");
    const auto hello = client->ask(R"({"id":1,"type":"hello","token":"ari"})");
    REQUIRE(hello.size() == 1);
    CHECK(hello[0].find(R"("session":"node-s1")") != std::string::npos);
    client->ask(R"({"id":2,"type":"history","roomId":77})");
    client->ask(R"({"id":3,"type":"post","roomId":"x"})");
    REQUIRE(world.log().size() == 2);
    CHECK(world.log()[0].text == "access refused: unauthenticated");
    CHECK(world.log()[0].request == "node-s1.1");
    CHECK(world.log()[0].user == UserId{});
    CHECK(world.log()[1].text == "access refused: not_a_member");
    CHECK(world.log()[1].request == "node-s1.3");
    CHECK(world.log()[1].user == UserId{1});
    CHECK(world.log()[1].security);
}

TEST_CASE("a refused HTTP request is told to whoever keeps the log") {
    struct Sink final : ResponseSink {
        void respond_streamed(Response, StreamedBody) override {}
        void respond_growing(Response) override {}
        void grow(SharedBytes) override {}
        void finish_growing() override {}
        void take_body(std::shared_ptr<BodySink>) override {}
        void pause_body() override {}
        void resume_body() override {}
        void respond(Response response) override { status = response.status; }
        void refused(const Error& error, std::string_view request_id, UserId user) override {
            log.note(error, request_id, user);
        }
        explicit Sink(RefusalLog& of) : log(of) {}
        RefusalLog& log;
        int status = 0;
    };
    Fixture with;
    const auto sink = std::make_shared<Sink>(with.log);
    Exchange exchange(Request{}, 0, "node-5", sink);
    exchange.caller.user = UserId{7};
    exchange.respond_error(Error{ErrorCode::forbidden, "role"});
    exchange.respond_error(Error{ErrorCode::forbidden, "role"});  // only the first answer counts
    CHECK(sink->status == 403);
    REQUIRE(with.lines.all.size() == 1);
    CHECK(with.lines.all[0].text == "access refused: forbidden (role)");
    CHECK(with.lines.all[0].request == "node-5");
    CHECK(with.lines.all[0].user == UserId{7});
}

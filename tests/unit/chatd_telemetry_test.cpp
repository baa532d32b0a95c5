#include <sstream>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "chatcore/adapters/prometheus_telemetry.h"

#include "cells.h"
#include "log_text.h"

using namespace chatcore;
using namespace std::chrono_literals;

namespace {

bool has_line(const std::string& text, const std::string& line) {
    return text.find('\n' + line + '\n') != std::string::npos;
}

}  // namespace

TEST_CASE("counts of many threads add up") {
    PrometheusTelemetry telemetry;
    std::vector<std::thread> threads;
    for (int i = 0; i < 20; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 1'000; ++n) telemetry.add(Counter::messages_sent, 2);
            telemetry.observe(Stage::consume, 3ms);
        });
    }
    for (std::thread& thread : threads) thread.join();
    const std::string text = telemetry.scrape();
    CHECK(has_line(text, "chat_messages_sent_total 40000"));
    CHECK(has_line(text, "chat_message_consume_duration_count 20"));
    CHECK(has_line(text, "chat_stage_duration_seconds_count{stage=\"accept\"} 20"));
    CHECK(has_line(text, "chat_stage_duration_seconds_count{stage=\"commit\"} 0"));
}

TEST_CASE("a duration is counted in every bucket that it fits into") {
    PrometheusTelemetry telemetry;
    telemetry.observe(Stage::consume, 1ms);  // the bound itself belongs to its bucket
    telemetry.observe(Stage::consume, 500ms);
    telemetry.observe(Stage::consume, 60s);
    const std::string text = telemetry.scrape();
    CHECK(has_line(text, "chat_message_consume_duration_bucket{le=\"0.0005\"} 0"));
    CHECK(has_line(text, "chat_message_consume_duration_bucket{le=\"0.001\"} 1"));
    CHECK(has_line(text, "chat_message_consume_duration_bucket{le=\"0.25\"} 1"));
    CHECK(has_line(text, "chat_message_consume_duration_bucket{le=\"10\"} 2"));
    CHECK(has_line(text, "chat_message_consume_duration_bucket{le=\"+Inf\"} 3"));
    CHECK(has_line(text, "chat_message_consume_duration_sum 60.501"));
    CHECK(bucket_of(-5ns) == 0);
}

TEST_CASE("figures are read at each scrape, until they are forgotten") {
    PrometheusTelemetry telemetry;
    double sessions = 1;
    telemetry.add_gauge("chat_websocket_sessions", "Open now", [&] { return sessions; });
    CHECK(has_line(telemetry.scrape(), "chat_websocket_sessions 1"));
    sessions = 7;
    CHECK(has_line(telemetry.scrape(), "chat_websocket_sessions 7"));
    telemetry.forget_figures();
    CHECK(telemetry.scrape().find("chat_websocket_sessions") == std::string::npos);
}

TEST_CASE("figures of one name are told by their label, under one heading") {
    PrometheusTelemetry telemetry;
    double second = 2;
    telemetry.add_counters("chat_door_events_total", "Events", "door", [&] {
        return PrometheusTelemetry::ByLabel{{"stomp", 1}, {"an \"odd\" one", second}};
    });
    second = 3;
    const std::string text = telemetry.scrape();
    CHECK(has_line(text, "# TYPE chat_door_events_total counter"));
    CHECK(has_line(text, "chat_door_events_total{door=\"stomp\"} 1"));
    CHECK(has_line(text, "chat_door_events_total{door=\"an \\\"odd\\\" one\"} 3"));
    CHECK(text.find("# TYPE chat_door_events_total") ==
          text.rfind("# TYPE chat_door_events_total"));
    telemetry.add_gauges("chat_door_sessions", "Sessions", "door",
                         [] { return PrometheusTelemetry::ByLabel{{"stomp", 4}}; });
    CHECK(has_line(telemetry.scrape(), "# TYPE chat_door_sessions gauge"));
    CHECK(has_line(telemetry.scrape(), "chat_door_sessions{door=\"stomp\"} 4"));
}

TEST_CASE("every counter has a name of its own, told with what it is") {
    const std::string text = PrometheusTelemetry().scrape();
    std::istringstream lines(text);
    int counters = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# TYPE") && line.ends_with(" counter")) ++counters;
    }
    CHECK(counters == counter_count);
    CHECK(text.find("chat_unknown_total") == std::string::npos);
}

TEST_CASE("a record is one line of log whatever it holds") {
    const LogRecord record{.text = "a\nb\r\x7f \"c\"", .user = UserId{7}, .room = RoomId{3}};
    CHECK(log_line(record) == "a b   \"c\" user=7 room=3");
    CHECK(log_json(record) == R"("text":"a\u000ab\u000d\u007f \"c\"","userId":7,"roomId":3)");
    const LogRecord refused{.text = "x", .user = UserId{7}, .request = "5f\n-\"1"};
    CHECK(log_line(refused) == "x request=5f -\"1 user=7");
    CHECK(log_json(refused) == R"("text":"x","requestId":"5f\u000a-\"1","userId":7)");
    const LogRecord from{.security = true, .text = "x", .address = "192.0.2.1\n\""};
    CHECK(log_line(from) == "x address=192.0.2.1 \"");
    CHECK(log_json(from) == R"("text":"x","address":"192.0.2.1\u000a\"")");
    CHECK(log_json(LogRecord{.text = "안녕 \xff \xc0\xaf \xed\xa0\x80 é"}) ==
          "\"text\":\"안녕 \uFFFD \uFFFD\uFFFD \uFFFD\uFFFD\uFFFD é\"");
}

TEST_CASE("log levels have names, and no others") {
    CHECK(parse_log_level("warning") == LogLevel::warning);
    CHECK_FALSE(parse_log_level("warn"));
    CHECK_FALSE(parse_log_level(""));
}

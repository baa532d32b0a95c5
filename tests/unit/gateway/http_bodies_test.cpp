// Bodies in pieces: taken and given at the pace of whoever is slower.

#include <deque>
#include <optional>
#include <string>

#include "http_client.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using namespace std::chrono_literals;

namespace {

/// What a route that streams its body was given.
struct Taken {
    ExchangePtr exchange;
    std::string bytes;
    int pieces = 0;
    bool whole = false;
    bool gone = false;
};

class TakingSink final : public BodySink {
public:
    explicit TakingSink(Taken& taken) : taken_(taken) {}
    ~TakingSink() override { taken_.gone = true; }
    void piece(std::string bytes) override {
        ++taken_.pieces;
        taken_.bytes += bytes;
    }
    void complete() override {
        taken_.whole = true;
        Response response;
        response.body = std::to_string(taken_.bytes.size());
        taken_.exchange->respond(std::move(response));
    }

private:
    Taken& taken_;
};

/// Holds its request, and drops it unanswered where the body does not end.
class HoldingSink final : public BodySink {
public:
    explicit HoldingSink(ExchangePtr exchange) : exchange_(std::move(exchange)) {}
    void piece(std::string) override {}
    void complete() override { exchange_->respond(Response{}); }

private:
    ExchangePtr exchange_;
};

constexpr std::string_view head = "POST /up HTTP/1.1\r\nHost: h\r\n";

void take_all(NativeWorld& world, Taken& taken) {
    world.add_route(
        "POST", "/up",
        [&taken](const ExchangePtr& exchange) {
            taken.exchange = exchange;
            exchange->take_body(std::make_shared<TakingSink>(taken));
        },
        BodyRule::streamed);
}

std::string with_length(std::size_t length) {
    return std::string(head) + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

/// Gives what it is told to, when it is told to.
struct Giving {
    std::deque<std::string> pieces;
    std::size_t asked_for = 0;
    int asked = 0;
    bool fails = false;
    Completion<std::string> waiting;
};

class GivingSource final : public BodySource {
public:
    explicit GivingSource(Giving& giving) : giving_(giving) {}
    void next(std::size_t size_max, Completion<std::string> done) override {
        ++giving_.asked;
        giving_.asked_for = size_max;
        if (giving_.fails) return done(unexpected(ErrorCode::unavailable, "blob"));
        done(std::string(size_max, static_cast<char>('a' + giving_.asked % 26)));
    }

private:
    Giving& giving_;
};

}  // namespace

TEST_CASE("a streamed body is handed over as it comes in, and may be of any length") {
    NativeWorld world;
    Taken taken;
    take_all(world, taken);
    HttpClient client(world);
    const std::string body(5'000'000, 'x');  // above what is gathered
    CHECK(client.put(with_length(body.size()) + body.substr(0, 3'000'000)) > 3'000'000);
    CHECK(taken.bytes.size() == 3'000'000);
    CHECK_FALSE(taken.whole);
    CHECK(client.take().empty());
    CHECK(client.put(body.substr(3'000'000)) == 2'000'000);
    CHECK(taken.whole);
    CHECK(taken.bytes == body);
    CHECK(client.take().ends_with("\r\n\r\n5000000"));
    CHECK_FALSE(client.closing());
    taken.exchange.reset();
    CHECK(taken.gone);
}

TEST_CASE("a streamed body may come in chunks, with the next request behind it") {
    NativeWorld world;
    Taken taken;
    take_all(world, taken);
    HttpClient client(world);
    client.put(std::string(head) +
               "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
               "GET /ws HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(taken.bytes == "hello world");
    const std::string answers = client.take();
    CHECK(answers.find("\r\n\r\n11HTTP/1.1 426 ") != std::string::npos);
    taken.bytes.clear();
    client.put(std::string(head) + "Content-Length: 0\r\n\r\n");
    CHECK(client.take().ends_with("\r\n\r\n0"));
    client.put(std::string(head) + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
    CHECK(client.take().starts_with("HTTP/1.1 400 "));
    CHECK(client.closing());
}

TEST_CASE("the body waits where the route says so, and comes on") {
    NativeWorld world;
    Taken taken;
    take_all(world, taken);
    HttpClient client(world);
    client.put(with_length(8'000'000));
    REQUIRE(taken.exchange);
    taken.exchange->pause_body();
    const std::string body(8'000'000, 'y');
    const std::size_t went = client.put(body);
    CHECK(went < 4'000'000);  // what the kernel holds between the two
    CHECK(taken.bytes.size() <= Loop::read_bytes);
    taken.exchange->resume_body();
    client.put(std::string_view(body).substr(went));
    CHECK(taken.bytes.size() == body.size());
    CHECK(client.take().ends_with("8000000"));
}

TEST_CASE("who waits for 100 Continue gets it when the body is wanted, and not before") {
    NativeWorld world;
    Taken taken;
    bool refuses = false;
    ExchangePtr undecided;
    world.add_route(
        "POST", "/up",
        [&](const ExchangePtr& exchange) {
            if (refuses) return exchange->respond_error(Error{ErrorCode::too_large, "body"});
            undecided = exchange;
        },
        BodyRule::streamed);
    const std::string expecting = std::string(head) + "Expect: 100-continue\r\n";
    {
        HttpClient client(world);
        client.put(expecting + "Content-Length: 3\r\n\r\n");
        CHECK(client.take().empty());
        taken.exchange = undecided;
        undecided->take_body(std::make_shared<TakingSink>(taken));
        CHECK(client.take() == "HTTP/1.1 100 Continue\r\n\r\n");
        client.put("abc");
        CHECK(taken.bytes == "abc");
        CHECK(client.take().starts_with("HTTP/1.1 200 OK\r\n"));
    }
    refuses = true;
    HttpClient client(world);
    client.put(expecting + "Content-Length: 99999999999\r\n\r\n");
    CHECK(client.take().starts_with("HTTP/1.1 413 Content Too Large\r\n"));
    CHECK(client.closing());
}

TEST_CASE("what came in before the route has decided is not lost") {
    NativeWorld world;
    Taken taken;
    world.add_route(
        "POST", "/up", [&](const ExchangePtr& exchange) { taken.exchange = exchange; },
        BodyRule::streamed);
    HttpClient client(world);
    const std::string body(1'000'000, 'z');
    const std::size_t went = client.put(with_length(body.size()) + body);
    CHECK(went < 1'000'000);  // it is not read on and on for nothing
    taken.exchange->take_body(std::make_shared<TakingSink>(taken));
    world.settle();
    const std::string all = with_length(body.size()) + body;
    client.put(std::string_view(all).substr(went));
    CHECK(taken.bytes == body);
    CHECK(taken.whole);
}

TEST_CASE("a client that goes in the middle takes its body with it") {
    NativeWorld world;
    Taken taken;
    take_all(world, taken);
    HttpClient client(world);
    client.put(with_length(100) + "abc");
    CHECK(taken.bytes == "abc");
    CHECK_FALSE(taken.gone);
    client.go_away();
    CHECK(taken.gone);
    CHECK_FALSE(taken.whole);
}

TEST_CASE("an answer in the middle of a body ends the connection") {
    NativeWorld world;
    Taken taken;
    take_all(world, taken);
    HttpClient client(world);
    client.put(with_length(1'000) + "abc");
    taken.exchange->respond_error(Error{ErrorCode::unsupported_type, "contentType"});
    taken.exchange.reset();
    CHECK(taken.gone);
    CHECK(client.take().starts_with("HTTP/1.1 415 Unsupported Media Type\r\n"));
    CHECK(client.closing());
}

TEST_CASE("a body that stands still, or only drips, is ended; one that is waited with is not") {
    NativeWorld world;
    const auto seconds = [](HttpClient& client, int count) {
        for (int i = 0; i < count; ++i) client.let_pass(1s);
    };
    Taken taken;
    take_all(world, taken);
    {
        HttpClient client(world);
        client.put(with_length(1'000) + "abc");
        seconds(client, 29);
        CHECK(client.take().empty());
        seconds(client, 5);
        CHECK(client.take().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
        CHECK(client.closing());
    }
    {
        HttpClient client(world);
        client.put(with_length(1'000));
        for (int i = 0; i < 40 && !client.closing(); ++i) {
            client.put("x");
            seconds(client, 1);
        }
        CHECK(client.closing());
    }
    HttpClient client(world);
    client.put(with_length(1'000) + "abc");
    taken.exchange->pause_body();
    seconds(client, 600);
    CHECK_FALSE(client.closing());
    taken.exchange->resume_body();
    seconds(client, 20);
    CHECK_FALSE(client.closing());
}

TEST_CASE("a body that is refused is answered once, and its handler is not heard") {
    NativeWorld world;
    // The sink alone holds the request, as an upload's does, so both end together.
    world.add_route(
        "POST", "/up",
        [](const ExchangePtr& exchange) {
            exchange->take_body(std::make_shared<HoldingSink>(exchange));
        },
        BodyRule::streamed);
    const auto answers_in = [](const std::string& bytes) {
        int answers = 0;
        for (auto at = bytes.find("HTTP/1.1 "); at != bytes.npos;
             at = bytes.find("HTTP/1.1 ", at + 1))
            ++answers;
        return answers;
    };
    const std::string chunked = std::string(head) + "Transfer-Encoding: chunked\r\n\r\n";
    {
        HttpClient client(world);
        client.put(chunked + "5\r\nhello\r\nzz\r\n");
        const std::string came = client.take();
        CHECK(came.starts_with("HTTP/1.1 400 Bad Request\r\n"));
        CHECK(came.find("Connection: close\r\n") != came.npos);
        CHECK(answers_in(came) == 1);
        CHECK(client.closing());
    }
    {
        HttpClient client(world);
        client.put(chunked + "FFFFFFFFFFFFFFFF\r\n");
        const std::string came = client.take();
        CHECK(came.starts_with("HTTP/1.1 413 "));
        CHECK(came.find("\"too_large\"") != came.npos);
        CHECK(answers_in(came) == 1);
    }
    {
        HttpClient client(world);
        client.put(with_length(1'000) + "abc");
        for (int i = 0; i < 40 && !client.closing(); ++i) client.let_pass(1s);
        const std::string came = client.take();
        CHECK(came.starts_with("HTTP/1.1 408 Request Timeout\r\n"));
        CHECK(answers_in(came) == 1);
    }
    CHECK(world.log().empty());  // none of it is a failure of ours
}

TEST_CASE("an answer is given no faster than it is read") {
    NativeWorld world;
    Giving giving;
    constexpr std::int64_t length = 20'000'000;
    world.add_route("GET", "/down", [&](const ExchangePtr& exchange) {
        exchange->respond_streamed(Response{}, {length, std::make_unique<GivingSource>(giving)});
    });
    HttpClient client(world);
    client.put("GET /down HTTP/1.1\r\nHost: h\r\n\r\nGET /ws HTTP/1.1\r\nHost: h\r\n\r\n");
    const int before = giving.asked;
    CHECK(giving.asked_for <= 256 * 1024);
    CHECK(before * 256 * 1024 < 3'000'000);  // two pieces, and what the kernel holds
    std::size_t got = 0;
    std::string some = client.take_some(100'000);
    CHECK(some.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(some.find("Content-Length: 20000000\r\n") != std::string::npos);
    got = some.size() - some.find("\r\n\r\n") - 4;
    std::string tail;
    while (got < static_cast<std::size_t>(length)) {
        some = client.take_some(200'000);
        if (some.empty()) break;
        got += some.size();
        if (got > static_cast<std::size_t>(length)) {
            tail = some.substr(some.size() - (got - static_cast<std::size_t>(length)));
            got = static_cast<std::size_t>(length);
        }
    }
    CHECK(got == static_cast<std::size_t>(length));
    tail += client.take();
    CHECK(tail.starts_with("HTTP/1.1 426 "));  // the request behind it had to wait
}

TEST_CASE("HEAD asks for nothing, and what fails in the middle is cut off") {
    NativeWorld world;
    Giving giving;
    world.add_route("GET", "/down", [&](const ExchangePtr& exchange) {
        exchange->respond_streamed(Response{}, {5'000'000, std::make_unique<GivingSource>(giving)});
    });
    HttpClient client(world);
    client.put("HEAD /down HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string answer = client.take();
    CHECK(answer.find("Content-Length: 5000000\r\n") != std::string::npos);
    CHECK(answer.ends_with("\r\n\r\n"));
    CHECK(giving.asked == 0);
    CHECK_FALSE(client.closing());
    client.put("GET /down HTTP/1.1\r\nHost: h\r\n\r\n");
    giving.fails = true;
    while (!client.take_some(1'000'000).empty()) {
    }
    CHECK(client.closing());
}

TEST_CASE("a reader that takes nothing more is let go of") {
    NativeWorld world;
    Giving giving;
    world.add_route("GET", "/down", [&](const ExchangePtr& exchange) {
        exchange->respond_streamed(Response{},
                                   {50'000'000, std::make_unique<GivingSource>(giving)});
    });
    HttpClient client(world);
    client.put("GET /down HTTP/1.1\r\nHost: h\r\n\r\n");
    client.let_pass(60s);
    CHECK_FALSE(client.closing());
    client.take_some(1'000'000);
    client.let_pass(60s);
    CHECK_FALSE(client.closing());
    client.let_pass(60s);
    CHECK(client.closing());
}

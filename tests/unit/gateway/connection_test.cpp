// What one connection holds for a client that does not read, and what it still tells it.

#include <string>

#include "gateway/websocket/client_frames.h"
#include "http_client.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t bound = 1 << 20;

/// A connection by itself, whose peer reads when the test does.
class Line {
public:
    explicit Line(NativeWorld& world) : world_(world) {
        int ends[2] = {-1, -1};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        socket_ = ends[0];
        connection_ = std::make_shared<Connection>(world.loop(), ends[1], bound);
        handler_ = std::make_shared<Counting>();
        connection_->start(handler_);
    }
    ~Line() {
        connection_->close_now();
        ::close(socket_);
        world_.settle();
    }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    Connection& operator*() { return *connection_; }
    Connection* operator->() { return connection_.get(); }
    int overflows() {
        world_.settle();
        return handler_->overflows;
    }
    std::string read_some(std::size_t bytes) {
        std::string some(bytes, '\0');
        const ssize_t got = ::recv(socket_, some.data(), some.size(), 0);
        some.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        world_.settle();
        return some;
    }
    /// Reads until nothing more comes.
    std::string read_all() {
        std::string all;
        char buffer[64 * 1024];
        for (int idle = 0; idle < 2;) {
            const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
            idle = got > 0 ? 0 : idle + 1;
            if (got > 0) all.append(buffer, static_cast<std::size_t>(got));
            world_.settle();
        }
        return all;
    }

private:
    struct Counting final : Connection::Handler {
        void received(std::span<char>) override {}
        void second_passed(SteadyTime) override {}
        void overflowed() override { ++overflows; }
        void leaving() override {}
        void closed() override {}
        int overflows = 0;
    };

    NativeWorld& world_;
    int socket_ = -1;
    std::shared_ptr<Connection> connection_;  // the loop's too
    std::shared_ptr<Counting> handler_;
};

}  // namespace

TEST_CASE("a burst that the client takes is no overflow, and does not pile up") {
    NativeWorld world;
    Line line(world);
    std::size_t sent = 0;
    std::size_t came = 0;
    for (int i = 0; i < 40; ++i) {
        for (int k = 0; k < 12; ++k) {
            line->send(std::string(100'000, 'x'));
            sent += 100'000;
            CHECK(line->queued_bytes() <= bound);
        }
        came += line.read_all().size();
    }
    line->flush();
    came += line.read_all().size();
    CHECK(came == sent);
    CHECK(line.overflows() == 0);
}

TEST_CASE("one large answer goes out whole, though it is more than may wait") {
    NativeWorld world;
    Line line(world);
    line->send(std::string(5 * bound, 'x'));
    line->flush();
    CHECK(line.read_all().size() == 5 * bound);
    auto head = std::make_shared<const std::string>("head");
    auto body = std::make_shared<const std::string>(std::string(3 * bound, 'y'));
    auto tail = std::make_shared<const std::string>("tail");
    line->send_together({head, body, tail});
    line->flush();
    const std::string all = line.read_all();
    CHECK(all.size() == 3 * bound + 8);
    CHECK(all.ends_with("ytail"));
    CHECK(line.overflows() == 0);
}

TEST_CASE("what is sent to a client that does not read is dropped, but for a last word") {
    NativeWorld world;
    Line line(world);
    for (int i = 0; i < 1'000; ++i) {
        line->send(std::string(100'000, static_cast<char>('a' + i % 26)));
        if (i % 7 == 0) line->flush();
    }
    CHECK(line->queued_bytes() < bound + 200'000);
    CHECK(line.overflows() == 1);
    line->send("lost");
    line->drop_queue();
    line->send("the last word");
    line->close_after_flush();
    const std::string all = line.read_all();
    CHECK(all.ends_with("the last word"));
    CHECK(all.find("lost") == std::string::npos);
    // What came is what was sent, from its beginning, without a hole before the last word.
    for (std::size_t i = 0; i + 100'000 < all.size(); i += 100'000)
        CHECK(all[i] == static_cast<char>('a' + i / 100'000 % 26));
}

TEST_CASE("very small pieces count for what they cost") {
    NativeWorld world;
    Line line(world);
    for (int i = 0; i < 300'000; ++i) {
        line->send("ab");
        if (i % 64 == 0) line->flush();
    }
    CHECK(line->queued_bytes() < bound / 16);
    CHECK(line.overflows() == 1);
}

TEST_CASE("a reader that is always a little behind gets everything in its order") {
    NativeWorld world;
    Line line(world);
    std::string sent;
    std::string came;
    for (int i = 0; i < 3'000; ++i) {
        const std::string piece = std::to_string(i) + std::string(2'000, ',');
        line->send(piece);
        line->flush();
        sent += piece;
        if (line->queued_bytes() > 100'000) came += line.read_some(2'000 * 4);
    }
    came += line.read_all();
    CHECK(came == sent);
    CHECK(line.overflows() == 0);
}

TEST_CASE("who asks on without reading the answers is not asked for more until they are read") {
    NativeWorld world;
    int asked = 0;
    const auto body = std::make_shared<const std::string>(std::string(700'000, 'x'));
    world.add_route("GET", "/file", [&](const ExchangePtr& exchange) {
        ++asked;
        Response response;
        response.headers.add("X-Number", std::to_string(asked));
        if (asked % 2 == 0) {
            response.shared_body = body;
        } else {
            response.body = *body;
        }
        exchange->respond(std::move(response));
    });
    std::string requests;
    for (int i = 0; i < 200; ++i) requests += "GET /file HTTP/1.1\r\nHost: h\r\n\r\n";
    HttpClient client(world);
    client.put(requests);
    CHECK(asked == 1);
    client.put(requests);
    CHECK(asked == 1);
    std::size_t came = 0;
    std::string last;
    for (int idle = 0; idle < 3;) {
        std::string some = client.take_some(256 * 1024);
        idle = some.empty() ? idle + 1 : 0;
        came += some.size();
        last = some.empty() ? last : std::move(some);
    }
    CHECK(asked == 400);
    CHECK(came > std::size_t{400} * 700'000);
    CHECK(last.ends_with("xxx"));
    CHECK_FALSE(client.closing());
    // Small answers are not held back: many go out at once.
    world.add_route("GET", "/small",
                    [&](const ExchangePtr& exchange) { exchange->respond(Response{}); });
    std::string small;
    for (int i = 0; i < 50; ++i) small += "GET /small HTTP/1.1\r\nHost: h\r\n\r\n";
    const std::string answers = client.ask(small);
    std::size_t answered = 0;
    for (std::size_t at = 0; (at = answers.find("HTTP/1.1 200", at)) != std::string::npos; ++at)
        ++answered;
    CHECK(answered == 50);
}

TEST_CASE("who asks on and never reads is closed in time, and reading a little keeps it open") {
    NativeWorld world;
    world.add_route("GET", "/file", [](const ExchangePtr& exchange) {
        Response response;
        response.body = std::string(2'000'000, 'x');
        exchange->respond(std::move(response));
    });
    const std::string twice =
        "GET /file HTTP/1.1\r\nHost: h\r\n\r\nGET /file HTTP/1.1\r\nHost: h\r\n\r\n";
    HttpClient slow(world);
    slow.put(twice);
    HttpClient silent(world);
    silent.put(twice);
    for (int i = 0; i < 4; ++i) {
        slow.take_some(300 * 1024);
        slow.let_pass(40s);
    }
    CHECK_FALSE(slow.closing());
    silent.let_pass(1s);
    CHECK(silent.closing());
}

TEST_CASE("an answer of shared bytes has the head of any other") {
    NativeWorld world;
    world.add_route("GET", "/shared", [](const ExchangePtr& exchange) {
        Response response;
        response.status = exchange->request.query("status") ? 304 : 200;
        response.shared_body = std::make_shared<const std::string>("bytes");
        exchange->respond(std::move(response));
    });
    HttpClient client(world);
    const std::string got = client.ask("GET /shared HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(got.find("Content-Length: 5\r\n") != std::string::npos);
    CHECK(got.ends_with("\r\n\r\nbytes"));
    const std::string headed = client.ask("HEAD /shared HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(headed.find("Content-Length: 5\r\n") != std::string::npos);
    CHECK(headed.ends_with("\r\n\r\n"));
    const std::string same = client.ask("GET /shared?status=304 HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(same.find("Content-Length") == std::string::npos);
    CHECK(same.ends_with("\r\n\r\n"));
}

TEST_CASE("a message has an end in time, or its WebSocket has") {
    NativeWorld world;
    world.shared().options.message_max = 10s;
    const auto handshake =
        "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Protocol: chat.v1\r\n\r\n";
    const auto frame = [](Opcode opcode, std::string_view text, bool fin) {
        std::string bytes;
        append_client_frame(bytes,
                            {.opcode = opcode, .payload = text, .key = {1, 2, 3, 4}, .fin = fin});
        return bytes;
    };
    const auto seconds = [&](HttpClient& client, int count) {
        for (int i = 0; i < count; ++i) client.let_pass(1s);
        return client.take();
    };
    const std::string hello = R"({"type":"hello","token":"ari"})";
    const std::string no_end =
        "\x03\xf0"
        "a message has no end";
    HttpClient fragments(world);
    fragments.put(handshake);
    fragments.put(frame(Opcode::text, hello, true));
    CHECK(fragments.take().find("101 Switching") != std::string::npos);
    fragments.put(frame(Opcode::text, R"({"id":)", false));
    CHECK(seconds(fragments, 6).empty());
    fragments.put(frame(Opcode::ping, "still here", true));
    fragments.put(frame(Opcode::continuation, "1", false));
    CHECK(seconds(fragments, 4).find(no_end) == std::string::npos);
    CHECK(seconds(fragments, 1).find(no_end) != std::string::npos);
    // Half a frame is half a message.
    HttpClient half(world);
    half.put(handshake);
    half.put(frame(Opcode::text, hello, true));
    half.put(frame(Opcode::text, hello, true).substr(0, 8));
    half.take();
    CHECK(seconds(half, 11).find(no_end) != std::string::npos);
    // One that ends in time leaves the next its own time.
    HttpClient steady(world);
    steady.put(handshake);
    steady.put(frame(Opcode::text, hello, true));
    const std::string ping = frame(Opcode::text, R"({"id":1,"type":"ping"})", true);
    steady.put(ping.substr(0, 9));
    for (int i = 0; i < 4; ++i) {
        CHECK(seconds(steady, 9).find(no_end) == std::string::npos);
        steady.put(ping.substr(9) + ping.substr(0, 9));
    }
    CHECK_FALSE(steady.closing());
}

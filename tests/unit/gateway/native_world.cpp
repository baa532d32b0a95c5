#include "native_world.h"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/link/choice.h"

namespace chatcore::gateway::test {

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "the native world needs %s\n", what);
    std::abort();
}

class NoHasher final : public PasswordHasher {
public:
    Result<std::string> hash(std::string_view) override { return std::string("hashed"); }
    bool verify(std::string_view, std::string_view) override { return false; }
};

class NoDigest final : public Digest {
public:
    std::string digest(std::string_view bytes) override { return std::string(bytes); }
};

/// A token is a name, or one that was signed: `1|family|seconds`, for the person and until then.
class Names final : public TokenSigner {
public:
    std::string sign(const AccessClaims& claims) override {
        return fmt::format("{}|{}|{}", claims.user.value, claims.family,
                           claims.expires_at.time_since_epoch() / std::chrono::seconds{1});
    }
    Result<AccessClaims> verify(std::string_view token, Timestamp now) override {
        if (const std::size_t bar = token.find('|'); bar != std::string_view::npos) {
            const std::size_t last = token.rfind('|');
            const Timestamp end{
                std::chrono::seconds{std::atoll(std::string(token.substr(last + 1)).c_str())}};
            if (now >= end) return unexpected(ErrorCode::token_expired);
            return AccessClaims{
                .user = UserId{std::atoll(std::string(token.substr(0, bar)).c_str())},
                .role = UserRole::user,
                .family = std::string(token.substr(bar + 1, last - bar - 1)),
                .issued_at = {},
                .expires_at = end};
        }
        const std::string_view names[] = {"ari", "bora", "cheol"};
        for (std::int64_t i = 0; i < 3; ++i) {
            if (names[i] != token) continue;
            return AccessClaims{.user = UserId{i + 1},
                                .role = UserRole::user,
                                .family = {},
                                .issued_at = now,
                                .expires_at = now + std::chrono::hours{1}};
        }
        if (token == "nobody") {
            return AccessClaims{.user = UserId{999},
                                .role = UserRole::user,
                                .family = {},
                                .issued_at = now,
                                .expires_at = now + std::chrono::hours{1}};
        }
        if (token == "expired") return unexpected(ErrorCode::token_expired);
        return unexpected(ErrorCode::unauthenticated);
    }
};

}  // namespace

class NativeWorld::Log final : public Telemetry {
public:
    explicit Log(std::vector<Logged>& log) : log_(log) {}
    void add(Counter, std::int64_t) override {}
    void observe(Stage, std::chrono::nanoseconds) override {}
    void log(const LogRecord& record) override {
        log_.push_back({record.level, record.security, std::string(record.text), record.user,
                        std::string(record.request)});
    }

private:
    std::vector<Logged>& log_;
};

NativeClient::NativeClient(NativeWorld& world, ServerLimits& limits, std::string_view subprotocol)
    : NativeClient(world, limits, [&](WebSocketSession& socket) {
          return make_door(world.shared(), socket, subprotocol, "");
      }) {}

NativeClient::NativeClient(NativeWorld& world, ServerLimits& limits, const SocketPlace& place,
                           const Request& request)
    : NativeClient(world, limits, [&](WebSocketSession& socket) {
          return place.open(world.shared(), socket, {}, request);
      }) {}

NativeClient::NativeClient(NativeWorld& world, ServerLimits& limits, const Opener& open)
    : world_(world) {
    int ends[2] = {-1, -1};
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0,
            "a pair of sockets");
    socket_ = ends[0];
    ServerShared& shared = world.shared();
    ++shared.connections;
    connection_ = std::make_shared<Connection>(world.loop(), ends[1], limits.outbound_bytes_max);
    session_ = std::make_shared<WebSocketSession>(shared, *connection_, std::nullopt);
    session_->open(open(*session_));
    connection_->start(session_);
    world_.clients_.push_back(this);
}

NativeClient::~NativeClient() {
    std::erase(world_.clients_, this);
    connection_->close_now();
    ::close(socket_);
    world_.settle();
}

void NativeClient::send(std::string_view text) {
    put(text);
    world_.settle();
}

void NativeClient::send_together(std::span<const std::string> texts) {
    for (const std::string& text : texts) put(text);
    world_.settle();
}

void NativeClient::be_turned_away() {
    session_->turn_away();
    world_.settle();
}

void NativeClient::put(std::string_view text) {
    std::string frame;
    append_client_frame(frame, ClientFrame{.payload = text, .key = {1, 2, 3, 4}});
    // As the loop reads: into a buffer with room behind what was read.
    std::vector<char> buffer(frame.begin(), frame.end());
    buffer.resize(frame.size() + payload_slack_bytes);
    session_->received({buffer.data(), frame.size()});
}

bool NativeClient::drain() {
    char buffer[16 * 1024];
    const std::size_t before = unread_.size();
    for (ssize_t got = 0; (got = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;) {
        unread_.append(buffer, static_cast<std::size_t>(got));
    }
    return unread_.size() > before;
}

std::vector<std::string> NativeClient::take() {
    std::string_view rest = unread_;
    ServerFrame frame;
    while (take_server_frame(rest, frame) == ServerFrameStatus::frame) {
        if (frame.opcode == Opcode::text) texts_.emplace_back(frame.payload);
        if (frame.opcode == Opcode::close && frame.payload.size() >= 2) {
            close_code_ = static_cast<unsigned char>(frame.payload[0]) << 8 |
                          static_cast<unsigned char>(frame.payload[1]);
            close_reason_ = frame.payload.substr(2);
        }
    }
    unread_.erase(0, unread_.size() - rest.size());
    return std::exchange(texts_, {});
}

std::vector<std::string> NativeClient::ask(std::string_view text) {
    send(text);
    return take();
}

NativeWorld::NativeWorld(Limits limits, bool broadcast)
    : NativeWorld(make_ground(), limits, broadcast) {}

NativeWorld::NativeWorld(NativeWorld& first, bool is_deaf)
    : NativeWorld(first.ground_, Limits{}, false, is_deaf) {}

NativeWorld::NativeWorld(std::shared_ptr<Ground> ground, const Limits& limits, bool broadcast,
                         bool is_deaf)
    : ground_(std::move(ground)),
      engine_(make_engine(limits, is_deaf)),
      shared_(new ServerShared{.engine = *engine_,
                               .options = options(broadcast),
                               .router = {},
                               .legacy = LegacyForm(*engine_),
                               .admission = Admission(*engine_, routes_, ""),
                               .instance = "node"}) {
    shared_->loops.push_back(&loop_);
    shared_->places.sockets.push_back(chat_place());
    ground_->nodes.push_back(this);
}

NativeWorld::~NativeWorld() {
    require(clients_.empty(), "its clients to go first");
    std::erase(ground_->nodes, this);
    // As a server's end does.
    loop_.sessions.for_each([](CarriedSession& session) { session.closed(); });
    loop_.sessions = {};
    // What connections left behind on the loop refers to them, and they to what goes now.
    loop_.io.restart();
    loop_.io.poll();
}

ServerOptions NativeWorld::options(bool broadcast) {
    ServerOptions options;
    options.broadcast = broadcast;
    return options;
}

std::shared_ptr<NativeWorld::Ground> NativeWorld::make_ground() {
    auto ground = std::make_shared<Ground>();
    auto store = MemoryStoreFactory(ground->database).open();
    for (const char* name : {"Ari", "Bora", "Cheol"}) {
        Account account;
        account.profile.nickname = name;
        account.email = std::string(name) + "@example.org";
        account.created_at = ground->clock->now();
        require((*store)->people().create(account).has_value(), "people");
    }
    return ground;
}

std::unique_ptr<Engine> NativeWorld::make_engine(const Limits& limits, bool is_deaf) {
    testing::Scheduler& scheduler = ground_->scheduler;
    const auto executors = [&](const char* name) {
        std::vector<std::unique_ptr<Executor>> made;
        made.push_back(scheduler.make_executor(name));
        return made;
    };
    EngineParts parts;
    parts.store = std::make_unique<MemoryStoreFactory>(ground_->database);
    parts.bus =
        is_deaf ? std::make_unique<MemoryBus>() : std::make_unique<MemoryBus>(ground_->network);
    parts.cache = std::make_unique<MemoryCache>(ground_->cache);
    parts.clock = scheduler.make_clock();
    parts.random = scheduler.make_random();
    parts.telemetry = std::make_unique<Log>(log_);
    parts.hasher = std::make_unique<NoHasher>();
    parts.signer = std::make_unique<Names>();
    parts.digest = std::make_unique<NoDigest>();
    parts.hashers = executors("hash");
    parts.shards = executors("shard");
    parts.writers = executors("write");
    parts.readers = executors("read");
    parts.background = std::move(executors("background").front());
    EngineOptions chosen;
    chosen.limits = limits;
    Result<std::unique_ptr<Engine>> engine = Engine::start(std::move(parts), chosen);
    require(engine.has_value(), "an engine");
    return std::move(*engine);
}

std::unique_ptr<NativeClient> NativeWorld::connect(std::string_view subprotocol) {
    return std::make_unique<NativeClient>(*this, shared_->options, subprotocol);
}

std::unique_ptr<NativeClient> NativeWorld::come_to(const SocketPlace& place,
                                                   std::string_view head) {
    RequestParser parser;
    require(parser.feed(head).state == ParseState::complete, "a whole request");
    const Request request = parser.take_request();
    require(place.is_at(request), "a request for that place");
    auto client = std::make_unique<NativeClient>(*this, shared_->options, place, request);
    settle();
    return client;
}

std::unique_ptr<NativeClient> NativeWorld::connect_as(std::string_view token) {
    auto client = connect();
    client->ask(R"({"id":0,"type":"hello","token":")" + std::string(token) + R"("})");
    return client;
}

void NativeWorld::settle() {
    for (bool more = true; more;) {
        ground_->scheduler.settle();
        more = false;
        for (NativeWorld* const node : ground_->nodes) more = node->poll() || more;
    }
}

bool NativeWorld::poll() {
    loop_.io.restart();
    bool more = loop_.io.poll() > 0;
    for (NativeClient* const client : clients_) more = client->drain() || more;
    return more;
}

void NativeWorld::let_seconds_pass(int seconds) {
    for (int i = 0; i < seconds; ++i) {
        pass(std::chrono::seconds{1});
        loop_.now += std::chrono::seconds{1};
        for (const auto& connection : loop_.connections.all()) connection->second_passed();
        loop_.sessions.for_each([&](CarriedSession& session) { session.second_passed(loop_.now); });
        settle();
    }
}

void NativeWorld::pass(std::chrono::milliseconds time) {
    ground_->scheduler.run_for(time);
    settle();
}

}  // namespace chatcore::gateway::test

// Engine.IO and Socket.IO as the protocols' own test suites want a server: it gives back what it is
// sent, in the namespaces `/` and `/custom`, and pings often. What carries that is the gateway's.
// SockJS as its suite wants it is beside it (sockjs_echo.h).
// Listens on 127.0.0.1 at the port of its argument (0: a free one), prints it, and serves until it
// is ended.

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <asio/post.hpp>

#include "chatcore/adapters/gateway.h"
#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/memory_cache.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/adapters/system_clock.h"
#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"

#include "gateway/engineio/place.h"
#include "gateway/net/connection.h"
#include "gateway/socketio/session.h"
#include "sockjs_echo.h"

namespace chatcore::gateway {

namespace {

using namespace std::chrono_literals;
using engineio::EngineSession;
using socketio::PacketType;

/// `message` comes back as `message-back`, `message-with-ack` as its acknowledgement, and what the
/// client has shown when it connected as `auth`.
class EchoSpace final : public socketio::Space {
public:
    EchoSpace(socketio::SocketIoSession& session, std::string_view name)
        : session_(session), name_(name) {}

    void connect(std::string_view auth) override {
        const std::string json = R"({"sid":")" + engineio::draw_sid() + R"("})";
        session_.send_packet({.type = PacketType::connect, .space = name_, .json = json});
        session_.link().flush();
        shown_ = R"(["auth",)" + std::string(auth.empty() ? "{}" : auth) + "]";
        connected_at_ = session_.link().loop().now;
    }

    /// Not with the packet before: the suite listens for one message at a time.
    void second_passed(SteadyTime now) override {
        if (shown_.empty() || now - connected_at_ < 5ms) return;
        const std::string event = std::exchange(shown_, {});
        session_.send_packet({.type = PacketType::event, .space = name_, .json = event});
        session_.link().flush();
    }

    void event(const socketio::ClientEvent& event) override {
        std::string_view name;
        if (event.arguments.at(0).get(name) != simdjson::SUCCESS) return;
        const bool bytes = !event.attachments.empty();
        // As it was sent behind the name: `,1,"2"]`.
        const std::string_view rest = event.json.substr(event.json.find(name) + name.size() + 1);
        if (name == "message") {
            send(bytes ? PacketType::binary_event : PacketType::event, {},
                 R"(["message-back")" + std::string(rest), event.attachments);
        } else if (name == "message-with-ack" && !event.id.empty()) {
            send(bytes ? PacketType::binary_ack : PacketType::ack, event.id,
                 "[" + std::string(rest.substr(1)), event.attachments);
        }
    }

    bool is_let_in() const override { return true; }
    void closed() override {}

private:
    void send(PacketType type, std::string_view id, const std::string& json,
              std::span<const std::string> attachments) {
        session_.send_packet({.type = type,
                              .attachments = static_cast<int>(attachments.size()),
                              .space = name_,
                              .id = id,
                              .json = json});
        for (const std::string& each : attachments) session_.link().send_binary(each);
    }

    socketio::SocketIoSession& session_;
    const std::string_view name_;
    std::string shown_;  ///< not told yet
    SteadyTime connected_at_;
};

template <const char* name>
std::unique_ptr<socketio::Space> make_echo(ServerShared&, socketio::SocketIoSession& session) {
    return std::make_unique<EchoSpace>(session, name);
}

constexpr char main_space[] = "/";
constexpr char custom_space[] = "/custom";
constexpr std::array<socketio::SpaceKind, 2> echo_kinds = {
    {{main_space, make_echo<main_space>}, {custom_space, make_echo<custom_space>}}};

std::unique_ptr<engineio::EngineDoor> make_echo_socketio(ServerShared& shared,
                                                         EngineSession& session, const Request&) {
    return std::make_unique<socketio::SocketIoSession>(shared, session, echo_kinds, "");
}

/// Engine.IO alone: each message comes back.
class EchoDoor final : public engineio::EngineDoor {
public:
    explicit EchoDoor(EngineSession& link) : link_(link) {}

    void text(std::string_view message) override {
        link_.send_message("4" + std::string(message));
        link_.flush();
    }
    bool binary(std::string_view message) override {
        link_.send_binary(message);
        link_.flush();
        return true;
    }
    void second_passed(SteadyTime) override {}
    void overflowed() override { link_.close(4008, "too slow"); }
    void leaving() override {}
    void turned_away() override {}
    void closed() override {}
    void reframed() override {}

private:
    EngineSession& link_;
};

std::unique_ptr<engineio::EngineDoor> make_echo_engineio(ServerShared&, EngineSession& session,
                                                         const Request&) {
    return std::make_unique<EchoDoor>(session);
}

struct SocketIoPlace {
    static constexpr const char* paths[] = {"/socket.io/"};
    static constexpr engineio::DoorMaker make = make_echo_socketio;
};

struct EngineIoPlace {
    static constexpr const char* paths[] = {"/engine.io/"};
    static constexpr engineio::DoorMaker make = make_echo_engineio;
};

void add_places(ServerShared& shared) {
    engineio::add_place<SocketIoPlace>(shared);
    engineio::add_place<EngineIoPlace>(shared);
    add_sockjs_echo(shared);
}

class NoSecrets final : public PasswordHasher, public TokenSigner, public Digest {
public:
    Result<std::string> hash(std::string_view) override { return std::string("none"); }
    bool verify(std::string_view, std::string_view) override { return false; }
    std::string sign(const AccessClaims&) override { return {}; }
    Result<AccessClaims> verify(std::string_view, Timestamp) override {
        return unexpected(ErrorCode::unauthenticated);
    }
    std::string digest(std::string_view bytes) override { return std::string(bytes); }
};

std::unique_ptr<Engine> start_engine(IoThreads& io, Clock& clock) {
    EngineParts parts;
    parts.store = std::make_unique<MemoryStoreFactory>();
    parts.bus = std::make_unique<MemoryBus>();
    parts.cache = std::make_unique<MemoryCache>(std::make_shared<MemoryCacheSpace>(clock));
    parts.clock = std::make_unique<SystemClock>();
    parts.random = std::make_unique<SystemRandom>();
    parts.hasher = std::make_unique<NoSecrets>();
    parts.signer = std::make_unique<NoSecrets>();
    parts.digest = std::make_unique<NoSecrets>();
    parts.shards = io.executors();
    parts.readers.push_back(std::make_unique<ThreadExecutor>("reader"));
    parts.writers.push_back(std::make_unique<ThreadExecutor>("writer"));
    parts.background = std::make_unique<ThreadExecutor>("background");
    parts.hashers.push_back(std::make_unique<ThreadExecutor>("hasher"));
    Result<std::unique_ptr<Engine>> engine = Engine::start(std::move(parts));
    if (!engine) std::abort();
    return std::move(*engine);
}

/// The suites' pings are closer together than the second that sessions are told of.
void tick(Loop& loop, asio::steady_timer& timer) {
    timer.expires_after(2ms);
    timer.async_wait([&](const std::error_code& error) {
        if (error) return;
        loop.now = std::chrono::steady_clock::now();
        loop.sessions.for_each([&](CarriedSession& session) { session.second_passed(loop.now); });
        tick(loop, timer);
    });
}

int serve(std::uint16_t port) {
    sigset_t ends{};
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    SystemClock clock;
    IoThreads io(2);
    const std::unique_ptr<Engine> engine = start_engine(io, clock);
    ServerOptions options;
    options.port = port;
    options.doors.socketio = false;
    options.engineio.ping_interval = 300ms;
    options.engineio.ping_timeout = 200ms;
    options.engineio.connect_timeout = 1'000ms;
    options.places = add_places;
    Server server(*engine, io, options);
    if (!server.listen()) return 1;
    std::vector<std::unique_ptr<asio::steady_timer>> timers;
    for (const auto& loop : io.body().loops) {
        timers.push_back(std::make_unique<asio::steady_timer>(loop->io));
        asio::post(loop->io, [&loop = *loop, &timer = *timers.back()] { tick(loop, timer); });
    }
    std::printf("listening on http://127.0.0.1:%d\n", server.port());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&ends, &signal);
    for (std::size_t i = 0; i < timers.size(); ++i) {
        asio::post(io.body().loops[i]->io, [&timer = *timers[i]] { timer.cancel(); });
    }
    server.close(1s);
    return 0;
}

}  // namespace

}  // namespace chatcore::gateway

int main(int argc, char** argv) {
    return chatcore::gateway::serve(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0));
}

// The program's own HTTP and WebSocket in front of a door that says back what it is told, for
// suites that expect an echo, as Autobahn's does:
//
//     websocket_echo [port] [threads]      port 0, which is the default, takes a free one
//
// It says where it listens, at `/` and `/echo`, and ends by SIGINT or SIGTERM. Everything up to the
// door is what chatd runs: threads, connections, HTTP, handshake, frames, compression. Limits are
// wider, since those suites send up to 16 MiB, and no pings come between what they send.

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chatcore/adapters/bcrypt_hasher.h"
#include "chatcore/adapters/gateway.h"
#include "chatcore/adapters/jwt_signer.h"
#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/memory_cache.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/adapters/sha256.h"
#include "chatcore/adapters/system_clock.h"
#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"

#include "gateway/link/places.h"
#include "gateway/websocket/session.h"

namespace {

using namespace chatcore;
using namespace chatcore::gateway;

constexpr std::size_t message_bytes_max = std::size_t{32} * 1024 * 1024;
constexpr std::size_t outbound_bytes_max = std::size_t{256} * 1024 * 1024;

class EchoDoor final : public MessageDoor {
public:
    explicit EchoDoor(WebSocketSession& socket) : socket_(socket) {}

    void text(std::string_view message) override { answer(Opcode::text, message); }
    bool binary(std::string_view message) override {
        answer(Opcode::binary, message);
        return true;
    }
    void second_passed(SteadyTime) override {}
    void overflowed() override { socket_.close(close_code::policy_violation, "too slow"); }
    void leaving() override { socket_.close(close_code::going_away, "server stops"); }
    void turned_away() override { socket_.close(close_code::policy_violation, "too many"); }
    void closed() override {}

private:
    void answer(Opcode opcode, std::string_view message) {
        std::string frame;
        append_websocket(frame, socket_.framing(), opcode, message);
        socket_.send(std::move(frame));
        socket_.flush();
    }

    WebSocketSession& socket_;
};

SocketPlace echo_place() {
    SocketPlace place;
    place.is_at = [](const Request& request) {
        return request.path() == "/" || request.path() == "/echo";
    };
    place.choose = [](const Handshake&) { return std::string_view(); };
    place.open = [](ServerShared&, WebSocketSession& socket, std::string_view,
                    const Request&) -> std::unique_ptr<MessageDoor> {
        return std::make_unique<EchoDoor>(socket);
    };
    return place;
}

Result<std::unique_ptr<Engine>> start_engine(IoThreads& io) {
    EngineParts parts;
    parts.store = std::make_unique<MemoryStoreFactory>();
    parts.bus = std::make_unique<MemoryBus>();
    static SystemClock clock;
    static SystemRandom random;
    auto signer = JwtSigner::create("the secret of an echo, which guards nothing", random);
    if (!signer) return unexpected(signer.error());
    parts.cache = std::make_unique<MemoryCache>(std::make_shared<MemoryCacheSpace>(clock));
    parts.clock = std::make_unique<SystemClock>();
    parts.random = std::make_unique<SystemRandom>();
    parts.hasher = std::make_unique<BcryptHasher>(random);
    parts.signer = std::move(*signer);
    parts.digest = std::make_unique<Sha256>();
    parts.shards = io.executors();
    parts.writers.push_back(std::make_unique<ThreadExecutor>("writer"));
    parts.readers.push_back(std::make_unique<ThreadExecutor>("reader"));
    parts.background = std::make_unique<ThreadExecutor>("background");
    parts.hashers.push_back(std::make_unique<ThreadExecutor>("hasher"));
    return Engine::start(std::move(parts), {});
}

/// A number of the command line; `otherwise` where there is none, nullopt where it is something
/// else.
std::optional<int> number(int count, char** arguments, int at, int otherwise, int greatest) {
    if (at >= count) return otherwise;
    const std::string_view text(arguments[at]);
    int value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc() && end == text.data() + text.size();
    return good && value >= 0 && value <= greatest ? std::optional(value) : std::nullopt;
}

int serve(int port, int threads) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    IoThreads io(threads);
    const auto engine = start_engine(io);
    if (!engine) return std::fprintf(stderr, "%s\n", engine.error().cause.c_str()), 1;
    ServerOptions options;
    options.port = static_cast<std::uint16_t>(port);
    options.message_bytes_max = message_bytes_max;
    options.outbound_bytes_max = outbound_bytes_max;
    options.heartbeat = std::chrono::hours{1};
    options.silence_max = std::chrono::hours{1};
    options.places = [](ServerShared& shared) { shared.places.sockets.push_back(echo_place()); };
    Server server(**engine, io, options);
    if (const Status status = server.listen(); !status)
        return std::fprintf(stderr, "%s\n", status.error().cause.c_str()), 1;
    std::printf("listening on ws://127.0.0.1:%d\n", static_cast<int>(server.port()));
    std::fflush(stdout);
    int signal = 0;
    ::sigwait(&ends, &signal);
    server.close(std::chrono::seconds{2});
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    const auto port = number(count, arguments, 1, 0, 65'535);
    const auto threads = number(count, arguments, 2, 1, 64);
    if (!port || !threads || *threads == 0 || count > 3)
        return std::fprintf(stderr, "websocket_echo [port] [threads]\n"), 2;
    return serve(*port, *threads);
}

#pragma once
// The native protocol over a real engine on memory adapters, in a world that stands still: one
// thread, a stopped clock, repeatable chance. Connections are socket pairs whose other end is the
// test's, so everything from WebSocket frame to WebSocket frame is the program's own, and the same
// requests get the same bytes each time. Misuse ends the program. Threads: one.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/memory_cache.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/engine.h"
#include "chatcore/testing.h"

#include "gateway/http/session.h"
#include "gateway/link/places.h"
#include "gateway/net/loop.h"
#include "gateway/websocket/client_frames.h"
#include "gateway/websocket/session.h"

namespace chatcore::gateway::test {

/// What was logged, in a row.
struct Logged {
    LogLevel level;
    bool security;
    std::string text;
    UserId user;
    std::string request;
};

class NativeWorld;

/// One client. Closed when it goes.
class NativeClient {
public:
    NativeClient(NativeWorld& world, ServerLimits& limits, std::string_view subprotocol);
    /// Comes to another place than that of chats.
    NativeClient(NativeWorld& world, ServerLimits& limits, const SocketPlace& place,
                 const Request& request);
    ~NativeClient();
    NativeClient(const NativeClient&) = delete;
    NativeClient& operator=(const NativeClient&) = delete;

    /// Sends one text message and lets the world settle.
    void send(std::string_view text);
    /// Sends several before the server takes a breath.
    void send_together(std::span<const std::string> texts);
    /// Lets the server find that there are too many connections.
    void be_turned_away();
    /// The texts that came since the last call, in their order.
    std::vector<std::string> take();
    /// `send`, and what came of it.
    std::vector<std::string> ask(std::string_view text);
    /// Takes in what the server has sent; true where there was anything.
    bool drain();

    /// The close frame's code; 0: none came.
    int close_code() const { return close_code_; }
    const std::string& close_reason() const { return close_reason_; }

private:
    using Opener = std::function<std::unique_ptr<MessageDoor>(WebSocketSession&)>;
    NativeClient(NativeWorld& world, ServerLimits& limits, const Opener& open);
    void put(std::string_view text);

    NativeWorld& world_;
    int socket_ = -1;
    std::shared_ptr<Connection> connection_;  // the loop's too
    std::shared_ptr<WebSocketSession> session_;
    std::string unread_;
    std::vector<std::string> texts_;
    int close_code_ = 0;
    std::string close_reason_;
};

/// Two people, Ari (1) and Bora (2), whose tokens are their names in lower case, and a third,
/// `cheol` (3); no rooms yet. `nobody` is a good token of an account that is not there. Good until
/// an hour of the stopped clock has passed.
class NativeWorld {
public:
    explicit NativeWorld(Limits limits = {}, bool broadcast = false);
    /// Another node over the same store, bus and cache, which goes before the first. A deaf one
    /// hears nothing of the others over the bus: it has to look for itself.
    explicit NativeWorld(NativeWorld& first, bool is_deaf = false);
    ~NativeWorld();

    /// Speaks that subprotocol; none leaves it to the first message.
    std::unique_ptr<NativeClient> connect(std::string_view subprotocol = "chat.v1");
    /// Asks for a WebSocket at a place; `head` is a request's line and headers, with their ends.
    std::unique_ptr<NativeClient> come_to(const SocketPlace& place, std::string_view head);
    /// A client that has said hello, with the reply taken.
    std::unique_ptr<NativeClient> connect_as(std::string_view token);

    /// Runs everything that is due now.
    void settle();
    void pass(std::chrono::milliseconds time);
    /// The same, and what connections and sessions do once a second.
    void let_seconds_pass(int seconds);

    Engine& engine() { return *engine_; }
    ServerShared& shared() { return *shared_; }
    /// Of HTTP; at first there are none.
    Router& routes() { return routes_; }
    Loop& loop() { return loop_; }
    /// An HTTP route, for who asks without saying who they are.
    void add_route(std::string_view method, std::string_view pattern, Handler handler,
                   BodyRule body = BodyRule::gathered) {
        routes_.add(method, pattern, Login::none, handler, body);
        shared_->router.add(method, pattern, Login::none, std::move(handler), body);
    }
    const std::vector<Logged>& log() const { return log_; }

private:
    friend class NativeClient;
    class Log;

    /// What nodes have in common.
    struct Ground {
        testing::Scheduler scheduler{1};
        std::unique_ptr<Clock> clock = scheduler.make_clock();
        std::shared_ptr<MemoryDatabase> database = std::make_shared<MemoryDatabase>();
        std::shared_ptr<MemoryBusNetwork> network = std::make_shared<MemoryBusNetwork>();
        std::shared_ptr<MemoryCacheSpace> cache = std::make_shared<MemoryCacheSpace>(*clock);
        std::vector<NativeWorld*> nodes;
    };

    NativeWorld(std::shared_ptr<Ground> ground, const Limits& limits, bool broadcast,
                bool is_deaf = false);
    static std::shared_ptr<Ground> make_ground();
    std::unique_ptr<Engine> make_engine(const Limits& limits, bool is_deaf);
    static ServerOptions options(bool broadcast);
    /// True where there was anything to do.
    bool poll();

    std::vector<Logged> log_;
    std::shared_ptr<Ground> ground_;
    Loop loop_{0};
    std::unique_ptr<Engine> engine_;
    Router routes_;  // of HTTP; none but those that a test adds
    std::unique_ptr<ServerShared> shared_;
    std::vector<NativeClient*> clients_;
};

}  // namespace chatcore::gateway::test

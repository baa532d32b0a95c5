#pragma once
// The gateway: HTTP and WebSocket at one port, in front of an Engine.
//
//     gateway::IoThreads io(2);
//     parts.shards = io.executors();
//     auto engine = Engine::start(std::move(parts));
//     gateway::Server server(**engine, io, options);
//     server.listen();            // from now on it serves
//     …
//     server.close(std::chrono::seconds{10});
//
// Threads: each method any thread but those of `io`. One I/O context and thread per hub shard.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/engine.h"

namespace chatcore::gateway {

class Router;
struct ServerShared;

/// One thread and one Asio I/O context for each hub shard.
class IoThreads {
public:
    explicit IoThreads(int count);
    /// Stops and joins.
    ~IoThreads();

    int count() const;
    /// An executor for each, to be handed to the Engine; once.
    std::vector<std::unique_ptr<Executor>> executors();

    struct Body;
    Body& body() { return *body_; }

private:
    std::unique_ptr<Body> body_;
};

/// What may be changed while the server runs. Sizes are read when a connection begins, so that one
/// that is open keeps those it began with.
struct ServerLimits {
    /// Above it a connection is told so (503, or close code 4009) and closed. 0: what the
    /// descriptor limit leaves.
    Limit<int> connections_max = 0;
    /// Waiting for one slow reader; then it is dropped.
    Limit<std::size_t> outbound_bytes_max = std::size_t{1024 * 1024};
    Limit<std::size_t> request_body_bytes_max = std::size_t{1024 * 1024};
    Limit<std::size_t> message_bytes_max = std::size_t{1024 * 1024};  ///< of a WebSocket message
    /// Connections that one address may begin a second (of IPv6, one network of 64 bits); beyond it
    /// they are told so (429, or close code 4009) and closed. Trusted proxies may always. 0: off.
    Limit<int> address_connects_per_s = 0;
};

/// Whether Serverpod's clients are served, and how they know enumerations: by the index, as those
/// of versions 1 and 2 do, or by name.
enum class Serverpod : std::uint8_t { off, index, name };

/// Which front doors are open besides /api/v1 and the native protocol, which always are.
struct Doors {
    /// What clients of the social system send and subscribe to over STOMP.
    bool social = true;
    /// Answers under /api/v1, and what STOMP tells the social system's clients, take the legacy
    /// form of that system, but for requests with `X-Chatd-Form: canonical`.
    bool legacy = false;
    /// Consultations: /api/chat and /api/consultations, and theirs over STOMP.
    bool consultation = true;
    /// The marketplace: /chat, and how Serverpod's clients are answered at `POST /chat`.
    bool marketplace = true;
    Serverpod serverpod = Serverpod::index;
    /// Stores and their customers: /user and /seller.
    bool storefront = true;
    bool socketio = true;  ///< and their Socket.IO: /socket.io
    /// The messenger: /api/auth and /api/rooms, and its own over STOMP.
    bool messenger = true;

    /// Whether anybody speaks STOMP.
    bool stomp() const { return social || consultation || messenger; }
};

/// How sessions of Engine.IO are kept alive and bounded; the protocol's own figures.
struct EngineIo {
    std::chrono::milliseconds ping_interval{25'000};
    std::chrono::milliseconds ping_timeout{20'000};
    std::chrono::milliseconds upgrade_timeout{10'000};
    /// Until a client has been let into a namespace of Socket.IO.
    std::chrono::milliseconds connect_timeout{45'000};
    std::size_t payload_bytes_max = 1'000'000;  ///< of what a client sends at once
};

/// SockJS at /ws/chat and /ws, where anybody speaks STOMP, for clients that WebSockets do not get
/// through to.
struct SockJsOptions {
    bool enabled = true;
    /// Whether its clients are told that they may try WebSockets.
    bool websocket = true;
    /// Whether a balancer keeps clients at their node by the cookie JSESSIONID, which is then set.
    bool cookie_needed = false;
    /// How much a streaming answer carries before it ends, and the client asks anew.
    std::size_t response_bytes_max = std::size_t{128 * 1024};
    /// The script of the iframe's page: an address that begins with `/` or `http`. Empty: our own,
    /// which works with every version of the client.
    std::string client_url;
};

struct ServerOptions : ServerLimits {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;  ///< 0 picks a free one
    std::chrono::seconds hello_timeout{10};
    std::chrono::seconds heartbeat{25};
    std::chrono::seconds silence_max{60};  ///< a WebSocket peer that sends nothing, not even pongs
    std::chrono::seconds idle_http_max{75};  ///< a kept-alive connection without a request
    std::chrono::seconds request_max{30};    ///< from a request's first byte to its last
    /// From a message's first byte to its last, over WebSockets and within them: 1 MiB makes it at
    /// 70 kbit/s.
    std::chrono::seconds message_max{120};
    /// Sessions of SockJS and Engine.IO that one address may have without anybody logged in on
    /// them (of IPv6, one network of 64 bits). Clients log in within a second, so that many people
    /// behind one address come in all the same. 0: any number.
    int unknown_sessions_max = 256;
    /// What the host application's server shows in `X-Chatd-Key`; empty: there is none.
    std::string host_key;
    /// Addresses and networks (`10.0.0.0/8`) whose `X-Forwarded-For` is believed.
    std::vector<std::string> trusted_proxies;
    Doors doors;
    bool broadcast = false;  ///< the benchmark's unstored broadcast
    EngineIo engineio = {};
    SockJsOptions sockjs = {};
    /// Adds the host's own routes before the server listens.
    std::function<void(Router&)> routes;
    /// The same for places of other kinds, by programs of this tree.
    std::function<void(ServerShared&)> places = {};
};

/// What goes through one front door.
struct DoorFigures {
    /// What its clients speak: `v1` (/api/v1), `consultation`, `marketplace`, `storefront`,
    /// `messenger`, `native`, `stomp`, `sockjs` (which carries STOMP), `socketio`, `events`,
    /// `serverpod` (its streams); `none` for what is of no door.
    std::string_view door;
    std::int64_t requests = 0;  ///< HTTP requests for its routes
    std::int64_t sessions = 0;  ///< open now, whatever carries them
    std::int64_t events = 0;    ///< times the sessions that they went to
};

class Server {
public:
    /// `engine` and `io` outlive the server. The engine must have accounts.
    Server(Engine& engine, IoThreads& io, ServerOptions options);
    ~Server();

    /// Binds and serves. Errors: `unavailable` with the system's word for it in `cause`;
    /// `invalid_value` (trusted_proxies).
    Status listen();
    /// The port that is listened on.
    std::uint16_t port() const;

    /// Puts other limits in force, for connections that come from now on. Any thread.
    void set_limits(const ServerLimits& limits);

    /// Accepts no more, tells clients to go elsewhere (close code 1001), waits for answers under
    /// way.
    void close(std::chrono::milliseconds at_most);

    struct Figures {
        std::int64_t connections = 0;
        std::int64_t websockets = 0;
        std::int64_t requests = 0;
        std::int64_t refused = 0;  ///< connections above the limit
    };
    Figures figures() const;
    /// One for each door there is, open or not.
    std::vector<DoorFigures> doors() const;
    int connections_max() const;

private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace chatcore::gateway

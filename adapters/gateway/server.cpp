// Listening, accepting, and the one timer a second that all time limits rest on.

#include <cerrno>
#include <future>

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chatcore/adapters/gateway.h"

#include "gateway/doors/consultation/consultation.h"
#include "gateway/doors/marketplace/marketplace.h"
#include "gateway/doors/marketplace/serverpod.h"
#include "gateway/doors/marketplace/stream.h"
#include "gateway/doors/messenger/messenger.h"
#include "gateway/doors/storefront/storefront.h"
#include "gateway/doors/v1/openapi.h"
#include "gateway/doors/v1/v1.h"
#include "gateway/events/events.h"
#include "gateway/http/response.h"
#include "gateway/http/session.h"
#include "gateway/link/choice.h"
#include "gateway/net/connect_rate.h"
#include "gateway/net/connection.h"
#include "gateway/socketio/socketio.h"
#include "gateway/sockjs/service.h"

namespace chatcore::gateway {

namespace {

using asio::ip::tcp;

/// Descriptors that are not connections: listener, epoll, databases, logs, and those of libraries.
constexpr int descriptors_kept = 64;

/// Connections above the limit that are told so at the same time; more are closed without a word.
constexpr int refusals_at_once = 32;

int connections_by_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return 1'000'000;
    return std::max(static_cast<int>(limit.rlim_cur) - descriptors_kept - refusals_at_once, 1);
}

/// `wanted` 0: all that are possible.
int possible_connections(int wanted) {
    const int possible = connections_by_descriptors();
    return wanted > 0 ? std::min(wanted, possible) : possible;
}

Error system_error(std::string what, const std::error_code& error) {
    return Error{
        ErrorCode::unavailable, "listen", fmt::format("{}: {}", what, error.message()), {}};
}

}  // namespace

struct Server::Body {
    ServerShared shared;
    IoThreads& io;
    tcp::acceptor acceptor;
    asio::steady_timer accept_pause;
    std::size_t next_loop = 0;
    bool closing = false;  // this and the next of the accepting loop
    ConnectRate connect_rate;

    Body(Engine& engine, IoThreads& threads, ServerOptions options)
        : shared{.engine = engine,
                 .options = std::move(options),
                 .router = {},
                 .legacy = LegacyForm(engine),
                 .admission = Admission(engine, shared.router, shared.options.host_key,
                                        shared.options.doors.legacy ? &shared.legacy : nullptr),
                 .instance = {}},
          io(threads),
          acceptor(threads.body().loops.front()->io),
          accept_pause(threads.body().loops.front()->io) {}

    Loop& loop(std::size_t index) { return *io.body().loops[index]; }

    Status bind();
    void accept();
    Status trust();
    /// Who a new connection is from, and whether it comes too fast.
    Turn turn_of(const IpAddress& peer);
    void take(int socket, Loop& loop, const IpAddress& peer, Turn turn, SteadyTime accepted_at);
    void every_second(Loop& loop);
    template <class Work>
    void on_each_loop_and_wait(Work work);
};

Status Server::Body::bind() {
    std::error_code error;
    tcp::resolver resolver(loop(0).io);
    const auto found = resolver.resolve(shared.options.host, std::to_string(shared.options.port),
                                        tcp::resolver::passive, error);
    if (error || found.empty())
        return unexpected(system_error("cannot resolve " + shared.options.host, error));
    const tcp::endpoint endpoint = found.begin()->endpoint();
    const std::string name =
        fmt::format("cannot listen on {}:{}", shared.options.host, shared.options.port);
    acceptor.open(endpoint.protocol(), error);
    if (error) return unexpected(system_error(name, error));
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    acceptor.bind(endpoint, error);
    if (error) return unexpected(system_error(name, error));
    acceptor.listen(4'096, error);
    if (error) return unexpected(system_error(name, error));
    acceptor.native_non_blocking(true, error);
    return {};
}

void Server::Body::accept() {
    acceptor.async_wait(tcp::acceptor::wait_read, [this](const std::error_code& error) {
        if (closing || error) return;
        constexpr int accepted_a_turn = 64;
        for (int i = 0; i < accepted_a_turn; ++i) {
            sockaddr_storage from{};
            socklen_t from_size = sizeof from;
            auto* const address = reinterpret_cast<sockaddr*>(&from);
            const int socket = ::accept4(acceptor.native_handle(), address, &from_size,
                                         SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (socket >= 0) {
                const IpAddress peer = IpAddress::of(*address);
                const Turn turn = turn_of(peer);
                Loop& target = loop(next_loop++ % static_cast<std::size_t>(io.count()));
                const auto now = std::chrono::steady_clock::now();
                asio::post(target.io, [this, &target, socket, peer, turn, now] {
                    take(socket, target, peer, turn, now);
                });
            } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
                break;
            } else if (errno != EINTR && errno != ECONNABORTED) {
                // Out of descriptors or memory: others will end; asking again at once would only
                // burn the processor.
                accept_pause.expires_after(std::chrono::milliseconds{50});
                accept_pause.async_wait([this](const std::error_code& stopped) {
                    if (!stopped && !closing) accept();
                });
                return;
            }
        }
        accept();
    });
}

Status Server::Body::trust() {
    std::vector<IpNetwork> trusted;
    for (const std::string& text : shared.options.trusted_proxies) {
        const std::optional<IpNetwork> network = IpNetwork::parse(text);
        if (!network)
            return unexpected(ErrorCode::invalid_value, "trusted_proxies", text + " is no network");
        trusted.push_back(*network);
    }
    shared.trusted = std::move(trusted);
    return {};
}

Turn Server::Body::turn_of(const IpAddress& peer) {
    const int rate = shared.options.address_connects_per_s;
    if (rate <= 0) return Turn::served;
    for (const IpNetwork& network : shared.trusted) {
        if (network.contains(peer)) return Turn::served;
    }
    const auto now = std::chrono::steady_clock::now();
    return connect_rate.take(peer.network(), rate, now) ? Turn::served : Turn::too_fast;
}

void Server::Body::take(int socket, Loop& loop, const IpAddress& peer, Turn turn,
                        SteadyTime accepted_at) {
    if (turn == Turn::too_fast) {
        shared.refused.fetch_add(1, std::memory_order_relaxed);
        if (shared.turned_away.fetch_add(1, std::memory_order_relaxed) >= refusals_at_once) {
            shared.turned_away.fetch_sub(1, std::memory_order_relaxed);
            ::close(socket);
            return;
        }
    }
    const auto count = shared.connections.fetch_add(1, std::memory_order_relaxed) + 1;
    const int count_max = shared.connections_max;
    const bool over = count > count_max;
    if (over) shared.refused.fetch_add(1, std::memory_order_relaxed);
    if (count > count_max + refusals_at_once) {
        shared.connections.fetch_sub(1, std::memory_order_relaxed);
        if (turn == Turn::too_fast) shared.turned_away.fetch_sub(1, std::memory_order_relaxed);
        ::close(socket);
        return;
    }
    auto connection =
        std::make_shared<Connection>(loop, socket, shared.options.outbound_bytes_max, accepted_at);
    if (over && turn == Turn::served) turn = Turn::too_many;
    connection->start(std::make_shared<HttpSession>(shared, *connection, turn, peer));
}

void Server::Body::every_second(Loop& loop) {
    loop.now = std::chrono::steady_clock::now();
    loop.http_date = format_http_date(std::chrono::duration_cast<std::chrono::seconds>(
                                          shared.engine.clock().now().time_since_epoch())
                                          .count());
    for (const auto& connection : loop.connections.all()) connection->second_passed();
    loop.sessions.for_each([&loop](CarriedSession& session) { session.second_passed(loop.now); });
    if (loop.index == 0) shared.refusals.tell_left_out();
    loop.second.expires_after(std::chrono::seconds{1});
    loop.second.async_wait([this, &loop](const std::error_code& error) {
        if (!error) every_second(loop);
    });
}

template <class Work>
void Server::Body::on_each_loop_and_wait(Work work) {
    std::vector<std::future<void>> done;
    for (auto& loop : io.body().loops) {
        auto promise = std::make_shared<std::promise<void>>();
        done.push_back(promise->get_future());
        asio::post(loop->io, [promise, work, &loop = *loop] {
            work(loop);
            promise->set_value();
        });
    }
    // A loop that was stopped already runs nothing more, and has nothing to close.
    for (auto& each : done) each.wait_for(std::chrono::seconds{5});
}

Server::Server(Engine& engine, IoThreads& io, ServerOptions options)
    : body_(std::make_unique<Body>(engine, io, std::move(options))) {
    ServerShared& shared = body_->shared;
    shared.connections_max = possible_connections(shared.options.connections_max);
    shared.instance = fmt::format(
        "{:x}", static_cast<std::uint64_t>(engine.clock().now().time_since_epoch().count()) &
                    0xFFFFFFFFULL);
    for (const auto& loop : io.body().loops) shared.loops.push_back(loop.get());
    const bool stomp = shared.options.doors.stomp();
    shared.places.sockets.push_back(stomp ? chat_place() : native_place());
    Router& router = shared.router;
    router.begin(Door::sockjs);
    if (shared.options.sockjs.enabled && stomp) sockjs::add_chat_services(router, shared);
    router.begin(Door::events, Pages::any);
    add_event_routes(router, shared);
    router.begin(Door::v1, Pages::any);
    add_v1_routes(router, engine, [this] { return figures(); });
    v1::add_openapi_route(router, shared.options.doors.consultation ? v1::OtherDoors::consultation
                                                                    : v1::OtherDoors::none);
    router.begin(Door::consultation, Pages::any);
    if (shared.options.doors.consultation) add_consultation_routes(router, engine);
    router.begin(Door::marketplace, Pages::any);
    if (shared.options.doors.marketplace) {
        add_marketplace_routes(router, engine, shared.options.doors.serverpod);
        add_message_stream_route(router, shared);
        shared.places.sockets.push_back(message_stream_place());
        if (shared.options.doors.serverpod != Serverpod::off)
            shared.places.sockets.push_back(serverpod_place());
    }
    router.begin(Door::storefront, Pages::any);
    if (shared.options.doors.storefront) add_storefront_routes(router, engine);
    router.begin(Door::messenger, Pages::any);
    if (shared.options.doors.messenger) add_messenger_routes(router, engine);
    router.begin(Door::socketio);
    if (shared.options.doors.storefront && shared.options.doors.socketio)
        socketio::add_socketio(shared);
    router.begin(Door::none);
    if (shared.options.places) shared.options.places(shared);
    if (shared.options.routes) shared.options.routes(router);
}

Server::~Server() {
    body_->shared.closing = true;
    body_->on_each_loop_and_wait([this](Loop& loop) {
        if (loop.index == 0) {
            body_->closing = true;
            std::error_code ignored;
            body_->acceptor.close(ignored);
            body_->accept_pause.cancel();
        }
        loop.second.cancel();
        for (const auto& connection : loop.connections.all()) connection->close_now();
    });
    // What was on its way from one loop to another has arrived now, and moves no more.
    body_->on_each_loop_and_wait([](Loop& loop) {
        for (const auto& connection : loop.connections.all()) connection->close_now();
        loop.sessions.for_each([](CarriedSession& session) { session.closed(); });
        loop.sessions = {};
    });
}

Status Server::listen() {
    if (Status status = body_->trust(); !status) return status;
    if (Status status = body_->bind(); !status) return status;
    body_->on_each_loop_and_wait([this](Loop& loop) { body_->every_second(loop); });
    asio::post(body_->loop(0).io, [this] { body_->accept(); });
    return {};
}

std::uint16_t Server::port() const {
    std::error_code error;
    const tcp::endpoint endpoint = body_->acceptor.local_endpoint(error);
    return error ? std::uint16_t{0} : endpoint.port();
}

void Server::set_limits(const ServerLimits& limits) {
    ServerShared& shared = body_->shared;
    static_cast<ServerLimits&>(shared.options) = limits;
    shared.connections_max = possible_connections(limits.connections_max);
}

void Server::close(std::chrono::milliseconds at_most) {
    const auto end = std::chrono::steady_clock::now() + at_most;
    body_->on_each_loop_and_wait([this](Loop& loop) {
        if (loop.index == 0) {
            body_->closing = true;
            std::error_code ignored;
            body_->acceptor.close(ignored);
        }
        loop.sessions.for_each([](CarriedSession& session) { session.leaving(); });
        for (const auto& connection : loop.connections.all()) connection->leave();
    });
    while (body_->shared.connections.load() > 0 && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

Server::Figures Server::figures() const {
    const ServerShared& shared = body_->shared;
    return {shared.connections.load(), shared.websockets.load(), shared.requests.load(),
            shared.refused.load()};
}

std::vector<DoorFigures> Server::doors() const {
    std::vector<DoorFigures> doors(door_count);
    for (std::size_t i = 0; i < door_count; ++i) doors[i].door = name_of(static_cast<Door>(i));
    for (const Loop* loop : body_->shared.loops) loop->doors.add_to(doors);
    return doors;
}

int Server::connections_max() const {
    return body_->shared.connections_max;
}

}  // namespace chatcore::gateway

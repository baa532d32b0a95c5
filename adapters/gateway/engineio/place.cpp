#include "gateway/engineio/place.h"

#include <array>

#include <asio/post.hpp>

#include "gateway/engineio/socket.h"
#include "gateway/websocket/protocol.h"

namespace chatcore::gateway::engineio {

namespace {

constexpr std::size_t sid_bytes_max = 64;

/// What a request is refused with, or its session.
struct Verdict {
    std::optional<Refusal> refusal = {};
    std::shared_ptr<EngineSession> session = {};  ///< nullptr: one is to be begun
};

/// In the order in which Engine.IO's own server looks, so that the same mistake has the same code.
Verdict judge(const Loop& loop, const Request& request, bool upgrade) {
    const std::string transport = request.query("transport").value_or("");
    const bool websocket = transport == "websocket";
    if (!websocket && transport != "polling") return {Refusal::unknown_transport};
    const bool current = request.query("EIO").value_or("") == "4";
    const std::string sid = request.query("sid").value_or("");
    if (sid.empty()) {
        if (request.method() != "GET") return {Refusal::bad_handshake_method};
        if (websocket != upgrade) return {Refusal::bad_request};
        return {current ? std::nullopt : std::optional(Refusal::unsupported_version)};
    }
    auto session = std::dynamic_pointer_cast<EngineSession>(loop.sessions.find(session_name(sid)));
    if (!session) return {Refusal::unknown_session};
    const bool carried = websocket == (session->transport() == Transport::websocket);
    if (upgrade ? !websocket : !carried || websocket) return {Refusal::bad_request};
    if (!current) return {Refusal::bad_request};
    return {std::nullopt, std::move(session)};
}

Response refused(Refusal refusal, int status = 400) {
    Response response;
    response.status = refusal == Refusal::forbidden ? 403 : status;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    response.body = body_of(refusal);
    return response;
}

/// Pages of any origin may ask, and be given credentials: there is no cookie that could be abused,
/// since who asks is shown by a token in each CONNECT.
void allow_pages(Exchange& exchange) {
    const auto origin = exchange.request.header("Origin");
    if (!origin) return;
    exchange.add_header("Access-Control-Allow-Origin", *origin);
    exchange.add_header("Access-Control-Allow-Credentials", "true");
    exchange.add_header("Vary", "Origin");
}

void answer_preflight(Exchange& exchange) {
    Response response;
    response.status = 204;
    response.headers.add("Access-Control-Allow-Methods", "GET,POST");
    const std::string headers = exchange.request.combined_header("Access-Control-Request-Headers");
    if (!headers.empty()) response.headers.add("Access-Control-Allow-Headers", headers);
    response.headers.add("Access-Control-Max-Age", "600");
    exchange.respond(std::move(response));
}

void begin(ServerShared& shared, Loop& loop, const ExchangePtr& exchange, DoorMaker make_door) {
    const auto session = EngineSession::begin(shared, loop, Transport::polling, exchange->request,
                                              make_door, exchange->client.network());
    if (!session) return exchange->respond_error(session.error());
    Response response;
    response.headers.add("Content-Type", "text/plain; charset=UTF-8");
    response.headers.add("Cache-Control", "no-store");
    response.body = (*session)->opening();
    exchange->respond(std::move(response));
}

void serve(ServerShared& shared, const ExchangePtr& exchange, DoorMaker make_door) {
    allow_pages(*exchange);
    if (exchange->request.method() == "OPTIONS") return answer_preflight(*exchange);
    Loop& loop = *shared.loops[static_cast<std::size_t>(exchange->home())];
    const Verdict verdict = judge(loop, exchange->request, false);
    if (verdict.refusal) return exchange->respond(refused(*verdict.refusal));
    if (!verdict.session) return begin(shared, loop, exchange, make_door);
    if (exchange->request.method() == "GET") return verdict.session->poll(exchange);
    if (exchange->request.method() == "POST") return verdict.session->post(exchange);
    exchange->respond(refused(Refusal::bad_request));
}

}  // namespace

std::string session_of(const Request& request) {
    const std::string sid = request.query("sid").value_or("");
    return sid.empty() || sid.size() > sid_bytes_max ? std::string() : session_name(sid);
}

void add_polling_routes(Router& router, ServerShared& shared, const std::string& path,
                        DoorMaker make_door) {
    constexpr std::array<const char*, 6> methods = {"GET",    "POST",  "OPTIONS",
                                                    "DELETE", "PATCH", "PUT"};
    for (const char* method : methods) {
        router.add(method, path, Login::none, [&shared, make_door](const ExchangePtr& exchange) {
            serve(shared, exchange, make_door);
        });
    }
}

void refuse_body(ServerShared& shared, const ExchangePtr& exchange) {
    allow_pages(*exchange);
    const std::string name = session_of(exchange->request);
    exchange->respond(refused(Refusal::bad_request, 413));
    if (name.empty() || exchange->request.method() != "POST" || shared.loops.empty()) return;
    Loop& home = *shared.loops[static_cast<std::size_t>(
        loop_of_session(name, static_cast<int>(shared.loops.size())))];
    asio::post(home.io, [&home, name] {
        const auto session = std::dynamic_pointer_cast<EngineSession>(home.sessions.find(name));
        if (session && session->transport() == Transport::polling) session->closed();
    });
}

std::optional<Response> refusal_of_socket(ServerShared&, Loop& loop, const Request& request) {
    const Verdict verdict = judge(loop, request, true);
    return verdict.refusal ? std::optional(refused(*verdict.refusal)) : std::nullopt;
}

std::unique_ptr<MessageDoor> open_socket(ServerShared& shared, WebSocketSession& link,
                                         const Request& request, DoorMaker make_door) {
    std::shared_ptr<EngineSession> session = judge(link.loop(), request, true).session;
    const bool probes = session != nullptr;
    if (!probes) {
        auto begun =
            EngineSession::begin(shared, link.loop(), Transport::websocket, request, make_door);
        if (begun) session = std::move(*begun);
    }
    auto socket = std::make_unique<EngineSocket>(link, session);
    if (!session) {
        socket->end(4009, "too many connections");
    } else if (!probes) {
        session->carry(*socket);
    } else if (!session->begin_probe(*socket)) {
        socket->end(close_code::normal, "taken over already");
    }
    return socket;
}

}  // namespace chatcore::gateway::engineio

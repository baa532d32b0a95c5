#include "gateway/sockjs/service.h"

#include <random>
#include <utility>

#include <fmt/format.h>

#include "gateway/http/chars.h"
#include "gateway/sockjs/address.h"
#include "gateway/sockjs/iframe.h"
#include "gateway/sockjs/session.h"
#include "gateway/sockjs/websocket.h"
#include "gateway/stomp/session.h"

namespace chatcore::gateway::sockjs {

namespace {

constexpr std::int64_t year_seconds = 31'536'000;
constexpr std::string_view plain_text = "text/plain; charset=UTF-8";

Address address_of(const Request& request, const Service& service) {
    std::string_view path = request.path();
    return take_prefix(path, service.prefix) ? read_address(path) : Address{};
}

/// Sessions are found by their own id alone, whatever the server's part says.
std::string name_of(const Service& service, std::string_view session) {
    return fmt::format("sockjs {} {}", service.prefix, session);
}

bool allows(std::string_view methods, std::string_view method) {
    while (const auto each = next_list_element(methods)) {
        if (*each == method) return true;
    }
    return false;
}

void forbid_caching(HeaderList& headers) {
    headers.add("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0");
}

/// Pages of anybody may speak to us: what counts is the token that STOMP's CONNECT brings, and no
/// cookie lets anybody in.
void allow_origin(HeaderList& headers, const Request& request) {
    const std::string_view origin = request.header("Origin").value_or("");
    const bool named = !origin.empty() && origin != "null";
    headers.add("Access-Control-Allow-Origin", named ? origin : "*");
    headers.add("Access-Control-Allow-Credentials", "true");
    headers.add("Vary", "Origin");
    const std::string asked = request.combined_header("Access-Control-Request-Headers");
    if (!asked.empty()) headers.add("Access-Control-Allow-Headers", asked);
}

/// The cookie that balancers look at, as the client has it.
std::string cookie_of(const Request& request) {
    constexpr std::string_view name = "JSESSIONID=";
    const std::string all = request.combined_header("Cookie");
    std::string_view rest = all;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        const std::string_view cookie = trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (cookie.starts_with(name)) return std::string(cookie.substr(name.size()));
    }
    return "dummy";
}

/// An address as it may stand in the page.
std::string in_quotes(std::string_view address) {
    std::string out;
    for (const char c : address) {
        if (c == '"' || c == '<') {
            out += c == '"' ? "%22" : "%3C";
        } else {
            out += c;
        }
    }
    return out;
}

/// What is asked of one service.
class Endpoint {
public:
    Endpoint(ServerShared& shared, ServicePtr service)
        : shared_(&shared),
          service_(std::move(service)),
          script_tag_(tag_of(iframe_script())),
          page_(iframe_page(script_address())),
          page_tag_(tag_of(page_)) {}

    void operator()(const ExchangePtr& exchange) const {
        const Address address = address_of(exchange->request, *service_);
        const std::string_view methods = methods_of(address.place);
        const std::string_view method = exchange->request.method();
        const bool socket =
            address.place == Place::websocket || address.place == Place::raw_websocket;
        if (methods.empty() || (socket && !service_->options.websocket))
            return refuse(*exchange, 404, "Not found.");
        if (!allows(methods, method) && !(method == "HEAD" && is_fixed(address.place)))
            return refuse_method(*exchange, methods);
        if (method == "OPTIONS") return preflight(*exchange, methods);
        if (receives(address.place)) return receive(exchange, address);
        if (sends(address.place)) return take(*exchange, address);
        if (socket) return refuse_plain(*exchange);
        give(*exchange, address.place);
    }

private:
    std::string script_address() const {
        const std::string& chosen = service_->options.client_url;
        // A new script has a new address, since the old one is kept for a year.
        const std::string_view version = std::string_view(script_tag_).substr(1, 16);
        return chosen.empty() ? fmt::format("{}/iframe.js?{}", service_->prefix, version)
                              : in_quotes(chosen);
    }

    static bool is_fixed(Place place) {
        return place == Place::greeting || place == Place::info || place == Place::iframe ||
               place == Place::iframe_script;
    }

    static void refuse(Exchange& exchange, int status, std::string_view text) {
        Response response;
        response.status = status;
        response.headers.add("Content-Type", plain_text);
        forbid_caching(response.headers);
        allow_origin(response.headers, exchange.request);
        response.body = text;
        exchange.respond(std::move(response));
    }

    static void refuse_method(Exchange& exchange, std::string_view methods) {
        Response response;
        response.status = 405;
        response.headers.add("Allow", methods);
        forbid_caching(response.headers);
        allow_origin(response.headers, exchange.request);
        exchange.respond(std::move(response));
    }

    /// What came to a WebSocket's address and is none.
    static void refuse_plain(Exchange& exchange) {
        const bool named = exchange.request.header_has_token("Upgrade", "websocket");
        refuse(
            exchange, 400,
            named ? R"("Connection" must be "Upgrade".)" : R"(Can "Upgrade" only to "WebSocket".)");
    }

    void keep_a_year(HeaderList& headers) const {
        const auto now = std::chrono::duration_cast<std::chrono::seconds>(
            shared_->engine.clock().now().time_since_epoch());
        headers.add("Cache-Control", fmt::format("public, max-age={}", year_seconds));
        headers.add("Expires", format_http_date(now.count() + year_seconds));
    }

    void preflight(Exchange& exchange, std::string_view methods) const {
        Response response;
        response.status = 204;
        keep_a_year(response.headers);
        response.headers.add("Access-Control-Max-Age", fmt::format("{}", year_seconds));
        response.headers.add("Access-Control-Allow-Methods", methods);
        allow_origin(response.headers, exchange.request);
        exchange.respond(std::move(response));
    }

    void give(Exchange& exchange, Place place) const {
        Response response;
        if (place == Place::greeting) {
            response.headers.add("Content-Type", plain_text);
            response.body = "Welcome to SockJS!\n";
        } else if (place == Place::info) {
            give_info(response, exchange.request);
        } else if (place == Place::iframe) {
            give_kept(response, exchange.request, "text/html; charset=UTF-8", page_, page_tag_);
        } else {
            give_kept(response, exchange.request, "application/javascript; charset=UTF-8",
                      iframe_script(), script_tag_);
        }
        exchange.respond(std::move(response));
    }

    void give_info(Response& response, const Request& request) const {
        thread_local std::random_device chance;
        response.headers.add("Content-Type", "application/json; charset=UTF-8");
        forbid_caching(response.headers);
        allow_origin(response.headers, request);
        response.body =
            fmt::format(R"({{"websocket":{},"cookie_needed":{},"origins":["*:*"],"entropy":{}}})",
                        service_->options.websocket, service_->options.cookie_needed,
                        static_cast<std::uint32_t>(chance()));
    }

    void give_kept(Response& response, const Request& request, std::string_view type,
                   std::string_view text, const std::string& tag) const {
        keep_a_year(response.headers);
        response.headers.add("ETag", tag);
        if (request.header_has_token("If-None-Match", tag) ||
            request.header_has_token("If-None-Match", "W/" + tag) ||
            request.header_has_token("If-None-Match", "*")) {
            response.status = 304;
            return;
        }
        response.headers.add("Content-Type", type);
        response.headers.add("X-Content-Type-Options", "nosniff");
        response.body = text;
    }

    /// Of the answer to a request of a session.
    Response head_of(const Request& request, std::string_view type) const {
        Response head;
        head.headers.add("Content-Type", type);
        head.headers.add("X-Content-Type-Options", "nosniff");
        forbid_caching(head.headers);
        allow_origin(head.headers, request);
        if (service_->options.cookie_needed)
            head.headers.add("Set-Cookie",
                             fmt::format("JSESSIONID={}; path=/", cookie_of(request)));
        return head;
    }

    Loop& loop_of(const Exchange& exchange) const {
        return *shared_->loops[static_cast<std::size_t>(exchange.home())];
    }

    void receive(const ExchangePtr& exchange, const Address& address) const {
        const Request& request = exchange->request;
        Receiver receiver{.exchange = exchange,
                          .wrapping = {.transport = address.place},
                          .head = head_of(request, content_type_of(address.place))};
        if (address.place == Place::htmlfile || address.place == Place::jsonp) {
            auto callback = request.query("c");
            if (!callback) callback = request.query("callback");
            if (!callback || callback->empty())
                return refuse(*exchange, 500, R"("callback" parameter required)");
            if (!is_callback(*callback))
                return refuse(*exchange, 500, R"(invalid "callback" parameter)");
            receiver.wrapping.callback = std::move(*callback);
        }
        // Of what streams, proxies must pass on each frame at once (nginx).
        if (streams(address.place)) receiver.head.headers.add("X-Accel-Buffering", "no");
        Loop& loop = loop_of(*exchange);
        const std::string name = name_of(*service_, address.session);
        if (const auto known = loop.sessions.find(name)) {
            std::static_pointer_cast<Session>(known)->attach(std::move(receiver));
        } else {
            begin(loop, name, std::move(receiver));
        }
    }

    void begin(Loop& loop, const std::string& name, Receiver receiver) const {
        const auto refuse_it = [&](std::string_view reason) {
            shared_->refused.fetch_add(1, std::memory_order_relaxed);
            receiver.begin();
            receiver.answer(close_frame(4009, reason));
        };
        UnknownSessions::Place place;
        if (!shared_->unknown_sessions.take(receiver.exchange->client.network(),
                                            shared_->options.unknown_sessions_max, place))
            return refuse_it("too many sessions");
        // Not among the connections: sessions alone keep no request out.
        if (shared_->carried.fetch_add(1, std::memory_order_relaxed) >= shared_->connections_max) {
            shared_->carried.fetch_sub(1, std::memory_order_relaxed);
            return refuse_it("too many connections");
        }
        std::string token = token_shown(receiver.exchange->request);
        const auto session =
            std::make_shared<Session>(*shared_, loop, service_, name, std::move(place));
        loop.sessions.add(name, session);
        session->open(std::move(receiver), std::move(token));
    }

    void take(Exchange& exchange, const Address& address) const {
        const Request& request = exchange.request;
        const auto found = loop_of(exchange).sessions.find(name_of(*service_, address.session));
        if (!found) return refuse(exchange, 404, "No such session.");
        const bool jsonp = address.place == Place::jsonp_send;
        const auto payload =
            jsonp ? payload_of_jsonp(request.header("Content-Type").value_or(""), request.body())
                  : std::optional(request.body());
        Messages messages;
        const Payload read = payload ? read_array(*payload, messages) : Payload::missing;
        if (read == Payload::missing) return refuse(exchange, 500, "Payload expected.");
        if (read == Payload::broken) return refuse(exchange, 500, "Broken JSON encoding.");
        std::static_pointer_cast<Session>(found)->take(messages);
        Response response = head_of(request, plain_text);
        response.status = jsonp ? 200 : 204;
        if (jsonp) response.body = "ok";
        exchange.respond(std::move(response));
    }

    ServerShared* shared_;
    ServicePtr service_;
    std::string script_tag_;
    std::string page_;
    std::string page_tag_;
};

SocketPlace place_at(const ServicePtr& service, Place wanted) {
    SocketPlace place;
    place.is_at = [service, wanted](const Request& request) {
        return request.method() == "GET" && asks_for_websocket(request) &&
               address_of(request, *service).place == wanted;
    };
    place.choose = [](const Handshake&) { return std::string_view(); };
    place.drafts = true;
    return place;
}

}  // namespace

void add_routes(Router& router, ServerShared& shared, const ServicePtr& service) {
    const auto endpoint = std::make_shared<const Endpoint>(shared, service);
    // All methods, so that the refusal of a wrong one is the protocol's.
    for (const char* method : {"GET", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}) {
        router.add(method, service->prefix + "/{*}", Login::none,
                   [endpoint](const ExchangePtr& exchange) { (*endpoint)(exchange); });
    }
}

void add_places(Places& places, const ServicePtr& service) {
    places.sessions.emplace_back([service](const Request& request) {
        const Address address = address_of(request, *service);
        const bool carried = receives(address.place) || sends(address.place);
        return carried ? name_of(*service, address.session) : std::string();
    });
    if (!service->options.websocket) return;
    SocketPlace framed = place_at(service, Place::websocket);
    framed.open = [service](ServerShared& opened, WebSocketSession& socket, std::string_view,
                            const Request& request) -> std::unique_ptr<MessageDoor> {
        return std::make_unique<SocketDoor>(opened, socket, *service, token_shown(request));
    };
    places.sockets.push_back(std::move(framed));
    SocketPlace raw = place_at(service, Place::raw_websocket);
    raw.open = [service](ServerShared&, WebSocketSession& socket, std::string_view,
                         const Request& request) {
        return service->open(socket, token_shown(request));
    };
    places.sockets.push_back(std::move(raw));
}

void add_chat_services(Router& router, ServerShared& shared) {
    for (const char* prefix : {"/ws/chat", "/ws"}) {
        Service service;
        service.prefix = prefix;
        service.options = shared.options.sockjs;
        service.open = [&shared](MessageLink& link, std::string token) {
            return std::make_unique<stomp::StompSession>(shared, link, std::move(token));
        };
        const auto kept = std::make_shared<const Service>(std::move(service));
        add_routes(router, shared, kept);
        add_places(shared.places, kept);
    }
}

}  // namespace chatcore::gateway::sockjs

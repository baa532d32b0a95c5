#include "gateway/http/admission.h"

#include <charconv>
#include <optional>

#include <openssl/crypto.h>

#include "gateway/http/authorization.h"
#include "gateway/http/chars.h"
#include "gateway/http/pages.h"
#include "gateway/json/fields.h"
#include "gateway/json/shapes.h"

namespace chatcore::gateway {

namespace {

/// Takes as long for a key that is nearly right as for one that is not.
bool same_key(std::string_view given, std::string_view key) {
    return !key.empty() && given.size() == key.size() &&
           CRYPTO_memcmp(given.data(), key.data(), key.size()) == 0;
}

bool wants_person(Login login) {
    return login == Login::required || login == Login::required_or_in_query ||
           login == Login::required_in_any_form || login == Login::seller;
}

/// What a route that wants one is refused with for this role, if at all.
std::optional<Error> objection(Login login, UserRole role) {
    const bool enough = (login != Login::seller || role >= UserRole::seller) &&
                        (login != Login::admin || role == UserRole::admin);
    return enough ? std::nullopt : std::optional(Error{ErrorCode::forbidden, "role"});
}

/// As Serverpod's clients write it; `malformed` where that is no base64.
Result<std::string> token_in_any_form(const Request& request) {
    const auto header = request.header("Authorization");
    if (header || request.body().find("\"auth\"") == std::string::npos)
        return gateway::token_in_any_form(header.value_or(""));
    thread_local simdjson::dom::parser parser;
    Result<Fields> body = Fields::parse(parser, request.body());
    return body ? std::string(body->text("auth").value_or("")) : std::string();
}

/// The header counts first.
Result<std::string> token_of(const Request& request, Login login) {
    if (login == Login::required_in_any_form) return token_in_any_form(request);
    std::string token(given_by("bearer", request.header("Authorization").value_or("")));
    if (token.empty() && login == Login::required_or_in_query)
        token = request.query("token").value_or("");
    return token;
}

std::optional<UserId> user_id_of(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && id > 0 && id <= id_max ? std::optional(UserId{id}) : std::nullopt;
}

void refuse_method(Exchange& exchange, const std::string& allowed) {
    Response response;
    response.status = 405;
    response.headers.add("Allow", allowed);
    response.headers.add("Content-Type", "application/json; charset=utf-8");
    JsonWriter out(response.body);
    exchange.begin_refusal(out);
    write_error(out, Error{ErrorCode::malformed, "method"}, exchange.request_id());
    out.end_object();
    exchange.respond(std::move(response));
}

}  // namespace

void Admission::prepare(Exchange& exchange) const {
    choose_form(exchange);
    const Request& request = exchange.request;
    if (request.path().empty() ||
        router_.find(request.method(), request.path()).pages == Pages::any)
        let_pages_read(exchange);
}

bool Admission::serves_when_full(const Request& request) const {
    if (router_.find(request.method(), request.path()).probe) return true;
    const auto wanted = wanted_by_page(request);
    return wanted && !router_.methods_for_pages(*wanted, request.path()).empty();
}

void Admission::choose_form(Exchange& exchange) const {
    if (legacy_ == nullptr || !exchange.request.path().starts_with("/api/v1/")) return;
    const std::string_view form = exchange.request.header("X-Chatd-Form").value_or("");
    if (!equal_ignoring_case(form, "canonical")) exchange.legacy = legacy_;
}

Door Admission::dispatch(ExchangePtr exchange) const {
    choose_form(*exchange);
    Router::Match match = router_.find(exchange->request.method(), exchange->request.path());
    if (match.pages == Pages::any) let_pages_read(*exchange);
    if (match.handler == nullptr) {
        refuse_route(*exchange, match);
        return Door::none;
    }
    exchange->captures = std::move(match.captures);
    exchange->caller.home = exchange->home();
    if (exchange->request.header("X-Chatd-Key") && match.login != Login::none) {
        let_host_in(std::move(exchange), match.login, *match.handler);
    } else if (match.login != Login::none && match.login != Login::host) {
        let_person_in(std::move(exchange), match.login, *match.handler);
    } else {
        (*match.handler)(std::move(exchange));
    }
    return match.door;
}

void Admission::refuse_route(Exchange& exchange, const Router::Match& match) const {
    if (const auto wanted = wanted_by_page(exchange.request)) {
        const std::string methods = router_.methods_for_pages(*wanted, exchange.request.path());
        if (!methods.empty()) return answer_preflight(exchange, methods);
    }
    if (match.allowed.empty()) return exchange.respond_error(Error{ErrorCode::not_found, "route"});
    refuse_method(exchange, match.allowed);
}

void Admission::let_person_in(ExchangePtr exchange, Login login, const Handler& handler) const {
    const Result<std::string> token = token_of(exchange->request, login);
    if (!token) return exchange->respond_error(token.error());
    const int home = exchange->home();
    const bool none = token->empty();
    auto let_in = [exchange = std::move(exchange), login, none,
                   &handler](Result<AccessClaims> claims) mutable {
        if (!claims) {
            exchange->respond_error(none ? Error{ErrorCode::unauthenticated} : claims.error());
            return;
        }
        exchange->caller.user = claims->user;
        exchange->caller.is_admin = claims->role == UserRole::admin;
        exchange->role = claims->role;
        exchange->token_family = std::move(claims->family);
        exchange->token_ends_at = claims->expires_at;
        if (const auto why = objection(login, claims->role)) {
            exchange->respond_error(*why);
            return;
        }
        handler(std::move(exchange));
    };
    engine_.accounts().authenticate(home, *token, std::move(let_in));
}

void Admission::let_host_in(ExchangePtr exchange, Login login, const Handler& handler) const {
    if (!same_key(exchange->request.header("X-Chatd-Key").value_or(""), host_key_)) {
        exchange->respond_error(Error{ErrorCode::unauthenticated, "X-Chatd-Key"});
        return;
    }
    const auto named = exchange->request.header("X-Chatd-User");
    if (!named) {
        if (wants_person(login)) {
            exchange->respond_error(Error{ErrorCode::malformed, "X-Chatd-User"});
            return;
        }
        exchange->caller.is_admin = true;
        handler(std::move(exchange));
        return;
    }
    const std::optional<UserId> user = user_id_of(*named);
    if (!user) {
        exchange->respond_error(Error{ErrorCode::malformed, "X-Chatd-User"});
        return;
    }
    exchange->caller.user = *user;
    // What only an admin may ask stays the host's to ask, whoever it speaks for.
    exchange->caller.is_admin = !wants_person(login);
    const Caller caller = exchange->caller;
    engine_.people().find(
        caller, *user,
        [exchange = std::move(exchange), login, &handler](const Result<Profile>& profile) {
            if (!profile) return exchange->respond_error(profile.error());
            exchange->role = profile->role;
            const auto why = wants_person(login) ? objection(login, profile->role) : std::nullopt;
            if (why) return exchange->respond_error(*why);
            handler(exchange);
        });
}

}  // namespace chatcore::gateway

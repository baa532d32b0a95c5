#include "gateway/doors/messenger/groups.h"
#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::messenger {

namespace {

using v1::Body;
using v1::Input;

void write_log_in(JsonWriter& out, const LogIn& log_in) {
    out.begin_object()
        .member("token", log_in.access_token)
        .member("userId", log_in.account.profile.id)
        .member("email", log_in.account.email)
        .member("nickname", log_in.account.profile.nickname)
        .end_object();
}

void sign_up(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    SignUp request{.email = std::string(in.body().required_text("email")),
                   .password = std::string(in.body().required_text("password")),
                   .nickname = std::string(in.body().required_text("nickname")),
                   .address = exchange->client.network()};
    if (in.refused()) return;
    engine.accounts().sign_up(exchange->home(), std::move(request),
                              v1::answer_by<LogIn>(exchange, write_log_in, 201));
}

void log_in(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    Credentials given{.email = std::string(in.body().required_text("email")),
                      .password = std::string(in.body().required_text("password")),
                      .address = exchange->client.network()};
    if (in.refused()) return;
    engine.accounts().log_in(exchange->home(), std::move(given),
                             v1::answer_by<LogIn>(exchange, write_log_in));
}

}  // namespace

void add_auth_routes(Router& router, Engine& engine) {
    router.add("POST", "/api/auth/signup", Login::none,
               [&engine](const ExchangePtr& exchange) { sign_up(engine, exchange); });
    router.add("POST", "/api/auth/login", Login::none,
               [&engine](const ExchangePtr& exchange) { log_in(engine, exchange); });
}

}  // namespace chatcore::gateway::messenger

// A refresh token is its own proof, so refreshing and logging out need no access token.

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::v1 {

void add_auth_routes(Router& router, Engine& engine) {
    router.add("POST", "/api/v1/auth/signup", Login::host, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        SignUp request{.email = std::string(in.body().required_text("email")),
                       .password = std::string(in.body().required_text("password")),
                       .nickname = std::string(in.body().required_text("nickname")),
                       .external_id = std::string(in.body().text("externalId").value_or("")),
                       .address = exchange->client.network()};
        if (in.refused()) return;
        if (!request.external_id.empty() && !exchange->caller.is_admin) {
            return exchange->respond_error(Error{ErrorCode::forbidden, "externalId"});
        }
        engine.accounts().sign_up(exchange->home(), std::move(request),
                                  answer<LogIn>(exchange, 201));
    });

    router.add("POST", "/api/v1/auth/login", Login::none, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        Credentials given{.email = std::string(in.body().required_text("email")),
                          .password = std::string(in.body().required_text("password")),
                          .address = exchange->client.network()};
        if (in.refused()) return;
        engine.accounts().log_in(exchange->home(), std::move(given), answer<LogIn>(exchange));
    });

    router.add("POST", "/api/v1/auth/refresh", Login::none, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        std::string token(in.body().required_text("refreshToken"));
        if (in.refused()) return;
        engine.accounts().refresh(exchange->home(), std::move(token), answer<LogIn>(exchange));
    });

    // The same answer for a token that was good and for one that was not.
    router.add("POST", "/api/v1/auth/logout", Login::none, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        std::string token(in.body().required_text("refreshToken"));
        if (in.refused()) return;
        engine.accounts().log_out(exchange->home(), std::move(token),
                                  answer_by<bool>(exchange, [](JsonWriter& out, bool) {
                                      out.begin_object().end_object();
                                  }));
    });
}

}  // namespace chatcore::gateway::v1

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::v1 {

namespace {

std::optional<std::string> owned(std::optional<std::string_view> text) {
    return text ? std::optional<std::string>(*text) : std::nullopt;
}

}  // namespace

void add_user_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/users/me", Login::required, [&engine](ExchangePtr exchange) {
        engine.people().me(exchange->caller, answer<Account>(exchange));
    });

    router.add("PUT", "/api/v1/users/me", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        ProfileRequest request{.nickname = owned(in.body().text("nickname")),
                               .profile_image_url = owned(in.body().text("profileImageUrl")),
                               .status_text = owned(in.body().text("statusText"))};
        if (in.refused()) return;
        engine.people().update(exchange->caller, std::move(request), answer<Account>(exchange));
    });

    router.add("PUT", "/api/v1/users/status", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        ProfileRequest request;
        request.status_text = std::string(in.body().required_text("statusText"));
        if (in.refused()) return;
        engine.people().update(exchange->caller, std::move(request), answer<Account>(exchange));
    });

    router.add("GET", "/api/v1/users/{id}", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const auto user = in.path_id<UserId>(0, "id");
        if (in.refused()) return;
        engine.people().find(exchange->caller, user, answer<Profile>(exchange));
    });

    // Without a query nobody is found: there is no way to list everybody.
    router.add("GET", "/api/v1/users", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        std::string query = in.query_text("query").value_or("");
        const UserId after = in.cursor<UserId>().value_or(UserId{});
        const int limit = in.limit();
        if (in.refused()) return;
        engine.people().search(exchange->caller, std::move(query), after, limit,
                               answer<Page<Profile>>(exchange));
    });
}

}  // namespace chatcore::gateway::v1

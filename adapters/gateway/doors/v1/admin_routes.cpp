#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"
#include "gateway/json/names.h"

namespace chatcore::gateway::v1 {

void add_admin_routes(Router& router, Engine& engine) {
    router.add("PUT", "/api/v1/admin/users/{id}", Login::admin, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        const auto user = in.path_id<UserId>(0, "id");
        StandingRequest request;
        if (const auto role = in.body().text("role")) {
            request.role = user_role_of(*role);
            if (!request.role) in.wrong("role");
        }
        if (const auto code = in.body().text("externalId")) request.external_id = *code;
        request.disabled = in.body().flag("disabled");
        if (in.refused()) return;
        engine.accounts().set_standing(exchange->home(), user, std::move(request),
                                       answer<Account>(exchange));
    });
}

}  // namespace chatcore::gateway::v1

// What rooms are about, as the host registers it.

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::v1 {

namespace {

Context context_of(const Exchange& exchange) {
    return {exchange.captures[0], exchange.captures[1]};
}

}  // namespace

void add_context_routes(Router& router, Engine& engine) {
    router.add("PUT", "/api/v1/contexts/{type=text}/{id=text}", Login::admin,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange, Body::required);
                   Fields& body = in.body();
                   ContextRequest request{.owner = body.required_id<UserId>("ownerId"),
                                          .title = std::string(body.text("title").value_or("")),
                                          .metadata = body.metadata("metadata")};
                   if (in.refused()) return;
                   engine.contexts().put(exchange->caller, context_of(*exchange),
                                         std::move(request), answer<RegisteredContext>(exchange));
               });

    router.add("DELETE", "/api/v1/contexts/{type=text}/{id=text}", Login::admin,
               [&engine](ExchangePtr exchange) {
                   Context context = context_of(*exchange);
                   auto done = answer_by<std::int64_t>(
                       exchange, [context](JsonWriter& out, std::int64_t rooms) {
                           out.begin_object()
                               .member("type", context.type)
                               .member("id", context.id)
                               .member("deletedRooms", rooms)
                               .end_object();
                       });
                   engine.contexts().remove(exchange->caller, std::move(context), std::move(done));
               });
}

}  // namespace chatcore::gateway::v1

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::v1 {

namespace {

Completion<std::int64_t> answer_unread(ExchangePtr exchange) {
    return answer_by<std::int64_t>(std::move(exchange), [](JsonWriter& out, std::int64_t unread) {
        out.begin_object().member("unreadCount", unread).end_object();
    });
}

}  // namespace

void add_inbox_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/notifications", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const NotificationId before = in.cursor<NotificationId>().value_or(NotificationId{});
        const int limit = in.limit();
        if (in.refused()) return;
        engine.inbox().list(exchange->caller, before, limit, answer<Page<Notification>>(exchange));
    });

    router.add("GET", "/api/v1/notifications/unread", Login::required,
               [&engine](ExchangePtr exchange) {
                   engine.inbox().unread_count(exchange->caller, answer_unread(exchange));
               });

    router.add("POST", "/api/v1/notifications/{id}/read", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto id = in.path_id<NotificationId>(0, "id");
                   if (in.refused()) return;
                   engine.inbox().mark_read(exchange->caller, id, answer<Notification>(exchange));
               });

    router.add("POST", "/api/v1/notifications/read-all", Login::required,
               [&engine](ExchangePtr exchange) {
                   engine.inbox().mark_all_read(exchange->caller, answer_unread(exchange));
               });
}

}  // namespace chatcore::gateway::v1

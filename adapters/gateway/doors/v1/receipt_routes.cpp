#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::v1 {

namespace {

/// The fields may be query parameters as well, among them `userId`, which can only be the caller,
/// and `requestId`, which is the client's own.
void mark_read(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::optional);
    const auto room = in.id<RoomId>("roomId");
    const auto message = in.id<MessageId>("messageId");
    const auto user = in.id<UserId>("userId");
    if (!room) in.wrong("roomId");
    if (in.refused()) return;
    if (user && *user != exchange->caller.user) {
        exchange->respond_error(Error{ErrorCode::forbidden, "userId"});
        return;
    }
    std::optional<Position> up_to;
    if (message) up_to = position_of(*message);
    engine.receipts().read(exchange->caller, *room, up_to, answer<Member>(exchange));
}

/// `{userId,nickname,readAt}`.
void write_reader(JsonWriter& out, const Member& member) {
    out.begin_object().member("userId", member.user).member("nickname", member.nickname);
    out.key("readAt");
    if (member.read_at) {
        out.value(*member.read_at);
    } else {
        out.null();
    }
    out.end_object();
}

void readers(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto message = in.path_id<MessageId>(0, "id");
    const auto after = in.cursor<UserId>().value_or(UserId{});
    const int limit = in.limit();
    if (in.refused()) return;
    engine.receipts().readers(
        exchange->caller, message, after, limit,
        answer_by<Page<Member>>(exchange, [](JsonWriter& out, const Page<Member>& page) {
            write_page(out, page, write_reader);
        }));
}

}  // namespace

void add_receipt_routes(Router& router, Engine& engine) {
    router.add("POST", "/api/v1/messages/mark-read", Login::required,
               [&engine](const ExchangePtr& exchange) { mark_read(engine, exchange); });

    router.add("GET", "/api/v1/messages/{id}/readers", Login::required,
               [&engine](const ExchangePtr& exchange) { readers(engine, exchange); });

    router.add("GET", "/api/v1/unread", Login::required, [&engine](const ExchangePtr& exchange) {
        engine.rooms().unread(exchange->caller, answer<UnreadTotals>(exchange));
    });
}

}  // namespace chatcore::gateway::v1

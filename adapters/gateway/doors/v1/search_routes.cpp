// Finding messages by what they say, and rooms by their title.

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"
#include "gateway/json/names.h"
#include "gateway/json/times.h"

namespace chatcore::gateway::v1 {

namespace {

std::optional<Timestamp> query_time(Input& in, std::string_view name) {
    const auto text = in.query_text(name);
    if (!text) return std::nullopt;
    const auto time = time_of(*text);
    if (!time) in.wrong(name);
    return time;
}

void search(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    SearchQuery query;
    query.text = in.query_text("query").value_or("");
    query.room = in.query_id<RoomId>("roomId");
    query.sender = in.query_id<UserId>("senderId");
    if (const auto type = in.query_text("type")) {
        query.type = message_type_of(*type);
        if (!query.type) in.wrong("type");
    }
    query.from = query_time(in, "from");
    query.until = query_time(in, "to");
    query.before = in.cursor<MessageId>().value_or(MessageId{id_max});
    query.limit = in.limit();
    if (in.refused()) return;
    engine.messages().search(exchange->caller, std::move(query), answer<Page<Message>>(exchange));
}

}  // namespace

void add_search_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/messages/search", Login::required,
               [&engine](const ExchangePtr& exchange) { search(engine, exchange); });

    router.add("GET", "/api/v1/chatrooms/search", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        std::string query = in.query_text("query").value_or("");
        const RoomId after = in.cursor<RoomId>().value_or(RoomId{});
        const int limit = in.limit();
        if (in.refused()) return;
        engine.rooms().search(
            exchange->caller, std::move(query), after, limit,
            answer_by<Page<Room>>(exchange, [](JsonWriter& out, const Page<Room>& page) {
                write_page(out, page,
                           [](JsonWriter& each, const Room& room) { write_room(each, room); });
            }));
    });
}

}  // namespace chatcore::gateway::v1

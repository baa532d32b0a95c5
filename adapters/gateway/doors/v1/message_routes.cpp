#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"
#include "gateway/json/names.h"

namespace chatcore::gateway::v1 {

namespace {

HistoryQuery history_query(Input& in, RoomId room) {
    HistoryQuery query;
    query.room = room;
    query.before = in.query_position("before");
    query.after = in.query_position("after");
    query.around = in.query_position("around");
    query.limit = in.limit();
    // The same request with the `nextCursor` of its answer gives what comes next.
    if (const auto cursor = in.cursor<Position>()) {
        (query.after ? query.after : query.before) = cursor;
        query.around.reset();
    }
    if (const auto type = in.query_text("type")) {
        query.type = message_type_of(*type);
        if (!query.type) in.wrong("type");
    }
    if (in.query_text("replies")) query.replies = in.query_flag("replies");
    return query;
}

void write_history(JsonWriter& out, const History& history, const HistoryQuery& query) {
    out.begin_object().key("items").begin_array();
    for (const Message& message : history.messages) write_message(out, message);
    out.end_array().key("nextCursor");
    if (!history.has_more) {
        out.null();
    } else if (!history.messages.empty()) {
        // The last one is the farthest in the direction of the page, whichever that is.
        out.value(position_of(history.messages.back().id));
    } else {
        out.value(query.around.value_or(Position{}));  // all that there is lies below it
    }
    out.member("hasMore", history.has_more).end_object();
}

/// Of a room id its history, of a message id that message. Ids never collide, and a room is what is
/// asked for nearly always, so the message is looked for where there was no room to read. Who may
/// read neither hears the same as where there is nothing at all.
void read(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "id");
    const HistoryQuery query = history_query(in, room);
    if (in.refused()) return;
    engine.messages().history(
        exchange->caller, query, [&engine, exchange, query](Result<History> history) {
            if (history) {
                return compose(
                    exchange, std::move(*history),
                    [query](JsonWriter& out, const History& read) {
                        write_history(out, read, query);
                    },
                    respond_tagged);
            }
            if (history.error().code != ErrorCode::not_a_member) {
                return exchange->respond_error(history.error());
            }
            Completion<Message> shown = answer<Message>(exchange);
            engine.messages().find(
                exchange->caller, MessageId{query.room.value},
                [shown = std::move(shown)](Result<Message> found) mutable {
                    const bool none = !found && found.error().code == ErrorCode::not_found;
                    shown(none ? unexpected(ErrorCode::not_a_member) : std::move(found));
                });
        });
}

void post(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    Fields& body = in.body();
    PostRequest request;
    request.room = in.path_id<RoomId>(0, "roomId");
    request.attachments = body.attachments("attachments");
    request.content = body.content_beside(request.attachments, "content");
    request.type = body.message_type("type").value_or(MessageType::text);
    request.key = body.client_key("clientKey");
    request.parent = body.id<MessageId>("parentId");
    request.mentions = body.mentions("mentions");
    request.metadata = body.metadata("metadata");
    // A wrong key has been refused before.
    request.by_host = exchange->request.header("X-Chatd-Key").has_value();
    std::string temp_id = body.temp_id("tempId");
    if (in.refused()) return;
    engine.messages().post(
        exchange->caller, std::move(request),
        answer_by<Message>(
            exchange,
            [temp_id = std::move(temp_id)](JsonWriter& out, const Message& message) {
                write_message(out, message, temp_id);
            },
            201));
}

}  // namespace

void add_message_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/messages/{id}", Login::required,
               [&engine](const ExchangePtr& exchange) { read(engine, exchange); });

    router.add("GET", "/api/v1/message/{messageId}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto message = in.path_id<MessageId>(0, "messageId");
                   if (in.refused()) return;
                   engine.messages().find(exchange->caller, message, answer<Message>(exchange));
               });

    router.add("POST", "/api/v1/messages/{roomId}", Login::required,
               [&engine](const ExchangePtr& exchange) { post(engine, exchange); });

    router.add("PUT", "/api/v1/messages/{messageId}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange, Body::required);
                   const auto message = in.path_id<MessageId>(0, "messageId");
                   std::string content(in.body().required_text("content"));
                   if (in.refused()) return;
                   engine.messages().edit(exchange->caller, message, std::move(content),
                                          answer<Message>(exchange));
               });

    // Answers with the tombstone.
    router.add("DELETE", "/api/v1/messages/{messageId}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto message = in.path_id<MessageId>(0, "messageId");
                   if (in.refused()) return;
                   engine.messages().remove(exchange->caller, message, answer<Message>(exchange));
               });
}

}  // namespace chatcore::gateway::v1

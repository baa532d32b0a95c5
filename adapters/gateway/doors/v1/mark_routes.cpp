// What people do with a message that is there: reactions, pins, bookmarks, forwarding, threads.

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::v1 {

namespace {

void react(Engine& engine, const ExchangePtr& exchange, bool present) {
    Input in(*exchange, Body::optional);
    const auto message = in.id<MessageId>("messageId");
    if (!message) in.wrong("messageId");
    const auto in_body = in.body().text("reaction");
    const auto in_query = in.query_text("reaction");
    if (!in_body && !in_query) in.wrong("reaction");
    if (in.refused()) return;
    engine.messages().react(exchange->caller, *message, in_body ? std::string(*in_body) : *in_query,
                            present, answer<Message>(exchange));
}

void forward(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    ForwardRequest request{.message = in.body().required_id<MessageId>("messageId"),
                           .rooms = in.body().room_ids("targetRoomIds"),
                           .comment = std::string(in.body().text("additionalContent").value_or("")),
                           .key = in.body().client_key("clientKey")};
    if (!in.body().has("targetRoomIds")) in.wrong("targetRoomIds");
    if (in.refused()) return;
    using Posted = std::vector<Message>;
    engine.messages().forward(exchange->caller, std::move(request),
                              answer_by<Posted>(exchange, write_items<Message>, 201));
}

void reply(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    PostRequest request;
    request.room = in.body().required_id<RoomId>("roomId");
    request.parent = in.body().required_id<MessageId>("parentMessageId");
    request.content = std::string(in.body().required_text("content"));
    request.key = in.body().client_key("clientKey");
    if (in.refused()) return;
    engine.messages().post(exchange->caller, std::move(request), answer<Message>(exchange, 201));
}

void write_thread(JsonWriter& out, const Thread& thread) {
    out.begin_object().key("parent");
    write_message(out, thread.root);
    out.member("replyCount", thread.root.reply_count).key("lastReply");
    write_message(out, thread.last_reply);
    out.key("participantIds").begin_array();
    for (const UserId user : thread.participants) out.value(user);
    out.end_array().end_object();
}

void add_threads(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/messages/thread", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const auto root = in.query_id<MessageId>("parentMessageId");
        if (!root) in.wrong("parentMessageId");
        const auto after = in.cursor<MessageId>().value_or(MessageId{});
        const int limit = in.limit();
        if (in.refused()) return;
        engine.messages().replies(exchange->caller, *root, after, limit,
                                  answer<Page<Message>>(exchange));
    });
    router.add("POST", "/api/v1/messages/thread", Login::required,
               [&engine](const ExchangePtr& exchange) { reply(engine, exchange); });
    router.add("GET", "/api/v1/messages/threads", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const auto room = in.query_id<RoomId>("roomId");
        if (!room) in.wrong("roomId");
        const auto before = in.cursor<MessageId>().value_or(MessageId{id_max});
        const int limit = in.limit();
        if (in.refused()) return;
        engine.messages().threads(
            exchange->caller, *room, before, limit,
            answer_by<Page<Thread>>(exchange, [](JsonWriter& out, const Page<Thread>& page) {
                write_page(out, page, write_thread);
            }));
    });
}

void add_bookmarks(Router& router, Engine& engine) {
    router.add("POST", "/api/v1/messages/bookmark", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange, Body::required);
                   const auto message = in.body().required_id<MessageId>("messageId");
                   if (in.refused()) return;
                   engine.messages().bookmark(exchange->caller, message, answer<Message>(exchange));
               });
    router.add("GET", "/api/v1/messages/bookmarks", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   BookmarkQuery query{.text = in.query_text("query").value_or(""),
                                       .room = in.query_id<RoomId>("roomId"),
                                       .before = in.cursor<BookmarkId>().value_or(BookmarkId{}),
                                       .limit = in.limit()};
                   if (in.refused()) return;
                   engine.messages().bookmarks(exchange->caller, std::move(query),
                                               answer<Page<Message>>(exchange));
               });
}

}  // namespace

void add_mark_routes(Router& router, Engine& engine) {
    router.add("POST", "/api/v1/messages/reaction", Login::required,
               [&engine](const ExchangePtr& exchange) { react(engine, exchange, true); });
    router.add("DELETE", "/api/v1/messages/reaction", Login::required,
               [&engine](const ExchangePtr& exchange) { react(engine, exchange, false); });

    // The room is the message's own; that the body names it too is not looked at.
    router.add("POST", "/api/v1/messages/pin", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        const auto message = in.body().required_id<MessageId>("messageId");
        if (in.refused()) return;
        engine.messages().pin(exchange->caller, message, true, answer<Message>(exchange));
    });
    router.add("DELETE", "/api/v1/messages/pin/{messageId}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto message = in.path_id<MessageId>(0, "messageId");
                   if (in.refused()) return;
                   engine.messages().pin(exchange->caller, message, false,
                                         answer<Message>(exchange));
               });
    router.add("GET", "/api/v1/messages/pins/{roomId}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto room = in.path_id<RoomId>(0, "roomId");
                   if (in.refused()) return;
                   using Pinned = std::vector<Message>;
                   engine.messages().pins(exchange->caller, room,
                                          answer_by<Pinned>(exchange, write_items<Message>));
               });

    router.add("POST", "/api/v1/messages/forward", Login::required,
               [&engine](const ExchangePtr& exchange) { forward(engine, exchange); });
    add_bookmarks(router, engine);
    add_threads(router, engine);
}

}  // namespace chatcore::gateway::v1

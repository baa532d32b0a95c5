#include <algorithm>

#include "gateway/doors/messenger/groups.h"
#include "gateway/doors/messenger/shapes.h"
#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/input.h"
#include "gateway/json/names.h"

namespace chatcore::gateway::messenger {

namespace {

using v1::Body;
using v1::Input;

constexpr int size_default = 20;
constexpr int size_max = 100;

/// `history` is newest first; the page is told oldest first.
void write_history(JsonWriter& out, const History& history) {
    out.begin_object().key("messages").begin_array();
    for (auto it = history.messages.rbegin(); it != history.messages.rend(); ++it)
        write_messenger_message(out, *it);
    out.end_array().member("hasMore", history.has_more);
    const bool any = !history.messages.empty();
    write_nullable(out, "nextCursor", any ? &history.messages.back().id.value : nullptr);
    out.end_object();
}

void write_unread(JsonWriter& out, RoomId room, std::int64_t unread) {
    out.begin_object().member("roomId", room).member("unreadCount", unread).end_object();
}

Completion<RoomView> answer_room(const ExchangePtr& exchange) {
    return v1::answer_by<RoomView>(exchange, write_messenger_room);
}

void open_direct(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    const auto other = in.body().required_id<UserId>("targetUserId");
    if (in.refused()) return;
    engine.rooms().open_direct(exchange->caller, other, std::nullopt, answer_room(exchange));
}

void create_group(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    GroupRequest request;
    request.title = std::string(in.body().required_text("name"));
    request.members = in.body().user_ids("memberIds");
    if (in.refused()) return;
    engine.rooms().create_group(exchange->caller, std::move(request), answer_room(exchange));
}

void list(Engine& engine, const ExchangePtr& exchange) {
    using Views = std::vector<RoomView>;
    engine.rooms().list_whole(exchange->caller, {},
                              v1::answer_by<Views>(exchange, [](JsonWriter& out, const Views& all) {
                                  out.begin_array();
                                  for (const RoomView& view : all) write_messenger_room(out, view);
                                  out.end_array();
                              }));
}

void messages(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    HistoryQuery query{.room = in.path_id<RoomId>(0, "roomId")};
    query.before = in.cursor<Position>();
    const auto size = in.query_integer("size", 1);
    if (size && *size > size_max) in.wrong("size");
    query.limit = static_cast<int>(std::min<std::int64_t>(size.value_or(size_default), size_max));
    if (in.refused()) return;
    engine.messages().history(exchange->caller, query,
                              v1::answer_by<History>(exchange, write_history));
}

void unread(Engine& engine, const ExchangePtr& exchange, RoomId room) {
    engine.rooms().find(
        exchange->caller, room,
        v1::answer_by<RoomView>(exchange, [](JsonWriter& out, const RoomView& view) {
            write_unread(out, view.room.id, view.unread_count);
        }));
}

/// Up to the message, or where none is given to the room's end; answered with what is left.
void read(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::optional);
    const auto room = in.path_id<RoomId>(0, "roomId");
    const auto last = in.body().id<MessageId>("lastReadMessageId");
    if (in.refused()) return;
    engine.receipts().read(exchange->caller, room,
                           last ? std::optional(position_of(*last)) : std::nullopt,
                           [&engine, exchange, room](const Result<Member>& member) {
                               if (!member) return exchange->respond_error(member.error());
                               unread(engine, exchange, room);
                           });
}

void online(Engine& engine, const ExchangePtr& exchange, RoomId room) {
    using Users = std::vector<UserId>;
    engine.presence().online(exchange->caller, room,
                             v1::answer_by<Users>(exchange, [](JsonWriter& out, const Users& here) {
                                 out.begin_array();
                                 for (const UserId user : here) out.value(user);
                                 out.end_array();
                             }));
}

/// A route that needs nothing but the room.
template <class Route>
Handler of_room(Engine& engine, Route route) {
    return [&engine, route](const ExchangePtr& exchange) {
        Input in(*exchange);
        const auto room = in.path_id<RoomId>(0, "roomId");
        if (in.refused()) return;
        route(engine, exchange, room);
    };
}

void find(Engine& engine, const ExchangePtr& exchange, RoomId room) {
    engine.rooms().find(exchange->caller, room, answer_room(exchange));
}

}  // namespace

void add_room_routes(Router& router, Engine& engine) {
    const auto add = [&](const char* method, const char* pattern, Handler handler) {
        router.add(method, pattern, Login::required, std::move(handler));
    };
    add("POST", "/api/rooms/direct",
        [&engine](const ExchangePtr& exchange) { open_direct(engine, exchange); });
    add("POST", "/api/rooms/group",
        [&engine](const ExchangePtr& exchange) { create_group(engine, exchange); });
    add("GET", "/api/rooms", [&engine](const ExchangePtr& exchange) { list(engine, exchange); });
    add("GET", "/api/rooms/{roomId}", of_room(engine, find));
    add("GET", "/api/rooms/{roomId}/messages",
        [&engine](const ExchangePtr& exchange) { messages(engine, exchange); });
    add("GET", "/api/rooms/{roomId}/unread", of_room(engine, unread));
    add("POST", "/api/rooms/{roomId}/read",
        [&engine](const ExchangePtr& exchange) { read(engine, exchange); });
    add("GET", "/api/rooms/{roomId}/members/online", of_room(engine, online));
}

}  // namespace chatcore::gateway::messenger

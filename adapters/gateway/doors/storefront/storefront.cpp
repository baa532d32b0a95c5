#include "gateway/doors/storefront/storefront.h"

#include "gateway/doors/storefront/shapes.h"
#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway {

namespace storefront {

namespace {

using v1::Body;
using v1::Input;
using Rooms = std::vector<ContextRoom>;

constexpr const char* context_type = "store";
constexpr int limit_max = 100;

PageNumber page_number(Input& in) {
    PageNumber number;
    number.page = in.query_integer("page", 1).value_or(1);
    const auto limit = in.query_integer("limit", 1);
    if (limit && *limit > limit_max) in.wrong("limit");
    if (limit && *limit <= limit_max) number.limit = static_cast<int>(*limit);
    return number;
}

Completion<Rooms> answer_rooms(const ExchangePtr& exchange, Beside beside) {
    return v1::answer_by<Rooms>(exchange, [beside](JsonWriter& out, const Rooms& rooms) {
        out.begin_array();
        for (const ContextRoom& room : rooms) write_room(out, room, beside);
        out.end_array();
    });
}

/// Looks the room up, and goes on with it where it is one of a store's.
template <class Next>
void with_room(Engine& engine, const ExchangePtr& exchange, RoomId room, Next next) {
    engine.context_rooms().find(
        exchange->caller, context_type, room,
        [exchange, next = std::move(next)](Result<ContextRoom> found) mutable {
            if (!found) return exchange->respond_error(found.error());
            next(std::move(*found));
        });
}

/// A store is named by the host: by a number, or by a text.
std::string store_id(Input& in) {
    const std::string json = in.body().json("storeId").value_or("");
    if (!json.starts_with('"'))
        return std::to_string(in.body().required_id<RoomId>("storeId").value);
    return std::string(in.body().required_text("storeId"));
}

void open(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    Context store{context_type, store_id(in)};
    if (in.refused()) return;
    engine.context_rooms().open_with_owner(
        exchange->caller, std::move(store), [&engine, exchange](const Result<RoomView>& opened) {
            if (!opened) return exchange->respond_error(opened.error());
            with_room(engine, exchange, opened->room.id, [exchange](const ContextRoom& room) {
                std::string body;
                JsonWriter out(body);
                write_room(out, room, Beside::nothing);
                exchange->respond_json(200, std::move(body));
            });
        });
}

void own(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const PageNumber number = page_number(in);
    if (in.refused()) return;
    engine.context_rooms().own(exchange->caller, context_type, number,
                               answer_rooms(exchange, Beside::store));
}

void of_store(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const PageNumber number = page_number(in);
    if (in.refused()) return;
    engine.context_rooms().of_owner(exchange->caller, {context_type, exchange->captures[0]}, number,
                                    answer_rooms(exchange, Beside::user));
}

void messages(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "roomId");
    const PageNumber number = page_number(in);
    if (in.refused()) return;
    with_room(engine, exchange, room, [&engine, exchange, number](ContextRoom found) {
        const PageQuery query{.room = found.room.id, .page = number.page, .limit = number.limit};
        engine.messages().page(
            exchange->caller, query,
            v1::answer_by<HistoryPage>(exchange, [found = std::move(found), number](
                                                     JsonWriter& out, const HistoryPage& page) {
                write_page(out, found, page, number);
            }));
    });
}

/// Answered with the room as it is then.
void read(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "roomId");
    if (in.refused()) return;
    with_room(engine, exchange, room, [&engine, exchange](ContextRoom found) {
        const RoomId id = found.room.id;
        engine.receipts().read(
            exchange->caller, id, std::nullopt,
            [exchange, found = std::move(found)](const Result<Member>& member) mutable {
                if (!member) return exchange->respond_error(member.error());
                (member->user == found.owner ? found.owner_unread : found.visitor_unread) = 0;
                std::string body;
                JsonWriter out(body);
                write_room(out, found, Beside::nothing);
                exchange->respond_json(200, std::move(body));
            });
    });
}

}  // namespace

}  // namespace storefront

void add_storefront_routes(Router& router, Engine& engine) {
    const auto add = [&](const char* method, const char* pattern, Login login, auto route) {
        router.add(method, pattern, login,
                   [&engine, route](const ExchangePtr& exchange) { route(engine, exchange); });
    };
    add("POST", "/user/chat-room", Login::required, storefront::open);
    add("GET", "/user/chat-room", Login::required, storefront::own);
    add("GET", "/user/chat-room/{roomId}/messages", Login::required, storefront::messages);
    add("POST", "/user/chat-room/{roomId}/read", Login::required, storefront::read);
    add("GET", "/seller/chat-room/store/{storeId=text}", Login::seller, storefront::of_store);
    add("GET", "/seller/chat-room/{roomId}/messages", Login::seller, storefront::messages);
    add("POST", "/seller/chat-room/{roomId}/read", Login::seller, storefront::read);
}

}  // namespace chatcore::gateway

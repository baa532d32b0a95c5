#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::v1 {

namespace {

/// `unread=true`, `favorite=true`, `contextType` with `contextId`, `cursor`, `limit`.
RoomListQuery list_query(Input& in) {
    RoomListQuery query;
    query.cursor = in.query_text("cursor").value_or("");
    query.limit = in.limit();
    query.unread_only = in.query_flag("unread");
    const auto type = in.query_text("contextType");
    const auto id = in.query_text("contextId");
    if (type && id) {
        query.context = Context{*type, *id};
    } else if (type || id) {
        in.wrong(type ? "contextId" : "contextType");
    }
    query.favorites_only = in.query_flag("favorite");
    return query;
}

GroupRequest group_request(Fields& body) {
    GroupRequest request;
    request.title = std::string(body.required_text("title"));
    request.members = body.user_ids("memberIds");
    request.open = body.flag("open").value_or(false);
    request.context = body.context("context");
    request.metadata = body.metadata("metadata");
    request.image_url = std::string(body.text("imageUrl").value_or(""));
    return request;
}

}  // namespace

void add_room_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/chatrooms", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        RoomListQuery query = list_query(in);
        if (in.refused()) return;
        engine.rooms().list(exchange->caller, std::move(query),
                            answer_tagged<Page<RoomView>>(exchange));
    });

    router.add("GET", "/api/v1/chatrooms/favorites", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   RoomListQuery query = list_query(in);
                   query.favorites_only = true;
                   if (in.refused()) return;
                   engine.rooms().list(exchange->caller, std::move(query),
                                       answer_tagged<Page<RoomView>>(exchange));
               });

    router.add("POST", "/api/v1/chatrooms", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        GroupRequest request = group_request(in.body());
        if (in.refused()) return;
        engine.rooms().create_group(exchange->caller, std::move(request),
                                    answer<RoomView>(exchange, 201));
    });

    // All of them or none.
    router.add(
        "POST", "/api/v1/chatrooms/multiple", Login::required, [&engine](ExchangePtr exchange) {
            Input in(*exchange, Body::required);
            std::vector<GroupRequest> requests;
            for (const simdjson::dom::object one : in.body().objects("rooms")) {
                Fields fields(one);
                requests.push_back(group_request(fields));
                if (!fields.status()) in.wrong("rooms");
            }
            if (!in.body().has("rooms")) in.wrong("rooms");
            if (in.refused()) return;
            using Views = std::vector<RoomView>;
            engine.rooms().create_groups(
                exchange->caller, std::move(requests),
                answer_by<Views>(
                    exchange, [](JsonWriter& out, const Views& views) { write_items(out, views); },
                    201));
        });

    // 200 for a room that was there and for a new one alike: the use case does not tell them apart.
    router.add("POST", "/api/v1/chatrooms/direct", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange, Body::required);
                   const auto other = in.body().required_id<UserId>("userId");
                   std::optional<Context> context = in.body().context("context");
                   if (in.refused()) return;
                   engine.rooms().open_direct(exchange->caller, other, std::move(context),
                                              answer<RoomView>(exchange));
               });

    router.add("GET", "/api/v1/chatrooms/{id}", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const auto room = in.path_id<RoomId>(0, "id");
        if (in.refused()) return;
        engine.rooms().find(exchange->caller, room, answer<RoomView>(exchange));
    });

    router.add("PUT", "/api/v1/chatrooms/{id}", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        const auto room = in.path_id<RoomId>(0, "id");
        HeaderRequest request;
        if (const auto title = in.body().text("title")) request.title = std::string(*title);
        if (const auto image = in.body().text("imageUrl")) request.image_url = std::string(*image);
        if (in.refused()) return;
        if (!request.title && !request.image_url) in.wrong("title");
        if (in.refused()) return;
        engine.rooms().set_header(exchange->caller, room, std::move(request),
                                  answer<RoomView>(exchange));
    });

    // Since 0, or without `since`: everything there is.
    router.add("GET", "/api/v1/chatrooms/{id}/changes", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto room = in.path_id<RoomId>(0, "id");
                   const Position since = in.cursor<Position>("since").value_or(Position{});
                   const int limit = in.limit();
                   if (in.refused()) return;
                   engine.messages().changes(exchange->caller, room, since, limit,
                                             answer<Changes>(exchange));
               });
}

}  // namespace chatcore::gateway::v1

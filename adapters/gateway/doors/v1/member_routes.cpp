#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"
#include "gateway/json/names.h"

namespace chatcore::gateway::v1 {

namespace {

void leave(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::optional);
    const auto room = in.path_id<RoomId>(0, "id");
    const bool silent = in.flag("silent");
    if (in.refused()) return;
    engine.rooms().leave(exchange->caller, room, silent, answer<RoomView>(exchange));
}

/// Leaves, or with `forEveryone` deletes the room for everybody, which the host may for itself.
void leave_or_delete(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::optional);
    const auto room = in.path_id<RoomId>(0, "id");
    const bool silent = in.flag("silent");
    const bool for_everyone = in.flag("forEveryone");
    if (in.refused()) return;
    if (for_everyone) {
        engine.rooms().delete_room(exchange->caller, room, answer<Room>(exchange));
    } else if (exchange->caller.user == UserId{}) {
        exchange->respond_error(Error{ErrorCode::malformed, "X-Chatd-User"});
    } else {
        engine.rooms().leave(exchange->caller, room, silent, answer<RoomView>(exchange));
    }
}

/// Either a `role`, or `mutedUntil`: until when the member may not post; empty lets them again.
void set_member(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    const auto room = in.path_id<RoomId>(0, "id");
    const auto user = in.path_id<UserId>(1, "userId");
    const auto role_name = in.body().text("role");
    const auto role = role_name ? member_role_of(*role_name) : std::nullopt;
    if (role_name && !role) in.wrong("role");
    const bool gags = in.body().has("mutedUntil");
    const std::optional<Timestamp> until = in.body().time("mutedUntil");
    if (role_name.has_value() == gags) in.wrong("role");
    if (in.refused()) return;
    if (role) {
        engine.rooms().set_role(exchange->caller, room, user, *role, answer<Member>(exchange));
    } else {
        engine.rooms().gag(exchange->caller, room, user, until, answer<Member>(exchange));
    }
}

void add_coming_and_going(Router& router, Engine& engine) {
    router.add("POST", "/api/v1/chatrooms/{id}/join", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto room = in.path_id<RoomId>(0, "id");
                   if (in.refused()) return;
                   engine.rooms().join(exchange->caller, room, answer<RoomView>(exchange));
               });

    router.add("POST", "/api/v1/chatrooms/{id}/leave", Login::required,
               [&engine](const ExchangePtr& exchange) { leave(engine, exchange); });
    router.add("DELETE", "/api/v1/chatrooms/{id}", Login::person_or_host,
               [&engine](const ExchangePtr& exchange) { leave_or_delete(engine, exchange); });
}

}  // namespace

void add_member_routes(Router& router, Engine& engine) {
    add_coming_and_going(router, engine);

    router.add("GET", "/api/v1/chatrooms/{id}/participants", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto room = in.path_id<RoomId>(0, "id");
                   const UserId after = in.cursor<UserId>().value_or(UserId{});
                   const int limit = in.limit();
                   if (in.refused()) return;
                   engine.rooms().members(exchange->caller, room, after, limit,
                                          answer<Page<Member>>(exchange));
               });

    router.add("POST", "/api/v1/chatrooms/{id}/participants", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange, Body::required);
                   const auto room = in.path_id<RoomId>(0, "id");
                   std::vector<UserId> users = in.body().user_ids("userIds");
                   if (!in.body().has("userIds")) in.wrong("userIds");
                   const auto name = in.body().text("role");
                   const auto role = name ? member_role_of(*name) : MemberRole::member;
                   if (!role) in.wrong("role");
                   if (in.refused()) return;
                   engine.rooms().invite(exchange->caller, room, std::move(users), *role,
                                         answer<RoomView>(exchange));
               });

    router.add("DELETE", "/api/v1/chatrooms/{id}/participants/{userId}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto room = in.path_id<RoomId>(0, "id");
                   const auto user = in.path_id<UserId>(1, "userId");
                   const bool ban = in.query_flag("ban");
                   if (in.refused()) return;
                   engine.rooms().remove(exchange->caller, room, user, ban,
                                         answer<RoomView>(exchange));
               });

    router.add("PUT", "/api/v1/chatrooms/{id}/participants/{userId}", Login::required,
               [&engine](const ExchangePtr& exchange) { set_member(engine, exchange); });

    router.add("GET", "/api/v1/chatrooms/{id}/online", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto room = in.path_id<RoomId>(0, "id");
                   if (in.refused()) return;
                   using Users = std::vector<UserId>;
                   engine.presence().online(
                       exchange->caller, room,
                       answer_by<Users>(exchange, [](JsonWriter& out, const Users& users) {
                           out.begin_object().key("items").of_ids().begin_array();
                           for (const UserId user : users) out.value(user);
                           out.end_array().end_object();
                       }));
               });
}

}  // namespace chatcore::gateway::v1

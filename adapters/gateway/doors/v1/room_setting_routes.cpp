// The notice of a room, and what a person alone sees of it.

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::v1 {

namespace {

Completion<RoomView> answer_with_notice(const ExchangePtr& exchange) {
    return answer_by<RoomView>(exchange, [](JsonWriter& out, const RoomView& view) {
        write_notice(out, view.room.notice);
    });
}

/// POST sets it and DELETE takes it away, at an address of its own.
void add_switch(Router& router, Engine& engine, std::string_view path,
                std::optional<bool> SetPersonal::* member) {
    for (const bool on : {true, false}) {
        router.add(on ? "POST" : "DELETE", path, Login::required,
                   [&engine, member, on](ExchangePtr exchange) {
                       Input in(*exchange);
                       const auto room = in.path_id<RoomId>(0, "id");
                       if (in.refused()) return;
                       SetPersonal what;
                       what.*member = on;
                       engine.rooms().set_personal(exchange->caller, room, what,
                                                   answer<RoomView>(exchange));
                   });
    }
}

}  // namespace

void add_room_setting_routes(Router& router, Engine& engine) {
    const std::string_view notice = "/api/v1/chatrooms/{id}/notice";
    router.add("GET", notice, Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const auto room = in.path_id<RoomId>(0, "id");
        if (in.refused()) return;
        engine.rooms().find(exchange->caller, room, answer_with_notice(exchange));
    });
    router.add("POST", notice, Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        const auto room = in.path_id<RoomId>(0, "id");
        std::string content(in.body().required_text("content"));
        if (in.refused()) return;
        engine.rooms().set_notice(exchange->caller, room, std::move(content),
                                  answer_with_notice(exchange));
    });
    router.add("DELETE", notice, Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const auto room = in.path_id<RoomId>(0, "id");
        if (in.refused()) return;
        engine.rooms().set_notice(exchange->caller, room, "", answer_with_notice(exchange));
    });

    add_switch(router, engine, "/api/v1/chatrooms/{id}/favorite", &SetPersonal::favorite);
    add_switch(router, engine, "/api/v1/chatrooms/{id}/mute", &SetPersonal::muted);
}

}  // namespace chatcore::gateway::v1

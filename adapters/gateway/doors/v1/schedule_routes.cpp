#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"
#include "gateway/json/names.h"

namespace chatcore::gateway::v1 {

namespace {

/// What the body says of a schedule. A rhythm that there is not is refused by the engine's word for
/// values, not as malformed.
struct Said {
    ScheduleEdit edit;
    bool repeat_unknown = false;
};

Said said_in(Fields& body) {
    Said said;
    said.edit.room = body.id<RoomId>("roomId");
    if (const auto content = body.text("content")) said.edit.content = std::string(*content);
    said.edit.at = body.time("scheduledAt");
    if (const auto repeat = body.text("repeat"); repeat && !repeat->empty()) {
        said.edit.repeat = repeat_of(*repeat);
        said.repeat_unknown = !said.edit.repeat;
    }
    if (const auto zone = body.text("timeZone")) said.edit.time_zone = std::string(*zone);
    return said;
}

bool refused(Input& in, const Said& said, Exchange& exchange) {
    if (in.refused()) return true;
    if (!said.repeat_unknown) return false;
    exchange.respond_error(Error{ErrorCode::invalid_value, "repeat"});
    return true;
}

void create(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    Said said = said_in(in.body());
    if (!said.edit.room) in.wrong("roomId");
    if (!said.edit.content) in.wrong("content");
    if (!said.edit.at) in.wrong("scheduledAt");
    if (refused(in, said, *exchange)) return;
    ScheduleEdit& given = said.edit;
    engine.schedules().create(
        exchange->caller,
        ScheduleRequest{*given.room, std::move(*given.content), *given.at,
                        given.repeat.value_or(Repeat::none), given.time_zone.value_or("")},
        answer<Schedule>(exchange, 201));
}

}  // namespace

void add_schedule_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/messages/schedule", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto before = in.cursor<ScheduleId>();
                   const int limit = in.limit();
                   if (in.refused()) return;
                   engine.schedules().list(exchange->caller, before, limit,
                                           answer<Page<Schedule>>(exchange));
               });

    router.add("POST", "/api/v1/messages/schedule", Login::required,
               [&engine](const ExchangePtr& exchange) { create(engine, exchange); });

    router.add("PUT", "/api/v1/messages/schedule/{id}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange, Body::required);
                   const auto id = in.path_id<ScheduleId>(0, "id");
                   Said said = said_in(in.body());
                   if (refused(in, said, *exchange)) return;
                   engine.schedules().edit(exchange->caller, id, std::move(said.edit),
                                           answer<Schedule>(exchange));
               });

    // Answers with the schedule as it is then.
    router.add("DELETE", "/api/v1/messages/schedule/{id}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto id = in.path_id<ScheduleId>(0, "id");
                   if (in.refused()) return;
                   engine.schedules().cancel(exchange->caller, id, answer<Schedule>(exchange));
               });
}

}  // namespace chatcore::gateway::v1

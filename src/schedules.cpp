#include "chatcore/schedules.h"

#include "content_rules.h"
#include "may_post.h"
#include "node.h"
#include "utc_only.h"

namespace chatcore {

namespace {

/// One's own schedule; somebody else's is not found.
Result<Schedule> own(Store& store, ScheduleId id, UserId user) {
    Result<std::optional<Schedule>> found = store.schedules().find(id);
    if (!found) return unexpected(found.error());
    if (!*found || (*found)->owner != user) return unexpected(ErrorCode::not_found, "schedule");
    return std::move(**found);
}

/// What is not given stays; a new time, rhythm or zone is a new beginning.
Status change_by(Schedule& schedule, ScheduleEdit&& edit, const TimeZones& zones) {
    if (edit.room) schedule.room = *edit.room;
    if (edit.content) schedule.content = std::move(*edit.content);
    if (!edit.at && !edit.repeat && !edit.time_zone) return {};
    if (edit.at) schedule.due_at = *edit.at;
    if (edit.repeat) schedule.repeat = *edit.repeat;
    if (edit.time_zone) schedule.time_zone = std::move(*edit.time_zone);
    Result<LocalTime> local = zones.to_local(schedule.due_at, schedule.time_zone);
    if (!local) return unexpected(local.error());
    schedule.first_local = *local;
    return {};
}

}  // namespace

Schedules::Schedules(Node& node, const TimeZones* zones)
    : node_(node), zones_(zones != nullptr ? *zones : utc_only) {}
Schedules::~Schedules() = default;

void Schedules::create(Caller caller, ScheduleRequest request, Completion<Schedule> done) {
    Schedule schedule;
    schedule.owner = caller.user;
    schedule.created_at = node_.clock.now();
    ScheduleEdit given{request.room, std::move(request.content), request.at, request.repeat,
                       std::move(request.time_zone)};
    Status status = check_content(*given.content, node_.limits);
    if (status && request.at <= schedule.created_at)
        status = unexpected(ErrorCode::in_the_past, "scheduledAt");
    if (status) status = change_by(schedule, std::move(given), zones_);
    if (!status) {
        node_.answer<Schedule>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    node_.ask_writer<Schedule>(
        caller.home,
        [this, schedule = std::move(schedule)](Store& store) mutable -> Result<Schedule> {
            Status may =
                may_post(store, schedule.owner, {&schedule.room, 1}, {}, node_.clock.now());
            if (!may) return unexpected(may.error());
            Result<ScheduleId> id =
                store.schedules().create(schedule, node_.limits.schedules_open_max);
            if (!id) return unexpected(id.error());
            schedule.id = *id;
            return std::move(schedule);
        },
        std::move(done));
}

void Schedules::list(Caller caller, std::optional<ScheduleId> before, int limit,
                     Completion<Page<Schedule>> done) {
    if (limit < 1 || limit > 100) {
        node_.answer<Page<Schedule>>(caller.home, std::move(done),
                                     unexpected(ErrorCode::malformed, "limit"));
        return;
    }
    node_.ask<Page<Schedule>>(
        caller.home,
        [=](Store& store) { return store.schedules().list(caller.user, before, limit); },
        std::move(done));
}

void Schedules::edit(Caller caller, ScheduleId id, ScheduleEdit edit, Completion<Schedule> done) {
    Status status;
    if (edit.content) status = check_content(*edit.content, node_.limits);
    if (status && edit.at && *edit.at <= node_.clock.now())
        status = unexpected(ErrorCode::in_the_past, "scheduledAt");
    if (status && edit.time_zone && !zones_.known(*edit.time_zone))
        status = unexpected(ErrorCode::invalid_value, "timeZone");
    if (!status) {
        node_.answer<Schedule>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    node_.ask_writer<Schedule>(
        caller.home,
        [this, caller, id, edit = std::move(edit)](Store& store) mutable -> Result<Schedule> {
            Result<Schedule> schedule = own(store, id, caller.user);
            if (!schedule) return schedule;
            if (schedule->state != ScheduleState::scheduled || schedule->claimed)
                return unexpected(ErrorCode::wrong_state);
            if (Status changed = change_by(*schedule, std::move(edit), zones_); !changed)
                return unexpected(changed.error());
            Status may = may_post(store, caller.user, {&schedule->room, 1}, {}, node_.clock.now());
            if (!may) return unexpected(may.error());
            Result<bool> kept = store.schedules().update(*schedule);
            if (!kept) return unexpected(kept.error());
            if (!*kept) return unexpected(ErrorCode::wrong_state);
            return schedule;
        },
        std::move(done));
}

void Schedules::cancel(Caller caller, ScheduleId id, Completion<Schedule> done) {
    node_.ask_writer<Schedule>(
        caller.home,
        [caller, id](Store& store) -> Result<Schedule> {
            Result<Schedule> schedule = own(store, id, caller.user);
            if (!schedule || schedule->state == ScheduleState::cancelled) return schedule;
            schedule->state = ScheduleState::cancelled;
            Result<bool> kept = store.schedules().update(*schedule);
            if (!kept) return unexpected(kept.error());
            if (!*kept) return unexpected(ErrorCode::wrong_state);
            return schedule;
        },
        std::move(done));
}

}  // namespace chatcore

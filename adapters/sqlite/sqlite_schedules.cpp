#include "sqlite_schedules.h"

#include <algorithm>

#include "row_writes.h"
#include "schedule_sql.h"

namespace chatcore::sqlite {

namespace {

std::int64_t number_of(LocalTime local) {
    return local.time_since_epoch().count();
}

/// Appends all rows.
Status append(Cursor& rows, std::vector<Schedule>& out) {
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return {};
        out.push_back(schedule_from(rows));
    }
}

}  // namespace

SqliteScheduleStore::SqliteScheduleStore(Connection& connection,
                                         TransactionStatements& transactions, WriteLine& line)
    : connection_(connection),
      transactions_(transactions),
      line_(line),
      draw_id_(connection, sql::draw_schedule_id),
      open_(connection, sql::open_schedules),
      insert_(connection, sql::insert_schedule),
      schedule_(connection, sql::schedule),
      schedules_of_(connection, sql::schedules_of),
      update_(connection, sql::update_schedule),
      due_(connection, sql::due_schedules),
      claim_(connection, sql::claim_schedule),
      advance_(connection, sql::advance_schedule),
      token_(connection, sql::lease_token) {}

Result<ScheduleId> SqliteScheduleStore::create(const Schedule& schedule, int open_max) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    {
        Cursor row(open_, schedule.owner);
        Result<bool> counted = row.next();
        if (!counted) return unexpected(counted.error());
        if (row.integer() >= open_max) return unexpected(ErrorCode::too_many, "schedules");
    }
    ScheduleId id;
    {
        Cursor row(draw_id_);
        Result<bool> drawn = row.next();
        if (!drawn) return unexpected(drawn.error());
        if (!*drawn) return unexpected(ErrorCode::corrupt, "store", "the schedule counter is gone");
        id = row.id<ScheduleId>();
    }
    Schedule made = schedule;
    made.id = id;
    Status status = insert_schedule(insert_, made);
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    return id;
}

Result<std::optional<Schedule>> SqliteScheduleStore::find(ScheduleId schedule) {
    Cursor row(schedule_, schedule);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Schedule>{};
    return std::optional{schedule_from(row)};
}

Result<Page<Schedule>> SqliteScheduleStore::list(UserId owner, std::optional<ScheduleId> before,
                                                 int limit) {
    limit = std::max(limit, 1);
    Cursor rows(schedules_of_, owner, before.value_or(ScheduleId{id_max}), limit + 1);
    Page<Schedule> page;
    if (Status status = append(rows, page.items); !status) return unexpected(status.error());
    if (page.items.size() > static_cast<std::size_t>(limit)) {
        page.items.pop_back();
        page.next_cursor = std::to_string(page.items.back().id.value);
    }
    return page;
}

Result<bool> SqliteScheduleStore::update(const Schedule& schedule) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Status status = update_.run(schedule.id, schedule.occurrence, schedule.room, schedule.content,
                                number_of(schedule.first_local), schedule.due_at, schedule.repeat,
                                schedule.time_zone, schedule.state);
    const bool done = connection_.altered() > 0;
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    return done;
}

Result<std::vector<Schedule>> SqliteScheduleStore::due(Timestamp now, int limit) {
    Cursor rows(due_, now, limit);
    std::vector<Schedule> found;
    if (Status status = append(rows, found); !status) return unexpected(status.error());
    return found;
}

Status SqliteScheduleStore::check(const Fence& fence) {
    Cursor row(token_, fence.lease);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (*found && row.integer() > fence.token) return unexpected(ErrorCode::conflict, "lease");
    return {};
}

Result<std::vector<Schedule>> SqliteScheduleStore::claim(std::span<const Occurrence> occurrences,
                                                         Timestamp now, const Fence& fence) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    if (Status status = check(fence); !status) return unexpected(status.error());
    std::vector<Schedule> claimed;
    for (const Occurrence& occurrence : occurrences) {
        Cursor rows(claim_, occurrence.schedule, occurrence.number, now);
        if (Status status = append(rows, claimed); !status) return unexpected(status.error());
    }
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    return claimed;
}

Result<std::vector<bool>> SqliteScheduleStore::advance(std::span<const Progress> progress,
                                                       const Fence& fence) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    if (Status status = check(fence); !status) return unexpected(status.error());
    std::vector<bool> done;
    for (const Progress& step : progress) {
        Status status = advance_.run(step.over.schedule, step.over.number, step.state, step.next_at,
                                     kept_name(step.failure));
        if (!status) return unexpected(status.error());
        done.push_back(connection_.altered() > 0);
    }
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    return done;
}

SqliteLeaseStore::SqliteLeaseStore(Connection& connection, TransactionStatements& transactions,
                                   WriteLine& line)
    : connection_(connection),
      transactions_(transactions),
      line_(line),
      acquire_(connection, sql::acquire_lease),
      renew_(connection, sql::renew_lease),
      release_(connection, sql::release_lease) {}

Result<std::optional<std::int64_t>> SqliteLeaseStore::acquire(const std::string& lease,
                                                              const std::string& owner,
                                                              Timestamp now,
                                                              std::chrono::milliseconds ttl) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    std::optional<std::int64_t> token;
    {
        Cursor row(acquire_, lease, owner, now, now + ttl);
        Result<bool> taken = row.next();
        if (!taken) return unexpected(taken.error());
        if (*taken) token = row.integer();
    }
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    return token;
}

Result<bool> SqliteLeaseStore::renew(const Fence& fence, const std::string& owner, Timestamp now,
                                     std::chrono::milliseconds ttl) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Status status = renew_.run(fence.lease, owner, fence.token, now + ttl);
    const bool renewed = connection_.altered() > 0;
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    return renewed;
}

Status SqliteLeaseStore::release(const Fence& fence) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    Status status = release_.run(fence.lease, fence.token);
    return status ? transaction.commit() : status;
}

}  // namespace chatcore::sqlite

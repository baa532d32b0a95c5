#include "faulty_schedules.h"

namespace chatcore::simulation {

namespace {

/// A write that may fail before, or after, or both not.
template <class Call>
auto write(Fate& fate, Call call) -> decltype(call()) {
    if (fate.write_fails()) return away();
    auto answer = call();
    if (fate.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
    return answer;
}

}  // namespace

Result<ScheduleId> FaultyScheduleStore::create(const Schedule& schedule, int open_max) {
    return write(fate_, [&] { return inner_.create(schedule, open_max); });
}

Result<std::optional<Schedule>> FaultyScheduleStore::find(ScheduleId schedule) {
    if (fate_.read_fails()) return away();
    return inner_.find(schedule);
}

Result<Page<Schedule>> FaultyScheduleStore::list(UserId owner, std::optional<ScheduleId> before,
                                                 int limit) {
    if (fate_.read_fails()) return away();
    return inner_.list(owner, before, limit);
}

Result<bool> FaultyScheduleStore::update(const Schedule& schedule) {
    return write(fate_, [&] { return inner_.update(schedule); });
}

Result<std::vector<Schedule>> FaultyScheduleStore::due(Timestamp now, int limit) {
    if (fate_.read_fails()) return away();
    return inner_.due(now, limit);
}

Result<std::vector<Schedule>> FaultyScheduleStore::claim(std::span<const Occurrence> occurrences,
                                                         Timestamp now, const Fence& fence) {
    return write(fate_, [&] {
        auto claimed = inner_.claim(occurrences, now, fence);
        if (claimed) {
            for (const Schedule& schedule : *claimed) book_.claimed(schedule, now);
        }
        return claimed;
    });
}

Result<std::vector<bool>> FaultyScheduleStore::advance(std::span<const Progress> progress,
                                                       const Fence& fence) {
    return write(fate_, [&] {
        for (const Progress& step : progress) {
            fate_.setting().trace("  occurrence {} of schedule {} is over, by {}: now {}",
                                  step.over.number, step.over.schedule.value, fence.token,
                                  static_cast<int>(step.state));
        }
        if (fate_.setting().breach != Breach::advances_again)
            return inner_.advance(progress, fence);
        std::vector<Progress> steps(progress.begin(), progress.end());
        const Fence any{fence.lease, id_max};
        for (Progress& step : steps) {
            const auto now = inner_.find(step.over.schedule);
            step.over.number = (*now)->occurrence;
            static_cast<void>(inner_.claim({&step.over, 1}, Timestamp::max(), any));
        }
        return inner_.advance(steps, any);
    });
}

Result<std::optional<std::int64_t>> FaultyLeaseStore::acquire(const std::string& lease,
                                                              const std::string& owner,
                                                              Timestamp now,
                                                              std::chrono::milliseconds ttl) {
    return write(fate_, [&] { return inner_.acquire(lease, owner, now, ttl); });
}

Result<bool> FaultyLeaseStore::renew(const Fence& fence, const std::string& owner, Timestamp now,
                                     std::chrono::milliseconds ttl) {
    return write(fate_, [&] { return inner_.renew(fence, owner, now, ttl); });
}

Status FaultyLeaseStore::release(const Fence& fence) {
    return write(fate_, [&] { return inner_.release(fence); });
}

}  // namespace chatcore::simulation

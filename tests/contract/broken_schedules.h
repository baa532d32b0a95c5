#pragma once
// Schedules and leases, broken as the fault says.

#include <mutex>

#include "contract/broken_hands.h"

namespace chatcore::contract {

class BrokenSchedules final : public ScheduleStore {
public:
    BrokenSchedules(ScheduleStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<ScheduleId> create(const Schedule& schedule, int open_max) override {
        return real_.create(schedule, open_max);
    }
    Result<std::optional<Schedule>> find(ScheduleId schedule) override {
        return real_.find(schedule);
    }
    Result<Page<Schedule>> list(UserId owner, std::optional<ScheduleId> before,
                                int limit) override {
        return real_.list(owner, before, limit);
    }
    Result<bool> update(const Schedule& schedule) override {
        if (hands_.is(StoreFault::edits_what_is_claimed)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            hands_.tables().schedules[schedule.id].claimed = false;
        }
        return real_.update(schedule);
    }
    Result<std::vector<Schedule>> due(Timestamp now, int limit) override {
        const bool early = hands_.is(StoreFault::tells_what_is_due_early);
        return real_.due(early ? now + std::chrono::seconds{1} : now, limit);
    }
    Result<std::vector<Schedule>> claim(std::span<const Occurrence> occurrences, Timestamp now,
                                        const Fence& fence) override {
        return real_.claim(occurrences, now, seen_as(fence));
    }
    Result<std::vector<bool>> advance(std::span<const Progress> progress,
                                      const Fence& fence) override {
        std::vector<Progress> steps(progress.begin(), progress.end());
        if (hands_.is(StoreFault::advances_twice)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            for (Progress& step : steps)
                step.over.number = hands_.tables().schedules[step.over.schedule].occurrence;
        }
        if (hands_.is(StoreFault::forgets_why_it_failed)) {
            for (Progress& step : steps) step.failure.reset();
        }
        return real_.advance(steps, seen_as(fence));
    }

private:
    Fence seen_as(Fence fence) const {
        if (hands_.is(StoreFault::ignores_the_fence)) fence.token = id_max;
        return fence;
    }

    ScheduleStore& real_;
    Hands hands_;
};

class BrokenLeases final : public LeaseStore {
public:
    BrokenLeases(LeaseStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<std::optional<std::int64_t>> acquire(const std::string& lease, const std::string& owner,
                                                Timestamp now,
                                                std::chrono::milliseconds ttl) override {
        auto token = real_.acquire(lease, owner, now, ttl);
        if (token && *token && **token > 1 && hands_.is(StoreFault::gives_tokens_twice)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            **token = --hands_.tables().leases[lease].token;
        }
        return token;
    }
    Result<bool> renew(const Fence& fence, const std::string& owner, Timestamp now,
                       std::chrono::milliseconds ttl) override {
        return real_.renew(fence, owner, now, ttl);
    }
    Status release(const Fence& fence) override { return real_.release(fence); }

private:
    LeaseStore& real_;
    Hands hands_;
};

}  // namespace chatcore::contract

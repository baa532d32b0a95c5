#pragma once
// Scheduled messages and leases that fail within their contract, or outside of it where a breach is
// asked for.

#include "chatcore/ports/store.h"

#include "fate.h"
#include "schedule_book.h"

namespace chatcore::simulation {

class FaultyScheduleStore final : public ScheduleStore {
public:
    FaultyScheduleStore(Fate& fate, ScheduleStore& inner, ScheduleBook& book)
        : fate_(fate), inner_(inner), book_(book) {}

    Result<ScheduleId> create(const Schedule& schedule, int open_max) override;
    Result<std::optional<Schedule>> find(ScheduleId schedule) override;
    Result<Page<Schedule>> list(UserId owner, std::optional<ScheduleId> before, int limit) override;
    Result<bool> update(const Schedule& schedule) override;
    Result<std::vector<Schedule>> due(Timestamp now, int limit) override;
    Result<std::vector<Schedule>> claim(std::span<const Occurrence> occurrences, Timestamp now,
                                        const Fence& fence) override;
    Result<std::vector<bool>> advance(std::span<const Progress> progress,
                                      const Fence& fence) override;

private:
    Fate& fate_;
    ScheduleStore& inner_;
    ScheduleBook& book_;
};

class FaultyLeaseStore final : public LeaseStore {
public:
    FaultyLeaseStore(Fate& fate, LeaseStore& inner) : fate_(fate), inner_(inner) {}

    Result<std::optional<std::int64_t>> acquire(const std::string& lease, const std::string& owner,
                                                Timestamp now,
                                                std::chrono::milliseconds ttl) override;
    Result<bool> renew(const Fence& fence, const std::string& owner, Timestamp now,
                       std::chrono::milliseconds ttl) override;
    Status release(const Fence& fence) override;

private:
    Fate& fate_;
    LeaseStore& inner_;
};

}  // namespace chatcore::simulation

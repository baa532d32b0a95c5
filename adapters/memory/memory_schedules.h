#pragma once
// Scheduled messages and leases.

#include "chatcore/ports/lease_store.h"
#include "chatcore/ports/schedule_store.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemoryScheduleStore final : public ScheduleStore {
public:
    explicit MemoryScheduleStore(MemoryDatabase::State& state) : state_(state) {}

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
    MemoryDatabase::State& state_;
};

class MemoryLeaseStore final : public LeaseStore {
public:
    explicit MemoryLeaseStore(MemoryDatabase::State& state) : state_(state) {}

    Result<std::optional<std::int64_t>> acquire(const std::string& lease, const std::string& owner,
                                                Timestamp now,
                                                std::chrono::milliseconds ttl) override;
    Result<bool> renew(const Fence& fence, const std::string& owner, Timestamp now,
                       std::chrono::milliseconds ttl) override;
    Status release(const Fence& fence) override;

private:
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

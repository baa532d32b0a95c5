#pragma once
// Scheduled messages and leases.

#include "chatcore/ports/lease_store.h"
#include "chatcore/ports/schedule_store.h"

#include "transaction.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqliteScheduleStore final : public ScheduleStore {
public:
    SqliteScheduleStore(Connection& connection, TransactionStatements& transactions,
                        WriteLine& line);

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
    /// `conflict` where a newer token was given out. Inside the write's transaction.
    Status check(const Fence& fence);

    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    Statement draw_id_;
    Statement open_;
    Statement insert_;
    Statement schedule_;
    Statement schedules_of_;
    Statement update_;
    Statement due_;
    Statement claim_;
    Statement advance_;
    Statement token_;
};

/// Threads: as the store's connection, one at a time.
class SqliteLeaseStore final : public LeaseStore {
public:
    SqliteLeaseStore(Connection& connection, TransactionStatements& transactions, WriteLine& line);

    Result<std::optional<std::int64_t>> acquire(const std::string& lease, const std::string& owner,
                                                Timestamp now,
                                                std::chrono::milliseconds ttl) override;
    Result<bool> renew(const Fence& fence, const std::string& owner, Timestamp now,
                       std::chrono::milliseconds ttl) override;
    Status release(const Fence& fence) override;

private:
    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    Statement acquire_;
    Statement renew_;
    Statement release_;
};

}  // namespace chatcore::sqlite

#pragma once
// The reads of consultations.

#include "chatcore/ports/consultation_reader.h"

#include "memory_tables.h"

namespace chatcore::memory {

/// Whoever calls holds the lock.
Result<std::optional<Room>> asked_before(const Tables& tables, UserId requester,
                                         const ClientKey& key, std::uint64_t digest);

class MemoryConsultationReader final : public ConsultationReader {
public:
    explicit MemoryConsultationReader(MemoryDatabase::State& state) : state_(state) {}

    Result<Page<Room>> of_person(UserId user, const ConsultationQuery& query) override;
    Result<std::optional<Room>> find(const DirectKey& key) override;
    Result<std::optional<Room>> asked_before(UserId requester, const ClientKey& key,
                                             std::uint64_t digest) override;
    Result<std::vector<Room>> active(RoomId after, int limit) override;

private:
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

#pragma once
// Reports, and how much there is.

#include "chatcore/ports/oversight_store.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemoryOversightStore final : public OversightStore {
public:
    explicit MemoryOversightStore(MemoryDatabase::State& state) : state_(state) {}

    Result<Filed> file(const Report& report) override;
    Result<Page<Report>> reports(ReportId before, int limit,
                                 const std::optional<ReportTarget>& about) override;
    Result<Totals> totals() override;

private:
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

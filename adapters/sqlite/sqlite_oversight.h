#pragma once
// Reports, and how much there is.

#include "chatcore/ports/oversight_store.h"

#include "transaction.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqliteOversightStore final : public OversightStore {
public:
    SqliteOversightStore(Connection& connection, TransactionStatements& transactions,
                         WriteLine& line);

    Result<Filed> file(const Report& report) override;
    Result<Page<Report>> reports(ReportId before, int limit,
                                 const std::optional<ReportTarget>& about) override;
    Result<Totals> totals() override;

private:
    Result<ReportId> draw_id();

    TransactionStatements& transactions_;
    WriteLine& line_;
    Statement draw_id_;
    Statement insert_;
    Statement report_of_;
    Statement reports_;
    Statement reports_about_;
    Statement totals_;
};

}  // namespace chatcore::sqlite

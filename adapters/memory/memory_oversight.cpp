#include "memory_oversight.h"

#include <algorithm>

namespace chatcore::memory {

Result<Filed> MemoryOversightStore::file(const Report& report) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    const auto [it, fresh] =
        tables.reported.try_emplace({report.reporter, report.target}, ReportId{});
    if (!fresh) return Filed{tables.reports.at(it->second), false};
    it->second = ReportId{++tables.report.value};
    Report& kept = tables.reports[it->second];
    kept = report;
    kept.id = it->second;
    kept.reporter_profile.reset();
    return Filed{kept, true};
}

Result<Page<Report>> MemoryOversightStore::reports(ReportId before, int limit,
                                                   const std::optional<ReportTarget>& about) {
    const std::scoped_lock lock(state_.mutex);
    const auto& reports = state_.tables.reports;
    Page<Report> page;
    auto from = before == ReportId{} ? reports.end() : reports.lower_bound(before);
    while (from != reports.begin()) {
        --from;
        if (about && from->second.target != *about) continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(from->second);
    }
    return page;
}

Result<Totals> MemoryOversightStore::totals() {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    return Totals{.people = std::ssize(tables.accounts),
                  .rooms = std::ssize(tables.rooms),
                  .messages = std::ssize(tables.messages),
                  .reports = std::ssize(tables.reports)};
}

}  // namespace chatcore::memory

#pragma once
// Reports and totals, broken as the fault says.

#include <algorithm>

#include "contract/broken_hands.h"

namespace chatcore::contract {

class BrokenOversight final : public OversightStore {
public:
    BrokenOversight(OversightStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<Filed> file(const Report& report) override {
        if (hands_.is(StoreFault::files_twice)) hands_.tables().reported.clear();
        return real_.file(report);
    }
    Result<Page<Report>> reports(ReportId before, int limit,
                                 const std::optional<ReportTarget>& about) override {
        auto page = real_.reports(before, limit,
                                  hands_.is(StoreFault::reports_everything) ? std::nullopt : about);
        if (!page) return page;
        if (hands_.is(StoreFault::reports_backwards))
            std::reverse(page->items.begin(), page->items.end());
        if (hands_.is(StoreFault::forgets_what_was_said)) {
            // Shows what the message is now.
            for (Report& report : page->items) {
                if (!report.message) continue;
                const auto it = hands_.tables().messages.find(report.message->id);
                if (it != hands_.tables().messages.end())
                    report.message = ReportedMessage::of(it->second.message);
            }
        }
        return page;
    }
    Result<Totals> totals() override {
        auto totals = real_.totals();
        if (totals && hands_.is(StoreFault::miscounts_messages))
            totals->messages = hands_.tables().position.value;
        return totals;
    }

private:
    OversightStore& real_;
    Hands hands_;
};

}  // namespace chatcore::contract

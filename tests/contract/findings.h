#pragma once
// What a contract suite found wrong. Suites know no test framework: they give their findings back,
// so that a test can show as well that a broken adapter does not pass.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatcore::contract {

/// Collects what does not hold, each under the clause of the contract that says it should.
class Findings {
public:
    struct Finding {
        std::string clause;
        std::string what;
    };

    void begin(std::string_view clause) { clause_ = clause; }
    /// Notes `what` where it does not hold, and gives back whether it does.
    bool expect(bool holds, std::string_view what) {
        if (!holds && found_.size() < findings_max) {
            found_.push_back({clause_, std::string(what)});
        }
        return holds;
    }

    bool clean() const { return found_.empty(); }
    const std::vector<Finding>& all() const { return found_; }
    bool broke(std::string_view clause) const {
        for (const Finding& finding : found_) {
            if (finding.clause == clause) return true;
        }
        return false;
    }
    /// One line each, for a test's message.
    std::string to_string() const {
        std::string text;
        for (const Finding& finding : found_) {
            text += finding.clause + ": expected that " + finding.what + "\n";
        }
        return text;
    }

private:
    static constexpr std::size_t findings_max = 100;

    std::string clause_;
    std::vector<Finding> found_;
};

/// One promise of a port, and the check of it.
template <class Factory>
struct Clause {
    std::string_view name;
    void (*check)(const Factory&, Findings&);
};

template <class Factory, class Clauses>
Findings check_all(const Clauses& clauses, const Factory& make) {
    Findings findings;
    for (const Clause<Factory>& clause : clauses) {
        findings.begin(clause.name);
        clause.check(make, findings);
    }
    return findings;
}

}  // namespace chatcore::contract

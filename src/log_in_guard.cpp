#include "log_in_guard.h"

#include <algorithm>

namespace chatcore {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// The wait after so many failures beyond the free ones.
nanoseconds wait_after(int beyond) {
    constexpr int doublings_max = 5;
    const nanoseconds wait = LogInGuard::wait_first * (1 << std::min(beyond, doublings_max));
    return std::min<nanoseconds>(wait, LogInGuard::wait_max);
}

milliseconds rounded_up(nanoseconds time) {
    return std::chrono::ceil<milliseconds>(time);
}

}  // namespace

bool LogInGuard::Tally::over(const Entry& entry, int free, Time now) {
    return now - (entry.failed < free ? entry.since : entry.until) >= window;
}

void LogInGuard::Tally::erase(Entries::iterator it) {
    lately_.erase(it->second.place);
    entries_.erase(it);
}

LogInGuard::Entry& LogInGuard::Tally::entry(const std::string& key, std::size_t max, int free,
                                            Time now) {
    if (const auto it = entries_.find(key); it != entries_.end()) return it->second;
    // Two for each that comes, so that what is over goes faster than it can grow.
    for (int i = 0; i < 2 && !lately_.empty(); ++i) {
        const auto oldest = entries_.find(lately_.front());
        const bool gone = oldest->second.in_hand == 0 && over(oldest->second, free, now);
        if (!gone && entries_.size() < max) break;
        erase(oldest);
    }
    Entry& fresh = entries_[key];
    fresh.since = now;
    fresh.place = lately_.insert(lately_.end(), key);
    return fresh;
}

milliseconds LogInGuard::Tally::wait(const std::string& key, int free, Time now) {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return milliseconds{0};
    Entry& entry = it->second;
    if (entry.failed > 0 && over(entry, free, now)) entry.failed = 0;
    const bool waits = entry.failed >= free;
    if (waits && now < entry.until) return rounded_up(entry.until - now);
    const bool another = waits ? entry.in_hand > 0 : entry.failed + entry.in_hand >= free;
    return another ? milliseconds{1'000} : milliseconds{0};
}

void LogInGuard::Tally::begin(const std::string& key, std::size_t max, int free, Time now) {
    ++entry(key, max, free, now).in_hand;
}

milliseconds LogInGuard::Tally::fail(const std::string& key, std::size_t max, int free, Time now) {
    Entry& entry = this->entry(key, max, free, now);
    if (entry.in_hand > 0) --entry.in_hand;
    if (entry.failed == 0) entry.since = now;
    ++entry.failed;
    lately_.splice(lately_.end(), lately_, entry.place);
    if (entry.failed < free) return milliseconds{0};
    entry.until = now + wait_after(entry.failed - free);
    return rounded_up(entry.until - now);
}

void LogInGuard::Tally::give_back(const std::string& key) {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return;
    Entry& entry = it->second;
    if (entry.in_hand > 0) --entry.in_hand;
    if (entry.in_hand == 0 && entry.failed == 0) erase(it);
}

void LogInGuard::Tally::forget(const std::string& key) {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return;
    it->second.failed = 0;
    give_back(key);
}

milliseconds LogInGuard::begin(const Attempt& attempt, Time now) {
    const int account_free = limits_.account_log_ins_failed;
    const int address_free = limits_.address_log_ins_failed;
    const bool of_account = account_free > 0 && !attempt.account.empty();
    const bool of_address = address_free > 0 && !attempt.address.empty();
    const std::size_t max = limits_.log_ins_remembered_max;
    const std::lock_guard lock(mutex_);
    milliseconds wait{0};
    if (of_account) wait = accounts_.wait(attempt.account, account_free, now);
    if (of_address) wait = std::max(wait, addresses_.wait(attempt.address, address_free, now));
    if (wait.count() > 0) return wait;
    if (of_account) accounts_.begin(attempt.account, max, account_free, now);
    if (of_address) addresses_.begin(attempt.address, max, address_free, now);
    return wait;
}

milliseconds LogInGuard::failed(const Attempt& attempt, Time now) {
    const int account_free = limits_.account_log_ins_failed;
    const int address_free = limits_.address_log_ins_failed;
    const std::size_t max = limits_.log_ins_remembered_max;
    const std::lock_guard lock(mutex_);
    milliseconds wait{0};
    if (account_free > 0 && !attempt.account.empty())
        wait = accounts_.fail(attempt.account, max, account_free, now);
    if (address_free > 0 && !attempt.address.empty())
        wait = std::max(wait, addresses_.fail(attempt.address, max, address_free, now));
    return wait;
}

void LogInGuard::succeeded(const Attempt& attempt) {
    const std::lock_guard lock(mutex_);
    accounts_.forget(attempt.account);
    addresses_.give_back(attempt.address);
}

void LogInGuard::gave_up(const Attempt& attempt) {
    const std::lock_guard lock(mutex_);
    accounts_.give_back(attempt.account);
    addresses_.give_back(attempt.address);
}

}  // namespace chatcore

#pragma once
// Holds back who tries passwords. Up to `account_log_ins_failed` failures of an account and
// `address_log_ins_failed` of an address within 15 minutes are free. From then on each further
// attempt has to wait: 30 s after that failure, a minute after the next, and so on doubled up to 15
// minutes. 15 minutes after the end of a wait without another failure all is forgotten; a success
// forgets the account's at once. What is refused here is not counted.
//
// Attempts in hand count as failures until they have ended, so that many at once are no way around
// the limit: those beyond it are asked to come again in a second.
//
// Kept in this node's memory: the Cache port has sets and no counters, and may forget. So with
// several nodes the limits are of each. What is remembered is bounded; beyond that the one that
// failed least lately is forgotten. Threads: any; one lock, held for a few look-ups.

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "chatcore/limits.h"

namespace chatcore {

class LogInGuard {
public:
    /// Whose password is tried, and from where. What is empty is not counted.
    struct Attempt {
        std::string account;  ///< the folded email, whether there is an account of it or not
        std::string address;
    };

    explicit LogInGuard(const Limits& limits) : limits_(limits) {}

    /// Zero: the attempt begins, and one of the next three must follow. Else how long to wait.
    std::chrono::milliseconds begin(const Attempt& attempt, std::chrono::nanoseconds now);
    /// How long the next one has to wait; zero where it is free.
    std::chrono::milliseconds failed(const Attempt& attempt, std::chrono::nanoseconds now);
    void succeeded(const Attempt& attempt);
    /// Nobody knows whether the password was right.
    void gave_up(const Attempt& attempt);

    static constexpr std::chrono::minutes window{15};
    static constexpr std::chrono::seconds wait_first{30};
    static constexpr std::chrono::minutes wait_max{15};

private:
    using Time = std::chrono::nanoseconds;

    struct Entry {
        int failed = 0;
        int in_hand = 0;
        Time since{};  ///< the first failure
        Time until{};  ///< the end of the wait, where there is one
        std::list<std::string>::iterator place;
    };

    /// Those of one kind.
    class Tally {
    public:
        std::chrono::milliseconds wait(const std::string& key, int free, Time now);
        void begin(const std::string& key, std::size_t max, int free, Time now);
        std::chrono::milliseconds fail(const std::string& key, std::size_t max, int free, Time now);
        void give_back(const std::string& key);
        void forget(const std::string& key);

    private:
        using Entries = std::unordered_map<std::string, Entry>;

        Entry& entry(const std::string& key, std::size_t max, int free, Time now);
        static bool over(const Entry& entry, int free, Time now);
        void erase(Entries::iterator it);

        Entries entries_;
        std::list<std::string> lately_;  ///< the keys, who failed last at the end
    };

    const Limits& limits_;
    std::mutex mutex_;
    Tally accounts_;
    Tally addresses_;
};

}  // namespace chatcore

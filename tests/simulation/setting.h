#pragma once
// What the parts of one simulated cluster have in common: the scheduler, the faults that may
// happen, and the place where what went wrong is noted.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "chatcore/limits.h"
#include "chatcore/testing.h"

namespace chatcore::simulation {

/// How often things go wrong, in parts of 1,000 of their occasions. All 0: nothing does.
struct Faults {
    int store_fails = 0;         ///< an apply that did nothing and says `unavailable`
    int store_unknown = 0;       ///< an apply that was done and says `timeout`
    int store_stalls = 0;        ///< a worker that does nothing for a while afterwards
    int reads_fail = 0;          ///< a read that says `unavailable`
    int cache_fails = 0;         ///< a cache that says `unavailable`
    int crash_before_apply = 0;  ///< a node that ends before its apply …
    int crash_after_apply = 0;   ///< … after its commit, before anybody hears of it
    int crash_in_publish = 0;    ///< … after it told some nodes of it, and not others
    int blobs_fail = 0;          ///< a call of the blobs that says `unavailable`, done or not
    int crash_at_blobs = 0;      ///< a node that ends before or after it
    int bus_loses = 0;           ///< an event that one node never hears, and nobody says so
    int bus_interrupts = 0;      ///< an event that one node never hears, and is told so
};

/// Promises that can be broken on purpose, to show that the simulation finds it.
enum class Breach : std::uint8_t {
    none,
    forgets_client_keys,    ///< a store that takes a repeated post for a new one
    forgets_batches,        ///< a store that does not know a batch again after an unknown commit
    loses_commits,          ///< a database that comes back without its last commits after a crash
    hides_gaps,             ///< events that claim to follow whatever was told before
    never_sweeps,           ///< nodes that never ask the store what they have missed
    tells_before_commit,    ///< a store that answers `applied` for what it has not kept
    forgets_schedule_keys,  ///< scheduled posts whose second try has another key
    advances_again,     ///< a store that advances over whatever occurrence there is, for any holder
    opens_the_removed,  ///< a store that opens rooms about what was removed
    spares_the_doomed,  ///< a store that leaves out rooms of removed contexts
    forgets_blocks,     ///< a store that says that nobody blocks anybody
    hides_block_moves,  ///< a store and a bus that never say whose blocks have changed
    notifies_again,     ///< a store that takes a notification that is tried again for a new one
    completes_anyway,   ///< a store that ends consultations whatever was said since the archive
    keeps_no_blobs,     ///< blobs that say they are there, and are not
    shares_again,       ///< a store that makes a shared group each time
};
inline constexpr int breach_count = static_cast<int>(Breach::shares_again) + 1;
std::string_view name_of(Breach breach);
std::optional<Breach> breach_named(std::string_view name);

/// How much of what a run is for has happened in it.
struct Tally {
    std::uint64_t tasks = 0;
    std::uint64_t messages = 0;
    std::uint64_t crashes = 0;
    std::uint64_t events = 0;  ///< told to devices
    std::uint64_t resumed = 0;
    std::uint64_t truncated = 0;  ///< of the resumptions
    std::uint64_t gaps = 0;       ///< read by hubs
    std::uint64_t retries = 0;    ///< of batches
    std::uint64_t reposts = 0;
    std::uint64_t scheduled = 0;      ///< messages that schedules have posted
    std::uint64_t deleted = 0;        ///< rooms, for everybody
    std::uint64_t consultations = 0;  ///< completed

    void add(const Tally& other);
};

/// Whether a node still has an effect on the world. A node that dies in the middle of a task ends
/// that task without one.
struct Life {
    bool dying = false;
};

class Setting {
public:
    Setting(std::uint64_t seed, Breach broken, bool tracing);

    testing::Scheduler scheduler;
    testing::Dice& dice;
    Limits limits;
    Faults faults;
    const Breach breach;
    Tally tally;
    /// The wall clock of all nodes is ahead of the scheduler's by this, and never set back.
    std::chrono::milliseconds wall_ahead{0};
    int pace = 0;  ///< how often a device does something, in parts of 1,000 steps

    /// Whether a fault happens now.
    bool trips(int per_mille) { return per_mille > 0 && dice.per_mille(per_mille); }

    /// Notes what must not be. Only the first counts: what follows may follow from it.
    template <class... Args>
    void violated(fmt::format_string<Args...> format, Args&&... args) {
        if (violation_) return;
        violation_ = fmt::format(format, std::forward<Args>(args)...);
        trace("VIOLATED: {}", *violation_);
    }
    const std::optional<std::string>& violation() const { return violation_; }

    /// Keeps the last lines, where anybody wants them.
    template <class... Args>
    void trace(fmt::format_string<Args...> format, Args&&... args) {
        if (tracing_) add_line(fmt::format(format, std::forward<Args>(args)...));
    }
    const std::deque<std::string>& lines() const { return lines_; }

    /// Every text is new, so that a message stored twice is seen.
    std::string new_text(std::string_view what) { return fmt::format("{} {}", what, ++texts_); }

private:
    void add_line(std::string line);

    const bool tracing_;
    std::uint64_t texts_ = 0;
    std::optional<std::string> violation_;
    std::deque<std::string> lines_;
};

}  // namespace chatcore::simulation

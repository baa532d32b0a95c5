#include "setting.h"

#include <array>

namespace chatcore::simulation {

namespace {

constexpr std::array<std::string_view, breach_count> breach_names = {
    "none",
    "forgets_client_keys",
    "forgets_batches",
    "loses_commits",
    "hides_gaps",
    "never_sweeps",
    "tells_before_commit",
    "forgets_schedule_keys",
    "advances_again",
    "opens_the_removed",
    "spares_the_doomed",
    "forgets_blocks",
    "hides_block_moves",
    "notifies_again",
    "completes_anyway",
    "keeps_no_blobs",
    "shares_again",
};

Limits limits_of(testing::Dice& dice, Breach breach) {
    // Small bounds, so that a short run comes to them.
    const auto any = [&](auto... values) {
        const std::common_type_t<decltype(values)...> all[] = {values...};
        return all[dice.below(sizeof...(values))];
    };
    Limits limits;
    limits.person_posts_per_s = any(0, 0, 50);
    limits.person_changes_per_s = 0;
    limits.receipts_told_members_max = any(100, 100, 100, 2);
    limits.resume_states_max = any(2, 5, 20, 500);
    limits.held_events_max = static_cast<std::size_t>(any(2, 10, 10'000));
    limits.batch_changes_max = static_cast<std::size_t>(any(1, 3, 4'096));
    limits.journal_queue_max = static_cast<std::size_t>(any(4, 65'536, 65'536));
    limits.removal_rows_max = any(1, 5, 200);
    limits.consultation_snapshot_interval = std::chrono::milliseconds{any(700, 2'000, 4'000)};
    limits.consultation_clean_interval = std::chrono::milliseconds{any(1'000, 3'000)};
    if (any(0, 0, 1) == 1) limits.consultation_idle = std::chrono::seconds{6};
    limits.consultation_hot_messages_max = any(3, 10'000);
    if (breach == Breach::never_sweeps) limits.sweep_interval = std::chrono::milliseconds{0};
    return limits;
}

Faults faults_of(testing::Dice& dice) {
    // Each seed has its own weather: most have a few kinds of fault, some have none.
    const auto often = [&](int most) {
        return dice.per_mille(500) ? 0 : static_cast<int>(dice.below(static_cast<size_t>(most)));
    };
    Faults faults;
    faults.store_fails = often(150);
    faults.store_unknown = often(150);
    faults.store_stalls = often(100);
    faults.reads_fail = often(80);
    faults.cache_fails = often(200);
    faults.crash_before_apply = often(8);
    faults.crash_after_apply = often(12);
    faults.crash_in_publish = often(6);
    faults.blobs_fail = often(150);
    faults.crash_at_blobs = often(20);
    faults.bus_loses = often(150);
    faults.bus_interrupts = often(60);
    return faults;
}

}  // namespace

std::string_view name_of(Breach breach) {
    return breach_names[static_cast<std::size_t>(breach)];
}

std::optional<Breach> breach_named(std::string_view name) {
    for (std::size_t i = 0; i < breach_names.size(); ++i) {
        if (breach_names[i] == name) return static_cast<Breach>(i);
    }
    return std::nullopt;
}

Setting::Setting(std::uint64_t seed, Breach broken, bool tracing)
    : scheduler(seed), dice(scheduler.dice()), breach(broken), tracing_(tracing) {
    limits = limits_of(dice, breach);
    faults = faults_of(dice);
    pace = 40 + static_cast<int>(dice.below(200));
}

void Tally::add(const Tally& other) {
    tasks += other.tasks;
    messages += other.messages;
    crashes += other.crashes;
    events += other.events;
    resumed += other.resumed;
    truncated += other.truncated;
    gaps += other.gaps;
    retries += other.retries;
    reposts += other.reposts;
    scheduled += other.scheduled;
    deleted += other.deleted;
    consultations += other.consultations;
}

void Setting::add_line(std::string line) {
    constexpr std::size_t lines_max = 100'000;
    if (lines_.size() >= lines_max) lines_.pop_front();
    lines_.push_back(
        fmt::format("{:>10.3f} {}", std::chrono::duration<double>(scheduler.now()).count(), line));
}

}  // namespace chatcore::simulation

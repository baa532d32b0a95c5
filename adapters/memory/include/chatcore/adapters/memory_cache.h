#pragma once
// A cache within one process.

#include <cstddef>
#include <memory>

#include "chatcore/ports/cache.h"
#include "chatcore/ports/clock.h"

namespace chatcore {

/// What several caches have in common. Threads: any.
class MemoryCacheSpace {
public:
    struct State;

    /// Times to live are counted by `clock.steady()`; the clock outlives all use of the caches.
    /// `members_max`: how many members all sets hold together, how many numbers, and how many
    /// values all lists; when one more comes, the one that would go first is forgotten, of lists
    /// the whole list.
    explicit MemoryCacheSpace(const Clock& clock, std::size_t members_max = 1'000'000);
    ~MemoryCacheSpace();

    State& state() { return *state_; }

private:
    std::unique_ptr<State> state_;
};

/// One worker's access to a space. It never fails. Within one call, entries count one after the
/// other: of two for the same set, the second finds what the first has put there. Threads: any.
class MemoryCache final : public Cache {
public:
    explicit MemoryCache(std::shared_ptr<MemoryCacheSpace> space);

    Result<std::vector<bool>> add(std::span<const SetEntry> entries,
                                  std::chrono::milliseconds time_to_live) override;
    Result<std::vector<bool>> remove(std::span<const SetEntry> entries) override;
    Result<std::vector<bool>> any(std::span<const std::string> sets) override;
    Result<std::vector<std::optional<std::int64_t>>> raise(
        std::span<const Pointer> pointers, std::chrono::milliseconds time_to_live) override;
    Result<std::vector<std::int64_t>> append(std::span<const ListEntry> entries,
                                             std::chrono::milliseconds time_to_live,
                                             std::int64_t length_max) override;
    Result<std::vector<std::vector<std::string>>> read(std::span<const std::string> lists) override;
    Status drop(std::span<const std::string> lists) override;

private:
    std::shared_ptr<MemoryCacheSpace> space_;  // shared by the engines of one process
};

}  // namespace chatcore

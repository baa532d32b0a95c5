#pragma once
// Stores over one MemoryDatabase that fail within their contract, or outside of it where a breach
// is asked for.

#include <memory>

#include "chatcore/adapters/memory_store.h"
#include "chatcore/ports/cache.h"
#include "chatcore/ports/store_factory.h"

#include "people_book.h"
#include "schedule_book.h"
#include "setting.h"

namespace chatcore::simulation {

class FaultyStoreFactory final : public StoreFactory {
public:
    FaultyStoreFactory(Setting& setting, std::shared_ptr<MemoryDatabase> database,
                       ScheduleBook& book, PeopleBook& people, Life& life)
        : setting_(setting),
          inner_(std::move(database)),
          book_(book),
          people_(people),
          life_(life) {}

    Result<std::unique_ptr<Store>> open() override;
    int writers() const override { return 2; }

private:
    Setting& setting_;
    MemoryStoreFactory inner_;
    ScheduleBook& book_;
    PeopleBook& people_;
    Life& life_;
};

/// A cache that is away now and then.
class FaultyCache final : public Cache {
public:
    FaultyCache(Setting& setting, std::unique_ptr<Cache> inner, Life& life)
        : setting_(setting), inner_(std::move(inner)), life_(life) {}

    Result<std::vector<bool>> add(std::span<const SetEntry> entries,
                                  std::chrono::milliseconds time_to_live) override;
    Result<std::vector<bool>> remove(std::span<const SetEntry> entries) override;
    Result<std::vector<bool>> any(std::span<const std::string> sets) override;
    Result<std::vector<std::optional<std::int64_t>>> raise(
        std::span<const Pointer> pointers, std::chrono::milliseconds time_to_live) override;

private:
    bool away() { return life_.dying || setting_.trips(setting_.faults.cache_fails); }

    Setting& setting_;
    std::unique_ptr<Cache> inner_;
    Life& life_;
};

}  // namespace chatcore::simulation

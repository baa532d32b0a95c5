#pragma once
// Stores over one MemoryDatabase that fail within their contract, or outside of it where a breach
// is asked for.

#include <memory>

#include "chatcore/adapters/memory_store.h"
#include "chatcore/ports/cache.h"
#include "chatcore/ports/store_factory.h"

#include "consultation_book.h"
#include "people_book.h"
#include "schedule_book.h"
#include "setting.h"

namespace chatcore::simulation {

class FaultyStoreFactory final : public StoreFactory {
public:
    FaultyStoreFactory(Setting& setting, std::shared_ptr<MemoryDatabase> database,
                       ScheduleBook& book, PeopleBook& people, ConsultationBook& consultations,
                       Life& life)
        : setting_(setting),
          database_(database),
          inner_(std::move(database)),
          book_(book),
          people_(people),
          consultations_(consultations),
          life_(life) {}

    Result<std::unique_ptr<Store>> open() override;
    int writers() const override { return 2; }

private:
    Setting& setting_;
    std::shared_ptr<MemoryDatabase> database_;
    MemoryStoreFactory inner_;
    ScheduleBook& book_;
    PeopleBook& people_;
    ConsultationBook& consultations_;
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
    Result<std::vector<std::int64_t>> append(std::span<const ListEntry> entries,
                                             std::chrono::milliseconds time_to_live,
                                             std::int64_t length_max) override;
    Result<std::vector<std::vector<std::string>>> read(std::span<const std::string> lists) override;
    Status drop(std::span<const std::string> lists) override;

private:
    bool away() { return life_.dying || setting_.trips(setting_.faults.cache_fails); }

    Setting& setting_;
    std::unique_ptr<Cache> inner_;
    Life& life_;
};

}  // namespace chatcore::simulation

#pragma once
// Pages of recommendations, kept for a short while: they are the dearest thing that a person may
// ask for, and clients ask for them again and again. Another node's change shows when the time is
// over. Threads: any; one lock, held for a look-up.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chatcore/domain/social.h"
#include "chatcore/limits.h"
#include "chatcore/ports/social_store.h"

namespace chatcore {

class RecommendationCache {
public:
    using People = std::vector<Recommendation>;

    explicit RecommendationCache(const Limits& limits) : limits_(limits) {}

    struct Looked {
        std::optional<People> people;
        std::uint64_t changes = 0;  ///< to be given back with what was found instead
    };
    Looked find(UserId user, const RecommendationQuery& query, std::chrono::nanoseconds now) {
        const std::lock_guard lock(mutex_);
        const auto it = pages_.find(user);
        if (it != pages_.end()) {
            for (const Page& page : it->second) {
                if (page.until > now && same(page.query, query)) return {page.people, changes_};
            }
        }
        return {std::nullopt, changes_};
    }
    /// Dropped where something has changed since it was looked for.
    void put(UserId user, const RecommendationQuery& query, const People& people,
             std::uint64_t changes, std::chrono::nanoseconds now) {
        const std::lock_guard lock(mutex_);
        if (changes != changes_) return;
        if (pages_.size() >= limits_.recommended_people_max) pages_.clear();
        std::vector<Page>& pages = pages_[user];
        std::erase_if(
            pages, [&](const Page& page) { return page.until <= now || same(page.query, query); });
        constexpr std::size_t pages_max = 8;
        if (pages.size() >= pages_max) pages.erase(pages.begin());
        pages.push_back({query, people, now + limits_.recommendation_ttl.value()});
    }
    /// What stands between two people has changed.
    void forget(UserId one, UserId other) {
        const std::lock_guard lock(mutex_);
        ++changes_;
        pages_.erase(one);
        pages_.erase(other);
    }

private:
    struct Page {
        RecommendationQuery query;
        People people;
        std::chrono::nanoseconds until{};
    };
    static bool same(const RecommendationQuery& one, const RecommendationQuery& other) {
        return one.skip == other.skip && one.limit == other.limit && one.depth == other.depth;
    }

    const Limits& limits_;
    std::mutex mutex_;
    std::uint64_t changes_ = 0;
    std::unordered_map<UserId, std::vector<Page>> pages_;
};

}  // namespace chatcore

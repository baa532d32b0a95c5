#pragma once
// What every Cache promises while it forgets nothing before its time.

#include <functional>
#include <memory>

#include "chatcore/ports/cache.h"

#include "contract/findings.h"

namespace chatcore::contract {

/// Two caches over one and the same state, and how to let time pass for it.
class CacheSubject {
public:
    virtual ~CacheSubject() = default;

    virtual Cache& cache() = 0;
    virtual Cache& other_cache() = 0;
    /// A span in which every clause is sure to make its calls: real where the time is real.
    virtual std::chrono::milliseconds tick() = 0;
    virtual void advance(std::chrono::milliseconds time) = 0;
};

using CacheFactory = std::function<std::unique_ptr<CacheSubject>()>;

Findings check_cache_contract(const CacheFactory& make);

}  // namespace chatcore::contract

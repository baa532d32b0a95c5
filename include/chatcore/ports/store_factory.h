#pragma once
// Threads:   any, several at once.
// Blocking:  yes; called at start, and by tools.
// Lifetime:  outlives the Engine and the stores that it opened.
// Errors:    `unavailable`, `timeout`, `corrupt`, `newer_schema`.
// Checked by: contract/store_contract.h

#include <memory>

#include "chatcore/ports/store.h"
#include "chatcore/result.h"

namespace chatcore {

/// Opens stores over one and the same durable state.
class StoreFactory {
public:
    virtual ~StoreFactory() = default;

    /// `unavailable` (import) where an import into it was begun and has not been finished.
    virtual Result<std::unique_ptr<Store>> open() = 0;
    /// How many stores may usefully apply at once; 1 where the database has one writer.
    virtual int writers() const = 0;
};

}  // namespace chatcore

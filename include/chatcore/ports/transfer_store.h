#pragma once
// Threads:   as the Store it belongs to: one call at a time, those of what it gives among them.
// Blocking:  yes; called by tools.
// Lifetime:  what it gives goes before the Store; records own their bytes.
// Errors:    `conflict` and `invalid_value` (the record's kind) for records that no store gives,
//            with a sentence in `cause`; `unavailable`, `timeout`, `corrupt`.
// Checked by: contract/transfer_contract.h, contract/store_model.h

#include <memory>
#include <span>
#include <vector>

#include "chatcore/domain/record.h"
#include "chatcore/result.h"

namespace chatcore {

/// All records of one moment, however long the reading of them takes and whoever writes meanwhile
/// from another store. Until it goes, nothing else is asked of the store that gave it.
class StoreSnapshot {
public:
    virtual ~StoreSnapshot() = default;

    virtual const RecordCounts& counts() const = 0;
    /// The next of them in order, all of one kind and at most `limit`; none behind the last.
    virtual Result<std::vector<Record>> next(int limit) = 0;
};

/// Records on their way into a store. After an error, or where it goes before it was finished, the
/// store holds a part, and is not opened again (ports/store_factory.h).
class StoreImport {
public:
    virtual ~StoreImport() = default;

    /// Takes the next of them, in their order, in one transaction. What two people, rooms or
    /// messages cannot both have, or naming what is not there, is a `conflict` (see about_record).
    virtual Status put(std::span<const Record> records) = 0;
    /// Makes it a store like any other, durably: from now on it is one that opens. `conflict` where
    /// the counters are missing.
    virtual Status finish() = 0;
};

/// Everything out of a store, and into an empty one. A store that was filled with the records of
/// another answers every read as that does, takes what is sent again for what it is, and goes on
/// with the same numbers; but log-ins are not carried over, and people log in again.
class TransferStore {
public:
    virtual ~TransferStore() = default;

    virtual Result<std::unique_ptr<StoreSnapshot>> snapshot() = 0;
    /// Begins to fill the store, which no other is open on. `conflict` (store) where there is
    /// anything in it, or ever was.
    virtual Result<std::unique_ptr<StoreImport>> begin_import() = 0;
};

}  // namespace chatcore

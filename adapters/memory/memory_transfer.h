#pragma once
// Everything out of the maps, and into empty ones.

#include "chatcore/ports/transfer_store.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemoryTransferStore final : public TransferStore {
public:
    explicit MemoryTransferStore(MemoryDatabase::State& state) : state_(state) {}

    Result<std::unique_ptr<StoreSnapshot>> snapshot() override;
    Result<std::unique_ptr<StoreImport>> begin_import() override;

private:
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

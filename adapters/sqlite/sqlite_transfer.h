#pragma once
// Everything out of a file, and into an empty one.

#include "chatcore/ports/transfer_store.h"

#include "transaction.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqliteTransferStore final : public TransferStore {
public:
    /// `cache_kib`: the page cache of an import, which writes indexes all over.
    /// `marked`: whether the file was made for an import, and is marked as one that is not whole.
    SqliteTransferStore(Connection& connection, TransactionStatements& transactions,
                        WriteLine& line, int cache_kib, bool marked)
        : connection_(connection),
          transactions_(transactions),
          line_(line),
          cache_kib_(cache_kib),
          marked_(marked) {}

    Result<std::unique_ptr<StoreSnapshot>> snapshot() override;
    Result<std::unique_ptr<StoreImport>> begin_import() override;

private:
    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    const int cache_kib_;
    bool marked_;  ///< and nothing has been begun since
};

/// `unavailable` (import) where an import into the file has not been finished.
Status refuse_unfinished_import(Connection& connection);

}  // namespace chatcore::sqlite

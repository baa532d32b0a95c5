#pragma once
// The SQLite store that the suites are run against.

#include <memory>

#include "chatcore/adapters/sqlite_store.h"

#include "contract/store_subjects.h"

namespace chatcore::contract {

/// In a file of its own, which goes with it.
class SqliteSubject final : public StoreSubject {
public:
    SqliteSubject() { restart(); }
    StoreFactory& factory() override { return *factory_; }
    void restart() override {
        factory_.reset();
        SqliteOptions options;
        options.path = directory_.file("chat.db");
        // What is synced matters to a power cut only, which a test cannot make.
        options.synchronous = SqliteOptions::Synchronous::normal;
        factory_ = std::make_unique<SqliteStoreFactory>(options);
    }

private:
    TemporaryDirectory directory_;
    std::unique_ptr<SqliteStoreFactory> factory_;
};

}  // namespace chatcore::contract

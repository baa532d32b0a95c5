#pragma once
// The stores that the suites are run against.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "chatcore/adapters/memory_store.h"

#include "contract/store_world.h"

namespace chatcore::contract {

class MemorySubject final : public StoreSubject {
public:
    StoreFactory& factory() override { return *factory_; }
    void restart() override { factory_ = std::make_unique<MemoryStoreFactory>(database_); }
    MemoryDatabase& database() { return *database_; }

private:
    std::shared_ptr<MemoryDatabase> database_ = std::make_shared<MemoryDatabase>();
    std::unique_ptr<MemoryStoreFactory> factory_ = std::make_unique<MemoryStoreFactory>(database_);
};

/// A directory that goes with the test.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "chatcore-store-XXXXXX").string();
        if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace chatcore::contract

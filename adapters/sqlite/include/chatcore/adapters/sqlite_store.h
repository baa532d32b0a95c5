#pragma once
// The store in one SQLite file, for one node: no server to run, and a post is on the disk when it
// is acknowledged. The file is accompanied by `-wal` and `-shm` while it is open.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chatcore/ports/store_factory.h"

namespace chatcore {

struct SqliteOptions {
    /// What an acknowledged change survives. `full`: loss of power (the log is synced at each
    /// commit). `normal`: the end of the process, but the last moments may be lost with the power.
    enum class Synchronous : std::uint8_t { full, normal };

    std::string path;  ///< of the file; made if it is not there
    Synchronous synchronous = Synchronous::full;
    /// Page cache of a store that has applied a batch: the index of client keys is written all
    /// over, so it pays to hold it.
    int cache_kib = 65'536;
    /// Page cache of one that has only read so far; the system's own cache is behind it.
    int reading_cache_kib = 2'048;
    /// How long to wait for another process that is writing.
    std::chrono::milliseconds busy_timeout{5'000};
    /// The log is copied into the file, beside the commits, once it holds this many pages of 4 KiB.
    /// It grows beyond while writers are busy and is brought back at four times as many; only a
    /// read that never ends can make it longer.
    int checkpoint_pages = 20'000;
    std::string vfs;  ///< SQLite's operating system layer by name; empty: its default
    /// Whether the first `open` brings an older file up to this version; else it is refused.
    bool migrates = true;
    /// Whether a file that is made is made to be filled by an import. It is marked as one that is
    /// not whole by the very transaction that makes its first table, so that whatever a process
    /// leaves that ends before it has begun (TransferStore) is opened by nobody.
    bool for_import = false;
    /// Told what an older file is being given, and how much of it is done, 0 to 1: within `open`,
    /// on its thread. May be empty.
    std::function<void(std::string_view what, double share)> progress;
};

/// The versions of the schema: the file's, 0 where it is not there or empty, and this program's.
struct SqliteSchema {
    int file = 0;
    int known = 0;
};
/// Alters nothing. `corrupt` for what is not a database of ours, `unavailable` for what cannot be
/// read now, `unavailable` (import) for what an import has not filled to its end, whatever schema
/// it had got to.
Result<SqliteSchema> sqlite_schema(const std::string& path);

/// Opens stores over one file. The first `open` makes or migrates the schema: `newer_schema` for a
/// file written by a newer version, `corrupt` for what is not a database of ours, `unavailable` for
/// what cannot be opened or written now; `unavailable` (schema) for an older file that is not to be
/// migrated, `unavailable` (import) for one that an import has not filled to its end. Threads: any;
/// owns one thread, which makes checkpoints.
class SqliteStoreFactory final : public StoreFactory {
public:
    explicit SqliteStoreFactory(SqliteOptions options);
    /// Empties the log into the file. All stores must be gone.
    ~SqliteStoreFactory() override;

    Result<std::unique_ptr<Store>> open() override;
    int writers() const override { return 1; }

private:
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

}  // namespace chatcore

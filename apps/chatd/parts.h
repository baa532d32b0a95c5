#pragma once
// The engine of a chatd, put together by name from its settings.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/engine.h"

#include "config.h"
#include "file_lock.h"

namespace chatcore {
class OutsideJwt;
class PrometheusTelemetry;
class SpdlogLog;
}  // namespace chatcore

namespace chatcore::chatd {

/// What an engine needs besides its settings.
struct Surroundings {
    std::string jwt_secret;
    std::vector<std::unique_ptr<Executor>> shards;
    std::shared_ptr<SpdlogLog> log;  ///< shared with what runs before and after the engine
    /// Whether it serves: only then is the folder of uploaded files taken.
    bool serves = false;
    /// Is told the telemetry, which lives as long as the engine; may be left out.
    PrometheusTelemetry** telemetry = nullptr;
    /// The same for what reads outside tokens; nullptr where none are taken.
    OutsideJwt** outside = nullptr;
};

/// Starts an engine. Errors: `unavailable`, with a whole sentence in `cause`.
Result<std::unique_ptr<Engine>> start_engine(const Config& config, Surroundings surroundings);

/// Told what an older database is being given, and how much of it is done, 0 to 1.
using StoreProgress = std::function<void(std::string_view what, double share)>;

/// Whether a store is opened as it is, or to be filled by an import.
enum class StoreUse : std::uint8_t { whole, filling };
/// The store alone, for what needs no engine. Errors as above.
std::unique_ptr<StoreFactory> make_store_factory(const Config& config, StoreProgress progress = {},
                                                 StoreUse use = StoreUse::whole);

/// Whether the folder of uploaded files is taken, or only read, beside a server that has it.
enum class BlobUse : std::uint8_t { whole, read_only };
Result<std::unique_ptr<BlobStore>> make_blobs(const Config& config, BlobUse use);

/// Holds the database itself: the data folder's lock says nothing of who reaches it from another
/// folder, by `store.sqlite.path`. Nothing is held where all is kept in memory.
Result<std::optional<FileLock>> lock_database(const Config& config);
/// As `lock_database` would answer now; nothing is held or made.
Status look_at_database_lock(const Config& config);

/// Why the store cannot be used, as a sentence for an operator.
std::string explain_store_error(const Config& config, const Error& error);

/// What consultations need besides their settings, read from where those say. `invalid_value` with
/// the key of the setting that is wrong, and why in `cause`.
Result<ConsultationOptions> read_consultation_options(const Config& config, const TimeZones& zones);

/// HS256 with the secret; `random` outlives it. Errors as above.
Result<std::unique_ptr<TokenSigner>> make_signer(const std::string& secret, Random& random);

/// What reads outside tokens; nullptr where none are taken. Errors as above.
Result<std::unique_ptr<OutsideJwt>> make_outside(const OutsideConfig& config);

}  // namespace chatcore::chatd

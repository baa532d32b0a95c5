#include "parts.h"

#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "chatcore/adapters/bcrypt_hasher.h"
#include "chatcore/adapters/file_blobs.h"
#include "chatcore/adapters/jwt_signer.h"
#include "chatcore/adapters/magic_file_types.h"
#include "chatcore/adapters/memory_blobs.h"
#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/memory_cache.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/adapters/outside_jwt.h"
#include "chatcore/adapters/prometheus_telemetry.h"
#include "chatcore/adapters/sha256.h"
#include "chatcore/adapters/sqlite_store.h"
#include "chatcore/adapters/system_clock.h"
#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"
#include "chatcore/adapters/tz_time_zones.h"

#include "key_file.h"

namespace chatcore::chatd {

namespace {

std::vector<std::unique_ptr<Executor>> threads(const char* name, int count) {
    std::vector<std::unique_ptr<Executor>> made;
    for (int i = 0; i < count; ++i) {
        made.push_back(std::make_unique<ThreadExecutor>(fmt::format("{}-{}", name, i)));
    }
    return made;
}

/// Hashing takes as much of a core as it gets, so half of them are left to the messages.
int hasher_count() {
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) / 2, 1, 4);
}

/// Beside the file itself, whatever links lead to it, as SQLite's own are.
std::string lock_of_database(const Config& config) {
    std::error_code error;
    const auto file = std::filesystem::weakly_canonical(config.sqlite_path, error);
    return (error ? config.sqlite_path : file.string()) + ".lock";
}
/// As the lock's sentences call it.
std::string name_of_database(const Config& config) {
    return "the database " + config.sqlite_path;
}

}  // namespace

std::unique_ptr<StoreFactory> make_store_factory(const Config& config, StoreProgress progress,
                                                 StoreUse use) {
    if (config.store_in_memory) return std::make_unique<MemoryStoreFactory>();
    SqliteOptions options;
    options.path = config.sqlite_path;
    options.synchronous = config.synchronous_full ? SqliteOptions::Synchronous::full
                                                  : SqliteOptions::Synchronous::normal;
    options.migrates = config.store_migrates;
    options.progress = std::move(progress);
    options.for_import = use == StoreUse::filling;
    return std::make_unique<SqliteStoreFactory>(std::move(options));
}

Result<std::optional<FileLock>> lock_database(const Config& config) {
    if (config.store_in_memory) return std::optional<FileLock>();
    Result<FileLock> lock = FileLock::take(lock_of_database(config), name_of_database(config));
    if (!lock) return unexpected(lock.error());
    return std::optional<FileLock>(std::move(*lock));
}

Status look_at_database_lock(const Config& config) {
    if (config.store_in_memory) return {};
    return FileLock::look(lock_of_database(config), name_of_database(config));
}

Result<std::unique_ptr<TokenSigner>> make_signer(const std::string& secret, Random& random) {
    Result<std::unique_ptr<JwtSigner>> signer = JwtSigner::create(secret, random);
    if (signer) return std::unique_ptr<TokenSigner>(std::move(*signer));
    return unexpected(ErrorCode::unavailable, "signer",
                      signer.error().code == ErrorCode::invalid_value
                          ? "the signing secret is too short"
                          : "OpenSSL has no HMAC with SHA-256");
}

Result<std::unique_ptr<OutsideJwt>> make_outside(const OutsideConfig& config) {
    if (!config.on()) return std::unique_ptr<OutsideJwt>();
    OutsideJwt::KeyKind kind = OutsideJwt::KeyKind::secret;
    std::string keys = config.secret;
    if (keys.empty()) {
        kind = config.jwks_file.empty() ? OutsideJwt::KeyKind::public_key
                                        : OutsideJwt::KeyKind::key_set;
        Result<std::string> text = KeyFile(config.key_file()).read();
        if (!text) return unexpected(text.error());
        keys = std::move(*text);
    }
    auto made = OutsideJwt::create(kind, keys,
                                   {.issuer = config.issuer,
                                    .audience = config.audience,
                                    .leeway = config.leeway,
                                    .person_claim = config.person_claim,
                                    .nickname_claim = config.nickname_claim,
                                    .role_claim = config.role_claim});
    if (made) return made;
    return unexpected(ErrorCode::unavailable, "keys",
                      fmt::format("the keys of outside tokens{}{} are of no use: {}",
                                  config.key_file().empty() ? "" : " in ", config.key_file(),
                                  made.error().cause));
}

std::string explain_store_error(const Config& config, const Error& error) {
    if (error.detail == "schema") {
        return fmt::format("the database {} is of an older version: {}. Run chatd migrate",
                           config.sqlite_path, error.cause);
    }
    if (error.detail == "import") {
        return fmt::format(
            "an import into the database {} was not finished. Run chatd import again, which begins "
            "anew",
            config.sqlite_path);
    }
    switch (error.code) {
        case ErrorCode::corrupt:
            return fmt::format(
                "the database {} is damaged, or is none of chatd's: {}. Put a backup in its place, "
                "or move it away to begin anew",
                config.sqlite_path, error.cause);
        case ErrorCode::newer_schema:
            return fmt::format(
                "the database {} was written by a newer version of chatd: {}. Start that version "
                "or a later one",
                config.sqlite_path, error.cause);
        case ErrorCode::invalid_value:
            return fmt::format("the engine lacks its {}", error.detail);
        default:
            return fmt::format("the database {} cannot be opened: {}", config.sqlite_path,
                               error.cause.empty() ? sentence_of(error.code) : error.cause);
    }
}

Result<std::unique_ptr<BlobStore>> make_blobs(const Config& config, BlobUse use) {
    if (config.blobs_in_memory) return std::unique_ptr<BlobStore>(std::make_unique<MemoryBlobs>());
    Result<std::unique_ptr<FileBlobs>> blobs = use == BlobUse::read_only
                                                   ? FileBlobs::open_for_reading(config.blob_path)
                                                   : FileBlobs::open(config.blob_path);
    if (blobs) return std::unique_ptr<BlobStore>(std::move(*blobs));
    return unexpected(
        ErrorCode::unavailable, "blob",
        fmt::format("the folder of uploaded files cannot be used: {}", blobs.error().cause));
}

namespace {

/// Sets the parts that attachments need.
Status add_attachments(const Config& config, EngineParts& parts) {
    Result<std::unique_ptr<BlobStore>> blobs = make_blobs(config, BlobUse::whole);
    if (!blobs) return unexpected(blobs.error());
    Result<std::unique_ptr<MagicFileTypes>> types = MagicFileTypes::load();
    if (!types) {
        return unexpected(ErrorCode::unavailable, "magic",
                          fmt::format("libmagic cannot be used: {}", types.error().cause));
    }
    parts.blobs = std::move(*blobs);
    parts.file_types = std::move(*types);
    parts.blob_workers = threads("blob", config.blob_workers);
    return {};
}

}  // namespace

Result<ConsultationOptions> read_consultation_options(const Config& config,
                                                      const TimeZones& zones) {
    ConsultationOptions options = config.consultations;
    const auto fault = [](const char* key, std::string why) {
        return unexpected(ErrorCode::invalid_value, key, std::move(why));
    };
    // Without the tz database no zone is known, and times are in UTC.
    const bool installed = zones.known("Asia/Seoul");
    if (installed && !zones.known(options.time_zone)) {
        return fault("consultation.time_zone",
                     fmt::format("\"{}\" is no time zone", options.time_zone));
    }
    if (config.transcript_template_file.empty()) return options;
    Result<std::string> text = KeyFile(config.transcript_template_file).read();
    if (!text) {
        return fault("consultation.template_file",
                     fmt::format("the template of transcripts {} cannot be read",
                                 config.transcript_template_file));
    }
    options.transcript_template = std::move(*text);
    if (const Status sound = check(options); !sound) {
        return fault("consultation.template_file",
                     fmt::format("the template of transcripts in {} is none: {}",
                                 config.transcript_template_file, sound.error().cause));
    }
    return options;
}

Result<std::unique_ptr<Engine>> start_engine(const Config& config, Surroundings surroundings) {
    auto random = std::make_unique<SystemRandom>();
    Result<std::unique_ptr<TokenSigner>> signer = make_signer(surroundings.jwt_secret, *random);
    if (!signer) return unexpected(signer.error());
    Result<std::unique_ptr<OutsideJwt>> outside = make_outside(config.outside);
    if (!outside) return unexpected(outside.error());
    if (surroundings.outside != nullptr) *surroundings.outside = outside->get();
    auto telemetry = std::make_unique<PrometheusTelemetry>(std::move(surroundings.log));
    if (surroundings.telemetry != nullptr) *surroundings.telemetry = telemetry.get();
    EngineParts parts;
    parts.store = make_store_factory(config);
    parts.bus = std::make_unique<MemoryBus>();
    parts.clock = std::make_unique<SystemClock>();
    parts.cache = std::make_unique<MemoryCache>(std::make_shared<MemoryCacheSpace>(*parts.clock));
    parts.random = std::move(random);
    parts.telemetry = std::move(telemetry);
    parts.hasher = std::make_unique<BcryptHasher>(*parts.random, config.bcrypt_cost);
    parts.signer = std::move(*signer);
    parts.digest = std::make_unique<Sha256>();
    parts.outside = std::move(*outside);
    parts.time_zones = std::make_unique<TzTimeZones>();
    Result<ConsultationOptions> consultations =
        read_consultation_options(config, *parts.time_zones);
    if (!consultations) {
        const Error& wrong = consultations.error();
        return unexpected(wrong.code, wrong.detail,
                          fmt::format("{}: {}", wrong.detail, wrong.cause));
    }
    parts.shards = std::move(surroundings.shards);
    parts.writers = threads("write", parts.store->writers());
    parts.readers = threads("read", config.store_readers);
    parts.background = std::make_unique<ThreadExecutor>("background");
    parts.hashers = threads("hash", hasher_count());
    if (surroundings.serves) {
        if (Status added = add_attachments(config, parts); !added) return unexpected(added.error());
    }

    Result<std::unique_ptr<Engine>> engine =
        Engine::start(std::move(parts), {.limits = config.limits,
                                         .accounts = config.accounts,
                                         .attachments = config.attachments,
                                         .consultations = std::move(*consultations),
                                         .sole_node = surroundings.serves});
    if (engine) return engine;
    return unexpected(ErrorCode::unavailable, "store", explain_store_error(config, engine.error()));
}

}  // namespace chatcore::chatd

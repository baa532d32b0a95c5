#pragma once
// The engine: give it the ports, and use it through the use cases.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "chatcore/accounts.h"
#include "chatcore/attachments.h"
#include "chatcore/consultations.h"
#include "chatcore/context_rooms.h"
#include "chatcore/contexts.h"
#include "chatcore/hub.h"
#include "chatcore/hub_shard.h"
#include "chatcore/inbox.h"
#include "chatcore/limits.h"
#include "chatcore/messages.h"
#include "chatcore/oversight.h"
#include "chatcore/people.h"
#include "chatcore/ports/blob_store.h"
#include "chatcore/ports/bus.h"
#include "chatcore/ports/cache.h"
#include "chatcore/ports/clock.h"
#include "chatcore/ports/executor.h"
#include "chatcore/ports/file_types.h"
#include "chatcore/ports/message_hook.h"
#include "chatcore/ports/outside_tokens.h"
#include "chatcore/ports/random.h"
#include "chatcore/ports/store_factory.h"
#include "chatcore/ports/telemetry.h"
#include "chatcore/ports/time_zones.h"
#include "chatcore/ports/user_directory.h"
#include "chatcore/presence.h"
#include "chatcore/receipts.h"
#include "chatcore/rooms.h"
#include "chatcore/schedules.h"
#include "chatcore/social.h"

namespace chatcore {

/// Everything the engine asks of the world. What may be left out says so.
struct EngineParts {
    std::unique_ptr<StoreFactory> store;
    std::unique_ptr<Bus> bus;
    std::unique_ptr<Cache> cache;
    std::unique_ptr<Clock> clock;
    std::unique_ptr<Random> random;
    std::unique_ptr<Telemetry> telemetry;  ///< may be left out: nothing is counted or logged
    std::unique_ptr<UserDirectory>
        directory;  ///< may be left out: people are the accounts of the store
    std::unique_ptr<PasswordHasher>
        hasher;  ///< this and the next two may be left out together: then no accounts()
    std::unique_ptr<TokenSigner> signer;
    std::unique_ptr<Digest> digest;
    std::unique_ptr<OutsideTokens> outside;  ///< may be left out: only our own tokens are taken
    std::unique_ptr<MessageHook> hook;       ///< may be left out: what people say is accepted
    std::unique_ptr<TimeZones> time_zones;   ///< may be left out: schedules repeat in UTC only

    std::unique_ptr<BlobStore> blobs;  ///< this, `file_types` and `blob_workers` may be left out
                                       ///< together: then no attachments(), and no
                                       ///< consultation that was begun can be ended
    std::unique_ptr<FileTypes> file_types;

    /// One hub shard each; tasks on them never block. At least one.
    std::vector<std::unique_ptr<Executor>> shards;
    /// Workers that may block: one for each writer of the store, some readers, one for cache and
    /// timers, and those that hash passwords.
    std::vector<std::unique_ptr<Executor>> writers;
    std::vector<std::unique_ptr<Executor>> readers;
    std::unique_ptr<Executor> background;
    std::vector<std::unique_ptr<Executor>> hashers;
    std::vector<std::unique_ptr<Executor>> blob_workers;
};

struct EngineOptions {
    Limits limits;
    AccountOptions accounts;
    AttachmentOptions attachments;
    ConsultationOptions consultations;
    /// Nobody else runs an engine over this store while this one does. Then it takes over at once
    /// what a killed one had under its leases (ports/lease_store.h), rather than when they end.
    bool sole_node = false;
};

/// Chat. Threads: every method any thread; see the use cases for where completions run.
class Engine {
public:
    /// Opens the stores and starts. Errors: what the store's opening gives; `invalid_value` for
    /// parts that are missing, and for options that cannot be used.
    static Result<std::unique_ptr<Engine>> start(EngineParts parts, EngineOptions options = {});

    /// Stops all executors and closes the stores. What is under way is not completed; nothing
    /// acknowledged is lost.
    ~Engine();

    Rooms& rooms();
    Messages& messages();
    Receipts& receipts();
    Presence& presence();
    People& people();
    Schedules& schedules();
    Social& social();
    Inbox& inbox();
    Oversight& oversight();
    Contexts& contexts();
    ContextRooms& context_rooms();
    Consultations& consultations();
    /// Only where hasher, signer and digest were given.
    Accounts& accounts();
    bool has_accounts() const;
    /// Only where a store of blobs, its workers and the recognition of files were given.
    Attachments& attachments();
    bool has_attachments() const;
    Hub& hub();

    /// Those in force; each may change from one look to the next.
    const Limits& limits() const;
    /// Puts others in force, for requests that come from now on: see limits.h for how. What is held
    /// already is not cut down. `sweep_interval`, `presence_refresh`, `schedule_interval`,
    /// `removal_interval`, `attachment_sweep_interval`, `consultation_snapshot_interval` and
    /// `consultation_clean_interval` stay as they were at the start, since
    /// their timers began then.
    void set_limits(const Limits& limits);
    Clock& clock();
    Telemetry& telemetry();

    struct Figures {
        std::size_t journal_waiting = 0;
        /// See Journal::stuck_for.
        std::chrono::nanoseconds journal_stuck_for{0};
    };
    Figures figures() const;

    /// Whether the store answers now; false: it cannot be written. For health; on shard `home`.
    void check_store(int home, Completion<bool> done);

private:
    struct Body;
    explicit Engine(std::unique_ptr<Body> body);
    std::unique_ptr<Body> body_;
};

}  // namespace chatcore

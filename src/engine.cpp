#include "chatcore/engine.h"

#include "blob_pool.h"
#include "consultation_closer.h"
#include "consultation_desk.h"
#include "consultation_keeper.h"
#include "direct_journal.h"
#include "hot_copies.h"
#include "node.h"
#include "notifier.h"
#include "publisher.h"
#include "rates.h"
#include "remover.h"
#include "reviews.h"
#include "scheduler.h"
#include "sweeper.h"
#include "upload_sweeper.h"

namespace chatcore {

namespace {

/// Hears the bus for the hub and for what is cached.
class BusEar final : public BusListener {
public:
    BusEar(Node& node, Sweeper& sweeper, std::unique_ptr<Accounts>& accounts)
        : node_(node), sweeper_(sweeper), accounts_(accounts) {}

    void heard(std::vector<EventPtr> events) override {
        const auto now = node_.clock.steady();
        for (const EventPtr& event : events) {
            if (const auto* what = std::get_if<RoomEvent>(&event->what)) {
                for (const State& state : what->states) {
                    const auto* member = std::get_if<Member>(&state);
                    if (member != nullptr)
                        node_.members.put(what->room, member->user, member->active, now);
                    const auto* room = std::get_if<Room>(&state);
                    if (room != nullptr && room->deleted_at) node_.members.clear();
                }
            } else if (const auto* revoked = std::get_if<TokensRevoked>(&event->what)) {
                if (accounts_) accounts_->family_revoked(revoked->family);
            }
        }
        node_.hub->publish(std::move(events));
    }

    void interrupted() override {
        node_.members.clear();
        sweeper_.look();
        node_.hub->look_again(false);
    }

private:
    Node& node_;
    Sweeper& sweeper_;
    std::unique_ptr<Accounts>& accounts_;
};

Result<std::vector<StorePool::Worker>> open_workers(
    StoreFactory& factory, std::vector<std::unique_ptr<Executor>> executors) {
    std::vector<StorePool::Worker> workers;
    for (auto& executor : executors) {
        Result<std::unique_ptr<Store>> store = factory.open();
        if (!store) return unexpected(store.error());
        workers.push_back({std::move(executor), std::move(*store)});
    }
    return workers;
}

}  // namespace

struct Engine::Body {
    // In the order of making; what is below uses what is above.
    EngineParts parts;
    EngineOptions options;
    NullTelemetry no_telemetry;
    StorePool pool;
    Subscriptions subscriptions;
    Profiles profiles;
    MemberCache members;
    Node node;
    Hub hub;
    Notifier notifier;
    Rates rates;
    Reviews reviews;
    ConsultationDesk desk;
    HotCopies hot_copies;
    Publisher publisher;
    DirectJournal journal;
    Presence presence;
    std::unique_ptr<Accounts> accounts;
    Sweeper sweeper;
    BusEar ear;
    Rooms rooms;
    Messages messages;
    Receipts receipts;
    People people;
    Schedules schedules;
    Scheduler scheduler;
    Social social;
    Inbox inbox;
    std::shared_ptr<BlobPool> blobs;  // uploads under way may outlive the engine
    std::unique_ptr<Attachments> attachments;
    std::unique_ptr<UploadSweeper> upload_sweeper;
    Oversight oversight;
    Remover remover;
    Contexts contexts;
    ContextRooms context_rooms;
    ConsultationCloser closer;
    ConsultationKeeper keeper;
    Consultations consultations;

    Body(EngineParts given, EngineOptions chosen, std::vector<StorePool::Worker> writers,
         std::vector<StorePool::Worker> readers)
        : parts(std::move(given)),
          options(std::move(chosen)),
          pool(std::move(writers), std::move(readers)),
          subscriptions(*parts.bus),
          profiles(parts.directory.get(), *parts.clock, options.limits),
          members(options.limits),
          node{.limits = options.limits,
               .clock = *parts.clock,
               .random = *parts.random,
               .telemetry = parts.telemetry ? *parts.telemetry : no_telemetry,
               .bus = *parts.bus,
               .subscriptions = subscriptions,
               .pool = pool,
               .profiles = profiles,
               .members = members,
               .sole_node = options.sole_node},
          hub(node, std::move(parts.shards)),
          notifier(node),
          rates(options.limits, node.clock),
          reviews(node, parts.hook.get()),
          desk(node, options.consultations, parts.time_zones.get()),
          hot_copies(desk),
          publisher(node),
          journal(pool, publisher, node.clock, node.random, node.telemetry, options.limits),
          presence(node, std::move(parts.cache), std::move(parts.background)),
          sweeper(node, hub.executor(0)),
          ear(node, sweeper, accounts),
          rooms(node),
          messages(node),
          receipts(node),
          people(node),
          schedules(node, parts.time_zones.get()),
          scheduler(node, hub.executor(0), parts.time_zones.get()),
          social(node),
          inbox(node),
          oversight(node),
          remover(node, hub.executor(0)),
          contexts(node, remover),
          context_rooms(node, rooms),
          closer(desk, hot_copies),
          keeper(desk, closer, hub.executor(0)),
          consultations(desk, closer) {
        node.journal = &journal;
        node.hub = &hub;
        node.presence = &presence;
        node.notifier = &notifier;
        node.hot_copies = &hot_copies;
        if (parts.blobs) {
            blobs =
                std::make_shared<BlobPool>(std::move(parts.blobs), std::move(parts.blob_workers));
            desk.blobs = blobs;
            attachments =
                std::make_unique<Attachments>(node, blobs, *parts.file_types, options.attachments);
            upload_sweeper = std::make_unique<UploadSweeper>(node, blobs, hub.executor(0));
        }
        node.rates = &rates;
        node.reviews = &reviews;
        node.attachment_options = &options.attachments;
        if (parts.hasher && parts.signer && parts.digest) {
            accounts = std::make_unique<Accounts>(node, *parts.hasher, *parts.signer, *parts.digest,
                                                  parts.outside.get(), std::move(parts.hashers),
                                                  options.accounts);
        }
    }
};

Engine::Engine(std::unique_ptr<Body> body) : body_(std::move(body)) {}

Result<std::unique_ptr<Engine>> Engine::start(EngineParts parts, EngineOptions options) {
    const auto missing = [&]() -> const char* {
        if (!parts.store) return "store";
        if (!parts.bus) return "bus";
        if (!parts.cache) return "cache";
        if (!parts.clock) return "clock";
        if (!parts.random) return "random";
        if (parts.shards.empty()) return "shards";
        if (parts.writers.empty() ||
            static_cast<int>(parts.writers.size()) > parts.store->writers())
            return "writers";
        if (parts.readers.empty()) return "readers";
        if (!parts.background) return "background";
        const int account_parts = int{parts.hasher != nullptr} + int{parts.signer != nullptr} +
                                  int{parts.digest != nullptr} + int{!parts.hashers.empty()};
        const int blob_parts = int{parts.blobs != nullptr} + int{parts.file_types != nullptr} +
                               int{!parts.blob_workers.empty()};
        if (blob_parts != 0 && blob_parts != 3) return "blobs, file_types and blob_workers";
        if (account_parts != 0 && account_parts != 4) return "hasher, signer, digest and hashers";
        if (parts.outside && account_parts == 0) return "hasher, signer, digest and hashers";
        return nullptr;
    }();
    if (missing != nullptr) return unexpected(ErrorCode::invalid_value, missing);
    if (Status sound = check(options.consultations); !sound) return unexpected(sound.error());

    Result<std::vector<StorePool::Worker>> writers =
        open_workers(*parts.store, std::move(parts.writers));
    if (!writers) return unexpected(writers.error());
    Result<std::vector<StorePool::Worker>> readers =
        open_workers(*parts.store, std::move(parts.readers));
    if (!readers) return unexpected(readers.error());
    auto body =
        std::make_unique<Body>(std::move(parts), options, std::move(*writers), std::move(*readers));
    Body& started = *body;
    std::unique_ptr<Engine> engine(new Engine(std::move(body)));
    started.node.bus.listen(&started.ear);
    const Channel presence{};
    started.node.bus.subscribe({&presence, 1}, [] {});
    started.sweeper.start();
    started.presence.start();
    started.receipts.start();
    started.scheduler.start();
    started.remover.start();
    started.keeper.start();
    if (started.accounts) started.accounts->start();
    if (started.upload_sweeper) started.upload_sweeper->start();
    return engine;
}

Engine::~Engine() {
    if (!body_) return;
    body_->reviews.stop();
    body_->node.bus.listen(nullptr);
    body_->subscriptions.stop();
    if (body_->accounts) body_->accounts->stop();
    body_->presence.stop();
    body_->pool.stop();
    if (body_->blobs) body_->blobs->stop();
    body_->hub.stop();
    body_->scheduler.stop();
    body_->keeper.stop();
}

Rooms& Engine::rooms() {
    return body_->rooms;
}
Messages& Engine::messages() {
    return body_->messages;
}
Receipts& Engine::receipts() {
    return body_->receipts;
}
Presence& Engine::presence() {
    return body_->presence;
}
People& Engine::people() {
    return body_->people;
}
Social& Engine::social() {
    return body_->social;
}
Inbox& Engine::inbox() {
    return body_->inbox;
}
Oversight& Engine::oversight() {
    return body_->oversight;
}
ContextRooms& Engine::context_rooms() {
    return body_->context_rooms;
}
Contexts& Engine::contexts() {
    return body_->contexts;
}
Consultations& Engine::consultations() {
    return body_->consultations;
}
Accounts& Engine::accounts() {
    return *body_->accounts;
}
bool Engine::has_accounts() const {
    return body_->accounts != nullptr;
}
Attachments& Engine::attachments() {
    return *body_->attachments;
}
bool Engine::has_attachments() const {
    return body_->attachments != nullptr;
}
Hub& Engine::hub() {
    return body_->hub;
}
const Limits& Engine::limits() const {
    return body_->options.limits;
}
Schedules& Engine::schedules() {
    return body_->schedules;
}
void Engine::set_limits(const Limits& limits) {
    Limits& in_force = body_->options.limits;
    Limits next = limits;
    next.sweep_interval = in_force.sweep_interval;
    next.presence_refresh = in_force.presence_refresh;
    next.schedule_interval = in_force.schedule_interval;
    next.attachment_sweep_interval = in_force.attachment_sweep_interval;
    next.removal_interval = in_force.removal_interval;
    next.consultation_snapshot_interval = in_force.consultation_snapshot_interval;
    next.consultation_clean_interval = in_force.consultation_clean_interval;
    in_force = next;
}
Clock& Engine::clock() {
    return body_->node.clock;
}
Telemetry& Engine::telemetry() {
    return body_->node.telemetry;
}
Engine::Figures Engine::figures() const {
    return {body_->journal.waiting(), body_->journal.stuck_for()};
}

void Engine::check_store(int home, Completion<bool> done) {
    if (body_->journal.writes_fail()) {
        // Nobody may be sent here meanwhile, so that only this finds out that it can be written
        // again. As much as a batch of posts, since a few bytes more still fit where those do not;
        // by another owner each time, so that it is a write each time.
        body_->node.ask_writer<bool>(
            home,
            [this, now = body_->node.clock.now()](Store& store) -> Result<bool> {
                constexpr std::chrono::milliseconds ttl{1};
                constexpr std::size_t probe_bytes = 65'536;
                const auto letter = static_cast<char>('a' + now.time_since_epoch().count() % 26);
                LeaseStore& leases = store.leases();
                const auto written =
                    leases.acquire("health", std::string(probe_bytes, letter), now, ttl);
                if (!written || !*written) return false;
                static_cast<void>(leases.release(Fence{"health", **written}));
                body_->journal.well_again();
                return true;
            },
            std::move(done));
        return;
    }
    body_->node.ask<bool>(
        home,
        [](Store& store) -> Result<bool> {
            Result<std::optional<Room>> any = store.rooms().find(RoomId{0});
            if (!any) return unexpected(any.error());
            return true;
        },
        std::move(done));
}

}  // namespace chatcore

#include "sim_node.h"

#include "device.h"
#include "faulty_blobs.h"
#include "faulty_store.h"

namespace chatcore::simulation {

namespace {

/// Counts what the run is asked about afterwards.
class TallyTelemetry final : public Telemetry {
public:
    TallyTelemetry(Tally& tally, PeopleBook& people) : tally_(tally), people_(people) {}

    void add(Counter counter, std::int64_t n) override {
        if (counter == Counter::gaps_repaired) tally_.gaps += static_cast<std::uint64_t>(n);
        if (counter == Counter::batches_retried) tally_.retries += static_cast<std::uint64_t>(n);
    }
    void observe(Stage, std::chrono::nanoseconds) override {}
    void log(const LogRecord& record) override {
        const bool lost = record.text.starts_with("notifications were given up") ||
                          record.text.starts_with("too many notifications wait");
        if (lost) people_.gave_up();
    }

private:
    Tally& tally_;
    PeopleBook& people_;
};

/// The scheduler's time, on a wall that may be set forward.
class WallClock final : public Clock {
public:
    explicit WallClock(Setting& setting)
        : setting_(setting), inner_(setting.scheduler.make_clock()) {}

    Timestamp now() const override { return inner_->now() + setting_.wall_ahead; }
    std::chrono::nanoseconds steady() const override { return inner_->steady(); }

private:
    Setting& setting_;
    std::unique_ptr<Clock> inner_;
};

}  // namespace

Ground::Ground(Setting& of)
    : setting(of),
      schedules(of),
      people(of),
      consultations(of),
      network(of),
      clock(std::make_unique<WallClock>(of)),
      cache(std::make_shared<MemoryCacheSpace>(*clock)) {}

SimNode::SimNode(Ground& ground, int index) : ground_(ground), index_(index) {}
SimNode::~SimNode() {
    if (engine_) crash();
}

void SimNode::start() {
    Setting& setting = ground_.setting;
    testing::Scheduler& scheduler = setting.scheduler;
    life_.dying = false;
    ++lives_;
    const auto executors = [&](const char* role, std::size_t count) {
        std::vector<std::unique_ptr<Executor>> made;
        for (std::size_t i = 0; i < count; ++i)
            made.push_back(scheduler.make_executor(fmt::format("node {} {} {}", index_, role, i)));
        return made;
    };
    EngineParts parts;
    parts.store = std::make_unique<FaultyStoreFactory>(
        setting, ground_.database, ground_.schedules, ground_.people, ground_.consultations, life_);
    parts.bus = ground_.network.join(life_);
    parts.cache =
        std::make_unique<FaultyCache>(setting, std::make_unique<MemoryCache>(ground_.cache), life_);
    parts.clock = std::make_unique<WallClock>(setting);
    parts.random = scheduler.make_random();
    parts.telemetry = std::make_unique<TallyTelemetry>(setting.tally, ground_.people);
    parts.shards = executors("shard", 1 + setting.dice.below(2));
    parts.writers = executors("writer", 1 + setting.dice.below(2));
    parts.readers = executors("reader", 1 + setting.dice.below(2));
    parts.blobs = std::make_unique<FaultyBlobs>(setting, ground_.consultations.blobs(), life_);
    parts.file_types = std::make_unique<NoFileTypes>();
    parts.blob_workers = executors("blob worker", 1 + setting.dice.below(2));
    parts.background = std::move(executors("background", 1).front());
    EngineOptions options;
    options.limits = setting.limits;
    Result<std::unique_ptr<Engine>> engine = Engine::start(std::move(parts), options);
    if (!engine) {
        setting.violated("node {} does not start: {}", index_, engine.error().detail);
        return;
    }
    engine_ = std::move(*engine);
    setting.trace("node {} starts, life {}", index_, lives_);
}

void SimNode::crash() {
    ground_.setting.trace("node {} is gone", index_);
    life_.dying = true;
    ground_.people.ended(&life_);
    for (const auto& connection : connections_) connection->cut();
    engine_.reset();
    connections_.clear();
    ++lives_;
}

void SimNode::forget_closed_connections() {
    std::erase_if(connections_, [](const auto& connection) { return connection->forgotten(); });
}

}  // namespace chatcore::simulation

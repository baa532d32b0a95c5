#pragma once
// One node of the cluster: an engine over ports that fail, which can crash and start again.

#include <memory>
#include <vector>

#include "chatcore/adapters/memory_cache.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/engine.h"

#include "consultation_book.h"
#include "faulty_bus.h"
#include "people_book.h"
#include "schedule_book.h"
#include "setting.h"

namespace chatcore::simulation {

class Connection;

/// What the nodes stand on.
struct Ground {
    explicit Ground(Setting& setting);

    Setting& setting;
    std::shared_ptr<MemoryDatabase> database = std::make_shared<MemoryDatabase>();
    ScheduleBook schedules;
    PeopleBook people;
    ConsultationBook consultations;
    FaultyNetwork network;
    std::unique_ptr<Clock> clock;
    std::shared_ptr<MemoryCacheSpace> cache;
};

class SimNode {
public:
    SimNode(Ground& ground, int index);
    ~SimNode();

    int index() const { return index_; }
    /// Counts the starts; answers of an earlier life never come.
    int life() const { return lives_; }
    bool runs() const { return engine_ != nullptr && !life_.dying; }
    /// It has died in the middle of something, and must be buried.
    bool dying() const { return engine_ != nullptr && life_.dying; }
    Engine& engine() { return *engine_; }

    void start();
    /// Everything that was under way is gone; its connections are cut.
    void crash();

    /// The hub refers to connections until it is told that they went: they are kept so long.
    void keep(std::shared_ptr<Connection> connection) {
        connections_.push_back(std::move(connection));
    }
    void forget_closed_connections();

private:
    Ground& ground_;
    const int index_;
    int lives_ = 0;
    Life life_;
    std::unique_ptr<Engine> engine_;
    std::vector<std::shared_ptr<Connection>> connections_;
};

}  // namespace chatcore::simulation

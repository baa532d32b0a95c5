#pragma once
// The store that keeps everything in memory: the reference that the others are compared with, and
// what tests and the simulator use. Durable for as long as the MemoryDatabase lives.

#include <memory>

#include "chatcore/ports/store_factory.h"

namespace chatcore {

/// The state that several factories and their stores may share: what a database file is to others.
/// Threads: any; each call of a store holds its mutex.
class MemoryDatabase {
public:
    struct State;

    MemoryDatabase();
    ~MemoryDatabase();

    State& state() { return *state_; }

private:
    std::unique_ptr<State> state_;
};

/// Opens stores over a MemoryDatabase. It never fails, but for an import that was not finished.
/// Threads: any.
class MemoryStoreFactory final : public StoreFactory {
public:
    /// Over a database of its own.
    MemoryStoreFactory();
    /// Over a shared one, which lives on when the factory and its stores are gone.
    explicit MemoryStoreFactory(std::shared_ptr<MemoryDatabase> database);

    Result<std::unique_ptr<Store>> open() override;
    int writers() const override { return 1; }

private:
    // Shared, because the stores of a crashed and of a restarted engine overlap in tests.
    std::shared_ptr<MemoryDatabase> database_;
};

}  // namespace chatcore

#pragma once
// What rooms are about, and what deletions have left to do. Each method holds the database's mutex.

#include "chatcore/ports/context_store.h"
#include "chatcore/ports/removal_store.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemoryContextStore final : public ContextStore {
public:
    explicit MemoryContextStore(MemoryDatabase::State& state) : state_(state) {}

    Result<RegisteredContext> put(const RegisteredContext& given) override;
    Result<std::optional<RegisteredContext>> find(const Context& context) override;
    Result<std::vector<RegisteredContext>> registered(std::span<const Context> contexts) override;
    Result<std::vector<Room>> rooms(const Context& context, int limit) override;
    Status remove(const Context& context, Timestamp now) override;

private:
    MemoryDatabase::State& state_;
};

class MemoryRemovalStore final : public RemovalStore {
public:
    explicit MemoryRemovalStore(MemoryDatabase::State& state) : state_(state) {}

    Result<std::vector<RoomId>> doomed(const std::optional<Context>& of, int limit) override;
    Result<bool> pending() override;
    Result<bool> clear(int rows_max) override;

private:
    std::vector<RoomId> doomed_of(const Context& context) const;
    /// Takes away rows of the room while `left` is above 0, and counts it down.
    void clear(RoomId room, int& left);

    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

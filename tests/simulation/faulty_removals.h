#pragma once
// Contexts and removals that fail within their contract, or outside of it where a breach is asked
// for.

#include "chatcore/ports/context_store.h"
#include "chatcore/ports/removal_store.h"

#include "fate.h"

namespace chatcore::simulation {

class FaultyContextStore final : public ContextStore {
public:
    FaultyContextStore(Fate& fate, ContextStore& inner) : fate_(fate), inner_(inner) {}

    Result<RegisteredContext> put(const RegisteredContext& given) override;
    Result<std::optional<RegisteredContext>> find(const Context& context) override;
    Result<std::vector<RegisteredContext>> registered(std::span<const Context> contexts) override;
    Result<std::vector<Room>> rooms(const Context& context, int limit) override;
    Status remove(const Context& context, Timestamp now) override;

private:
    Fate& fate_;
    ContextStore& inner_;
};

class FaultyRemovalStore final : public RemovalStore {
public:
    FaultyRemovalStore(Fate& fate, RemovalStore& inner) : fate_(fate), inner_(inner) {}

    Result<std::vector<RoomId>> doomed(const std::optional<Context>& of, int limit) override;
    Result<bool> pending() override;
    Result<bool> clear(int rows_max) override;

private:
    Fate& fate_;
    RemovalStore& inner_;
};

}  // namespace chatcore::simulation

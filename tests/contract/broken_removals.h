#pragma once
// Contexts and removals with a fault.

#include "chatcore/ports/context_store.h"
#include "chatcore/ports/removal_store.h"

#include "contract/broken_hands.h"

namespace chatcore::contract {

class BrokenContexts final : public ContextStore {
public:
    BrokenContexts(ContextStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<RegisteredContext> put(const RegisteredContext& given) override {
        return real_.put(given);
    }
    Result<std::optional<RegisteredContext>> find(const Context& context) override {
        return real_.find(context);
    }
    Result<std::vector<RegisteredContext>> registered(std::span<const Context> contexts) override {
        auto found = real_.registered(contexts);
        if (found && hands_.is(StoreFault::tells_one_context) && found->size() > 1)
            found->resize(1);
        return found;
    }
    Result<std::vector<Room>> rooms(const Context& context, int limit) override {
        auto found = real_.rooms(context, limit);
        if (found && hands_.is(StoreFault::tells_own_rooms_only)) {
            std::erase_if(*found, [](const Room& room) { return room.kind == RoomKind::direct; });
        }
        return found;
    }
    Status remove(const Context& context, Timestamp now) override {
        Status status = real_.remove(context, now);
        memory::StoredContext& stored = hands_.tables().contexts[context];
        if (hands_.is(StoreFault::opens_about_the_removed)) stored.removed = false;
        if (hands_.is(StoreFault::dooms_new_rooms)) stored.cut = RoomId{id_max};
        return status;
    }

private:
    ContextStore& real_;
    Hands hands_;
};

class BrokenRemovals final : public RemovalStore {
public:
    BrokenRemovals(RemovalStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<std::vector<RoomId>> doomed(const std::optional<Context>& of, int limit) override {
        return real_.doomed(of, limit);
    }
    Result<bool> pending() override { return real_.pending(); }
    Result<bool> clear(int rows_max) override {
        if (hands_.is(StoreFault::leaves_rows)) hands_.tables().to_clear.clear();
        const auto delivered = hands_.tables().delivered;
        auto more = real_.clear(hands_.is(StoreFault::clears_at_once) ? 1'000'000 : rows_max);
        if (hands_.is(StoreFault::keeps_deliveries)) hands_.tables().delivered = delivered;
        return more;
    }

private:
    RemovalStore& real_;
    Hands hands_;
};

}  // namespace chatcore::contract

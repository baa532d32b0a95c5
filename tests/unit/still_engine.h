#pragma once
// A whole engine in a world that stands still: its executors, its clock and its chance are those of
// one Scheduler, so the same seed is the same run. Threads: one.

#include <chrono>
#include <memory>
#include <optional>

#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/memory_cache.h"
#include "chatcore/engine.h"
#include "chatcore/testing.h"

#include "contract/store_world.h"

namespace chatcore::test {

class StillEngine {
public:
    /// `subject` outlives it. The rates of posts and changes are off.
    StillEngine(std::uint64_t seed, contract::StoreSubject& subject, Limits limits = {},
                bool sole_node = false);
    ~StillEngine();

    Engine& operator*() { return *engine_; }
    Engine* operator->() { return engine_.get(); }
    testing::Dice& dice() { return scheduler_.dice(); }
    Timestamp now() const { return clock_->now(); }
    /// Runs one task; false where none is due.
    bool step() { return scheduler_.step(); }
    void pass(std::chrono::milliseconds time) { scheduler_.run_for(time); }

    /// A person with an account. Who they are is drawn by the store: 1, 2, 3 …
    UserId person(const std::string& nickname);
    /// The position of the last change in the room; 0 for one that is not there.
    Position head_of(RoomId room);

    /// Calls a use case and lets time pass until it is answered; `timeout` where it never is.
    template <class T, class Call>
    Result<T> ask(Call&& call) {
        const auto got = std::make_shared<std::optional<Result<T>>>();
        call(Completion<T>([got](Result<T> result) { *got = std::move(result); }));
        scheduler_.settle();
        for (int i = 0; !*got && i < 100; ++i) scheduler_.run_for(std::chrono::milliseconds{50});
        if (!*got) return unexpected(ErrorCode::timeout, "test");
        return std::move(**got);
    }

private:
    testing::Scheduler scheduler_;
    std::unique_ptr<Clock> clock_;
    std::shared_ptr<MemoryBusNetwork> network_ = std::make_shared<MemoryBusNetwork>();
    std::unique_ptr<Executor> bus_;
    std::shared_ptr<MemoryCacheSpace> cache_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Engine> engine_;
};

}  // namespace chatcore::test

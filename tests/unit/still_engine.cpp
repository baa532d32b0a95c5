#include "still_engine.h"

namespace chatcore::test {

namespace {

/// A factory of somebody else's.
class LentFactory final : public StoreFactory {
public:
    explicit LentFactory(StoreFactory& real) : real_(real) {}
    Result<std::unique_ptr<Store>> open() override { return real_.open(); }
    int writers() const override { return real_.writers(); }

private:
    StoreFactory& real_;
};

}  // namespace

StillEngine::StillEngine(std::uint64_t seed, contract::StoreSubject& subject, Limits limits,
                         bool sole_node)
    : scheduler_(seed),
      clock_(scheduler_.make_clock()),
      bus_(scheduler_.make_executor("bus")),
      cache_(std::make_shared<MemoryCacheSpace>(*clock_)),
      store_(std::move(subject.factory().open()).value()) {
    const auto one = [&](const char* name) {
        std::vector<std::unique_ptr<Executor>> made;
        made.push_back(scheduler_.make_executor(name));
        return made;
    };
    EngineParts parts;
    parts.store = std::make_unique<LentFactory>(subject.factory());
    parts.bus = std::make_unique<MemoryBus>(network_, *bus_);
    parts.cache = std::make_unique<MemoryCache>(cache_);
    parts.clock = scheduler_.make_clock();
    parts.random = scheduler_.make_random();
    parts.shards = one("shard");
    parts.writers = one("writer");
    parts.readers = one("reader");
    parts.background = scheduler_.make_executor("background");
    EngineOptions options;
    options.limits = limits;
    options.sole_node = sole_node;
    options.limits.person_posts_per_s = 0;
    options.limits.person_changes_per_s = 0;
    engine_ = std::move(Engine::start(std::move(parts), options)).value();
}

StillEngine::~StillEngine() = default;

UserId StillEngine::person(const std::string& nickname) {
    Account account;
    account.profile.nickname = nickname;
    account.email = nickname + "@example.org";
    return std::move(store_->people().create(account)).value();
}

Position StillEngine::head_of(RoomId room) {
    const Result<std::optional<Room>> found = store_->rooms().find(room);
    return found && *found ? (*found)->head : Position{};
}

}  // namespace chatcore::test

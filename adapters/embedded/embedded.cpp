#include "chatcore/adapters/embedded.h"

#include <memory>

#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/memory_cache.h"
#include "chatcore/adapters/sqlite_store.h"
#include "chatcore/adapters/system_clock.h"
#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"

namespace chatcore {

EngineParts embedded_parts(std::string path) {
    SqliteOptions options;
    options.path = std::move(path);
    EngineParts parts;
    parts.store = std::make_unique<SqliteStoreFactory>(std::move(options));
    parts.bus = std::make_unique<MemoryBus>();
    parts.clock = std::make_unique<SystemClock>();
    parts.cache = std::make_unique<MemoryCache>(std::make_shared<MemoryCacheSpace>(*parts.clock));
    parts.random = std::make_unique<SystemRandom>();
    parts.shards.push_back(std::make_unique<ThreadExecutor>("chat-shard"));
    parts.writers.push_back(std::make_unique<ThreadExecutor>("chat-write"));
    parts.readers.push_back(std::make_unique<ThreadExecutor>("chat-read"));
    parts.background = std::make_unique<ThreadExecutor>("chat-background");
    return parts;
}

}  // namespace chatcore

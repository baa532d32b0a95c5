#include "engine_bench/post_loop.h"

#include <atomic>
#include <cmath>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/sqlite_store.h"
#include "chatcore/adapters/system_clock.h"
#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"
#include "chatcore/engine.h"

#include "common/net.h"
#include "common/process.h"
#include "common/texts.h"

namespace bench {
namespace {

using chatcore::Result;
using chatcore::UserId;

// The host's own people: whoever is asked for exists.
class Everybody final : public chatcore::UserDirectory {
public:
    Result<std::vector<chatcore::Profile>> find(std::span<const UserId> users) override {
        std::vector<chatcore::Profile> profiles;
        for (const UserId user : users) {
            chatcore::Profile profile;
            profile.id = user;
            profile.nickname = fmt::format("p{}", user.value);
            profiles.push_back(std::move(profile));
        }
        return profiles;
    }
};

// Nobody is connected, so there is no presence to keep.
class ForgetfulCache final : public chatcore::Cache {
public:
    Result<std::vector<bool>> add(std::span<const chatcore::SetEntry> entries,
                                  std::chrono::milliseconds) override {
        return std::vector<bool>(entries.size(), true);
    }
    Result<std::vector<bool>> remove(std::span<const chatcore::SetEntry> entries) override {
        return std::vector<bool>(entries.size(), true);
    }
    Result<std::vector<bool>> any(std::span<const std::string> sets) override {
        return std::vector<bool>(sets.size(), false);
    }
    Result<std::vector<std::optional<std::int64_t>>> raise(
        std::span<const chatcore::Pointer> pointers, std::chrono::milliseconds) override {
        return std::vector<std::optional<std::int64_t>>(pointers.size());
    }
    Result<std::vector<std::int64_t>> append(std::span<const chatcore::ListEntry> entries,
                                             std::chrono::milliseconds, std::int64_t) override {
        return std::vector<std::int64_t>(entries.size(), 1);
    }
    Result<std::vector<std::vector<std::string>>> read(
        std::span<const std::string> lists) override {
        return std::vector<std::vector<std::string>>(lists.size());
    }
    chatcore::Status drop(std::span<const std::string>) override { return {}; }
};

struct Counted {
    std::atomic<std::int64_t> batches = 0;
    std::atomic<std::int64_t> posts = 0;
};

class CountingTelemetry final : public chatcore::Telemetry {
public:
    explicit CountingTelemetry(Counted& counted) : counted_(counted) {}
    void add(chatcore::Counter counter, std::int64_t n) override {
        if (counter == chatcore::Counter::batches_applied) counted_.batches += n;
        if (counter == chatcore::Counter::messages_consumed) counted_.posts += n;
    }
    void observe(chatcore::Stage, std::chrono::nanoseconds) override {}
    void log(const chatcore::LogRecord& record) override {
        if (record.level >= chatcore::LogLevel::warning) fmt::print(stderr, "{}\n", record.text);
    }

private:
    Counted& counted_;
};

std::unique_ptr<chatcore::Engine> start_engine(const PostLoop& loop, Counted& counted) {
    chatcore::EngineOptions options;
    options.limits.person_posts_per_s = 0;
    options.limits.person_changes_per_s = 0;
    chatcore::SqliteOptions sqlite;
    sqlite.path = loop.file;
    if (!loop.synced) sqlite.synchronous = chatcore::SqliteOptions::Synchronous::normal;
    chatcore::EngineParts parts;
    parts.store = std::make_unique<chatcore::SqliteStoreFactory>(sqlite);
    parts.bus = std::make_unique<chatcore::MemoryBus>();
    parts.cache = std::make_unique<ForgetfulCache>();
    parts.clock = std::make_unique<chatcore::SystemClock>();
    parts.random = std::make_unique<chatcore::SystemRandom>();
    parts.telemetry = std::make_unique<CountingTelemetry>(counted);
    parts.directory = std::make_unique<Everybody>();
    parts.shards.push_back(std::make_unique<chatcore::ThreadExecutor>("shard"));
    parts.writers.push_back(std::make_unique<chatcore::ThreadExecutor>("writer"));
    parts.readers.push_back(std::make_unique<chatcore::ThreadExecutor>("reader"));
    parts.background = std::make_unique<chatcore::ThreadExecutor>("background");
    auto engine = chatcore::Engine::start(std::move(parts), options);
    if (!engine) {
        die(fmt::format("the engine does not start: {} {}", name_of(engine.error().code),
                        engine.error().cause));
    }
    return std::move(*engine);
}

std::vector<chatcore::RoomId> open_rooms(chatcore::Engine& engine, std::size_t count) {
    std::vector<chatcore::RoomId> rooms;
    for (std::size_t i = 0; i < count; ++i) {
        const auto first = static_cast<std::int64_t>(i * 2 + 1);
        std::promise<Result<chatcore::RoomView>> opened;
        engine.rooms().open_direct(
            {UserId{first}, 0}, UserId{first + 1}, std::nullopt,
            [&opened](Result<chatcore::RoomView> room) { opened.set_value(std::move(room)); });
        Result<chatcore::RoomView> room = opened.get_future().get();
        if (!room) die(fmt::format("no room was opened: {}", name_of(room.error().code)));
        rooms.push_back(room->room.id);
    }
    return rooms;
}

// The producers: so many posts under way, each followed by the next one of its room when it
// completes. Completions run on the engine's one shard, and so does everything here.
class Producers {
public:
    Producers(const PostLoop& loop, chatcore::Engine& engine, std::vector<chatcore::RoomId> rooms)
        : engine_(engine),
          rooms_(std::move(rooms)),
          turns_(rooms_.size(), 0),
          last_seq_(rooms_.size(), 0),
          texts_(make_texts(texts_in_turn, loop.content_bytes)) {
        key_noise_ = static_cast<std::uint64_t>(now_ns());
    }

    void begin(std::size_t in_flight) {
        for (std::size_t i = 0; i < in_flight; ++i) post(i % rooms_.size());
    }
    void measure(bool on) { measuring_ = on; }
    void stop() { stopping_ = true; }
    [[nodiscard]] std::size_t under_way() const { return under_way_; }

    PostLoopResult result;

private:
    void post(std::size_t room) {
        chatcore::PostRequest request;
        request.room = rooms_[room];
        request.content = texts_[next_text_++ % texts_.size()];
        request.key = next_key();
        // The two take turns.
        const auto user = static_cast<std::int64_t>(room * 2 + 1 + turns_[room]++ % 2);
        ++under_way_;
        engine_.messages().post({UserId{user}, 0}, std::move(request),
                                [this, room, at = now_ns()](Result<chatcore::Message> message) {
                                    completed(room, at, message);
                                });
    }

    void completed(std::size_t room, std::int64_t posted_at,
                   const Result<chatcore::Message>& message) {
        --under_way_;
        if (!message) {
            ++result.errors;
            if (result.first_error.empty()) result.first_error = name_of(message.error().code);
        } else {
            ++result.acknowledged;
            if (message->seq != ++last_seq_[room]) ++result.order_errors;
            if (measuring_) {
                ++result.posts;
                result.latency.record(static_cast<std::uint64_t>(now_ns() - posted_at));
            }
        }
        if (!stopping_) post(room);
    }

    chatcore::ClientKey next_key() {
        chatcore::ClientKey key;
        for (std::size_t i = 0; i < key.bytes.size(); ++i) {
            if (i % 8 == 0) {  // splitmix64
                std::uint64_t z = (key_noise_ += 0x9e3779b97f4a7c15ULL);
                z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
                z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
                key_bits_ = z ^ (z >> 31);
            }
            key.bytes[i] = static_cast<std::uint8_t>(key_bits_ >> (8 * (i % 8)));
        }
        return key;
    }

    chatcore::Engine& engine_;
    std::vector<chatcore::RoomId> rooms_;
    std::vector<std::uint64_t> turns_;
    std::vector<std::int64_t> last_seq_;
    std::vector<std::string> texts_;
    std::size_t next_text_ = 0;
    std::uint64_t key_noise_ = 0;
    std::uint64_t key_bits_ = 0;
    std::atomic<bool> measuring_ = false;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::size_t> under_way_ = 0;
};

void sleep_s(double seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

}  // namespace

PostLoopResult run_post_loop(const PostLoop& loop) {
    Counted counted;
    auto engine = start_engine(loop, counted);
    Producers producers(loop, *engine, open_rooms(*engine, loop.rooms));
    // In two halves, the second when the first is in its transaction: producers that know nothing
    // of each other do not all wait for the same commit, and then there is always a batch to take.
    const std::size_t first = (loop.in_flight + 1) / 2;
    auto& shard = engine->hub().executor(0);
    shard.post([&producers, first] { producers.begin(first); });
    shard.post_after(std::chrono::milliseconds(3),
                     [&producers, rest = loop.in_flight - first] { producers.begin(rest); });
    sleep_s(loop.warmup_s);
    const CpuTime cpu = cpu_of_self();
    const std::int64_t batches = counted.batches;
    const std::int64_t posts = counted.posts;
    const std::int64_t start = now_ns();
    producers.measure(true);
    sleep_s(loop.seconds);
    producers.measure(false);
    const std::int64_t end = now_ns();
    const CpuTime cpu_after = cpu_of_self();
    const auto measured_batches = static_cast<double>(counted.batches - batches);
    const auto measured_posts = static_cast<double>(counted.posts - posts);
    producers.stop();
    for (int i = 0; i < 1000 && producers.under_way() > 0; ++i) sleep_s(0.01);
    const std::size_t left = producers.under_way();
    engine.reset();  // from here on nothing else touches the result
    PostLoopResult result = std::move(producers.result);
    if (left > 0) die(fmt::format("{} posts were never completed", left));
    result.seconds = static_cast<double>(end - start) / 1e9;
    result.posts_per_batch = measured_batches > 0 ? measured_posts / measured_batches : 0;
    result.user_s = cpu_after.user_s - cpu.user_s;
    result.system_s = cpu_after.system_s - cpu.system_s;
    return result;
}

}  // namespace bench

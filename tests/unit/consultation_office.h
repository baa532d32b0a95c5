#pragma once
// A student and a professor who hold consultations, over a store of blobs that fails when it is
// told to.

#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "chatcore/adapters/memory_blobs.h"
#include "chatcore/adapters/thread_executor.h"
#include "chatcore/adapters/tz_time_zones.h"

#include "engine_world.h"

namespace chatcore::test {

using namespace std::chrono_literals;

/// One store of blobs for a test and its engines, which fails when it is told to.
struct Shelf {
    MemoryBlobs blobs;
    std::atomic<bool> fails{false};
    std::function<void()> before_commit = {};  ///< once
};

class ShelfUpload final : public BlobUpload {
public:
    ShelfUpload(std::shared_ptr<Shelf> shelf, std::unique_ptr<BlobUpload> inner)
        : shelf_(std::move(shelf)), inner_(std::move(inner)) {}
    Status append(std::string_view piece) override { return inner_->append(piece); }
    Status commit() override {
        if (shelf_->fails) return unexpected(ErrorCode::unavailable, "blob");
        if (auto first = std::exchange(shelf_->before_commit, {})) first();
        return inner_->commit();
    }

private:
    std::shared_ptr<Shelf> shelf_;
    std::unique_ptr<BlobUpload> inner_;
};

class ShelfBlobs final : public BlobStore {
public:
    explicit ShelfBlobs(std::shared_ptr<Shelf> shelf) : shelf_(std::move(shelf)) {}
    Result<std::unique_ptr<BlobUpload>> begin(const std::string& name) override {
        auto inner = shelf_->blobs.begin(name);
        if (!inner) return inner;
        return std::unique_ptr<BlobUpload>(
            std::make_unique<ShelfUpload>(shelf_, std::move(*inner)));
    }
    Result<std::string> read(const std::string& name, std::int64_t offset,
                             std::size_t size_max) override {
        return shelf_->blobs.read(name, offset, size_max);
    }
    Result<std::optional<std::int64_t>> size(const std::string& name) override {
        return shelf_->blobs.size(name);
    }
    Status remove(const std::string& name) override { return shelf_->blobs.remove(name); }
    Result<BlobPage> list(const std::string& prefix, const std::string& after, int limit) override {
        return shelf_->blobs.list(prefix, after, limit);
    }

private:
    std::shared_ptr<Shelf> shelf_;
};

class NoTypes final : public FileTypes {
public:
    std::string type_of(std::string_view) override { return "text/plain"; }
};

inline Limits quick() {
    Limits limits;
    limits.person_posts_per_s = 0;
    limits.person_changes_per_s = 0;
    limits.consultation_snapshot_interval = 20ms;
    limits.consultation_clean_interval = 20ms;
    return limits;
}

/// A world with a shelf, and a student and a professor in it.
struct Office {
    explicit Office(Limits limits = quick(), bool has_blobs = true)
        : world(1, limits, {}, [&](EngineParts& parts) {
              parts.cache = std::make_unique<MemoryCache>(cache);
              parts.time_zones = std::make_unique<TzTimeZones>();
              if (!has_blobs) return;
              parts.blobs = std::make_unique<ShelfBlobs>(shelf);
              parts.file_types = std::make_unique<NoTypes>();
              parts.blob_workers.push_back(std::make_unique<ThreadExecutor>("blobs"));
          }) {
        student = world.person("student");
        professor = world.person("professor");
    }

    using Answer = Result<ConsultationView>;
    Consultations& consultations() { return world.engine().consultations(); }
    Answer request(UserId from, ConsultationRequest what) {
        return world.ask<ConsultationView>([&](auto done) {
            consultations().request({from, 0}, std::move(what), std::move(done));
        });
    }
    Answer approve(UserId user, RoomId room, std::optional<Timestamp> at = {}) {
        return world.ask<ConsultationView>(
            [&](auto done) { consultations().approve({user, 0}, room, at, std::move(done)); });
    }
    Answer reject(UserId user, RoomId room) {
        return world.ask<ConsultationView>(
            [&](auto done) { consultations().reject({user, 0}, room, std::move(done)); });
    }
    Answer cancel(UserId user, RoomId room) {
        return world.ask<ConsultationView>(
            [&](auto done) { consultations().cancel({user, 0}, room, std::move(done)); });
    }
    Answer end(UserId user, RoomId room) {
        return world.ask<ConsultationView>(
            [&](auto done) { consultations().end({user, 0}, room, std::move(done)); });
    }
    Answer find(Caller caller, RoomId room) {
        return world.ask<ConsultationView>(
            [&](auto done) { consultations().find(caller, room, std::move(done)); });
    }
    Result<std::string> archive(Caller caller, RoomId room) {
        const auto size = world.ask<std::int64_t>(
            [&](auto done) { consultations().archive(caller, room, std::move(done)); });
        if (!size) return unexpected(size.error());
        const auto bytes = world.ask<std::string>([&](auto done) {
            consultations().read_archive(0, room, 0, 1'000'000, std::move(done));
        });
        REQUIRE(bytes);
        CHECK(std::ssize(*bytes) == *size);
        return bytes;
    }
    RoomId begun() {
        const RoomId room = request(student, {professor, "논문", {}})->room.id;
        REQUIRE(approve(professor, room));
        return room;
    }
    ConsultationState state(RoomId room) {
        return find({student, 0}, room)->room.consultation->state;
    }
    std::vector<std::string> hot(RoomId room) {
        const std::string key = "chat:room:" + std::to_string(room.value);
        return MemoryCache(cache).read({&key, 1})->front();
    }
    std::vector<std::string> blobs(const std::string& prefix) {
        std::vector<std::string> names;
        const auto page = shelf->blobs.list(prefix, "", 100);
        for (const BlobInfo& one : page->items) names.push_back(one.name);
        return names;
    }
    std::string snapshots_of(RoomId room) const {
        return "temp/chat_" + std::to_string(room.value) + "_snapshot_";
    }

    static bool comes(const std::function<bool()>& wish) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            if (wish()) return true;
            std::this_thread::sleep_for(2ms);
        }
        return false;
    }

    SystemClock clock;
    std::shared_ptr<Shelf> shelf = std::make_shared<Shelf>();
    std::shared_ptr<MemoryCacheSpace> cache = std::make_shared<MemoryCacheSpace>(clock);
    World world;
    UserId student;
    UserId professor;
};

template <class T>
std::optional<ErrorCode> code(const Result<T>& result) {
    return result ? std::nullopt : std::optional(result.error().code);
}

}  // namespace chatcore::test

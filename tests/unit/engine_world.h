#pragma once
// An engine in a test's hands: memory adapters, threads of its own, and people who listen.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/memory_cache.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/adapters/system_clock.h"
#include "chatcore/engine.h"

namespace chatcore::test {

/// How long a test waits for what must come.
inline constexpr std::chrono::seconds patience{20};

/// A connection that keeps what it is told. Threads: its shard writes, the test reads.
class Listener final : public Peer {
public:
    void deliver(Delivery& delivery) override;
    void list_moved(const ListUpdate& update) override;
    void resumed(RoomId room, Position head, bool truncated) override;
    void detached(RoomId room, ErrorCode why) override;
    void revoked() override;
    void flush() override;

    struct List {
        RoomId room;
        std::int64_t unread = 0;
        std::int64_t total = 0;
        bool gained = false;
    };
    struct Resumed {
        RoomId room;
        Position head;
        bool truncated = false;
    };
    struct Heard {
        std::vector<EventPtr> events;
        std::vector<List> lists;
        std::vector<Resumed> resumed;
        std::vector<RoomId> detached;
        std::vector<ErrorCode> detached_why;
        int flushes = 0;

        /// Ids of the messages told as new, in the order of their telling.
        std::vector<MessageId> new_messages(RoomId room) const;
        template <class What>
        std::vector<What> all() const {
            std::vector<What> found;
            for (const EventPtr& event : events) {
                if (const auto* what = std::get_if<What>(&event->what)) found.push_back(*what);
            }
            return found;
        }
        std::optional<List> last_list(RoomId room) const;
    };
    Heard heard() const;
    /// Waits until what was heard is as wished; false when it never is.
    bool waits_for(const std::function<bool(const Heard&)>& wish) const;

private:
    template <class F>
    void note(F&& change);

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Heard heard_;
};

/// One or more engines over one database, like the nodes of a cluster.
class World {
public:
    /// What stands between the engines and the database, for tests of what fails there.
    using Between = std::function<std::unique_ptr<StoreFactory>(std::unique_ptr<StoreFactory>)>;

    /// Changes the parts of a node before it starts.
    using Outfit = std::function<void(EngineParts&)>;

    explicit World(int nodes = 1, Limits limits = {}, Between between = {}, Outfit outfit = {});
    ~World();

    Engine& engine(int node = 0) { return *engines_[static_cast<std::size_t>(node)]; }

    UserId person(const std::string& nickname);
    struct TwoInRoom {
        UserId ari;
        UserId bora;
        RoomId room;
    };
    TwoInRoom two_people_in_a_room();
    ClientKey new_key();

    /// A connection of the person to a node, on a shard of one's choice; its rooms are known.
    Listener& connect(UserId user, int node = 0, int shard = 0);
    void disconnect(Listener& listener);
    Result<Position> attach(Listener& listener, RoomId room, std::optional<Position> since = {});

    Message post(UserId user, RoomId room, const std::string& content,
                 std::optional<ClientKey> key = {}, int node = 0);
    /// Members and messages that the database has of the room.
    std::size_t rows_of(RoomId room);
    Result<Message> try_post(UserId user, PostRequest request, int node = 0);

    /// Calls a use case and waits for its end.
    template <class T, class F>
    Result<T> ask(F&& call) {
        auto answer = std::make_shared<Answer<T>>();
        call(Completion<T>([answer](Result<T> result) {
            const std::lock_guard lock(answer->mutex);
            answer->times += 1;
            answer->result = std::move(result);
            answer->came.notify_all();
        }));
        std::unique_lock lock(answer->mutex);
        if (!answer->came.wait_for(lock, patience, [&] { return answer->times > 0; }))
            return unexpected(ErrorCode::timeout, "test");
        return *answer->result;
    }

private:
    template <class T>
    struct Answer {
        std::mutex mutex;
        std::condition_variable came;
        int times = 0;
        std::optional<Result<T>> result;
    };
    struct Connection {
        std::unique_ptr<Listener> listener;
        int node = 0;
        int shard = 0;
    };
    void start_node(const Limits& limits, const Between& between, const Outfit& outfit);
    Connection& connection_of(Listener& listener);
    /// Runs on the shard of a connection, and waits.
    void on_shard(const Connection& connection, Task task);

    std::shared_ptr<MemoryDatabase> database_ = std::make_shared<MemoryDatabase>();
    std::shared_ptr<MemoryBusNetwork> network_ = std::make_shared<MemoryBusNetwork>();
    SystemClock clock_;
    std::shared_ptr<MemoryCacheSpace> cache_ = std::make_shared<MemoryCacheSpace>(clock_);
    std::vector<Connection> connections_;
    std::vector<std::unique_ptr<Engine>> engines_;  // go before the connections
    std::unique_ptr<Store> store_;
    std::uint64_t keys_ = 0;
};

}  // namespace chatcore::test

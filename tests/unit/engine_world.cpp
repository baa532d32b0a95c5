#include "engine_world.h"

#include <doctest/doctest.h>

#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"

#include "memory_tables.h"

namespace chatcore::test {

template <class F>
void Listener::note(F&& change) {
    const std::lock_guard lock(mutex_);
    change(heard_);
    changed_.notify_all();
}

void Listener::deliver(Delivery& delivery) {
    note([&](Heard& heard) {
        heard.events.insert(heard.events.end(), delivery.events().begin(), delivery.events().end());
    });
}

void Listener::list_moved(const ListUpdate& update) {
    note([&](Heard& heard) {
        heard.lists.push_back(
            {update.room, update.unread_count, update.total_unread, update.gained != nullptr});
    });
}

void Listener::resumed(RoomId room, Position head, bool truncated) {
    note([&](Heard& heard) { heard.resumed.push_back({room, head, truncated}); });
}

void Listener::detached(RoomId room, ErrorCode why) {
    note([&](Heard& heard) {
        heard.detached.push_back(room);
        heard.detached_why.push_back(why);
    });
}

void Listener::revoked() {}

void Listener::flush() {
    note([&](Heard& heard) { ++heard.flushes; });
}

std::vector<MessageId> Listener::Heard::new_messages(RoomId room) const {
    std::vector<MessageId> ids;
    for (const RoomEvent& event : all<RoomEvent>()) {
        if (event.room != room) continue;
        for (const State& state : event.states) {
            const auto* message = std::get_if<Message>(&state);
            if (message != nullptr && position_of(message->id) > event.known)
                ids.push_back(message->id);
        }
    }
    return ids;
}

std::optional<Listener::List> Listener::Heard::last_list(RoomId room) const {
    for (auto it = lists.rbegin(); it != lists.rend(); ++it) {
        if (it->room == room) return *it;
    }
    return std::nullopt;
}

Listener::Heard Listener::heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
}

bool Listener::waits_for(const std::function<bool(const Heard&)>& wish) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return wish(heard_); });
}

World::World(int nodes, Limits limits, Between between, Outfit outfit) {
    for (int i = 0; i < nodes; ++i) start_node(limits, between, outfit);
    MemoryStoreFactory factory(database_);
    store_ = std::move(*factory.open());
}

World::~World() {
    engines_.clear();
}

void World::start_node(const Limits& limits, const Between& between, const Outfit& outfit) {
    EngineParts parts;
    parts.store = std::make_unique<MemoryStoreFactory>(database_);
    if (between) parts.store = between(std::move(parts.store));
    parts.bus = std::make_unique<MemoryBus>(network_);
    parts.cache = std::make_unique<MemoryCache>(cache_);
    parts.clock = std::make_unique<SystemClock>();
    parts.random = std::make_unique<SystemRandom>();
    for (int i = 0; i < 2; ++i) {
        parts.shards.push_back(std::make_unique<ThreadExecutor>("shard"));
        parts.readers.push_back(std::make_unique<ThreadExecutor>("reader"));
    }
    parts.writers.push_back(std::make_unique<ThreadExecutor>("writer"));
    parts.background = std::make_unique<ThreadExecutor>("background");
    if (outfit) outfit(parts);
    EngineOptions options;
    options.limits = limits;
    Result<std::unique_ptr<Engine>> engine = Engine::start(std::move(parts), options);
    REQUIRE(engine);
    engines_.push_back(std::move(*engine));
}

UserId World::person(const std::string& nickname) {
    Account account;
    account.profile.nickname = nickname;
    account.email = nickname + "@example.org";
    Result<UserId> made = store_->people().create(account);
    REQUIRE(made);
    return *made;
}

World::TwoInRoom World::two_people_in_a_room() {
    TwoInRoom made{person("ari"), person("bora"), {}};
    const auto room = ask<RoomView>([&](Completion<RoomView> done) {
        engine().rooms().open_direct({made.ari, 0}, made.bora, std::nullopt, std::move(done));
    });
    REQUIRE(room);
    made.room = room->room.id;
    return made;
}

ClientKey World::new_key() {
    ClientKey key;
    ++keys_;
    for (std::size_t i = 0; i < 8; ++i) key.bytes[i] = static_cast<std::uint8_t>(keys_ >> (8 * i));
    return key;
}

Listener& World::connect(UserId user, int node, int shard) {
    connections_.push_back({std::make_unique<Listener>(), node, shard});
    Listener& listener = *connections_.back().listener;
    Engine& on = engine(node);
    const auto rooms = ask<int>([&](Completion<int> done) {
        on.hub().executor(shard).post(
            [&on, &listener, user, shard, done = std::move(done)]() mutable {
                on.hub().shard(shard).connect(listener, user, "family", std::move(done));
            });
    });
    REQUIRE(rooms);
    return listener;
}

void World::disconnect(Listener& listener) {
    const Connection& connection = connection_of(listener);
    on_shard(connection, [this, &listener, &connection] {
        engine(connection.node).hub().shard(connection.shard).disconnect(listener);
    });
}

Result<Position> World::attach(Listener& listener, RoomId room, std::optional<Position> since) {
    const Connection& connection = connection_of(listener);
    Hub& hub = engine(connection.node).hub();
    return ask<Position>([&](Completion<Position> done) {
        hub.executor(connection.shard)
            .post([&hub, &listener, room, since, shard = connection.shard,
                   done = std::move(done)]() mutable {
                hub.shard(shard).attach(listener, room, since, std::move(done));
            });
    });
}

Message World::post(UserId user, RoomId room, const std::string& content,
                    std::optional<ClientKey> key, int node) {
    PostRequest request;
    request.room = room;
    request.content = content;
    request.key = key;
    Result<Message> posted = try_post(user, std::move(request), node);
    REQUIRE(posted);
    return *posted;
}

std::size_t World::rows_of(RoomId room) {
    const std::scoped_lock lock(database_->state().mutex);
    const memory::Tables& tables = database_->state().tables;
    std::size_t rows = 0;
    for (const auto& [key, member] : tables.members) rows += key.first == room ? 1 : 0;
    for (const auto& [id, stored] : tables.messages) rows += stored.message.room == room ? 1 : 0;
    return rows;
}

Result<Message> World::try_post(UserId user, PostRequest request, int node) {
    return ask<Message>([&](Completion<Message> done) {
        engine(node).messages().post({user, 0}, std::move(request), std::move(done));
    });
}

World::Connection& World::connection_of(Listener& listener) {
    for (Connection& connection : connections_) {
        if (connection.listener.get() == &listener) return connection;
    }
    FAIL("not a connection of this world");
    return connections_.front();
}

void World::on_shard(const Connection& connection, Task task) {
    const auto done = ask<bool>([&](Completion<bool> ran) {
        engine(connection.node)
            .hub()
            .executor(connection.shard)
            .post([task = std::move(task), ran = std::move(ran)]() mutable {
                task();
                ran(true);
            });
    });
    REQUIRE(done);
}

}  // namespace chatcore::test

#pragma once
// The hub takes events to this node's connections.
//
// It has one shard per I/O thread; a connection belongs to one shard and meets no other thread. A
// shard knows the people connected to it and the rooms they are in, keeps for each room the
// position it has come to, drops what is not above it, reads what is missing from the store before
// it goes on, encodes each room's batch once per wire format and hands the same bytes to all who
// are attached.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/event.h"
#include "chatcore/ports/executor.h"
#include "chatcore/result.h"

namespace chatcore {

class HubShard;
struct Node;

/// How a front door writes events. Stateless; any thread.
class WireFormat {
public:
    virtual ~WireFormat() = default;

    /// Appends the frames that tell the event; nothing where this format does not tell it.
    virtual void append(const Event& event, std::string& out) const = 0;
};

/// Bytes that many connections send. Immutable.
using SharedBytes = std::shared_ptr<const std::string>;

/// Events of one room that are due together. Encoded at most once per wire format, however many
/// receive it.
class Delivery {
public:
    explicit Delivery(std::span<const EventPtr> events) : events_(events) {}

    std::span<const EventPtr> events() const { return events_; }
    const SharedBytes& bytes(const WireFormat& format);

private:
    using Encoded = std::pair<const WireFormat*, SharedBytes>;

    std::span<const EventPtr> events_;
    Encoded first_;  ///< most rooms need no other
    std::vector<Encoded> others_;
};

/// A room of a person moved in their list.
struct ListUpdate {
    RoomId room;
    std::int64_t unread_count = 0;
    std::int64_t total_unread = 0;
    std::shared_ptr<const Preview> last_message;  ///< nullptr: none
    Timestamp last_activity_at;
    const RoomView* gained = nullptr;  ///< the whole room, where it is new to the person
};

/// One connection, or a host's own subscription. All calls come on the shard's thread. None of them
/// may call the hub back; whoever wants to close posts a task that does.
class Peer {
public:
    virtual ~Peer() = default;

    /// Events of an attached room, the deletion of any that the person's list has, presence, or
    /// notifications of the person. The events and bytes may be kept, the Delivery not.
    virtual void deliver(Delivery& delivery) = 0;
    virtual void list_moved(const ListUpdate& update) = 0;
    /// After the states that an attach with a position brought: from here on it is live.
    virtual void resumed(RoomId room, Position head, bool truncated) = 0;
    /// The person may not follow this room any more: `not_a_member`, or `room_deleted`.
    virtual void detached(RoomId room, ErrorCode why) = 0;
    /// The token that the connection came with is good no more.
    virtual void revoked() = 0;
    /// All of a tick is told; send it.
    virtual void flush() = 0;

private:
    friend class HubShard;
    struct Attached {
        RoomId room;
        std::uint32_t index = 0;  ///< in the room's list
    };
    UserId user_;
    std::string family_;
    std::vector<Attached> attached_;
    std::uint64_t serial_ = 0;  ///< names the connection in answers that come later
    /// The number of the person's blocks when it came, -1 until they are known: a client compares
    /// then what it kept from before.
    std::int64_t blocks_at_coming_ = -1;
    bool dirty_ = false;
};

class Hub {
public:
    /// Shards run on these executors, in this order.
    Hub(Node& node, std::vector<std::unique_ptr<Executor>> executors);
    ~Hub();

    int shards() const { return static_cast<int>(executors_.size()); }
    Executor& executor(int shard) { return *executors_[static_cast<std::size_t>(shard)]; }

    /// The shard's own methods; to be called on its executor only.
    HubShard& shard(int shard) { return *shards_[static_cast<std::size_t>(shard)]; }

    /// Hands events to every shard, and runs on each the tasks given for it before that. Any
    /// thread; keeps the order of calls from one thread.
    void publish(std::vector<EventPtr> events, std::vector<std::vector<Task>> tasks_by_shard = {});

    /// Something may have been missed: every shard asks the store which rooms its people are in,
    /// and where `at_rooms` is set also what happened in them. Any thread.
    void look_again(bool at_rooms);

    /// Runs the task on the shard `home` once every shard has taken what was published before. Any
    /// thread.
    void once_taken(int home, Task task);

    /// Hands events of one shard to the others. On the shard's executor.
    void pass_on(int from, std::vector<EventPtr> events);

    /// Stops the executors. Nothing runs afterwards.
    void stop();

private:
    std::vector<std::unique_ptr<Executor>> executors_;
    std::vector<std::unique_ptr<HubShard>> shards_;
};

}  // namespace chatcore

#pragma once
// Who is online: anyone with at least one connection on any node. A person's nodes are members of a
// set in the cache that live for a minute and are renewed, so that the people of a crashed node go
// offline by themselves. Threads: `came` and `went` on shards; the rest any.

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/ports/cache.h"
#include "chatcore/ports/executor.h"
#include "chatcore/rules/needs.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;

class Presence {
public:
    /// `worker` runs everything that asks the cache.
    Presence(Node& node, std::unique_ptr<Cache> cache, std::unique_ptr<Executor> worker);
    ~Presence();

    /// The person's first connection of a shard came, or the last one went. `rooms`: the small
    /// ones, which are told.
    void came(UserId user, std::vector<RoomId> rooms);
    void went(UserId user, std::vector<RoomId> rooms);

    /// The room's members who are online, of the first 1,000. `not_a_member` for others.
    void online(Caller caller, RoomId room, Completion<std::vector<UserId>> done);
    /// Starts typing, or stops: at most one a second and room of the former is told, and always
    /// that it stopped; of stops that end nothing one a second. `done` may be empty. Errors:
    /// `not_a_member`, `unavailable`; nobody is told then.
    void typing(Caller caller, RoomId room, bool is_typing, Completion<bool> done = {});
    /// Says what the caller does in the room, `ACTIVE`, `IDLE` or a word of the client's own: 1 to
    /// 20 letters and `_`, told in upper case to who follows the room. Within an interval of typing
    /// the same again is dropped, and what is more than five. Errors: as `typing`; `invalid_value`
    /// (activity).
    void activity(Caller caller, RoomId room, std::string activity, Completion<bool> done = {});
    /// `typing` for who is known to be a member; asks nobody.
    void typing_by_member(UserId user, RoomId room, bool is_typing);

    /// Renews what lives in the cache; called every `presence_refresh`.
    void refresh();
    void start();
    void stop();

    /// The cache of the node, to be asked on its worker only.
    Cache& cache() { return *cache_; }
    Executor& worker() { return *worker_; }

private:
    struct Typed {
        std::chrono::nanoseconds at{};  ///< told last
        bool is_typing = false;
    };
    struct Shown {
        std::string activity;
        std::chrono::nanoseconds since{};  ///< when the interval began
        int told = 0;                      ///< in it
    };
    void tell(UserId user, bool online, std::vector<RoomId> rooms);
    /// Runs `act` where the caller is a member of the room, and answers.
    void as_member(Caller caller, RoomId room, Completion<bool> done, Task act);
    void activity_by_member(UserId user, RoomId room, std::string activity);
    /// How long something of one person in one room keeps the same from being told again; 0: not.
    std::chrono::nanoseconds typing_interval() const;

    Node& node_;
    std::unique_ptr<Cache> cache_;
    std::unique_ptr<Executor> worker_;
    std::string node_name_;
    std::mutex mutex_;                      // guards the three maps; held for a look-up
    std::unordered_map<UserId, int> here_;  ///< on how many shards
    std::unordered_map<MemberKey, Typed, MemberKeyHash> typed_;
    std::unordered_map<MemberKey, Shown, MemberKeyHash> shown_;
};

}  // namespace chatcore

#pragma once
// One shard of the hub: see hub.h. Every method runs on the shard's executor.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "chatcore/domain/social.h"
#include "chatcore/hub.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/task.h"

namespace chatcore {

class Store;

class HubShard {
public:
    HubShard(Node& node, Executor& executor, int index);
    ~HubShard();

    /// The person's connection is here. `done` is called when their rooms are known, with the
    /// number of them; list updates and presence come from then on. `family` is of the token, for
    /// revocation; may be empty.
    void connect(Peer& peer, UserId user, std::string family, Completion<int> done);
    /// Forgets the peer, which may go afterwards. Answers that are on their way are dropped.
    void disconnect(Peer& peer);

    /// Follows a room. `done` is called with the room's head, then, where `since` is given, the
    /// states after it, then `Peer::resumed`, then what happens. Errors: `not_a_member`, `too_many`
    /// (attached rooms), `unavailable`.
    void attach(Peer& peer, RoomId room, std::optional<Position> since, Completion<Position> done);
    void detach(Peer& peer, RoomId room);
    bool is_attached(const Peer& peer, RoomId room) const;
    /// Whether the person, who has a connection here, is known to be a member. False of a member
    /// too, while the rooms are being read, or where there are too many to be kept.
    bool knows_member(UserId user, RoomId room) const { return is_indexed(user, room); }

    /// Those whose doings in the room are kept from the peer, who has blocked them, by id; empty
    /// where there are none, or the room is not followed. Valid until the next event.
    std::span<const UserId> hidden_from(const Peer& peer, RoomId room) const;

    /// Tells an unstored event to all who are attached on this node. The benchmark's way, no bus.
    void broadcast(RoomId room, std::string payload);

    /// What the publisher and the bus bring.
    void receive(std::span<const EventPtr> events);

    /// See Hub::look_again.
    void look_again(bool at_rooms);

    /// Marks the peer for the flush at the end of the tick, for what it has queued by itself.
    void wants_flush(Peer& peer);

    struct Figures {
        std::size_t peers = 0;
        std::size_t people = 0;
        std::size_t rooms = 0;
    };
    Figures figures() const;

private:
    struct RoomEntry;
    struct Person;
    struct PersonRoom;
    struct Attachment;
    struct Caught;
    struct Leaving;

    RoomEntry& entry_of(RoomId room);
    void forget_if_unused(RoomEntry& entry);

    void listen_for(UserId user);
    void load_person(Person& person);
    struct Loaded;
    void person_loaded(UserId user, std::uint64_t load, Result<Loaded> loaded);
    void renew(Person& person, const std::vector<Membership>& memberships, bool first);
    std::vector<RoomId> small_rooms(const Person& person) const;
    void room_gained(UserId user, RoomId room);
    void look_at_room(UserId user, RoomId room);
    void room_looked_at(UserId user, RoomId room, const Result<std::vector<Membership>>& found,
                        const Result<std::optional<RoomView>>& view);
    void add_room(Person& person, const Membership& membership);
    bool is_indexed(UserId user, RoomId room) const;
    bool came_back(UserId user, RoomId room) const;
    void settle_membership(Person& person, PersonRoom& room, const Membership& membership);
    void settle_leaving(Person& person, RoomId room, const Leaving& leaving);
    void drop_room(Person& person, RoomId room);
    static PersonRoom* room_of(Person& person, RoomId room);
    void catch_up_from_log(Person& person, std::optional<RoomId> only);
    void load_ended();

    struct Asked;
    static std::vector<EventPtr> resumption(Caught& caught, RoomId room,
                                            std::span<const UserId> blocked);
    void read_for_attach(Asked asked);
    void caught_up(Asked asked, Result<Caught> caught);
    Attachment* attachment_of(std::uint64_t serial, RoomId room);

    void take(const EventPtr& event, const RoomEvent& what);
    void take(const EventPtr& event, const HeadMoved& what);
    void accept(RoomEntry& entry, EventPtr event, const RoomEvent& what);
    void remember(const EventPtr& event);
    void hold(RoomEntry& entry, const EventPtr& event);
    void count(RoomEntry& entry, const RoomEvent& what);
    void count_for(Person& person, PersonRoom& room, const RoomEvent& what);
    void repair(RoomEntry& entry);
    Status read_skipped(Store& store, RoomId room, const std::vector<UserId>& people,
                        Caught& caught);
    void skip_to(RoomEntry& entry, const Caught& caught);
    void repaired(RoomId room, Result<Caught> caught);
    void settle_standings(RoomEntry& entry, const ReadStandings& standings);
    void presence(const EventPtr& event, const PresenceSignal& what);
    void revoke(const TokensRevoked& what);
    void read_moved(const ReadMoved& what);
    void delivered(const EventPtr& event, const DeliveredSignal& what);
    void take(const BlocksMoved& what);

    void load_blocks(UserId user);
    void set_blocks(Person& person, BlockSet set);
    /// Whether the attachment's person blocks anybody, as the room counts it.
    static void count_veil(RoomEntry& entry, Attachment& attachment);
    static void tell_anew(RoomEntry& entry, Attachment& attachment);
    void tell_attached(RoomEntry& entry, const std::vector<EventPtr>& due);

    EventPtr keep(Event event);
    void make_due(RoomEntry& entry, EventPtr event);
    void list_due(RoomEntry& entry);
    void schedule_tick();
    void tick();
    void tell(RoomEntry& entry);
    void tell_slowly(RoomEntry& entry, Attachment& attachment, const std::vector<EventPtr>& due);
    void leave(RoomId room, const Leaving& leaving);
    /// To those whose list has the room, on connections that do not follow it.
    void tell_deletion(RoomEntry& entry, const std::vector<EventPtr>& due);
    void close_room(RoomId room);
    void list_dirty(RoomEntry& entry);
    void list_dirty(Person& person, RoomEntry& entry);
    void schedule_lists();
    void tell_lists();
    static void recount(Person& person, PersonRoom& room);
    void tell_own(Person& person, PersonRoom& room);
    void tell_person(UserId user, const EventPtr& event);
    void tell_list(Person& person, const PersonRoom& room, const RoomView* gained);

    Node& node_;
    Executor& executor_;
    const int index_;
    std::uint64_t next_serial_ = 1;
    std::unordered_map<std::uint64_t, Peer*> peers_;
    std::unordered_map<UserId, std::unique_ptr<Person>> people_;
    std::unordered_map<RoomId, std::unique_ptr<RoomEntry>> rooms_;
    std::vector<Peer*> dirty_peers_;
    std::vector<RoomId> due_rooms_;
    std::vector<EventPtr> telling_;  ///< what is being told, and memory for what is due next
    std::vector<RoomId> list_rooms_;
    std::vector<std::pair<UserId, RoomId>> list_people_;
    std::vector<EventPtr> log_;  ///< room events since the oldest load of a person's rooms began
    std::shared_ptr<std::vector<Event>> block_;  ///< where signals of this shard are made
    std::vector<EventPtr> outbox_;               ///< of this shard, for the others, until the tick
    std::int64_t delivered_ = 0;                 ///< in this tick
    int loads_ = 0;
    bool log_overflowed_ = false;
    bool tick_scheduled_ = false;
    bool lists_scheduled_ = false;
};

}  // namespace chatcore

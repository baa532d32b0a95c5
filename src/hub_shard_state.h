#pragma once
// What a hub shard remembers: the rooms that matter to its connections, and the people behind them.

#include <memory>
#include <optional>
#include <vector>

#include "chatcore/hub_shard.h"
#include "chatcore/ports/message_reader.h"
#include "chatcore/rules/concealment.h"
#include "chatcore/text.h"

namespace chatcore {

/// One connection that follows one room.
struct HubShard::Attachment {
    Peer* peer = nullptr;
    Person* person = nullptr;
    std::uint64_t serial = 0;
    /// catching: the store is being read, what happens is held. ahead: what is not above `floor`
    /// was told already.
    enum class State : std::uint8_t { catching, ahead, live };
    State state = State::catching;
    bool veiled = false;        ///< its person blocks somebody
    bool anew = false;          ///< while catching: what is shown to its person has changed
    std::uint64_t attempt = 0;  ///< names the reading under way; an older one is answered in vain
    Position head;              ///< what the store gave
    Position floor;             ///< what was told
    std::unique_ptr<std::vector<EventPtr>> held;

    /// What of the events is above the floor, as this connection must be told it.
    std::vector<EventPtr> above_floor(const RoomEntry& entry, const std::vector<EventPtr>& events);
};

/// A room of a person, with what their list shows of it.
struct HubShard::PersonRoom {
    /// Of a room that the person has left: whether their list shows it again.
    enum class Shown : std::uint32_t { no, looked_at, yes };

    // There are tens of these a connection: 48 bytes each.
    static constexpr std::uint32_t index_max = (1U << 30) - 1;
    RoomEntry* room = nullptr;
    std::uint32_t index : 30 = 0;  ///< of the person in the room's list
    Shown shown : 2 = Shown::yes;
    std::int32_t deleted = 0;
    std::int64_t read_seq = 0;
    std::int64_t unread = 0;  ///< as it was counted last; in their total while they are in
    Position as_of;           ///< events up to here are counted in already
    Position left;            ///< where the person left, and still hears of it; 0: they are in

    bool is_in() const { return left == Position{}; }
    /// Whether something was posted since the person left.
    bool has_news() const;
};

struct HubShard::Person {
    UserId user;
    std::vector<Peer*> peers;
    std::vector<PersonRoom> rooms;  ///< by room id
    std::int64_t total_unread = 0;
    bool loaded = false;
    std::uint64_t load = 0;                ///< names the loading under way
    std::vector<Completion<int>> waiting;  ///< for the rooms to be loaded
    std::vector<RoomId> gained;            ///< while the rooms were loaded
    std::vector<UserId> blocked;           ///< by id
    std::int64_t blocks_number = -1;       ///< of `blocked`; -1: not known yet
};

/// What is read when a person comes.
struct HubShard::Loaded {
    std::vector<Membership> memberships;
    BlockSet blocks;
};

/// A membership that ended, to be settled once the tick has told why.
struct HubShard::Leaving {
    UserId user;
    bool detach = false;  ///< the person may not follow the room any more, nor hear of it
    Position at;

    static Leaving of(const Member& member) {
        return {member.user, !lingers(member), member.changed_at};
    }
};

struct HubShard::RoomEntry {
    enum class State : std::uint8_t {
        opening,  ///< its position is not known yet; events are held
        live,
        repairing  ///< something was missed and is being read; events are held
    };
    RoomId id;
    State state = State::opening;
    RoomKind kind = RoomKind::group;
    bool due_listed = false;
    bool list_listed = false;
    bool deleted = false;  ///< for everybody; who is being caught up is still here
    Position position;     ///< of the last event taken
    Position base;         ///< up to here nothing was told one by one
    Position read_to;      ///< up to here something was missed, and read from the store
    std::int64_t last_seq = 0;
    std::int64_t participant_count = 0;
    std::shared_ptr<const Preview> preview;
    Timestamp last_activity_at;
    std::chrono::nanoseconds lists_told_at{};
    std::vector<Attachment> attached;
    std::size_t veiled = 0;  ///< how many of the attached are
    std::vector<Person*> people;
    std::vector<EventPtr> due;
    std::vector<EventPtr> held;
    std::vector<Leaving> leaving;

    /// Whom the person blocks, where that hides something.
    Blocked hidden_from(const Person& person) const {
        return kind == RoomKind::group ? Blocked(person.blocked) : Blocked{};
    }
};

inline bool HubShard::PersonRoom::has_news() const {
    return room->preview && position_of(room->preview->id) > left;
}

/// An attach on its way.
struct HubShard::Asked {
    std::uint64_t serial = 0;
    std::uint64_t attempt = 0;
    RoomId room;
    std::optional<Position> since;
    Completion<Position> done;
};

/// What reading from the store after a position gave.
struct HubShard::Caught {
    Position since;
    Position head;
    RoomKind kind = RoomKind::group;
    BlockSet blocks;  ///< of who attaches
    std::vector<State> states;
    bool truncated = false;
    std::vector<UserId> people;  ///< whose standings were asked for
    ReadStandings standings;
    // Where it is truncated: the room as it is, and who of its people is in it no more.
    std::optional<Room> header;
    std::vector<Leaving> left;
};

/// A room event as somebody is shown it who blocks these; without what is hidden from them, and a
/// bare `skip` where that is all. The same event where it hides nothing from them.
EventPtr shown_to(const EventPtr& event, Blocked blocked);

/// The states as events, those that share a position together, each naming the one before.
std::vector<EventPtr> events_of(RoomId room, Position since, std::vector<State> states);

}  // namespace chatcore

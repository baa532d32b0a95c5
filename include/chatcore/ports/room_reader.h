#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `unavailable`, `timeout` (may be tried again), `corrupt`; nothing found is an empty
//            answer. What asks for a person in a room, or for its people: `room_deleted`.
// Checked by: contract/store_contract.h, contract/store_model.h

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chatcore/domain/room.h"
#include "chatcore/result.h"

namespace chatcore {

/// A page of a list; `next_cursor` is empty at the end.
template <class T>
struct Page {
    std::vector<T> items;
    std::string next_cursor;

    bool has_more() const { return !next_cursor.empty(); }
    bool operator==(const Page&) const = default;
};

struct RoomListQuery {
    std::string cursor = {};  ///< as the page before gave it; empty: from the newest activity
    int limit = 50;           ///< 1 to 100
    bool unread_only = false;
    bool favorites_only = false;
    std::optional<Context> context = {};  ///< with an empty id: about any of the type
    std::optional<RoomKind> kind = {};    ///< these only
    std::int64_t skip = 0;                ///< rooms to pass over; costs what is passed over
};

/// Which rooms have changed since a cursor of the same store.
struct RoomMoves {
    struct Move {
        RoomId room;
        Position head;
        bool operator==(const Move&) const = default;
    };
    /// A membership that is new or changed: of who is in, or has left and still hears of the room.
    struct Gain {
        UserId user;
        RoomId room;
        auto operator<=>(const Gain&) const = default;
    };
    std::vector<Move> moves;
    std::vector<Gain> gains;  ///< of the rooms in `moves`; of a new room all, by room, then user
    std::int64_t cursor{};
};

/// Up to where people have read in a room, at `head`.
struct ReadStandings {
    struct Standing {
        UserId user;
        std::int64_t read_seq{};
        std::int64_t deleted_after_read{};
        bool operator==(const Standing&) const = default;
    };
    Position head;
    std::vector<Standing> standings;

    bool operator==(const ReadStandings&) const = default;
};

/// Reads of rooms and memberships. Each is one query and sees one moment.
class RoomReader {
public:
    virtual ~RoomReader() = default;

    /// Also a deleted one, which says so.
    virtual Result<std::optional<Room>> find(RoomId room) = 0;
    /// The membership, active or not; nullopt for who never was a member.
    virtual Result<std::optional<Member>> member(RoomId room, UserId user) = 0;
    /// The room with the viewer's personal fields; nullopt for who never was a member, or where
    /// there is no such room. Here and in `list` the preview is as rules/concealment.h leaves it.
    virtual Result<std::optional<RoomView>> view(RoomId room, UserId viewer) = 0;
    /// The rooms that the person is in, and those they have left and still hear of (`lingers`) in
    /// which something was posted since; newest activity first (time, then id). A malformed cursor
    /// is `malformed`.
    virtual Result<Page<RoomView>> list(UserId viewer, const RoomListQuery& query) = 0;
    /// Members, active and not, by user id.
    virtual Result<Page<Member>> members(RoomId room, UserId after, int limit) = 0;
    /// What a connection's index needs of the rooms that the person is in, or has left and still
    /// hears of, by room id; up to `limit` above `after`. Its previews are shared between people,
    /// and so nothing is left out of them.
    virtual Result<std::vector<Membership>> memberships(UserId user, RoomId after, int limit) = 0;
    /// How far each of the people has read, of one moment, together with the room's head then; who
    /// never was a member is left out, and of a deleted room everybody. The span has at most 1,000
    /// ids.
    virtual Result<ReadStandings> read_standings(RoomId room, std::span<const UserId> users) = 0;
    /// Rooms that are new, or whose head moved, and who came into them, since the cursor, at most
    /// `limit`; cursor -1 starts from now and gives none. May give a room again, never leaves one
    /// out.
    virtual Result<RoomMoves> moved_since(std::int64_t cursor, int limit) = 0;
};

}  // namespace chatcore

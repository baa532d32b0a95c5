#pragma once
// Rooms about something: a product and its seller, a store and its owner. Who asks need not know
// who the other is. Those of two people about what is a third one's are told as such to nobody.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/context.h"
#include "chatcore/domain/room.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;
struct RoomListQuery;
class Rooms;
class Store;

/// A direct room about something, from both its sides: whose that is, and who came about it.
struct ContextRoom {
    Room room;
    std::optional<RegisteredContext> about;  ///< nullopt where it is not registered
    /// Of the two, who owns what the room is about; where nobody does, who did not open the room.
    UserId owner;
    UserId visitor;
    std::int64_t owner_unread = 0;
    std::int64_t visitor_unread = 0;
    std::optional<Profile> visitor_profile;
};

/// A page of a list, by its number.
struct PageNumber {
    std::int64_t page = 1;  ///< from 1
    int limit = 50;         ///< 1 to 100
};

class ContextRooms {
public:
    ContextRooms(Node& node, Rooms& rooms) : node_(node), rooms_(rooms) {}

    /// The one direct room of the caller and the owner of the context. Errors: `not_found`
    /// (context) where it is not registered, `self_room` for the owner; as of Rooms::open_direct.
    void open_with_owner(Caller caller, Context context, Completion<RoomView> done);
    /// The one shared group about the context, which anybody may join, and the caller does; made if
    /// there was none, with the registered title. Errors: `invalid_value` (context),
    /// `room_deleted`; as of Rooms::join.
    void open_shared(Caller caller, Context context, Completion<RoomView> done);
    /// With the owner, where the context is registered and of somebody else; else the shared one.
    void open(Caller caller, Context context, Completion<RoomView> done);

    /// The rooms about the context, newest activity first, up to `limits.rooms_listed_max`: all of
    /// them for its registered owner, for others those of their own list.
    void list(Caller caller, Context context, Completion<std::vector<Room>> done);
    /// The caller's own direct rooms about contexts of the type. Errors: `malformed` (page, limit).
    void own(Caller caller, std::string type, PageNumber page,
             Completion<std::vector<ContextRoom>> done);
    /// The owner's direct rooms about their context. Errors: `not_found` (context), `forbidden` for
    /// others, `malformed` (page, limit).
    void of_owner(Caller caller, Context context, PageNumber page,
                  Completion<std::vector<ContextRoom>> done);
    /// One of the caller's direct rooms. Errors: `not_a_member`; `not_found`: (room) where it is
    /// not about a context of the type, (context) where that is, now, a third person's.
    void find(Caller caller, std::string type, RoomId room, Completion<ContextRoom> done);

private:
    Result<std::vector<ContextRoom>> sides(Store& store, std::vector<Room> rooms) const;
    Result<std::vector<ContextRoom>> listed(Store& store, Caller caller,
                                            const RoomListQuery& query) const;
    std::string title_of(const Context& context,
                         const std::optional<RegisteredContext>& registered) const;

    Node& node_;
    Rooms& rooms_;
};

}  // namespace chatcore

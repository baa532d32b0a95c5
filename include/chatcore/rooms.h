#pragma once
// Opening rooms, coming into and out of them, and looking at them.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <optional>
#include <string>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/change.h"
#include "chatcore/domain/room.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/ports/store.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;

struct GroupRequest {
    std::string title;            ///< 1 to `limits.title_code_points_max` code points, not blank
    std::vector<UserId> members;  ///< besides the caller; repeats and the caller are dropped
    bool open = false;
    std::optional<Context> context;
    std::string metadata;        ///< a JSON object, checked by the front door; empty: none
    std::string image_url = {};  ///< here or of the web, up to 2,048 bytes; empty: none
};

/// What a group shows above its messages; what is absent stays.
struct HeaderRequest {
    std::optional<std::string> title = {};
    std::optional<std::string> image_url = {};  ///< as above; empty takes it away
};

class Rooms {
public:
    explicit Rooms(Node& node) : node_(node) {}

    /// The one room of the caller, the other person and the context; made if there was none. A
    /// caller who had left is in again. Errors: `self_room`, `not_found` (user), `invalid_value`
    /// (context), `blocked` (either by the other), `unavailable`; of a new one, or who is in again,
    /// `too_many` (changes).
    void open_direct(Caller caller, UserId other, std::optional<Context> context,
                     Completion<RoomView> done);
    /// Errors: `empty`, `too_long`, `malformed`, `not_found` (user), `invalid_value` (too many
    /// members), `too_many` (changes; of several at once each counts).
    /// `room_deleted` where the context was removed, here and in open_direct.
    void create_group(Caller caller, GroupRequest request, Completion<RoomView> done);
    /// All of them or none, in this order: up to `limits.groups_at_once_max`, with up to
    /// `limits.groups_members_at_once_max` members in all. Errors as of one, named by its place
    /// (`rooms[1].title`); `empty`, `invalid_value` (rooms).
    void create_groups(Caller caller, std::vector<GroupRequest> requests,
                       Completion<std::vector<RoomView>> done);
    /// Deletes a room for everybody: a group's owner may, and who may do what an admin may. Its id
    /// is refused with `room_deleted` from then on. Errors: `forbidden`, `not_a_member`,
    /// `not_found` (room), `room_deleted`.
    void delete_room(Caller caller, RoomId room, Completion<Room> done);

    /// Errors: `forbidden` (closed, or removed from it), `not_found` (room), `too_many` (changes).
    void join(Caller caller, RoomId room, Completion<RoomView> done);
    /// Who leaves is still told of new messages, and a connection that follows the room goes on,
    /// until they leave with `silent`. Errors: `not_a_member`, `not_found`; as join.
    void leave(Caller caller, RoomId room, bool silent, Completion<RoomView> done);
    /// `role`: as what they come; the owner alone brings in admins. Errors: `not_a_member`,
    /// `forbidden` (direct room, or people who were removed), `not_found` (user), `invalid_value`
    /// (role owner), `too_many` (changes).
    void invite(Caller caller, RoomId room, std::vector<UserId> users, MemberRole role,
                Completion<RoomView> done);
    /// Errors: `forbidden`, `not_found` (member), `invalid_value` (oneself), `too_many` (changes).
    /// `ban`: also says so to who comes back without an invitation.
    void remove(Caller caller, RoomId room, UserId user, bool ban, Completion<RoomView> done);
    void rename(Caller caller, RoomId room, std::string title, Completion<RoomView> done);
    /// The title, the picture, or both at once. Errors: of the title as in create_group;
    /// `invalid_value` (imageUrl), `forbidden`, `too_many` (changes).
    void set_header(Caller caller, RoomId room, HeaderRequest request, Completion<RoomView> done);
    /// Empty takes it away; up to `limits.notice_code_points_max`. Errors: `forbidden`, `too_long`.
    void set_notice(Caller caller, RoomId room, std::string content, Completion<RoomView> done);
    /// `owner` hands the room over. Errors: `forbidden`, `not_found` (member), `invalid_value`
    /// (oneself), `too_many` (changes).
    void set_role(Caller caller, RoomId room, UserId user, MemberRole role,
                  Completion<Member> done);
    /// Keeps a member from posting until then. Errors: as `set_role`.
    void gag(Caller caller, RoomId room, UserId user, std::optional<Timestamp> until,
             Completion<Member> done);
    /// What the caller alone sees of the room.
    void set_personal(Caller caller, RoomId room, SetPersonal what, Completion<RoomView> done);

    /// The caller's view; `not_a_member` where there is none, also for a room that does not exist.
    /// What is deleted is `room_deleted`, here and everywhere.
    void find(Caller caller, RoomId room, Completion<RoomView> done);
    /// Newest activity first; limit 1 to 100, else `malformed`.
    void list(Caller caller, RoomListQuery query, Completion<Page<RoomView>> done);
    /// The list in one piece: up to `limits.rooms_listed_max` rooms, whatever the query's limit.
    void list_whole(Caller caller, RoomListQuery query, Completion<std::vector<RoomView>> done);
    /// Groups by a part of their title: the caller's own, and open ones; by id. Limit 1 to 100,
    /// else `malformed`; errors of the text as in Messages::search.
    void search(Caller caller, std::string text, RoomId after, int limit,
                Completion<Page<Room>> done);
    /// All rooms that the caller is in count; up to `limits.person_rooms_indexed_max` are told one
    /// by one.
    void unread(Caller caller, Completion<UnreadTotals> done);
    /// Members, active and not, by user id; `not_a_member` for who never was one.
    void members(Caller caller, RoomId room, UserId after, int limit,
                 Completion<Page<Member>> done);
    /// The same in one piece: the first `limits.rooms_listed_max`.
    void members_whole(Caller caller, RoomId room, Completion<std::vector<Member>> done);

private:
    Result<Page<Member>> members_in(Store& store, Caller caller, RoomId room, UserId after,
                                    int limit);
    Status check_title(const std::string& title) const;
    Status check_group(const Caller& caller, GroupRequest& request) const;
    void make_groups(Caller caller, std::vector<GroupRequest> requests,
                     Completion<std::vector<RoomView>> done);
    std::vector<RoomView> tell_groups(UserId owner, std::vector<Room> rooms,
                                      const std::vector<NewGroup>& groups);
    Result<RoomView> view(Store& store, Caller caller, RoomId room);
    void change(Caller caller, RoomId room, RoomChange what, Completion<RoomView> done);

    Node& node_;
};

}  // namespace chatcore

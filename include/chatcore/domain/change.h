#pragma once
// What can happen in a room. A change is a plain value: it can be journaled, replayed, printed and
// compared.
// Long because all kinds of change stand in one list.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/room.h"

namespace chatcore {

/// Posts a message; in a consultation `wrong_state` while it is not active, and the first one
/// begins it. `key` makes it exactly-once: a second post of the same actor and key is answered with
/// the first. The same key with another digest is refused with `key_reused`. Moves the actor's own
/// read pointer to it, unless it is posted without them being there.
struct PostMessage {
    ClientKey key;
    std::uint64_t digest = 0;  ///< of the request as the client sent it
    MessageType type = MessageType::text;
    std::string content;  ///< UTF-8, 1 to `limits.content_code_points_max` code points
    std::optional<MessageId> parent;
    std::vector<Attachment> attachments;
    /// As the client gave them: active members, else `invalid_value`. Whom else an `@` in the
    /// content names is found when the post is applied, see mention_text.h.
    std::vector<Mention> mentions;
    std::string metadata;
    std::optional<Original> forwarded_from;  ///< the content may then be empty
    bool moves_pointer = true;

    bool operator==(const PostMessage&) const = default;
};

/// Replaces the content, and finds anew whom it names. Only the sender may; `already_deleted` for a
/// tombstone; as for a post `muted`, `blocked` in a direct room, and `wrong_state` in a
/// consultation that is not active. The same content changes nothing.
struct EditMessage {
    MessageId message;
    std::string content;

    bool operator==(const EditMessage&) const = default;
};

/// Leaves a tombstone. The sender may, and the room's owner and admins. A second time is
/// `already_deleted`.
struct DeleteMessage {
    MessageId message;

    bool operator==(const DeleteMessage&) const = default;
};

/// Puts the actor's emoji to a message, or takes it away; one of each per person. Anybody in the
/// room may. `invalid_reaction` beyond `reactions_max` different ones. Putting one, as a pin and a
/// notice, is as a post `blocked` in a direct room, and `wrong_state` in a consultation that is not
/// active; taking away never is.
struct SetReaction {
    MessageId message;
    std::string emoji;  ///< one grapheme
    bool present = true;

    bool operator==(const SetReaction&) const = default;
};

/// Pins a message, or unpins it. The owner and admins may, and both people of a direct room.
/// `pin_limit` beyond `pins_max` in the room.
struct SetPin {
    MessageId message;
    bool pinned = true;

    bool operator==(const SetPin&) const = default;
};

/// The actor becomes an active member of an open group, or of a room they left by themselves.
struct JoinRoom {
    bool operator==(const JoinRoom&) const = default;
};

/// The actor's membership ends; when the owner leaves, the longest-standing admin, else member,
/// becomes owner. Who has left already may still turn silent.
struct LeaveRoom {
    bool silent = false;  ///< hear no more of the room until joining again

    bool operator==(const LeaveRoom&) const = default;
};

/// Brings people into a group. The owner, admins and members of a closed group may; as admins the
/// owner alone. Who is in already stays as is.
struct InviteMembers {
    std::vector<UserId> users;             ///< 1 to 500, without repeats
    MemberRole role = MemberRole::member;  ///< or admin; `invalid_value` for owner

    bool operator==(const InviteMembers&) const = default;
};

/// Ends somebody else's membership. The owner may, and admins where it is not the owner or another
/// admin.
struct RemoveMember {
    UserId user;
    bool ban = false;  ///< and says so to who comes back without an invitation

    bool operator==(const RemoveMember&) const = default;
};

/// Gives a group another title, another picture, or both; what is absent stays. The owner and
/// admins may.
struct RenameRoom {
    std::optional<std::string> title = {};
    std::optional<std::string> image_url = {};  ///< empty takes it away

    bool operator==(const RenameRoom&) const = default;
};

/// Deletes the room for everybody. A group's owner may, and who needs no standing in the room: an
/// admin, or the host application. From then on everything that names the room is refused with
/// `room_deleted`; the room's row stays, emptied, and what hung on it is cleared away in pieces
/// (ports/removal_store.h).
struct DeleteRoom {
    bool by_authority = false;

    bool operator==(const DeleteRoom&) const = default;
};

/// Sets the room's notice; empty takes it away. The owner and admins may, and both people of a
/// direct room.
struct SetNotice {
    std::string content;

    bool operator==(const SetNotice&) const = default;
};

/// Makes a member of a group an admin or a member, or hands it over: the owner that was is an admin
/// then. The owner may.
struct SetRole {
    UserId user;
    MemberRole role = MemberRole::member;

    bool operator==(const SetRole&) const = default;
};

/// Keeps a member from posting and editing until a time; empty lets them again. Who may remove them
/// may.
struct GagMember {
    UserId user;
    std::optional<Timestamp> until;

    bool operator==(const GagMember&) const = default;
};

/// What the actor alone sees of the room. Takes no position and is told to nobody.
struct SetPersonal {
    std::optional<bool> favorite;
    std::optional<bool> muted;

    bool operator==(const SetPersonal&) const = default;
};

/// Moves the actor's read pointer to the last message at or below `up_to`; never backwards. Takes a
/// position, and is told, in rooms of up to `receipts_told_members_max` participants only.
struct MoveReadPointer {
    Position up_to;

    bool operator==(const MoveReadPointer&) const = default;
};

/// What a party makes of a consultation that was asked for.
enum class ConsultationStep : std::uint8_t { approve, reject, cancel };

/// Moves a consultation: from pending to scheduled or rejected, which the recipient may, and from
/// pending or scheduled to cancelled, which the requester may. `forbidden` for the other of the
/// two, `wrong_state` from elsewhere, `not_found` (consultation) where the room is none.
struct StepConsultation {
    ConsultationStep step = ConsultationStep::approve;
    std::optional<Timestamp> scheduled_at = {};  ///< with an approval: another time than asked for

    bool operator==(const StepConsultation&) const = default;
};

/// Ends an active consultation, once its transcript is in the archive. Both parties may, also one
/// who has left, and the engine itself. `conflict` where something was said, edited or deleted
/// since `said_at`, which the transcript was made at.
struct CompleteConsultation {
    Position said_at;
    bool by_engine = false;

    bool operator==(const CompleteConsultation&) const = default;
};

/// One alternative per kind. A new kind is a new struct here and one rule in src/rules/.
using RoomChange =
    std::variant<PostMessage, EditMessage, DeleteMessage, JoinRoom, LeaveRoom, InviteMembers,
                 RemoveMember, RenameRoom, MoveReadPointer, SetReaction, SetPin, SetNotice, SetRole,
                 GagMember, SetPersonal, DeleteRoom, StepConsultation, CompleteConsultation>;

/// A change with who, where and when; `position` is set by a journal that numbers by itself and
/// empty where the store numbers it.
struct Change {
    RoomId room;
    UserId actor;
    Timestamp at;
    std::optional<Position> position;
    RoomChange what;

    bool operator==(const Change&) const = default;
};

}  // namespace chatcore

#pragma once
// What an engine must know, kept a second time in the plainest way: lists that are walked, counts
// that are counted, no position but what the engine gave. Written from the rules of the domain, not
// from the engine.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chatcore/domain/message.h"
#include "chatcore/domain/notification.h"
#include "chatcore/domain/room.h"
#include "chatcore/domain/social.h"
#include "chatcore/error.h"

namespace chatcore::property {

/// Why something must be refused: any of these codes will do. Empty: it must be done.
using Why = std::set<ErrorCode>;

struct Said {
    MessageId id;
    UserId sender;
    MessageType type = MessageType::text;
    std::string content;
    std::optional<MessageId> root;
    std::optional<Original> from;
    std::vector<Reaction> reactions;
    std::optional<Pin> pin;
    std::set<UserId> named;  ///< 0: everybody
    Timestamp at;
    std::int64_t seq = 0;
    std::int64_t replies = 0;
    int edits = 0;
    bool deleted = false;

    /// What is looked through: a forward without a comment says what it forwards.
    const std::string& text() const { return content.empty() && from ? from->content : content; }
};

struct Person {
    MemberRole role = MemberRole::member;
    bool active = true;
    bool removed = false;
    bool banned = false;
    bool silent = false;
    bool favorite = false;
    bool muted = false;
    std::optional<Timestamp> gagged_until;
    Timestamp joined_at;
    std::int64_t read_seq = 0;
    bool has_read = false;      ///< moved the pointer themself
    std::size_t said_then = 0;  ///< when they left

    bool leads() const { return active && role != MemberRole::member; }
};

struct Place {
    RoomId id;
    RoomKind kind = RoomKind::group;
    std::string title;
    std::string image;
    bool open = false;
    std::optional<Context> context;
    UserId low;  ///< this and the next: of a direct room
    UserId high;
    std::optional<Notice> notice;
    bool deleted = false;
    std::map<UserId, Person> people;
    std::vector<Said> said;
    Timestamp active_at;

    bool direct() const { return kind == RoomKind::direct; }
    const Person* person(UserId user) const;
    Said* message(MessageId id);
    const Said* message(MessageId id) const;
    std::int64_t participants() const;
    std::int64_t pins() const;
    std::int64_t unread(UserId user) const;
    bool has_read(UserId user, const Said& said) const;
    /// Whether the room stands in the person's list.
    bool lists(UserId user) const;
};

struct Model {
    std::vector<UserId> everybody;
    std::map<UserId, std::string> nicknames;
    std::map<RoomId, Place> places;
    std::set<std::pair<UserId, UserId>> blocks;           ///< who, whom
    std::set<std::pair<UserId, UserId>> friends;          ///< both ways
    std::vector<FriendRequest> requests;                  ///< those that wait, by id
    std::vector<std::pair<UserId, MessageId>> bookmarks;  ///< in the order of putting
    std::set<Context> removed;
    struct Posted {
        std::string request;
        RoomId room;
        MessageId message;
    };
    std::map<std::pair<UserId, ClientKey>, Posted> keys;
    struct Note {
        NotificationKind kind = NotificationKind::mention;
        UserId actor;
        std::optional<RoomId> room;
        std::optional<MessageId> message;
        std::string cause;
        bool operator==(const Note&) const = default;
    };
    std::map<UserId, std::vector<Note>> inboxes;  ///< oldest first

    bool exists(UserId user) const { return nicknames.contains(user); }
    Place* place(RoomId id);
    /// The room of the message, where the person may read it and is shown it.
    Place* shown(UserId viewer, MessageId id);
    bool hides(const Place& place, UserId viewer, UserId sender) const;
    bool blocked(UserId one, UserId other) const;
    /// Whether it is a room of two one of whom blocks the other.
    bool barred(const Place& place) const {
        return place.direct() && blocked(place.low, place.high);
    }

    /// Why the person may do nothing in the room.
    Why standing(RoomId id, UserId user) const;
    /// Why they may not post there, whatever it is.
    Why silenced(const Place& place, UserId user, Timestamp now) const;
    /// Why they may not lead the other member.
    Why leading(const Place& place, UserId user, UserId other) const;

    std::set<UserId> named_by(const Place& place, UserId actor, const std::string& content) const;
    void notify(UserId receiver, Note note);
    void notify_named(const Place& place, const Said& said, UserId actor);

    void admit(Place& place, UserId user, Timestamp now);
    void leave(Place& place, UserId user);
    /// Puts the message at the end, and tells whom it concerns.
    void say(Place& place, Said said);
    void erase(Place& place, Said& said);
    void set_block(UserId user, UserId other, bool present);

    /// Whom the person may know, by the breadth-first search of the domain.
    std::vector<Recommendation> recommended(UserId user) const;
};

}  // namespace chatcore::property

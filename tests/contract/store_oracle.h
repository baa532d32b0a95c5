#pragma once
// A naive account of what was applied, kept from the changes and whether they were applied.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chatcore/domain/change.h"
#include "chatcore/domain/outcome.h"
#include "chatcore/ports/store.h"

namespace chatcore::contract {

class StoreOracle {
public:
    void opened(const Room& room, const std::vector<UserId>& first_members);
    /// The person's nickname from now on, in lower case.
    void called(UserId user, std::string nickname) { nicknames_[user] = std::move(nickname); }
    /// The person's bookmark was put, or taken away.
    void turned(UserId user, MessageId message);
    /// What is wrong with the outcome of the change, if anything; then remembers it.
    std::optional<std::string> heard(const Change& change, const Outcome& outcome);

    void set_block(UserId actor, UserId other, bool present);
    bool blocks(UserId actor, UserId other) const { return blocks_.contains({actor, other}); }
    /// Whether the person must not be shown the message, which is in the room.
    bool hidden(RoomId room, UserId viewer, MessageId message) const;

    /// Messages behind the person's pointer that are not deleted, counted one by one.
    std::int64_t unread(RoomId room, UserId user) const;
    /// Those of them that name the person, over all of their rooms.
    std::int64_t unread_mentions(UserId user) const;
    MessageTotals totals(RoomId room) const;
    /// Whether the person may put a bookmark to it.
    bool markable(UserId user, MessageId message) const;
    /// The bookmarks that the person may see, the newest first.
    std::vector<MessageId> bookmarks(UserId user) const;
    std::int64_t participants(RoomId room) const;
    /// Whether they are, or were, in the room, which is not deleted.
    bool knows(RoomId room, UserId user) const { return places_.at(room).people.contains(user); }
    bool deleted_before(RoomId room) const {
        const auto it = places_.find(room);
        return it != places_.end() && it->second.deleted;
    }
    bool active(RoomId room, UserId user) const;
    bool admin(RoomId room, UserId user) const;
    /// Whether they have left and still hear of the room.
    bool lingers(RoomId room, UserId user) const;
    bool deleted(RoomId room) const { return places_.at(room).deleted; }
    std::size_t pins(RoomId room) const;
    std::optional<UserId> owner(RoomId room) const;
    /// An upload is made, or has been condemned.
    void uploaded(AttachmentId id, UserId uploader) { files_[id].uploader = uploader; }
    void condemned(AttachmentId id) { files_[id].ended = true; }
    /// Whether the person may have it.
    bool may_have(AttachmentId id, UserId user) const;
    /// Whether they may make it a picture.
    bool may_picture(const std::string& url, UserId user) const;
    /// Messages that show it, counted one by one, and rooms whose picture it is; deleted ones do
    /// not.
    std::int64_t uses(AttachmentId id) const;
    /// Whether no deleted room showed it: what one showed ends at some time, when it is cleared.
    bool settled(AttachmentId id) const;
    /// As far as changes move it; nullptr where the room is none.
    const Consultation* consultation(RoomId room) const {
        const auto& held = places_.at(room).consultation;
        return held ? &*held : nullptr;
    }
    const std::vector<RoomId>& rooms() const { return ids_; }
    /// The ids of the messages of a room, in the order of posting.
    std::vector<MessageId> messages(RoomId room) const;

private:
    struct Said {
        MessageId id;
        UserId sender;
        bool deleted = false;
        bool pinned = false;
        MessageType type = MessageType::text;
        std::set<UserId> named = {};  ///< 0: everybody
    };
    struct Person {
        bool active = true;
        bool removed = false;
        bool silent = false;
        bool admin = false;
        std::optional<Timestamp> gagged_until;
        Timestamp joined_at;
        Position read;
    };
    struct File {
        UserId uploader;
        std::set<std::pair<RoomId, MessageId>> shown;
        std::set<RoomId> pictured = {};
        bool ended = false;
    };
    struct Place {
        bool open = false;
        bool direct = false;
        bool deleted = false;
        std::string picture = {};
        std::optional<UserId> owner;
        std::map<UserId, Person> people;
        std::vector<Said> said;
        std::optional<Consultation> consultation;  ///< its state, its people, and what was said
    };

    /// Whether the change must be allowed; nullopt where this account has no opinion.
    std::optional<bool> allowed(const Place& place, const Change& change) const;
    void remember(Place& place, const Change& change, Position position);
    static bool may_move(const Consultation& held, const Change& change);
    static void move(Consultation& held, const Change& change);
    void leave(Place& place, UserId user);
    bool may_show(const PostMessage& post, UserId actor) const;
    void show(const PostMessage& post, RoomId room, MessageId message);
    void hide(RoomId room, MessageId message);
    void picture(RoomId room, const std::string& url);
    /// Whom the text behind the one `@` names, word by word.
    std::set<UserId> named_by(const Place& place, UserId actor, const std::string& content) const;
    std::optional<UserId> owner_of(const Place& place, const std::string& nickname) const;
    const Said* find(MessageId message, RoomId* room) const;

    std::map<RoomId, Place> places_;
    std::map<AttachmentId, File> files_;
    std::vector<RoomId> ids_;
    std::map<UserId, std::string> nicknames_;
    std::vector<std::pair<UserId, MessageId>> bookmarks_;  ///< in the order of putting
    std::set<std::pair<UserId, UserId>> blocks_;
};

}  // namespace chatcore::contract

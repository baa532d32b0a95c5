#pragma once
// The rows that one batch of changes reads and alters, held in memory for the length of its
// transaction.
//
// A store adapter does not decide anything: it loads rows into a WorkingSet, lets the rules of
// src/rules decide on them, and saves what they altered. So memory, SQLite and PostgreSQL cannot
// differ in what is allowed, a batch costs a few bulk queries instead of several a change, and a
// room that is posted to a hundred times is written once. Threads: one.
// Long because what the rules ask for, what adapters load and what they save is one class.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "chatcore/domain/change.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/room.h"
#include "chatcore/mention_text.h"
#include "chatcore/result.h"
#include "chatcore/rules/needs.h"
#include "chatcore/rules/upload_set.h"

namespace chatcore {

class WorkingSet;

/// What the rules ask of an adapter, inside its transaction. Errors end the batch.
class Rows {
public:
    virtual ~Rows() = default;

    /// Puts those of the named rows that exist into `set`.
    virtual Status load(const Needs& needs, WorkingSet& set) = 0;
    /// The last message of the room at or below the position, deleted or not.
    virtual Result<std::optional<MessageMark>> last_message(RoomId room, Position at_or_below) = 0;
    /// How many of the room's messages with a greater seq are deleted.
    virtual Result<std::int64_t> deleted_after(RoomId room, std::int64_t seq) = 0;
    /// Who owns the room when `leaving` goes: the longest-standing active admin, else member (by
    /// joined_at, then id).
    virtual Result<std::optional<UserId>> successor(RoomId room, UserId leaving) = 0;
    /// Whether the one blocks the other.
    virtual Result<bool> has_blocked(UserId who, UserId other) = 0;
    /// What was saved with the worker's batch of this number.
    virtual Result<std::optional<std::string>> batch_record(std::int64_t worker,
                                                            std::int64_t number) = 0;
    /// Writes what is altered in `set`, and the position counter.
    virtual Status save(const WorkingSet& set) = 0;
};

/// One row and what became of it.
template <class Row>
struct Slot {
    std::optional<Row> row;  ///< nullopt: there is none
    bool inserted = false;
    bool altered = false;
};

class WorkingSet {
public:
    explicit WorkingSet(Rows& rows) : rows_(rows) {}

    /// Loads at once what the changes will ask for.
    Status prefetch(std::span<const Change> changes);

    // Lookups. What was not prefetched is loaded; nullptr where there is no such row. The pointers
    // stay good.
    Result<const Room*> room(RoomId id);
    Result<const Member*> member(RoomId room, UserId user);
    Result<const Message*> message(MessageId id);
    Result<std::optional<PostMark>> post(const PostKey& key);
    Result<const Upload*> upload(AttachmentId id);
    /// Where the content of a change that was prefetched may name people.
    const std::vector<NamePlace>& name_places(const Change& change) const;
    /// The one active member of this nickname (folded); nullopt where there is none, or several.
    Result<std::optional<UserId>> member_named(RoomId room, const std::string& folded);
    /// Whether either of the two people of a direct room has blocked the other; false for groups.
    Result<bool> blocked_in(const Room& room);

    // Alterations, of rows that a lookup has found.
    Room& alter(const Room& room) { return mark(rooms_[room.id]); }
    Member& alter(const Member& member) { return mark(members_[{member.room, member.user}]); }
    Message& alter(const Message& message);
    Member& insert(Member member);
    Message& insert(Message message, std::uint64_t digest);

    UploadSet& uploads() { return uploads_; }

    /// The next position, or the one that the change brings along.
    Position take_position(const Change& change);

    // Questions that rows in memory may not answer alone; they write what is altered first where
    // they must.
    Result<MessageMark> last_message(const Room& room, Position at_or_below);
    Result<std::int64_t> deleted_after(const Room& room, std::int64_t seq);
    Result<std::optional<UserId>> successor(RoomId room, UserId leaving);
    Result<bool> has_blocked(UserId who, UserId other) { return rows_.has_blocked(who, other); }

    /// Writes what is altered and not yet written.
    Status save();

    // For adapters: loading …
    void put_position(Position last) { position_ = last; }
    void put(Room room) { rooms_[room.id].row = std::move(room); }
    void put(Member member) { members_[{member.room, member.user}].row = std::move(member); }
    void put(Message message) { messages_[message.id].row = std::move(message); }
    void put(const PostKey& key, PostMark mark) { posts_[key] = mark; }
    void put_blocked(RoomId room, bool blocked) { blocked_[room] = blocked; }
    void put_named(const NameKey& key, std::vector<UserId> users) {
        names_[key] = std::move(users);
    }
    /// Those of the rooms whose blocks are wanted that are direct, as they were loaded.
    std::vector<const Room*> direct_rooms(const std::vector<RoomId>& said_in) const;

    // … and saving. Messages inserted come first and in the order of their ids.
    struct BatchRecord {
        std::int64_t worker = 0;
        std::int64_t number = 0;
        std::string bytes;
        Timestamp at;
    };
    std::optional<BatchRecord> record;
    Position position() const { return position_; }
    const UploadSet& uploads() const { return uploads_; }
    const std::vector<const Message*>& inserted_messages() const { return inserted_messages_; }
    std::uint64_t digest_of(const Message& message) const;
    template <class F>
    Status for_altered_messages(F&& save_one) const {
        return for_altered(messages_, std::forward<F>(save_one), true);
    }
    template <class F>
    Status for_altered_members(F&& save_one) const {
        return for_altered(members_, std::forward<F>(save_one), false);
    }
    template <class F>
    Status for_altered_rooms(F&& save_one) const {
        return for_altered(rooms_, std::forward<F>(save_one), false);
    }

private:
    template <class Row>
    static Row& mark(Slot<Row>& slot) {
        slot.altered = true;
        return *slot.row;
    }
    template <class Map, class F>
    static Status for_altered(const Map& slots, F&& save_one, bool skip_inserted) {
        for (const auto& [key, slot] : slots) {
            if (!slot.altered || (skip_inserted && slot.inserted)) continue;
            if (Status status = save_one(*slot.row, slot.inserted); !status) return status;
        }
        return {};
    }

    Rows& rows_;
    Position position_;
    std::unordered_map<RoomId, Slot<Room>> rooms_;
    std::unordered_map<MemberKey, Slot<Member>, MemberKeyHash> members_;
    std::unordered_map<MessageId, Slot<Message>> messages_;
    std::unordered_map<PostKey, std::optional<PostMark>, PostKeyHash> posts_;
    std::unordered_map<RoomId, bool> blocked_;
    UploadSet uploads_;
    std::unordered_map<const Change*, std::vector<NamePlace>> places_;
    std::unordered_map<NameKey, std::vector<UserId>, NameKeyHash> names_;
    std::unordered_set<RoomId> entered_;  ///< by people whom `names_` does not know
    std::vector<const Message*> inserted_messages_;
    bool alterations_unsaved_ = false;
};

}  // namespace chatcore

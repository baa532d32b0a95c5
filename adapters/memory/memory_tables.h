#pragma once
// What a MemoryDatabase holds: one plain map a table. Read it as the specification of the schema.

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chatcore/adapters/memory_store.h"
#include "chatcore/domain/attachment.h"
#include "chatcore/domain/context.h"
#include "chatcore/domain/notification.h"
#include "chatcore/domain/report.h"
#include "chatcore/domain/room.h"
#include "chatcore/domain/schedule.h"
#include "chatcore/domain/social.h"
#include "chatcore/domain/user.h"
#include "chatcore/ports/personal_store.h"
#include "chatcore/result.h"

namespace chatcore::memory {

struct StoredMessage {
    Message message;
    std::uint64_t digest = 0;
};

/// The last batch of a worker: enough, since a worker tries one batch at a time.
struct StoredBatch {
    std::int64_t number = 0;
    std::string record;
};

struct StoredToken {
    std::string family;
    UserId user;
    Timestamp expires_at;
    bool used = false;
};

struct StoredLease {
    std::string owner;  ///< empty: nobody's
    std::int64_t token = 0;
    Timestamp ends_at;
};

struct StoredRequest {
    RoomId room;
    std::uint64_t digest = 0;
};

struct StoredNotification {
    Notification notification;
    std::int64_t cause = 0;
};

struct StoredContext {
    std::optional<RegisteredContext> registered;
    bool removed = false;
    RoomId cut;            ///< by the last removal: rooms up to here are doomed
    bool pending = false;  ///< some of them may still be there
};

/// A copy is a snapshot, so tests can lose a commit by putting one back.
struct Tables {
    /// The last position or room id that was given out; never set back.
    Position position;
    UserId user;

    std::map<RoomId, Room> rooms;
    std::map<DirectKey, RoomId> direct_rooms;
    std::map<Context, RoomId> shared_rooms;  ///< the last of each, deleted or not
    std::map<std::pair<RoomId, UserId>, Member> members;
    std::map<UserId, std::set<RoomId>> rooms_of;  ///< of every member, active or not
    std::map<MessageId, StoredMessage> messages;
    std::map<RoomId, std::vector<MessageId>> messages_of;  ///< ascending
    std::map<std::pair<UserId, ClientKey>, MessageId> posts;
    std::map<std::int64_t, StoredBatch> batches;  ///< by worker

    std::map<UserId, Account> accounts;
    std::map<std::string, UserId> emails;
    std::map<std::string, std::set<UserId>> namesakes;         ///< by folded nickname
    std::map<std::string, StoredToken> tokens;                 ///< by hash
    std::map<std::string, std::optional<Timestamp>> families;  ///< when revoked, if so

    /// Whether the viewer may read in the room, or why not; nullopt is the engine itself.
    Status readable(RoomId id, std::optional<UserId> viewer) const {
        const Room* header = room(id);
        if (header == nullptr) return unexpected(ErrorCode::not_a_member);
        if (header->deleted_at) return unexpected(ErrorCode::room_deleted);
        if (!viewer) return {};
        const Member* found = member(id, *viewer);
        const bool in = found != nullptr && found->active;
        return in ? Status{} : unexpected(ErrorCode::not_a_member);
    }
    bool may_read(RoomId id, std::optional<UserId> viewer) const {
        return readable(id, viewer).has_value();
    }
    bool is_deleted(RoomId id) const {
        const Room* header = room(id);
        return header != nullptr && header->deleted_at;
    }
    ScheduleId schedule;  ///< the last one that was given out
    std::map<ScheduleId, Schedule> schedules;
    std::map<std::string, StoredLease> leases;

    FriendRequestId friend_request;  ///< the last that was given out
    NotificationId notification;
    std::map<UserId, std::map<UserId, Timestamp>> friends;  ///< each friendship from either side
    std::map<FriendRequestId, FriendRequest> requests;
    std::map<UserId, std::map<UserId, Timestamp>> blocks;  ///< by who blocks
    std::int64_t block_number = 0;                         ///< the last that was given out
    std::map<UserId, std::int64_t> block_numbers;          ///< of each set that ever changed
    std::map<UserId, std::map<NotificationId, StoredNotification>> inboxes;
    std::map<std::pair<RoomId, UserId>, MessageId> delivered;

    /// Whom the viewer blocks, where the room is one in which that hides what they say.
    std::vector<UserId> hidden_in(RoomId id, std::optional<UserId> viewer) const {
        std::vector<UserId> hidden;
        const Room* of = room(id);
        if (!viewer || of == nullptr || of->kind != RoomKind::group) return hidden;
        if (const auto it = blocks.find(*viewer); it != blocks.end()) {
            for (const auto& [blocked, since] : it->second) hidden.push_back(blocked);
        }
        return hidden;
    }

    /// What consultations were asked for under a key. They stay as the rooms do.
    std::map<std::pair<UserId, ClientKey>, StoredRequest> requests_for_consultations;

    std::map<AttachmentId, Upload> uploads;
    /// The messages that show an upload, and the rooms they are in.
    std::map<AttachmentId, std::map<MessageId, RoomId>> upload_uses;
    /// The rooms and the people whose picture an upload is; the other of the two is 0.
    std::map<AttachmentId, std::set<std::pair<RoomId, UserId>>> upload_pictures;

    ReportId report;  ///< the last that was given out
    std::map<ReportId, Report> reports;
    std::map<std::pair<UserId, ReportTarget>, ReportId> reported;  ///< by whom, and what

    std::map<Context, StoredContext> contexts;
    std::set<RoomId> to_clear;  ///< deleted, and not cleared away yet

    bool is_removed(const std::optional<Context>& context) const {
        if (!context) return false;
        const auto it = contexts.find(*context);
        return it != contexts.end() && it->second.removed;
    }
    /// Whether it is the shared group of its context, and stands.
    bool is_shared(const Room& room) const {
        if (!room.context || room.deleted_at) return false;
        const auto it = shared_rooms.find(*room.context);
        return it != shared_rooms.end() && it->second == room.id;
    }
    BookmarkId bookmark;  ///< the last that was given out
    std::map<UserId, std::map<MessageId, BookmarkId>> bookmarks;
    bool importing = false;  ///< an import was begun, and not finished

    bool has_blocked(UserId who, UserId other) const {
        const auto it = blocks.find(who);
        return it != blocks.end() && it->second.contains(other);
    }
    bool blocked_between(UserId one, UserId other) const {
        return has_blocked(one, other) || has_blocked(other, one);
    }
    const Account* account_by_external_id(const std::string& code) const;
    const Room* room(RoomId id) const {
        const auto it = rooms.find(id);
        return it == rooms.end() ? nullptr : &it->second;
    }
    const Member* member(RoomId id, UserId of) const {
        const auto it = members.find({id, of});
        return it == members.end() ? nullptr : &it->second;
    }
    const std::vector<MessageId>& messages_in(RoomId id) const {
        static const std::vector<MessageId> none;
        const auto it = messages_of.find(id);
        return it == messages_of.end() ? none : it->second;
    }
    /// The room's messages above `seq` that are deleted.
    std::int64_t deleted_after(RoomId id, std::int64_t seq) const;
};

}  // namespace chatcore::memory

namespace chatcore {

struct MemoryDatabase::State {
    std::mutex mutex;
    memory::Tables tables;
};

}  // namespace chatcore

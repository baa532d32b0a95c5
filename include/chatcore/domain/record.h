#pragma once
// All that lasts in a store, as values: what an export of one kind of store holds and any other can
// take. What can be made anew of them is none (search, mentions, counts of what there is), and
// neither is what ends with its process or its log-in (batches, leases, tokens).

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "chatcore/domain/attachment.h"
#include "chatcore/domain/context.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/notification.h"
#include "chatcore/domain/report.h"
#include "chatcore/domain/room.h"
#include "chatcore/domain/schedule.h"
#include "chatcore/domain/social.h"
#include "chatcore/domain/user.h"

namespace chatcore {

/// A context that was registered, or removed, or both in turn.
struct ContextRecord {
    Context context;
    std::optional<RegisteredContext> registered;
    bool removed = false;
    RoomId cut;            ///< of the last removal: rooms up to here are doomed
    bool pending = false;  ///< some of them may still be there

    bool operator==(const ContextRecord&) const = default;
};

/// Under which key a consultation was asked for.
struct RequestKey {
    UserId requester;
    ClientKey key;
    std::uint64_t digest = 0;  ///< of the request

    bool operator==(const RequestKey&) const = default;
};

struct RoomRecord {
    Room room;
    bool to_clear = false;  ///< it is deleted, and some of what hung on it is still there
    std::optional<RequestKey> request = {};
    bool shared = false;  ///< it is the shared group of its context, and stands

    bool operator==(const RoomRecord&) const = default;
};

struct MessageRecord {
    Message message;
    std::uint64_t digest = 0;  ///< of the request that posted it

    bool operator==(const MessageRecord&) const = default;
};

/// `low < high`.
struct FriendshipRecord {
    UserId low;
    UserId high;
    Timestamp since;

    bool operator==(const FriendshipRecord&) const = default;
};

struct BlockRecord {
    UserId user;  ///< who blocks
    UserId blocked;
    Timestamp since;

    bool operator==(const BlockRecord&) const = default;
};

struct NotificationRecord {
    UserId receiver;
    Notification notification;
    std::int64_t cause = 0;

    bool operator==(const NotificationRecord&) const = default;
};

struct BookmarkRecord {
    UserId user;
    MessageId message;
    RoomId room;
    BookmarkId id;

    bool operator==(const BookmarkRecord&) const = default;
};

/// That a message shows an upload.
struct UploadUseRecord {
    AttachmentId upload;
    MessageId message;
    RoomId room;

    bool operator==(const UploadUseRecord&) const = default;
};

/// The last of each kind that was given out: numbering goes on above. Of people, rooms and messages
/// that are gone their numbers are not given out again.
struct CountersRecord {
    Position position;  ///< and room id
    UserId user;
    ScheduleId schedule;
    FriendRequestId friend_request;
    NotificationId notification;
    BookmarkId bookmark;
    ReportId report;
    std::int64_t block = 0;  ///< number of a block set

    bool operator==(const CountersRecord&) const = default;
};

/// In the order in which a store gives them and takes them: what others name comes before them.
/// Within a kind they ascend by their key, which is what stands first in each, or the first two;
/// there is one of the last kind.
using Record =
    std::variant<Account, ContextRecord, RoomRecord, Member, MessageRecord, Schedule,
                 FriendshipRecord, FriendRequest, BlockRecord, BlockMoves::Move, NotificationRecord,
                 BookmarkRecord, Upload, UploadUseRecord, DeliveryPointer, Report, CountersRecord>;

inline constexpr std::size_t record_kind_count = std::variant_size_v<Record>;

/// By `Record::index()`.
inline constexpr std::array<std::string_view, record_kind_count> record_kind_names = {
    "account", "context",        "room",     "member",       "message",      "schedule",
    "friend",  "friend_request", "block",    "block_number", "notification", "bookmark",
    "upload",  "upload_use",     "delivery", "report",       "counters",
};

/// How many there are of each, by `Record::index()`.
using RecordCounts = std::array<std::int64_t, record_kind_count>;

}  // namespace chatcore

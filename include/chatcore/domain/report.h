#pragma once
// What people report to who runs the place.

#include <optional>
#include <string>
#include <vector>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/user.h"

namespace chatcore {

/// Ids ascend in the order in which the store took them.
using ReportId = Id<struct ReportTag>;

enum class ReportKind : std::uint8_t { message, user, room };

/// What a report is about: one thing. A person has one report of each.
struct ReportTarget {
    ReportKind kind = ReportKind::message;
    std::int64_t id = 0;  ///< a MessageId, UserId or RoomId, as the kind says

    auto operator<=>(const ReportTarget&) const = default;
};

/// A message as it was when it was reported: whatever becomes of it, this stays.
struct ReportedMessage {
    MessageId id;
    RoomId room;
    UserId sender;
    MessageType type = MessageType::text;
    std::string content;
    std::vector<Attachment> attachments;
    std::optional<Original> forwarded_from;
    Timestamp created_at;
    std::optional<Timestamp> edited_at;

    bool operator==(const ReportedMessage&) const = default;

    static ReportedMessage of(const Message& message) {
        return {message.id,       message.room,        message.sender,         message.type,
                message.content,  message.attachments, message.forwarded_from, message.created_at,
                message.edited_at};
    }
};

struct Report {
    ReportId id;
    UserId reporter;
    Timestamp at;
    ReportTarget target;
    std::optional<RoomId> room;  ///< where it happened: of a message its room
    std::string reason;          ///< 1 to `report_reason_code_points_max` code points
    std::string comment;         ///< up to `report_comment_code_points_max`; may be empty
    std::optional<ReportedMessage> message;   ///< of a message
    std::optional<Profile> reporter_profile;  ///< filled in by the engine

    bool operator==(const Report&) const = default;
};

inline constexpr int report_reason_code_points_max = 100;
inline constexpr int report_comment_code_points_max = 1'000;

/// A report that was handed in.
struct Filed {
    Report report;
    bool created = false;  ///< false: the person had reported this before, and that report counts

    bool operator==(const Filed&) const = default;
};

/// How much there is. Kept with each write, so that asking costs the same however much it is.
struct Totals {
    std::int64_t people = 0;
    std::int64_t rooms = 0;
    std::int64_t messages = 0;  ///< tombstones counted
    std::int64_t reports = 0;

    bool operator==(const Totals&) const = default;
};

}  // namespace chatcore

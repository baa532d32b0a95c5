#pragma once
// Rows as domain values: the columns of each kind, and the reading of them, in one place.

#include "chatcore/domain/attachment.h"
#include "chatcore/domain/context.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/report.h"
#include "chatcore/domain/room.h"
#include "chatcore/domain/schedule.h"
#include "chatcore/domain/user.h"

#include "connection.h"

// Macros, so that statements are put together by the compiler.
#define CHATCORE_ROOM_COLUMNS                                                               \
    "r.id, r.kind, r.open, r.context_type, r.context_id, r.direct_low, r.direct_high, "     \
    "r.created_by, r.created_at, r.metadata, r.title, r.updated_at, r.changed_at, "         \
    "r.participant_count, r.last_seq, r.head, r.last_activity_at, r.preview_id, "           \
    "r.preview_sender, r.preview_type, r.preview_content, r.preview_created_at, r.notice, " \
    "r.notice_by, r.notice_at, r.pin_count, r.deleted_at, r.message_count, r.media_count, " \
    "r.file_count, r.image_url, CASE WHEN r.context_type = 'consultation' THEN "            \
    "(SELECT cs.body FROM consultations cs WHERE cs.room_id = r.id) END"

#define CHATCORE_MEMBER_COLUMNS                                                             \
    "m.room_id, m.user_id, m.role, m.active, m.removed, m.silent, m.joined_at, m.left_at, " \
    "m.read_position, m.read_seq, m.read_at, m.changed_at, m.banned, m.gagged_until, "      \
    "m.favorite, m.muted, m.read_told_at"

#define CHATCORE_MESSAGE_COLUMNS                                                          \
    "x.id, x.room_id, x.seq, x.sender_id, x.type, x.content, x.client_key, x.parent_id, " \
    "x.attachments, x.mentions, x.metadata, x.reply_count, x.changed_at, x.created_at, "  \
    "x.edited_at, x.edit_count, x.deleted_at, x.forwarded, x.reactions, x.pinned_by, "    \
    "x.pinned_at, x.moves_pointer"

#define CHATCORE_PROFILE_COLUMNS                                                     \
    "u.id, u.nickname, u.profile_image_url, u.role, u.status_text, u.last_seen_at, " \
    "u.external_id"

/// The deleted messages behind the read pointer of member m in room r.
#define CHATCORE_DELETED_AFTER_READ                                                        \
    "(SELECT count(*) FROM messages d WHERE d.room_id = m.room_id AND d.seq > m.read_seq " \
    "AND d.deleted_at IS NOT NULL)"

namespace chatcore::sqlite {

// Each takes the columns of its kind from where the cursor stands.
Room room_from(Cursor& row);
Member member_from(Cursor& row);
ClientKey key_from(Cursor& row);
Message message_from(Cursor& row);
Profile profile_from(Cursor& row);
std::optional<Preview> preview_from(Cursor& row);
MessageTotals totals_from(Cursor& row);
Account account_from(Cursor& row);
RegisteredContext context_from(Cursor& row);
Schedule schedule_from(Cursor& row);
Upload upload_from(Cursor& row);
Report report_from(Cursor& row);

/// Reads up to `limit` items and one more, to learn whether there is one.
template <class T, class Read>
Result<bool> fill_from(Cursor& rows, int limit, std::vector<T>& out, Read read) {
    for (int left = limit;; --left) {
        Result<bool> found = rows.next();
        if (!found || !*found) return found;
        if (left == 0) return true;
        out.push_back(read(rows));
    }
}

}  // namespace chatcore::sqlite

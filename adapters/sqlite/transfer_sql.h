#pragma once
// The statements of exports and imports. An export walks whole tables, each in the order of its
// key; the rest is asked once an import.

#include "attachment_sql.h"
#include "oversight_sql.h"
#include "people_sql.h"
#include "removal_sql.h"
#include "row_map.h"
#include "schedule_sql.h"

namespace chatcore::sqlite::sql {

inline constexpr const char* all_accounts =
    "SELECT " CHATCORE_ACCOUNT_COLUMNS " FROM users u ORDER BY u.id";
inline constexpr const char* all_contexts =
    "SELECT c.registered, c.removed, c.cut, c.pending, " CHATCORE_CONTEXT_COLUMNS
    " FROM contexts c ORDER BY c.type, c.id";
inline constexpr const char* all_rooms =
    "SELECT r.to_clear, r.shared = 1 AND r.deleted_at IS NULL, q.requester_id, q.client_key, "
    "q.digest, " CHATCORE_ROOM_COLUMNS
    " FROM rooms r LEFT JOIN consultation_requests q ON q.room_id = r.id ORDER BY r.id";
inline constexpr const char* all_members =
    "SELECT " CHATCORE_MEMBER_COLUMNS " FROM members m ORDER BY m.room_id, m.user_id";
inline constexpr const char* all_messages =
    "SELECT x.digest, " CHATCORE_MESSAGE_COLUMNS " FROM messages x ORDER BY x.id";
inline constexpr const char* all_schedules =
    "SELECT " CHATCORE_SCHEDULE_COLUMNS " FROM schedules ORDER BY id";
inline constexpr const char* all_friends =
    "SELECT user_id, friend_id, since FROM friends WHERE user_id < friend_id "
    "ORDER BY user_id, friend_id";
inline constexpr const char* all_friend_requests =
    "SELECT id, sender_id, receiver_id, at FROM friend_requests ORDER BY id";
inline constexpr const char* all_blocks =
    "SELECT user_id, blocked_id, since FROM blocks ORDER BY user_id, blocked_id";
inline constexpr const char* all_block_moves =
    "SELECT user_id, number FROM block_moves ORDER BY user_id";
inline constexpr const char* all_notifications =
    "SELECT user_id, id, kind, at, read, actor_id, room_id, message_id, cause FROM notifications "
    "ORDER BY user_id, id";
inline constexpr const char* all_bookmarks =
    "SELECT user_id, message_id, room_id, id FROM bookmarks ORDER BY user_id, message_id";
inline constexpr const char* all_uploads =
    "SELECT " CHATCORE_UPLOAD_COLUMNS " FROM uploads up ORDER BY up.id";
inline constexpr const char* all_upload_uses =
    "SELECT upload_id, message_id, room_id FROM upload_uses ORDER BY upload_id, message_id";
inline constexpr const char* all_deliveries =
    "SELECT room_id, user_id, message_id FROM deliveries ORDER BY room_id, user_id";
inline constexpr const char* all_reports =
    "SELECT " CHATCORE_REPORT_COLUMNS " FROM reports ORDER BY id";

inline constexpr const char* all_counters =
    "SELECT "
    "sum(value) FILTER (WHERE name = 'position'), "
    "sum(value) FILTER (WHERE name = 'user'), "
    "sum(value) FILTER (WHERE name = 'schedule'), "
    "sum(value) FILTER (WHERE name = 'friend_request'), "
    "sum(value) FILTER (WHERE name = 'notification'), "
    "sum(value) FILTER (WHERE name = 'bookmark'), "
    "sum(value) FILTER (WHERE name = 'reports'), "
    "sum(value) FILTER (WHERE name = 'block') FROM counters";

inline constexpr const char* is_used =
    "SELECT EXISTS (SELECT 1 FROM counters WHERE value <> 0 AND name <> 'importing') "
    "OR EXISTS (SELECT 1 FROM contexts) OR EXISTS (SELECT 1 FROM uploads) OR EXISTS (SELECT 1 FROM "
    "deliveries)";
/// Stands as long as an import has not been finished.
inline constexpr const char* mark_import =
    "INSERT INTO counters VALUES ('importing', 1) ON CONFLICT DO NOTHING";
inline constexpr const char* is_importing = "SELECT 1 FROM counters WHERE name = 'importing'";
inline constexpr const char* unmark_import = "DELETE FROM counters WHERE name = 'importing'";

inline constexpr const char* import_context =
    "INSERT INTO contexts (type, id, registered, owner_id, title, metadata, created_at, "
    "updated_at, removed, cut, pending) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
inline constexpr const char* import_room =
    "INSERT INTO rooms (id, kind, open, context_type, context_id, direct_low, direct_high, "
    "created_by, created_at, metadata, title, updated_at, changed_at, participant_count, last_seq, "
    "head, last_activity_at, preview_id, preview_sender, preview_type, preview_content, "
    "preview_created_at, notice, notice_by, notice_at, pin_count, deleted_at, message_count, "
    "media_count, file_count, to_clear, image_url, shared) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
    "?9, "
    "?10, ?11, ?12, "
    "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, "
    "?31, ?32, ?33)";
inline constexpr const char* import_notification =
    "INSERT INTO notifications (user_id, id, kind, at, read, actor_id, room_id, message_id, cause) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
inline constexpr const char* import_block_move =
    "INSERT INTO block_moves (user_id, number) VALUES (?1, ?2)";
inline constexpr const char* import_upload_use =
    "INSERT INTO upload_uses (upload_id, message_id, room_id) VALUES (?1, ?2, ?3)";
/// Rooms and accounts say whose picture an upload is. All of them, with what is asked of each: who
/// uploaded it as a member of the room, whether what shows it is counted, and the upload.
inline constexpr const char* imported_pictures =
    "SELECT p.upload_id, p.room_id, p.user_id, m.user_id IS NOT NULL, m.active, m.role, "
    "up.uses = coalesce(s.shown, 0) + count(*) OVER (PARTITION BY "
    "p.upload_id), " CHATCORE_UPLOAD_COLUMNS
    " FROM upload_pictures p LEFT JOIN uploads up ON up.id = p.upload_id "
    "LEFT JOIN members m ON m.room_id = p.room_id AND m.user_id = up.uploader_id "
    "LEFT JOIN (SELECT u.upload_id, count(*) AS shown FROM upload_uses u "
    "WHERE u.upload_id IN (SELECT upload_id FROM upload_pictures) GROUP BY u.upload_id) s "
    "ON s.upload_id = p.upload_id";
inline constexpr const char* empty_room_picture = "UPDATE rooms SET image_url = '' WHERE id = ?1";
inline constexpr const char* empty_user_picture =
    "UPDATE users SET profile_image_url = '' WHERE id = ?1";
/// Of an upload that is a picture no more.
inline constexpr const char* recount_upload =
    "UPDATE uploads SET uses = "
    "(SELECT count(*) FROM upload_uses u WHERE u.upload_id = ?1), "
    "unused_until = CASE WHEN EXISTS (SELECT 1 FROM upload_uses u WHERE u.upload_id = ?1) "
    "THEN NULL ELSE coalesce(unused_until, created_at) END WHERE id = ?1 AND condemned = 0";
/// What exports of older versions count is counted anew.
inline constexpr const char* count_pictures =
    "UPDATE uploads SET unused_until = NULL, uses = "
    "(SELECT count(*) FROM upload_uses u WHERE u.upload_id = uploads.id) + "
    "(SELECT count(*) FROM upload_pictures p WHERE p.upload_id = uploads.id) "
    "WHERE id IN (SELECT upload_id FROM upload_pictures)";
inline constexpr const char* import_delivery =
    "INSERT INTO deliveries (room_id, user_id, message_id) VALUES (?1, ?2, ?3)";

inline constexpr const char* has_message = "SELECT 1 FROM messages WHERE id = ?1 AND room_id = ?2";
/// How much of a commit is on the disk when it is answered.
inline constexpr const char* synchronous = "PRAGMA synchronous";
inline constexpr const char* sync_at_checkpoints = "PRAGMA synchronous = NORMAL";

}  // namespace chatcore::sqlite::sql

#pragma once
// The statements of the write path.

#include "row_map.h"

namespace chatcore::sqlite::sql {

inline constexpr const char* counter = "SELECT value FROM counters WHERE name = ?1";
inline constexpr const char* set_counter = "UPDATE counters SET value = ?2 WHERE name = ?1";
/// Once a batch, on the page that the position's counter dirties anyway.
inline constexpr const char* count = "UPDATE counters SET value = value + ?2 WHERE name = ?1";

inline constexpr const char* room = "SELECT " CHATCORE_ROOM_COLUMNS " FROM rooms r WHERE r.id = ?1";
inline constexpr const char* direct_room =
    "SELECT " CHATCORE_ROOM_COLUMNS
    " FROM rooms r WHERE r.direct_low = ?1 AND r.direct_high = ?2 AND r.context_type = ?3 "
    "AND r.context_id = ?4";
inline constexpr const char* shared_room =
    "SELECT " CHATCORE_ROOM_COLUMNS
    " FROM rooms r WHERE r.context_type = ?1 AND r.context_id = ?2 AND r.shared = 1 "
    "AND r.deleted_at IS NULL";
inline constexpr const char* share_room = "UPDATE rooms SET shared = 1 WHERE id = ?1";
inline constexpr const char* member =
    "SELECT " CHATCORE_MEMBER_COLUMNS " FROM members m WHERE m.room_id = ?1 AND m.user_id = ?2";
inline constexpr const char* message =
    "SELECT " CHATCORE_MESSAGE_COLUMNS " FROM messages x WHERE x.id = ?1";
inline constexpr const char* post =
    "SELECT id, digest FROM messages WHERE sender_id = ?1 AND client_key = ?2";
inline constexpr const char* last_message =
    "SELECT id, seq FROM messages WHERE room_id = ?1 AND id <= ?2 ORDER BY id DESC LIMIT 1";
inline constexpr const char* deleted_after =
    "SELECT count(*) FROM messages WHERE room_id = ?1 AND seq > ?2 AND deleted_at IS NOT NULL";
inline constexpr const char* successor =
    "SELECT user_id FROM members WHERE room_id = ?1 AND user_id <> ?2 AND active = 1 "
    "ORDER BY role <> ?3, joined_at, user_id LIMIT 1";

inline constexpr const char* batch = "SELECT record FROM batches WHERE worker = ?1 AND number = ?2";
inline constexpr const char* set_batch =
    "INSERT INTO batches (worker, number, record, at) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (worker) DO UPDATE SET number = ?2, record = ?3, at = ?4";
/// Measured by the batches' own times, so that a store needs no clock.
inline constexpr const char* forget_batches =
    "DELETE FROM batches WHERE at < (SELECT max(at) FROM batches) - 86400000";

inline constexpr const char* insert_message =
    "INSERT INTO messages (id, room_id, seq, sender_id, type, content, client_key, digest, "
    "parent_id, attachments, mentions, metadata, reply_count, changed_at, created_at, edited_at, "
    "edit_count, deleted_at, forwarded, reactions, pinned_by, pinned_at, moves_pointer) VALUES "
    "(?1, "
    "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, "
    "?22, ?23)";
inline constexpr const char* update_message =
    "UPDATE messages SET content = ?2, attachments = ?3, mentions = ?4, metadata = ?5, "
    "reply_count = ?6, changed_at = ?7, edited_at = ?8, edit_count = ?9, deleted_at = ?10, "
    "forwarded = ?11, reactions = ?12, pinned_by = ?13, pinned_at = ?14 WHERE id = ?1";

inline constexpr const char* insert_room =
    "INSERT INTO rooms (id, kind, open, context_type, context_id, direct_low, direct_high, "
    "created_by, created_at, metadata, title, updated_at, changed_at, participant_count, last_seq, "
    "head, last_activity_at, image_url) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
    "?13, ?14, ?15, ?16, ?17, ?18)";
inline constexpr const char* update_room =
    "UPDATE rooms SET title = ?2, updated_at = ?3, changed_at = ?4, participant_count = ?5, "
    "last_seq = ?6, head = ?7, last_activity_at = ?8, preview_id = ?9, preview_sender = ?10, "
    "preview_type = ?11, preview_content = ?12, preview_created_at = ?13, notice = ?14, "
    "notice_by = ?15, notice_at = ?16, pin_count = ?17, message_count = ?18, media_count = ?19, "
    "file_count = ?20, image_url = ?21 WHERE id = ?1";

/// What a deletion does to a room besides. The key of a direct room goes, so that the two may open
/// another.
inline constexpr const char* delete_room =
    "UPDATE rooms SET deleted_at = ?2, to_clear = 1, open = 0, metadata = '', direct_low = NULL, "
    "direct_high = NULL WHERE id = ?1";

inline constexpr const char* insert_member =
    "INSERT INTO members (room_id, user_id, role, active, removed, silent, joined_at, left_at, "
    "read_position, read_seq, read_at, changed_at, banned, gagged_until, favorite, muted, "
    "read_told_at) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
inline constexpr const char* update_member =
    "UPDATE members SET role = ?3, active = ?4, removed = ?5, silent = ?6, left_at = ?7, "
    "read_position = ?8, read_seq = ?9, read_at = ?10, changed_at = ?11, banned = ?12, "
    "gagged_until = ?13, favorite = ?14, muted = ?15, read_told_at = ?16 "
    "WHERE room_id = ?1 AND user_id = ?2";
/// What a post does to its sender, and what is their own: touches no index.
inline constexpr const char* move_pointer =
    "UPDATE members SET read_position = ?3, read_seq = ?4, read_at = ?5, favorite = ?6, muted = ?7 "
    "WHERE room_id = ?1 AND user_id = ?2";

}  // namespace chatcore::sqlite::sql

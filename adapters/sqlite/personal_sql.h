#pragma once
// The statements of what one person has of messages.

#include "message_sql.h"
#include "row_map.h"

namespace chatcore::sqlite::sql {

/// Draws the next id in the transaction that uses it.
inline constexpr const char* draw_bookmark_id =
    "UPDATE counters SET value = value + 1 WHERE name = 'bookmark' RETURNING value";
inline constexpr const char* remove_bookmark =
    "DELETE FROM bookmarks WHERE user_id = ?1 AND message_id = ?2";
inline constexpr const char* insert_bookmark =
    "INSERT INTO bookmarks (user_id, message_id, room_id, id) VALUES (?1, ?2, ?3, ?4)";
inline constexpr const char* count_bookmarks = "SELECT count(*) FROM bookmarks WHERE user_id = ?1";
inline constexpr const char* forget_bookmarks = "DELETE FROM bookmarks WHERE message_id = ?1";
/// ?3: the room, NULL for any. The person's bookmarks are walked, never the messages. Last, whether
/// the room is a group.
inline constexpr const char* bookmarks =
    "SELECT b.id, " CHATCORE_MESSAGE_COLUMNS
    ", r.direct_low IS NULL FROM bookmarks b CROSS JOIN messages x ON x.id = b.message_id "
    "CROSS JOIN rooms r ON r.id = b.room_id AND r.deleted_at IS NULL WHERE b.user_id = ?1 "
    "AND b.id < ?2 AND (?3 IS NULL OR b.room_id = ?3) AND EXISTS (SELECT 1 FROM members m "
    "WHERE m.room_id = b.room_id AND m.user_id = ?1 AND m.active = 1) AND " CHATCORE_ROOM_STANDS
    " ORDER BY b.id DESC";
inline constexpr const char* bookmarked_between =
    "SELECT message_id FROM bookmarks WHERE user_id = ?1 AND message_id BETWEEN ?2 AND ?3 "
    "ORDER BY message_id";

inline constexpr const char* insert_mention =
    "INSERT OR IGNORE INTO mentions (user_id, room_id, seq, sender_id) VALUES (?1, ?2, ?3, ?4)";
inline constexpr const char* remove_mention =
    "DELETE FROM mentions WHERE user_id = ?1 AND room_id = ?2 AND seq = ?3";

inline constexpr const char* unread =
    "SELECT m.room_id, r.last_seq - m.read_seq - " CHATCORE_DELETED_AFTER_READ
    ", (SELECT count(*) FROM mentions n WHERE n.user_id IN (0, ?1) AND n.room_id = m.room_id "
    "AND n.seq > m.read_seq AND n.sender_id <> ?1) FROM members m JOIN rooms r ON r.id = m.room_id "
    "WHERE m.user_id = ?1 AND m.active = 1 AND m.removed = 0 AND m.silent = 0 "
    "AND r.last_seq > m.read_seq ORDER BY m.room_id";

/// Most of what stands behind an `@` is nobody's name, so that is asked first.
inline constexpr const char* is_nickname = "SELECT 1 FROM users WHERE nickname_folded = ?1 LIMIT 1";
/// Who is or was in room ?2 under the nickname ?1, folded, the active ones first. ?3: how many may
/// have it at all; ?4: how many are wanted.
inline constexpr const char* named =
    "SELECT m.user_id FROM (SELECT id FROM users WHERE nickname_folded = ?1 LIMIT ?3) few "
    "CROSS JOIN members m ON m.room_id = ?2 AND m.user_id = few.id "
    "WHERE NOT EXISTS (SELECT 1 FROM users WHERE nickname_folded = ?1 LIMIT 1 OFFSET ?3) "
    "ORDER BY m.active DESC, m.user_id LIMIT ?4";

}  // namespace chatcore::sqlite::sql

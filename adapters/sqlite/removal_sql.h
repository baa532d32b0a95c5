#pragma once
// The statements of contexts, and of what deletions have left to do.

#include "row_map.h"

namespace chatcore::sqlite::sql {

#define CHATCORE_CONTEXT_COLUMNS \
    "c.type, c.id, c.owner_id, c.title, c.metadata, c.created_at, c.updated_at"

inline constexpr const char* put_context =
    "INSERT INTO contexts (type, id, registered, owner_id, title, metadata, created_at, "
    "updated_at, removed, cut, pending) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, 0, 0, 0) "
    "ON CONFLICT (type, id) DO UPDATE SET owner_id = ?3, title = ?4, metadata = ?5, "
    "created_at = CASE WHEN registered = 1 THEN created_at ELSE ?6 END, updated_at = ?7, "
    "registered = 1, removed = 0";
inline constexpr const char* context =
    "SELECT " CHATCORE_CONTEXT_COLUMNS
    " FROM contexts c WHERE c.type = ?1 AND c.id = ?2 AND c.registered = 1";
inline constexpr const char* rooms_about =
    "SELECT " CHATCORE_ROOM_COLUMNS
    " FROM rooms r WHERE r.context_type = ?1 AND r.context_id = ?2 AND r.context_type <> '' "
    "AND r.deleted_at IS NULL ORDER BY r.last_activity_at DESC, r.id DESC LIMIT ?3";
/// The cut is the last value of the counter that gives room ids.
inline constexpr const char* remove_context =
    "INSERT INTO contexts (type, id, registered, owner_id, title, metadata, created_at, "
    "updated_at, removed, cut, pending) VALUES (?1, ?2, 0, 0, '', '', ?3, ?3, 1, "
    "(SELECT value FROM counters WHERE name = 'position'), 1) "
    "ON CONFLICT (type, id) DO UPDATE SET owner_id = 0, title = '', metadata = '', "
    "updated_at = ?3, registered = 0, removed = 1, cut = excluded.cut, pending = 1";
inline constexpr const char* is_removed =
    "SELECT 1 FROM contexts c WHERE c.type = ?1 AND c.id = ?2 AND c.removed = 1";

/// The rooms of context c that its last removal has doomed and that are there still.
#define CHATCORE_DOOMED_ROOMS                                                          \
    "rooms r WHERE r.context_type = c.type AND r.context_id = c.id AND r.id <= c.cut " \
    "AND r.context_type <> '' AND r.deleted_at IS NULL"

/// Those of one context come by id, as the index has them.
inline constexpr const char* doomed =
    "SELECT r.id FROM contexts c INDEXED BY contexts_pending CROSS JOIN " CHATCORE_DOOMED_ROOMS
    " AND c.pending = 1 ORDER BY c.type, c.id LIMIT ?1";
inline constexpr const char* doomed_of =
    "SELECT r.id FROM contexts c CROSS JOIN " CHATCORE_DOOMED_ROOMS
    " AND c.pending = 1 AND c.type = ?2 AND c.id = ?3 ORDER BY r.id LIMIT ?1";
inline constexpr const char* anything_to_clear =
    "SELECT EXISTS (SELECT 1 FROM rooms r WHERE r.to_clear = 1) OR EXISTS (SELECT 1 FROM contexts "
    "c WHERE c.pending = 1 AND NOT EXISTS (SELECT 1 FROM " CHATCORE_DOOMED_ROOMS "))";
inline constexpr const char* settle_contexts =
    "UPDATE contexts AS c SET pending = 0 WHERE c.pending = 1 "
    "AND NOT EXISTS (SELECT 1 FROM " CHATCORE_DOOMED_ROOMS ")";

inline constexpr const char* is_deleted =
    "SELECT 1 FROM rooms r WHERE r.id = ?1 AND r.deleted_at IS NOT NULL";
inline constexpr const char* room_to_clear =
    "SELECT r.id FROM rooms r WHERE r.to_clear = 1 ORDER BY r.id LIMIT 1";
inline constexpr const char* room_is_clear = "UPDATE rooms SET to_clear = 0 WHERE id = ?1";
inline constexpr const char* members_to_clear =
    "SELECT m.user_id FROM members m WHERE m.room_id = ?1 ORDER BY m.user_id LIMIT ?2";
inline constexpr const char* clear_member =
    "DELETE FROM members WHERE room_id = ?1 AND user_id = ?2";
inline constexpr const char* clear_notifications =
    "DELETE FROM notifications WHERE user_id = ?2 AND room_id = ?1";
inline constexpr const char* clear_delivery =
    "DELETE FROM deliveries WHERE room_id = ?1 AND user_id = ?2";
inline constexpr const char* clear_schedules =
    "UPDATE schedules SET state = ?3, failure = ?4 WHERE id IN (SELECT id FROM schedules WHERE "
    "room_id = ?1 "
    "AND state = 0 AND claimed = 0 ORDER BY id LIMIT ?2)";
inline constexpr const char* messages_to_clear =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 ORDER BY x.id LIMIT ?2";
inline constexpr const char* clear_message = "DELETE FROM messages WHERE id = ?1";
inline constexpr const char* clear_bookmarks = "DELETE FROM bookmarks WHERE message_id = ?1";
/// Of a person, or of everybody: user 0.
inline constexpr const char* clear_mentions =
    "DELETE FROM mentions WHERE user_id = ?2 AND room_id = ?1";
/// One message less shows it; with the last it is condemned, and cleared away by who sweeps
/// uploads.
inline constexpr const char* clear_upload_use =
    "UPDATE uploads SET uses = uses - 1, condemned = uses = 1, "
    "unused_until = CASE WHEN uses = 1 THEN 0 END WHERE id = ?1 AND uses > 0";

}  // namespace chatcore::sqlite::sql

#pragma once
// The statements of receipts.

#include "row_map.h"

namespace chatcore::sqlite::sql {

/// ?1: room; ?2: members above it; ?3: the message; ?4: its sender; ?5: limit.
inline constexpr const char* readers =
    "SELECT " CHATCORE_MEMBER_COLUMNS
    " FROM members m WHERE m.room_id = ?1 AND m.user_id > ?2 AND m.read_position >= ?3 "
    "AND m.read_at IS NOT NULL AND m.active = 1 AND m.user_id <> ?4 ORDER BY m.user_id LIMIT ?5";
/// ?1: a JSON array of room ids, whose order is that of the answer; ?2: viewer; ?3: members at
/// most.
inline constexpr const char* read_pointers =
    "SELECT m.room_id, m.user_id, CASE WHEN m.read_at IS NULL THEN 0 ELSE m.read_position END "
    "FROM json_each(?1) p "
    "CROSS JOIN rooms r ON r.id = p.value AND r.participant_count <= ?3 AND r.deleted_at IS NULL "
    "CROSS JOIN members v ON v.room_id = r.id AND v.user_id = ?2 AND v.active = 1 "
    "CROSS JOIN members m ON m.room_id = r.id AND m.active = 1";
inline constexpr const char* unread_by =
    "SELECT r.last_seq - m.read_seq - " CHATCORE_DELETED_AFTER_READ
    " FROM members m JOIN rooms r ON r.id = m.room_id "
    "WHERE m.room_id = ?1 AND m.user_id = ?2 AND r.deleted_at IS NULL";
inline constexpr const char* raise_delivered =
    "INSERT INTO deliveries (room_id, user_id, message_id) SELECT ?1, ?2, ?3 WHERE NOT EXISTS "
    "(SELECT 1 FROM rooms r WHERE r.id = ?1 AND r.deleted_at IS NOT NULL) "
    "ON CONFLICT DO UPDATE SET message_id = max(message_id, ?3)";
inline constexpr const char* delivered =
    "SELECT message_id FROM deliveries WHERE room_id = ?1 AND user_id = ?2";
/// ?2, ?3: above and up to; ?4: among how many.
inline constexpr const char* senders =
    "SELECT DISTINCT recent.sender_id FROM (SELECT x.sender_id FROM messages x "
    "WHERE x.room_id = ?1 AND x.id > ?2 AND x.id <= ?3 ORDER BY x.id DESC LIMIT ?4) recent "
    "ORDER BY 1";

}  // namespace chatcore::sqlite::sql

#pragma once
// The statements of uploaded files.

namespace chatcore::sqlite::sql {

#define CHATCORE_UPLOAD_COLUMNS                                                          \
    "up.id, up.uploader_id, up.name, up.size, up.content_type, up.created_at, up.uses, " \
    "up.unused_until, up.condemned"

inline constexpr const char* upload =
    "SELECT " CHATCORE_UPLOAD_COLUMNS " FROM uploads up WHERE up.id = ?1";
/// ?2: the viewer, NULL for the engine.
inline constexpr const char* upload_seen =
    "SELECT " CHATCORE_UPLOAD_COLUMNS
    " FROM uploads up WHERE up.id = ?1 AND (?2 IS NULL OR (up.condemned = 0 "
    "AND (up.uploader_id = ?2 OR EXISTS (SELECT 1 FROM upload_uses u JOIN members m ON m.room_id = "
    "u.room_id AND m.user_id = ?2 AND m.active = 1 JOIN rooms r ON r.id = u.room_id "
    "AND r.deleted_at IS NULL WHERE u.upload_id = ?1) "
    "OR EXISTS (SELECT 1 FROM upload_pictures p WHERE p.upload_id = ?1 AND (p.user_id > 0 "
    "OR EXISTS (SELECT 1 FROM rooms r WHERE r.id = p.room_id AND r.deleted_at IS NULL AND "
    "(r.open = 1 OR EXISTS (SELECT 1 FROM members m WHERE m.room_id = r.id AND m.user_id = ?2 "
    "AND (m.active = 1 OR m.removed = 0)))))))))";
inline constexpr const char* insert_upload =
    "INSERT INTO uploads (id, uploader_id, name, size, content_type, created_at, uses, "
    "unused_until, condemned) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
inline constexpr const char* update_upload =
    "UPDATE uploads SET uses = ?2, unused_until = ?3, condemned = ?4 WHERE id = ?1";
inline constexpr const char* insert_upload_use =
    "INSERT OR IGNORE INTO upload_uses (upload_id, message_id, room_id) VALUES (?1, ?2, ?3)";
inline constexpr const char* delete_upload_use =
    "DELETE FROM upload_uses WHERE upload_id = ?1 AND message_id = ?2";
inline constexpr const char* insert_upload_picture =
    "INSERT OR IGNORE INTO upload_pictures (upload_id, room_id, user_id) VALUES (?1, ?2, ?3)";
inline constexpr const char* delete_upload_picture =
    "DELETE FROM upload_pictures WHERE upload_id = ?1 AND room_id = ?2 AND user_id = ?3";
inline constexpr const char* unused_uploads =
    "SELECT id FROM uploads WHERE unused_until <= ?1 ORDER BY unused_until, id LIMIT ?2";
inline constexpr const char* condemn_upload =
    "UPDATE uploads SET condemned = 1 WHERE id = ?1 AND unused_until <= ?2";
inline constexpr const char* forget_upload = "DELETE FROM uploads WHERE id = ?1 AND condemned = 1";

}  // namespace chatcore::sqlite::sql

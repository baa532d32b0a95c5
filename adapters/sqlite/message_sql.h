#pragma once
// The reads of messages. Each finds its rows by an index, in the order that is asked for.

#include "row_map.h"

namespace chatcore::sqlite::sql {

/// Whether a message is not of somebody whom the person blocks; with NULL for the person it is of
/// nobody whom they do.
#define CHATCORE_NOT_BLOCKED_BY(message, person) \
    message ".sender_id NOT IN (SELECT b.blocked_id FROM blocks b WHERE b.user_id = " person ")"

/// A row where the viewer may read the room, or might if it were not deleted, which it says; with
/// NULL for the viewer, where there is the room. Then the room's kind, and whether the viewer may
/// be hidden something there.
inline constexpr const char* may_read =
    "SELECT r.head, r.deleted_at IS NOT NULL, r.kind, r.direct_low IS NULL AND EXISTS (SELECT 1 "
    "FROM blocks b WHERE b.user_id = ?2) FROM rooms r WHERE r.id = ?1 AND (?2 IS NULL "
    "OR r.deleted_at IS NOT NULL OR EXISTS (SELECT 1 FROM members m "
    "WHERE m.room_id = ?1 AND m.user_id = ?2 AND m.active = 1))";
/// Whether the room of message x is there: a deleted one may have messages left.
#define CHATCORE_ROOM_STANDS "(SELECT r.deleted_at FROM rooms r WHERE r.id = x.room_id) IS NULL"

/// Where the viewer may read it. Then whether the room is a group.
inline constexpr const char* readable_message =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    ", r.direct_low IS NULL FROM messages x JOIN rooms r ON r.id = x.room_id "
    "WHERE x.id = ?1 AND r.deleted_at IS NULL AND (?2 IS NULL OR (EXISTS (SELECT 1 FROM members m "
    "WHERE m.room_id = x.room_id AND m.user_id = ?2 AND m.active = 1) "
    "AND (r.direct_low IS NOT NULL OR NOT EXISTS (SELECT 1 FROM blocks b "
    "WHERE b.user_id = ?2 AND b.blocked_id = x.sender_id))))";

/// All whom a person blocks.
inline constexpr const char* blocked_by =
    "SELECT b.blocked_id FROM blocks b WHERE b.user_id = ?1 ORDER BY b.blocked_id";

/// ?4: 1 leaves replies out; ?5: the type, NULL for any; ?6: whose blocks count, NULL for nobody's.
inline constexpr const char* older =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.id < ?2 AND (?4 = 0 OR x.parent_id IS NULL) "
    "AND (?5 IS NULL OR x.type = ?5) AND " CHATCORE_NOT_BLOCKED_BY(
        "x", "?6") " ORDER BY x.id DESC LIMIT ?3";
inline constexpr const char* newer =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.id > ?2 AND (?4 = 0 OR x.parent_id IS NULL) "
    "AND (?5 IS NULL OR x.type = ?5) AND " CHATCORE_NOT_BLOCKED_BY("x",
                                                                   "?6") " ORDER BY x.id LIMIT ?3";
/// The same of one type that is not text: those are few, and have an index of their own.
inline constexpr const char* older_of_type =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.id < ?2 AND (?4 = 0 OR x.parent_id IS NULL) "
    "AND x.type = ?5 AND x.type <> 0 AND " CHATCORE_NOT_BLOCKED_BY(
        "x", "?6") " ORDER BY x.id DESC LIMIT ?3";
inline constexpr const char* newer_of_type =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.id > ?2 AND (?4 = 0 OR x.parent_id IS NULL) "
    "AND x.type = ?5 AND x.type <> 0 AND " CHATCORE_NOT_BLOCKED_BY("x",
                                                                   "?6") " ORDER BY x.id LIMIT ?3";
/// ?1: what match_of gives; ?3, ?4: posted from and until; ?5: the viewer, NULL for the engine.
/// Then whether the room is a group.
inline constexpr const char* search_messages =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    ", (SELECT r.direct_low IS NULL FROM rooms r WHERE r.id = x.room_id) FROM search JOIN messages "
    "x ON x.id = search.rowid WHERE search MATCH ?1 "
    "AND search.rowid < ?2 AND (?3 IS NULL OR x.created_at >= ?3) "
    "AND (?4 IS NULL OR x.created_at < ?4) AND " CHATCORE_ROOM_STANDS
    " AND (?5 IS NULL OR EXISTS (SELECT 1 FROM members m "
    "WHERE m.room_id = x.room_id AND m.user_id = ?5 AND m.active = 1)) ORDER BY search.rowid DESC";

inline constexpr const char* pins =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.pinned_at IS NOT NULL "
    "AND " CHATCORE_NOT_BLOCKED_BY("x", "?2") " ORDER BY x.pinned_at DESC, x.id DESC";
inline constexpr const char* replies =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.parent_id = ?1 AND x.id > ?2 AND " CHATCORE_NOT_BLOCKED_BY(
        "x", "?4") " ORDER BY x.id LIMIT ?3";
inline constexpr const char* roots =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.id < ?2 AND x.reply_count > 0 "
    "AND EXISTS (SELECT 1 FROM messages y WHERE y.parent_id = x.id AND y.deleted_at IS NULL "
    "AND " CHATCORE_NOT_BLOCKED_BY("y", "?4") ") AND " CHATCORE_NOT_BLOCKED_BY(
        "x", "?4") " ORDER BY x.id DESC LIMIT ?3";
/// ?1: a JSON array of roots, in this and the next.
inline constexpr const char* last_replies =
    "SELECT p.key, " CHATCORE_MESSAGE_COLUMNS
    " FROM json_each(?1) p CROSS JOIN messages x ON x.id = (SELECT y.id FROM messages y "
    "WHERE y.parent_id = p.value AND y.deleted_at IS NULL AND " CHATCORE_NOT_BLOCKED_BY(
        "y", "?2") " ORDER BY y.id DESC LIMIT 1)";
/// Who replied last first, thread by thread. ?2: among how many of the last replies, less one; ?3:
/// whose blocks count.
inline constexpr const char* repliers =
    "SELECT p.key, x.sender_id FROM json_each(?1) p CROSS JOIN messages x "
    "ON x.parent_id = p.value AND x.deleted_at IS NULL AND x.id >= coalesce((SELECT y.id "
    "FROM messages y WHERE y.parent_id = p.value AND y.deleted_at IS NULL "
    "AND " CHATCORE_NOT_BLOCKED_BY("y", "?3") " ORDER BY y.id DESC LIMIT 1 OFFSET ?2), 0) "
    "AND " CHATCORE_NOT_BLOCKED_BY(
        "x", "?3") " GROUP BY p.key, x.sender_id ORDER BY p.key, max(x.id) DESC";

/// The totals of a room that may be read.
inline constexpr const char* totals =
    "SELECT r.message_count, r.media_count, r.file_count FROM rooms r WHERE r.id = ?1";
/// ?2: the types, a bit each; ?4: how many are passed over; ?5: whose blocks count.
inline constexpr const char* page =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.deleted_at IS NULL AND (?2 >> x.type) & 1 "
    "AND " CHATCORE_NOT_BLOCKED_BY("x", "?5") " ORDER BY x.id DESC LIMIT ?3 OFFSET ?4";
#define CHATCORE_NEWEST_OF_TYPE(type)                                                     \
    "SELECT id FROM (SELECT x.id FROM messages x WHERE x.room_id = ?1 AND x.type = " type \
    " AND x.type <> 0 AND (?2 >> " type                                                   \
    ") & 1 AND x.deleted_at IS NULL AND " CHATCORE_NOT_BLOCKED_BY(                        \
        "x", "?5") " ORDER BY x.id DESC LIMIT ?6)"
/// The same without texts, each other type by its index. ?6: ?3 and ?4 together.
inline constexpr const char* page_without_texts =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.id IN (SELECT id FROM (" CHATCORE_NEWEST_OF_TYPE("1")
    " UNION ALL " CHATCORE_NEWEST_OF_TYPE("2") " UNION ALL " CHATCORE_NEWEST_OF_TYPE("3")
    " UNION ALL " CHATCORE_NEWEST_OF_TYPE("4")
    ") ORDER BY id DESC LIMIT ?3 OFFSET ?4) ORDER BY x.id DESC";

// What changed after a position: four feeds, each ascending, which the reader merges as it steps.
// ?3: whose blocks count.

/// Posted since, and untouched after that.
inline constexpr const char* posted_since =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.id > ?2 AND x.changed_at = x.id "
    "AND " CHATCORE_NOT_BLOCKED_BY("x", "?3") " ORDER BY x.id";
inline constexpr const char* altered_since =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.changed_at > ?2 AND x.changed_at <> x.id "
    "AND " CHATCORE_NOT_BLOCKED_BY("x", "?3") " ORDER BY x.changed_at";
inline constexpr const char* members_since =
    "SELECT " CHATCORE_MEMBER_COLUMNS
    " FROM members m WHERE m.room_id = ?1 AND m.changed_at > ?2 ORDER BY m.changed_at";
inline constexpr const char* room_since =
    "SELECT " CHATCORE_ROOM_COLUMNS " FROM rooms r WHERE r.id = ?1 AND r.changed_at > ?2";

/// A room ?1, whether its two people are parted by a block, and the membership of person ?2. What
/// was deleted has neither.
inline constexpr const char* standing =
    "SELECT " CHATCORE_ROOM_COLUMNS
    ", r.direct_low IS NOT NULL AND EXISTS (SELECT 1 FROM blocks b WHERE "
    "(b.user_id = r.direct_low AND b.blocked_id = r.direct_high) OR "
    "(b.user_id = r.direct_high AND b.blocked_id = r.direct_low)), m.user_id IS NOT "
    "NULL, " CHATCORE_MEMBER_COLUMNS
    " FROM rooms r LEFT JOIN members m ON m.room_id = r.id AND m.user_id = ?2 "
    "AND r.deleted_at IS NULL WHERE r.id = ?1";

}  // namespace chatcore::sqlite::sql

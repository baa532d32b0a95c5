#pragma once
// The reads of messages. Each finds its rows by an index, in the order that is asked for.

#include "row_map.h"

namespace chatcore::sqlite::sql {

/// A row where the viewer may read the room; with NULL for the viewer, where there is the room.
inline constexpr const char* may_read =
    "SELECT r.head FROM rooms r WHERE r.id = ?1 AND (?2 IS NULL OR EXISTS (SELECT 1 FROM members m "
    "WHERE m.room_id = ?1 AND m.user_id = ?2 AND m.active = 1))";

inline constexpr const char* readable_message =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.id = ?1 AND (?2 IS NULL OR EXISTS (SELECT 1 FROM members m "
    "WHERE m.room_id = x.room_id AND m.user_id = ?2 AND m.active = 1))";

inline constexpr const char* older =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.id < ?2 ORDER BY x.id DESC LIMIT ?3";
inline constexpr const char* newer =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.id > ?2 ORDER BY x.id LIMIT ?3";

// What changed after a position: four feeds, each ascending, which the reader merges as it steps.

/// Posted since, and untouched after that.
inline constexpr const char* posted_since =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.id > ?2 AND x.changed_at = x.id ORDER BY x.id";
inline constexpr const char* altered_since =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.room_id = ?1 AND x.changed_at > ?2 AND x.changed_at <> x.id "
    "ORDER BY x.changed_at";
inline constexpr const char* members_since =
    "SELECT " CHATCORE_MEMBER_COLUMNS
    " FROM members m WHERE m.room_id = ?1 AND m.changed_at > ?2 ORDER BY m.changed_at";
inline constexpr const char* room_since =
    "SELECT " CHATCORE_ROOM_COLUMNS " FROM rooms r WHERE r.id = ?1 AND r.changed_at > ?2";

}  // namespace chatcore::sqlite::sql

#pragma once
// The reads of rooms and memberships. Each finds its rows by an index.

#include "row_map.h"

namespace chatcore::sqlite::sql {

/// Whether the room's last message is of somebody whom the person blocks, and the room a group.
#define CHATCORE_PREVIEW_BLOCKED_BY(person)                           \
    "(r.direct_low IS NULL AND EXISTS (SELECT 1 FROM blocks b WHERE " \
    "b.user_id = " person " AND b.blocked_id = r.preview_sender))"

/// A room and what is one viewer's own of it, from members m and rooms r.
#define CHATCORE_VIEW_COLUMNS                                                                \
    CHATCORE_ROOM_COLUMNS                                                                    \
    ", m.user_id, m.role, m.joined_at, m.active, m.removed, m.silent, m.favorite, m.muted, " \
    "m.read_position, m.read_seq, " CHATCORE_DELETED_AFTER_READ                              \
    ", " CHATCORE_PREVIEW_BLOCKED_BY("m.user_id")

inline constexpr const char* view =
    "SELECT " CHATCORE_VIEW_COLUMNS
    " FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.room_id = ?1 AND m.user_id = ?2";

/// Who is in the room, or has left it and still hears of it: the condition of an index.
#define CHATCORE_LISTENS "m.removed = 0 AND m.silent = 0"

/// ?2, ?3: activity and id that the page lies below; ?4, ?5: context, either '' for any; ?6: limit;
/// ?7: favourites only; ?8: kind, or NULL; ?9: how many to pass over.
#define CHATCORE_LIST_WHERE                                                        \
    "WHERE m.user_id = ?1 AND " CHATCORE_LISTENS                                   \
    " AND (m.active = 1 OR r.preview_id > m.changed_at) AND r.deleted_at IS NULL " \
    "AND (r.last_activity_at, r.id) < (?2, ?3) "                                   \
    "AND (?4 = '' OR (r.context_type = ?4 AND (?5 = '' OR r.context_id = ?5))) "   \
    "AND (?7 = 0 OR m.favorite = 1) AND (?8 IS NULL OR r.kind = ?8) "
#define CHATCORE_LIST_ORDER "ORDER BY r.last_activity_at DESC, r.id DESC "

/// The page is cut before anything is counted or carried along.
inline constexpr const char* list = "SELECT " CHATCORE_VIEW_COLUMNS
                                    " FROM (SELECT m.room_id AS id FROM members m JOIN rooms r ON "
                                    "r.id = m.room_id " CHATCORE_LIST_WHERE CHATCORE_LIST_ORDER
                                    "LIMIT ?6 OFFSET ?9) p "
                                    "JOIN rooms r ON r.id = p.id JOIN members m ON m.room_id = "
                                    "p.id AND m.user_id = ?1 " CHATCORE_LIST_ORDER;
inline constexpr const char* list_unread =
    "SELECT " CHATCORE_VIEW_COLUMNS
    " FROM members m JOIN rooms r ON r.id = m.room_id " CHATCORE_LIST_WHERE
    "AND r.last_seq > m.read_seq AND r.last_seq - m.read_seq > " CHATCORE_DELETED_AFTER_READ
    " " CHATCORE_LIST_ORDER "LIMIT ?6 OFFSET ?9";

/// Groups that the viewer ?1 is in, or that are open, above ?2 by id; and whether they are in.
inline constexpr const char* visible_groups =
    "SELECT " CHATCORE_ROOM_COLUMNS
    ", " CHATCORE_PREVIEW_BLOCKED_BY("?1") ", seen.own "
    "FROM (SELECT id, max(own) AS own FROM (SELECT m.room_id AS id, 1 AS own "
    "FROM members m WHERE m.user_id = ?1 AND " CHATCORE_LISTENS
    " AND m.active = 1 AND m.room_id > ?2 "
    "UNION ALL SELECT o.id, 0 FROM rooms o WHERE o.open = 1 AND o.id > ?2) GROUP BY id) seen "
    "JOIN rooms r ON r.id = seen.id WHERE r.direct_low IS NULL AND r.deleted_at IS NULL "
    "ORDER BY seen.id";

inline constexpr const char* members =
    "SELECT " CHATCORE_MEMBER_COLUMNS
    " FROM members m WHERE m.room_id = ?1 AND m.user_id > ?2 ORDER BY m.user_id LIMIT ?3";

inline constexpr const char* memberships =
    "SELECT r.id, r.kind, r.head, CASE WHEN m.active = 1 THEN 0 ELSE m.changed_at END, r.last_seq, "
    "m.read_seq, " CHATCORE_DELETED_AFTER_READ
    ", r.participant_count, r.last_activity_at, r.preview_id, r.preview_sender, r.preview_type, "
    "r.preview_content, r.preview_created_at FROM members m JOIN rooms r ON r.id = m.room_id "
    "WHERE m.user_id = ?1 AND " CHATCORE_LISTENS
    " AND m.room_id > ?2 AND r.deleted_at IS NULL ORDER BY m.room_id LIMIT ?3";

/// ?2: a JSON array of user ids. The head comes even where none of them is a member.
inline constexpr const char* read_standings =
    "SELECT r.head, m.user_id, m.read_seq, " CHATCORE_DELETED_AFTER_READ
    " FROM rooms r LEFT JOIN members m ON m.room_id = r.id AND r.deleted_at IS NULL "
    "AND m.user_id IN (SELECT value FROM json_each(?2)) WHERE r.id = ?1 ORDER BY m.user_id";

/// One counter gives all positions and one writer commits them, so heads rise in the order of
/// commits, and nothing can appear below the greatest one that was given.
inline constexpr const char* moved_since =
    "SELECT id, head, head AS moved_at FROM rooms WHERE head > ?1 "
    "UNION ALL SELECT id, head, id FROM rooms WHERE id > ?1 AND head = 0 "
    "ORDER BY moved_at LIMIT ?2";

/// Memberships that changed above ?1 in rooms that moved up to ?2, and all of rooms opened between.
inline constexpr const char* gained_since =
    "SELECT m.room_id, m.user_id FROM rooms r JOIN members m ON m.room_id = r.id "
    "WHERE r.head > ?1 AND r.head <= ?2 AND m.changed_at > ?1 AND " CHATCORE_LISTENS
    " AND r.deleted_at IS NULL "
    "UNION SELECT m.room_id, m.user_id FROM rooms r JOIN members m ON m.room_id = r.id "
    "WHERE r.id > ?1 AND r.id <= ?2 AND " CHATCORE_LISTENS
    " AND r.deleted_at IS NULL ORDER BY 1, 2";

}  // namespace chatcore::sqlite::sql

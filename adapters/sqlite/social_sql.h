#pragma once
// The statements of friends, blocks and the inbox.

namespace chatcore::sqlite::sql {

inline constexpr const char* friend_request =
    "SELECT id, sender_id, receiver_id, at FROM friend_requests WHERE id = ?1";
inline constexpr const char* requests_between =
    "SELECT id, sender_id, receiver_id, at FROM friend_requests "
    "WHERE (sender_id = ?1 AND receiver_id = ?2) OR (sender_id = ?2 AND receiver_id = ?1)";
inline constexpr const char* friendship =
    "SELECT since FROM friends WHERE user_id = ?1 AND friend_id = ?2";
inline constexpr const char* block =
    "SELECT since FROM blocks WHERE user_id = ?1 AND blocked_id = ?2";
/// Draws the next id of a kind in the transaction that uses it.
inline constexpr const char* draw_id =
    "UPDATE counters SET value = value + 1 WHERE name = ?1 RETURNING value";

inline constexpr const char* insert_friendship =
    "INSERT INTO friends (user_id, friend_id, since) VALUES (?1, ?2, ?3), (?2, ?1, ?3)";
inline constexpr const char* delete_friendship =
    "DELETE FROM friends WHERE (user_id = ?1 AND friend_id = ?2) OR (user_id = ?2 AND friend_id = "
    "?1)";
inline constexpr const char* insert_request =
    "INSERT INTO friend_requests (id, sender_id, receiver_id, at) VALUES (?1, ?2, ?3, ?4)";
inline constexpr const char* delete_request = "DELETE FROM friend_requests WHERE id = ?1";
inline constexpr const char* insert_block =
    "INSERT INTO blocks (user_id, blocked_id, since) VALUES (?1, ?2, ?3)";
inline constexpr const char* delete_block =
    "DELETE FROM blocks WHERE user_id = ?1 AND blocked_id = ?2";

inline constexpr const char* move_blocks =
    "INSERT INTO block_moves (user_id, number) VALUES (?1, ?2) "
    "ON CONFLICT (user_id) DO UPDATE SET number = ?2";
/// The number first, and each of the blocked behind it; a row with NULL where there are none.
inline constexpr const char* block_set =
    "SELECT coalesce((SELECT number FROM block_moves WHERE user_id = ?1), 0), b.blocked_id "
    "FROM (SELECT 1) one LEFT JOIN blocks b ON b.user_id = ?1 ORDER BY b.blocked_id";
inline constexpr const char* blocks_moved_since =
    "SELECT user_id, number FROM block_moves WHERE number > ?1 ORDER BY number LIMIT ?2";

inline constexpr const char* friends =
    "SELECT friend_id, since FROM friends WHERE user_id = ?1 AND friend_id > ?2 "
    "ORDER BY friend_id LIMIT ?3";
inline constexpr const char* requests_in =
    "SELECT id, sender_id, receiver_id, at FROM friend_requests "
    "WHERE receiver_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
inline constexpr const char* requests_out =
    "SELECT id, sender_id, receiver_id, at FROM friend_requests "
    "WHERE sender_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
inline constexpr const char* blocks =
    "SELECT blocked_id, since FROM blocks WHERE user_id = ?1 AND blocked_id > ?2 "
    "ORDER BY blocked_id LIMIT ?3";
inline constexpr const char* has_blocked =
    "SELECT 1 FROM blocks WHERE user_id = ?1 AND blocked_id = ?2";
inline constexpr const char* blocked_between =
    "SELECT EXISTS (SELECT 1 FROM blocks WHERE user_id = ?1 AND blocked_id = ?2) OR "
    "EXISTS (SELECT 1 FROM blocks WHERE user_id = ?2 AND blocked_id = ?1)";

/// ?1: the person, ?2: skip, ?3: limit, ?4: depth. Who is at depth 2 has mutual friends, who is
/// further away has none, and so comes after all of those: the search goes on only where the page
/// reaches that far. An edge back to somebody nearer would only find them again.
inline constexpr const char* recommendations =
    "WITH RECURSIVE "
    "mine(id) AS MATERIALIZED (SELECT friend_id FROM friends WHERE user_id = ?1), "
    "second(id, mutual) AS MATERIALIZED ("
    "SELECT f.friend_id, count(*) FROM mine CROSS JOIN friends f ON f.user_id = mine.id "
    "WHERE f.friend_id <> ?1 AND f.friend_id NOT IN (SELECT id FROM mine) GROUP BY f.friend_id), "
    "hidden(id) AS MATERIALIZED ("
    "SELECT blocked_id FROM blocks WHERE user_id = ?1 "
    "UNION ALL SELECT user_id FROM blocks WHERE blocked_id = ?1 "
    "UNION ALL SELECT receiver_id FROM friend_requests WHERE sender_id = ?1 "
    "UNION ALL SELECT sender_id FROM friend_requests WHERE receiver_id = ?1), "
    "far(id, depth) AS ("
    "SELECT id, 2 FROM second WHERE ?4 > 2 AND "
    "(SELECT count(*) FROM second) < ?2 + ?3 + (SELECT count(*) FROM hidden) "
    "UNION "
    "SELECT f.friend_id, far.depth + 1 FROM far CROSS JOIN friends f ON f.user_id = far.id "
    "WHERE far.depth < ?4 AND f.friend_id <> ?1 AND f.friend_id NOT IN (SELECT id FROM mine) "
    "AND f.friend_id NOT IN (SELECT id FROM second)) "
    "SELECT id, mutual, 2 FROM second WHERE id NOT IN (SELECT id FROM hidden) "
    "UNION ALL "
    "SELECT id, 0, min(depth) FROM far WHERE depth > 2 AND id NOT IN (SELECT id FROM hidden) "
    "GROUP BY id "
    "ORDER BY 2 DESC, 1 LIMIT ?3 OFFSET ?2";

#define CHATCORE_NOTIFICATION_COLUMNS "id, kind, at, read, actor_id, room_id, message_id"

/// Nothing where the receiver has blocked the actor, or is not in the room.
inline constexpr const char* insert_notification =
    "INSERT INTO notifications (user_id, id, kind, at, read, actor_id, room_id, message_id, cause) "
    "SELECT ?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8 "
    "WHERE NOT EXISTS (SELECT 1 FROM blocks WHERE user_id = ?1 AND blocked_id = ?5) "
    "AND (?6 IS NULL OR EXISTS "
    "(SELECT 1 FROM members WHERE room_id = ?6 AND user_id = ?1 AND active = 1)) "
    "AND (?6 IS NULL OR (SELECT deleted_at FROM rooms WHERE id = ?6) IS NULL) "
    "ON CONFLICT DO NOTHING";
/// ?2: how many stay.
inline constexpr const char* forget_notifications =
    "DELETE FROM notifications WHERE user_id = ?1 AND id <= "
    "(SELECT id FROM notifications WHERE user_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
inline constexpr const char* notifications =
    "SELECT " CHATCORE_NOTIFICATION_COLUMNS
    " FROM notifications WHERE user_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
inline constexpr const char* unread_notifications =
    "SELECT count(*) FROM notifications WHERE user_id = ?1 AND read = 0";
inline constexpr const char* read_notification =
    "UPDATE notifications SET read = 1 WHERE user_id = ?1 AND id = ?2 "
    "RETURNING " CHATCORE_NOTIFICATION_COLUMNS;
inline constexpr const char* read_notifications =
    "UPDATE notifications SET read = 1 WHERE user_id = ?1 AND read = 0";

}  // namespace chatcore::sqlite::sql

#pragma once
// The statements of consultations. Each list finds its rows by an index.

#include "row_map.h"

namespace chatcore::sqlite::sql {

inline constexpr const char* insert_consultation =
    "INSERT INTO consultations (room_id, body, state, requester_id, recipient_id) "
    "VALUES (?1, ?2, ?3, ?4, ?5)";
inline constexpr const char* update_consultation =
    "UPDATE consultations SET body = ?2, state = ?3 WHERE room_id = ?1";
/// What a post does: touches no index.
inline constexpr const char* touch_consultation =
    "UPDATE consultations SET body = ?2 WHERE room_id = ?1";
inline constexpr const char* consultation_request =
    "SELECT " CHATCORE_ROOM_COLUMNS
    ", q.digest FROM consultation_requests q JOIN rooms r ON r.id = q.room_id "
    "WHERE q.requester_id = ?1 AND q.client_key = ?2";
inline constexpr const char* insert_consultation_request =
    "INSERT INTO consultation_requests (requester_id, client_key, room_id, digest) "
    "VALUES (?1, ?2, ?3, ?4)";
inline constexpr const char* delete_consultation = "DELETE FROM consultations WHERE room_id = ?1";

/// The ids below ?2 of those in which ?1 is on one side, the newest first; ?3: limit.
#define CHATCORE_CONSULTATIONS_OF(side, also)                                  \
    "SELECT * FROM (SELECT c.room_id AS id FROM consultations c WHERE c." side \
    " = ?1 AND "                                                               \
    "c.room_id < ?2" also " ORDER BY c.room_id DESC LIMIT ?3)"

#define CHATCORE_CONSULTATIONS(also) \
    "SELECT " CHATCORE_ROOM_COLUMNS                                                    \
    " FROM (" CHATCORE_CONSULTATIONS_OF("requester_id", also) " UNION ALL "            \
    CHATCORE_CONSULTATIONS_OF("recipient_id", also) " ORDER BY 1 DESC LIMIT ?3) p "    \
    "JOIN rooms r ON r.id = p.id ORDER BY p.id DESC"

inline constexpr const char* consultations_of = CHATCORE_CONSULTATIONS("");
inline constexpr const char* consultations_of_in = CHATCORE_CONSULTATIONS(" AND c.state = ?4");
inline constexpr const char* active_consultations =
    "SELECT " CHATCORE_ROOM_COLUMNS
    " FROM (SELECT c.room_id AS id FROM consultations c WHERE c.state IN (1, 2) "
    "AND c.room_id > ?1 ORDER BY c.room_id LIMIT ?2) p JOIN rooms r ON r.id = p.id ORDER BY p.id";

}  // namespace chatcore::sqlite::sql

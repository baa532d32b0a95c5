#pragma once
// The statements of scheduled messages and leases.

#include "row_map.h"

namespace chatcore::sqlite::sql {

#define CHATCORE_SCHEDULE_COLUMNS                                                          \
    "id, owner_id, room_id, content, first_local, due_at, repeat, time_zone, occurrence, " \
    "claimed, state, created_at, failure"

inline constexpr const char* draw_schedule_id =
    "UPDATE counters SET value = value + 1 WHERE name = 'schedule' RETURNING value";
inline constexpr const char* open_schedules =
    "SELECT count(*) FROM schedules WHERE owner_id = ?1 AND state = 0";
inline constexpr const char* insert_schedule =
    "INSERT INTO schedules (" CHATCORE_SCHEDULE_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
inline constexpr const char* schedule =
    "SELECT " CHATCORE_SCHEDULE_COLUMNS " FROM schedules WHERE id = ?1";
inline constexpr const char* schedules_of =
    "SELECT " CHATCORE_SCHEDULE_COLUMNS
    " FROM schedules WHERE owner_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
inline constexpr const char* update_schedule =
    "UPDATE schedules SET room_id = ?3, content = ?4, first_local = ?5, due_at = ?6, repeat = ?7, "
    "time_zone = ?8, state = ?9 WHERE id = ?1 AND occurrence = ?2 AND state = 0 AND claimed = 0";
inline constexpr const char* due_schedules =
    "SELECT " CHATCORE_SCHEDULE_COLUMNS
    " FROM schedules WHERE state = 0 AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2";
inline constexpr const char* claim_schedule =
    "UPDATE schedules SET claimed = 1 WHERE id = ?1 AND occurrence = ?2 AND state = 0 "
    "AND due_at <= ?3 RETURNING " CHATCORE_SCHEDULE_COLUMNS;
inline constexpr const char* advance_schedule =
    "UPDATE schedules SET claimed = 0, state = ?3, occurrence = occurrence + (?3 = 0), "
    "due_at = CASE WHEN ?3 = 0 THEN ?4 ELSE due_at END, failure = ?5 "
    "WHERE id = ?1 AND occurrence = ?2 AND state = 0 AND claimed = 1";

inline constexpr const char* lease_token = "SELECT token FROM leases WHERE name = ?1";
/// ?3: now, ?4: the end. What is set is computed from the row as it was.
inline constexpr const char* acquire_lease =
    "INSERT INTO leases (name, owner, token, ends_at) VALUES (?1, ?2, 1, ?4) "
    "ON CONFLICT (name) DO UPDATE SET token = token + (owner <> ?2), owner = ?2, ends_at = ?4 "
    "WHERE owner = ?2 OR owner = '' OR ends_at <= ?3 RETURNING token";
inline constexpr const char* renew_lease =
    "UPDATE leases SET ends_at = ?4 WHERE name = ?1 AND owner = ?2 AND token = ?3";
inline constexpr const char* release_lease =
    "UPDATE leases SET owner = '' WHERE name = ?1 AND token = ?2";

}  // namespace chatcore::sqlite::sql

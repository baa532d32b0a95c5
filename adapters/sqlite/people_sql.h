#pragma once
// The statements of accounts and log-ins.

#include "row_map.h"

namespace chatcore::sqlite::sql {

#define CHATCORE_ACCOUNT_COLUMNS \
    CHATCORE_PROFILE_COLUMNS ", u.email, u.password_hash, u.created_at, u.disabled"

/// Draws the next id in the transaction that uses it.
inline constexpr const char* draw_user_id =
    "UPDATE counters SET value = value + 1 WHERE name = 'user' RETURNING value";
inline constexpr const char* insert_user =
    "INSERT INTO users (id, email, nickname, nickname_folded, profile_image_url, role, "
    "status_text, last_seen_at, password_hash, created_at, disabled, external_id) VALUES (?1, ?2, "
    "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING";
inline constexpr const char* user_by_email =
    "SELECT " CHATCORE_ACCOUNT_COLUMNS " FROM users u WHERE u.email = ?1";
inline constexpr const char* user_by_external_id = "SELECT " CHATCORE_ACCOUNT_COLUMNS
                                                   " FROM users u WHERE u.external_id = ?1 AND "
                                                   "u.external_id <> ''";
inline constexpr const char* user =
    "SELECT " CHATCORE_ACCOUNT_COLUMNS " FROM users u WHERE u.id = ?1";
/// ?1: a JSON array of ids.
inline constexpr const char* profiles =
    "SELECT " CHATCORE_PROFILE_COLUMNS
    " FROM users u WHERE u.id IN (SELECT value FROM json_each(?1)) ORDER BY u.id";
inline constexpr const char* search =
    "SELECT " CHATCORE_PROFILE_COLUMNS
    " FROM users u WHERE u.id > ?2 AND (instr(u.nickname_folded, ?1) > 0 OR u.email = ?1) "
    "ORDER BY u.id LIMIT ?3";
inline constexpr const char* update_profile =
    "UPDATE users SET nickname = ?2, nickname_folded = ?3, profile_image_url = ?4, "
    "status_text = ?5 WHERE id = ?1";
inline constexpr const char* set_standing =
    "UPDATE OR IGNORE users SET role = ?2, external_id = ?3, disabled = ?4 WHERE id = ?1";
inline constexpr const char* touch =
    "UPDATE users SET last_seen_at = max(coalesce(last_seen_at, ?2), ?2) WHERE id = ?1";

inline constexpr const char* insert_family =
    "INSERT INTO token_families (family, revoked_at) VALUES (?1, NULL) "
    "ON CONFLICT (family) DO NOTHING";
inline constexpr const char* insert_token =
    "INSERT INTO refresh_tokens (hash, family, user_id, expires_at, used) "
    "VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (hash) DO NOTHING";
inline constexpr const char* token =
    "SELECT t.user_id, t.family, t.expires_at, t.used, f.revoked_at FROM refresh_tokens t "
    "JOIN token_families f ON f.family = t.family WHERE t.hash = ?1";
inline constexpr const char* use_token = "UPDATE refresh_tokens SET used = 1 WHERE hash = ?1";
inline constexpr const char* revoke_family =
    "UPDATE token_families SET revoked_at = ?2 WHERE family = ?1 AND revoked_at IS NULL";
inline constexpr const char* revoke_all_of_user =
    "UPDATE token_families SET revoked_at = ?2 WHERE revoked_at IS NULL AND family IN "
    "(SELECT family FROM refresh_tokens WHERE user_id = ?1) RETURNING family";
/// The plus keeps SQLite from walking the whole table in the order that is asked for.
inline constexpr const char* revoked_since =
    "SELECT family FROM token_families WHERE revoked_at >= ?1 ORDER BY +family";
inline constexpr const char* forget_tokens = "DELETE FROM refresh_tokens WHERE expires_at < ?1";
inline constexpr const char* forget_families =
    "DELETE FROM token_families WHERE NOT EXISTS "
    "(SELECT 1 FROM refresh_tokens t WHERE t.family = token_families.family)";

}  // namespace chatcore::sqlite::sql

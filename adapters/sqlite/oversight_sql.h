#pragma once
// The statements of reports and totals.

namespace chatcore::sqlite::sql {

#define CHATCORE_REPORT_COLUMNS                                                         \
    "id, reporter_id, at, kind, target_id, room_id, reason, comment, sender_id, type, " \
    "content, attachments, forwarded, created_at, edited_at"

inline constexpr const char* insert_report =
    "INSERT INTO reports (" CHATCORE_REPORT_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
inline constexpr const char* report_of =
    "SELECT " CHATCORE_REPORT_COLUMNS
    " FROM reports WHERE reporter_id = ?1 AND kind = ?2 AND target_id = ?3";
inline constexpr const char* reports =
    "SELECT " CHATCORE_REPORT_COLUMNS " FROM reports WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
inline constexpr const char* reports_about =
    "SELECT " CHATCORE_REPORT_COLUMNS
    " FROM reports WHERE kind = ?3 AND target_id = ?4 AND id < ?1 ORDER BY id DESC LIMIT ?2";
inline constexpr const char* deployment_totals =
    "SELECT (SELECT value FROM counters WHERE name = 'user'), "
    "(SELECT value FROM counters WHERE name = 'rooms'), "
    "(SELECT value FROM counters WHERE name = 'messages'), "
    "(SELECT value FROM counters WHERE name = 'reports')";

}  // namespace chatcore::sqlite::sql

#include "sqlite_floor/database.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "common/net.h"

namespace bench {
namespace {

struct Known {
    std::string_view name;
    Filling filling;
};

// A post's own values, under the names they are known by.
constexpr std::array known{
    Known{"id", Filling::row_number},
    Known{"position", Filling::row_number},
    Known{"changed_at", Filling::row_number},
    Known{"room_id", Filling::room},
    Known{"room", Filling::room},
    Known{"seq", Filling::sequence},
    Known{"sender_id", Filling::sender},
    Known{"sender", Filling::sender},
    Known{"actor", Filling::sender},
    Known{"created_at", Filling::time},
    Known{"at", Filling::time},
    Known{"content", Filling::content},
    Known{"digest", Filling::number},
    Known{"request_digest", Filling::number},
};

std::string_view text_at(sqlite3_stmt* statement, int column) {
    const auto* text = reinterpret_cast<const char*>(::sqlite3_column_text(statement, column));
    return text == nullptr ? std::string_view{} : std::string_view{text};
}

}  // namespace

Database::Database(const std::string& file) {
    check(::sqlite3_open(file.c_str(), &db_), "open");
    ::sqlite3_busy_timeout(db_, 10'000);
}

void Database::check(int code, std::string_view what) const {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    die(fmt::format("SQLite, {}: {}", what, ::sqlite3_errmsg(db_)));
}

void Database::run(const std::string& sql) {
    check(::sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), sql.substr(0, 80));
}

sqlite3_stmt* Database::prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    check(
        ::sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr),
        sql);
    return statement;
}

std::vector<Column> message_columns(Database& db) {
    std::vector<Column> columns;
    sqlite3_stmt* info = db.prepare("PRAGMA table_info(messages)");
    while (::sqlite3_step(info) == SQLITE_ROW) {
        Column column;
        column.name = text_at(info, 1);
        const std::string_view type = text_at(info, 2);
        const bool required =
            ::sqlite3_column_int(info, 3) != 0 && ::sqlite3_column_type(info, 4) == SQLITE_NULL;
        const bool is_text = type.find("TEXT") != type.npos || type.find("CHAR") != type.npos;
        column.blob = type.find("BLOB") != type.npos;
        const auto found = std::ranges::find(known, std::string_view(column.name), &Known::name);
        if (found != known.end()) {
            column.filling = found->filling;
        } else if (column.name.starts_with("client_key")) {
            column.filling = Filling::key;
        } else if (!required) {
            continue;
        } else {
            column.filling = is_text       ? Filling::empty_text
                             : column.blob ? Filling::empty_blob
                                           : Filling::zero;
        }
        columns.push_back(std::move(column));
    }
    ::sqlite3_finalize(info);
    if (columns.empty()) die("the schema has no table messages");
    return columns;
}

void apply_schema(Database& db, const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".sql") files.push_back(entry.path().string());
    }
    if (files.empty()) die(fmt::format("no *.sql in {}", folder));
    std::ranges::sort(files);
    for (const std::string& file : files) {
        std::ifstream in(file);
        std::stringstream text;
        text << in.rdbuf();
        db.run(text.str());
    }
}

}  // namespace bench

#include "connection.h"

#include <fcntl.h>
#include <unistd.h>

#include "error_map.h"

namespace chatcore::sqlite {

namespace {

/// SQLite would make it readable for everybody. It gives its own files beside the database the mode
/// of that. A file that is there is not touched: closing it would end all locks that this process
/// has of it (fcntl(2)). Where it cannot be made, SQLite finds the words.
void make_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
    if (options.vfs.empty()) make_private(options.path);
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                      SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(options.path.c_str(), &handle, flags,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
    std::unique_ptr<Connection> connection(new Connection(handle));
    if (code != SQLITE_OK) return unexpected(error_of(handle, code));
    sqlite3_busy_timeout(handle, static_cast<int>(options.busy_timeout.count()));

    // SQLite opens what it may not write for reading only, and says so to nobody.
    if (sqlite3_db_readonly(handle, "main") != 0) {
        return unexpected(ErrorCode::unavailable, "store", "the database file cannot be written");
    }
    Statement journal(*connection, "PRAGMA journal_mode = WAL");
    {
        Cursor mode(journal);
        Result<bool> row = mode.next();
        if (!row) return unexpected(row.error());
        if (!*row || mode.text() != "wal") {
            return unexpected(ErrorCode::unavailable, "store",
                              "the file system cannot hold a write-ahead log");
        }
    }
    const std::string pragmas =
        std::string("PRAGMA synchronous = ") + (options.synced_commits ? "FULL" : "NORMAL") +
        "; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF"
        "; PRAGMA cache_size = -" +
        std::to_string(options.cache_kib);
    if (Status status = connection->run(pragmas.c_str()); !status) {
        return unexpected(status.error());
    }
    return connection;
}

Connection::~Connection() {
    sqlite3_close_v2(handle_);
}

Status Connection::run(const char* sql) {
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return unexpected(error_of(handle_, code));
    return {};
}

Status Statement::failure(int code) const {
    return unexpected(error_of(connection_.handle(), code));
}

Result<bool> Cursor::next() {
    if (failed_ == SQLITE_OK) {
        const int code = sqlite3_step(statement_.prepared_);
        column_ = 0;
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        failed_ = code;
    }
    return unexpected(error_of(statement_.database(), failed_));
}

std::string Cursor::text() {
    const auto* data =
        reinterpret_cast<const char*>(sqlite3_column_text(statement_.prepared_, column_));
    const int size = sqlite3_column_bytes(statement_.prepared_, column_++);
    return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

std::string Cursor::bytes() {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.prepared_, column_));
    const int size = sqlite3_column_bytes(statement_.prepared_, column_++);
    return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

std::optional<Timestamp> Cursor::optional_time() {
    if (null()) {
        skip();
        return std::nullopt;
    }
    return time();
}

}  // namespace chatcore::sqlite

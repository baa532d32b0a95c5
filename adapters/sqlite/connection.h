#pragma once
// SQLite's C interface as values that clean up after themselves. Knows nothing of chat.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <sqlite3.h>

#include "chatcore/domain/ids.h"
#include "chatcore/result.h"

namespace chatcore::sqlite {

struct ConnectionOptions {
    std::string path;
    std::string vfs;
    bool synced_commits = true;
    int cache_kib = 0;
    std::chrono::milliseconds busy_timeout{0};
};

/// An open database in WAL mode that never checkpoints by itself. Threads: one at a time.
class Connection {
public:
    static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    sqlite3* handle() const { return handle_; }
    /// Runs statements that give no rows.
    Status run(const char* sql);
    /// Rows altered by the last statement.
    int altered() const { return sqlite3_changes(handle_); }

private:
    explicit Connection(sqlite3* handle) : handle_(handle) {}

    sqlite3* handle_;
};

/// Bytes that are not text.
struct Blob {
    const void* data = nullptr;
    std::size_t size = 0;

    static Blob of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
};

/// A statement, prepared at first use and kept as long as its connection.
class Statement {
public:
    Statement(Connection& connection, const char* sql) : connection_(connection), sql_(sql) {}
    ~Statement() { sqlite3_finalize(prepared_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Binds the values, runs to the end, forgets them. For what gives no rows.
    template <class... Values>
    Status run(const Values&... values) {
        if (int code = prepare(); code != SQLITE_OK) return failure(code);
        int code = bind_all(SQLITE_STATIC, values...);
        if (code == SQLITE_OK) code = sqlite3_step(prepared_);
        // What the step said is said again by the reset, which is why its result is not looked at.
        if (code == SQLITE_DONE || code == SQLITE_ROW) {
            sqlite3_reset(prepared_);
            return {};
        }
        Status failed = failure(code);
        sqlite3_reset(prepared_);
        return failed;
    }

    sqlite3* database() const { return connection_.handle(); }

private:
    friend class Cursor;

    int prepare() {
        if (prepared_ != nullptr) return SQLITE_OK;
        return sqlite3_prepare_v3(connection_.handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT,
                                  &prepared_, nullptr);
    }
    Status failure(int code) const;

    template <class... Values>
    int bind_all(sqlite3_destructor_type life, const Values&... values) {
        int code = SQLITE_OK;
        [[maybe_unused]] int index = 0;
        static_cast<void>(life);
        static_cast<void>((((code = bind_one(++index, life, values)) == SQLITE_OK) && ...));
        return code;
    }

    template <class Value>
    int bind_one(int index, sqlite3_destructor_type life, const Value& value) {
        if constexpr (std::is_same_v<Value, Timestamp>) {
            return sqlite3_bind_int64(prepared_, index, value.time_since_epoch().count());
        } else if constexpr (std::is_same_v<Value, Blob>) {
            if (value.size == 0) return sqlite3_bind_null(prepared_, index);
            return sqlite3_bind_blob64(prepared_, index, value.data, value.size, life);
        } else if constexpr (std::is_same_v<Value, ClientKey>) {
            return sqlite3_bind_blob64(prepared_, index, value.bytes.data(), value.bytes.size(),
                                       life);
        } else if constexpr (std::is_same_v<Value, std::nullptr_t>) {
            return sqlite3_bind_null(prepared_, index);
        } else if constexpr (std::is_enum_v<Value> || std::is_integral_v<Value>) {
            return sqlite3_bind_int64(prepared_, index, static_cast<std::int64_t>(value));
        } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
            const std::string_view text = value;
            return sqlite3_bind_text64(prepared_, index, text.data() == nullptr ? "" : text.data(),
                                       text.size(), life, SQLITE_UTF8);
        } else if constexpr (requires { value.has_value(); }) {
            return value.has_value() ? bind_one(index, life, *value)
                                     : sqlite3_bind_null(prepared_, index);
        } else {
            return sqlite3_bind_int64(prepared_, index, value.value);
        }
    }

    Connection& connection_;
    const char* sql_;
    sqlite3_stmt* prepared_ = nullptr;
};

/// One reading of a statement: bound when made, reset when it goes. Columns are taken in order.
class Cursor {
public:
    template <class... Values>
    explicit Cursor(Statement& statement, const Values&... values) : statement_(statement) {
        failed_ = statement_.prepare();
        if (failed_ == SQLITE_OK) failed_ = statement_.bind_all(SQLITE_TRANSIENT, values...);
    }
    ~Cursor() { sqlite3_reset(statement_.prepared_); }
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

    /// Goes to the next row; false behind the last.
    Result<bool> next();

    std::int64_t integer() { return sqlite3_column_int64(statement_.prepared_, column_++); }
    bool flag() { return integer() != 0; }
    std::string text();
    std::string bytes();
    Timestamp time() { return Timestamp{std::chrono::milliseconds{integer()}}; }
    std::optional<Timestamp> optional_time();
    bool null() const { return sqlite3_column_type(statement_.prepared_, column_) == SQLITE_NULL; }
    void skip(int columns = 1) { column_ += columns; }
    template <class AnyId>
    AnyId id() {
        return AnyId{integer()};
    }
    template <class Enum>
    Enum enumerator() {
        return static_cast<Enum>(integer());
    }

private:
    Statement& statement_;
    int column_ = 0;
    int failed_ = SQLITE_OK;
};

}  // namespace chatcore::sqlite

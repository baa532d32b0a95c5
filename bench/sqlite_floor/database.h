#pragma once
// Just enough of SQLite for a bare loop of inserts; any error ends the program and says what it
// was. Threads: a Database belongs to one thread.

#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

namespace bench {

class Database {
public:
    explicit Database(const std::string& file);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() { ::sqlite3_close(db_); }

    void run(const std::string& sql);
    sqlite3_stmt* prepare(const std::string& sql);
    /// Ends the program unless `code` is a success.
    void check(int code, std::string_view what) const;
    [[nodiscard]] sqlite3* get() const noexcept { return db_; }

private:
    sqlite3* db_ = nullptr;
};

/// Which value a column is given.
enum class Filling {
    row_number,
    room,
    sequence,
    sender,
    key,
    number,
    time,
    content,
    zero,
    empty_text,
    empty_blob
};

struct Column {
    std::string name;
    Filling filling = Filling::zero;
    bool blob = false;  ///< of a key: sixteen bytes instead of a number
};

/// The columns of `messages` that have to be filled, as the schema in use declares them, and with
/// what. Columns that may be null or have a default, and are none of a message's own, are left out,
/// as a plain post leaves them.
std::vector<Column> message_columns(Database& db);

/// Runs all `*.sql` of a folder in the order of their names.
void apply_schema(Database& db, const std::string& folder);

}  // namespace bench

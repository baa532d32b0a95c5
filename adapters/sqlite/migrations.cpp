#include "migrations.h"

#include "transfer_sql.h"

namespace chatcore::sqlite {

namespace {

Result<std::int64_t> number(Connection& connection, const char* sql) {
    Statement statement(connection, sql);
    Cursor row(statement);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    return *found ? row.integer() : 0;
}

Status refuse_newer(int version) {
    const int known = migrations().back().version;
    if (version <= known) return {};
    return unexpected(ErrorCode::newer_schema, "store",
                      "the file has schema " + std::to_string(version) + ", this version knows " +
                          std::to_string(known));
}

/// The next step, or false where there is none: asked again inside the transaction, since another
/// process may be opening the same file.
Result<bool> step(Connection& connection, TransactionStatements& statements, WriteLine& line,
                  bool for_import) {
    WriteTransaction transaction(statements, line);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Result<int> version = schema_version(connection);
    if (!version) return unexpected(version.error());
    if (Status status = refuse_newer(*version); !status) return unexpected(status.error());
    if (*version == migrations().back().version) return false;

    const Migration& next = migrations()[static_cast<std::size_t>(*version)];
    if (*version == 0) {
        Status made = connection.run(
            "CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
            "made_at INTEGER NOT NULL) STRICT");
        if (!made) return unexpected(made.error());
    }
    if (Status status = connection.run(next.sql); !status) return unexpected(status.error());
    Statement note(connection,
                   "INSERT INTO schema_versions VALUES (?1, ?2, unixepoch('now') * 1000)");
    if (Status status = note.run(next.version, next.name); !status) {
        return unexpected(status.error());
    }
    if (*version == 0 && for_import) {
        if (Status marked = connection.run(sql::mark_import); !marked)
            return unexpected(marked.error());
    }
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    return true;
}

}  // namespace

Result<int> schema_version(Connection& connection) {
    Result<std::int64_t> tables = number(connection, "SELECT count(*) FROM sqlite_schema");
    if (!tables) return unexpected(tables.error());
    if (*tables == 0) return 0;
    Result<std::int64_t> ours =
        number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_versions'");
    if (!ours) return unexpected(ours.error());
    if (*ours == 0) {
        return unexpected(ErrorCode::corrupt, "store", "the file is some other program's database");
    }
    Result<std::int64_t> version = number(connection, "SELECT max(version) FROM schema_versions");
    if (!version) return unexpected(version.error());
    return static_cast<int>(*version);
}

Result<bool> migrate(Connection& connection, WriteLine& line, bool allowed, bool for_import,
                     const MigrationProgress& progress) {
    // Looked at without a lock first: a file that is up to date opens while others write.
    Result<int> version = schema_version(connection);
    if (!version) return unexpected(version.error());
    if (Status status = refuse_newer(*version); !status) return unexpected(status.error());
    const int known = migrations().back().version;
    if (*version == known) return false;
    if (*version > 0 && !allowed) {
        return unexpected(ErrorCode::unavailable, "schema",
                          "it has schema " + std::to_string(*version) + ", this version wants " +
                              std::to_string(known));
    }
    TransactionStatements statements(connection);
    for (int done = *version; done < known; ++done) {
        if (progress) {
            progress(migrations()[static_cast<std::size_t>(done)].name,
                     static_cast<double>(done - *version) / (known - *version));
        }
        Result<bool> more = step(connection, statements, line, for_import);
        if (!more) return unexpected(more.error());
        if (!*more) return false;  // another process did the rest
    }
    return *version == 0;
}

}  // namespace chatcore::sqlite

#pragma once
// Transactions that end with their scope.

#include "connection.h"
#include "error_map.h"
#include "write_turn.h"

namespace chatcore::sqlite {

/// The statements of a connection's transactions, prepared once.
struct TransactionStatements {
    explicit TransactionStatements(Connection& connection)
        : begin_read(connection, "BEGIN"),
          begin_write(connection, "BEGIN IMMEDIATE"),
          commit(connection, "COMMIT"),
          rollback(connection, "ROLLBACK") {}

    Statement begin_read;
    Statement begin_write;
    Statement commit;
    Statement rollback;
};

/// Several reads that see one moment.
class ReadTransaction {
public:
    explicit ReadTransaction(TransactionStatements& statements)
        : statements_(statements), begun_(statements.begin_read.run()) {}
    ~ReadTransaction() {
        if (!begun_) return;
        const Status ended = statements_.commit.run();
        // A read transaction that cannot be committed has been rolled back by an error before.
        static_cast<void>(ended);
    }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

    const Status& begun() const { return begun_; }

private:
    TransactionStatements& statements_;
    Status begun_;
};

/// Writes that are all done, or none. Undone at its end unless committed.
class WriteTransaction {
public:
    WriteTransaction(TransactionStatements& statements, WriteLine& line)
        : statements_(statements), turn_(line), begun_(statements.begin_write.run()) {}
    ~WriteTransaction() {
        // SQLite has rolled back by itself after some errors (disk full, I/O); not after others.
        if (sqlite3_get_autocommit(statements_.rollback.database()) != 0) return;
        const Status undone = statements_.rollback.run();
        static_cast<void>(undone);  // nothing is left to be done, and the caller knows the cause
    }
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;

    const Status& begun() const { return begun_; }
    Status commit() {
        if (statements_.commit.run()) return {};
        sqlite3* const database = statements_.commit.database();
        return unexpected(commit_error_of(database, sqlite3_extended_errcode(database)));
    }

private:
    TransactionStatements& statements_;
    WriteTurn turn_;
    Status begun_;
};

}  // namespace chatcore::sqlite

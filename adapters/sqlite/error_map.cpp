#include "error_map.h"

#include <sqlite3.h>

namespace chatcore::sqlite {

namespace {

ErrorCode code_of(int code) {
    switch (code) {
        case SQLITE_IOERR_CORRUPTFS:
            return ErrorCode::corrupt;
        default:
            break;
    }
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_FORMAT:
        case SQLITE_CONSTRAINT:  // rows that no rule of ours can make
        case SQLITE_MISMATCH:
            return ErrorCode::corrupt;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_PROTOCOL:
        case SQLITE_NOMEM:
        case SQLITE_NOLFS:
            return ErrorCode::unavailable;
        case SQLITE_INTERRUPT:
            return ErrorCode::timeout;
        default:
            return ErrorCode::internal;
    }
}

}  // namespace

Error error_of(sqlite3* database, int code) {
    std::string cause = sqlite3_errstr(code);
    // The connection's own words say more, where they are about this code.
    if (database != nullptr && sqlite3_extended_errcode(database) == code) {
        cause = sqlite3_errmsg(database);
        if (const int system = sqlite3_system_errno(database); system != 0) {
            cause += " (errno " + std::to_string(system) + ')';
        }
    }
    return {code_of(code), "store", std::move(cause)};
}

Error commit_error_of(sqlite3* database, int code) {
    Error error = error_of(database, code);
    if ((code & 0xff) == SQLITE_IOERR && error.code == ErrorCode::unavailable) {
        error.code = ErrorCode::timeout;
    }
    return error;
}

}  // namespace chatcore::sqlite

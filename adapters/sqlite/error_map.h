#pragma once
// SQLite's result codes as ours. Nothing else in this adapter knows both.

#include "chatcore/error.h"

struct sqlite3;

namespace chatcore::sqlite {

/// What the extended result code means for a caller; the cause is SQLite's own words.
Error error_of(sqlite3* database, int code);

/// What a failed COMMIT means: where it may have reached the disk all the same, `timeout`, so that
/// the caller looks it up before trying again.
Error commit_error_of(sqlite3* database, int code);

}  // namespace chatcore::sqlite

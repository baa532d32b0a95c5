#pragma once
// Brings a file's schema up to this version.

#include <functional>
#include <span>
#include <string_view>

#include "chatcore/result.h"

#include "connection.h"
#include "transaction.h"

namespace chatcore::sqlite {

/// See SqliteOptions.
using MigrationProgress = std::function<void(std::string_view what, double share)>;

struct Migration {
    int version;
    const char* name;
    const char* sql;
};

/// All of them, from version 1 on; made of the files in schema/.
std::span<const Migration> migrations();

/// How many of them the file has had, 0 for an empty one. `corrupt` for a database that is not
/// ours.
Result<int> schema_version(Connection& connection);

/// Runs those that the file has not had, each in a transaction of its own, and tells `progress`.
/// `newer_schema` for a file that has had more of them, `unavailable` for one that has had fewer
/// where `allowed` is false, `corrupt` as above. An empty file is marked `for_import` with the
/// first of them. Gives whether it was empty.
Result<bool> migrate(Connection& connection, WriteLine& line, bool allowed, bool for_import,
                     const MigrationProgress& progress);

}  // namespace chatcore::sqlite

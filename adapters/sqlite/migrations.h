#pragma once
// Brings a file's schema up to this version.

#include <span>

#include "chatcore/result.h"

#include "connection.h"
#include "transaction.h"

namespace chatcore::sqlite {

struct Migration {
    int version;
    const char* name;
    const char* sql;
};

/// All of them, from version 1 on; made of the files in schema/.
std::span<const Migration> migrations();

/// Runs those that the file has not had, each in a transaction of its own. `newer_schema` for a
/// file that has had more of them; `corrupt` for a database that is not ours.
Status migrate(Connection& connection, WriteLine& line);

}  // namespace chatcore::sqlite

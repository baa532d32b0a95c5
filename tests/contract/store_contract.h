#pragma once
// What every Store promises: memory, SQLite, PostgreSQL.

#include "contract/store_world.h"

namespace chatcore::contract {

/// Writing: exactly once, positions, and what each kind of change does.
Findings check_store_writes(const StoreSubjectFactory& make);

/// Opening rooms, memberships, read pointers and unread.
Findings check_store_rooms(const StoreSubjectFactory& make);

/// Reading: history, the feed of changes, lists.
Findings check_store_reads(const StoreSubjectFactory& make);

/// Reactions, pins, threads, notices, and who may do what in a room.
Findings check_store_marks(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

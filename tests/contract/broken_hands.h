#pragma once
// What every part of a broken store needs.

#include "contract/broken_store.h"
#include "memory_tables.h"

namespace chatcore::contract {

/// What a double needs: the fault, the true store, and a hand in the tables.
struct Hands {
    StoreFault fault;
    MemoryDatabase& database;

    bool is(StoreFault asked) const { return fault == asked; }
    memory::Tables& tables() const { return database.state().tables; }
};

}  // namespace chatcore::contract

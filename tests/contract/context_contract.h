#pragma once
// What every Store promises of rooms about something: the one that is shared, and their lists.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_context_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

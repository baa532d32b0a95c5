#pragma once
// What every Store promises of deleted rooms, of removed contexts, and of those who have left.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_removal_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

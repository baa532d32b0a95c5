#pragma once
// What every OversightStore promises.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_oversight_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

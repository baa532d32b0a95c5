#pragma once
// What every Store promises of consultations: how they are opened, moved, held, ended and listed.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_consultation_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

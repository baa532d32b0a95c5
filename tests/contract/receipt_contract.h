#pragma once
// What every ReceiptStore promises, and what every reader hides of whom a person blocks.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_receipt_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

#pragma once
// What every PersonalStore promises, whom messages name, and the totals of a room.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_personal_contract(const StoreSubjectFactory& make);

/// The clauses about names in messages, which are another source.
Findings check_mentions_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

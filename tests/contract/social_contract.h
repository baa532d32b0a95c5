#pragma once
// What every SocialStore and InboxStore promises, and what a block does to posting.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_social_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

#pragma once
// What every PeopleStore and SessionStore promises.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_people_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

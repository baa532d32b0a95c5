#pragma once
// What every ScheduleStore and LeaseStore promises.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_schedule_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

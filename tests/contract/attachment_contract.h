#pragma once
// What every AttachmentStore promises, and what posts and deletions do to uploads.

#include "contract/store_world.h"

namespace chatcore::contract {

Findings check_attachment_contract(const StoreSubjectFactory& make);

}  // namespace chatcore::contract

#pragma once
// The methods of the marketplace, by the names that clients call them by.

#include <span>
#include <string_view>

#include "gateway/doors/marketplace/call.h"

namespace chatcore::gateway::marketplace {

struct Method {
    std::string_view name;
    bool reads = false;  ///< may also be asked with GET
    void (*run)(const Call& call, Arguments& arguments) = nullptr;
};

std::span<const Method> room_methods();
std::span<const Method> message_methods();

}  // namespace chatcore::gateway::marketplace

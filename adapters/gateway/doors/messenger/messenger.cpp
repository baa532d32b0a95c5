#include "gateway/doors/messenger/messenger.h"

#include "gateway/doors/messenger/groups.h"

namespace chatcore::gateway {

void add_messenger_routes(Router& router, Engine& engine) {
    messenger::add_auth_routes(router, engine);
    messenger::add_room_routes(router, engine);
}

}  // namespace chatcore::gateway

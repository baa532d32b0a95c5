#include "gateway/doors/consultation/consultation.h"

#include "gateway/doors/consultation/groups.h"

namespace chatcore::gateway {

void add_consultation_routes(Router& router, Engine& engine) {
    consultation::add_chat_routes(router, engine);
    consultation::add_consultation_routes(router, engine);
}

}  // namespace chatcore::gateway

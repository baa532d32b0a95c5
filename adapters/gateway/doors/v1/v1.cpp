#include "gateway/doors/v1/v1.h"

#include "gateway/doors/v1/groups.h"

namespace chatcore::gateway {

void add_v1_routes(Router& router, Engine& engine, LiveFigures live) {
    if (engine.has_accounts()) {
        v1::add_auth_routes(router, engine);
        v1::add_admin_routes(router, engine);
    }
    if (engine.has_attachments()) v1::add_attachment_routes(router, engine);
    v1::add_user_routes(router, engine);
    v1::add_social_routes(router, engine);
    v1::add_inbox_routes(router, engine);
    v1::add_room_routes(router, engine);
    v1::add_context_routes(router, engine);
    v1::add_member_routes(router, engine);
    v1::add_message_routes(router, engine);
    v1::add_mark_routes(router, engine);
    v1::add_room_setting_routes(router, engine);
    v1::add_search_routes(router, engine);
    v1::add_schedule_routes(router, engine);
    v1::add_receipt_routes(router, engine);
    v1::add_oversight_routes(router, engine, std::move(live));
}

}  // namespace chatcore::gateway

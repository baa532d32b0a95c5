#pragma once
// The groups that the canonical API is made of; one source each.

#include "chatcore/engine.h"

#include "gateway/doors/v1/v1.h"
#include "gateway/http/router.h"

namespace chatcore::gateway::v1 {

/// Signing up, logging in and out, refreshing. The engine must have accounts.
void add_auth_routes(Router& router, Engine& engine);
/// Uploading files, and getting them. The engine must have attachments.
void add_attachment_routes(Router& router, Engine& engine);
/// What admins and the host's own server set of people. The engine must have accounts.
void add_admin_routes(Router& router, Engine& engine);
/// Finding people, and one's own profile.
void add_user_routes(Router& router, Engine& engine);
/// Friends, requests, blocks, and whom one may know.
void add_social_routes(Router& router, Engine& engine);
/// Notifications.
void add_inbox_routes(Router& router, Engine& engine);
/// Listing, opening, creating, renaming, and what has changed since a position.
void add_room_routes(Router& router, Engine& engine);
/// What rooms are about.
void add_context_routes(Router& router, Engine& engine);
/// Who is in a room: coming, going, inviting, removing, and who is online.
void add_member_routes(Router& router, Engine& engine);
/// History, posting, editing, deleting.
void add_message_routes(Router& router, Engine& engine);
/// Reactions, pins, bookmarks, forwarding, threads.
void add_mark_routes(Router& router, Engine& engine);
/// Notices, favourites, muted rooms.
void add_room_setting_routes(Router& router, Engine& engine);
/// Finding messages and rooms.
void add_search_routes(Router& router, Engine& engine);
/// Messages to be posted later.
void add_schedule_routes(Router& router, Engine& engine);
/// Reporting, and for admins reports and figures.
void add_oversight_routes(Router& router, Engine& engine, LiveFigures live);
/// Marking read, who has read, and what is unread.
void add_receipt_routes(Router& router, Engine& engine);

}  // namespace chatcore::gateway::v1

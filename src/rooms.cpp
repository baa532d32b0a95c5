#include "chatcore/rooms.h"

#include <algorithm>
#include <string>

#include "chatcore/rules/picture_rules.h"
#include "chatcore/search_text.h"
#include "chatcore/text.h"

#include "context_rules.h"
#include "direct_rooms.h"
#include "node.h"
#include "notifier.h"
#include "rates.h"
#include "submit.h"

namespace chatcore {

namespace {

/// Whether it is who comes into the room or goes: it counts as one of the caller's changes. Titles
/// and notices do, too, but are counted before they are looked at.
bool is_counted(const RoomChange& what) {
    return std::holds_alternative<JoinRoom>(what) || std::holds_alternative<LeaveRoom>(what) ||
           std::holds_alternative<InviteMembers>(what) ||
           std::holds_alternative<RemoveMember>(what);
}

/// All of them, where all the people are there.
Result<std::vector<Room>> open_groups(Node& node, Store& store, std::span<const UserId> people,
                                      std::span<const NewGroup> groups) {
    Result<bool> exist = node.profiles.exist(store, people);
    if (!exist) return unexpected(exist.error());
    if (!*exist) return unexpected(ErrorCode::not_found, "user");
    return store.open_groups(groups, node.clock.now());
}

}  // namespace

Status Rooms::check_title(const std::string& title) const {
    if (!text::valid(title)) return unexpected(ErrorCode::malformed, "title");
    if (text::blank(title)) return unexpected(ErrorCode::empty, "title");
    if (text::has_controls(title)) return unexpected(ErrorCode::invalid_value, "title");
    if (text::code_points(title) > static_cast<std::size_t>(node_.limits.title_code_points_max)) {
        return unexpected(ErrorCode::too_long, "title");
    }
    return {};
}

Result<RoomView> Rooms::view(Store& store, Caller caller, RoomId room) {
    Result<std::optional<RoomView>> found = store.rooms().view(room, caller.user);
    if (!found) return unexpected(found.error());
    // Who has left may look at the header, and so at what is said there now, unless they were put
    // out, or asked to hear no more.
    const bool barred = *found && !(*found)->active && (*found)->removed;
    if (!*found || barred) return unexpected(ErrorCode::not_a_member);
    if (!(*found)->active && (*found)->silent) (*found)->room.preview.reset();
    node_.profiles.fill(store, std::span<RoomView>(&**found, 1));
    return std::move(**found);
}

void Rooms::open_direct(Caller caller, UserId other, std::optional<Context> context,
                        Completion<RoomView> done) {
    if (caller.user == other) {
        node_.answer<RoomView>(caller.home, std::move(done), unexpected(ErrorCode::self_room));
        return;
    }
    if (context && !is_sound(*context)) {
        node_.answer<RoomView>(caller.home, std::move(done),
                               unexpected(ErrorCode::invalid_value, "context"));
        return;
    }
    node_.pool.write([this, caller, other,
                      key = DirectKey::of(caller.user, other, std::move(context)),
                      done = std::move(done)](Store& store) mutable {
        const Result<bool> taken = take_opening(node_, store, caller, key);
        if (!taken) {
            node_.answer<RoomView>(caller.home, std::move(done), unexpected(taken.error()));
            return;
        }
        Result<Opened> opened = open_between(node_, store, caller.user, other, *taken, [&] {
            return store.open_direct(key, caller.user, node_.clock.now());
        });
        if (!opened) {
            node_.answer<RoomView>(caller.home, std::move(done), unexpected(opened.error()));
            return;
        }
        const RoomId room = opened->room.id;
        Result<RoomView> mine = view(store, caller, room);
        if (mine && !mine->active) {
            change(caller, room, JoinRoom{}, std::move(done));
            return;
        }
        node_.answer<RoomView>(caller.home, std::move(done), std::move(mine));
    });
}

Status Rooms::check_group(const Caller& caller, GroupRequest& request) const {
    std::vector<UserId>& members = request.members;
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    std::erase(members, caller.user);
    if (Status title = check_title(request.title); !title) return title;
    if (Status image = check_picture_url(request.image_url, "imageUrl"); !image) return image;
    if (static_cast<int>(members.size()) >= node_.limits.first_members_max)
        return unexpected(ErrorCode::invalid_value, "memberIds");
    // Only two people hold a consultation.
    if (request.context && (!is_sound(*request.context) || is_consultation(request.context)))
        return unexpected(ErrorCode::invalid_value, "context");
    if (request.metadata.size() > node_.limits.metadata_bytes_max)
        return unexpected(ErrorCode::too_long, "metadata");
    return {};
}

void Rooms::create_group(Caller caller, GroupRequest request, Completion<RoomView> done) {
    if (Status status = check_group(caller, request); !status) {
        node_.answer<RoomView>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    std::vector<GroupRequest> one;
    one.push_back(std::move(request));
    make_groups(caller, std::move(one),
                [done = std::move(done)](Result<std::vector<RoomView>> made) mutable {
                    if (!made) return done(unexpected(made.error()));
                    done(std::move(made->front()));
                });
}

void Rooms::create_groups(Caller caller, std::vector<GroupRequest> requests,
                          Completion<std::vector<RoomView>> done) {
    const Limits& limits = node_.limits;
    Status status;
    if (requests.empty()) status = unexpected(ErrorCode::empty, "rooms");
    if (requests.size() > static_cast<std::size_t>(limits.groups_at_once_max))
        status = unexpected(ErrorCode::invalid_value, "rooms");
    std::size_t members = 0;
    for (std::size_t i = 0; status && i < requests.size(); ++i) {
        status = check_group(caller, requests[i]);
        members += requests[i].members.size() + 1;
        if (status) continue;
        Error why = status.error();
        why.detail = "rooms[" + std::to_string(i) + "]." + why.detail;
        status = Unexpected(std::move(why));
    }
    if (status && members > static_cast<std::size_t>(limits.groups_members_at_once_max))
        status = unexpected(ErrorCode::invalid_value, "rooms");
    if (!status) {
        node_.answer<std::vector<RoomView>>(caller.home, std::move(done),
                                            unexpected(status.error()));
        return;
    }
    make_groups(caller, std::move(requests), std::move(done));
}

void Rooms::make_groups(Caller caller, std::vector<GroupRequest> requests,
                        Completion<std::vector<RoomView>> done) {
    if (const Status taken = node_.rates->take_change(caller); !taken) {
        node_.answer<std::vector<RoomView>>(caller.home, std::move(done),
                                            unexpected(taken.error()));
        return;
    }
    std::vector<UserId> people = {caller.user};
    std::vector<NewGroup> groups;
    for (GroupRequest& request : requests) {
        people.insert(people.end(), request.members.begin(), request.members.end());
        groups.push_back({.owner = caller.user,
                          .title = text::trimmed(request.title),
                          .open = request.open,
                          .context = std::move(request.context),
                          .metadata = std::move(request.metadata),
                          .image_url = std::move(request.image_url),
                          .members = std::move(request.members)});
    }
    std::sort(people.begin(), people.end());
    people.erase(std::unique(people.begin(), people.end()), people.end());
    node_.ask_writer<std::vector<RoomView>>(
        caller.home,
        [this, caller, groups = std::move(groups),
         people = std::move(people)](Store& store) -> Result<std::vector<RoomView>> {
            Result<std::vector<Room>> rooms = open_groups(node_, store, people, groups);
            if (!rooms) {
                node_.rates->give_back_change(caller);
                return unexpected(rooms.error());
            }
            node_.rates->charge_changes(caller, static_cast<int>(groups.size()) - 1);
            return tell_groups(caller.user, std::move(*rooms), groups);
        },
        std::move(done));
}

std::vector<RoomView> Rooms::tell_groups(UserId owner, std::vector<Room> rooms,
                                         const std::vector<NewGroup>& groups) {
    node_.telemetry.add(Counter::rooms_created, std::ssize(rooms));
    std::vector<EventPtr> events;
    std::vector<NewNotification> invitations;
    std::vector<RoomView> views;
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        events.push_back(make_event(RoomGained{owner, rooms[i].id}));
        for (UserId user : groups[i].members) {
            events.push_back(make_event(RoomGained{user, rooms[i].id}));
            invitations.push_back({.receiver = user,
                                   .kind = NotificationKind::invitation,
                                   .cause = rooms[i].id.value,  // no position is the same
                                   .at = rooms[i].created_at,
                                   .actor = owner,
                                   .room = rooms[i].id});
        }
        const Timestamp made_at = rooms[i].created_at;
        views.push_back(RoomView{.room = std::move(rooms[i]),
                                 .unread_count = 0,
                                 .read_position = {},
                                 .role = MemberRole::owner,
                                 .joined_at = made_at,
                                 .active = true,
                                 .removed = false,
                                 .silent = false,
                                 .favorite = false,
                                 .muted = false,
                                 .peer = {},
                                 .peer_profile = {}});
    }
    node_.notifier->add(std::move(invitations));
    node_.tell(std::move(events));
    return views;
}

void Rooms::delete_room(Caller caller, RoomId room, Completion<Room> done) {
    submit(node_, caller, room, DeleteRoom{.by_authority = caller.is_admin},
           [done = std::move(done)](Result<Outcome> outcome) mutable {
               done(state_of<Room>(std::move(outcome)));
           });
}

void Rooms::change(Caller caller, RoomId room, RoomChange what, Completion<RoomView> done) {
    auto changed = [this, caller, room, done = std::move(done)](Result<Outcome> outcome) mutable {
        const Error* why = nullptr;
        if (!outcome) {
            why = &outcome.error();
        } else if (const auto* refused = std::get_if<Refused>(&*outcome)) {
            why = &refused->why;
        }
        if (why != nullptr) return done(unexpected(*why));
        find(caller, room, std::move(done));
    };
    const auto by = is_counted(what) ? submit_counted : submit;
    by(node_, caller, room, std::move(what), std::move(changed));
}

void Rooms::join(Caller caller, RoomId room, Completion<RoomView> done) {
    change(caller, room, JoinRoom{}, std::move(done));
}

void Rooms::leave(Caller caller, RoomId room, bool silent, Completion<RoomView> done) {
    change(caller, room, LeaveRoom{silent}, std::move(done));
}

void Rooms::invite(Caller caller, RoomId room, std::vector<UserId> users, MemberRole role,
                   Completion<RoomView> done) {
    std::sort(users.begin(), users.end());
    users.erase(std::unique(users.begin(), users.end()), users.end());
    if (users.empty() || static_cast<int>(users.size()) > node_.limits.invite_users_max) {
        node_.answer<RoomView>(
            caller.home, std::move(done),
            unexpected(users.empty() ? ErrorCode::empty : ErrorCode::invalid_value, "userIds"));
        return;
    }
    node_.pool.read([this, caller, room, role, users = std::move(users),
                     done = std::move(done)](Store& store) mutable {
        Result<bool> exist = node_.profiles.exist(store, users);
        if (!exist || !*exist) {
            Unexpected why =
                exist ? unexpected(ErrorCode::not_found, "user") : unexpected(exist.error());
            node_.answer<RoomView>(caller.home, std::move(done), std::move(why));
            return;
        }
        change(caller, room, InviteMembers{std::move(users), role}, std::move(done));
    });
}

void Rooms::remove(Caller caller, RoomId room, UserId user, bool ban, Completion<RoomView> done) {
    change(caller, room, RemoveMember{user, ban}, std::move(done));
}

void Rooms::rename(Caller caller, RoomId room, std::string title, Completion<RoomView> done) {
    set_header(caller, room, {.title = std::move(title)}, std::move(done));
}

void Rooms::set_header(Caller caller, RoomId room, HeaderRequest request,
                       Completion<RoomView> done) {
    Status status;
    if (request.title) status = check_title(*request.title);
    if (status && request.image_url) status = check_picture_url(*request.image_url, "imageUrl");
    if (status) status = node_.rates->take_change(caller.user);
    if (!status) {
        node_.answer<RoomView>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    if (request.title) request.title = text::trimmed(*request.title);
    change(caller, room, RenameRoom{std::move(request.title), std::move(request.image_url)},
           std::move(done));
}

void Rooms::set_notice(Caller caller, RoomId room, std::string content, Completion<RoomView> done) {
    Status status;
    if (!text::valid(content)) {
        status = unexpected(ErrorCode::malformed, "content");
    } else if (text::code_points(content) >
               static_cast<std::size_t>(node_.limits.notice_code_points_max)) {
        status = unexpected(ErrorCode::too_long, "content");
    } else {
        status = node_.rates->take_change(caller.user);
    }
    if (!status) {
        node_.answer<RoomView>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    if (text::blank(content)) content.clear();
    change(caller, room, SetNotice{std::move(content)}, std::move(done));
}

void Rooms::set_role(Caller caller, RoomId room, UserId user, MemberRole role,
                     Completion<Member> done) {
    submit_counted(node_, caller, room, SetRole{user, role},
                   [done = std::move(done)](Result<Outcome> outcome) mutable {
                       done(state_of<Member>(std::move(outcome)));
                   });
}

void Rooms::gag(Caller caller, RoomId room, UserId user, std::optional<Timestamp> until,
                Completion<Member> done) {
    submit_counted(node_, caller, room, GagMember{user, until},
                   [done = std::move(done)](Result<Outcome> outcome) mutable {
                       done(state_of<Member>(std::move(outcome)));
                   });
}

void Rooms::set_personal(Caller caller, RoomId room, SetPersonal what, Completion<RoomView> done) {
    change(caller, room, what, std::move(done));
}

void Rooms::find(Caller caller, RoomId room, Completion<RoomView> done) {
    node_.ask<RoomView>(
        caller.home, [this, caller, room](Store& store) { return view(store, caller, room); },
        std::move(done));
}

void Rooms::list(Caller caller, RoomListQuery query, Completion<Page<RoomView>> done) {
    if (query.limit < 1 || query.limit > 100) {
        node_.answer<Page<RoomView>>(caller.home, std::move(done),
                                     unexpected(ErrorCode::malformed, "limit"));
        return;
    }
    node_.ask<Page<RoomView>>(
        caller.home,
        [this, caller, query = std::move(query)](Store& store) -> Result<Page<RoomView>> {
            Result<Page<RoomView>> page = store.rooms().list(caller.user, query);
            if (page) node_.profiles.fill(store, std::span<RoomView>(page->items));
            return page;
        },
        std::move(done));
}

void Rooms::list_whole(Caller caller, RoomListQuery query, Completion<std::vector<RoomView>> done) {
    query.limit = node_.limits.rooms_listed_max;
    node_.ask<std::vector<RoomView>>(
        caller.home,
        [this, caller, query = std::move(query)](Store& store) -> Result<std::vector<RoomView>> {
            Result<Page<RoomView>> page = store.rooms().list(caller.user, query);
            if (!page) return unexpected(page.error());
            node_.profiles.fill(store, std::span<RoomView>(page->items));
            return std::move(page->items);
        },
        std::move(done));
}

void Rooms::search(Caller caller, std::string query, RoomId after, int limit,
                   Completion<Page<Room>> done) {
    Result<std::string> folded = text::search_term(query);
    if (!folded || limit < 1 || limit > 100) {
        node_.answer<Page<Room>>(
            caller.home, std::move(done),
            folded ? unexpected(ErrorCode::malformed, "limit") : unexpected(folded.error()));
        return;
    }
    node_.ask<Page<Room>>(
        caller.home,
        [this, caller, folded = std::move(*folded), after, limit](Store& store) {
            Result<Page<Room>> page = store.search().rooms(caller.user, folded, after, limit);
            if (page) node_.profiles.fill(store, std::span<Room>(page->items));
            return page;
        },
        std::move(done));
}

void Rooms::unread(Caller caller, Completion<UnreadTotals> done) {
    node_.ask<UnreadTotals>(
        caller.home,
        [this, caller](Store& store) {
            return store.personal().unread(caller.user, node_.limits.person_rooms_indexed_max);
        },
        std::move(done));
}

void Rooms::members(Caller caller, RoomId room, UserId after, int limit,
                    Completion<Page<Member>> done) {
    if (limit < 1 || limit > 100) {
        node_.answer<Page<Member>>(caller.home, std::move(done),
                                   unexpected(ErrorCode::malformed, "limit"));
        return;
    }
    node_.ask<Page<Member>>(
        caller.home,
        [this, caller, room, after, limit](Store& store) {
            return members_in(store, caller, room, after, limit);
        },
        std::move(done));
}

void Rooms::members_whole(Caller caller, RoomId room, Completion<std::vector<Member>> done) {
    node_.ask<std::vector<Member>>(
        caller.home,
        [this, caller, room](Store& store) -> Result<std::vector<Member>> {
            Result<Page<Member>> page =
                members_in(store, caller, room, UserId{}, node_.limits.rooms_listed_max);
            if (!page) return unexpected(page.error());
            return std::move(page->items);
        },
        std::move(done));
}

Result<Page<Member>> Rooms::members_in(Store& store, Caller caller, RoomId room, UserId after,
                                       int limit) {
    Result<std::optional<Member>> me = store.rooms().member(room, caller.user);
    if (!me) return unexpected(me.error());
    if (!*me || (!(*me)->active && (*me)->removed)) return unexpected(ErrorCode::not_a_member);
    Result<Page<Member>> page = store.rooms().members(room, after, limit);
    if (page) node_.profiles.fill(store, std::span<Member>(page->items));
    return page;
}

}  // namespace chatcore

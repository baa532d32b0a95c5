#include "chatcore/context_rooms.h"

#include <algorithm>
#include <map>

#include "chatcore/rooms.h"

#include "context_rules.h"
#include "node.h"
#include "rates.h"

namespace chatcore {

namespace {

using Known = std::map<Context, std::optional<RegisteredContext>>;

/// What is registered of all that the rooms are about: one question.
Result<Known> known_about(Store& store, const std::vector<Room>& rooms) {
    Known known;
    for (const Room& room : rooms) {
        if (room.context) known[*room.context];
    }
    std::vector<Context> asked;
    for (const auto& [context, nothing] : known) asked.push_back(context);
    Result<std::vector<RegisteredContext>> registered = store.contexts().registered(asked);
    if (!registered) return unexpected(registered.error());
    for (RegisteredContext& one : *registered) known[one.context] = std::move(one);
    return known;
}

/// Whether two people hold it, and neither owns what it is about, but a third one does. Anybody may
/// open such a room, so it is none of the context's.
bool is_of_strangers(const Room& room, const std::optional<RegisteredContext>& about) {
    return room.direct && about && about->owner != room.direct->low &&
           about->owner != room.direct->high;
}

/// Rooms of a person's list that are looked at in one question, at most.
constexpr std::int64_t looked_at_once = 1'000;

/// The query's page of the person's list as it is without rooms of strangers: mostly one question
/// of each kind, and never more rooms looked at than `most`.
Result<std::vector<Room>> without_strangers(Store& store, UserId user, RoomListQuery query,
                                            std::int64_t most) {
    std::vector<Room> found;
    std::int64_t to_skip = std::exchange(query.skip, 0);
    const auto wanted = static_cast<std::size_t>(query.limit);
    for (std::int64_t looked = 0; looked < most;) {
        const std::int64_t missing = to_skip + static_cast<std::int64_t>(wanted - found.size());
        query.limit = static_cast<int>(std::min({missing, looked_at_once, most - looked}));
        Result<Page<RoomView>> page = store.rooms().list(user, query);
        if (!page) return unexpected(page.error());
        looked += std::ssize(page->items);
        std::vector<Room> rooms;
        for (RoomView& view : page->items) rooms.push_back(std::move(view.room));
        Result<Known> known = known_about(store, rooms);
        if (!known) return unexpected(known.error());
        for (Room& room : rooms) {
            if (room.context && is_of_strangers(room, (*known)[*room.context])) continue;
            if (to_skip-- <= 0) found.push_back(std::move(room));
        }
        to_skip = std::max<std::int64_t>(to_skip, 0);
        if (found.size() >= wanted || !page->has_more()) break;
        query.cursor = std::move(page->next_cursor);
    }
    return found;
}

Status check(const PageNumber& page) {
    if (page.page < 1 || page.page > id_max) return unexpected(ErrorCode::malformed, "page");
    if (page.limit < 1 || page.limit > 100) return unexpected(ErrorCode::malformed, "limit");
    return {};
}

RoomListQuery query_of(Context context, const PageNumber& page) {
    return {.limit = page.limit,
            .context = std::move(context),
            .kind = RoomKind::direct,
            .skip = (page.page - 1) * page.limit};
}

}  // namespace

void ContextRooms::open_with_owner(Caller caller, Context context, Completion<RoomView> done) {
    node_.pool.read(
        [this, caller, context = std::move(context), done = std::move(done)](Store& store) mutable {
            const Result<std::optional<RegisteredContext>> found = store.contexts().find(context);
            if (!found || !*found) {
                Unexpected why =
                    found ? unexpected(ErrorCode::not_found, "context") : unexpected(found.error());
                return node_.answer<RoomView>(caller.home, std::move(done), std::move(why));
            }
            rooms_.open_direct(caller, (**found).owner, std::move(context), std::move(done));
        });
}

void ContextRooms::open(Caller caller, Context context, Completion<RoomView> done) {
    node_.pool.read([this, caller, context = std::move(context),
                     done = std::move(done)](Store& store) mutable {
        const Result<std::optional<RegisteredContext>> found = store.contexts().find(context);
        if (!found) {
            return node_.answer<RoomView>(caller.home, std::move(done), unexpected(found.error()));
        }
        if (!*found || (**found).owner == caller.user)
            return open_shared(caller, std::move(context), std::move(done));
        rooms_.open_direct(caller, (**found).owner, std::move(context), std::move(done));
    });
}

std::string ContextRooms::title_of(const Context& context,
                                   const std::optional<RegisteredContext>& registered) const {
    if (registered && !registered->title.empty()) return registered->title;
    std::string title = context.type + ' ' + context.id;
    const auto most = static_cast<std::size_t>(node_.limits.title_code_points_max);
    const bool fits = text::code_points(title) <= most && !text::has_controls(title);
    return fits ? title : context.type;
}

void ContextRooms::open_shared(Caller caller, Context context, Completion<RoomView> done) {
    // Only two people hold a consultation.
    if (!is_sound(context) || context.type == consultation_context) {
        return node_.answer<RoomView>(caller.home, std::move(done),
                                      unexpected(ErrorCode::invalid_value, "context"));
    }
    node_.pool.write(
        [this, caller, context = std::move(context), done = std::move(done)](Store& store) mutable {
            const auto refuse = [&](const Error& why) {
                node_.answer<RoomView>(caller.home, std::move(done), unexpected(why));
            };
            const Result<bool> exist = node_.profiles.exist(store, {&caller.user, 1});
            if (!exist || !*exist)
                return refuse(exist ? Error{ErrorCode::not_found, "user"} : exist.error());
            const Result<std::optional<RegisteredContext>> about = store.contexts().find(context);
            if (!about) return refuse(about.error());
            NewGroup group;
            group.owner = caller.user;
            group.title = title_of(context, *about);
            group.open = true;
            group.context = std::move(context);
            const Status taken = node_.rates->take_change(caller);
            if (!taken) return refuse(taken.error());
            const Result<Opened> opened = store.open_shared(group, node_.clock.now());
            if (!opened || !opened->created) node_.rates->give_back_change(caller);
            if (!opened) return refuse(opened.error());
            const RoomId room = opened->room.id;
            if (opened->created) node_.telemetry.add(Counter::rooms_created, 1);
            // As in Rooms::open_direct: whoever opened it first may have ended before telling.
            if (opened->created || opened->room.head == Position{})
                node_.tell({make_event(RoomGained{opened->room.created_by, room})});
            if (opened->room.created_by == caller.user && opened->created)
                return rooms_.find(caller, room, std::move(done));
            // Who is in stays as is, and is answered with the room.
            const Result<std::optional<Member>> member = store.rooms().member(room, caller.user);
            if (!member) return refuse(member.error());
            if (*member && (**member).active) return rooms_.find(caller, room, std::move(done));
            rooms_.join(caller, room, std::move(done));
        });
}

void ContextRooms::list(Caller caller, Context context, Completion<std::vector<Room>> done) {
    node_.ask<std::vector<Room>>(
        caller.home,
        [this, caller, context = std::move(context)](Store& store) -> Result<std::vector<Room>> {
            const int most = node_.limits.rooms_listed_max;
            const Result<std::optional<RegisteredContext>> about = store.contexts().find(context);
            if (!about) return unexpected(about.error());
            const int looked_at = node_.limits.person_rooms_indexed_max;
            if (!*about || (**about).owner != caller.user) {
                return without_strangers(store, caller.user, {.limit = most, .context = context},
                                         looked_at);
            }
            Result<std::vector<Room>> rooms =
                store.contexts().rooms(context, std::max(most, looked_at));
            if (!rooms) return rooms;
            std::erase_if(*rooms, [&](const Room& room) { return is_of_strangers(room, *about); });
            if (rooms->size() > static_cast<std::size_t>(most))
                rooms->resize(static_cast<std::size_t>(most));
            return rooms;
        },
        std::move(done));
}

void ContextRooms::own(Caller caller, std::string type, PageNumber page,
                       Completion<std::vector<ContextRoom>> done) {
    if (Status status = check(page); !status) {
        return node_.answer<std::vector<ContextRoom>>(caller.home, std::move(done),
                                                      unexpected(status.error()));
    }
    node_.ask<std::vector<ContextRoom>>(
        caller.home,
        [this, caller, query = query_of({std::move(type), ""}, page)](Store& store) {
            return listed(store, caller, query);
        },
        std::move(done));
}

void ContextRooms::of_owner(Caller caller, Context context, PageNumber page,
                            Completion<std::vector<ContextRoom>> done) {
    if (Status status = check(page); !status) {
        return node_.answer<std::vector<ContextRoom>>(caller.home, std::move(done),
                                                      unexpected(status.error()));
    }
    node_.ask<std::vector<ContextRoom>>(
        caller.home,
        [this, caller, context = std::move(context),
         page](Store& store) -> Result<std::vector<ContextRoom>> {
            const Result<std::optional<RegisteredContext>> about = store.contexts().find(context);
            if (!about) return unexpected(about.error());
            if (!*about) return unexpected(ErrorCode::not_found, "context");
            if ((**about).owner != caller.user) return unexpected(ErrorCode::forbidden, "context");
            return listed(store, caller, query_of(context, page));
        },
        std::move(done));
}

void ContextRooms::find(Caller caller, std::string type, RoomId room,
                        Completion<ContextRoom> done) {
    node_.ask<ContextRoom>(
        caller.home,
        [this, caller, type = std::move(type), room](Store& store) -> Result<ContextRoom> {
            Result<std::optional<RoomView>> view = store.rooms().view(room, caller.user);
            if (!view) return unexpected(view.error());
            if (!*view || !(**view).active) return unexpected(ErrorCode::not_a_member);
            const Room& found = (**view).room;
            if (!found.direct || !found.context || found.context->type != type)
                return unexpected(ErrorCode::not_found, "room");
            std::vector<Room> one;
            one.push_back(std::move((**view).room));
            Result<std::vector<ContextRoom>> seen = sides(store, std::move(one));
            if (!seen) return unexpected(seen.error());
            if (is_of_strangers(seen->front().room, seen->front().about))
                return unexpected(ErrorCode::not_found, "context");
            return std::move(seen->front());
        },
        std::move(done));
}

Result<std::vector<ContextRoom>> ContextRooms::listed(Store& store, Caller caller,
                                                      const RoomListQuery& query) const {
    Result<std::vector<Room>> rooms =
        without_strangers(store, caller.user, query, node_.limits.person_rooms_indexed_max);
    if (!rooms) return unexpected(rooms.error());
    return sides(store, std::move(*rooms));
}

Result<std::vector<ContextRoom>> ContextRooms::sides(Store& store, std::vector<Room> rooms) const {
    Result<Known> known = known_about(store, rooms);
    if (!known) return unexpected(known.error());
    std::vector<ContextRoom> seen;
    std::vector<Readership> readers;
    for (Room& room : rooms) {
        ContextRoom& one = seen.emplace_back();
        one.about = (*known)[*room.context];
        const DirectKey& two = *room.direct;
        const bool low = one.about && one.about->owner == two.low;
        const bool high = one.about && one.about->owner == two.high;
        one.visitor = low ? two.high : high ? two.low : room.created_by;
        one.owner = one.visitor == two.low ? two.high : two.low;
        readers.push_back({room.id, one.owner});
        readers.push_back({room.id, one.visitor});
        one.room = std::move(room);
    }
    Result<std::vector<std::int64_t>> unread = store.receipts().unread(readers);
    if (!unread) return unexpected(unread.error());
    std::vector<Profiles::Wanted> people;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        seen[i].owner_unread = (*unread)[2 * i];
        seen[i].visitor_unread = (*unread)[2 * i + 1];
        people.push_back({seen[i].visitor, &seen[i].visitor_profile});
    }
    node_.profiles.fill(store, people);
    return seen;
}

}  // namespace chatcore

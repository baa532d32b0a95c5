#include "contract/context_contract.h"

#include <array>
#include <thread>

namespace chatcore::contract {
namespace {

const Context product{"product", "17"};
const Context other_product{"product", "18"};
const Context shop{"store", "4"};

NewGroup shared(UserId owner, const Context& context) {
    NewGroup group;
    group.owner = owner;
    group.title = "about it";
    group.open = true;
    group.context = context;
    return group;
}

std::vector<RoomId> ids(const std::vector<Room>& rooms) {
    std::vector<RoomId> found;
    for (const Room& room : rooms) found.push_back(room.id);
    return found;
}

std::vector<RoomId> listed(StoreWorld& world, UserId user, const RoomListQuery& query) {
    std::vector<RoomId> found;
    for (const RoomView& view : world.value(world.store().rooms().list(user, query)).items)
        found.push_back(view.room.id);
    return found;
}

void one_shared_group(StoreWorld& world) {
    NewGroup stray = shared(bora, product);
    world.value(world.store().open_group(stray, world.tick()));
    const Opened first = world.value(world.store().open_shared(shared(ari, product), world.tick()));
    world.expect(first.created && first.room.open && first.room.kind == RoomKind::group &&
                     first.room.context == product && first.room.title == "about it" &&
                     first.room.created_by == ari && first.room.participant_count == 1,
                 "the first opening makes it, whatever other groups there are");
    world.expect(world.member(first.room.id, ari).role == MemberRole::owner,
                 "who opens it owns it");
    world.post(first.room.id, ari, "hello");
    const Opened again =
        world.value(world.store().open_shared(shared(bora, product), world.tick()));
    world.expect(!again.created && again.room == world.room(first.room.id),
                 "each other finds it as it is");
    const Opened elsewhere =
        world.value(world.store().open_shared(shared(ari, other_product), world.tick()));
    world.expect(elsewhere.created, "another context has its own");
    world.restart();
    world.expect(
        world.value(world.store().open_shared(shared(chan, product), world.tick())).room.id ==
            first.room.id,
        "also over a restart");
    world.applied(first.room.id, ari, DeleteRoom{});
    const Opened next = world.value(world.store().open_shared(shared(chan, product), world.tick()));
    world.expect(next.created && next.room.id != first.room.id,
                 "once it is deleted, another may be opened");
    world.done(world.store().contexts().remove(shop, world.tick()), "a context is removed");
    world.expect(world.refuses(world.store().open_shared(shared(ari, shop), world.tick()),
                               ErrorCode::room_deleted),
                 "about what is removed none is opened");
}

void shared_at_once(StoreWorld& world) {
    constexpr int callers = 4;
    std::array<RoomId, callers> found;
    std::array<bool, callers> made{};
    std::vector<std::thread> threads;
    const Timestamp now = world.tick();
    std::vector<std::unique_ptr<Store>> stores;
    for (int i = 0; i < callers; ++i) stores.push_back(world.value(world.factory().open()));
    for (int i = 0; i < callers; ++i) {
        threads.emplace_back([&, i] {
            const auto at = static_cast<std::size_t>(i);
            auto opened = stores[at]->open_shared(shared(UserId{i + 1}, product), now);
            if (!opened) return;
            found[at] = opened->room.id;
            made[at] = opened->created;
        });
    }
    for (std::thread& thread : threads) thread.join();
    int times = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        world.expect(found[i] == found[0] && found[i] != RoomId{}, "all of them get the same room");
        times += made[i] ? 1 : 0;
    }
    world.expect(times == 1, "and one of them made it");
}

void all_rooms_about(StoreWorld& world) {
    const RoomId older = world.direct(ari, bora, product);
    const RoomId newer = world.direct(ari, chan, product);
    world.direct(ari, bora, other_product);
    world.direct(ari, bora);
    const RoomId group =
        world.value(world.store().open_shared(shared(dana, product), world.tick())).room.id;
    world.post(older, bora, "is it there still?");
    const auto about = [&](int limit) {
        return ids(world.value(world.store().contexts().rooms(product, limit)));
    };
    world.expect(about(10) == std::vector{older, group, newer}, "the newest activity first");
    world.expect(about(2) == std::vector{older, group}, "up to the limit");
    for (const Room& room : world.value(world.store().contexts().rooms(product, 10)))
        world.expect(room == world.room(room.id), "each is the room as it is");
    world.applied(older, bora, LeaveRoom{.silent = true});
    world.expect(about(1) == std::vector{older}, "whoever is in it");
    world.applied(older, {}, DeleteRoom{true});
    world.expect(about(10) == std::vector{group, newer}, "a deleted one is not told");
    world.expect(world.value(world.store().contexts().rooms({"", ""}, 10)).empty(),
                 "and nothing are no rooms about nothing");
}

void cut_lists(StoreWorld& world) {
    const RoomId first = world.direct(ari, bora, product);
    const RoomId second = world.direct(ari, chan, other_product);
    const RoomId group =
        world.value(world.store().open_shared(shared(ari, product), world.tick())).room.id;
    const RoomId plain = world.direct(ari, dana);
    const auto list = [&](const RoomListQuery& query) { return listed(world, ari, query); };
    const Context any{"product", ""};
    world.expect(list({.context = any}) == std::vector{group, second, first},
                 "an empty id is any of the type");
    world.expect(list({.context = product}) == std::vector{group, first}, "an id is that one");
    world.expect(list({.context = any, .kind = RoomKind::direct}) == std::vector{second, first},
                 "direct rooms only");
    world.expect(list({.kind = RoomKind::group}) == std::vector{group}, "groups only");
    world.expect(list({.skip = 1}) == std::vector{group, second, first}, "one is passed over");
    world.expect(list({.limit = 1, .kind = RoomKind::direct, .skip = 1}) == std::vector{second},
                 "of those that are asked for");
    world.expect(list({.skip = 9}).empty(), "or all of them");
    world.post(plain, dana, "x");
    world.expect(list({.limit = 1, .unread_only = true}) == std::vector{plain} &&
                     list({.unread_only = true, .skip = 1}).empty(),
                 "also of what is unread");
    const auto view = world.value(world.store().rooms().view(first, bora));
    world.expect(view && view->joined_at == world.member(first, bora).joined_at,
                 "a view tells when its viewer came");
}

void contexts_together(StoreWorld& world) {
    const auto put = [&](const Context& context, UserId owner) {
        return world.value(
            world.store().contexts().put({context, owner, "title", "", world.now(), world.now()}));
    };
    const RegisteredContext one = put(product, ari);
    const RegisteredContext two = put(shop, bora);
    put(other_product, ari);
    world.done(world.store().contexts().remove(other_product, world.tick()), "one is removed");
    const Context asked[] = {shop, {"store", "5"}, other_product, product};
    world.expect(world.value(world.store().contexts().registered(asked)) == std::vector{two, one},
                 "those that are registered, in the order asked for");
    world.expect(world.value(world.store().contexts().registered({})).empty(), "of none, none");
}

void unread_of_several(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora, product);
    const RoomId gone = world.direct(ari, chan, product);
    const RoomId group = world.group(chan, {ari});
    world.post(room, ari, "one");
    world.post(room, ari, "two");
    const Message three = world.post(room, ari, "three");
    world.post(gone, ari, "x");
    world.post(group, chan, "y");
    world.applied(room, ari, DeleteMessage{three.id});
    world.applied(gone, {}, DeleteRoom{true});
    const Readership readers[] = {{room, bora}, {room, ari},  {gone, chan},
                                  {group, ari}, {room, dana}, {RoomId{id_max}, ari}};
    world.expect(world.value(world.store().receipts().unread(readers)) ==
                     std::vector<std::int64_t>{2, 0, 0, 1, 0, 0},
                 "each has what the room's view tells them");
    world.expect(world.value(world.store().receipts().unread({})).empty(), "of none, nothing");
}

constexpr std::array<Clause<StoreSubjectFactory>, 6> clauses = {{
    {"a context has one shared group", in_world<one_shared_group>},
    {"a shared group is made once", in_world<shared_at_once>},
    {"all rooms about a context are told", in_world<all_rooms_about>},
    {"a list is cut by kind, type and place", in_world<cut_lists>},
    {"registered contexts are told together", in_world<contexts_together>},
    {"what several have not read is counted", in_world<unread_of_several>},
}};

}  // namespace

Findings check_context_contract(const StoreSubjectFactory& make) {
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

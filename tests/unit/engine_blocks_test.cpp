// What a block hides from the connections of whoever blocks, and delivery receipts.

#include <algorithm>
#include <thread>

#include <doctest/doctest.h>

#include "engine_world.h"

using namespace chatcore;
using namespace chatcore::test;

namespace {

using Heard = Listener::Heard;

Result<Bond> block(World& world, UserId from, UserId to, bool present = true, int node = 0) {
    return world.ask<Bond>([&](Completion<Bond> done) {
        world.engine(node).social().block({from, 0}, to, present, std::move(done));
    });
}

Result<bool> confirm(World& world, UserId user, RoomId room,
                     std::optional<MessageId> up_to = std::nullopt) {
    return world.ask<bool>([&](Completion<bool> done) {
        world.engine().receipts().delivered({user, 0}, room, up_to, std::move(done));
    });
}

std::vector<RoomEvent> events(const Listener& listener, RoomId room) {
    std::vector<RoomEvent> found;
    for (const RoomEvent& event : listener.heard().all<RoomEvent>()) {
        if (event.room == room) found.push_back(event);
    }
    return found;
}

bool waits_for_position(const Listener& listener, RoomId room, Position position) {
    return listener.waits_for([&](const Heard& heard) {
        const auto all = heard.all<RoomEvent>();
        return std::any_of(all.begin(), all.end(), [&](const RoomEvent& event) {
            return event.room == room && event.position >= position;
        });
    });
}

bool waits_to_read_anew(const Listener& listener, RoomId room, std::size_t times) {
    return listener.waits_for([&](const Heard& heard) {
        return static_cast<std::size_t>(std::count_if(heard.resumed.begin(), heard.resumed.end(),
                                                      [&](const Listener::Resumed& one) {
                                                          return one.room == room && one.truncated;
                                                      })) >= times;
    });
}

/// Whether each event names the one before, from where the listener was told to read anew.
bool without_gap(const std::vector<RoomEvent>& events, Position from) {
    for (const RoomEvent& event : events) {
        if (event.position <= from) continue;
        if (event.prev != from) return false;
        from = event.position;
    }
    return true;
}

struct Group {
    explicit Group(World& of)
        : world(of), ari(of.person("ari")), bora(of.person("bora")), chan(of.person("chan")) {
        const auto made = world.ask<RoomView>([&](Completion<RoomView> done) {
            GroupRequest request;
            request.title = "group";
            request.members = {bora, chan};
            world.engine().rooms().create_group({ari, 0}, std::move(request), std::move(done));
        });
        REQUIRE(made);
        room = made->room.id;
    }
    Listener& follow(UserId user, int node = 0, int shard = 0,
                     std::optional<Position> since = std::nullopt) {
        Listener& listener = world.connect(user, node, shard);
        REQUIRE(world.attach(listener, room, since));
        return listener;
    }

    World& world;
    UserId ari;
    UserId bora;
    UserId chan;
    RoomId room;
};

}  // namespace

TEST_SUITE("blocks") {
    TEST_CASE("what a blocked person says and changes arrives as a bare skip, on every device") {
        World world(2);
        Group group(world);
        const Message old = world.post(group.bora, group.room, "before");
        const Listener* const own[] = {&group.follow(group.ari, 0, 0),
                                       &group.follow(group.ari, 0, 1),
                                       &group.follow(group.ari, 1, 0)};
        const Listener& chans = group.follow(group.chan);
        REQUIRE(block(world, group.ari, group.bora));
        // Before anything else is said, each is told to read anew what was said before.
        for (const Listener* listener : own) CHECK(waits_to_read_anew(*listener, group.room, 1));

        world.post(group.bora, group.room, "hidden");
        const auto edited = world.ask<Message>([&](Completion<Message> done) {
            world.engine().messages().edit({group.bora, 0}, old.id, "changed", std::move(done));
        });
        REQUIRE(edited);
        const Message shown = world.post(group.chan, group.room, "shown");
        REQUIRE(waits_for_position(chans, group.room, position_of(shown.id)));
        CHECK(chans.heard().new_messages(group.room).size() == 2);
        for (const Listener* listener : own) {
            REQUIRE(waits_for_position(*listener, group.room, position_of(shown.id)));
            const auto told = events(*listener, group.room);
            REQUIRE(told.size() == 3);
            CHECK(told[0].states.empty());
            CHECK(told[1].states.empty());
            CHECK(told[2].states.size() == 1);
            CHECK(without_gap(told, listener->heard().resumed.back().head));
        }
    }

    TEST_CASE("those who hide the same person are told the same event, encoded once") {
        World world;
        Group group(world);
        const UserId dana = world.person("dana");
        const auto joined = world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().invite({group.ari, 0}, group.room, {dana}, MemberRole::member,
                                          std::move(done));
        });
        REQUIRE(joined);
        const Listener& aris = group.follow(group.ari);
        const Listener& chans = group.follow(group.chan);
        const Listener& danas = group.follow(dana);
        REQUIRE(block(world, group.ari, group.bora));
        REQUIRE(block(world, group.chan, group.bora));
        REQUIRE(block(world, dana, group.ari));
        REQUIRE(waits_to_read_anew(danas, group.room, 1));
        // The first event brings everybody who has to read anew to where the others are.
        const Message first = world.post(group.chan, group.room, "all hear");
        for (const Listener* listener : {&aris, &chans, &danas})
            REQUIRE(waits_for_position(*listener, group.room, position_of(first.id)));
        const Message said = world.post(group.bora, group.room, "hidden");
        for (const Listener* listener : {&aris, &chans, &danas})
            REQUIRE(waits_for_position(*listener, group.room, position_of(said.id)));
        const EventPtr to_ari = aris.heard().events.back();
        const EventPtr to_chan = chans.heard().events.back();
        const EventPtr to_dana = danas.heard().events.back();
        CHECK(to_ari == to_chan);
        CHECK(to_ari != to_dana);
        CHECK(std::get<RoomEvent>(to_ari->what).states.empty());
        CHECK(std::get<RoomEvent>(to_dana->what).states.size() == 1);
    }

    TEST_CASE("a resumption hides as well, and ends at the room's head") {
        World world;
        Group group(world);
        REQUIRE(block(world, group.ari, group.bora));
        const Message one = world.post(group.chan, group.room, "one");
        world.post(group.bora, group.room, "hidden");
        const Message two = world.post(group.chan, group.room, "two");
        const Message last = world.post(group.bora, group.room, "hidden too");
        const Listener& listener = group.follow(group.ari, 0, 0, Position{});
        REQUIRE(listener.waits_for([](const Heard& heard) { return !heard.resumed.empty(); }));
        CHECK(!listener.heard().resumed[0].truncated);
        CHECK(listener.heard().resumed[0].head == position_of(last.id));
        CHECK(listener.heard().new_messages(group.room) == std::vector{one.id, two.id});
        const auto told = events(listener, group.room);
        CHECK(without_gap(told, Position{}));
        CHECK(told.back().position == position_of(last.id));
        CHECK(told.back().states.empty());
    }

    TEST_CASE("unblocked, a person is heard again, and what was hidden can be read") {
        World world;
        Group group(world);
        const Listener& listener = group.follow(group.ari);
        REQUIRE(block(world, group.ari, group.bora));
        const Message hidden = world.post(group.bora, group.room, "hidden");
        const auto find = [&](UserId viewer) {
            return world.ask<Message>([&](Completion<Message> done) {
                world.engine().messages().find({viewer, 0}, hidden.id, std::move(done));
            });
        };
        CHECK(find(group.ari).error().code == ErrorCode::not_found);
        CHECK(find(group.chan).has_value());
        const auto reacted = world.ask<Message>([&](Completion<Message> done) {
            world.engine().messages().react({group.ari, 0}, hidden.id, "👍", true, std::move(done));
        });
        CHECK(reacted.error().code == ErrorCode::not_found);
        REQUIRE(block(world, group.ari, group.bora, false));
        CHECK(waits_to_read_anew(listener, group.room, 2));
        CHECK(find(group.ari).has_value());
        const Message heard = world.post(group.bora, group.room, "heard");
        REQUIRE(waits_for_position(listener, group.room, position_of(heard.id)));
        CHECK(listener.heard().new_messages(group.room) == std::vector{heard.id});
    }

    TEST_CASE("in a room of two nothing is hidden") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        const Message said = world.post(bora, room, "before");
        Listener& listener = world.connect(ari);
        REQUIRE(world.attach(listener, room));
        REQUIRE(block(world, ari, bora));
        // Who is blocked may take back what they said, though not say anything else.
        const auto gone = world.ask<Message>([&, by = bora](Completion<Message> done) {
            world.engine().messages().remove({by, 0}, said.id, std::move(done));
        });
        REQUIRE(gone);
        REQUIRE(waits_for_position(listener, room, gone->changed_at));
        CHECK(events(listener, room).back().states.size() == 1);
        CHECK(listener.heard().resumed.empty());
    }

    TEST_CASE("how many a person may block is bounded, and known ones are no more") {
        Limits limits;
        limits.blocks_max = 1;
        World world(1, limits);
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        const UserId chan = world.person("chan");
        REQUIRE(block(world, ari, bora));
        CHECK(block(world, ari, bora));
        CHECK(block(world, ari, chan).error().code == ErrorCode::too_many);
        REQUIRE(block(world, ari, bora, false));
        CHECK(block(world, ari, chan));
    }
}

TEST_SUITE("delivery receipts") {
    TEST_CASE("what has arrived is told to its senders and to nobody else, on any node") {
        World world(2);
        Group group(world);
        const Listener& bora_here = group.follow(group.bora);
        const Listener& bora_there = world.connect(group.bora, 1);  // attached or not
        const Listener& chans = group.follow(group.chan);
        const Listener& aris = group.follow(group.ari);
        world.post(group.bora, group.room, "one");
        const Message last = world.post(group.bora, group.room, "two");
        REQUIRE(confirm(world, group.ari, group.room));
        for (const Listener* listener : {&bora_here, &bora_there}) {
            REQUIRE(listener->waits_for(
                [](const Heard& heard) { return !heard.all<DeliveredSignal>().empty(); }));
            const auto told = listener->heard().all<DeliveredSignal>();
            CHECK(told.size() == 1);
            CHECK(told[0].user == group.ari);
            CHECK(told[0].room == group.room);
            CHECK(told[0].message == last.id);
        }
        const Message next = world.post(group.chan, group.room, "three");
        REQUIRE(waits_for_position(aris, group.room, position_of(next.id)));
        CHECK(chans.heard().all<DeliveredSignal>().empty());
        CHECK(aris.heard().all<DeliveredSignal>().empty());
        const auto stranger = confirm(world, world.person("dana"), group.room);
        CHECK(stranger.error().code == ErrorCode::not_a_member);
    }

    TEST_CASE("of many confirmations within a moment the first and the last are told") {
        Limits limits;
        limits.receipt_interval = std::chrono::milliseconds{300};
        limits.person_posts_per_s = 0;
        World world(1, limits);
        Group group(world);
        const Listener& listener = group.follow(group.bora);
        std::vector<MessageId> said;
        for (int i = 0; i < 20; ++i) said.push_back(world.post(group.bora, group.room, "x").id);
        std::vector<std::thread> confirming;
        REQUIRE(confirm(world, group.ari, group.room, said[0]));
        for (int i = 1; i < 20; ++i)
            confirming.emplace_back([&, i] {
                static_cast<void>(
                    confirm(world, group.ari, group.room, said[static_cast<std::size_t>(i)]));
            });
        for (std::thread& one : confirming) one.join();
        REQUIRE(listener.waits_for([&](const Heard& heard) {
            const auto told = heard.all<DeliveredSignal>();
            return !told.empty() && told.back().message == said.back();
        }));
        const auto told = listener.heard().all<DeliveredSignal>();
        CHECK(told.size() == 2);
        CHECK(told.front().message == said.front());
    }

    TEST_CASE("it never goes back, also where the cache has forgotten") {
        Limits limits;
        limits.receipt_interval = std::chrono::milliseconds{1};
        limits.delivery_flush_interval = std::chrono::milliseconds{5};
        limits.delivery_ttl = std::chrono::milliseconds{1};
        World world(1, limits);
        Group group(world);
        const Listener& listener = group.follow(group.bora);
        const Message one = world.post(group.bora, group.room, "one");
        const Message two = world.post(group.bora, group.room, "two");
        REQUIRE(confirm(world, group.ari, group.room));
        std::this_thread::sleep_for(std::chrono::milliseconds{100});  // written meanwhile
        REQUIRE(confirm(world, group.ari, group.room, one.id));
        REQUIRE(confirm(world, group.chan, group.room));
        REQUIRE(listener.waits_for(
            [](const Heard& heard) { return heard.all<DeliveredSignal>().size() >= 2; }));
        const auto told = listener.heard().all<DeliveredSignal>();
        REQUIRE(told.size() == 2);
        CHECK(told[0].user == group.ari);
        CHECK(told[0].message == two.id);
        CHECK(told[1].user == group.chan);
    }

    TEST_CASE("in larger rooms nobody is told") {
        Limits limits;
        limits.receipts_told_members_max = 2;
        World world(1, limits);
        Group group(world);
        const Listener& listener = group.follow(group.bora);
        world.post(group.bora, group.room, "one");
        REQUIRE(confirm(world, group.ari, group.room));
        const Message next = world.post(group.chan, group.room, "two");
        REQUIRE(waits_for_position(listener, group.room, position_of(next.id)));
        CHECK(listener.heard().all<DeliveredSignal>().empty());
    }
}

// The engine with real threads over memory: what a person notices of it.

#include <algorithm>
#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "engine_world.h"

using namespace chatcore;
using namespace chatcore::test;
using namespace std::chrono_literals;

TEST_SUITE("engine") {
    TEST_CASE("a post is told to everybody who is attached, its sender too") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        Listener& one = world.connect(ari, 0, 0);
        Listener& other = world.connect(bora, 0, 1);
        REQUIRE(world.attach(one, room));
        REQUIRE(world.attach(other, room));

        const Message hello = world.post(ari, room, "hello");
        CHECK(hello.seq == 1);
        CHECK(hello.sender_nickname == "ari");

        for (Listener* listener : {&one, &other}) {
            CHECK(listener->waits_for([&, r = room](const Listener::Heard& heard) {
                return heard.new_messages(r) == std::vector{hello.id} && heard.flushes > 0;
            }));
        }
    }

    TEST_CASE("a repeated post answers with the first message and tells nobody again") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        Listener& listener = world.connect(bora);
        REQUIRE(world.attach(listener, room));
        const ClientKey key = world.new_key();

        const Message first = world.post(ari, room, "hello", key);
        const Message again = world.post(ari, room, "hello", key);
        const Message after = world.post(ari, room, "more");

        CHECK(again.id == first.id);
        CHECK(listener.waits_for([&, r = room](const Listener::Heard& heard) {
            return heard.new_messages(r).size() >= 2;
        }));
        CHECK(listener.heard().new_messages(room) == std::vector{first.id, after.id});
    }

    TEST_CASE("the same key with another text is refused") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        const ClientKey key = world.new_key();
        world.post(ari, room, "hello", key);
        PostRequest other;
        other.room = room;
        other.content = "something else";
        other.key = key;
        const auto refused = world.try_post(ari, other);
        REQUIRE(!refused);
        CHECK(refused.error().code == ErrorCode::key_reused);
    }

    TEST_CASE("opening a direct room twice, by either, gives one room") {
        World world(2);
        const auto [ari, bora, room] = world.two_people_in_a_room();
        const auto again = world.ask<RoomView>([&, a = ari, b = bora](Completion<RoomView> done) {
            world.engine(1).rooms().open_direct({b, 1}, a, std::nullopt, std::move(done));
        });
        REQUIRE(again);
        CHECK(again->room.id == room);
        REQUIRE(again->peer_profile);
        CHECK(again->peer_profile->nickname == "ari");
    }

    TEST_CASE("nobody posts to a room of others") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        PostRequest request;
        request.room = room;
        request.content = "hello";
        const auto refused = world.try_post(world.person("cho"), request);
        REQUIRE(!refused);
        CHECK(refused.error().code == ErrorCode::not_a_member);
        Listener& stranger = world.connect(world.person("dana"));
        const auto attached = world.attach(stranger, room);
        REQUIRE(!attached);
        CHECK(attached.error().code == ErrorCode::not_a_member);
    }

    TEST_CASE("who resumes is told the states that changed meanwhile, then lives on") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        const Message first = world.post(ari, room, "one");
        const Message second = world.post(ari, room, "two");
        const auto edited = world.ask<Message>([&, a = ari](Completion<Message> done) {
            world.engine().messages().edit({a, 0}, first.id, "one!", std::move(done));
        });
        REQUIRE(edited);
        Listener& listener = world.connect(bora);
        const auto head = world.attach(listener, room, position_of(first.id));
        REQUIRE(head);
        CHECK(*head == edited->changed_at);
        const Message live = world.post(ari, room, "three");

        CHECK(listener.waits_for([&, r = room](const Listener::Heard& heard) {
            return heard.all<RoomEvent>().size() == 3 && heard.resumed.size() == 1 &&
                   heard.new_messages(r).size() == 2;
        }));
        const auto events = listener.heard().all<RoomEvent>();
        CHECK(events[0].position == position_of(second.id));
        CHECK(events[0].prev == position_of(first.id));
        CHECK(events[1].position == edited->changed_at);
        CHECK(events[1].prev == events[0].position);
        CHECK(events[2].prev == *head);
        CHECK(listener.heard().resumed.front().head == *head);
        CHECK(listener.heard().new_messages(room) == std::vector{second.id, live.id});
    }

    TEST_CASE("a room that is attached twice at once is told once") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        const Message first = world.post(ari, room, "one");
        Listener& listener = world.connect(bora);
        Hub& hub = world.engine().hub();
        const auto both = world.ask<int>([&, r = room](Completion<int> done) {
            auto answers = std::make_shared<std::vector<bool>>();
            auto all = std::make_shared<Completion<int>>(std::move(done));
            hub.executor(0).post([&hub, &listener, r, answers, all] {
                for (int i = 0; i < 2; ++i) {
                    hub.shard(0).attach(listener, r, Position{}, [=](Result<Position> head) {
                        answers->push_back(head.has_value());
                        if (answers->size() == 2) (*all)(answers->at(0) + answers->at(1));
                    });
                }
            });
        });
        REQUIRE(both);
        CHECK(*both == 1);  // the former gave way to the latter
        const Message second = world.post(ari, room, "two");
        CHECK(listener.waits_for([&, r = room](const Listener::Heard& heard) {
            return heard.new_messages(r) == std::vector{first.id, second.id};
        }));
        CHECK(listener.heard().resumed.size() == 1);
    }

    TEST_CASE("a node tells what another node has stored") {
        World world(2);
        const auto [ari, bora, room] = world.two_people_in_a_room();
        Listener& listener = world.connect(bora, 1);
        REQUIRE(world.attach(listener, room, Position{}));
        std::vector<MessageId> posted;
        for (int i = 0; i < 9; ++i)
            posted.push_back(world.post(ari, room, "text " + std::to_string(i), {}, 0).id);
        CHECK(listener.waits_for([&, r = room](const Listener::Heard& heard) {
            return heard.new_messages(r) == posted;
        }));
    }

    TEST_CASE("typing is told at most once a second, and that it stopped always") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        Listener& listener = world.connect(bora);
        REQUIRE(world.attach(listener, room));
        for (int i = 0; i < 5; ++i) world.engine().presence().typing({ari, 0}, room, true);
        CHECK(listener.waits_for(
            [&](const Listener::Heard& heard) { return !heard.all<TypingSignal>().empty(); }));
        world.engine().presence().typing({ari, 0}, room, false);
        CHECK(listener.waits_for([&](const Listener::Heard& heard) {
            const auto typed = heard.all<TypingSignal>();
            return !typed.empty() && !typed.back().is_typing;
        }));
        CHECK(listener.heard().all<TypingSignal>().size() == 2);
    }

    TEST_CASE("typing of who is not a member is refused each time, and told to nobody") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        const UserId cheol = world.person("cheol");
        Listener& listener = world.connect(bora);
        REQUIRE(world.attach(listener, room));
        const auto type = [&, in = room](UserId who) {
            return world.ask<bool>([&](Completion<bool> done) {
                world.engine().presence().typing({who, 0}, in, true, std::move(done));
            });
        };
        for (int i = 0; i < 3; ++i) CHECK(type(cheol).error().code == ErrorCode::not_a_member);
        for (int i = 0; i < 3; ++i) CHECK(type(ari).has_value());  // though one is told only
        CHECK(listener.waits_for(
            [&](const Listener::Heard& heard) { return !heard.all<TypingSignal>().empty(); }));
        const auto told = listener.heard().all<TypingSignal>();
        CHECK(told.size() == 1);
        CHECK(told.front().user == ari);
    }

    TEST_CASE("people who share a room see each other come and go") {
        World world(2);
        const auto [ari, bora, room] = world.two_people_in_a_room();
        Listener& watcher = world.connect(bora, 1);
        Listener& visitor = world.connect(ari, 0);
        const auto shows = [&, who = ari](bool online) {
            return watcher.waits_for([=](const Listener::Heard& heard) {
                const auto signals = heard.all<PresenceSignal>();
                return !signals.empty() && signals.back().user == who &&
                       signals.back().online == online;
            });
        };
        CHECK(shows(true));
        const auto online = world.ask<std::vector<UserId>>([&, r = room, b = bora](auto done) {
            world.engine(1).presence().online({b, 0}, r, std::move(done));
        });
        REQUIRE(online);
        CHECK(online->size() == 2);
        world.disconnect(visitor);
        CHECK(shows(false));
    }

    TEST_CASE("the list counts what is unread, and reading clears it") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        Listener& listener = world.connect(bora);
        for (int i = 0; i < 3; ++i) world.post(ari, room, "text");
        const auto shows = [&, r = room](std::int64_t unread) {
            return listener.waits_for([=](const Listener::Heard& heard) {
                const auto list = heard.last_list(r);
                return list && list->unread == unread && list->total == unread;
            });
        };
        CHECK(shows(3));
        const auto read = world.ask<Member>([&, r = room, b = bora](Completion<Member> done) {
            world.engine().receipts().read({b, 0}, r, std::nullopt, std::move(done));
        });
        REQUIRE(read);
        CHECK(read->read_seq == 3);
        CHECK(shows(0));
    }

    TEST_CASE("a room that somebody else opens appears in the list at once") {
        World world(2);
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        Listener& listener = world.connect(bora, 1);
        const auto opened = world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine(0).rooms().open_direct({ari, 0}, bora, Context{"product", "17"},
                                                std::move(done));
        });
        REQUIRE(opened);
        CHECK(listener.waits_for([&](const Listener::Heard& heard) {
            const auto list = heard.last_list(opened->room.id);
            return list && list->gained;
        }));
        world.post(ari, opened->room.id, "is it still there?");
        CHECK(listener.waits_for([&](const Listener::Heard& heard) {
            const auto list = heard.last_list(opened->room.id);
            return list && list->unread == 1;
        }));
    }

    TEST_CASE("who is removed hears no more; who leaves may come back") {
        World world;
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        GroupRequest request;
        request.title = "reading circle";
        request.members = {bora};
        const auto group = world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().create_group({ari, 0}, request, std::move(done));
        });
        REQUIRE(group);
        const RoomId room = group->room.id;
        Listener& listener = world.connect(bora);
        REQUIRE(world.attach(listener, room));
        const auto left = world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().leave({bora, 0}, room, false, std::move(done));
        });
        REQUIRE(left);
        CHECK(!left->active);
        const auto back = world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().join({bora, 0}, room, std::move(done));
        });
        REQUIRE(back);
        CHECK(back->active);
        const auto removed = world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().remove({ari, 0}, room, bora, false, std::move(done));
        });
        REQUIRE(removed);
        CHECK(listener.waits_for(
            [&](const Listener::Heard& heard) { return heard.detached == std::vector{room}; }));
        const auto again = world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().join({bora, 0}, room, std::move(done));
        });
        REQUIRE(!again);
        CHECK(again.error().code == ErrorCode::forbidden);
    }

    TEST_CASE("people post at once on several nodes, and everybody hears one order") {
        Limits limits;
        limits.person_posts_per_s = 0;
        World world(2, limits);
        const auto [ari, bora, room] = world.two_people_in_a_room();
        std::vector<Listener*> listeners;
        for (int node = 0; node < 2; ++node) {
            for (int shard = 0; shard < 2; ++shard) {
                listeners.push_back(&world.connect(shard == 0 ? ari : bora, node, shard));
                REQUIRE(world.attach(*listeners.back(), room, Position{}));
            }
        }
        constexpr int each = 200;
        const auto talk = [&, r = room](UserId user, int node) {
            for (int i = 0; i < each; ++i) world.post(user, r, "text", {}, node);
        };
        std::thread first([&, a = ari] { talk(a, 0); });
        std::thread second([&, b = bora] { talk(b, 1); });
        first.join();
        second.join();
        std::vector<std::vector<MessageId>> orders;
        for (Listener* listener : listeners) {
            REQUIRE(listener->waits_for([&, r = room](const Listener::Heard& heard) {
                return heard.new_messages(r).size() == 2 * each;
            }));
            orders.push_back(listener->heard().new_messages(room));
            CHECK(std::is_sorted(orders.back().begin(), orders.back().end()));
            CHECK(orders.back() == orders.front());
        }
    }

    TEST_CASE("connections come and go while people post") {
        Limits limits;
        limits.person_posts_per_s = 0;
        World world(2, limits);
        const auto [ari, bora, room] = world.two_people_in_a_room();
        std::atomic<bool> over = false;
        std::thread talker([&, a = ari, r = room] {
            while (!over) world.post(a, r, "text", {}, 0);
        });
        for (int i = 0; i < 40; ++i) {
            Listener& listener = world.connect(bora, i % 2, i / 2 % 2);
            REQUIRE(world.attach(listener, room, Position{}));
            CHECK(listener.waits_for([&, r = room](const Listener::Heard& heard) {
                return !heard.resumed.empty() && heard.resumed.front().room == r;
            }));
            world.disconnect(listener);
        }
        over = true;
        talker.join();
    }

    TEST_CASE("an engine without a part that it needs does not start") {
        const auto engine = Engine::start({});
        REQUIRE(!engine);
        CHECK(engine.error().code == ErrorCode::invalid_value);
        CHECK(engine.error().detail == "store");
    }
}

// Friends, blocks and notifications, through the engine.

#include <atomic>
#include <memory>
#include <thread>

#include <doctest/doctest.h>

#include "engine_world.h"

using namespace chatcore;
using namespace chatcore::test;

namespace {

using Kind = NotificationKind;
using Told = std::vector<NotificationSignal>;

/// The signals that the listener has heard, once there are so many.
Told signals(const Listener& listener, std::size_t count) {
    listener.waits_for([&](const Listener::Heard& heard) {
        return heard.all<NotificationSignal>().size() >= count;
    });
    return listener.heard().all<NotificationSignal>();
}

std::vector<Notification> inbox(World& world, UserId user, int node = 0) {
    const auto page = world.ask<Page<Notification>>([&](Completion<Page<Notification>> done) {
        world.engine(node).inbox().list({user, 0}, {}, 100, std::move(done));
    });
    REQUIRE(page);
    return page->items;
}

FriendRequest befriend(World& world, UserId from, UserId to, int node = 0) {
    const auto request = world.ask<FriendRequest>([&](Completion<FriendRequest> done) {
        world.engine(node).social().request({from, 0}, to, std::move(done));
    });
    REQUIRE(request);
    return *request;
}

Result<Bond> block(World& world, UserId from, UserId to, bool present = true) {
    return world.ask<Bond>([&](Completion<Bond> done) {
        world.engine().social().block({from, 0}, to, present, std::move(done));
    });
}

RoomId group(World& world, UserId owner, std::vector<UserId> members) {
    const auto room = world.ask<RoomView>([&](Completion<RoomView> done) {
        GroupRequest request;
        request.title = "group";
        request.members = std::move(members);
        world.engine().rooms().create_group({owner, 0}, std::move(request), std::move(done));
    });
    REQUIRE(room);
    return room->room.id;
}

Message say(World& world, UserId user, RoomId room, const std::vector<UserId>& named,
            std::optional<MessageId> parent = {}) {
    PostRequest request;
    request.room = room;
    request.content = "hello you";
    request.parent = parent;
    for (UserId who : named) request.mentions.push_back({who, 6, 3});
    const auto message = world.try_post(user, std::move(request));
    REQUIRE(message);
    return *message;
}

/// A store whose inbox fails the first so many times, after having done it or before, and whose
/// first applied batch ends unknown.
class Unsteady final : public Store {
public:
    struct Plan {
        std::atomic<int> lost{0};     ///< adds that fail and were not done
        std::atomic<int> unknown{0};  ///< adds that were done and say they failed
        std::atomic<int> applies_unknown{0};
        std::atomic<int> adds{0};
        std::atomic<int> searches{0};
    };

    Unsteady(std::unique_ptr<Store> inner, Plan& plan)
        : Store({inner->rooms(), inner->messages(), inner->search(), inner->people(),
                 inner->sessions(), inner->schedules(), inner->leases(), social_, inbox_,
                 inner->attachments(), inner->oversight(), inner->contexts(), inner->removals(),
                 inner->personal(), inner->receipts(), inner->transfer(), inner->consultations()}),
          plan_(plan),
          inner_(std::move(inner)),
          inbox_(inner_->inbox(), plan),
          social_(inner_->social(), plan) {}

    Result<std::vector<Outcome>> apply(const Batch& batch) override {
        auto outcomes = inner_->apply(batch);
        if (!batch.retry && plan_.applies_unknown-- > 0)
            return unexpected(ErrorCode::timeout, "store");
        return outcomes;
    }
    Result<Opened> open_direct(const DirectKey& key, UserId who, Timestamp at) override {
        return inner_->open_direct(key, who, at);
    }
    Result<std::vector<Room>> open_groups(std::span<const NewGroup> groups, Timestamp at) override {
        return inner_->open_groups(groups, at);
    }
    Result<Opened> open_shared(const NewGroup& group, Timestamp at) override {
        return inner_->open_shared(group, at);
    }
    Result<Opened> open_consultation(const NewConsultation& asked, Timestamp at) override {
        return inner_->open_consultation(asked, at);
    }

private:
    class UnsteadyInbox final : public InboxStore {
    public:
        UnsteadyInbox(InboxStore& inner, Plan& plan) : inner_(inner), plan_(plan) {}

        Result<std::vector<Notified>> add(std::span<const NewNotification> fresh) override {
            ++plan_.adds;
            if (plan_.lost-- > 0) return unexpected(ErrorCode::unavailable, "store");
            auto taken = inner_.add(fresh);
            if (plan_.unknown-- > 0) return unexpected(ErrorCode::timeout, "store");
            return taken;
        }
        Result<Page<Notification>> list(UserId user, NotificationId before, int limit) override {
            return inner_.list(user, before, limit);
        }
        Result<std::int64_t> unread_count(UserId user) override {
            return inner_.unread_count(user);
        }
        Result<std::optional<Notification>> mark_read(UserId user, NotificationId id) override {
            return inner_.mark_read(user, id);
        }
        Status mark_all_read(UserId user) override { return inner_.mark_all_read(user); }

    private:
        InboxStore& inner_;
        Plan& plan_;
    };

    class CountedSocial final : public SocialStore {
    public:
        CountedSocial(SocialStore& inner, Plan& plan) : inner_(inner), plan_(plan) {}

        Result<SocialOutcome> apply(const SocialChange& change) override {
            return inner_.apply(change);
        }
        Result<Page<Friend>> friends(UserId user, UserId after, int limit) override {
            return inner_.friends(user, after, limit);
        }
        Result<Page<FriendRequest>> requests(UserId user, Direction direction,
                                             FriendRequestId before, int limit) override {
            return inner_.requests(user, direction, before, limit);
        }
        Result<Page<Block>> blocks(UserId user, UserId after, int limit) override {
            return inner_.blocks(user, after, limit);
        }
        Result<bool> blocked_between(UserId one, UserId other) override {
            return inner_.blocked_between(one, other);
        }
        Result<BlockSet> block_set(UserId user) override { return inner_.block_set(user); }
        Result<BlockMoves> blocks_moved_since(std::int64_t cursor, int limit) override {
            return inner_.blocks_moved_since(cursor, limit);
        }
        Result<std::vector<Recommendation>> recommendations(
            UserId user, const RecommendationQuery& query) override {
            ++plan_.searches;
            return inner_.recommendations(user, query);
        }

    private:
        SocialStore& inner_;
        Plan& plan_;
    };

    Plan& plan_;
    std::unique_ptr<Store> inner_;
    UnsteadyInbox inbox_;
    CountedSocial social_;
};

class UnsteadyFactory final : public StoreFactory {
public:
    UnsteadyFactory(std::unique_ptr<StoreFactory> inner, Unsteady::Plan& plan)
        : inner_(std::move(inner)), plan_(plan) {}

    Result<std::unique_ptr<Store>> open() override {
        return std::unique_ptr<Store>(
            std::make_unique<Unsteady>(std::move(*inner_->open()), plan_));
    }
    int writers() const override { return 1; }

private:
    std::unique_ptr<StoreFactory> inner_;
    Unsteady::Plan& plan_;
};

World::Between unsteady(Unsteady::Plan& plan) {
    return [&plan](std::unique_ptr<StoreFactory> inner) {
        return std::make_unique<UnsteadyFactory>(std::move(inner), plan);
    };
}

}  // namespace

TEST_SUITE("social") {
    TEST_CASE("a request and its acceptance are told to all devices of the other, on any node") {
        World world(2);
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        const Listener& desk = world.connect(bora, 0, 0);
        const Listener& phone = world.connect(bora, 1, 1);
        const Listener& asking = world.connect(ari, 1, 0);
        const FriendRequest request = befriend(world, ari, bora);
        CHECK(request.status == FriendRequestStatus::pending);
        CHECK(request.other->nickname == "bora");
        for (const Listener* listener : {&desk, &phone}) {
            const Told told = signals(*listener, 1);
            REQUIRE(told.size() == 1);
            CHECK(told[0].user == bora);
            CHECK(told[0].notification.kind == Kind::friend_request);
            CHECK(told[0].notification.actor == ari);
            CHECK(told[0].notification.actor_profile->nickname == "ari");
            CHECK(inbox(world, bora) == std::vector{told[0].notification});
        }
        CHECK(befriend(world, bora, ari, 1).status == FriendRequestStatus::accepted);
        const Told told = signals(asking, 1);
        REQUIRE(told.size() == 1);
        CHECK(told[0].notification.kind == Kind::friend_accepted);
        CHECK(told[0].notification.actor == bora);
        CHECK(desk.heard().all<NotificationSignal>().size() == 1);
    }

    TEST_CASE("who is named, answered or invited is told, and nobody else") {
        World world;
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        const UserId chan = world.person("chan");
        const UserId dana = world.person("dana");
        const Listener& one = world.connect(ari);
        const Listener& two = world.connect(bora);
        const Listener& three = world.connect(chan);
        const Listener& four = world.connect(dana);
        const RoomId room = group(world, ari, {bora});
        const auto invited = world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().invite({ari, 0}, room, {bora, chan}, MemberRole::member,
                                          std::move(done));
        });
        REQUIRE(invited);
        PostRequest to_stranger;
        to_stranger.room = room;
        to_stranger.content = "hello you";
        to_stranger.mentions = {{dana, 6, 3}};
        CHECK(world.try_post(ari, to_stranger).error().code == ErrorCode::invalid_value);
        const Message root = say(world, ari, room, {ari, bora, bora});
        const Message reply = say(world, chan, room, {}, root.id);
        const Message both = say(world, bora, room, {ari}, reply.id);

        const Told to_ari = signals(one, 2);
        REQUIRE(to_ari.size() == 2);
        CHECK(to_ari[0].notification.kind == Kind::reply);
        CHECK(to_ari[0].notification.message == reply.id);
        CHECK(to_ari[1].notification.kind == Kind::mention);
        CHECK(to_ari[1].notification.message == both.id);
        const Told to_bora = signals(two, 2);
        REQUIRE(to_bora.size() == 2);
        CHECK(to_bora[0].notification.kind == Kind::invitation);
        CHECK(to_bora[0].notification.room == room);
        CHECK(to_bora[1].notification.kind == Kind::mention);
        CHECK(to_bora[1].notification.message == root.id);
        const Told to_chan = signals(three, 1);
        REQUIRE(to_chan.size() == 1);
        CHECK(to_chan[0].notification.kind == Kind::invitation);
        CHECK(inbox(world, dana).empty());  // not in the room
        CHECK(four.heard().all<NotificationSignal>().empty());
    }

    TEST_CASE("whom an @ names is told, once, and by an edit too") {
        World world;
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        const UserId chan = world.person("chan");
        const Listener& two = world.connect(bora);
        const Listener& three = world.connect(chan);
        const RoomId room = group(world, ari, {bora, chan});
        const Message said = world.post(ari, room, "@Bora, tea?");
        CHECK(said.mentions == std::vector{Mention{bora, 0, 5}});
        const auto edit = [&](std::string content) {
            const auto edited = world.ask<Message>([&](Completion<Message> done) {
                world.engine().messages().edit({ari, 0}, said.id, std::move(content),
                                               std::move(done));
            });
            REQUIRE(edited);
            return edited->mentions;
        };
        CHECK(edit("@bora and @chan, tea?").size() == 2);
        CHECK(edit("@all tea") == std::vector{Mention{UserId{}, 0, 4}});
        const Message all = world.post(ari, room, "@all, @bora: coffee");
        const Told to_bora = signals(two, 3);  // behind the invitation
        REQUIRE(to_bora.size() == 3);
        CHECK(to_bora[1].notification.kind == Kind::mention);
        CHECK(to_bora[1].notification.message == said.id);
        CHECK(to_bora[2].notification.message == all.id);
        const Told to_chan = signals(three, 3);
        REQUIRE(to_chan.size() == 3);
        CHECK(to_chan[1].notification.message == said.id);
        CHECK(to_chan[2].notification.message == all.id);
        CHECK(inbox(world, ari).empty());
    }

    TEST_CASE("in a large room an @all is counted, and put into nobody's inbox") {
        Limits limits;
        limits.all_notified_members_max = 2;
        World world(1, limits);
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        const UserId chan = world.person("chan");
        const Listener& two = world.connect(bora);
        const RoomId room = group(world, ari, {bora, chan});
        world.post(ari, room, "@all hello");
        world.post(ari, room, "@bora hello");
        CHECK(signals(two, 2).size() == 2);
        CHECK(inbox(world, chan).size() == 1);  // the invitation
        const auto unread = world.ask<UnreadTotals>([&](Completion<UnreadTotals> done) {
            world.engine().rooms().unread({chan, 0}, std::move(done));
        });
        REQUIRE(unread);
        CHECK(unread->mentions == 1);
        CHECK(unread->total == 2);
    }

    TEST_CASE("a reaction is told to the message's sender, once for each person") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        const Listener& listener = world.connect(ari);
        const Message said = world.post(ari, room, "lunch?");
        const auto react = [&, message = said.id](UserId user, const char* emoji, bool present) {
            const auto marked = world.ask<Message>([&](Completion<Message> done) {
                world.engine().messages().react({user, 0}, message, emoji, present,
                                                std::move(done));
            });
            REQUIRE(marked);
        };
        react(bora, "👍", true);
        const Told told = signals(listener, 1);
        REQUIRE(told.size() == 1);
        CHECK(told[0].notification.kind == Kind::reaction);
        CHECK(told[0].notification.actor == bora);
        CHECK(told[0].notification.message == said.id);
        react(bora, "👍", false);
        react(bora, "👍", true);
        react(bora, "🎉", true);
        react(ari, "👍", true);
        world.post(bora, room, "@ari");
        CHECK(signals(listener, 2).size() == 2);
        CHECK(inbox(world, ari).size() == 2);
        CHECK(inbox(world, bora).empty());
    }

    TEST_CASE("recommendations are kept for a while, until something changes between people") {
        Unsteady::Plan plan;
        Limits limits;
        limits.recommendation_ttl = std::chrono::milliseconds{60'000};
        World world(1, limits, unsteady(plan));
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        const UserId chan = world.person("chan");
        for (const auto& [one, other] : {std::pair{ari, bora}, {bora, chan}}) {
            befriend(world, one, other);
            befriend(world, other, one);
        }
        const auto known = [&](UserId user, int limit) {
            const auto people = world.ask<std::vector<Recommendation>>([&](auto done) {
                world.engine().social().recommendations({user, 0}, 0, limit, std::move(done));
            });
            REQUIRE(people);
            return people->size();
        };
        CHECK(known(ari, 50) == 1);
        CHECK(known(ari, 50) == 1);
        CHECK(plan.searches == 1);
        CHECK(known(ari, 10) == 1);
        CHECK(known(chan, 50) == 1);
        CHECK(plan.searches == 3);
        REQUIRE(block(world, chan, ari));
        CHECK(known(ari, 50) == 0);
        CHECK(known(chan, 50) == 0);
        CHECK(plan.searches == 5);
    }

    TEST_CASE("nobody hears of whom they have blocked") {
        World world;
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        const UserId chan = world.person("chan");
        const Listener& listener = world.connect(chan);
        const RoomId room = group(world, ari, {bora, chan});
        signals(listener, 1);
        REQUIRE(block(world, bora, ari));
        say(world, ari, room, {bora});
        say(world, ari, room, {chan});
        CHECK(signals(listener, 2).size() == 2);
        const auto kept = inbox(world, bora);
        REQUIRE(kept.size() == 1);
        CHECK(kept[0].kind == Kind::invitation);
    }

    TEST_CASE("while a block stands no direct room is opened or posted to, either way") {
        World world;
        const auto [ari, bora, room] = world.two_people_in_a_room();
        REQUIRE(block(world, ari, bora));
        for (const auto& [from, to] : {std::pair{ari, bora}, {bora, ari}}) {
            const auto opened = world.ask<RoomView>([&, by = from, with = to](auto done) {
                world.engine().rooms().open_direct({by, 0}, with, std::nullopt, std::move(done));
            });
            REQUIRE(!opened);
            CHECK(opened.error().code == ErrorCode::blocked);
            PostRequest request;
            request.room = room;
            request.content = "hello";
            const auto posted = world.try_post(from, std::move(request));
            REQUIRE(!posted);
            CHECK(posted.error().code == ErrorCode::blocked);
        }
        REQUIRE(block(world, ari, bora, false));
        CHECK(world.post(bora, room, "hello").seq == 1);
    }

    TEST_CASE("what the inbox could not take is tried again, and taken once") {
        for (const bool done : {false, true}) {
            CAPTURE(done);
            Unsteady::Plan plan;
            World world(1, {}, unsteady(plan));
            const auto [ari, bora, room] = world.two_people_in_a_room();
            (done ? plan.unknown : plan.lost) = 2;
            const Listener& listener = world.connect(bora);
            say(world, ari, room, {bora});
            world.post(ari, room, "nothing to tell of");
            for (int tries = 0; plan.adds < 3 && tries < 4'000; ++tries)
                std::this_thread::sleep_for(std::chrono::milliseconds{5});
            CHECK(plan.adds >= 3);
            // What was done without anybody knowing is not signalled: it is in the inbox.
            CHECK(signals(listener, done ? 0 : 1).size() == (done ? 0 : 1));
            say(world, ari, room, {bora});
            CHECK(signals(listener, done ? 1 : 2).size() == (done ? 1 : 2));
            CHECK(inbox(world, bora).size() == 2);
            CHECK(plan.adds >= 4);
        }
    }

    TEST_CASE("a commit whose end nobody saw tells of itself once") {
        Unsteady::Plan plan;
        World world(1, {}, unsteady(plan));
        const UserId ari = world.person("ari");
        const UserId bora = world.person("bora");
        const UserId chan = world.person("chan");
        const Listener& listener = world.connect(bora);
        const RoomId room = group(world, ari, {bora});
        const Message root = say(world, bora, room, {});
        signals(listener, 1);
        plan.applies_unknown = 1;
        say(world, ari, room, {}, root.id);
        CHECK(signals(listener, 2).size() == 2);
        plan.applies_unknown = 1;
        const auto invited = world.ask<RoomView>([&](Completion<RoomView> done) {
            world.engine().rooms().invite({ari, 0}, room, {bora, chan}, MemberRole::member,
                                          std::move(done));
        });
        REQUIRE(invited);
        say(world, ari, room, {bora});
        const Told told = signals(listener, 3);
        REQUIRE(told.size() == 3);
        CHECK(told[1].notification.kind == Kind::reply);
        CHECK(told[2].notification.kind == Kind::mention);  // bora was in: not invited again
        CHECK(inbox(world, chan).size() == 1);
    }
}

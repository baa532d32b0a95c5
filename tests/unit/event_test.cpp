#include "chatcore/domain/event.h"

#include <unordered_set>

#include <doctest/doctest.h>

using namespace chatcore;

TEST_SUITE("event") {
    TEST_CASE("what happens in a room goes to the room") {
        const RoomId room{7};
        const auto channel_of = [](auto what) { return Channel::of(Event{std::move(what)}); };
        CHECK((channel_of(RoomEvent{room, {3}, {2}, {2}, {}}) == Channel::of(room)));
        CHECK((channel_of(HeadMoved{room, {3}}) == Channel::of(room)));
        CHECK((channel_of(TypingSignal{room, {9}, true}) == Channel::of(room)));
        CHECK((channel_of(BroadcastSignal{room, "{}"}) == Channel::of(room)));
    }

    TEST_CASE("what concerns one person goes to the person") {
        const UserId user{9};
        CHECK((Channel::of(Event{RoomGained{user, {7}}}) == Channel::of(user)));
        CHECK((Channel::of(Event{ReadMoved{user, {7}, 1, 0}}) == Channel::of(user)));
        CHECK((Channel::of(Event{TokensRevoked{user, "family"}}) == Channel::of(user)));
        CHECK((Channel::of(Event{NotificationSignal{user, {}}}) == Channel::of(user)));
    }

    TEST_CASE("presence goes to everybody, whoever it is of") {
        const Channel one = Channel::of(Event{PresenceSignal{{1}, true, {}, {{5}}}});
        const Channel other = Channel::of(Event{PresenceSignal{{2}, false, {}, {}}});
        CHECK((one == other));
        CHECK((one.kind == Channel::Kind::presence));
    }

    TEST_CASE("a room and a person of the same number are different channels") {
        CHECK((Channel::of(RoomId{3}) != Channel::of(UserId{3})));
        std::unordered_set<Channel> channels;
        for (std::int64_t id = 0; id < 1000; ++id) {
            channels.insert(Channel::of(RoomId{id}));
            channels.insert(Channel::of(UserId{id}));
        }
        CHECK(channels.size() == 2000);
    }
}

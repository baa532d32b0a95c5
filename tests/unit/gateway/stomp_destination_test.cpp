#include <string_view>

#include <doctest/doctest.h>

#include "gateway/stomp/destination.h"

using namespace chatcore::gateway::stomp;

TEST_CASE("destinations are known by their names") {
    const auto is = [](std::string_view name, Topic topic, std::int64_t id,
                       std::string_view person = {}) {
        CAPTURE(name);
        const auto found = parse_destination(name);
        REQUIRE(found);
        CHECK(found->topic == topic);
        CHECK(found->id == id);
        CHECK(found->person == person);
    };
    is("/topic/messages/7", Topic::messages, 7);
    is("/topic/message/status/7", Topic::status, 7);
    is("/topic/typing/7", Topic::typing, 7);
    is("/topic/active/7", Topic::active, 7);
    is("/topic/pins/7", Topic::pins, 7);
    is("/topic/thread/7", Topic::thread, 7);
    is("/topic/room.7", Topic::room_messages, 7);
    is("/topic/room.7.read", Topic::room_reads, 7);
    is("/topic/presence", Topic::presence, 0);
    is("/queue/user/7", Topic::notifications, 7);
    is("/user/queue/errors", Topic::errors, 0);
    is("/user/queue/room-updates", Topic::room_updates, 0);
    is("/user/STU001/queue/chat", Topic::chat, 0, "STU001");
    is("/user/a/queue/b/queue/read", Topic::read, 0, "a/queue/b");
    for (const char* const wrong :
         {"", "/topic/messages/", "/topic/messages/0", "/topic/messages/-1", "/topic/messages/1x",
          "/topic/messages/9007199254740993", "/topic/room.", "/topic/room..read", "/topic/room.x",
          "/topic/nothing", "/user/queue/", "/user/queue/nothing", "/user//queue/chat",
          "/user/7/chat", "/queue/user/", "topic/messages/7"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_destination(wrong));
    }
    CHECK(parse_action("/app/chat") == Action::chat);
    CHECK(parse_action("/app/pin/toggle") == Action::pin_toggle);
    CHECK(parse_action("/app/chat.send") == Action::chat_send);
    for (const char* const wrong :
         {"", "/app/", "/app/chat/", "/app/nothing", "/topic/messages/7"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_action(wrong));
    }
}

// Socket.IO's namespaces, and what ends a session.

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "socketio_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using namespace std::chrono_literals;

namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("the main namespace lets everybody in, and has nothing to say") {
    SocketIoWorld world;
    SocketClient socket(world);
    socket.take();
    const auto in = socket.ask(R"(40{"any":"thing"})");
    REQUIRE(in.size() == 1);
    CHECK(in[0].starts_with(R"(40{"sid":")"));
    CHECK(in[0].size() == std::string_view(R"(40{"sid":"lv_VI97HAXpY6yYWAAAC"})").size());
    CHECK(socket.ask(R"(427["hello"])") ==
          std::vector<std::string>{R"(437[{"success":false,"error":{"code":"not_found",)"
                                   R"("message":"There is no event \"hello\" in /."}}])"});
    CHECK(has(socket.ask(R"(42["hello"])").at(0), R"(42["error",{"code":"not_found",)"));
    CHECK(socket.ask("41").empty());
    CHECK(socket.ask("40").size() == 1);
    CHECK(socket.close_code() == 0);
}

TEST_CASE("an unknown namespace is refused, and the session goes on") {
    SocketIoWorld world;
    SocketClient socket(world);
    socket.take();
    CHECK(socket.ask("40/random") ==
          std::vector<std::string>{R"(44/random,{"message":"Invalid namespace"})"});
    CHECK(socket.ask("40/custom,{\"a\":1}") ==
          std::vector<std::string>{R"(44/custom,{"message":"Invalid namespace"})"});
    CHECK(socket.ask("40").size() == 1);
}

TEST_CASE("who may not come in is told why") {
    SocketIoWorld world;
    const auto refused = [&](const std::string& packet, std::string_view code) {
        CAPTURE(packet);
        SocketClient socket(world);
        socket.take();
        const auto told = socket.ask(packet);
        REQUIRE(told.size() == 1);
        CHECK(told[0].starts_with(R"(44/chat,{"message":")"));
        CHECK(has(told[0], R"("data":{"code":")" + std::string(code) + R"(","message":")"));
        CHECK(socket.close_code() == 0);
        // And may try again.
        CHECK(socket.ask(R"(40/chat,{"token":"ari"})").at(0).starts_with(R"(40/chat,{"sid":")"));
    };
    refused("40/chat,", "unauthenticated");
    refused(R"(40/chat,{"token":"no"})", "unauthenticated");
    refused(R"(40/chat,{"token":"nobody"})", "unauthenticated");
    refused(R"(40/chat,{"token":"expired"})", "token_expired");
    refused(R"(40/chat,{"token":7})", "malformed");
}

TEST_CASE("the token may stand in the address or in a header") {
    SocketIoWorld world;
    SocketClient socket(world, SocketIoWorld::websocket + "&token=ari");
    socket.take();
    CHECK(socket.ask("40/chat,").at(0).starts_with(R"(40/chat,{"sid":")"));
    const Answered begun =
        world.ask("GET", SocketIoWorld::polling, {}, "Authorization: Bearer bora\r\n");
    const std::string sid = begun.body.substr(9, 20);
    world.post(sid, "40/chat,{}");
    CHECK(world.get(sid).body.starts_with(R"(40/chat,{"sid":")"));
}

TEST_CASE("a ticket is no token") {
    SocketIoWorld world;
    const std::string ticket = world.engine().accounts().ticket(UserId{1}, "sid");
    CHECK(world.engine().accounts().read_ticket(ticket)->user == UserId{1});
    CHECK(world.engine().accounts().read_ticket(ticket)->note == "sid");
    CHECK_FALSE(world.engine().accounts().read_ticket("ari"));
    SocketClient socket(world);
    socket.take();
    CHECK(has(socket.ask(R"(40/chat,{"token":")" + ticket + R"("})").at(0), "token_expired"));
}

TEST_CASE("packets that do not fit end the session") {
    SocketIoWorld world;
    for (const std::string text :
         {R"(42["a"])", R"(40/chat,{"token":"ari"})", "41/chat,", R"(42/chat,["connect"])",
          R"(42/chat,[{}])", R"(42/chat,[])", "42/chat,", "43/chat,", "43/chat,1{}",
          R"(44/chat,{"message":"a"})", R"(41/chat,{})", R"(452-["a"])", "4"}) {
        CAPTURE(text);
        SocketClient socket(world);
        if (std::string_view(text) != R"(42["a"])") socket.join_chat("ari");
        socket.ask(text);
        if (std::string_view(text) == R"(452-["a"])") {
            CHECK(socket.close_code() == 0);
            socket.ask(R"(42/chat,["a"])");  // where bytes were awaited
        }
        if (std::string_view(text) == "41/chat,") {
            CHECK(socket.close_code() == 0);
            socket.ask("41/chat,");
        }
        CHECK(socket.close_code() == 1002);
    }
}

TEST_CASE("an event of bytes is refused where no field is bytes, and nothing else happens") {
    SocketIoWorld world;
    SocketClient socket(world);
    socket.join_chat("ari");
    CHECK(
        socket
            .ask(R"(451-/chat,5["send-message",{"roomId":1,"text":{"_placeholder":true,"num":0}}])")
            .empty());
    socket.send_bytes("\x01\x02\x03");
    CHECK(has(socket.take().at(0), R"(43/chat,5[{"success":false,"error":{"code":"malformed",)"));
    // Bytes beside what is asked for do no harm.
    CHECK(socket.ask(R"(451-/chat,6["join-room",{"roomId":1},{"_placeholder":true,"num":0}])")
              .empty());
    socket.send_bytes("\x01");
    CHECK(socket.take().at(0) == R"(43/chat,6[{"success":true}])");
    // More of them than may be sent at once.
    socket.ask(R"(452-/chat,7["join-room",{"roomId":1}])");
    socket.send_bytes(std::string(600'000, 'a'));
    CHECK(socket.close_code() == 0);
    socket.send_bytes(std::string(600'000, 'a'));
    socket.take();
    CHECK(socket.close_code() == 1002);
}

TEST_CASE("of who is not let in nothing is kept that waits for attachments") {
    SocketIoWorld world;
    for (const char* text : {R"(451-["a",{"_placeholder":true,"num":0}])",
                             R"(451-/chat,["a",{"_placeholder":true,"num":0}])"}) {
        SocketClient stranger(world);
        stranger.ask("40");
        stranger.ask(text);
        CHECK(stranger.close_code() == 1002);
    }
}

TEST_CASE("attachments come in time, or the session ends") {
    SocketIoWorld world;
    world.shared().options.message_max = 10s;
    SocketClient socket(world);
    socket.join_chat("ari");
    for (int i = 0; i < 3; ++i) {
        CHECK(socket.ask(R"(451-/chat,6["join-room",{"roomId":1},{"_placeholder":true,"num":0}])")
                  .empty());
        world.wait(9s);
        socket.send_bytes("\x01");
        CHECK(socket.take().at(0) == R"(43/chat,6[{"success":true}])");
    }
    socket.ask(R"(451-/chat,6["join-room",{"roomId":1},{"_placeholder":true,"num":0}])");
    world.wait(10s);
    socket.take();
    CHECK(socket.close_code() == 0);
    world.wait(1s);
    socket.take();
    CHECK(socket.close_code() == 1008);
}

TEST_CASE("who is let in nowhere in time goes") {
    SocketIoWorld world;
    SocketClient stranger(world);
    SocketClient ari(world);
    ari.join_chat("ari");
    stranger.ask("40");
    for (int i = 0; i < 2; ++i) {
        world.wait(22s);
        stranger.ask("3");
        ari.ask("3");
    }
    CHECK(stranger.close_code() == 0);
    world.wait(2s);
    stranger.take();
    ari.take();
    CHECK(stranger.close_code() == 1008);
    CHECK(ari.close_code() == 0);
}

TEST_CASE("a token that ends, or is taken back, is told and ends the session") {
    SocketIoWorld world;
    SocketClient ari(world);
    ari.join_chat("ari");
    world.pass(61min);
    world.wait(1s);
    const auto told = ari.take();
    REQUIRE(told.size() == 2);
    CHECK(told[0].starts_with(R"(42/chat,["error",{"code":"token_expired",)"));
    CHECK(told[1] == "41/chat,");
    CHECK(ari.close_code() == 0);
    world.wait(1s);
    ari.take();
    CHECK(ari.close_code() == 1008);
}

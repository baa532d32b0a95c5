// The calls of Serverpod's generated clients, whose every byte they are particular about.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;
using chatcore::gateway::Serverpod;

namespace {

struct Client {
    explicit Client(Serverpod serverpod = Serverpod::index) {
        world.open_marketplace_door(serverpod);
    }
    /// As they send it: JSON that says it is text.
    Answer call(const Person& person, const std::string& body) {
        return world.ask("POST", "/chat", body, person.token,
                         {{"Content-Type", "text/plain; charset=utf-8"}});
    }
    std::int64_t open(int product = 3) {
        const Answer made = call(
            ann,
            fmt::format(R"({{"request":{{"__className__":"CreateChatRoomRequestDto",)"
                        R"("productId":{},"targetUserId":{}}},"method":"createOrGetChatRoom"}})",
                        product, bob.id.value));
        INFO(made.body);
        REQUIRE(made.status == 200);
        return made.number("/chatRoomId");
    }

    DoorWorld world;
    Person ann = world.sign_up("ann");
    Person bob = world.sign_up("bob");
    Person eve = world.sign_up("eve");
};

/// A refusal that the programmer reads.
void check_text(const Answer& answer, const std::string& beginning) {
    INFO(answer.body);
    CHECK(answer.status == 400);
    CHECK(answer.header("Content-Type") == "text/plain; charset=utf-8");
    CHECK(answer.header("Access-Control-Allow-Origin") == "*");
    CHECK(answer.body.starts_with(beginning));
}

}  // namespace

TEST_CASE("a call's value is bare, without what is null, and enumerations are indexes") {
    Client client;
    const auto room = client.open();
    const Answer found = client.call(
        client.ann, fmt::format(R"({{"chatRoomId":{},"method":"getChatRoomById"}})", room));
    CHECK(found.status == 200);
    CHECK(found.header("Content-Type") == "application/json; charset=utf-8");
    CHECK(found.header("Access-Control-Allow-Origin") == "*");
    const std::string at = found.text("/createdAt");
    CHECK(at.size() == std::string("2026-01-02T03:04:05.678Z").size());
    CHECK(at.ends_with('Z'));
    const std::string chat_room = fmt::format(
        R"({{"id":{},"productId":3,"chatRoomType":0,"participantCount":2,"lastActivityAt":"{}",)"
        R"("createdAt":"{}","updatedAt":"{}"}})",
        room, at, at, at);
    CHECK(found.body == chat_room);
    CHECK(client.call(client.ann, R"({"productId":3,"method":"getChatRoomsByProductId"})").body ==
          "[" + chat_room + "]");
    CHECK(
        client.call(client.ann, R"({"productId":4,"method":"getUserChatRoomsByProductId"})").body ==
        "[]");
    CHECK(client
              .call(client.eve,
                    fmt::format(R"({{"chatRoomId":{},"method":"getChatRoomById"}})", room))
              .body == "null");
    CHECK(client
              .call(client.ann, fmt::format(R"({{"chatRoomId":{},"__className__":"x",)"
                                            R"("method":"getLastMessageByChatRoomId"}})",
                                            room))
              .body == "null");
    const Answer said = client.call(
        client.ann, fmt::format(R"({{"request":{{"chatRoomId":{},"content":"hi","messageType":0,)"
                                R"("attachmentUrl":null}},"method":"sendMessage"}})",
                                room));
    CHECK(said.status == 200);
    const std::string message = fmt::format(
        R"({{"id":{},"chatRoomId":{},"senderId":{},"senderNickname":"ann","content":"hi",)"
        R"("messageType":0,"createdAt":"{}"}})",
        said.number("/id"), room, client.ann.id.value, said.text("/createdAt"));
    CHECK(said.body == message);
    CHECK(
        client
            .call(client.bob, fmt::format(R"({{"request":{{"chatRoomId":{},"page":1,"limit":20}},)"
                                          R"("method":"getChatMessagesPaginated"}})",
                                          room))
            .body == fmt::format(R"({{"messages":[{}],"totalCount":1,"mediaTotalCount":0,)"
                                 R"("fileTotalCount":0,"currentPage":1,"pageSize":20,)"
                                 R"("hasNextPage":false,"hasPreviousPage":false}})",
                                 message));
    const Answer people = client.call(
        client.bob, fmt::format(R"({{"chatRoomId":{},"method":"getChatParticipants"}})", room));
    CHECK(people.body ==
          fmt::format(R"([{{"userId":{},"nickname":"ann","joinedAt":"{}","isActive":true}},)"
                      R"({{"userId":{},"nickname":"bob","joinedAt":"{}","isActive":true}}])",
                      client.ann.id.value, at, client.bob.id.value, at));
    const Answer filed = client.call(
        client.ann, fmt::format(R"({{"request":{{"chatRoomId":{},"content":"papers",)"
                                R"("messageType":2,"attachmentUrl":"https://files.example/a.pdf",)"
                                R"("attachmentName":"a.pdf","attachmentSize":9}},)"
                                R"("method":"sendMessage"}})",
                                room));
    CHECK(filed.number("/messageType") == 2);
    CHECK(filed.text("/attachmentName") == "a.pdf");
}

TEST_CASE("clients of version 3 know enumerations by name") {
    Client client(Serverpod::name);
    const auto room = client.open();
    CHECK(client
              .call(client.ann,
                    fmt::format(R"({{"chatRoomId":{},"method":"getChatRoomById"}})", room))
              .text("/chatRoomType") == "direct");
    const Answer said =
        client.call(client.ann, fmt::format(R"({{"request":{{"chatRoomId":{},"content":"hi",)"
                                            R"("messageType":"image"}},"method":"sendMessage"}})",
                                            room));
    CHECK(said.text("/messageType") == "image");
    CHECK_FALSE(said.has("/updatedAt"));
}

TEST_CASE("refusals of opening, joining and leaving are values") {
    Client client;
    const auto room = client.open();
    const Answer self =
        client.call(client.ann, fmt::format(R"({{"request":{{"productId":3,"targetUserId":{}}},)"
                                            R"("method":"createOrGetChatRoom"}})",
                                            client.ann.id.value));
    CHECK(self.status == 200);
    CHECK(self.body.starts_with(R"({"success":false,"message":")"));
    CHECK(self.body.ends_with(R"("error":"self_room"})"));
    // Their classes need the room and the time even so.
    const Answer join = client.call(
        client.eve,
        fmt::format(R"({{"request":{{"chatRoomId":{}}},"method":"joinChatRoom"}})", room));
    CHECK(join.status == 200);
    CHECK_FALSE(join.flag("/success"));
    CHECK(join.number("/chatRoomId") == room);
    CHECK(join.text("/joinedAt").ends_with('Z'));
    const Answer leave = client.call(
        client.eve,
        fmt::format(R"({{"request":{{"chatRoomId":{}}},"method":"leaveChatRoom"}})", room));
    CHECK(leave.status == 200);
    CHECK(leave.number("/chatRoomId") == room);
    CHECK(leave.text("/error") == "not_a_member");
}

TEST_CASE("what the programmer has done wrong is told in words") {
    Client client;
    const auto room = client.open();
    check_text(client.call(client.ann, "no JSON"), "malformed: ");
    check_text(client.call(client.ann, "{}"), "malformed: ");
    check_text(client.call(client.ann, R"({"method":"sing"})"),
               "malformed: There is no method sing.");
    const Answer odd =
        client.call(client.ann, R"({"method":"a\n<b>\u202e)" + std::string(2'000, 'x') + "\"}");
    check_text(odd, "malformed: There is no method a?<b>???xxx");
    CHECK(odd.body.size() < 120);
    check_text(client.call(client.ann, R"({"method":"getChatRoomById"})"),
               "malformed: The request is not well-formed: chatRoomId must be an id ");
    check_text(client.call(client.ann, R"({"request":{},"method":"createOrGetChatRoom"})"),
               "malformed: ");
    check_text(client.call(client.ann, R"({"request":3,"method":"joinChatRoom"})"), "malformed: ");
    for (const char* type : {"4", "-1", "1.5", "\"smoke\"", "true"}) {
        check_text(
            client.call(client.ann, fmt::format(R"({{"request":{{"chatRoomId":{},"content":"x",)"
                                                R"("messageType":{}}},"method":"sendMessage"}})",
                                                room, type)),
            "malformed: ");
    }
    check_text(
        client.call(client.ann, fmt::format(R"({{"request":{{"chatRoomId":{},"content":" "}},)"
                                            R"("method":"sendMessage"}})",
                                            room)),
        "empty: ");
    const Answer barred = client.call(
        client.eve, fmt::format(R"({{"chatRoomId":{},"method":"getChatParticipants"}})", room));
    CHECK(barred.status == 403);
    check_text(client.world.ask("POST", "/chat/sing", "{}", client.ann.token),
               "malformed: There is no method sing.");
}

TEST_CASE("a token comes as Bearer, as Basic, or in the body") {
    Client client;
    const auto room = client.open();
    const auto ask = [&](const std::string& authorization, const std::string& more = {}) {
        DoorWorld::Headers headers;
        if (!authorization.empty()) headers = {{"Authorization", authorization}};
        return client.world.ask(
            "POST", "/chat",
            fmt::format(R"({{"chatRoomId":{},"method":"getChatRoomById"{}}})", room, more), {},
            headers);
    };
    REQUIRE(client.ann.token == "token-0");
    CHECK(ask("Bearer token-0").number("/id") == room);
    CHECK(ask("Basic dG9rZW4tMA==").number("/id") == room);
    CHECK(ask("basic dG9rZW4tMA").number("/id") == room);
    CHECK(ask("", R"(,"auth":"token-0")").number("/id") == room);
    CHECK(ask("", R"(,"auth":null)").status == 401);
    CHECK(ask("").status == 401);
    CHECK(ask("", R"(,"auth":"token-99")").status == 401);
    CHECK(ask("Basic dG9rZW4tOTk=").status == 401);
    CHECK(ask("Digest x", R"(,"auth":"token-0")").status == 401);
    CHECK(ask("Basic no base64").status == 400);
    CHECK(ask("Bearer " + client.world.expired_token(client.ann.id)).status == 401);
    CHECK(ask("").header("Access-Control-Allow-Origin") == "*");
}

TEST_CASE("a browser may ask from any page") {
    Client client;
    for (const char* path : {"/chat", "/chat/getChatRoomById"}) {
        const Answer answer = client.world.ask("OPTIONS", path);
        CHECK(answer.status == 200);
        CHECK(answer.header("Access-Control-Allow-Origin") == "*");
        CHECK(answer.header("Access-Control-Allow-Headers") ==
              "Content-Type, Authorization, Accept, User-Agent, X-Requested-With");
        CHECK(answer.header("Access-Control-Allow-Methods") == "GET, POST, OPTIONS");
    }
}

TEST_CASE("a plain address takes a call's body, and answers by names") {
    Client client;
    const Answer made = client.world.ask(
        "POST", "/chat/createOrGetChatRoom",
        fmt::format(R"({{"request":{{"productId":3,"targetUserId":{}}}}})", client.bob.id.value),
        client.ann.token);
    CHECK(made.status == 200);
    CHECK(made.text("/chatRoom/chatRoomType") == "direct");
    CHECK(made.is_null("/chatRoom/title"));
    const Answer said = client.world.ask(
        "POST", "/chat/sendMessage",
        fmt::format(R"({{"request":{{"chatRoomId":{},"content":"x","messageType":1}},)"
                    R"("method":"sendMessage"}})",
                    made.number("/chatRoomId")),
        client.ann.token);
    CHECK(said.text("/messageType") == "image");
}

TEST_CASE("a room that is about no product has the number 0, and switched off there is no call") {
    Client client;
    const std::string group = client.world.group(client.ann, {});
    const Answer found = client.call(
        client.ann, fmt::format(R"({{"chatRoomId":{},"method":"getChatRoomById"}})", group));
    CHECK(found.number("/productId") == 0);
    CHECK(found.text("/title") == "group");
    CHECK(found.number("/chatRoomType") == 1);
    const Answer plain =
        client.world.ask("GET", "/chat/getChatRoomById?chatRoomId=" + group, {}, client.ann.token);
    CHECK(plain.is_null("/productId"));

    Client off(Serverpod::off);
    check_refusal(off.call(off.ann, R"({"method":"getChatRoomById"})"), 404, "not_found", "route");
    check_refusal(off.world.ask("POST", "/chat/sing", "{}", off.ann.token), 404, "not_found",
                  "route");
    CHECK(
        off.world.ask("GET", "/chat/getChatRoomsByProductId?productId=1", {}, off.ann.token).body ==
        "[]");
}

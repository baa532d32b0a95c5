// The plain addresses of the marketplace's front door.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

struct Market {
    Market() { world.open_marketplace_door(); }
    void register_product(int id, const Person& owner, const char* title = "") {
        const Answer put =
            world.ask("PUT", fmt::format("/api/v1/contexts/product/{}", id),
                      fmt::format(R"({{"ownerId":{},"title":"{}"}})", owner.id.value, title), {},
                      {{"X-Chatd-Key", DoorWorld::host_key}});
        REQUIRE(put.status == 200);
    }
    Answer get(const Person& person, const std::string& method, const std::string& query) {
        return world.ask("GET", "/chat/" + method + "?" + query, {}, person.token);
    }
    Answer post(const Person& person, const std::string& method, const std::string& body) {
        return world.ask("POST", "/chat/" + method, body, person.token);
    }
    std::int64_t open(const Person& person, int product, const Person* other = nullptr) {
        std::string body = fmt::format(R"({{"productId":{})", product);
        if (other != nullptr) body += fmt::format(R"(,"targetUserId":{})", other->id.value);
        const Answer made = post(person, "createOrGetChatRoom", body + "}");
        INFO(made.body);
        REQUIRE(made.status == 200);
        REQUIRE(made.flag("/success"));
        return made.number("/chatRoomId");
    }
    Answer in_room(const Person& person, const std::string& method, std::int64_t room) {
        return post(person, method, fmt::format(R"({{"chatRoomId":{}}})", room));
    }
    Answer say(const Person& person, std::int64_t room, const std::string& content,
               const std::string& more = {}) {
        return post(person, "sendMessage",
                    fmt::format(R"({{"chatRoomId":{},"content":"{}"{}}})", room, content, more));
    }

    DoorWorld world;
    Person seller = world.sign_up("seller");
    Person ann = world.sign_up("ann");
    Person bob = world.sign_up("bob");
};

void check_refused(const Answer& answer, int status, const std::string& code) {
    INFO(answer.body);
    CHECK(answer.status == status);
    CHECK_FALSE(answer.flag("/success"));
    CHECK(answer.is_null("/chatRoomId"));
    CHECK(answer.text("/error") == code);
    CHECK_FALSE(answer.text("/message").empty());
}

}  // namespace

TEST_CASE("two people have one room for a product, in the market's shape") {
    Market market;
    const Answer made =
        market.post(market.ann, "createOrGetChatRoom",
                    fmt::format(R"({{"productId":17,"targetUserId":{}}})", market.seller.id.value));
    REQUIRE(made.status == 200);
    const auto room = made.number("/chatRoomId");
    const std::string chat_room = fmt::format(
        R"({{"id":{},"productId":17,"title":null,"chatRoomType":"direct","participantCount":2,)"
        R"("lastActivityAt":"{}","createdAt":"{}","updatedAt":"{}"}})",
        room, made.text("/chatRoom/createdAt"), made.text("/chatRoom/createdAt"),
        made.text("/chatRoom/createdAt"));
    CHECK(made.body == fmt::format(R"({{"success":true,"chatRoomId":{},"chatRoom":{},)"
                                   R"("message":"The room is open."}})",
                                   room, chat_room));
    CHECK(made.header("Access-Control-Allow-Origin") == "*");
    CHECK(market.open(market.seller, 17, &market.ann) == room);
    CHECK(market.open(market.seller, 18, &market.ann) != room);
    const Answer found =
        market.get(market.ann, "getChatRoomById", fmt::format("chatRoomId={}", room));
    CHECK(found.status == 200);
    CHECK(found.body == chat_room);
    CHECK(market.in_room(market.seller, "getChatRoomById", room).body == chat_room);
    CHECK(market.in_room(market.bob, "getChatRoomById", room).body == "null");
    CHECK(market.get(market.bob, "getChatRoomById", "chatRoomId=99999").body == "null");
}

TEST_CASE("without another, a product leads to its owner, or to its one open room") {
    Market market;
    market.register_product(17, market.seller, "a bicycle");
    const auto with_ann = market.open(market.ann, 17);
    CHECK(market.open(market.seller, 17, &market.ann) == with_ann);
    const Answer own = market.post(market.seller, "createOrGetChatRoom", R"({"productId":17})");
    CHECK(own.text("/chatRoom/chatRoomType") == "group");
    CHECK(own.text("/chatRoom/title") == "a bicycle");
    CHECK(own.number("/chatRoom/participantCount") == 1);
    CHECK(market.open(market.seller, 17) == own.number("/chatRoomId"));

    // Nobody has registered this one: who comes is in, the first of them as its owner.
    const auto shared = market.open(market.ann, 20);
    CHECK(market.open(market.bob, 20) == shared);
    CHECK(market.open(market.ann, 20) == shared);
    const Answer here = market.in_room(market.bob, "getChatRoomById", shared);
    CHECK(here.number("/participantCount") == 2);
    CHECK(here.text("/title") == "product 20");
    CHECK(market.open(market.bob, 21) != shared);
}

TEST_CASE("a product's owner sees all of its rooms, others their own") {
    Market market;
    market.register_product(17, market.seller);
    const auto with_ann = market.open(market.ann, 17);
    market.world.let_time_pass();
    const auto with_bob = market.open(market.bob, 17);
    market.world.let_time_pass();
    const auto aside = market.open(market.ann, 17, &market.bob);
    market.world.let_time_pass();
    REQUIRE(market.say(market.ann, with_ann, "hello").status == 200);
    const auto rooms = [&](const Person& person, const char* method) {
        const Answer list = market.get(person, method, "productId=17");
        REQUIRE(list.status == 200);
        std::vector<std::int64_t> ids;
        for (std::size_t i = 0; i < list.size(""); ++i)
            ids.push_back(list.number(fmt::format("/{}/id", i)));
        return ids;
    };
    using Ids = std::vector<std::int64_t>;
    // What two others open about the product is theirs alone.
    CHECK(rooms(market.seller, "getChatRoomsByProductId") == Ids{with_ann, with_bob});
    CHECK(rooms(market.seller, "getUserChatRoomsByProductId") == Ids{with_ann, with_bob});
    CHECK(rooms(market.bob, "getChatRoomsByProductId") == Ids{with_bob});
    CHECK(rooms(market.bob, "getUserChatRoomsByProductId") == Ids{aside, with_bob});
    CHECK(market.post(market.ann, "getChatRoomsByProductId", R"({"productId":"18"})").body == "[]");
}

TEST_CASE("people join and leave, and who was there sees who is") {
    Market market;
    const auto room = market.open(market.ann, 20);
    const Answer joined = market.in_room(market.bob, "joinChatRoom", room);
    REQUIRE(joined.status == 200);
    CHECK(joined.body == fmt::format(R"({{"success":true,"chatRoomId":{},"joinedAt":"{}",)"
                                     R"("message":"You are in the room.","participantCount":2}})",
                                     room, joined.text("/joinedAt")));
    market.world.let_time_pass();
    CHECK(market.in_room(market.bob, "joinChatRoom", room).body == joined.body);
    const Answer left = market.in_room(market.bob, "leaveChatRoom", room);
    CHECK(left.status == 200);
    CHECK(left.body == fmt::format(R"({{"success":true,"chatRoomId":{},)"
                                   R"("message":"You have left the room."}})",
                                   room));
    const Answer people =
        market.get(market.bob, "getChatParticipants", fmt::format("chatRoomId={}", room));
    REQUIRE(people.status == 200);
    CHECK(people.body ==
          fmt::format(R"([{{"userId":{},"nickname":"ann","profileImageUrl":null,"joinedAt":"{}",)"
                      R"("isActive":true}},{{"userId":{},"nickname":"bob",)"
                      R"("profileImageUrl":null,"joinedAt":"{}","isActive":false}}])",
                      market.ann.id.value, people.text("/0/joinedAt"), market.bob.id.value,
                      joined.text("/joinedAt")));
    CHECK(market.in_room(market.bob, "joinChatRoom", room).text("/joinedAt") ==
          joined.text("/joinedAt"));
}

TEST_CASE("messages are sent, and read page by page with totals") {
    Market market;
    const auto room = market.open(market.ann, 17, &market.seller);
    CHECK(market.in_room(market.ann, "getLastMessageByChatRoomId", room).body == "null");
    const Answer plain = market.say(market.ann, room, "is it there still?");
    REQUIRE(plain.status == 200);
    CHECK(plain.body ==
          fmt::format(R"({{"id":{},"chatRoomId":{},"senderId":{},"senderNickname":"ann",)"
                      R"("content":"is it there still?","messageType":"text",)"
                      R"("attachmentUrl":null,"attachmentName":null,"attachmentSize":null,)"
                      R"("createdAt":"{}","updatedAt":null}})",
                      plain.number("/id"), room, market.ann.id.value, plain.text("/createdAt")));
    const Answer picture =
        market.say(market.seller, room, "look",
                   R"(,"messageType":"IMAGE","attachmentUrl":"https://pictures.example/1.png",)"
                   R"("attachmentName":"1.png","attachmentSize":512)");
    REQUIRE(picture.status == 200);
    CHECK(picture.body.find(R"("messageType":"image","attachmentUrl":)"
                            R"("https://pictures.example/1.png","attachmentName":"1.png",)"
                            R"("attachmentSize":512,)") != std::string::npos);
    // Without a size there is none, rather than nothing in the file.
    CHECK(market
              .say(market.ann, room, "here",
                   R"(,"messageType":"file","attachmentUrl":"https://pictures.example/2.pdf")")
              .body.find(R"("attachmentName":null,"attachmentSize":null,)") != std::string::npos);
    // A video, as other doors post it, shows as a file, and counts as media.
    const Answer video = market.world.post(market.ann, fmt::format("/messages/{}", room),
                                           R"({"content":"a film","type":"video"})");
    REQUIRE(video.status == 201);
    REQUIRE(market.say(market.ann, room, "papers", R"(,"messageType":"file")").status == 200);
    const auto page = [&](const std::string& more) {
        return market.post(market.ann, "getChatMessagesPaginated",
                           fmt::format(R"({{"chatRoomId":{}{}}})", room, more));
    };
    const Answer first = page(R"(,"page":1,"limit":3)");
    REQUIRE(first.status == 200);
    CHECK(first.text("/messages/0/content") == "papers");
    CHECK(first.text("/messages/1/messageType") == "file");
    CHECK(first.body.ends_with(R"("totalCount":5,"mediaTotalCount":2,"fileTotalCount":2,)"
                               R"("currentPage":1,"pageSize":3,"hasNextPage":true,)"
                               R"("hasPreviousPage":false})"));
    const Answer second = page(R"(,"page":2,"limit":3)");
    CHECK(second.size("/messages") == 2);
    CHECK_FALSE(second.flag("/hasNextPage"));
    CHECK(second.flag("/hasPreviousPage"));
    CHECK(page(R"(,"messageType":"file")").size("/messages") == 3);
    CHECK(page(R"(,"messageType":"file")").number("/totalCount") == 5);
    CHECK(page(R"(,"messageType":"image")").size("/messages") == 1);
    CHECK(page("").number("/pageSize") == 50);
    CHECK(
        market.get(market.seller, "getLastMessageByChatRoomId", fmt::format("chatRoomId={}", room))
            .text("/content") == "papers");

    const Answer edited = market.world.put(
        market.ann, fmt::format("/messages/{}", plain.number("/id")), R"({"content":"is it?"})");
    REQUIRE(edited.status == 200);
    const Answer after = page(R"(,"page":2,"limit":3)");
    CHECK(after.text("/messages/1/updatedAt") == edited.text("/editedAt"));
}

TEST_CASE("what is refused of opening, joining and leaving says so in the market's shape") {
    Market market;
    const auto room = market.open(market.ann, 17, &market.seller);
    const auto create = [&](const std::string& body) {
        return market.post(market.ann, "createOrGetChatRoom", body);
    };
    check_refused(create("{}"), 400, "malformed");
    CHECK(create("{}").text("/message") ==
          "The request is not well-formed: productId must be an id that can be meant here: a whole "
          "number above 0, or its digits as a text.");
    check_refused(create("no JSON"), 400, "malformed");
    CHECK(create("no JSON").text("/message") ==
          "The request is not well-formed: body must be a JSON object.");
    const Answer nobody = create(R"({"productId":17,"targetUserId":99999})");
    check_refused(nobody, 404, "not_found");
    CHECK(nobody.text("/message") == "There is no such thing: user.");
    CHECK(market.in_room(market.bob, "joinChatRoom", 99999).text("/message") ==
          "There is no such thing: room.");
    check_refused(
        create(fmt::format(R"({{"productId":17,"targetUserId":{}}})", market.ann.id.value)), 422,
        "self_room");
    check_refused(market.in_room(market.bob, "joinChatRoom", room), 403, "forbidden");
    check_refused(market.in_room(market.bob, "joinChatRoom", 99999), 404, "not_found");
    check_refused(market.in_room(market.bob, "leaveChatRoom", room), 403, "not_a_member");
    check_refused(market.post(market.bob, "leaveChatRoom", "{}"), 400, "malformed");
    market.world.post(market.seller, "/users/blocks",
                      fmt::format(R"({{"userId":{}}})", market.ann.id.value));
    check_refused(
        create(fmt::format(R"({{"productId":30,"targetUserId":{}}})", market.seller.id.value)), 403,
        "blocked");
}

TEST_CASE("all else is refused in the canonical shape") {
    Market market;
    const auto room = market.open(market.ann, 17, &market.seller);
    check_refusal(market.in_room(market.bob, "getChatParticipants", room), 403, "not_a_member");
    check_refusal(market.in_room(market.bob, "getLastMessageByChatRoomId", room), 403,
                  "not_a_member");
    check_refusal(market.say(market.bob, room, "x"), 403, "not_a_member");
    check_refusal(market.say(market.ann, room, " "), 422, "empty");
    check_refusal(market.say(market.ann, room, "x", R"(,"messageType":"smoke")"), 400, "malformed",
                  "messageType");
    check_refusal(market.say(market.ann, room, "x", R"(,"messageType":"system")"), 403, "forbidden",
                  "type");
    check_refusal(market.get(market.ann, "getChatRoomById", "chatRoomId=x"), 400, "malformed",
                  "chatRoomId");
    check_refusal(market.get(market.ann, "getChatRoomsByProductId", ""), 400, "malformed",
                  "productId");
    for (const char* more : {R"("page":0)", R"("page":"x")", R"("limit":0)", R"("limit":101)"}) {
        const std::string field = std::string(more).substr(1, std::string(more).find(':') - 2);
        check_refusal(market.post(market.ann, "getChatMessagesPaginated",
                                  fmt::format(R"({{"chatRoomId":{},{}}})", room, more)),
                      400, "malformed", field);
    }
    const Answer stranger = market.world.ask("POST", "/chat/createOrGetChatRoom", "{}");
    check_refusal(stranger, 401, "unauthenticated");
    CHECK(stranger.header("Access-Control-Allow-Origin") == "*");
    CHECK(market.world.ask("GET", "/chat/joinChatRoom", {}, market.ann.token).status == 405);
    CHECK(market.world.ask("GET", "/chat/nothing", {}, market.ann.token).status == 404);
}

TEST_CASE("a person who was put out of a product's room does not come back by opening it") {
    Market market;
    const auto room = market.open(market.ann, 20);
    REQUIRE(market.open(market.bob, 20) == room);
    const Answer out = market.world.del(
        market.ann, fmt::format("/chatrooms/{}/participants/{}", room, market.bob.id.value));
    REQUIRE(out.status == 200);
    check_refused(market.post(market.bob, "createOrGetChatRoom", R"({"productId":20})"), 403,
                  "forbidden");
}

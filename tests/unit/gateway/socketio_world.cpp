#include "socketio_world.h"

#include <fmt/format.h>

#include "gateway/engineio/place.h"
#include "gateway/socketio/socketio.h"
#include "gateway/websocket/client_frames.h"

namespace chatcore::gateway::test {

Answered read_answer(const std::string& bytes) {
    Answered answer;
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string::npos || bytes.size() < 12) return answer;
    answer.status = std::atoi(bytes.c_str() + 9);
    answer.head = bytes.substr(0, end + 2);
    answer.body = bytes.substr(end + 4);
    return answer;
}

Limits SocketIoWorld::calm() {
    Limits limits;
    limits.person_posts_per_s = 0;
    limits.person_changes_per_s = 0;
    return limits;
}

SocketIoWorld::SocketIoWorld(Limits limits) : NativeWorld(limits) {
    shared().loops.push_back(&loop());
    shared().connections_max = 1'000;
    socketio::add_socketio(shared());
    engineio::add_polling_routes(routes(), shared(), "/socket.io/", socketio::make_socketio_door);
    register_store("4");
    open_room(ari, "4");
}

void SocketIoWorld::register_store(const std::string& id) {
    bool done = false;
    engine().contexts().put({.user = bora, .is_admin = true}, {"store", id},
                            {.owner = bora, .title = "Corner shop", .metadata = {}},
                            [&](const Result<RegisteredContext>& put) { done = put.has_value(); });
    settle();
    REQUIRE(done);
}

RoomId SocketIoWorld::open_room(UserId customer, const std::string& store) {
    if (store != "4") register_store(store);
    RoomId opened;
    engine().context_rooms().open_with_owner({.user = customer}, {"store", store},
                                             [&](const Result<RoomView>& view) {
                                                 if (view) opened = view->room.id;
                                             });
    settle();
    REQUIRE(opened != RoomId{});
    return opened;
}

MessageId SocketIoWorld::say(UserId user, RoomId where, std::string text) {
    MessageId said;
    PostRequest request;
    request.room = where;
    request.content = std::move(text);
    engine().messages().post({.user = user}, std::move(request),
                             [&](const Result<Message>& posted) {
                                 if (posted) said = posted->id;
                             });
    settle();
    REQUIRE(said != MessageId{});
    return said;
}

void SocketIoWorld::read(UserId user, RoomId where) {
    bool done = false;
    engine().receipts().read({.user = user}, where, std::nullopt,
                             [&](const Result<Member>& member) { done = member.has_value(); });
    settle();
    REQUIRE(done);
}

void SocketIoWorld::edit(UserId user, MessageId message, std::string text) {
    bool done = false;
    engine().messages().edit({.user = user}, message, std::move(text),
                             [&](const Result<Message>& edited) { done = edited.has_value(); });
    settle();
    REQUIRE(done);
}

Answered SocketIoWorld::ask(std::string_view method, std::string_view query, std::string_view body,
                            std::string_view headers) {
    HttpClient client(*this);
    return read_answer(
        client.ask(fmt::format("{} /socket.io/?{} HTTP/1.1\r\nHost: h\r\n{}Content-Length: "
                               "{}\r\n\r\n{}",
                               method, query, headers, body.size(), body)));
}

std::string SocketIoWorld::open() {
    const Answered answer = ask("GET", polling);
    REQUIRE(answer.status == 200);
    return answer.body.substr(9, 20);
}

void SocketIoWorld::wait(std::chrono::seconds time) {
    for (; time.count() > 0; --time) {
        loop().now += std::chrono::seconds{1};
        pass(std::chrono::seconds{1});
        loop().sessions.for_each(
            [this](CarriedSession& session) { session.second_passed(loop().now); });
        settle();
    }
}

SocketClient::SocketClient(SocketIoWorld& world, const std::string& query) : http_(world) {
    std::string request;
    const std::string target = "/socket.io/?" + query;
    append_client_handshake(request, {.host = "h", .target = target});
    http_.put(request);
    const std::string answer = http_.take();
    const std::size_t end = answer.find("\r\n\r\n");
    REQUIRE(end != std::string::npos);
    handshake_ = answer.substr(0, end + 4);
    unread_ = answer.substr(end + 4);
}

void SocketClient::put(Opcode opcode, std::string_view payload) {
    std::string frame;
    append_client_frame(frame, {.opcode = opcode, .payload = payload, .key = {1, 2, 3, 4}});
    http_.put(frame);
}

std::vector<std::string> SocketClient::ask(std::string_view text) {
    put(Opcode::text, text);
    return take();
}

void SocketClient::send_bytes(std::string_view bytes) {
    put(Opcode::binary, bytes);
}

std::vector<std::string> SocketClient::take() {
    unread_ += http_.take();
    std::vector<std::string> texts;
    std::string_view rest = unread_;
    ServerFrame frame;
    while (take_server_frame(rest, frame) == ServerFrameStatus::frame) {
        if (frame.opcode == Opcode::text && frame.payload != "2") texts.emplace_back(frame.payload);
        if (frame.opcode == Opcode::binary) texts.push_back("bytes:" + std::string(frame.payload));
        if (frame.opcode == Opcode::close && frame.payload.size() >= 2) {
            close_code_ = static_cast<unsigned char>(frame.payload[0]) << 8 |
                          static_cast<unsigned char>(frame.payload[1]);
        }
    }
    unread_.erase(0, unread_.size() - rest.size());
    return texts;
}

void SocketClient::join_chat(std::string_view token) {
    take();
    const auto told = ask(fmt::format(R"(40/chat,{{"token":"{}"}})", token));
    REQUIRE(told.size() == 1);
    REQUIRE(told[0].starts_with(R"(40/chat,{"sid":")"));
}

}  // namespace chatcore::gateway::test

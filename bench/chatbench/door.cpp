#include "chatbench/door.h"

#include <fmt/format.h>

#include "common/frame.h"
#include "common/json.h"
#include "common/net.h"

namespace bench {
namespace {

/// `chat.v1`: hello, then attach.
class NativeDoor final : public Door {
public:
    std::string handshake(std::string_view host) const override {
        return handshake_request(host, "/ws", "chat.v1");
    }
    std::string greeting(const Person& person) const override {
        return fmt::format(R"({{"id":1,"type":"hello","token":"{}"}})", person.token);
    }
    std::string answer(Entrance& entrance, std::string_view message, const Person& /*person*/,
                       std::int64_t room) const override {
        if (json_integer(message, {"id"}) != entrance.step + 1) return {};
        if (json_find(message, {"type"}) != "\"ok\"") die(fmt::format("answered {}", message));
        ++entrance.step;
        entrance.in = entrance.step == 2 || room == 0;
        if (entrance.in) return {};
        return fmt::format(R"({{"id":2,"type":"attach","roomId":{}}})", room);
    }
    std::string post(std::int64_t room, std::string_view content) const override {
        return fmt::format(R"({{"type":"post","roomId":{},"content":"{}"}})", room, content);
    }
    bool is_delivery(std::string_view message) const override {
        return message.starts_with(R"({"type":"message",)");
    }
    std::string_view pong(std::string_view /*message*/) const override { return {}; }
};

/// The social system's STOMP: CONNECT, then SUBSCRIBE to the room's messages, or, without a room,
/// to what moves in the person's list and to errors.
class StompDoor final : public Door {
public:
    /// `own_names`: each client names its subscription differently, so that no two can be sent the
    /// same bytes.
    explicit StompDoor(bool own_names) : own_names_(own_names) {}

    std::string handshake(std::string_view host) const override {
        return handshake_request(host, "/ws/chat", "v12.stomp");
    }
    std::string greeting(const Person& person) const override {
        return frame(
            fmt::format("CONNECT\naccept-version:1.2\nhost:bench\nheart-beat:0,0\n"
                        "Authorization:Bearer {}",
                        person.token));
    }
    std::string answer(Entrance& entrance, std::string_view message, const Person& /*person*/,
                       std::int64_t room) const override {
        if (message.starts_with("ERROR")) die(fmt::format("answered {}", message));
        if (message.starts_with("RECEIPT")) entrance.in = true;
        if (!message.starts_with("CONNECTED")) return {};
        ++entrance.step;
        if (room != 0) {
            return frame(
                fmt::format("SUBSCRIBE\nid:sub-{}\ndestination:/topic/messages/{}\nreceipt:r",
                            own_names_ ? entrance.number : 0, room));
        }
        return frame("SUBSCRIBE\nid:sub-0\ndestination:/user/queue/room-updates") +
               frame("SUBSCRIBE\nid:sub-1\ndestination:/user/queue/errors\nreceipt:r");
    }
    std::string post(std::int64_t room, std::string_view content) const override {
        return frame("SEND\ndestination:/app/chat\ncontent-type:application/json",
                     fmt::format(R"({{"roomId":{},"content":"{}"}})", room, content));
    }
    bool is_delivery(std::string_view message) const override {
        return message.starts_with("MESSAGE");
    }
    std::string_view pong(std::string_view /*message*/) const override { return {}; }

private:
    const bool own_names_;

    static std::string frame(std::string_view head, std::string_view body = {}) {
        std::string text = fmt::format("{}\n\n{}", head, body);
        text += '\0';
        return text;
    }
};

/// The storefront's Socket.IO 4 over a WebSocket: the Engine.IO packets 0 open, 2 ping, 3 pong,
/// 4 message; in them the Socket.IO packets 0 connect, 2 event, 3 ack, 4 refused, in the namespace
/// /chat.
class SocketIoDoor final : public Door {
public:
    std::string handshake(std::string_view host) const override {
        return handshake_request(host, "/socket.io/?EIO=4&transport=websocket", "");
    }
    std::string greeting(const Person& /*person*/) const override { return {}; }
    std::string answer(Entrance& entrance, std::string_view message, const Person& person,
                       std::int64_t room) const override {
        if (message.starts_with("44/chat,")) die(fmt::format("answered {}", message));
        if (entrance.step == 0 && message.starts_with("0{")) {
            entrance.step = 1;
            return fmt::format(R"(40/chat,{{"token":"{}"}})", person.token);
        }
        if (entrance.step == 1 && message.starts_with("40/chat,")) {
            entrance.step = 2;
            entrance.in = room == 0;
            if (entrance.in) return {};
            return fmt::format(R"(42/chat,0["join-room",{{"roomId":{}}}])", room);
        }
        if (entrance.step == 2 && message.starts_with("43/chat,0[")) {
            if (message.find(R"("success":true)") == std::string_view::npos)
                die(fmt::format("join-room was answered {}", message));
            entrance.in = true;
        }
        return {};
    }
    std::string post(std::int64_t room, std::string_view content) const override {
        return fmt::format(R"(42/chat,["send-message",{{"roomId":{},"text":"{}"}}])", room,
                           content);
    }
    bool is_delivery(std::string_view message) const override {
        return message.starts_with(R"(42/chat,["new-message")");
    }
    std::string_view pong(std::string_view message) const override {
        return message == "2" ? "3" : std::string_view();
    }
};

}  // namespace

const Door& door_named(std::string_view name) {
    static const NativeDoor native;
    static const StompDoor stomp(false);
    static const StompDoor stomp_own(true);
    static const SocketIoDoor socket_io;
    if (name == "stomp") return stomp;
    if (name == "stomp-own") return stomp_own;
    if (name == "socketio") return socket_io;
    return native;
}

}  // namespace bench

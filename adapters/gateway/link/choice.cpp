#include "gateway/link/choice.h"

#include <array>
#include <utility>

#include "gateway/native/session.h"
#include "gateway/stomp/session.h"
#include "gateway/websocket/session.h"

namespace chatcore::gateway {

namespace {

constexpr std::string_view native = "chat.v1";
constexpr std::string_view stomp_ending = ".stomp";

/// Waits for the first message, and opens the door that speaks as it does.
class UnknownDoor final : public MessageDoor {
public:
    UnknownDoor(ServerShared& shared, WebSocketSession& socket, std::string token)
        : shared_(shared),
          socket_(socket),
          token_(std::move(token)),
          opened_at_(socket.loop().now) {}

    void text(std::string_view message) override {
        const std::size_t begin = message.find_first_not_of(" \t\r\n");
        const bool object = begin != std::string_view::npos && message[begin] == '{';
        become(object ? native : "v12.stomp").text(message);
    }
    bool binary(std::string_view message) override { return become("v12.stomp").binary(message); }
    void second_passed(SteadyTime now) override {
        if (now - opened_at_ > shared_.options.hello_timeout)
            socket_.close(4002, "nothing was said in time");
    }
    void overflowed() override { socket_.close(4008, "too slow"); }
    void leaving() override { socket_.close(1001, "server stops"); }
    void turned_away() override { socket_.close(4009, "too many connections"); }
    void closed() override {}

private:
    MessageDoor& become(std::string_view subprotocol) {
        std::unique_ptr<MessageDoor> door =
            make_door(shared_, socket_, subprotocol, std::move(token_));
        MessageDoor& opened = *door;
        socket_.open(std::move(door));
        return opened;
    }

    ServerShared& shared_;
    WebSocketSession& socket_;
    std::string token_;
    const SteadyTime opened_at_;
};

}  // namespace

SocketPlace chat_place() {
    SocketPlace place;
    place.is_at = [](const Request& request) {
        constexpr std::array<std::string_view, 4> paths = {"/ws", "/ws/websocket", "/ws/chat",
                                                           "/ws/chat/websocket"};
        for (const std::string_view each : paths) {
            if (request.path() == each) return true;
        }
        return false;
    };
    place.choose = choose_subprotocol;
    place.open = [](ServerShared& shared, WebSocketSession& socket, std::string_view subprotocol,
                    const Request& request) {
        return make_door(shared, socket, subprotocol, token_shown(request));
    };
    return place;
}

SocketPlace native_place() {
    SocketPlace place;
    place.is_at = [](const Request& request) { return request.path() == "/ws"; };
    place.choose = [](const Handshake& handshake) {
        return handshake.offers(native) ? native : std::string_view();
    };
    place.open = [](ServerShared& shared, WebSocketSession& socket, std::string_view,
                    const Request& request) {
        return make_door(shared, socket, native, token_shown(request));
    };
    return place;
}

std::string_view choose_subprotocol(const Handshake& handshake) {
    constexpr std::array<std::string_view, 4> known = {native, "v12.stomp", "v11.stomp",
                                                       "v10.stomp"};
    for (const std::string_view each : known) {
        if (handshake.offers(each)) return each;
    }
    return {};
}

std::unique_ptr<MessageDoor> make_door(ServerShared& shared, WebSocketSession& socket,
                                       std::string_view subprotocol, std::string token) {
    if (subprotocol == native)
        return std::make_unique<NativeSession>(shared, socket, std::move(token));
    if (subprotocol.ends_with(stomp_ending))
        return std::make_unique<stomp::StompSession>(shared, socket, std::move(token));
    return std::make_unique<UnknownDoor>(shared, socket, std::move(token));
}

}  // namespace chatcore::gateway

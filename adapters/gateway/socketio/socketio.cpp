#include "gateway/socketio/socketio.h"

#include <array>
#include <string>

#include "gateway/engineio/place.h"
#include "gateway/json/writer.h"
#include "gateway/socketio/chat.h"
#include "gateway/socketio/chat_packets.h"
#include "gateway/socketio/refusal.h"

namespace chatcore::gateway::socketio {

namespace {

/// `/`, where clients are before they go elsewhere. Nobody is known there, and nothing happens.
class EmptySpace final : public Space {
public:
    explicit EmptySpace(SocketIoSession& session) : session_(session) {}

    void connect(std::string_view) override {
        std::string json;
        JsonWriter(json).begin_object().member("sid", engineio::draw_sid()).end_object();
        session_.send_packet({.type = PacketType::connect, .json = json});
    }
    void event(const ClientEvent& event) override {
        const Error error{ErrorCode::not_found, "event"};
        const bool ack = !event.id.empty();
        std::string json;
        JsonWriter out(json);
        out.begin_array();
        if (ack) {
            out.begin_object().member("success", false).key("error");
        } else {
            out.value("error");
        }
        write_refusal(out, error, no_such_event(event.arguments, "/"));
        if (ack) out.end_object();
        out.end_array();
        session_.send_packet(
            {.type = ack ? PacketType::ack : PacketType::event, .id = event.id, .json = json});
    }
    bool is_let_in() const override { return false; }
    void closed() override {}

private:
    SocketIoSession& session_;
};

SpaceKinds kinds() {
    static constexpr std::array<SpaceKind, 2> all = {{
        {"/",
         [](ServerShared&, SocketIoSession& session) -> std::unique_ptr<Space> {
             return std::make_unique<EmptySpace>(session);
         }},
        {chat_space,
         [](ServerShared& shared, SocketIoSession& session) -> std::unique_ptr<Space> {
             return std::make_unique<ChatSpace>(shared, session);
         }},
    }};
    return all;
}

struct Place {
    static constexpr const char* paths[] = {"/socket.io/", "/socket.io"};
    static constexpr engineio::DoorMaker make = make_socketio_door;
};

}  // namespace

std::unique_ptr<engineio::EngineDoor> make_socketio_door(ServerShared& shared,
                                                         engineio::EngineSession& session,
                                                         const Request& request) {
    return std::make_unique<SocketIoSession>(shared, session, kinds(), token_shown(request));
}

void add_socketio(ServerShared& shared) {
    engineio::add_place<Place>(shared);
}

}  // namespace chatcore::gateway::socketio

// Packets of Socket.IO: each line of the input is one, of a client that is in the namespace of
// stores and has joined a room. Whatever they say, all that it is told are packets of documented
// shapes, and no refusal is `internal`.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "chatcore/text.h"

#include "engineio_world.h"
#include "gateway/socketio/packet.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using socketio::PacketType;

namespace {

constexpr std::size_t lines_max = 16;

void check_packet(const std::string& text) {
    static simdjson::dom::parser parser;
    const auto packet = socketio::parse_packet(text);
    require(packet.has_value(), "a packet is one", text);
    require(packet->space == "/chat" || packet->type == PacketType::connect_error ||
                packet->space == "/",
            "it is of a namespace that there is", text);
    if (packet->type == PacketType::disconnect) return;
    simdjson::dom::element payload;
    require(
        parser.parse(packet->json.data(), packet->json.size()).get(payload) == simdjson::SUCCESS,
        "its payload is JSON", text);
    const bool object =
        packet->type == PacketType::connect || packet->type == PacketType::connect_error;
    require(object ? payload.is_object() : payload.is_array(), "of the kind of its type", text);
    require(text.find(R"("code":"internal")") == std::string::npos, "nothing goes wrong inside",
            text);
    if (packet->type != PacketType::event) return;
    std::string_view name;
    require(payload.get_array().at(0).get(name) == simdjson::SUCCESS, "an event has a name", text);
    const std::string_view names[] = {"new-message", "room-updated", "read", "error", "offset"};
    require(std::find(std::begin(names), std::end(names), name) != std::end(names),
            "of those that there are", text);
}

void check_told(const std::string& told) {
    std::optional<std::string_view> body = told;
    if (told.empty()) return;
    while (const auto record = engineio::next_record(body)) {
        require(text::valid(*record), "what is told is UTF-8", *record);
        if (*record == "1" || *record == "2" || *record == "6") continue;
        require(record->starts_with('4'), "it is a message", *record);
        check_packet(std::string(record->substr(1)));
    }
}

struct World : NativeWorld {
    World() {
        engine().contexts().put({.user = UserId{2}, .is_admin = true}, {"store", "4"},
                                {.owner = UserId{2}, .title = {}, .metadata = {}},
                                [](const Result<RegisteredContext>&) {});
        settle();
        engine().context_rooms().open_with_owner({.user = UserId{1}}, {"store", "4"},
                                                 [](const Result<RoomView>&) {});
        settle();
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    World world;
    PollingClient client(world);
    client.post(R"(40/chat,{"token":"ari"})");
    client.post(R"(42/chat,1["join-room",{"roomId":1}])");
    const std::string joined = client.poll();
    check_told(joined);
    require(joined.find(R"(43/chat,1[{"success":true}])") != joined.npos, "it has joined", joined);
    for (std::size_t i = 0; !input.empty() && i < lines_max && !client.over(); ++i) {
        const std::size_t end = std::min(input.find('\n'), input.size());
        const std::string_view line = input.substr(0, end);
        input.remove_prefix(std::min(end + 1, input.size()));
        client.post(line);
        if (i % 4 == 3) check_told(client.poll());
    }
    world.pass(std::chrono::seconds{1});
    check_told(client.poll());
    return 0;
}

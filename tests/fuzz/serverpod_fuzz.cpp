// Serverpod's streams: each line of the input is one text message of a client. Whatever it says,
// every frame it gets is of a known shape, what is told of a stream names one that the client has
// named, nothing follows the end, and what cannot be read ends the socket.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "chatcore/text.h"

#include "expect.h"
#include "gateway/doors/marketplace/serverpod.h"
#include "gateway/doors/marketplace/serverpod_frames.h"
#include "native_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using chatcore::test::require;

namespace {

constexpr std::size_t lines_max = 24;

bool has_all(const simdjson::dom::object& object, std::initializer_list<const char*> names) {
    return std::all_of(names.begin(), names.end(),
                       [&](const char* name) { return object[name].error() == simdjson::SUCCESS; });
}

void check(std::string_view frame, std::string_view said) {
    static simdjson::dom::parser parser;
    require(text::valid(frame), "a frame is UTF-8", frame);
    simdjson::dom::object object;
    std::string_view type;
    require(parser.parse(frame.data(), frame.size()).get(object) == simdjson::SUCCESS &&
                object["type"].get(type) == simdjson::SUCCESS,
            "a frame is an object with a type", frame);
    if (type == "pong") return;
    simdjson::dom::object data;
    require(object["data"].get(data) == simdjson::SUCCESS, "a frame has data", frame);
    if (type == "brm") return require(has_all(data, {"req"}), "a bad request is told back", frame);
    require(type == "omsr" || type == "msm" || type == "cmsc", "the type is known", frame);
    require(has_all(data, {"en", "m", "cid"}), "a stream is named", frame);
    if (type == "omsr") require(has_all(data, {"res"}), "an answer has a result", frame);
    if (type == "cmsc") require(has_all(data, {"cr"}), "a close has a reason", frame);
    if (type == "msm") require(has_all(data, {"o"}), "an item has an object", frame);
    // Only what was readable has opened anything.
    require(
        said.find("omsc") != std::string_view::npos || said.find("\\u") != std::string_view::npos,
        "there is a stream that was asked for", frame);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    NativeWorld world;
    // Room 1: a group of Ari and Bora.
    const auto ari = world.connect_as("ari");
    ari->ask(R"({"type":"create","title":"us","memberIds":[2]})");
    const auto client =
        world.come_to(serverpod_place(), "GET /v1/websocket HTTP/1.1\r\nHost: h\r\n\r\n");
    std::string_view rest = input;
    for (std::size_t line_number = 0; !rest.empty() && line_number < lines_max; ++line_number) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!text::valid(line)) continue;  // the WebSocket's affair
        const bool readable = marketplace::parse_stream_frame(line).has_value();
        client->send(line);
        ari->ask(R"({"type":"post","roomId":1,"content":"hello"})");
        for (const std::string& frame : client->take()) check(frame, input);
        require(readable || client->close_code() == 4003, "what is no frame ends the socket", line);
        if (client->close_code() != 0) break;
    }
    if (client->close_code() != 0) {
        ari->ask(R"({"type":"post","roomId":1,"content":"hello"})");
        require(client->take().empty(), "nothing follows the end", input);
    }
    return 0;
}

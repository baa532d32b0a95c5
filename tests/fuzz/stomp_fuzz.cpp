// STOMP: the input's first byte chooses the version, and whether its bytes are met by the decoder
// alone, whole and in pieces cut at random, which has to come to the same; or by sessions over a
// real engine, of a client that is connected and of one that is not, in texts that U+0001 ends.
// Whatever they say, every frame they are told is one of a server, in the form of its version, and
// nothing goes wrong inside.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "expect.h"
#include "gateway/http/chars.h"
#include "gateway/stomp/decoder.h"
#include "native_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using chatcore::test::require;

namespace {

constexpr std::size_t texts_max = 24;
constexpr stomp::DecodeLimits limits{
    .headers_max = 8, .head_bytes_max = 256, .frame_bytes_max = 400};

/// What the decoder makes of the bytes, as a text. `piece_bytes_max` of 0 feeds them whole.
std::string outcome_of(std::string_view bytes, stomp::Version version, std::size_t piece_bytes_max,
                       std::mt19937& random) {
    stomp::Decoder decoder(limits);
    decoder.set_version(version);
    std::string log;
    while (!bytes.empty()) {
        std::size_t take = bytes.size();
        if (piece_bytes_max > 0) take = std::min<std::size_t>(take, 1 + random() % piece_bytes_max);
        // On the heap and of the exact size, so that a sanitizer sees every step beyond it.
        const std::unique_ptr<char[]> buffer(new char[take]);
        bytes.copy(buffer.get(), take);
        bytes.remove_prefix(take);
        std::string_view input(buffer.get(), take);
        stomp::Frame frame;
        while (decoder.next(input, frame)) {
            require(stomp::command_of(frame.command).has_value(), "a command is known", log);
            require(frame.headers.fields().size() <= limits.headers_max, "headers are bounded",
                    log);
            require(frame.body.size() <= limits.frame_bytes_max, "bodies are bounded", log);
            log.append(frame.command);
            for (const auto& [name, value] : frame.headers.fields()) {
                require(is_utf8(name) && is_utf8(value), "headers are UTF-8", log);
                log.append("\n").append(name).append("=").append(value);
            }
            log.append("\n\n").append(frame.body).append("|");
        }
        require(input.empty(), "the input is used up", log);
    }
    return log.append(describe(decoder.error()));
}

void check_decoder(std::string_view bytes, stomp::Version version) {
    std::mt19937 random(static_cast<std::uint32_t>(bytes.size()));
    const std::string whole = outcome_of(bytes, version, 0, random);
    require(outcome_of(bytes, version, 1, random) == whole, "single bytes make no difference",
            whole);
    require(outcome_of(bytes, version, 40, random) == whole, "pieces make no difference", whole);
}

/// Reads what a server sends: one frame, or a heart-beat, in each message.
class Told {
public:
    void take(NativeClient& client) {
        for (const std::string& message : client.take()) check(message);
        ended = ended || client.close_code() != 0;
    }

    int receipts = 0;
    bool ended = false;

private:
    void check(std::string_view message) {
        require(!ended, "nothing follows the end", message);
        require(is_utf8(message), "a frame is UTF-8", message);
        if (message == "\n") return;
        const std::size_t head_end = message.find("\n\n");
        require(head_end != message.npos && message.ends_with('\0'), "a frame is whole", message);
        const std::string_view head = message.substr(0, head_end + 1);
        const std::string_view body = message.substr(head_end + 2, message.size() - head_end - 3);
        const std::string_view command = head.substr(0, head.find('\n'));
        const auto wants = [&](std::initializer_list<std::string_view> names) {
            for (const std::string_view name : names)
                require(head.find("\n" + std::string(name) + ":") != head.npos,
                        "a frame has its headers", message);
        };
        if (command == "MESSAGE") {
            wants({"destination", "subscription", "message-id", "content-type", "content-length"});
            require(!body.empty() && (body[0] == '{' || body[0] == '['), "a body is JSON", message);
        } else if (command == "RECEIPT") {
            wants({"receipt-id"});
            ++receipts;
        } else if (command == "ERROR") {
            wants({"message", "content-type", "content-length"});
        } else {
            require(command == "CONNECTED", "a command is a server's", message);
            wants({"version", "heart-beat", "session", "server"});
        }
        for (const std::string_view code : {"internal", "corrupt", "newer_schema"})
            require(body.find("\"code\":\"" + std::string(code)) == body.npos,
                    "nothing goes wrong inside", message);
    }
};

void talk(NativeWorld& world, NativeClient& client, std::string_view input) {
    Told told;
    int said = 0;
    for (std::size_t number = 0; !input.empty() && number < texts_max && !told.ended; ++number) {
        const std::size_t end = std::min(input.find('\x01'), input.size());
        const std::string_view message = input.substr(0, end);
        input.remove_prefix(std::min(end + 1, input.size()));
        if (!is_utf8(message)) continue;  // the WebSocket's affair
        said += static_cast<int>(std::count(message.begin(), message.end(), '\0'));
        client.send(message);
        told.take(client);
        if (number % 8 == 7) world.pass(std::chrono::milliseconds{300});
    }
    world.pass(std::chrono::seconds{3});
    told.take(client);
    require(told.receipts <= said, "nothing gets two receipts", std::to_string(told.receipts));
}

void check_session(std::string_view input, std::string_view version) {
    NativeWorld world;
    {
        // Room 1: Ari and Bora. Room 2: a group of all three. Messages 3 and 4 in room 1.
        const auto bora = world.connect_as("bora");
        {
            const auto ari = world.connect_as("ari");
            ari->ask(R"({"type":"open","userId":2})");
            ari->ask(R"({"type":"create","title":"all","memberIds":[2,3]})");
            ari->ask(R"({"type":"post","roomId":1,"content":"hello"})");
            bora->ask(R"({"type":"post","roomId":1,"content":"hello yourself"})");
        }
        bora->ask(R"({"type":"attach","roomId":1})");
        world.pass(std::chrono::milliseconds{300});
        const auto ari = world.connect("v12.stomp");
        std::string connect = "CONNECT\naccept-version:" + std::string(version) +
                              "\nhost:a\nAuthorization:Bearer ari\n\n";
        connect.push_back('\0');
        require(ari->ask(connect).size() == 1, "CONNECT is answered", version);
        talk(world, *ari, input);
        const auto stranger = world.connect("v12.stomp");
        talk(world, *stranger, input);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    constexpr std::array<std::string_view, 3> versions = {"1.0", "1.1", "1.2"};
    const std::size_t version = (data[0] >> 1) % versions.size();
    if ((data[0] & 1) == 0) {
        check_decoder(bytes, static_cast<stomp::Version>(version));
    } else {
        check_session(bytes, versions[version]);
    }
    return 0;
}

// Requests of `chat.v1`: each line of the input is one text message of a client that has said
// hello, and of one that has not. Whatever they say, every frame they get has a documented shape,
// no answer is `internal`, and every request with an id gets exactly one answer.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "chatcore/text.h"

#include "expect.h"
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

std::string_view text_of(const simdjson::dom::object& object, const char* name) {
    std::string_view text;
    return object[name].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

void check_error(const simdjson::dom::object& object, std::string_view frame) {
    simdjson::dom::object error;
    require(object["error"].get(error) == simdjson::SUCCESS, "an error is told", frame);
    require(has_all(error, {"code", "message", "details"}), "an error has its members", frame);
    const std::string_view code = text_of(error, "code");
    bool known = false;
    for (int i = 0; i < error_code_count; ++i) {
        known = known || name_of(static_cast<ErrorCode>(i)) == code;
    }
    require(known, "the code is one of the list", frame);
    require(code != "internal" && code != "corrupt" && code != "newer_schema",
            "nothing goes wrong inside", frame);
    require(error["details"].is_object(), "the details are an object", frame);
}

/// The members that each kind of frame always has.
bool is_well_formed(std::string_view type, const simdjson::dom::object& frame) {
    if (type == "ok") return has_all(frame, {"id"});
    if (type == "message" || type == "message.changed")
        return has_all(frame, {"roomId", "position", "prev", "message"});
    if (type == "member") return has_all(frame, {"roomId", "position", "prev", "member"});
    if (type == "room") return has_all(frame, {"roomId", "position", "prev", "room"});
    if (type == "typing") return has_all(frame, {"roomId", "userId", "isTyping"});
    if (type == "presence") return has_all(frame, {"userId", "status", "lastSeenAt"});
    if (type == "list")
        return has_all(frame,
                       {"roomId", "unreadCount", "lastMessage", "lastActivityAt", "totalUnread"});
    if (type == "status") return has_all(frame, {"roomId", "tempId", "clientKey", "status"});
    if (type == "resumed") return has_all(frame, {"roomId", "position", "truncated"});
    if (type == "notification") {
        simdjson::dom::object told;
        return frame["notification"].get(told) == simdjson::SUCCESS &&
               has_all(told, {"id", "kind", "at", "read", "actor"});
    }
    if (type == "broadcast") return has_all(frame, {"roomId", "payload"});
    return type == "error" || type == "bye";
}

/// Takes in what a client was sent.
class Answers {
public:
    void take(NativeClient& client) {
        for (const std::string& frame : client.take()) check(frame);
        ended = ended || client.close_code() != 0;
    }

    int replies = 0;
    bool ended = false;

private:
    void check(std::string_view frame) {
        require(text::valid(frame), "a frame is UTF-8", frame);
        simdjson::dom::object object;
        require(parser_.parse(frame.data(), frame.size()).get(object) == simdjson::SUCCESS,
                "a frame is a JSON object", frame);
        require(!ended, "nothing follows the end", frame);
        const std::string_view type = text_of(object, "type");
        require(is_well_formed(type, object), "a frame has a documented shape", frame);
        if (type == "error" || object["error"].error() == simdjson::SUCCESS)
            check_error(object, frame);
        if (object["id"].error() == simdjson::SUCCESS) ++replies;
    }

    simdjson::dom::parser parser_;
};

/// Whether a live connection owes the line a reply that echoes an id.
bool wants_reply(std::string_view line) {
    static simdjson::dom::parser parser;
    simdjson::dom::object object;
    simdjson::dom::element id;
    if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) return false;
    if (object["id"].get(id) != simdjson::SUCCESS) return false;
    constexpr std::size_t id_bytes_max = 100;
    if (!id.is_string() && !id.is_number()) return false;
    if (std::string(simdjson::minify(id)).size() > id_bytes_max) return false;
    return text_of(object, "type") != "typing";  // which is answered only where it is refused
}

void talk(NativeWorld& world, NativeClient& client, std::string_view input) {
    Answers answers;
    int asked = 0;
    int typed = 0;
    for (std::size_t line_number = 0; !input.empty() && line_number < lines_max; ++line_number) {
        const std::size_t end = std::min(input.find('\n'), input.size());
        const std::string_view line = input.substr(0, end);
        input.remove_prefix(std::min(end + 1, input.size()));
        if (!text::valid(line)) continue;  // the WebSocket's affair
        client.send(line);
        answers.take(client);
        if (answers.ended) return;
        if (wants_reply(line)) {
            ++asked;
        } else {
            ++typed;
        }
        if (line_number % 8 == 7) world.pass(std::chrono::milliseconds{300});
    }
    world.pass(std::chrono::seconds{3});
    answers.take(client);
    require(answers.replies >= asked && answers.replies <= asked + typed,
            "each request is answered once",
            std::to_string(asked) + " asked, answered " + std::to_string(answers.replies));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    NativeWorld world({}, true);
    {
        // Room 1: Ari and Bora. Room 2: a group of all three, which Ari owns. Room 3: open, without
        // Ari. Messages 4 and 5 in room 1, the first Ari's.
        const auto ari = world.connect_as("ari");
        const auto bora = world.connect_as("bora");
        ari->ask(R"({"type":"open","userId":2})");
        ari->ask(R"({"type":"create","title":"all","memberIds":[2,3]})");
        bora->ask(R"({"type":"create","title":"open","open":true})");
        ari->ask(R"({"type":"post","roomId":1,"content":"hello"})");
        bora->ask(R"({"type":"post","roomId":1,"content":"hello yourself"})");
        bora->ask(R"({"type":"attach","roomId":1})");
        world.pass(std::chrono::milliseconds{300});
        ari->take();
        talk(world, *ari, input);
        const auto stranger = world.connect();
        talk(world, *stranger, input);
        Answers heard;
        heard.take(*bora);
    }
    return 0;
}

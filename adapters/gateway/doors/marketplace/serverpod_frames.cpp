#include "gateway/doors/marketplace/serverpod_frames.h"

#include <algorithm>
#include <array>

#include <simdjson.h>

#include "gateway/json/fields.h"
#include "gateway/json/writer.h"

namespace chatcore::gateway::marketplace {

namespace {

/// Of each of a stream's names. Ids are UUIDs, of 36.
constexpr std::size_t name_bytes_max = 100;

/// How much is told back of what could not be read.
constexpr std::size_t offending_bytes_max = 4'096;

struct KnownType {
    std::string_view name;
    StreamFrame::Type type;
};

constexpr std::array<KnownType, 5> types = {{{"ping", StreamFrame::Type::ping},
                                             {"pong", StreamFrame::Type::pong},
                                             {"omsc", StreamFrame::Type::open},
                                             {"cmsc", StreamFrame::Type::close},
                                             {"brm", StreamFrame::Type::bad_request}}};

/// In the order of StreamAnswer.
constexpr std::array<std::string_view, 5> results = {"success", "endpointNotFound",
                                                     "authenticationFailed",
                                                     "authorizationDeclined", "invalidArguments"};

std::optional<StreamName> name_in(Fields& data) {
    StreamName name{.endpoint = std::string(data.required_text("en")),
                    .method = std::string(data.required_text("m")),
                    .id = std::string(data.required_text("cid"))};
    const bool fits = !name.id.empty() && std::max({name.endpoint.size(), name.method.size(),
                                                    name.id.size()}) <= name_bytes_max;
    return fits && data.status() ? std::optional(std::move(name)) : std::nullopt;
}

/// Whether the client would stream something; nullopt where the list is none.
std::optional<bool> inputs_in(const simdjson::dom::object& data) {
    simdjson::dom::element inputs;
    if (data["is"].get(inputs) != simdjson::SUCCESS || inputs.is_null()) return false;
    simdjson::dom::array list;
    if (inputs.get(list) != simdjson::SUCCESS) return std::nullopt;
    return list.begin() != list.end();
}

void write_name(JsonWriter& json, const StreamName& name) {
    json.member("en", name.endpoint).member("m", name.method).member("cid", name.id);
}

/// `{"type":…,"data":{…}}`.
template <class Write>
std::string frame(std::string_view type, Write&& write) {
    std::string text;
    JsonWriter json(text);
    json.begin_object().member("type", type).key("data").begin_object();
    write(json);
    json.end_object().end_object();
    return text;
}

}  // namespace

std::optional<StreamFrame> parse_stream_frame(std::string_view text) {
    thread_local simdjson::dom::parser parser;
    Result<Fields> fields = Fields::parse(parser, text);
    if (!fields) return std::nullopt;
    const std::string_view type = fields->text("type").value_or("");
    const auto known = std::find_if(types.begin(), types.end(),
                                    [type](const KnownType& each) { return each.name == type; });
    if (known == types.end()) return std::nullopt;
    StreamFrame frame;
    frame.type = known->type;
    const bool named =
        frame.type == StreamFrame::Type::open || frame.type == StreamFrame::Type::close;
    if (!named) return frame;
    const auto object = fields->object("data");
    if (!object) return std::nullopt;
    Fields data(*object);
    const bool opens = frame.type == StreamFrame::Type::open;
    const std::optional<bool> inputs = opens ? inputs_in(*object) : false;
    if (opens) {
        frame.arguments = data.required_text("args");
        frame.authorization = data.text("auth").value_or("");
    } else {
        const std::string_view reason = data.required_text("cr");
        if (reason != "done" && reason != "error") return std::nullopt;
    }
    auto name = name_in(data);
    if (!name || !inputs) return std::nullopt;
    frame.name = std::move(*name);
    frame.has_inputs = *inputs;
    return frame;
}

std::string pong_frame() {
    return R"({"type":"pong"})";
}

std::string opened_frame(const StreamName& name, StreamAnswer result) {
    return frame("omsr", [&](JsonWriter& json) {
        json.member("cid", name.id)
            .member("res", results[static_cast<std::size_t>(result)])
            .member("en", name.endpoint)
            .member("m", name.method);
    });
}

std::string closed_frame(const StreamName& name, bool by_error) {
    return frame("cmsc", [&](JsonWriter& json) {
        write_name(json, name);
        json.member("cr", by_error ? "error" : "done");
    });
}

std::string bad_request_frame(std::string_view text) {
    std::size_t size = std::min(text.size(), offending_bytes_max);
    // Between two characters.
    while (size < text.size() && size > 0 &&
           (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
        --size;
    return frame("brm", [&](JsonWriter& json) { json.member("req", text.substr(0, size)); });
}

std::string item_begin(const StreamName& name) {
    std::string text;
    JsonWriter json(text);
    json.begin_object().member("type", "msm").key("data").begin_object();
    write_name(json, name);
    json.key("o").begin_object().member("className", "ChatMessageResponseDto").key("data");
    return text;
}

}  // namespace chatcore::gateway::marketplace

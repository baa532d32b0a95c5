#include "gateway/sockjs/messages.h"

#include <algorithm>

#include <simdjson.h>

#include "gateway/http/chars.h"
#include "gateway/websocket/frame_decoder.h"

namespace chatcore::gateway::sockjs {

namespace {

constexpr std::size_t callback_bytes_max = 255;

}  // namespace

/// Fills Messages from parsed JSON.
class MessageReader {
public:
    explicit MessageReader(Messages& out) : out_(out) {
        out_.bytes_.clear();
        out_.places_.clear();
    }

    bool add(const simdjson::dom::element& element) {
        std::string_view text;
        if (element.get(text) != simdjson::SUCCESS) return false;
        out_.places_.push_back({out_.bytes_.size(), text.size()});
        out_.bytes_.append(text);
        return true;
    }

    Payload end() {
        out_.bytes_.append(payload_slack_bytes, '\0');
        return Payload::good;
    }

private:
    Messages& out_;
};

namespace {

Payload read(std::string_view json, bool one_is_enough, Messages& out) {
    if (json.empty()) return Payload::missing;
    thread_local simdjson::dom::parser parser;
    MessageReader reader(out);
    simdjson::dom::element all;
    if (parser.parse(json.data(), json.size()).get(all) != simdjson::SUCCESS)
        return Payload::broken;
    simdjson::dom::array array;
    if (all.get(array) != simdjson::SUCCESS) {
        if (!one_is_enough) return Payload::missing;
        return reader.add(all) ? reader.end() : Payload::broken;
    }
    for (const simdjson::dom::element each : array) {
        if (!reader.add(each)) return Payload::broken;
    }
    return reader.end();
}

}  // namespace

Payload read_array(std::string_view json, Messages& out) {
    return read(json, false, out);
}

Payload read_message(std::string_view json, Messages& out) {
    return read(json, true, out);
}

std::optional<std::string> payload_of_jsonp(std::string_view content_type, std::string_view body) {
    const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
    if (!equal_ignoring_case(type, "application/x-www-form-urlencoded")) return std::string(body);
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view pair = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (pair.starts_with("d="))
            return percent_decode(pair.substr(2), PercentRule::literal, true);
    }
    return std::nullopt;
}

bool is_callback(std::string_view name) {
    return !name.empty() && name.size() <= callback_bytes_max &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '.';
           });
}

}  // namespace chatcore::gateway::sockjs

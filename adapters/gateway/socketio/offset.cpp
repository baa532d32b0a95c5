#include "gateway/socketio/offset.h"

#include <charconv>

namespace chatcore::gateway::socketio {

namespace {

/// Digits only, to the end of `text`.
std::optional<std::int64_t> number_of(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number > id_max)
        return std::nullopt;
    return number;
}

}  // namespace

std::optional<Offset> parse_offset(std::string_view text, std::size_t rooms_max) {
    Offset offset;
    bool more = !text.empty();
    while (more) {
        const std::size_t comma = text.find(',');
        const std::string_view pair = text.substr(0, comma);
        more = comma != std::string_view::npos;
        text.remove_prefix(more ? comma + 1 : text.size());
        const std::size_t colon = pair.find(':');
        if (colon == std::string_view::npos || offset.size() >= rooms_max) return std::nullopt;
        const auto room = number_of(pair.substr(0, colon));
        const auto position = number_of(pair.substr(colon + 1));
        if (!room || !position || *room == 0) return std::nullopt;
        if (!offset.empty() && offset.back().first.value >= *room) return std::nullopt;
        offset.emplace_back(RoomId{*room}, Position{*position});
    }
    return offset;
}

void append_offset(std::string& out, RoomId room, Position position) {
    out.append(std::to_string(room.value)).append(":").append(std::to_string(position.value));
}

}  // namespace chatcore::gateway::socketio

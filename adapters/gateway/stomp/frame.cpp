#include "gateway/stomp/frame.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace chatcore::gateway::stomp {

namespace {

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::optional<int> milliseconds(std::string_view text) {
    text = trimmed(text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr std::int64_t day = 86'400'000;
    if (error == std::errc::result_out_of_range && !text.starts_with('-')) {
        return static_cast<int>(day);
    }
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return static_cast<int>(std::min(value, day));
}

}  // namespace

std::string_view name_of(Version version) {
    constexpr std::array<std::string_view, 3> names = {"1.0", "1.1", "1.2"};
    return names[static_cast<std::size_t>(version)];
}

std::optional<Version> choose_version(std::optional<std::string_view> accept_version) {
    if (!accept_version) return Version::v1_0;
    std::optional<Version> best;
    std::string_view rest = *accept_version;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string_view offered = trimmed(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        for (const Version version : {Version::v1_0, Version::v1_1, Version::v1_2}) {
            if (offered == name_of(version) && (!best || *best < version)) best = version;
        }
    }
    return best;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [field, value] : fields_) {
        if (field == name) return value;
    }
    return std::nullopt;
}

namespace {

constexpr std::array<std::pair<std::string_view, Command>, 11> commands = {{
    {"SEND", Command::send},
    {"SUBSCRIBE", Command::subscribe},
    {"UNSUBSCRIBE", Command::unsubscribe},
    {"ACK", Command::ack},
    {"NACK", Command::nack},
    {"CONNECT", Command::connect},
    {"STOMP", Command::connect},
    {"DISCONNECT", Command::disconnect},
    {"BEGIN", Command::begin},
    {"COMMIT", Command::commit},
    {"ABORT", Command::abort},
}};

}  // namespace

std::optional<Command> command_of(std::string_view name) {
    for (const auto& [command, value] : commands) {
        if (command == name) return value;
    }
    return std::nullopt;
}

bool may_become_command(std::string_view begin) {
    return std::any_of(commands.begin(), commands.end(),
                       [begin](const auto& each) { return each.first.starts_with(begin); });
}

std::optional<HeartBeats> agree(std::optional<std::string_view> header, int would_ms) {
    if (!header) return HeartBeats{};
    const std::size_t comma = header->find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const auto can_send = milliseconds(header->substr(0, comma));
    const auto wants = milliseconds(header->substr(comma + 1));
    if (!can_send || !wants) return std::nullopt;
    const auto slower = [would_ms](int peer) {
        return peer == 0 || would_ms == 0 ? 0 : std::max(peer, would_ms);
    };
    return HeartBeats{.ours = slower(*wants), .theirs = slower(*can_send)};
}

}  // namespace chatcore::gateway::stomp

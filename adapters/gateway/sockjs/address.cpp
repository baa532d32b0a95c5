#include "gateway/sockjs/address.h"

#include <algorithm>
#include <array>
#include <utility>

namespace chatcore::gateway::sockjs {

namespace {

constexpr std::array<std::pair<std::string_view, Place>, 8> transports = {{
    {"websocket", Place::websocket},
    {"xhr", Place::xhr},
    {"xhr_streaming", Place::xhr_streaming},
    {"xhr_send", Place::xhr_send},
    {"eventsource", Place::eventsource},
    {"htmlfile", Place::htmlfile},
    {"jsonp", Place::jsonp},
    {"jsonp_send", Place::jsonp_send},
}};

/// `/iframe*.html`, with what versions are written with.
bool is_iframe(std::string_view below) {
    constexpr std::string_view begin = "/iframe";
    constexpr std::string_view end = ".html";
    if (below.size() < begin.size() + end.size() || !below.starts_with(begin) ||
        !below.ends_with(end))
        return false;
    const std::string_view version =
        below.substr(begin.size(), below.size() - begin.size() - end.size());
    return std::all_of(version.begin(), version.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
}

bool is_part(std::string_view part) {
    return !part.empty() && part.find('.') == std::string_view::npos;
}

/// Of `/{server}/{session}/{transport}`.
Address read_transport(std::string_view below) {
    const std::size_t session_at = below.find('/', 1);
    if (session_at == std::string_view::npos) return {};
    const std::size_t transport_at = below.find('/', session_at + 1);
    if (transport_at == std::string_view::npos) return {};
    const std::string_view server = below.substr(1, session_at - 1);
    const std::string_view session = below.substr(session_at + 1, transport_at - session_at - 1);
    if (!is_part(server) || !is_part(session)) return {};
    const std::string_view name = below.substr(transport_at + 1);
    for (const auto& [known, place] : transports) {
        if (known == name) return {.place = place, .session = session};
    }
    return {};
}

}  // namespace

Address read_address(std::string_view below) {
    if (below.empty() || below == "/") return {.place = Place::greeting};
    if (below == "/info") return {.place = Place::info};
    if (below == "/websocket") return {.place = Place::raw_websocket};
    if (below == "/iframe.js") return {.place = Place::iframe_script};
    if (is_iframe(below)) return {.place = Place::iframe};
    return read_transport(below);
}

bool take_prefix(std::string_view& path, std::string_view prefix) {
    if (!path.starts_with(prefix)) return false;
    const std::string_view below = path.substr(prefix.size());
    if (!below.empty() && below.front() != '/') return false;
    path = below;
    return true;
}

std::string_view methods_of(Place place) {
    switch (place) {
        case Place::none:
            return {};
        case Place::info:
        case Place::eventsource:
            return "OPTIONS, GET";
        case Place::xhr:
        case Place::xhr_streaming:
        case Place::xhr_send:
            return "OPTIONS, POST";
        case Place::jsonp_send:
            return "POST";
        case Place::greeting:
        case Place::iframe:
        case Place::iframe_script:
        case Place::raw_websocket:
        case Place::websocket:
        case Place::htmlfile:
        case Place::jsonp:
            return "GET";
    }
    return {};
}

bool receives(Place place) {
    return place == Place::xhr || place == Place::jsonp || streams(place);
}

bool sends(Place place) {
    return place == Place::xhr_send || place == Place::jsonp_send;
}

bool streams(Place place) {
    return place == Place::xhr_streaming || place == Place::eventsource || place == Place::htmlfile;
}

}  // namespace chatcore::gateway::sockjs

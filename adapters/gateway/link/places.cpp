#include "gateway/link/places.h"

#include "gateway/http/chars.h"

namespace chatcore::gateway {

const SocketPlace* Places::socket_at(const Request& request) const {
    for (const SocketPlace& place : sockets) {
        if (place.is_at(request)) return &place;
    }
    return nullptr;
}

std::string Places::session_of(const Request& request) const {
    for (const SessionNamer& name_of : sessions) {
        if (std::string name = name_of(request); !name.empty()) return name;
    }
    return {};
}

std::string token_shown(const Request& request) {
    constexpr std::string_view scheme = "bearer ";
    const std::string_view header = request.header("authorization").value_or("");
    if (equal_ignoring_case(header.substr(0, scheme.size()), scheme))
        return std::string(header.substr(scheme.size()));
    return request.query("token").value_or("");
}

}  // namespace chatcore::gateway

#include "gateway/link/places.h"

#include "gateway/http/authorization.h"

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
    const auto header = request.header("authorization");
    if (const std::string_view token = given_by("bearer", header.value_or("")); !token.empty())
        return std::string(token);
    return request.query("token").value_or("");
}

}  // namespace chatcore::gateway

#include "gateway/link/places.h"

#include <algorithm>

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

bool Places::refuse_body(const ExchangePtr& exchange) const {
    return std::any_of(bodies.begin(), bodies.end(),
                       [&](const BodyRefuser& refuse) { return refuse(exchange); });
}

std::string token_shown(const Request& request) {
    const auto header = request.header("authorization");
    if (const std::string_view token = given_by("bearer", header.value_or("")); !token.empty())
        return std::string(token);
    return request.query("token").value_or("");
}

}  // namespace chatcore::gateway

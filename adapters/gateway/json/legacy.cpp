#include "gateway/json/legacy.h"

#include <string_view>

namespace chatcore::gateway {

std::string in_envelope(std::string body) {
    constexpr std::string_view list = "{\"items\":";
    constexpr std::string_view begin = "{\"success\":true,\"data\":";
    constexpr std::string_view end = ",\"message\":\"OK\"}";
    if (body.starts_with(list)) {
        body.replace(0, list.size(), begin);
        body.pop_back();
    } else {
        body.insert(0, begin);
    }
    body += end;
    return body;
}

}  // namespace chatcore::gateway

#pragma once
// How SockJS's frames stand in the answers of each transport. Values in, bytes out.

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/sockjs/address.h"

namespace chatcore::gateway::sockjs {

/// What sets a transport's answers off; `callback` is of htmlfile and jsonp.
struct Wrapping {
    Place transport = Place::xhr;
    std::string callback = {};
};

std::string_view content_type_of(Place transport);

/// What an answer that streams begins with.
std::string prelude_of(const Wrapping& wrapping);

std::string wrap(const Wrapping& wrapping, std::string_view frame);

/// `c[3000,"Go away!"]`.
std::string close_frame(std::uint16_t code, std::string_view reason);

}  // namespace chatcore::gateway::sockjs

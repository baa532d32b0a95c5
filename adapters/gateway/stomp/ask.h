#pragma once
// What is answered about a frame.

#include <cstdint>
#include <string>

namespace chatcore::gateway::stomp {

struct Ask {
    std::string destination;   ///< that it was sent to
    std::string receipt = {};  ///< that it wants; empty: none
    std::string temp_id = {};  ///< the client's own name of a post
    std::int64_t number = 0;   ///< among the connection's frames, from 1
};

}  // namespace chatcore::gateway::stomp

#pragma once
// What is answered about a frame.

#include <cstdint>
#include <memory>
#include <string>

namespace chatcore::gateway::stomp {

/// A transaction that was committed: its receipt comes when all that was sent in it is done.
struct Committed {
    std::string receipt;   ///< that its COMMIT wants; empty: none
    std::size_t open = 0;  ///< of what was sent, with the COMMIT itself
    bool refused = false;  ///< some of it, and then there is no receipt
};

struct Ask {
    std::string destination;                 ///< that it was sent to
    std::string receipt = {};                ///< that it wants; empty: none
    std::string temp_id = {};                ///< the client's own name of a post
    std::int64_t number = 0;                 ///< among the connection's frames, from 1
    std::shared_ptr<Committed> commit = {};  ///< that it is of
};

}  // namespace chatcore::gateway::stomp

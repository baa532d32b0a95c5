#pragma once
// What events say, written once for all connections that are told them, however each calls its
// subscription: the part of a MESSAGE frame that is the same for all. Without it a room of a
// thousand clients with names of their own would have each message written a thousand times.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chatcore/domain/event.h"

namespace chatcore::gateway::stomp {

/// Of each thread. Threads: its own.
class ToldOnce {
public:
    /// While one lives, formats are asked to write these events and no others. It keeps them, so
    /// that no other can come to lie where one of them does.
    class InHand {
    public:
        explicit InHand(std::span<const EventPtr> events);
        ~InHand();
        InHand(const InHand&) = delete;
        InHand& operator=(const InHand&) = delete;
    };

    /// What an event says there; `kind` tells apart what it says to different topics. An empty one
    /// is to be written. nullptr where no events are in hand.
    static std::string* find(const Event& event, std::size_t state, int kind);

private:
    struct Entry {
        const Event* event = nullptr;
        std::size_t state = 0;
        int kind = 0;
        std::string text;
    };

    static ToldOnce& own();
    void take_up(std::span<const EventPtr> events);
    std::string& entry_of(const Event& event, std::size_t state, int kind);

    std::vector<EventPtr> events_;
    std::vector<Entry> entries_;  ///< the first `used_`; the others keep their memory
    std::size_t used_ = 0;
    std::size_t next_ = 0;  ///< most ask in the same order
    bool in_hand_ = false;
};

}  // namespace chatcore::gateway::stomp

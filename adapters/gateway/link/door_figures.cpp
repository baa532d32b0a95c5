#include "gateway/link/door_figures.h"

namespace chatcore::gateway {

std::string_view name_of(Door door) {
    switch (door) {
        case Door::none:
            return "none";
        case Door::v1:
            return "v1";
        case Door::consultation:
            return "consultation";
        case Door::marketplace:
            return "marketplace";
        case Door::storefront:
            return "storefront";
        case Door::messenger:
            return "messenger";
        case Door::native:
            return "native";
        case Door::stomp:
            return "stomp";
        case Door::sockjs:
            return "sockjs";
        case Door::socketio:
            return "socketio";
        case Door::events:
            return "events";
        case Door::serverpod:
            return "serverpod";
    }
    return "none";
}

void DoorCounts::add_to(std::span<DoorFigures> figures) const {
    for (std::size_t i = 0; i < door_count; ++i) {
        figures[i].requests += cells_[i].requests.load(std::memory_order_relaxed);
        figures[i].sessions += cells_[i].sessions.load(std::memory_order_relaxed);
        figures[i].events += cells_[i].events.load(std::memory_order_relaxed);
    }
}

}  // namespace chatcore::gateway

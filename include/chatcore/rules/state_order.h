#pragma once
// The order in which the states of a room are told. Threads: any; pure.

#include <type_traits>
#include <utility>

#include "chatcore/domain/state.h"

namespace chatcore {

/// Ascending by position. Of those that share one the chief comes first: the room before its first
/// members, a reply before its root, who leaves before who owns the room next. Every store tells
/// changes in this order.
inline bool told_before(const State& left, const State& right) {
    const auto rank = [](const State& state) {
        struct Rank {
            int kind;
            std::int64_t first;
            std::int64_t second;
            auto operator<=>(const Rank&) const = default;
        };
        return std::visit(
            [](const auto& thing) -> Rank {
                using Thing = std::decay_t<decltype(thing)>;
                if constexpr (std::is_same_v<Thing, Room>) {
                    return {0, 0, 0};
                } else if constexpr (std::is_same_v<Thing, Message>) {
                    return {1, -thing.id.value, 0};
                } else {
                    return {2, thing.active ? 1 : 0, thing.user.value};
                }
            },
            state);
    };
    return std::pair{changed_at(left), rank(left)} < std::pair{changed_at(right), rank(right)};
}

}  // namespace chatcore

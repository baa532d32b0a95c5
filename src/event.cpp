#include "chatcore/domain/event.h"

#include <type_traits>

namespace chatcore {

Channel Channel::of(const Event& event) {
    return std::visit(
        [](const auto& what) -> Channel {
            using What = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<What, PresenceSignal>) {
                return {Kind::presence, 0};
            } else if constexpr (std::is_same_v<What, RoomGained> ||
                                 std::is_same_v<What, ReadMoved> ||
                                 std::is_same_v<What, TokensRevoked> ||
                                 std::is_same_v<What, BlocksMoved> ||
                                 std::is_same_v<What, NotificationSignal>) {
                return of(what.user);
            } else {
                return of(what.room);
            }
        },
        event.what);
}

}  // namespace chatcore

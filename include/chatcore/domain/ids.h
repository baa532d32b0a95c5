#pragma once
// Identifiers that cannot be mixed up. Every one is an integer of at most 53 bits, so that
// JavaScript reads it exactly.

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace chatcore {

/// The greatest id and position: 2^53 - 1 (ECMA-262, Number.MAX_SAFE_INTEGER).
inline constexpr std::int64_t id_max = (std::int64_t{1} << 53) - 1;

/// A 53-bit id of one kind. Zero means "none" wherever absence is possible.
template <class Tag>
struct Id {
    std::int64_t value = 0;

    constexpr auto operator<=>(const Id&) const = default;
};

using RoomId = Id<struct RoomIdTag>;
using UserId = Id<struct UserIdTag>;
using MessageId = Id<struct MessageIdTag>;
using ScheduleId = Id<struct ScheduleIdTag>;
/// Bookmarks ascend in the order in which they were put.
using BookmarkId = Id<struct BookmarkIdTag>;

/// Orders the changes of one room; see docs/position.md. Position 0 is the room's beginning.
using Position = Id<struct PositionTag>;

/// A message's id is the position at which it was posted.
constexpr Position position_of(MessageId id) {
    return Position{id.value};
}
constexpr MessageId message_at(Position position) {
    return MessageId{position.value};
}

/// UTC, in milliseconds.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// `2025-10-24T05:15:30.123Z` (RFC 3339, always with milliseconds and `Z`).
std::string format_rfc3339(Timestamp at);

/// The sender's key of a post, which makes it exactly-once: a UUID of any version (RFC 9562).
struct ClientKey {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const ClientKey&) const = default;

    /// Reads the usual 36 characters, letters in either case. Anything else is nullopt.
    static std::optional<ClientKey> parse(std::string_view text);
    /// Lower-case, with hyphens.
    std::string to_string() const;
};

}  // namespace chatcore

template <class Tag>
struct std::hash<chatcore::Id<Tag>> {
    std::size_t operator()(chatcore::Id<Tag> id) const noexcept {
        // Fibonacci hashing: ids are dense, and the identity would put neighbours into neighbouring
        // buckets only.
        return static_cast<std::size_t>(static_cast<std::uint64_t>(id.value) *
                                        0x9E3779B97F4A7C15ULL);
    }
};

template <>
struct std::hash<chatcore::ClientKey> {
    std::size_t operator()(const chatcore::ClientKey& key) const noexcept;
};

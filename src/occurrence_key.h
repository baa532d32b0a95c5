#pragma once
// What makes a scheduled post the same post, whoever makes it and how often.

#include "chatcore/ports/schedule_store.h"

namespace chatcore {

/// The client key of an occurrence's post: a UUID of version 8 (RFC 9562, section 5.8) that holds
/// both numbers, so that no two occurrences share one: 53 bits of the schedule around the version,
/// and 56 of the occurrence behind the variant.
constexpr ClientKey key_of(const Occurrence& occurrence) {
    ClientKey key;
    const auto schedule = static_cast<std::uint64_t>(occurrence.schedule.value);
    const auto number = static_cast<std::uint64_t>(occurrence.number);
    for (std::size_t i = 0; i < 6; ++i)
        key.bytes[i] = static_cast<std::uint8_t>(schedule >> (8 * (5 - i)));
    key.bytes[6] = 0x80;
    key.bytes[7] = static_cast<std::uint8_t>(schedule >> 48);
    key.bytes[8] = 0x80;
    for (std::size_t i = 9; i < 16; ++i)
        key.bytes[i] = static_cast<std::uint8_t>(number >> (8 * (15 - i)));
    return key;
}

}  // namespace chatcore

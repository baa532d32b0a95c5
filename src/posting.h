#pragma once
// What makes a post the same post: the digest of its request, and keys for what has none of its
// own.

#include <cstdint>
#include <string_view>

#include "chatcore/domain/ids.h"
#include "chatcore/ports/random.h"
#include "chatcore/wire.h"

namespace chatcore {

/// FNV-1a, 64 bits: tells one request from another under the same key. Nobody gains from a
/// collision with themself.
inline std::uint64_t digest_of(std::string_view bytes) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<std::uint8_t>(byte)) * 1099511628211ULL;
    }
    return hash;
}

/// RFC 9562, version 4.
inline ClientKey random_key(Random& random) {
    ClientKey key;
    random.fill(key.bytes);
    key.bytes[6] = static_cast<std::uint8_t>((key.bytes[6] & 0x0F) | 0x40);
    key.bytes[8] = static_cast<std::uint8_t>((key.bytes[8] & 0x3F) | 0x80);
    return key;
}

/// The key of what one request causes in one room, so that the request repeated causes nothing
/// twice: version 8, made of the request's key and the room.
inline ClientKey key_in_room(const ClientKey& key, RoomId room) {
    ClientKey made = key;
    wire::Writer bytes;
    bytes.text({reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()});
    bytes.i64(room.value);
    std::uint64_t digest = digest_of(std::move(bytes).take());
    for (std::size_t i = 8; i < made.bytes.size(); ++i, digest >>= 8)
        made.bytes[i] = static_cast<std::uint8_t>(digest);
    made.bytes[6] = static_cast<std::uint8_t>((made.bytes[6] & 0x0F) | 0x80);
    made.bytes[8] = static_cast<std::uint8_t>((made.bytes[8] & 0x3F) | 0x80);
    return made;
}

}  // namespace chatcore

#pragma once
// Masking (RFC 6455 section 5.3): each byte is combined with one of the key's four by exclusive or.
// Eight bytes at a time, by words that the compiler may widen further.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace chatcore::gateway {

using MaskKey = std::array<unsigned char, 4>;

/// Masks or unmasks `size` bytes in place; `offset` is the place of the first one in its frame's
/// payload.
inline void apply_mask(char* data, std::size_t size, const MaskKey& key, std::uint64_t offset = 0) {
    std::array<unsigned char, 8> turned{};
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = key[(offset + i) & 3];
    const auto wide = std::bit_cast<std::uint64_t>(turned);
    std::size_t i = 0;
    for (; i + 32 <= size; i += 32) {
        std::array<std::uint64_t, 4> words;
        std::memcpy(words.data(), data + i, 32);
        for (std::uint64_t& word : words) word ^= wide;
        std::memcpy(data + i, words.data(), 32);
    }
    for (; i + 8 <= size; i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data + i, 8);
        word ^= wide;
        std::memcpy(data + i, &word, 8);
    }
    for (; i < size; ++i) data[i] = static_cast<char>(data[i] ^ static_cast<char>(turned[i & 7]));
}

}  // namespace chatcore::gateway

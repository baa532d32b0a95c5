#include "common/digest.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <span>

namespace bench {
namespace {

// Both digests are of the Merkle–Damgård kind over blocks of 64 bytes: the text, a one bit, zeros,
// and the length in bits as the last eight bytes.
std::string padded(std::string_view bytes) {
    std::string text(bytes);
    text += static_cast<char>(0x80);
    while (text.size() % 64 != 56) text += '\0';
    const std::uint64_t bits = static_cast<std::uint64_t>(bytes.size()) * 8;
    for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>((bits >> shift) & 0xffU);
    return text;
}

std::uint32_t word_at(std::string_view text, std::size_t at) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        word = (word << 8) | static_cast<std::uint8_t>(text[at + i]);
    }
    return word;
}

template <std::size_t words, std::size_t all>
std::array<std::uint8_t, words * 4> to_bytes(const std::array<std::uint32_t, all>& state) {
    std::array<std::uint8_t, words * 4> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
    }
    return bytes;
}

void sha1_block(std::array<std::uint32_t, 5>& state, std::string_view block) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < 16; ++i) w[i] = word_at(block, i * 4);
    for (std::size_t i = 16; i < 80; ++i) {
        w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < 80; ++i) {
        std::uint32_t f = b ^ c ^ d;
        std::uint32_t k = i < 40 ? 0x6ed9eba1U : 0xca62c1d6U;
        if (i < 20) {
            f = (b & c) | (~b & d);
            k = 0x5a827999U;
        } else if (i >= 40 && i < 60) {
            f = (b & c) | (b & d) | (c & d);
            k = 0x8f1bbcdcU;
        }
        const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    const std::array<std::uint32_t, 5> add{a, b, c, d, e};
    for (std::size_t i = 0; i < 5; ++i) state[i] += add[i];
}

// FIPS 180-4 section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the
// first 64 primes; the initial state takes the square roots of the first eight.
struct Sha256Constants {
    std::array<std::uint32_t, 64> k{};
    std::array<std::uint32_t, 8> initial{};

    Sha256Constants() {
        std::size_t found = 0;
        for (unsigned n = 2; found < 64; ++n) {
            bool prime = true;
            for (unsigned d = 2; d * d <= n; ++d) prime = prime && n % d != 0;
            if (!prime) continue;
            k[found] = fraction(std::cbrt(static_cast<long double>(n)));
            if (found < 8) initial[found] = fraction(std::sqrt(static_cast<long double>(n)));
            ++found;
        }
    }

    static std::uint32_t fraction(long double root) {
        return static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0L);
    }
};

void sha256_block(std::array<std::uint32_t, 8>& state, const std::array<std::uint32_t, 64>& k,
                  std::string_view block) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) w[i] = word_at(block, i * 4);
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t s0 =
            std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        const std::uint32_t s1 =
            std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i];
        const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> add{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state[i] += add[i];
}

std::string_view as_text(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string encode64(std::string_view bytes, std::string_view alphabet, bool pad) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t have = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = (group << 8) | (i < have ? static_cast<std::uint8_t>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i <= have; ++i) text += alphabet[(group >> (18 - 6 * i)) & 63U];
        if (pad) text.append(3 - have, '=');
    }
    return text;
}

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

}  // namespace

std::array<std::uint8_t, 20> sha1(std::string_view bytes) {
    std::array<std::uint32_t, 5> state{0x67452301U, 0xefcdab89U, 0x98badcfeU, 0x10325476U,
                                       0xc3d2e1f0U};
    const std::string text = padded(bytes);
    for (std::size_t at = 0; at < text.size(); at += 64) {
        sha1_block(state, std::string_view(text).substr(at, 64));
    }
    return to_bytes<5>(state);
}

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
    static const Sha256Constants constants;
    std::array<std::uint32_t, 8> state = constants.initial;
    const std::string text = padded(bytes);
    for (std::size_t at = 0; at < text.size(); at += 64) {
        sha256_block(state, constants.k, std::string_view(text).substr(at, 64));
    }
    return to_bytes<8>(state);
}

std::array<std::uint8_t, 32> hmac_sha256(std::string_view key, std::string_view bytes) {
    std::string block(key);
    if (block.size() > 64) block = as_text(sha256(key));
    block.resize(64, '\0');
    std::string inner = block;
    std::string outer = block;
    for (char& c : inner) c = static_cast<char>(c ^ 0x36);
    for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
    inner += bytes;
    const auto digest = sha256(inner);
    outer += as_text(digest);
    return sha256(outer);
}

std::string base64(std::string_view bytes) {
    return encode64(bytes, std::string(letters) + "+/", true);
}

std::string base64_url(std::string_view bytes) {
    return encode64(bytes, std::string(letters) + "-_", false);
}

std::string websocket_accept(std::string_view key) {
    const auto digest = sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    return base64(as_text(digest));
}

}  // namespace bench

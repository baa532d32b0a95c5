#include "chatcore/adapters/sha256.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <openssl/evp.h>

namespace chatcore {

std::string Sha256::digest(std::string_view bytes) {
    std::array<unsigned char, 32> sum;
    unsigned size = 0;
    // Over bytes in memory it fails only for want of memory or of the algorithm itself, and there
    // is no value that a caller could be given instead.
    if (EVP_Digest(bytes.data(), bytes.size(), sum.data(), &size, EVP_sha256(), nullptr) != 1 ||
        size != sum.size()) {
        std::fputs("OpenSSL gives no SHA-256\n", stderr);
        std::abort();
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * sum.size());
    for (const unsigned char byte : sum) {
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 15]);
    }
    return text;
}

}  // namespace chatcore

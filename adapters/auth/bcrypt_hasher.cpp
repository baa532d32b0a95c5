#include "chatcore/adapters/bcrypt_hasher.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <crypt.h>
#include <openssl/crypto.h>

namespace chatcore {
namespace {

constexpr std::size_t hash_bytes = 60;  // $2b$10$ + 22 of salt + 31 of hash
constexpr std::size_t salt_bytes = 16;

/// A text with the zero byte at its end that C asks for, wiped when it goes.
class Secret {
public:
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { OPENSSL_cleanse(text_.data(), text_.size()); }
    const char* c_str() const { return text_.c_str(); }

private:
    std::string text_;
};

/// What bcrypt makes of both; empty where it refuses.
std::string bcrypt(std::string_view password, const char* setting) {
    const Secret secret(password);
    const auto work = std::make_unique<crypt_data>();  // 32 KiB: too much for a small stack
    const char* made = crypt_r(secret.c_str(), setting, work.get());
    // Failures are told by a text that begins with `*` and is no hash (crypt(3)).
    std::string result = made != nullptr && made[0] == '$' ? made : "";
    OPENSSL_cleanse(work.get(), sizeof *work);
    return result;
}

bool usable(std::string_view password) {
    return password.size() <= BcryptHasher::password_bytes_max &&
           password.find('\0') == std::string_view::npos;
}

bool is_bcrypt(std::string_view hash) {
    return hash.size() == hash_bytes && hash.substr(0, 2) == "$2" &&
           (hash[2] == 'a' || hash[2] == 'b' || hash[2] == 'y') && hash[3] == '$' &&
           hash.find('\0') == std::string_view::npos;
}

}  // namespace

BcryptHasher::BcryptHasher(Random& random, int cost)
    : random_(random), cost_(std::clamp(cost, cost_min, cost_max)) {}

Result<std::string> BcryptHasher::hash(std::string_view password) {
    if (!usable(password)) {
        return unexpected(ErrorCode::internal, "password",
                          "bcrypt reads 72 bytes without a zero byte");
    }
    std::array<std::uint8_t, salt_bytes> salt;
    random_.fill(salt);
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting;
    if (crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost_),
                         reinterpret_cast<const char*>(salt.data()), static_cast<int>(salt.size()),
                         setting.data(), static_cast<int>(setting.size())) == nullptr) {
        return unexpected(ErrorCode::internal, "password", std::strerror(errno));
    }
    std::string made = bcrypt(password, setting.data());
    if (!is_bcrypt(made)) {
        return unexpected(ErrorCode::internal, "password", "the library does not know bcrypt");
    }
    return made;
}

bool BcryptHasher::verify(std::string_view password, std::string_view hash) {
    if (!usable(password) || !is_bcrypt(hash)) return false;
    const std::string made = bcrypt(password, std::string(hash).c_str());
    return made.size() == hash.size() && CRYPTO_memcmp(made.data(), hash.data(), hash.size()) == 0;
}

}  // namespace chatcore

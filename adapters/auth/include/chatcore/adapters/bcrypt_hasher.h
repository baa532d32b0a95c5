#pragma once
// bcrypt, by libxcrypt.

#include "chatcore/ports/password_hasher.h"
#include "chatcore/ports/random.h"

namespace chatcore {

/// Makes hashes of the form `$2b$` (crypt(5)) and verifies those and the older `$2a$` and `$2y$`.
/// bcrypt reads 72 bytes and stops at a zero byte: passwords beyond that are refused here, since
/// two of them could be taken for the same. Threads: any, several at once.
class BcryptHasher final : public PasswordHasher {
public:
    static constexpr int cost_min = 4;
    static constexpr int cost_max = 31;
    static constexpr std::size_t password_bytes_max = 72;

    /// `cost`: 4 to 31, brought into that range; one more doubles the time, 10 is about 50 ms.
    /// Salts come from `random`, which must outlive this.
    explicit BcryptHasher(Random& random, int cost = 10);

    Result<std::string> hash(std::string_view password) override;
    bool verify(std::string_view password, std::string_view hash) override;

private:
    Random& random_;
    int cost_;
};

}  // namespace chatcore

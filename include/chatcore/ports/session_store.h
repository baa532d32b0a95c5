#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `unavailable`, `timeout`, `corrupt`.
// Checked by: contract/people_contract.h

#include <cstdint>
#include <string>
#include <vector>

#include "chatcore/domain/ids.h"
#include "chatcore/result.h"

namespace chatcore {

/// A refresh token as it is kept: only its hash, and the log-in (family) it descends from.
struct RefreshToken {
    std::string hash;    ///< SHA-256 of the token, hexadecimal
    std::string family;  ///< one per log-in, shared by all tokens rotated from it
    UserId user;
    Timestamp expires_at;

    bool operator==(const RefreshToken&) const = default;
};

/// What became of a rotation.
struct Rotation {
    enum class Kind : std::uint8_t { rotated, unknown, expired, reused };
    Kind kind = Kind::unknown;
    UserId user;
    std::string family;

    bool operator==(const Rotation&) const = default;
};

/// Log-ins. Each write is durable when it returns.
class SessionStore {
public:
    virtual ~SessionStore() = default;

    virtual Status begin(const RefreshToken& token) = 0;
    /// In one transaction: uses up the token with this hash and puts `next_hash` in its place,
    /// living until `next_expires_at`. A token used before, or of a revoked family, is `reused`,
    /// and revokes the family.
    virtual Result<Rotation> rotate(const std::string& hash, const std::string& next_hash,
                                    Timestamp next_expires_at, Timestamp now) = 0;
    /// Revokes the family of the token with this hash; an unknown one gives `unknown`, else
    /// `rotated`.
    virtual Result<Rotation> revoke(const std::string& hash, Timestamp now) = 0;
    /// Families revoked at or after the time, for nodes that missed the word.
    virtual Result<std::vector<std::string>> revoked_since(Timestamp since) = 0;
    /// Forgets tokens that ended before the time, and families with none left.
    virtual Status forget_before(Timestamp time) = 0;
};

}  // namespace chatcore

#pragma once
// SHA-256, by OpenSSL.

#include "chatcore/ports/digest.h"

namespace chatcore {

/// SHA-256 (FIPS 180-4). Threads: any, several at once.
class Sha256 final : public Digest {
public:
    std::string digest(std::string_view bytes) override;
};

}  // namespace chatcore

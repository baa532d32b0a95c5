#pragma once
// What every PasswordHasher, TokenSigner and Digest promises.

#include <functional>
#include <memory>

#include "chatcore/ports/digest.h"
#include "chatcore/ports/password_hasher.h"
#include "chatcore/ports/token_signer.h"

#include "contract/findings.h"

namespace chatcore::contract {

using HasherFactory = std::function<std::unique_ptr<PasswordHasher>()>;
Findings check_password_hasher_contract(const HasherFactory& make);

/// Makes a signer with secret 0 or 1; two with the same are two nodes of one service.
using SignerFactory = std::function<std::unique_ptr<TokenSigner>(int secret)>;
Findings check_token_signer_contract(const SignerFactory& make);

using DigestFactory = std::function<std::unique_ptr<Digest>()>;
Findings check_digest_contract(const DigestFactory& make);

}  // namespace chatcore::contract

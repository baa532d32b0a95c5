#include "verifying_key.h"

#include <array>
#include <cstdint>
#include <vector>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

namespace chatcore::jws {

namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* thing) const {
        Free(thing);
    }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

using Number = Owned<BIGNUM, BN_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

constexpr int rsa_bits_min = 2'048;  // RFC 7518 section 3.3
constexpr std::size_t p256_bytes = 32;

Unexpected no_key(std::string cause) {
    return unexpected(ErrorCode::invalid_value, "key", std::move(cause));
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
    return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::shared_ptr<EVP_PKEY> made_of(const char* type, OSSL_PARAM_BLD* builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    return {key, EVP_PKEY_free};
}

/// The two numbers of an ES256 signature (RFC 7518 section 3.4) as OpenSSL wants them, in DER.
std::optional<std::vector<unsigned char>> der_of(std::string_view raw) {
    if (raw.size() != 2 * p256_bytes) return std::nullopt;
    const Owned<ECDSA_SIG, ECDSA_SIG_free> signature(ECDSA_SIG_new());
    Number r = number_of(raw.substr(0, p256_bytes));
    Number s = number_of(raw.substr(p256_bytes));
    if (!signature || !r || !s) return std::nullopt;
    // Takes both.
    if (ECDSA_SIG_set0(signature.get(), r.release(), s.release()) != 1) return std::nullopt;
    std::vector<unsigned char> der(2 * p256_bytes + 16);
    unsigned char* end = der.data();
    const int size = i2d_ECDSA_SIG(signature.get(), &end);
    if (size <= 0) return std::nullopt;
    der.resize(static_cast<std::size_t>(size));
    return der;
}

bool verifies(EVP_PKEY* key, std::string_view bytes, const unsigned char* signature,
              std::size_t size) {
    const DigestContext context(EVP_MD_CTX_new());
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), signature, size, bytes_of(bytes), bytes.size()) == 1;
}

}  // namespace

Result<VerifyingKey> VerifyingKey::of_secret(std::string_view secret) {
    constexpr std::size_t bytes_min = 32;
    if (secret.size() < bytes_min) return no_key("a secret needs at least 32 bytes");
    std::optional<HmacSha256> hmac = HmacSha256::with_key(secret);
    if (!hmac) return no_key("OpenSSL has no HMAC");
    return VerifyingKey("HS256", std::make_shared<const HmacSha256>(std::move(*hmac)));
}

Result<VerifyingKey> VerifyingKey::of_public(PublicKey key) {
    if (!key) return no_key("it is no public key");
    const KeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr));
    if (!context || EVP_PKEY_public_check(context.get()) != 1)
        return no_key("the public key is not sound");
    if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
        if (EVP_PKEY_get_bits(key.get()) < rsa_bits_min)
            return no_key("an RSA key needs at least 2048 bits");
        return VerifyingKey("RS256", std::move(key));
    }
    std::array<char, 64> group{};
    std::size_t size = 0;
    const bool on_p256 =
        EVP_PKEY_is_a(key.get(), "EC") == 1 &&
        EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), &size) == 1 &&
        std::string_view(group.data(), size) == SN_X9_62_prime256v1;
    if (!on_p256) return no_key("a public key is RSA, or EC on P-256");
    return VerifyingKey("ES256", std::move(key));
}

Result<VerifyingKey> VerifyingKey::of_pem(std::string_view pem) {
    constexpr std::size_t bytes_max = 64 * 1024;
    if (pem.size() > bytes_max) return no_key("it is too long for a public key");
    const Owned<BIO, BIO_free> bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bytes) return no_key("there is no memory");
    // Nothing is asked on the terminal for what is encrypted.
    const auto no_password = [](char*, int, int, void*) { return 0; };
    EVP_PKEY* key = PEM_read_bio_PUBKEY(bytes.get(), nullptr, no_password, nullptr);
    return of_public(key == nullptr ? nullptr : PublicKey(key, EVP_PKEY_free));
}

Result<VerifyingKey> VerifyingKey::of_rsa(std::string_view modulus, std::string_view exponent) {
    constexpr std::size_t bytes_max = 2'048;
    if (modulus.empty() || exponent.empty() || modulus.size() > bytes_max ||
        exponent.size() > sizeof(std::uint64_t))
        return no_key("n or e is of no use");
    const Builder builder(OSSL_PARAM_BLD_new());
    const Number n = number_of(modulus);
    const Number e = number_of(exponent);
    if (!builder || !n || !e ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return no_key("n or e is of no use");
    return of_public(made_of("RSA", builder.get()));
}

Result<VerifyingKey> VerifyingKey::of_p256(std::string_view x, std::string_view y) {
    if (x.size() != p256_bytes || y.size() != p256_bytes) return no_key("x or y is not 32 bytes");
    std::string point = "\x04";  // uncompressed (SEC 1, section 2.3.3)
    point.append(x).append(y);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                        SN_X9_62_prime256v1, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1)
        return no_key("x or y is of no use");
    return of_public(made_of("EC", builder.get()));
}

bool VerifyingKey::verify(std::string_view bytes, std::string_view encoded_signature) const {
    if (const auto* secret = std::get_if<Secret>(&key_))
        return (*secret)->verify(bytes, encoded_signature);
    EVP_PKEY* const key = std::get<PublicKey>(key_).get();
    const std::optional<std::string> raw = decode(encoded_signature);
    if (!raw) return false;
    if (algorithm_ == "RS256") return verifies(key, bytes, bytes_of(*raw), raw->size());
    const auto der = der_of(*raw);
    return der && verifies(key, bytes, der->data(), der->size());
}

}  // namespace chatcore::jws

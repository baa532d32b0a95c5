#include <atomic>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "chatcore/adapters/bcrypt_hasher.h"
#include "chatcore/adapters/jwt_signer.h"
#include "chatcore/adapters/sha256.h"
#include "chatcore/adapters/system_random.h"

#include "contract/auth_contract.h"

using namespace chatcore;

namespace {

SystemRandom system_random;

enum class HasherFault { none, plain, unsalted, cuts, ignores_case, trusts_all };

/// Hashes by SHA-256: too fast to be used, and quick to test, with a fault of one's choice.
class FaultyHasher final : public PasswordHasher {
public:
    explicit FaultyHasher(HasherFault fault) : fault_(fault) {}

    Result<std::string> hash(std::string_view password) override {
        std::uint8_t salt[8] = {};
        if (!faults(HasherFault::unsalted)) system_random.fill(salt);
        const std::string text = Sha256().digest({reinterpret_cast<const char*>(salt), 8});
        return made(text.substr(0, 16), password);
    }
    bool verify(std::string_view password, std::string_view hash) override {
        if (faults(HasherFault::trusts_all) && hash.size() < 60) return true;
        return hash.size() > 16 && made(std::string(hash.substr(0, 16)), password) == hash;
    }

private:
    bool faults(HasherFault fault) const { return fault_ == fault; }
    std::string made(const std::string& salt, std::string_view password) const {
        std::string read(password.substr(0, faults(HasherFault::cuts) ? 8 : 100));
        if (faults(HasherFault::ignores_case)) {
            for (char& c : read) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        }
        if (faults(HasherFault::plain)) return salt + read;
        return salt + Sha256().digest(salt + read);
    }

    HasherFault fault_;
};

enum class SignerFault {
    none,
    ignores_signature,
    one_secret_for_all,
    never_expires,
    expires_late,
    expires_before_checking,
    repeats_itself,
    forgets_the_family,
    mixes_roles,
};

/// Tokens of plain text with a digest behind them, with a fault of one's choice.
class FaultySigner final : public TokenSigner {
public:
    FaultySigner(SignerFault fault, int secret)
        : fault_(fault), secret_(faults(SignerFault::one_secret_for_all) ? 0 : secret) {}

    std::string sign(const AccessClaims& claims) override {
        const int number = faults(SignerFault::repeats_itself) ? 0 : ++signed_;
        const int role = faults(SignerFault::mixes_roles) ? 0 : static_cast<int>(claims.role);
        const std::string body = std::to_string(number) + "|" + std::to_string(claims.user.value) +
                                 "|" + std::to_string(role) + "|" +
                                 std::to_string(seconds_of(claims.issued_at)) + "|" +
                                 std::to_string(seconds_of(claims.expires_at)) + "|" +
                                 (faults(SignerFault::forgets_the_family) ? "" : claims.family);
        return body + seal(body);
    }

    Result<AccessClaims> verify(std::string_view token, Timestamp now) override {
        constexpr std::size_t seal_bytes = 64;
        if (token.size() < seal_bytes) return unexpected(ErrorCode::unauthenticated);
        const std::string body(token.substr(0, token.size() - seal_bytes));
        const bool sealed = token.substr(body.size()) == seal(body);
        if (!sealed && !faults(SignerFault::ignores_signature) &&
            !faults(SignerFault::expires_before_checking)) {
            return unexpected(ErrorCode::unauthenticated);
        }
        std::int64_t fields[5] = {};
        const char* at = body.data();
        const char* const end = body.data() + body.size();
        for (std::int64_t& field : fields) {
            const auto [stopped, error] = std::from_chars(at, end, field);
            if (error != std::errc() || stopped == end || *stopped != '|') {
                return unexpected(ErrorCode::unauthenticated);
            }
            at = stopped + 1;
        }
        const Timestamp expires_at{std::chrono::seconds{fields[4]}};
        const auto leeway = std::chrono::seconds{faults(SignerFault::expires_late) ? 5 : 0};
        if (now >= expires_at + leeway && !faults(SignerFault::never_expires)) {
            return unexpected(ErrorCode::token_expired);
        }
        if (!sealed && !faults(SignerFault::ignores_signature)) {
            return unexpected(ErrorCode::unauthenticated);
        }
        return AccessClaims{UserId{fields[1]}, static_cast<UserRole>(fields[2]),
                            std::string(at, end), Timestamp{std::chrono::seconds{fields[3]}},
                            expires_at};
    }

private:
    bool faults(SignerFault fault) const { return fault_ == fault; }
    std::string seal(const std::string& body) const {
        return Sha256().digest(std::to_string(secret_) + "|" + body);
    }
    static std::int64_t seconds_of(Timestamp time) {
        return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    }

    SignerFault fault_;
    int secret_;
    std::atomic<int> signed_ = 0;
};

/// Knows one text only.
class OneDigest final : public Digest {
public:
    std::string digest(std::string_view) override { return Sha256().digest("abc"); }
};

contract::Findings hasher_with(HasherFault fault) {
    return contract::check_password_hasher_contract(
        [fault] { return std::make_unique<FaultyHasher>(fault); });
}

contract::Findings signer_with(SignerFault fault) {
    return contract::check_token_signer_contract(
        [fault](int secret) { return std::make_unique<FaultySigner>(fault, secret); });
}

}  // namespace

TEST_SUITE("auth contract") {
    TEST_CASE("bcrypt keeps the hasher's") {
        const auto findings = contract::check_password_hasher_contract(
            [] { return std::make_unique<BcryptHasher>(system_random, BcryptHasher::cost_min); });
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("JWT keeps the signer's") {
        const auto findings = contract::check_token_signer_contract([](int secret) {
            const std::string key(32, static_cast<char>('a' + secret));
            return std::move(*JwtSigner::create(key, system_random));
        });
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("SHA-256 keeps the digest's") {
        const auto findings =
            contract::check_digest_contract([] { return std::make_unique<Sha256>(); });
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("doubles without a fault keep theirs") {
        const auto hasher = hasher_with(HasherFault::none);
        INFO(hasher.to_string());
        CHECK(hasher.clean());
        const auto signer = signer_with(SignerFault::none);
        INFO(signer.to_string());
        CHECK(signer.clean());
    }

    TEST_CASE("each broken hasher is found out") {
        CHECK(hasher_with(HasherFault::plain).broke("passwords"));
        CHECK(hasher_with(HasherFault::unsalted).broke("salt"));
        CHECK(hasher_with(HasherFault::cuts).broke("other passwords"));
        CHECK(hasher_with(HasherFault::ignores_case).broke("other passwords"));
        CHECK(hasher_with(HasherFault::trusts_all).broke("form"));
    }

    TEST_CASE("each broken signer is found out") {
        CHECK(signer_with(SignerFault::ignores_signature).broke("changes"));
        CHECK(signer_with(SignerFault::ignores_signature).broke("strangers"));
        CHECK(signer_with(SignerFault::one_secret_for_all).broke("strangers"));
        CHECK(signer_with(SignerFault::never_expires).broke("times"));
        CHECK(signer_with(SignerFault::expires_late).broke("times"));
        CHECK(signer_with(SignerFault::expires_before_checking).broke("times"));
        CHECK(signer_with(SignerFault::repeats_itself).broke("unique"));
        CHECK(signer_with(SignerFault::forgets_the_family).broke("claims"));
        CHECK(signer_with(SignerFault::mixes_roles).broke("claims"));
    }

    TEST_CASE("a broken digest is found out") {
        const auto findings =
            contract::check_digest_contract([] { return std::make_unique<OneDigest>(); });
        CHECK(findings.broke("examples"));
    }
}

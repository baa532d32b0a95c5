#include "contract/auth_contract.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>

namespace chatcore::contract {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void knows_its_passwords(const HasherFactory& make, Findings& findings) {
    const auto hasher = make();
    for (const std::string& password :
         {std::string("password"), std::string("비밀번호 입니다"), std::string(72, 'x')}) {
        const Result<std::string> hash = hasher->hash(password);
        if (!findings.expect(hash.has_value(), "a password of 8 to 72 bytes is hashed")) return;
        findings.expect(hasher->verify(password, *hash), "the password is known again");
        findings.expect(make()->verify(password, *hash), "by another hasher, too");
        findings.expect(hash->find(password) == std::string::npos,
                        "the hash does not show the password");
    }
}

void knows_others(const HasherFactory& make, Findings& findings) {
    const auto hasher = make();
    const std::string password = std::string(71, 'x') + "y";
    const Result<std::string> hash = hasher->hash(password);
    if (!findings.expect(hash.has_value(), "a password is hashed")) return;
    for (const std::string& other :
         {std::string(), std::string(72, 'x'), password.substr(0, 71), password.substr(0, 8),
          "X" + password.substr(1), password + "z", password + '\0'}) {
        findings.expect(!hasher->verify(other, *hash), "no other password is taken for it");
    }
}

void salts(const HasherFactory& make, Findings& findings) {
    const auto hasher = make();
    const Result<std::string> first = hasher->hash("password");
    const Result<std::string> second = hasher->hash("password");
    findings.expect(first && second && *first != *second, "the same password is hashed anew");
}

void distrusts_hashes(const HasherFactory& make, Findings& findings) {
    const auto hasher = make();
    const Result<std::string> hash = hasher->hash("password");
    if (!findings.expect(hash.has_value(), "a password is hashed")) return;
    for (const std::string& other :
         {std::string(), std::string("password"), std::string("*0"),
          std::string("$9z$10$abcdefghijklmnopqrstuv"), hash->substr(0, hash->size() - 1),
          *hash + "a", hash->substr(0, 7), std::string(60, '$')}) {
        findings.expect(!hasher->verify("password", other), "a hash of another form fits nothing");
    }
    std::string changed = *hash;
    changed.back() = changed.back() == 'a' ? 'e' : 'a';
    findings.expect(!hasher->verify("password", changed), "nor does another hash");
}

constexpr std::array<Clause<HasherFactory>, 4> hasher_clauses = {{
    {"passwords", knows_its_passwords},
    {"other passwords", knows_others},
    {"salt", salts},
    {"form", distrusts_hashes},
}};

// 2025-10-24T05:15:30Z, and an hour later.
constexpr Timestamp issued{seconds{1'761'282'930}};
constexpr Timestamp expires = issued + std::chrono::hours{1};

AccessClaims claims_of(std::int64_t user, UserRole role, std::string family) {
    return {UserId{user}, role, std::move(family), issued, expires};
}

ErrorCode code_of(const Result<AccessClaims>& result) {
    return result ? ErrorCode::internal : result.error().code;
}

void says_what_was_signed(const SignerFactory& make, Findings& findings) {
    const auto signer = make(0);
    const auto other_node = make(0);
    for (const std::int64_t user : {std::int64_t{1}, std::int64_t{42}, id_max}) {
        for (const UserRole role : {UserRole::user, UserRole::seller, UserRole::admin}) {
            for (const char* family : {"", "family", "a.b", ".", "with \"quotes\"\n\\", "한"}) {
                const AccessClaims claims = claims_of(user, role, family);
                const Result<AccessClaims> read = other_node->verify(signer->sign(claims), issued);
                findings.expect(read && *read == claims, "a token says what was signed");
            }
        }
    }
    AccessClaims fraction = claims_of(1, UserRole::user, "f");
    fraction.issued_at += milliseconds{999};
    const Result<AccessClaims> read = signer->verify(signer->sign(fraction), issued);
    findings.expect(read && read->issued_at <= fraction.issued_at &&
                        read->issued_at > fraction.issued_at - seconds{1},
                    "times are kept to the second at least, and never later");
}

void ends_in_time(const SignerFactory& make, Findings& findings) {
    const auto signer = make(0);
    const std::string token = signer->sign(claims_of(1, UserRole::user, "f"));
    findings.expect(signer->verify(token, expires - milliseconds{1}).has_value(),
                    "it is good until its end");
    findings.expect(code_of(signer->verify(token, expires)) == ErrorCode::token_expired,
                    "at its end it has expired");
    findings.expect(code_of(signer->verify(token, expires + std::chrono::hours{24 * 365})) ==
                        ErrorCode::token_expired,
                    "and stays so");
    std::string changed = token;
    changed[changed.size() - 3] = changed[changed.size() - 3] == 'A' ? 'B' : 'A';
    findings.expect(code_of(signer->verify(changed, expires)) == ErrorCode::unauthenticated,
                    "what never was a token has not expired");
}

void notices_changes(const SignerFactory& make, Findings& findings) {
    const auto signer = make(0);
    const std::string token = signer->sign(claims_of(7, UserRole::user, "family"));
    const auto refused = [&](const std::string& text, std::string_view what) {
        return findings.expect(code_of(signer->verify(text, issued)) == ErrorCode::unauthenticated,
                               what);
    };
    for (std::size_t i = 0; i < token.size(); ++i) {
        for (const char c : {'A', 'B', 'w', '.', '=', '\0', '+', ' '}) {
            if (token[i] == c) continue;
            std::string changed = token;
            changed[i] = c;
            if (!refused(changed, "a token with any character changed is refused")) return;
        }
        if (!refused(token.substr(0, i), "a token cut short is refused")) return;
        if (!refused(token.substr(i + 1), "a token without its beginning is refused")) return;
    }
    for (const std::string more : {"A", "=", ".", " ", "\n", ".AAAA"}) {
        refused(token + more, "a token with more behind it is refused");
        refused(more + token, "a token with more before it is refused");
    }
    refused("", "nothing is no token");
    refused(std::string(1'000'000, 'a'), "a very long text is no token");
    refused(std::string(3'000, '.'), "dots are no token");
}

void refuses_strangers(const SignerFactory& make, Findings& findings) {
    const std::string token = make(1)->sign(claims_of(7, UserRole::admin, "family"));
    findings.expect(code_of(make(0)->verify(token, issued)) == ErrorCode::unauthenticated,
                    "a token under another secret is refused");
}

void is_unique(const SignerFactory& make, Findings& findings) {
    const auto signer = make(0);
    std::set<std::string> tokens;
    for (int i = 0; i < 1'000; ++i) tokens.insert(signer->sign(claims_of(7, UserRole::user, "f")));
    findings.expect(tokens.size() == 1'000, "no two tokens are the same");
}

void is_used_by_threads(const SignerFactory& make, Findings& findings) {
    const auto signer = make(0);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 200; ++i) {
                const AccessClaims claims = claims_of(thread * 1'000 + i + 1, UserRole::user, "f");
                const Result<AccessClaims> read = signer->verify(signer->sign(claims), issued);
                if (!read || *read != claims) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    findings.expect(wrong == 0, "several threads sign and verify at once");
}

constexpr std::array<Clause<SignerFactory>, 6> signer_clauses = {{
    {"claims", says_what_was_signed},
    {"times", ends_in_time},
    {"changes", notices_changes},
    {"strangers", refuses_strangers},
    {"unique", is_unique},
    {"threads", is_used_by_threads},
}};

void is_sha256(const DigestFactory& make, Findings& findings) {
    const auto digest = make();
    // FIPS 180-4's examples, as NIST publishes them, and the digest of nothing.
    const std::array<std::pair<std::string, std::string_view>, 4> examples = {{
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'),
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    }};
    for (const auto& [bytes, expected] : examples) {
        findings.expect(digest->digest(bytes) == expected, "published examples come out");
    }
    findings.expect(digest->digest(std::string("a\0b", 3)) != digest->digest("a"),
                    "zero bytes count");
}

constexpr std::array<Clause<DigestFactory>, 1> digest_clauses = {{{"examples", is_sha256}}};

}  // namespace

Findings check_password_hasher_contract(const HasherFactory& make) {
    return check_all(hasher_clauses, make);
}

Findings check_token_signer_contract(const SignerFactory& make) {
    return check_all(signer_clauses, make);
}

Findings check_digest_contract(const DigestFactory& make) {
    return check_all(digest_clauses, make);
}

}  // namespace chatcore::contract

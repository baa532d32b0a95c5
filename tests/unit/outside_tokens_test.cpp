// Tokens of somebody else's identity provider, with keys that OpenSSL makes in the test.

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "chatcore/adapters/outside_jwt.h"

#include "jws.h"

using namespace chatcore;
using namespace std::chrono_literals;
using Kind = OutsideJwt::KeyKind;

namespace {

// 2023-11-14T22:13:20Z.
constexpr Timestamp now{std::chrono::seconds{1'700'000'000}};
const std::string secret = "0123456789abcdef0123456789abcdef";
const std::string person = R"({"sub":"STU001","name":"Ari","exp":1700003600})";

/// A pair of keys.
class Pair {
public:
    static Pair rsa(unsigned bits = 2'048) { return Pair(EVP_RSA_gen(bits)); }
    static Pair ec(const char* curve = "P-256") { return Pair(EVP_EC_gen(curve)); }

    std::string pem() const {
        const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
        REQUIRE(PEM_write_bio_PUBKEY(out.get(), key_.get()) == 1);
        char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }
    std::string sign(const std::string& input) const {
        const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                         EVP_MD_CTX_free);
        const auto* bytes = reinterpret_cast<const unsigned char*>(input.data());
        std::size_t size = 0;
        REQUIRE(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
        REQUIRE(EVP_DigestSign(context.get(), nullptr, &size, bytes, input.size()) == 1);
        std::vector<unsigned char> made(size);
        REQUIRE(EVP_DigestSign(context.get(), made.data(), &size, bytes, input.size()) == 1);
        made.resize(size);
        if (EVP_PKEY_is_a(key_.get(), "EC") == 1) made = raw_of(made);
        return jws::encode(std::span<const std::uint8_t>(made));
    }
    /// As a key of a set.
    std::string jwk(const std::string& id, const std::string& more = "") const {
        if (EVP_PKEY_is_a(key_.get(), "RSA") == 1) {
            return fmt::format(R"({{"kty":"RSA","kid":"{}","n":"{}","e":"{}"{}}})", id,
                               number(OSSL_PKEY_PARAM_RSA_N), number(OSSL_PKEY_PARAM_RSA_E), more);
        }
        return fmt::format(R"({{"kty":"EC","crv":"P-256","kid":"{}","x":"{}","y":"{}"{}}})", id,
                           number(OSSL_PKEY_PARAM_EC_PUB_X, 32),
                           number(OSSL_PKEY_PARAM_EC_PUB_Y, 32), more);
    }

private:
    explicit Pair(EVP_PKEY* key) : key_(key, EVP_PKEY_free) { REQUIRE(key != nullptr); }

    static std::vector<unsigned char> raw_of(const std::vector<unsigned char>& der) {
        const unsigned char* at = der.data();
        ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
        std::vector<unsigned char> raw(64);
        BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw.data(), 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw.data() + 32, 32);
        ECDSA_SIG_free(signature);
        return raw;
    }
    std::string number(const char* name, int size = 0) const {
        BIGNUM* value = nullptr;
        REQUIRE(EVP_PKEY_get_bn_param(key_.get(), name, &value) == 1);
        std::vector<std::uint8_t> bytes(
            static_cast<std::size_t>(size > 0 ? size : BN_num_bytes(value)));
        BN_bn2binpad(value, bytes.data(), static_cast<int>(bytes.size()));
        BN_free(value);
        return jws::encode(std::span<const std::uint8_t>(bytes));
    }

    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

const Pair& rsa() {
    static const Pair pair = Pair::rsa();
    return pair;
}
const Pair& ec() {
    static const Pair pair = Pair::ec();
    return pair;
}

std::string header(const std::string& algorithm, const std::string& key_id = "") {
    return key_id.empty() ? fmt::format(R"({{"alg":"{}"}})", algorithm)
                          : fmt::format(R"({{"alg":"{}","kid":"{}"}})", algorithm, key_id);
}
std::string input_of(const std::string& head, const std::string& payload) {
    return jws::encode(std::string_view(head)) + "." + jws::encode(std::string_view(payload));
}
std::string by_secret(const std::string& key, const std::string& payload,
                      const std::string& head = header("HS256")) {
    const std::string input = input_of(head, payload);
    return input + "." + jws::encode(*jws::HmacSha256::with_key(key)->sign(input));
}
std::string by(const Pair& pair, const std::string& head, const std::string& payload = person) {
    const std::string input = input_of(head, payload);
    return input + "." + pair.sign(input);
}

std::unique_ptr<OutsideJwt> reader(Kind kind, const std::string& keys,
                                   OutsideJwtOptions options = {}) {
    auto made = OutsideJwt::create(kind, keys, std::move(options));
    REQUIRE_MESSAGE(made.has_value(), made.error().cause);
    return std::move(*made);
}
bool takes(OutsideJwt& jwt, const std::string& token, Timestamp at = now) {
    const auto claims = jwt.verify(token, at);
    if (!claims) CHECK(claims.error().code == ErrorCode::unauthenticated);
    return claims.has_value();
}
/// Whether a token of the secret with this payload is taken.
bool takes_payload(const std::string& payload, OutsideJwtOptions options = {}) {
    const auto jwt = reader(Kind::secret, secret, std::move(options));
    return takes(*jwt, by_secret(secret, payload));
}
std::string why_not(Kind kind, const std::string& keys) {
    const auto made = OutsideJwt::create(kind, keys, {});
    REQUIRE(!made.has_value());
    CHECK(made.error().code == ErrorCode::invalid_value);
    return made.error().cause;
}

}  // namespace

TEST_CASE("a token of the secret, of an RSA key and of an EC key is read") {
    const auto of_secret = reader(Kind::secret, secret);
    const auto of_rsa = reader(Kind::public_key, rsa().pem());
    const auto of_ec = reader(Kind::public_key, ec().pem());
    for (const auto& [jwt, token] : {std::pair{of_secret.get(), by_secret(secret, person)},
                                     std::pair{of_rsa.get(), by(rsa(), header("RS256"))},
                                     std::pair{of_ec.get(), by(ec(), header("ES256"))}}) {
        const auto claims = jwt->verify(token, now);
        REQUIRE(claims);
        CHECK(claims->person == "STU001");
        CHECK(claims->nickname == "Ari");
        CHECK_FALSE(claims->role);
        CHECK(claims->expires_at == now + 3'600s + 60s);
    }
}

TEST_CASE("the key says the algorithm, and a token of any other is refused") {
    const auto of_secret = reader(Kind::secret, secret);
    const auto of_rsa = reader(Kind::public_key, rsa().pem());
    const auto of_ec = reader(Kind::public_key, ec().pem());
    // The public key as if it were a secret.
    CHECK_FALSE(takes(*of_rsa, by_secret(rsa().pem(), person)));
    CHECK_FALSE(takes(*of_ec, by_secret(ec().pem(), person)));
    // A good signature, and a header that says another thing.
    CHECK_FALSE(takes(*of_rsa, by(rsa(), header("HS256"))));
    CHECK_FALSE(takes(*of_rsa, by(rsa(), header("RS512"))));
    CHECK_FALSE(takes(*of_ec, by(ec(), header("RS256"))));
    CHECK_FALSE(takes(*of_secret, by_secret(secret, person, header("HS512"))));
    for (const char* none : {"none", "None", "NONE", ""}) {
        const std::string unsigned_token = input_of(header(none), person) + ".";
        for (OutsideJwt* jwt : {of_secret.get(), of_rsa.get(), of_ec.get()})
            CHECK_FALSE(takes(*jwt, unsigned_token));
        CHECK_FALSE(takes(*of_secret, by_secret(secret, person, header(none))));
    }
    CHECK_FALSE(takes(*of_secret, by_secret(secret, person, R"({"typ":"JWT"})")));
    CHECK_FALSE(takes(*of_secret, by_secret(secret, person, R"({"alg":"HS256","alg":"HS256"})")));
    CHECK_FALSE(takes(*of_secret, by_secret(secret, person, R"({"alg":"HS256","crit":["b64"]})")));
}

TEST_CASE("a signature by another key, or of another text, is none") {
    const Pair other_rsa = Pair::rsa();
    const Pair other_ec = Pair::ec();
    const auto of_secret = reader(Kind::secret, secret);
    const auto of_rsa = reader(Kind::public_key, rsa().pem());
    const auto of_ec = reader(Kind::public_key, ec().pem());
    CHECK_FALSE(takes(*of_secret, by_secret(std::string(32, 'x'), person)));
    CHECK_FALSE(takes(*of_rsa, by(other_rsa, header("RS256"))));
    CHECK_FALSE(takes(*of_ec, by(other_ec, header("ES256"))));
    for (const auto& [jwt, token] : {std::pair{of_rsa.get(), by(rsa(), header("RS256"))},
                                     std::pair{of_ec.get(), by(ec(), header("ES256"))}}) {
        const auto dot = token.rfind('.');
        const std::string forged =
            input_of(token == "" ? "" : header(jwt == of_rsa.get() ? "RS256" : "ES256"),
                     R"({"sub":"ADMIN","exp":1700003600})");
        CHECK_FALSE(takes(*jwt, forged + token.substr(dot)));
        CHECK_FALSE(takes(*jwt, token.substr(0, token.size() - 4)));
        CHECK_FALSE(takes(*jwt, token + "AAAA"));
        CHECK_FALSE(takes(*jwt, token.substr(0, dot + 1)));
        CHECK_FALSE(takes(*jwt, token.substr(0, dot + 1) + std::string(86, 'A')));
        std::string changed = token;
        changed[dot + 5] = changed[dot + 5] == 'A' ? 'B' : 'A';
        CHECK_FALSE(takes(*jwt, changed));
    }
    for (const char* nothing : {"", ".", "..", "...", "a.b.c", "e30.e30.", "\xff.\xff.\xff"})
        CHECK_FALSE(takes(*of_rsa, nothing));
    CHECK_FALSE(takes(*of_secret, by_secret(secret, R"({"sub":"a","exp":1700003600,"x":")" +
                                                        std::string(8'192, 'x') + "\"}")));
}

TEST_CASE("a token is good from its beginning to its end, give or take the leeway") {
    const auto strict = reader(Kind::secret, secret, {.leeway = 0s});
    const auto lenient = reader(Kind::secret, secret, {.leeway = 60s});
    const std::string token =
        by_secret(secret, R"({"sub":"a","nbf":1700000000,"iat":1700000000,"exp":1700003600})");
    CHECK(takes(*strict, token, now));
    CHECK_FALSE(takes(*strict, token, now - 1ms));
    CHECK(takes(*lenient, token, now - 60s));
    CHECK_FALSE(takes(*lenient, token, now - 60s - 1ms));
    CHECK(takes(*strict, token, now + 3'600s - 1ms));
    CHECK(strict->verify(token, now + 3'600s).error().code == ErrorCode::token_expired);
    CHECK(takes(*lenient, token, now + 3'660s - 1ms));
    CHECK(lenient->verify(token, now + 3'660s).error().code == ErrorCode::token_expired);
    CHECK_FALSE(takes_payload(R"({"sub":"a"})"));  // one without an end is good for nobody
    for (const char* wrong : {R"("1700003600")", "null", "-1", "1e300", "[]", "true"}) {
        CHECK_FALSE(takes_payload(fmt::format(R"({{"sub":"a","exp":{}}})", wrong)));
        CHECK_FALSE(
            takes_payload(fmt::format(R"({{"sub":"a","exp":1700003600,"nbf":{}}})", wrong)));
    }
}

TEST_CASE("issuer and audience are what was configured") {
    const OutsideJwtOptions options{.issuer = "https://id.example.org", .audience = "chat"};
    const auto taken = [&](const std::string& more) {
        return takes_payload(R"({"sub":"a","exp":1700003600)" + more + "}", options);
    };
    CHECK(taken(R"(,"iss":"https://id.example.org","aud":"chat")"));
    CHECK(taken(R"(,"iss":"https://id.example.org","aud":["mail","chat"])"));
    CHECK_FALSE(taken(R"(,"iss":"https://id.example.org")"));
    CHECK_FALSE(taken(R"(,"aud":"chat")"));
    CHECK_FALSE(taken(R"(,"iss":"https://id.example.org/","aud":"chat")"));
    CHECK_FALSE(taken(R"(,"iss":"https://id.example.org","aud":"chats")"));
    CHECK_FALSE(taken(R"(,"iss":"https://id.example.org","aud":[])"));
    CHECK_FALSE(taken(R"(,"iss":"https://id.example.org","aud":["chat",7])"));
    CHECK_FALSE(taken(R"(,"iss":["https://id.example.org"],"aud":"chat")"));
    CHECK_FALSE(taken(R"(,"iss":"x","iss":"https://id.example.org","aud":"chat")"));
    CHECK_FALSE(taken(R"(,"iss":"https://id.example.org","aud":"chat","aud":"mail")"));
    CHECK(takes_payload(R"({"sub":"a","exp":1700003600,"iss":"anybody","aud":"anything"})"));
}

TEST_CASE("claims are read under the names that were configured") {
    const OutsideJwtOptions options{
        .person_claim = "email", .nickname_claim = "nick", .role_claim = "roles"};
    const auto jwt = reader(Kind::secret, secret, options);
    const auto claims = jwt->verify(
        by_secret(secret, R"({"sub":"x","email":"Ari@example.org","nick":"아리","exp":1700003600,
                              "roles":["clerk","seller",7,"user"],"email_verified":false})"),
        now);
    REQUIRE(claims);
    CHECK(claims->person == "Ari@example.org");
    CHECK(claims->nickname == "아리");
    CHECK(claims->role == UserRole::seller);
    CHECK(claims->email_unverified);
    const auto role_of = [&](const std::string& roles) {
        const auto read = jwt->verify(
            by_secret(secret, R"({"email":"a@b","exp":1700003600,"roles":)" + roles + "}"), now);
        REQUIRE(read);
        return read->role;
    };
    CHECK(role_of(R"("admin")") == UserRole::admin);
    CHECK(role_of(R"(["user","admin"])") == UserRole::admin);
    CHECK_FALSE(role_of(R"("ADMIN")"));
    CHECK_FALSE(role_of("{}"));
    CHECK_FALSE(role_of("[]"));
    CHECK(takes_payload(R"({"sub":42,"exp":1700003600})"));
    for (const char* wrong : {R"("")", "null", "[]", "{}", "1.5", "true"})
        CHECK_FALSE(takes_payload(fmt::format(R"({{"sub":{},"exp":1700003600}})", wrong)));
    CHECK_FALSE(
        takes_payload(fmt::format(R"({{"sub":"{}","exp":1700003600}})", std::string(255, 'x'))));
    CHECK_FALSE(takes_payload(R"({"sub":"a","sub":"b","exp":1700003600})"));
    CHECK_FALSE(takes_payload(R"({"sub":"a","exp":1700003600,"exp":1700003601})"));
    CHECK_FALSE(takes_payload(R"({"name":"a","exp":1700003600})"));
    CHECK_FALSE(takes_payload("[]"));
    CHECK_FALSE(takes_payload("{"));
}

TEST_CASE("a key of a set is chosen by kid, and by nothing else") {
    const Pair second = Pair::rsa();
    const auto jwt =
        reader(Kind::key_set, fmt::format(R"({{"keys":[{},{},{}]}})", rsa().jwk("one"),
                                          ec().jwk("two", R"(,"use":"sig","alg":"ES256")"),
                                          second.jwk("three", R"(,"key_ops":["verify"])")));
    CHECK(takes(*jwt, by(rsa(), header("RS256", "one"))));
    CHECK(takes(*jwt, by(ec(), header("ES256", "two"))));
    CHECK(takes(*jwt, by(second, header("RS256", "three"))));
    CHECK_FALSE(takes(*jwt, by(rsa(), header("RS256"))));
    CHECK_FALSE(takes(*jwt, by(rsa(), header("RS256", "three"))));
    CHECK_FALSE(takes(*jwt, by(rsa(), header("RS256", "four"))));
    CHECK_FALSE(takes(*jwt, by(rsa(), header("RS256", "two"))));
    CHECK_FALSE(takes(*jwt, by(ec(), header("RS256", "two"))));
    CHECK_FALSE(takes(*jwt, by(rsa(), R"({"alg":"RS256","kid":"one","kid":"one"})")));
    CHECK_FALSE(takes(*jwt, by(rsa(), R"({"alg":"RS256","kid":1})")));
}

TEST_CASE("a set may be replaced, and a wrong one leaves the old in force") {
    const auto set = [](const std::string& key) { return R"({"keys":[)" + key + "]}"; };
    const auto jwt = reader(Kind::key_set, set(rsa().jwk("one")));
    CHECK_FALSE(jwt->set_keys("{").has_value());
    CHECK_FALSE(jwt->set_keys(set("")).has_value());
    CHECK(takes(*jwt, by(rsa(), header("RS256", "one"))));
    CHECK(jwt->set_keys(set(ec().jwk("two"))).has_value());
    CHECK_FALSE(takes(*jwt, by(rsa(), header("RS256", "one"))));
    CHECK(takes(*jwt, by(ec(), header("ES256", "two"))));
}

TEST_CASE("keys that are too weak, or no keys, are refused with why") {
    CHECK(why_not(Kind::secret, std::string(31, 'x')) == "a secret needs at least 32 bytes");
    CHECK(why_not(Kind::public_key, "text") == "it is no public key");
    CHECK(why_not(Kind::public_key, "") == "it is no public key");
    CHECK(why_not(Kind::public_key, Pair::rsa(1'024).pem()) ==
          "an RSA key needs at least 2048 bits");
    CHECK(why_not(Kind::public_key, Pair::ec("P-384").pem()) ==
          "a public key is RSA, or EC on P-256");
    CHECK(why_not(Kind::key_set, "[]") == "it is no JSON object with a list of keys");
    const std::string none = "it has no key with a kid for RS256 or ES256";
    CHECK(why_not(Kind::key_set, R"({"keys":[]})") == none);
    const auto set = [](const std::string& key) { return R"({"keys":[)" + key + "]}"; };
    CHECK(why_not(Kind::key_set, set(rsa().jwk("", ""))) == none);
    CHECK(why_not(Kind::key_set, set(rsa().jwk("a", R"(,"use":"enc")"))) == none);
    CHECK(why_not(Kind::key_set, set(rsa().jwk("a", R"(,"alg":"RS512")"))) == none);
    CHECK(why_not(Kind::key_set, set(rsa().jwk("a", R"(,"key_ops":["sign"])"))) == none);
    CHECK(why_not(Kind::key_set, set(R"({"kty":"oct","kid":"a","k":"c2VjcmV0"})")) == none);
    CHECK(why_not(Kind::key_set, set(rsa().jwk("a") + "," + ec().jwk("a"))) ==
          "two keys have the kid a");
    CHECK(why_not(Kind::key_set, set(Pair::rsa(1'024).jwk("a"))).starts_with("the key a: "));
    CHECK(why_not(Kind::key_set, set(R"({"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"})"))
              .starts_with("the key a: "));
    const std::string off_curve(43, 'A');
    CHECK(why_not(Kind::key_set,
                  set(fmt::format(R"({{"kty":"EC","crv":"P-256","kid":"a","x":"{0}","y":"{0}"}})",
                                  off_curve)))
              .starts_with("the key a: "));
}

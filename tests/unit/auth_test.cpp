#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "chatcore/adapters/bcrypt_hasher.h"
#include "chatcore/adapters/jwt_signer.h"
#include "chatcore/adapters/system_random.h"

#include "jws.h"

using namespace chatcore;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

SystemRandom system_random;

const std::string secret = "0123456789abcdef0123456789abcdef";

// 2023-11-14T22:13:20Z, and an hour later: the times of the golden token.
constexpr Timestamp issued{std::chrono::seconds{1'700'000'000}};
constexpr Timestamp expires = issued + std::chrono::hours{1};

/// A token of any header and payload under the test's secret: what only its owner can make.
std::string token_of(std::string_view header, std::string_view payload) {
    const auto hmac = jws::HmacSha256::with_key(secret);
    const std::string input = jws::encode(header) + "." + jws::encode(payload);
    return input + "." + jws::encode(*hmac->sign(input));
}

constexpr std::string_view our_header = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view our_payload =
    R"({"sub":"42","role":"user","jti":"f.1","iat":1700000000,"exp":1700003600})";

Result<AccessClaims> verify(std::string_view header, std::string_view payload) {
    const auto signer = JwtSigner::create(secret, system_random);
    return (*signer)->verify(token_of(header, payload), issued);
}

bool accepts_payload(std::string_view payload) {
    return verify(our_header, payload).has_value();
}
bool accepts_header(std::string_view header) {
    return verify(header, our_payload).has_value();
}

/// Our payload with one piece replaced by another.
std::string payload_with(std::string_view piece, std::string_view other) {
    std::string payload(our_payload);
    const std::size_t at = payload.find(piece);
    REQUIRE(at != std::string::npos);
    return payload.replace(at, piece.size(), other);
}

}  // namespace

TEST_SUITE("base64url") {
    TEST_CASE("the examples of RFC 4648 come out, without their padding") {
        const std::array<std::pair<std::string_view, std::string_view>, 7> examples = {{
            {"", ""},
            {"f", "Zg"},
            {"fo", "Zm8"},
            {"foo", "Zm9v"},
            {"foob", "Zm9vYg"},
            {"fooba", "Zm9vYmE"},
            {"foobar", "Zm9vYmFy"},
        }};
        for (const auto& [bytes, text] : examples) {
            CHECK(jws::encode(bytes) == text);
            CHECK((jws::decode(text) == std::string(bytes)));
        }
        CHECK(jws::encode("\xFB\xFF\xBF"sv) == "-_-_");
    }

    TEST_CASE("any bytes come back") {
        std::mt19937_64 random(1);
        for (int i = 0; i < 2'000; ++i) {
            std::string bytes(random() % 70, '\0');
            for (char& byte : bytes) byte = static_cast<char>(random());
            CHECK((jws::decode(jws::encode(bytes)) == bytes));
        }
    }

    TEST_CASE("padding, another alphabet, impossible lengths and stray bits are refused") {
        for (const std::string_view text : {"Zg==", "Zm8=", "Z", "Zm9vY", "Zm9v\n", " Zm9v", "Zm+v",
                                            "Zm/v", "Zm.v", "Zh", "Zm9"}) {
            CHECK_FALSE(jws::decode(text));
        }
        CHECK_FALSE(jws::decode("Zm9\0"sv));
        CHECK_FALSE(jws::decode("Zm9\xC3"sv));
    }
}

TEST_SUITE("jws") {
    TEST_CASE("the HMACs of RFC 4231 come out") {
        const auto mac_of = [](std::string_view key, std::string_view data) {
            std::string hex;
            const auto signature = jws::HmacSha256::with_key(key)->sign(data);
            for (const std::uint8_t byte : *signature) {
                std::array<char, 3> digits;
                std::snprintf(digits.data(), digits.size(), "%02x", byte);
                hex += digits.data();
            }
            return hex;
        };
        CHECK(mac_of(std::string(20, '\x0b'), "Hi There") ==
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        CHECK(mac_of("Jefe", "what do ya want for nothing?") ==
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        CHECK(mac_of(std::string(131, '\xaa'),
                     "Test Using Larger Than Block-Size Key - Hash Key First") ==
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    TEST_CASE("the example of RFC 7515, appendix A.1, is verified") {
        const auto key = jws::decode(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-"
            "1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        REQUIRE(key);
        const std::string token =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290I"
            "jp0cnVlfQ"
            ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        const auto parts = jws::Parts::of(token);
        REQUIRE(parts);
        CHECK((jws::decode(parts->header) == "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}"));
        const auto hmac = jws::HmacSha256::with_key(*key);
        CHECK(hmac->verify(parts->signing_input, parts->signature));
        CHECK_FALSE(hmac->verify(parts->payload, parts->signature));
        CHECK_FALSE(hmac->verify(parts->signing_input, parts->signature.substr(1)));
        CHECK_FALSE(
            jws::HmacSha256::with_key("another")->verify(parts->signing_input, parts->signature));
    }

    TEST_CASE("a token has exactly three parts") {
        CHECK_FALSE(jws::Parts::of(""));
        CHECK_FALSE(jws::Parts::of("a.b"));
        CHECK_FALSE(jws::Parts::of("a.b.c.d"));
        const auto parts = jws::Parts::of("a.bc.");
        REQUIRE(parts);
        CHECK(parts->header == "a");
        CHECK(parts->payload == "bc");
        CHECK(parts->signature == "");
        CHECK(parts->signing_input == "a.bc");
    }
}

TEST_SUITE("jwt signer") {
    TEST_CASE("a token made elsewhere is read") {
        const std::string token =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
            ".eyJzdWIiOiI0MiIsInJvbGUiOiJzZWxsZXIiLCJqdGkiOiJmYW0uaWx5LnUxIiwiaWF0IjoxNzAwMDAwMDAwL"
            "CJleHAiOjE3MDAwMDM2MDB9"
            ".iFjG911sBIjD7qx1nWDI9oP1jOKT3vfOZZC-nw-zajQ";
        const auto signer = JwtSigner::create(secret, system_random);
        REQUIRE(signer);
        const auto claims = (*signer)->verify(token, issued);
        REQUIRE(claims);
        CHECK((*claims == AccessClaims{{42}, UserRole::seller, "fam.ily", issued, expires}));
        CHECK((*signer)->verify(token, expires).error().code == ErrorCode::token_expired);
    }

    TEST_CASE("a token says what others can read") {
        const auto signer = JwtSigner::create(secret, system_random);
        const std::string token =
            (*signer)->sign({{42}, UserRole::admin, "family", issued, expires});
        const auto parts = jws::Parts::of(token);
        REQUIRE(parts);
        CHECK((jws::decode(parts->header) == std::string(our_header)));
        const auto payload = jws::decode(parts->payload);
        REQUIRE(payload);
        CHECK(payload->starts_with(R"({"sub":"42","role":"admin","jti":"family.)"));
        CHECK(payload->ends_with(R"(","iat":1700000000,"exp":1700003600})"));
    }

    TEST_CASE("a secret is at least as long as the hash") {
        const auto refused = JwtSigner::create(std::string(31, 'x'), system_random);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::invalid_value);
        CHECK(refused.error().detail == "secret");
        CHECK(JwtSigner::create(std::string(200, 'x'), system_random));
    }

    TEST_CASE("no header but that of HS256 is taken, even under a right signature") {
        CHECK(accepts_header(our_header));
        CHECK(accepts_header(R"({"kid":"1", "alg" : "HS256"})"));
        CHECK_FALSE(accepts_header(R"({"alg":"none"})"));
        CHECK_FALSE(accepts_header(R"({"alg":"hs256"})"));
        CHECK_FALSE(accepts_header(R"({"alg":"HS384"})"));
        CHECK_FALSE(accepts_header(R"({"alg":"RS256"})"));
        CHECK_FALSE(accepts_header(R"({"alg":["HS256"]})"));
        CHECK_FALSE(accepts_header(R"({"alg":"HS256","alg":"HS256"})"));
        CHECK_FALSE(accepts_header(R"({"alg":"HS256","crit":["exp"]})"));
        CHECK_FALSE(accepts_header(R"({"typ":"JWT"})"));
        CHECK_FALSE(accepts_header(R"(["HS256"])"));
        CHECK_FALSE(accepts_header(""));
        CHECK_FALSE(accepts_header(R"({"alg":"HS256"}})"));
        CHECK_FALSE(accepts_header(R"({"alg":"HS256")"));
    }

    TEST_CASE("an unsigned token is refused") {
        const auto signer = JwtSigner::create(secret, system_random);
        const std::string input =
            jws::encode(std::string_view(R"({"alg":"none"})")) + "." + jws::encode(our_payload);
        CHECK((*signer)->verify(input + ".", issued).error().code == ErrorCode::unauthenticated);
    }

    TEST_CASE("every claim must be there, once, and of its kind") {
        CHECK(accepts_payload(our_payload));
        for (const std::string_view piece :
             {R"("sub":"42",)", R"("role":"user",)", R"("jti":"f.1",)", R"("iat":1700000000,)",
              R"(,"exp":1700003600)"}) {
            CHECK_FALSE(accepts_payload(payload_with(piece, "")));
        }
        CHECK_FALSE(accepts_payload(payload_with("}", R"(,"sub":"43"})")));
        CHECK_FALSE(accepts_payload(payload_with("}", R"(,"exp":1900000000})")));
        CHECK_FALSE(accepts_payload(payload_with(R"("user")", R"("root")")));
        CHECK_FALSE(accepts_payload(payload_with(R"("user")", "1")));
        CHECK_FALSE(accepts_payload(payload_with(R"("f.1")", "null")));
        CHECK(accepts_payload(payload_with("}", R"(,"aud":["x"],"other":{"sub":1}})")));
        CHECK_FALSE(accepts_payload("[1]"));
        CHECK_FALSE(accepts_payload("42"));
        CHECK_FALSE(accepts_payload(""));
        CHECK_FALSE(accepts_payload(std::string(our_payload) + "{}"));
        CHECK_FALSE(accepts_payload(payload_with("f.1", "f\xFF.1")));
    }

    TEST_CASE("a person is given by digits, as a string or as a number") {
        const auto user_of = [](std::string_view sub) {
            const auto claims = verify(our_header, payload_with(R"("42")", sub));
            return claims ? claims->user.value : 0;
        };
        CHECK(user_of(R"("7")") == 7);
        CHECK(user_of("7") == 7);
        CHECK(user_of("9007199254740991") == id_max);
        for (const std::string_view sub : {R"("")",
                                           R"("0")",
                                           "0",
                                           "-7",
                                           R"("-7")",
                                           R"("+7")",
                                           R"(" 7")",
                                           R"("7 ")",
                                           R"("7a")",
                                           R"("0x7")",
                                           "7.0",
                                           "7e0",
                                           "9007199254740992",
                                           R"("9007199254740992")",
                                           "99999999999999999999",
                                           R"("99999999999999999999")",
                                           "true",
                                           "null",
                                           "[7]",
                                           "{}"}) {
            CAPTURE(sub);
            CHECK(user_of(sub) == 0);
        }
    }

    TEST_CASE("times are numbers of a calendar's range, and may have fractions") {
        const auto expiry_of = [](std::string_view exp) {
            const auto claims = verify(our_header, payload_with("1700003600", exp));
            return claims ? claims->expires_at.time_since_epoch().count() : 0;
        };
        CHECK(expiry_of("1700003600.5") == 1'700'003'600'500);
        CHECK(expiry_of("17000036e2") == 1'700'003'600'000);
        CHECK(expiry_of("253402300799") == 253'402'300'799'000);
        for (const std::string_view exp :
             {"-1", "253402300800", "1e300", "18446744073709551615", R"("1700003600")", "true"}) {
            CAPTURE(exp);
            CHECK(expiry_of(exp) == 0);
        }
        CHECK_FALSE(accepts_payload(payload_with("}", R"(,"nbf":1700000001})")));
        CHECK(accepts_payload(payload_with("}", R"(,"nbf":1700000000})")));
        CHECK_FALSE(accepts_payload(payload_with("}", R"(,"nbf":"soon"})")));
    }

    TEST_CASE("a token id without a dot has no family") {
        const auto claims = verify(our_header, payload_with("f.1", "single"));
        REQUIRE(claims);
        CHECK(claims->family == "");
    }

    TEST_CASE("a token of up to 4 KiB is read, and none beyond") {
        const auto signer = JwtSigner::create(secret, system_random);
        bool read = false;
        bool refused = false;
        for (std::size_t size = 2'850; size < 2'970; ++size) {
            const std::string token = token_of(
                our_header, payload_with("}", R"(,"x":")" + std::string(size, 'x') + "\"}"));
            const bool accepted = (*signer)->verify(token, issued).has_value();
            CHECK(accepted == (token.size() <= JwtSigner::token_bytes_max));
            (accepted ? read : refused) = true;
        }
        CHECK(read);
        CHECK(refused);
    }

    TEST_CASE("deep nesting in a payload does no harm") {
        const auto deep = [](std::size_t depth) {
            return payload_with(
                "}", R"(,"x":)" + std::string(depth, '[') + std::string(depth, ']') + "}");
        };
        CHECK(accepts_payload(deep(100)));
        CHECK_FALSE(accepts_payload(deep(1'400)));
    }

    TEST_CASE("ten thousand tokens are signed in far less than a second") {
        const auto signer = JwtSigner::create(secret, system_random);
        const AccessClaims claims{{42}, UserRole::user, "abcdefghijklmnop", issued, expires};
        const auto start = std::chrono::steady_clock::now();
        std::size_t bytes = 0;
        for (int i = 0; i < 10'000; ++i) bytes += (*signer)->sign(claims).size();
        const std::chrono::duration<double, std::micro> each =
            (std::chrono::steady_clock::now() - start) / 10'000;
        const std::string token = (*signer)->sign(claims);
        const auto middle = std::chrono::steady_clock::now();
        int good = 0;
        for (int i = 0; i < 10'000; ++i) good += (*signer)->verify(token, issued) ? 1 : 0;
        const std::chrono::duration<double, std::micro> each_read =
            (std::chrono::steady_clock::now() - middle) / 10'000;
        MESSAGE("signing " << each.count() << " us, verifying " << each_read.count() << " us");
        CHECK(bytes == 10'000 * token.size());
        CHECK(good == 10'000);
        CHECK(each.count() < 90);  // with sanitizers and on a busy machine
    }
}

TEST_SUITE("bcrypt") {
    TEST_CASE("hashes made elsewhere are verified") {
        // From the test vectors of crypt_blowfish, by Solar Designer (public domain).
        BcryptHasher hasher(system_random, 4);
        CHECK(hasher.verify("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
        CHECK(
            hasher.verify("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"));
        CHECK_FALSE(
            hasher.verify("U*V", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    }

    TEST_CASE("the form and the cost stand in the hash, and the cost is kept in its range") {
        CHECK(BcryptHasher(system_random, 4).hash("password")->starts_with("$2b$04$"));
        CHECK(BcryptHasher(system_random, 6).hash("password")->starts_with("$2b$06$"));
        CHECK(BcryptHasher(system_random, -1).hash("password")->starts_with("$2b$04$"));
        CHECK(BcryptHasher(system_random).hash("password")->starts_with("$2b$10$"));
    }

    TEST_CASE("what bcrypt would not read to its end is refused") {
        BcryptHasher hasher(system_random, 4);
        CHECK(hasher.hash(std::string(73, 'x')).error().code == ErrorCode::internal);
        CHECK(hasher.hash("pass\0word"s).error().code == ErrorCode::internal);
        const auto hash = hasher.hash("pass");
        REQUIRE(hash);
        CHECK_FALSE(hasher.verify("pass\0word"s, *hash));
        const auto longest = hasher.hash(std::string(72, 'x'));
        REQUIRE(longest);
        CHECK_FALSE(hasher.verify(std::string(73, 'x'), *longest));
    }
}

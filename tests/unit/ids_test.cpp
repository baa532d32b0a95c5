#include "chatcore/domain/ids.h"

#include <random>
#include <set>
#include <type_traits>
#include <unordered_set>

#include <doctest/doctest.h>

using namespace chatcore;
using namespace std::chrono;

// Ids of different kinds must not be mixed up; this is what does not compile.
static_assert(!std::is_convertible_v<RoomId, UserId>);
static_assert(!std::is_assignable_v<RoomId&, UserId>);
static_assert(!std::is_convertible_v<std::int64_t, RoomId>);
static_assert(id_max == 9'007'199'254'740'991);

namespace {

Timestamp at(std::int64_t ms) {
    return Timestamp{milliseconds{ms}};
}

constexpr std::string_view sample = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

}  // namespace

TEST_SUITE("ids") {
    TEST_CASE("a time is written with milliseconds and Z") {
        CHECK(format_rfc3339(at(0)) == "1970-01-01T00:00:00.000Z");
        CHECK(format_rfc3339(at(1'761'282'930'123)) == "2025-10-24T05:15:30.123Z");
        CHECK(format_rfc3339(at(951'827'696'007)) == "2000-02-29T12:34:56.007Z");
        CHECK(format_rfc3339(at(4'107'542'399'999)) == "2100-02-28T23:59:59.999Z");
    }

    TEST_CASE("a time before 1970 counts its milliseconds forwards") {
        CHECK(format_rfc3339(at(-1)) == "1969-12-31T23:59:59.999Z");
        CHECK(format_rfc3339(at(-86'400'000)) == "1969-12-31T00:00:00.000Z");
    }

    TEST_CASE("what four digits of a year cannot say is shown as the nearest they can") {
        CHECK(format_rfc3339(at(253'402'300'799'999)) == "9999-12-31T23:59:59.999Z");
        CHECK(format_rfc3339(at(253'402'300'800'000)) == "9999-12-31T23:59:59.999Z");
        CHECK(format_rfc3339(Timestamp::max()) == "9999-12-31T23:59:59.999Z");
        CHECK(format_rfc3339(Timestamp::min()) == "0000-01-01T00:00:00.000Z");
    }

    TEST_CASE("texts of times sort as the times do") {
        std::mt19937_64 random(1);
        std::uniform_int_distribution<std::int64_t> any(0, 253'402'300'799'999);
        for (int i = 0; i < 10'000; ++i) {
            const Timestamp a = at(any(random));
            const Timestamp b = at(any(random));
            CHECK((format_rfc3339(a) < format_rfc3339(b)) == (a < b));
        }
    }

    TEST_CASE("a client key is read in either case and written in lower case") {
        const auto key = ClientKey::parse("F81D4FAE-7dec-11D0-a765-00A0C91e6bf6");
        REQUIRE(key);
        CHECK(key->bytes[0] == 0xF8);
        CHECK(key->bytes[15] == 0xF6);
        CHECK(key->to_string() == sample);
        CHECK((ClientKey::parse(sample) == key));
    }

    TEST_CASE("every client key comes back from its text") {
        std::mt19937_64 random(2);
        for (int i = 0; i < 1'000; ++i) {
            ClientKey key;
            for (auto& byte : key.bytes) byte = static_cast<std::uint8_t>(random());
            CHECK((ClientKey::parse(key.to_string()) == key));
        }
    }

    TEST_CASE("what is not the usual 36 characters is no client key") {
        CHECK_FALSE(ClientKey::parse(""));
        CHECK_FALSE(ClientKey::parse("f81d4fae7dec11d0a76500a0c91e6bf6"));
        CHECK_FALSE(ClientKey::parse("{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}"));
        CHECK_FALSE(ClientKey::parse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6 "));
        CHECK_FALSE(ClientKey::parse("f81d4fae_7dec-11d0-a765-00a0c91e6bf6"));
        CHECK_FALSE(ClientKey::parse("f81d4fae7-dec-11d0-a765-00a0c91e6bf6"));
        // Each place in turn holds something that does not belong there.
        for (std::size_t i = 0; i < sample.size(); ++i) {
            for (const char wrong : {'g', ' ', '\0', '/', ':', '@', '`', 'G', '\x80'}) {
                std::string text(sample);
                text[i] = wrong;
                CHECK_FALSE(ClientKey::parse(text));
            }
        }
    }

    TEST_CASE("hashes of neighbouring ids and keys fall into different buckets") {
        std::set<std::size_t> of_ids;
        std::set<std::size_t> of_keys;
        for (std::int64_t i = 0; i < 4096; ++i) {
            of_ids.insert(std::hash<RoomId>{}(RoomId{i}) >> 48);
            ClientKey key;
            key.bytes[7] = static_cast<std::uint8_t>(i);
            key.bytes[8] = static_cast<std::uint8_t>(i >> 8);
            of_keys.insert(std::hash<ClientKey>{}(key) & 0xFFFF);
        }
        // 4,096 balls in 65,536 bins: about 3,970 bins are hit by chance alone.
        CHECK(of_ids.size() > 3'900);
        CHECK(of_keys.size() > 3'900);
    }
}

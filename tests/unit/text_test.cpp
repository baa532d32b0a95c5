#include "chatcore/text.h"

#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace chatcore;

namespace {

/// UTF-8 by the table of RFC 3629, section 3, made by other means than the code under test. Takes
/// surrogates and numbers that are too large as well, to make what is not UTF-8.
std::string utf8(std::uint32_t value) {
    const auto low6 = [](std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
    if (value < 0x80) return {static_cast<char>(value)};
    if (value < 0x800) return {static_cast<char>(0xC0 | (value >> 6)), low6(value)};
    if (value < 0x10000) {
        return {static_cast<char>(0xE0 | (value >> 12)), low6(value >> 6), low6(value)};
    }
    return {static_cast<char>(0xF0 | (value >> 18)), low6(value >> 12), low6(value >> 6),
            low6(value)};
}

constexpr bool is_surrogate(std::uint32_t value) {
    return value >= 0xD800 && value <= 0xDFFF;
}

}  // namespace

TEST_SUITE("text") {
    TEST_CASE("every code point is valid by itself, and no surrogate or greater number is") {
        for (std::uint32_t value = 0; value < 0x120000; ++value) {
            const bool expected = value > 0 && value <= 0x10FFFF && !is_surrogate(value);
            if (text::valid(utf8(value)) != expected) FAIL(value);
        }
        CHECK(text::valid(""));
    }

    TEST_CASE("a zero is found at any distance from the start") {
        for (std::size_t at = 0; at < 20; ++at) {
            for (const char* around : {"a", "\x01", "\x7F"}) {
                std::string whole;
                for (std::size_t i = 0; i < 20; ++i) whole += around;
                REQUIRE(text::valid(whole));
                whole[at] = '\0';
                REQUIRE_FALSE(text::valid(whole));
            }
        }
    }

    TEST_CASE("one emoji is one, whatever it is made of, and nothing else is") {
        for (const char* emoji : {"👍", "❤", "❤️", "👍🏽", "👩‍👩‍👧", "🇰🇷", "1️⃣", "#⃣",
                                  "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "✔"})
            CHECK_MESSAGE(text::is_emoji(emoji), emoji);
        for (const char* other :
             {"", "a", "1", "안", "👍👍", "👍a", "🇰", " 👍", "\u200D", ":)", "e\u0301"})
            CHECK_MESSAGE(!text::is_emoji(other), other);
        std::string family = "👩";
        for (int i = 0; i < 8; ++i) family += "\u200D👩";
        CHECK_FALSE(text::is_emoji(family));  // one grapheme of 17 code points
    }

    TEST_CASE("control characters are found") {
        CHECK(text::has_controls("a\nb"));
        CHECK(text::has_controls("\x7F"));
        CHECK(text::has_controls("\u0085"));
        CHECK(text::has_controls("a\u2028b"));
        CHECK(text::has_controls("a\u2029b"));
        CHECK_FALSE(text::has_controls("안녕 👍 \u00A0"));
    }

    TEST_CASE("what nobody sees is found") {
        for (const char* text : {"a\u200Bb", "\u202Ea", "a\u200F", "\uFEFFa", "\u00AD", "a\u3164"})
            CHECK(text::has_unseen(text));
        CHECK_FALSE(text::has_unseen("안녕 👍 \u00A0"));
    }

    TEST_CASE("digits of any script are digits") {
        for (const char* text : {"0", "123", "٣٤", "１２", "1٣"}) CHECK(text::all_digits(text));
        for (const char* text : {"", "1a", "１ ", "½", "Ⅷ", "三"})
            CHECK_FALSE(text::all_digits(text));
    }

    TEST_CASE("what turns the direction of writing is found, and marks are not") {
        for (const char* turn : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066",
                                 "\u2067", "\u2068", "\u2069"}) {
            CHECK(text::turns_direction(turn));
            CHECK(text::turns_direction(std::string("안녕") + turn + "x"));
        }
        for (const char* none : {"", "a", "\xE2\x80", "\u2029", "\u202F", "\u2065", "\u206A",
                                 "\u200E\u200F\u061C", "שלום"})
            CHECK_FALSE(text::turns_direction(none));
    }

    TEST_CASE("only the shortest form is valid") {
        CHECK_FALSE(text::valid("\xC0\x80"));
        CHECK_FALSE(text::valid("\xC1\xBF"));
        CHECK_FALSE(text::valid("\xE0\x80\xAF"));
        CHECK_FALSE(text::valid("\xE0\x9F\xBF"));
        CHECK_FALSE(text::valid("\xF0\x80\x80\xAF"));
        CHECK_FALSE(text::valid("\xF0\x8F\xBF\xBF"));
        CHECK_FALSE(text::valid("\xF8\x88\x80\x80\x80"));
        CHECK_FALSE(text::valid("\xFE"));
        CHECK_FALSE(text::valid("\xFF"));
    }

    TEST_CASE("a sequence cut short or broken is found at any distance from the start") {
        for (const std::string whole : {"é", "한", "😀"}) {
            for (std::size_t before = 0; before < 20; ++before) {
                for (std::size_t after = 0; after < 20; ++after) {
                    const std::string head(before, 'a');
                    const std::string tail(after, 'z');
                    REQUIRE(text::valid(head + whole + tail));
                    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
                        REQUIRE_FALSE(text::valid(head + whole.substr(0, cut) + tail));
                        REQUIRE_FALSE(text::valid(head + whole.substr(cut) + tail));
                    }
                }
            }
        }
    }

    TEST_CASE("code points are counted, not bytes or what is seen") {
        CHECK(text::code_points("") == 0);
        CHECK(text::code_points("hello") == 5);
        CHECK(text::code_points("안녕하세요") == 5);
        CHECK(text::code_points("e\u0301") == 2);
        CHECK(text::code_points("👩‍👩‍👧") == 5);
    }

    TEST_CASE("counting and cutting agree with the code points a text was made of") {
        std::mt19937_64 random(3);
        for (int round = 0; round < 2'000; ++round) {
            std::vector<std::string> parts(random() % 40);
            std::string whole;
            for (std::string& part : parts) {
                static constexpr std::uint32_t bounds[] = {0x80, 0x800, 0xD800, 0x110000};
                auto value = static_cast<std::uint32_t>(random() % bounds[random() % 4]);
                if (value == 0 || is_surrogate(value)) value = 'x';
                part = utf8(value);
                whole += part;
            }
            REQUIRE(text::valid(whole));
            REQUIRE(text::code_points(whole) == parts.size());
            const std::size_t count = random() % (parts.size() + 3);
            std::string expected;
            for (std::size_t i = 0; i < count && i < parts.size(); ++i) expected += parts[i];
            REQUIRE(text::first_code_points(whole, count) == expected);
        }
    }

    TEST_CASE("a text of white space, controls and format characters is blank") {
        CHECK(text::blank(""));
        CHECK(text::blank(" \t\r\n"));
        CHECK(text::blank("\u00A0\u2003\u3000"));        // spaces: no-break, em, ideographic
        CHECK(text::blank("\u200B\u200D\u2060\uFEFF"));  // of no width
        CHECK(text::blank("\u202E\u00AD"));              // override, soft hyphen
        CHECK(text::blank("\u3164\u115F\uFFA0"));        // Hangul fillers
        CHECK(text::blank("\uFE0F"));                    // a variation selector alone
        CHECK(text::blank("\u2800"));                    // Braille without a dot
        CHECK(text::blank(std::string_view("\0\x01", 2)));
    }

    TEST_CASE("a text with anything to see is not blank") {
        CHECK_FALSE(text::blank("."));
        CHECK_FALSE(text::blank(" \u200B한 "));
        CHECK_FALSE(text::blank("\u200D😀"));
        CHECK_FALSE(text::blank("\u0301"));
    }

    TEST_CASE("white space goes at both ends and stays inside") {
        CHECK(text::trimmed("") == "");
        CHECK(text::trimmed("  ") == "");
        CHECK(text::trimmed("\u3000\u00A0") == "");
        CHECK(text::trimmed(" a  b\n") == "a  b");
        CHECK(text::trimmed("\u3000안녕 하세요\u2003\u0085") == "안녕 하세요");
        CHECK(text::trimmed("\u200Ba") == "\u200Ba");
        CHECK(text::trimmed("😀 ") == "😀");
    }

    TEST_CASE("texts that differ in case or in composition only fold to the same") {
        CHECK(text::fold("Hello, World") == "hello, world");
        CHECK(text::fold("STRASSE") == text::fold("straße"));
        CHECK(text::fold("ÉCOLE") == text::fold("e\u0301cole"));
        CHECK(text::fold("ΣΊΣΥΦΟΣ") == text::fold("σίσυφος"));
        CHECK(text::fold("\u1112\u1161\u11AB") == "한");  // conjoining jamo
        CHECK(text::fold("Ａ") == "ａ");                  // full width stays full width
        CHECK(text::fold("a") != text::fold("b"));
    }

    TEST_CASE("folding gives valid UTF-8 of every code point, and twice is as once") {
        std::size_t unstable = 0;
        for (std::uint32_t value = 1; value <= 0x10FFFF; ++value) {
            if (is_surrogate(value)) continue;
            const std::string once = text::fold(utf8(value));
            if (!text::valid(once)) FAIL(value);
            if (text::fold(once) != once) ++unstable;
        }
        CHECK(unstable == 0);
    }

    TEST_CASE("bytes that are no UTF-8 bring every function to an end") {
        std::mt19937_64 random(4);
        for (int round = 0; round < 5'000; ++round) {
            std::string bytes(random() % 24, '\0');
            for (char& byte : bytes) byte = static_cast<char>(random());
            CHECK(text::code_points(bytes) <= bytes.size());
            CHECK(text::first_code_points(bytes, 5).size() <= bytes.size());
            CHECK(text::trimmed(bytes).size() <= bytes.size());
            text::blank(bytes);
            text::fold(bytes);
        }
    }
}

// What is found by searching, and the pairs that an index keeps.

#include "chatcore/search_text.h"

#include <doctest/doctest.h>

using namespace chatcore;

namespace {

std::string spelled(std::string_view folded) {
    std::string out;
    for (const Bigram& pair : bigrams(folded)) {
        out += static_cast<char>(pair.first);
        out += pair.second == 0 ? '.' : static_cast<char>(pair.second);
        out += ' ';
    }
    return out;
}

}  // namespace

TEST_CASE("Pairs stand once, in the order of the text, and the last code point alone") {
    CHECK(spelled("").empty());
    CHECK(spelled("a") == "a. ");
    CHECK(spelled("abab") == "ab ba b. ");
    CHECK(spelled("aaaa") == "aa a. ");
    const std::vector<Bigram> korean = bigrams("안녕안녕");
    REQUIRE(korean.size() == 3);
    CHECK(korean[0] == Bigram{U'안', U'녕'});
    CHECK(korean[1] == Bigram{U'녕', U'안'});
    CHECK(korean[2] == Bigram{U'녕', U'\0'});
}

TEST_CASE("A long text has each of its pairs, and no other") {
    std::string text;
    for (int i = 0; i < 1'000; ++i) text += static_cast<char>('a' + i * i % 26);
    std::string left = text;
    std::size_t pairs = 0;
    for (char a = 'a'; a <= 'z'; ++a) {
        for (char b = 'a'; b <= 'z'; ++b) pairs += left.find({a, b}) != std::string::npos;
    }
    CHECK(bigrams(text).size() == pairs + 1);
}

TEST_CASE("A search term is trimmed and folded, and says what is wrong with it") {
    CHECK(*text::search_term("  TeA ") == "tea");
    CHECK(text::search_term("   ").error().code == ErrorCode::empty);
    CHECK(text::search_term(std::string(101, 'a')).error().code == ErrorCode::too_long);
    CHECK(text::search_term("\xFF").error().code == ErrorCode::malformed);
    CHECK(text::search_term(std::string_view("a\0b", 3)).error().code == ErrorCode::malformed);
}

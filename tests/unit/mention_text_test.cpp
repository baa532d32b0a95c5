#include "chatcore/mention_text.h"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "chatcore/text.h"

using namespace chatcore;

namespace {

/// The names that a text may mean at its only place, the longest first.
std::vector<std::string> names(std::string_view utf8) {
    const std::vector<NamePlace> places = name_places(utf8);
    std::vector<std::string> found;
    if (places.size() != 1) return found;
    for (const NameChoice& choice : places.front().choices) found.push_back(choice.folded);
    return found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_SUITE("mention_text") {
    TEST_CASE("a name may end at each end of a word, and the longest is first") {
        CHECK(names("hi @Ann Lee, hello") == Names{"ann lee, hello", "ann lee,", "ann lee", "ann"});
        CHECK(names("@x") == Names{"x"});
        CHECK(names("@J.R.") == Names{"j.r.", "j.r", "j.", "j"});
        CHECK(names("@ann's") == Names{"ann's", "ann'", "ann"});
        CHECK(names("@🔥! ok").back() == "🔥");
    }

    TEST_CASE("where words are not parted by spaces it may end anywhere") {
        CHECK(names("@김교수님") == Names{"김교수님", "김교수", "김교", "김"});
        CHECK(names("@bora님") == Names{"bora님", "bora"});
        CHECK(names("@東京a b") == Names{"東京a b", "東京a", "東京", "東"});
    }

    TEST_CASE("a letter and its marks stay together, however they are composed") {
        CHECK(names("@Cafe\u0301") == Names{"caf\u00e9"});
        const auto places = name_places("@Jose\u0301 x");
        REQUIRE(places.size() == 1);
        CHECK(places[0].choices.back() == NameChoice{"jos\u00e9", 6});
    }

    TEST_CASE("places and lengths count code points") {
        const auto places = name_places("안녕 @보라 @소나");
        REQUIRE(places.size() == 2);
        CHECK(places[0].start == 3);
        CHECK(places[0].choices.front() == NameChoice{"보라", 3});
        CHECK(places[1].start == 7);
    }

    TEST_CASE("what an @ behind a letter says is no name, nor what does not follow at once") {
        for (const char* text :
             {"", "@", "a@b", "1@b", "_@b", "é@b", "@ b", "@\nb", "b@", "@@", "@\t"})
            CHECK_MESSAGE(name_places(text).empty(), text);
        for (const char* text : {"(@b)", "안@b", "-@b", "@@b", "\n@b"})
            CHECK_MESSAGE(name_places(text).size() == 1, text);
    }

    TEST_CASE("a name does not reach over a line, nor into the next place") {
        CHECK(names("@ann\nlee") == Names{"ann"});
        const auto places = name_places("@ann @lee");
        REQUIRE(places.size() == 2);
        CHECK(places[0].choices.size() == 1);
        CHECK(names("@ann@lee") == Names{"ann@lee", "ann@", "ann"});
    }

    TEST_CASE("places and names are bounded") {
        std::string many;
        for (int i = 0; i < 1'000; ++i) many += "@b ";
        CHECK(name_places(many).size() == name_places_max);
        std::string long_name = "@";
        for (int i = 0; i < 200; ++i) long_name += "김";
        CHECK(names(long_name).size() == name_code_points_max);
        CHECK(names("@" + std::string(200, 'a')).empty());
        std::string dense;
        for (int i = 0; i < 10; ++i) dense += long_name + " ";
        std::size_t choices = 0;
        for (const NamePlace& place : name_places(dense)) choices += place.choices.size();
        CHECK(choices == name_choices_max);
    }

    TEST_CASE("whatever the text is, each choice is a fold of what stands there") {
        std::mt19937_64 dice(7);
        static constexpr const char* parts[] = {
            "@",  "@", "a", "B", " ",  "김", "\u0301", "👩‍👩‍👧",
            "\n", "_", "9", "é", "。", "ﬁ"};
        for (int round = 0; round < 2'000; ++round) {
            std::string said;
            for (std::uint64_t i = 0, n = dice() % 30; i < n; ++i)
                said += parts[dice() % std::size(parts)];
            std::int32_t last_end = 0;
            for (const NamePlace& place : name_places(said)) {
                REQUIRE(place.start >= last_end);
                REQUIRE(!place.choices.empty());
                for (const NameChoice& choice : place.choices) {
                    const auto upto = [&](std::int32_t points) {
                        return text::first_code_points(said, static_cast<std::size_t>(points));
                    };
                    const std::string name =
                        upto(place.start + choice.length).substr(upto(place.start).size());
                    REQUIRE(name.front() == '@');
                    REQUIRE(text::fold(name.substr(1)) == choice.folded);
                    REQUIRE(choice.length >= 2);
                }
                last_end = place.start + place.choices.front().length;
            }
        }
    }
}

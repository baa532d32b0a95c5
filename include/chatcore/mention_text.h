#pragma once
// Where a text may name people: behind an `@`. Who is meant is decided with the change, in the
// store's transaction (src/rules), the same for every store.
//
// An `@` names somebody where no letter or digit stands right before it, so that addresses of mail
// name nobody. A nickname may have spaces in it and be followed by anything, so every end that it
// could have is a choice, and the longest one that is the nickname of exactly one active member is
// taken. An end lies at the end of a word; in scripts whose words are not parted by spaces, or that
// hang particles onto names (Han, Kana, Hangul and some of South-East Asia), it may lie anywhere.
// `@all` is nobody's name: it means everybody, said by an owner or admin, and nothing otherwise.
// Threads: any; pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chatcore {

// Bounds: each choice costs an index lookup in the transaction that posts.
inline constexpr std::size_t name_places_max = 20;  ///< in a text; further ones are plain text
/// Of all places of a text together; of what does not fit the longest are not looked for.
inline constexpr std::size_t name_choices_max = 160;
inline constexpr std::int32_t name_code_points_max = 40;

inline constexpr std::string_view everybodys_name = "all";

/// An end that a name may have.
struct NameChoice {
    std::string folded;       ///< the name without the `@`, as `text::fold` gives it
    std::int32_t length = 0;  ///< in code points, with the `@`

    bool operator==(const NameChoice&) const = default;
};

struct NamePlace {
    std::int32_t start = 0;           ///< the code point that the `@` is
    std::vector<NameChoice> choices;  ///< the longest first; none reaches to the next place

    bool operator==(const NamePlace&) const = default;
};

/// The places of a valid UTF-8 text, in order. Costs a search for a byte where there is no `@`.
std::vector<NamePlace> name_places(std::string_view utf8);

}  // namespace chatcore

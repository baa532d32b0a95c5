#pragma once
// Texts to post: of a given length, and as different from one another as what people write, since
// what a search index costs depends on the pairs of letters in them. Threads: any; pure.

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

/// `count` texts of `bytes` bytes each, of lower-case words; the same for the same arguments.
std::vector<std::string> make_texts(std::size_t count, std::size_t bytes);

/// As many as a loop takes turns with.
inline constexpr std::size_t texts_in_turn = 1'024;

}  // namespace bench

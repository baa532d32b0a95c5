#pragma once
// What is found by searching, the same for every store: a message is found by any part of its text,
// compared case-folded and NFC-normalised, in any script. An index finds candidates by pairs of
// neighbouring code points (bigrams), which need no word boundaries; `finds` then decides.
// Threads: any; pure.

#include <string>
#include <string_view>
#include <vector>

#include "chatcore/domain/message.h"
#include "chatcore/result.h"

namespace chatcore {

/// The text of a message that is searched: its content, or of what was forwarded without a comment
/// the original's; folded. Empty for a tombstone.
std::string searched_text(const Message& message);

/// Two neighbouring code points; the last one of a text stands with 0.
struct Bigram {
    char32_t first = 0;
    char32_t second = 0;

    bool operator==(const Bigram&) const = default;
};

/// Every pair of a folded text, each once, in the order in which they first stand in it. Empty for
/// an empty text.
std::vector<Bigram> bigrams(std::string_view folded);

/// Whether a text has the query in it; both folded.
inline bool finds(std::string_view folded_text, std::string_view folded_query) {
    return folded_text.find(folded_query) != std::string_view::npos;
}

namespace text {

/// What a person searches for, as stores want it: without white space at its ends, and folded.
/// Errors, of `query`: `malformed` (UTF-8, U+0000), `empty`, `too_long` (above 100 code points).
Result<std::string> search_term(std::string_view query);

}  // namespace text

}  // namespace chatcore

#pragma once
// Text as people mean it: code points instead of bytes, case folding and normal forms (Unicode 14,
// by utf8proc). Threads: any. Input is UTF-8; where it may not be, `valid` must have said yes.

#include <cstddef>
#include <string>
#include <string_view>

namespace chatcore::text {

/// Whether the bytes are UTF-8 (RFC 3629: shortest form, no surrogates) without U+0000, which not
/// every database keeps.
bool valid(std::string_view bytes);

/// The number of code points.
std::size_t code_points(std::string_view utf8);

/// The first `count` code points.
std::string first_code_points(std::string_view utf8, std::size_t count);

/// Whether there is nothing to see: only white space, controls and format characters.
bool blank(std::string_view utf8);

/// Without white space at both ends.
std::string trimmed(std::string_view utf8);

/// Case-folded and NFC-normalised, for comparing and finding.
std::string fold(std::string_view utf8);

/// Whether there are control characters (Unicode's category Cc) or line and paragraph separators
/// (Zl, Zp), which no name needs.
bool has_controls(std::string_view utf8);

/// Whether there is something that nobody sees, white space aside: controls, format characters
/// (Unicode's category Cf), fillers and the like.
bool has_unseen(std::string_view utf8);

/// Whether it is of decimal digits alone, of whatever script (Unicode's category Nd); not where it
/// is empty.
bool all_digits(std::string_view utf8);

/// Whether there are characters that turn the direction of writing: embeddings, overrides and
/// isolates (UAX #9; U+202A to U+202E, U+2066 to U+2069). Marks, which letters of right-to-left
/// scripts need, are none.
bool turns_direction(std::string_view utf8);

/// Whether it is one emoji: a single grapheme (UAX #29) of up to 16 code points that begins with a
/// pictograph, or is a flag or a keycap (UTS #51).
bool is_emoji(std::string_view utf8);

}  // namespace chatcore::text

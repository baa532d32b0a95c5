#pragma once
// What a file may be called, wherever the name comes in: with an upload, or with a post that shows
// a file of elsewhere.

#include <string>
#include <string_view>

#include "chatcore/limits.h"
#include "chatcore/result.h"
#include "chatcore/text.h"

namespace chatcore {

/// The last part of what some clients send as a whole path, of either kind of system; it may be
/// empty. `malformed` (UTF-8); `invalid_value` for control characters, and for those that turn the
/// direction of writing, by which `gpj.exe` reads as `exe.jpg`; `too_long`. `field` is their
/// detail.
inline Result<std::string> name_of_file(std::string_view name, const Limits& limits,
                                        const char* field) {
    if (!text::valid(name)) return unexpected(ErrorCode::malformed, field);
    if (const auto slash = name.find_last_of("/\\"); slash != name.npos)
        name.remove_prefix(slash + 1);
    std::string last = text::trimmed(name);
    if (text::has_controls(last) || text::turns_direction(last))
        return unexpected(ErrorCode::invalid_value, field);
    const auto max = static_cast<std::size_t>(limits.attachment_name_code_points_max);
    if (text::code_points(last) > max) return unexpected(ErrorCode::too_long, field);
    if (last == "." || last == "..") last.clear();
    return last;
}

}  // namespace chatcore

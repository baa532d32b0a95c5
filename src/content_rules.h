#pragma once
// What the content of a message may be, whoever posts it and when.

#include <string>

#include "chatcore/limits.h"
#include "chatcore/result.h"
#include "chatcore/text.h"

namespace chatcore {

/// `malformed` (UTF-8), `empty`, `too_long`.
inline Status check_content(const std::string& content, const Limits& limits) {
    if (!text::valid(content)) return unexpected(ErrorCode::malformed, "content");
    if (text::blank(content)) return unexpected(ErrorCode::empty, "content");
    const auto max = static_cast<std::size_t>(limits.content_code_points_max);
    if (content.size() > max && text::code_points(content) > max)
        return unexpected(ErrorCode::too_long, "content");
    return {};
}

}  // namespace chatcore

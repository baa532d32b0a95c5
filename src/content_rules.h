#pragma once
// What the content of a message may be, whoever posts it and when, and what is said of it where
// there is room for little.

#include <string>
#include <string_view>
#include <vector>

#include "chatcore/domain/message.h"
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

/// As above, of what shows files: that may go without a text.
inline Status check_content_with(const std::vector<Attachment>& files, const std::string& content,
                                 const Limits& limits) {
    return files.empty() || !content.empty() ? check_content(content, limits) : Status{};
}

/// The kind of a file, by its type: what is said of one without a name.
inline const std::string& kind_of(const Attachment& file) {
    static const std::string kinds[] = {"image", "video", "audio", "file"};
    for (const std::string& kind : kinds) {
        const std::string_view type = file.content_type;
        if (type.starts_with(kind) && type.substr(kind.size()).starts_with('/')) return kind;
    }
    return kinds[3];
}

/// What a room's preview says of a message: its text, else the name of the first file it shows,
/// else that file's kind. What it passes on is somebody else's, and not told by this.
inline const std::string& words_of(const Message& message) {
    const bool shows = !message.forwarded_from && !message.attachments.empty();
    if (!message.content.empty() || !shows) return message.content;
    const Attachment& first = message.attachments.front();
    return first.name.empty() ? kind_of(first) : first.name;
}

/// Nothing is left of what a deleted one was.
inline MessageType shown_type(const Message& message) {
    return message.deleted_at ? MessageType::text : message.type;
}

}  // namespace chatcore

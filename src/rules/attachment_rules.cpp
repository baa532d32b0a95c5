// Which uploads a message may show, and who shows them.

#include "rules/rules.h"

namespace chatcore::rules {

namespace {

/// Why the actor may not show it; nullopt where they may.
std::optional<Outcome> objection(const Upload* upload, const Change& change,
                                 const PostMessage& what) {
    // What is forwarded was shown by a message that the actor has read; it may be gone since.
    if (what.forwarded_from) {
        if (upload != nullptr && upload->uses > 0) return std::nullopt;
        return refused(ErrorCode::already_deleted);
    }
    const bool own = upload != nullptr && upload->uploader == change.actor && !upload->condemned;
    if (own) return std::nullopt;
    return refused(ErrorCode::not_found, "attachment");
}

}  // namespace

Result<Shown> shown_by(Context& context, const Change& change, const PostMessage& what) {
    Shown shown{what.attachments, std::nullopt};
    for (Attachment& attachment : shown.attachments) {
        const auto id = attachment_in(attachment.url);
        if (!id) continue;
        Result<const Upload*> upload = context.set.upload(*id);
        if (!upload) return unexpected(upload.error());
        shown.refusal = objection(*upload, change, what);
        if (shown.refusal) return shown;
        attachment.name = (*upload)->name;
        attachment.size_bytes = (*upload)->size_bytes;
        attachment.content_type = (*upload)->content_type;
    }
    return shown;
}

Status note_shown(Context& context, const Message& message, bool shown, Timestamp at) {
    for (std::size_t i = 0; i < message.attachments.size(); ++i) {
        const std::string& url = message.attachments[i].url;
        const auto id = attachment_in(url);
        if (!id) continue;
        bool counted = false;  // a message that names a file twice shows it once
        for (std::size_t j = 0; j < i; ++j) counted = counted || message.attachments[j].url == url;
        if (counted) continue;
        Result<const Upload*> upload = context.set.upload(*id);
        if (!upload) return unexpected(upload.error());
        if (*upload == nullptr || (!shown && (*upload)->uses == 0)) continue;
        context.set.uploads().move({*id, message.id, message.room, shown}, at);
    }
    return {};
}

}  // namespace chatcore::rules

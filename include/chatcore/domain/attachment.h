#pragma once
// Files that people have uploaded: what is known of them besides their bytes, and how messages name
// them.

#include <optional>
#include <string>
#include <string_view>

#include "chatcore/domain/ids.h"

namespace chatcore {

using AttachmentId = Id<struct AttachmentIdTag>;

/// A file that somebody has uploaded. It is fresh until a message shows it or it is a picture of a
/// room or of a person, and condemned once that is over: then nobody finds it, no message may show
/// it, and it is cleared away.
struct Upload {
    AttachmentId id;  ///< drawn at random
    UserId uploader;
    std::string name;  ///< as the uploader calls it; UTF-8 without control characters and slashes
    std::int64_t size_bytes = 0;
    std::string content_type;  ///< verified from the bytes, lower case
    Timestamp created_at;
    std::int64_t uses = 0;  ///< messages, rooms and people that show it now
    /// When it may be cleared away: of a fresh one, when its time to be posted is over. Empty while
    /// it is shown.
    std::optional<Timestamp> unused_until;
    bool condemned = false;

    bool operator==(const Upload&) const = default;
};

/// Where this server gives an uploaded file: `/api/v1/attachments/17`.
std::string attachment_url(AttachmentId id);

/// Whether the address claims to be such a one. It then is one, or the message is refused.
bool claims_attachment(std::string_view url);

/// Which file the address is of; nullopt where it is no such address in exactly that form.
std::optional<AttachmentId> attachment_in(std::string_view url);

/// The name of an uploaded file's blob: in one of a thousand folders, so that none gets too full.
std::string blob_name(AttachmentId id);

}  // namespace chatcore

#pragma once
// What may be the picture of a room or of a person, decided once for all stores: an address of the
// web, or a file that was uploaded here, which is then in use as one that a message shows is.

#include <optional>
#include <string>
#include <string_view>

#include "chatcore/domain/attachment.h"
#include "chatcore/result.h"
#include "chatcore/rules/upload_set.h"

namespace chatcore {

inline constexpr std::size_t picture_url_bytes_max = 2'048;

/// Whether an address is one that may be given to others to fetch a picture from: `http` or `https`
/// with a host, in the form of RFC 3986 without a user, or `attachment_url` of a file. Empty is
/// none and sound. `malformed` (UTF-8), `too_long`, `invalid_value`; `field` is their detail.
Status check_picture_url(const std::string& url, std::string_view field);

/// Whether `who` may make it a picture, as far as it is an upload, which `uploads` must have been
/// asked for: `not_found` (attachment) where there is none that is theirs, `invalid_value`
/// (`field`) for one that is no image.
Status check_picture_upload(const UploadSet& uploads, std::string_view url, UserId who,
                            std::string_view field);

/// Whose picture it is: a room's, or a person's. The other one is 0.
struct PictureOf {
    RoomId room;
    UserId user;
};

/// Counts the uploads among the addresses as in use no more, and from now on. Both must have been
/// asked for; the second was checked.
void note_picture(UploadSet& uploads, const PictureOf& of, std::string_view before,
                  std::string_view after, Timestamp at);

}  // namespace chatcore

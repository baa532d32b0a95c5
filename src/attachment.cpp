#include "chatcore/domain/attachment.h"

#include <charconv>

namespace chatcore {

namespace {

constexpr std::string_view prefix = "/api/v1/attachments/";

}  // namespace

std::string attachment_url(AttachmentId id) {
    return std::string(prefix) + std::to_string(id.value);
}

bool claims_attachment(std::string_view url) {
    return url.starts_with(prefix);
}

std::optional<AttachmentId> attachment_in(std::string_view url) {
    if (!claims_attachment(url)) return std::nullopt;
    url.remove_prefix(prefix.size());
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(url.data(), url.data() + url.size(), number);
    const bool whole = error == std::errc{} && end == url.data() + url.size();
    // One file has one address: no leading zeros, no sign.
    if (!whole || number <= 0 || number > id_max || url.front() == '0') return std::nullopt;
    return AttachmentId{number};
}

std::string blob_name(AttachmentId id) {
    std::string folder = std::to_string(id.value % 1'000);
    folder.insert(0, 3 - folder.size(), '0');
    return "attachments/" + folder + '/' + std::to_string(id.value);
}

}  // namespace chatcore

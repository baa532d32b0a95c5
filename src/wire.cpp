#include "chatcore/wire.h"

#include <cstddef>
#include <limits>
#include <utility>

namespace chatcore::wire {
namespace {

// What one record takes at least, so that a count cannot promise more than the bytes can hold.
constexpr std::size_t attachment_bytes_min = 4 * 8;
constexpr std::size_t mention_bytes_min = 3 * 8;

bool count_fits(std::int64_t count, std::size_t left, std::size_t record_bytes_min) {
    return count >= 0 && static_cast<std::uint64_t>(count) <= left / record_bytes_min;
}

bool fits_int32(std::int64_t value) {
    return value >= std::numeric_limits<std::int32_t>::min() &&
           value <= std::numeric_limits<std::int32_t>::max();
}

}  // namespace

std::string encode(const std::vector<Attachment>& attachments) {
    if (attachments.empty()) return {};
    Writer writer;
    writer.i64(static_cast<std::int64_t>(attachments.size()));
    for (const Attachment& attachment : attachments) {
        writer.text(attachment.url);
        writer.text(attachment.name);
        writer.i64(attachment.size_bytes);
        writer.text(attachment.content_type);
    }
    return std::move(writer).take();
}

std::string encode(const std::vector<Mention>& mentions) {
    if (mentions.empty()) return {};
    Writer writer;
    writer.i64(static_cast<std::int64_t>(mentions.size()));
    for (const Mention& mention : mentions) {
        writer.i64(mention.user.value);
        writer.i64(mention.start);
        writer.i64(mention.length);
    }
    return std::move(writer).take();
}

std::vector<Attachment> decode_attachments(std::string_view bytes) {
    if (bytes.empty()) return {};
    Reader reader(bytes);
    const std::int64_t count = reader.i64();
    if (!count_fits(count, reader.left(), attachment_bytes_min)) return {};
    std::vector<Attachment> attachments;
    attachments.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
        Attachment& attachment = attachments.emplace_back();
        attachment.url = reader.text();
        attachment.name = reader.text();
        attachment.size_bytes = reader.i64();
        attachment.content_type = reader.text();
    }
    if (!reader.complete()) attachments.clear();
    return attachments;
}

std::vector<Mention> decode_mentions(std::string_view bytes) {
    if (bytes.empty()) return {};
    Reader reader(bytes);
    const std::int64_t count = reader.i64();
    if (!count_fits(count, reader.left(), mention_bytes_min)) return {};
    std::vector<Mention> mentions;
    mentions.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
        const UserId user{reader.i64()};
        const std::int64_t start = reader.i64();
        const std::int64_t length = reader.i64();
        if (!fits_int32(start) || !fits_int32(length)) return {};
        mentions.push_back(
            {user, static_cast<std::int32_t>(start), static_cast<std::int32_t>(length)});
    }
    if (!reader.complete()) mentions.clear();
    return mentions;
}

}  // namespace chatcore::wire

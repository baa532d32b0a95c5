#include "chatcore/wire.h"

#include <cstddef>
#include <limits>
#include <utility>

namespace chatcore::wire {
namespace {

// What one record takes at least, so that a count cannot promise more than the bytes can hold.
constexpr std::size_t attachment_bytes_min = 4 * 8;
constexpr std::size_t mention_bytes_min = 3 * 8;
constexpr std::size_t reaction_bytes_min = 2 * 8;
constexpr std::size_t user_bytes_min = 8;

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

std::string encode(const std::vector<Reaction>& reactions) {
    if (reactions.empty()) return {};
    Writer writer;
    writer.i64(static_cast<std::int64_t>(reactions.size()));
    for (const Reaction& reaction : reactions) {
        writer.text(reaction.emoji);
        writer.i64(static_cast<std::int64_t>(reaction.users.size()));
        for (UserId user : reaction.users) writer.i64(user.value);
    }
    return std::move(writer).take();
}

std::string encode(const std::optional<Original>& original) {
    if (!original) return {};
    Writer writer;
    writer.i64(original->id.value);
    writer.i64(original->room.value);
    writer.i64(original->sender.value);
    writer.text(original->content);
    return std::move(writer).take();
}

namespace {
void write(Writer& out, const std::optional<Timestamp>& at) {
    out.u8(at ? 1 : 0);
    if (at) out.i64(at->time_since_epoch().count());
}
std::optional<Timestamp> read_time(Reader& in) {
    if (in.u8() == 0) return std::nullopt;
    return Timestamp{std::chrono::milliseconds{in.i64()}};
}
}  // namespace

std::string encode(const Consultation& consultation) {
    Writer writer;
    writer.u8(static_cast<std::uint8_t>(consultation.state));
    writer.i64(consultation.requester.value);
    writer.i64(consultation.recipient.value);
    writer.text(consultation.title);
    write(writer, consultation.scheduled_at);
    write(writer, consultation.started_at);
    write(writer, consultation.ended_at);
    writer.i64(consultation.moved_at.time_since_epoch().count());
    writer.i64(consultation.said_at.value);
    return std::move(writer).take();
}

std::optional<Consultation> decode_consultation(std::string_view bytes) {
    if (bytes.empty()) return std::nullopt;
    Reader reader(bytes);
    Consultation consultation;
    const std::uint8_t state = reader.u8();
    consultation.state = static_cast<ConsultationState>(state);
    consultation.requester = UserId{reader.i64()};
    consultation.recipient = UserId{reader.i64()};
    consultation.title = reader.text();
    consultation.scheduled_at = read_time(reader);
    consultation.started_at = read_time(reader);
    consultation.ended_at = read_time(reader);
    consultation.moved_at = Timestamp{std::chrono::milliseconds{reader.i64()}};
    consultation.said_at = Position{reader.i64()};
    if (!reader.complete() || state >= consultation_state_count) return std::nullopt;
    return consultation;
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

std::vector<Reaction> decode_reactions(std::string_view bytes) {
    if (bytes.empty()) return {};
    Reader reader(bytes);
    const std::int64_t count = reader.i64();
    if (!count_fits(count, reader.left(), reaction_bytes_min)) return {};
    std::vector<Reaction> reactions;
    reactions.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
        Reaction& reaction = reactions.emplace_back();
        reaction.emoji = reader.text();
        const std::int64_t users = reader.i64();
        if (!count_fits(users, reader.left(), user_bytes_min)) return {};
        reaction.users.reserve(static_cast<std::size_t>(users));
        for (std::int64_t j = 0; j < users; ++j) reaction.users.push_back(UserId{reader.i64()});
    }
    if (!reader.complete()) reactions.clear();
    return reactions;
}

std::optional<Original> decode_original(std::string_view bytes) {
    if (bytes.empty()) return std::nullopt;
    Reader reader(bytes);
    Original original;
    original.id = MessageId{reader.i64()};
    original.room = RoomId{reader.i64()};
    original.sender = UserId{reader.i64()};
    original.content = reader.text();
    return reader.complete() ? std::optional(std::move(original)) : std::nullopt;
}

}  // namespace chatcore::wire

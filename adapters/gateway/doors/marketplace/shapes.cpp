#include "gateway/doors/marketplace/shapes.h"

#include <algorithm>
#include <array>

#include "gateway/http/chars.h"

namespace chatcore::gateway::marketplace {

namespace {

struct KnownType {
    std::string_view name;
    MessageType type;
};

/// In the order of their index.
constexpr std::array<KnownType, 4> types = {{{"text", MessageType::text},
                                             {"image", MessageType::image},
                                             {"file", MessageType::file},
                                             {"system", MessageType::system}}};

int index_of(MessageType type) {
    if (type == MessageType::video) type = MessageType::file;
    const auto it = std::find_if(types.begin(), types.end(),
                                 [type](const KnownType& known) { return known.type == type; });
    return static_cast<int>(it - types.begin());
}

/// A product's id is a number; what is not about a product, as other doors open rooms, has none.
void write_product(Shape& shape, const Room& room) {
    constexpr std::size_t digits_max = 15;
    const bool product = room.context && room.context->type == context_type;
    const std::string id = product ? room.context->id : std::string();
    const bool number =
        !id.empty() && id.size() <= digits_max && id.front() != '0' &&
        std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (number) {
        shape.key("productId").raw(id);
    } else if (shape.is_serverpod()) {
        shape.member("productId", 0);  // it may not be absent there
    } else {
        shape.text("productId", id);
    }
}

}  // namespace

std::optional<MessageType> type_of(std::string_view name) {
    for (const KnownType& known : types) {
        if (equal_ignoring_case(known.name, name)) return known.type;
    }
    return std::nullopt;
}

std::optional<MessageType> type_at(std::int64_t index) {
    if (index < 0 || index >= std::ssize(types)) return std::nullopt;
    return types[static_cast<std::size_t>(index)].type;
}

void write_room(JsonWriter& out, const Room& room, Form form) {
    Shape shape(out, form);
    shape.member("id", room.id);
    write_product(shape, room);
    const bool direct = room.kind == RoomKind::direct;
    shape.text("title", room.title)
        .enumeration("chatRoomType", direct ? "direct" : "group", direct ? 0 : 1)
        .member("participantCount", room.participant_count)
        .member("lastActivityAt", room.last_activity_at)
        .member("createdAt", room.created_at)
        .member("updatedAt", room.updated_at);
}

void write_rooms(JsonWriter& out, const std::vector<Room>& rooms, Form form) {
    out.begin_array();
    for (const Room& room : rooms) write_room(out, room, form);
    out.end_array();
}

void write_message(JsonWriter& out, const Message& message, Form form) {
    Shape shape(out, form);
    const int index = index_of(message.type);
    shape.member("id", message.id)
        .member("chatRoomId", message.room)
        .member("senderId", message.sender)
        .text("senderNickname", message.sender_nickname)
        .member("content", message.content)
        .enumeration("messageType", types[static_cast<std::size_t>(index)].name, index);
    if (message.attachments.empty()) {
        shape.null("attachmentUrl").null("attachmentName").null("attachmentSize");
    } else {
        const Attachment& first = message.attachments.front();
        // No file is empty: without a size it is somebody else's, of whom nobody has said it.
        const bool sized = first.size_bytes > 0;
        shape.text("attachmentUrl", first.url)
            .text("attachmentName", first.name)
            .member("attachmentSize", sized ? std::optional(first.size_bytes) : std::nullopt);
    }
    shape.member("createdAt", message.created_at).member("updatedAt", message.edited_at);
}

void write_participants(JsonWriter& out, const std::vector<Member>& members, Form form) {
    out.begin_array();
    for (const Member& member : members) {
        Shape(out, form)
            .member("userId", member.user)
            .text("nickname", member.nickname)
            .text("profileImageUrl", member.profile_image_url)
            .member("joinedAt", member.joined_at)
            .member("isActive", member.active);
    }
    out.end_array();
}

void write_page(JsonWriter& out, const HistoryPage& page, const PageQuery& query, Form form) {
    Shape shape(out, form);
    shape.key("messages").begin_array();
    for (const Message& message : page.messages) write_message(out, message, form);
    out.end_array();
    shape.member("totalCount", page.totals.all)
        .member("mediaTotalCount", page.totals.media)
        .member("fileTotalCount", page.totals.files)
        .member("currentPage", query.page)
        .member("pageSize", query.limit)
        .member("hasNextPage", page.has_more)
        .member("hasPreviousPage", query.page > 1);
}

}  // namespace chatcore::gateway::marketplace

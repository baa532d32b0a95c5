#include "gateway/doors/messenger/shapes.h"

#include <string>

#include "gateway/json/names.h"

namespace chatcore::gateway::messenger {

namespace {

std::string upper(std::string_view name) {
    std::string text(name);
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

}  // namespace

void write_messenger_room(JsonWriter& out, const RoomView& view) {
    const Room& room = view.room;
    const Preview* last = room.preview ? &*room.preview : nullptr;
    out.begin_object().member("id", room.id);
    write_nullable(out, "name", room.kind == RoomKind::group ? &room.title : nullptr);
    out.member("type", upper(name_of(room.kind)))
        .member("createdBy", room.created_by)
        .member("memberCount", room.participant_count);
    write_nullable(out, "lastMessage", last != nullptr ? &last->content : nullptr);
    write_nullable(out, "lastMessageAt", last != nullptr ? &last->created_at : nullptr);
    out.member("unreadCount", view.unread_count).member("createdAt", room.created_at).end_object();
}

void write_messenger_message(JsonWriter& out, const Message& message) {
    out.begin_object()
        .member("id", message.id)
        .member("messageKey", message.key.to_string())
        .member("roomId", message.room)
        .member("senderId", message.sender)
        .member("senderNickname", message.sender_nickname)
        .member("content", message.content)
        .member("type", upper(name_of(message.type)))
        .member("createdAt", message.created_at)
        .end_object();
}

}  // namespace chatcore::gateway::messenger

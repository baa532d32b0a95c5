#pragma once
// The shapes of the messenger, over HTTP and STOMP. Each writes one value.

#include "chatcore/domain/message.h"
#include "chatcore/domain/room.h"

#include "gateway/json/writer.h"

namespace chatcore::gateway::messenger {

/// `{id,name,type,createdBy,memberCount,lastMessage,lastMessageAt,unreadCount,createdAt}`.
void write_messenger_room(JsonWriter& out, const RoomView& view);
/// `{id,messageKey,roomId,senderId,senderNickname,content,type,createdAt}`.
void write_messenger_message(JsonWriter& out, const Message& message);

/// Null where there is none.
template <class T>
void write_nullable(JsonWriter& out, std::string_view name, const T* content) {
    out.key(name);
    if (content != nullptr) {
        out.value(*content);
    } else {
        out.null();
    }
}

}  // namespace chatcore::gateway::messenger

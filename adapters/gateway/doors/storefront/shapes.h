#pragma once
// The shapes of the front door of stores. Each writes one value.

#include "chatcore/context_rooms.h"
#include "chatcore/ports/message_reader.h"

#include "gateway/json/writer.h"

namespace chatcore::gateway::storefront {

/// What a room is told with besides: nothing, `store:{id,title,ownerId}` to the customer, or
/// `user:{id,nickname,profileImageUrl}` to the store.
enum class Beside : std::uint8_t { nothing, store, user };

/// `{id,userId,storeId,lastMessage,lastMessageAt,userUnread,storeUnread,createdAt,updatedAt}`.
void write_room(JsonWriter& out, const ContextRoom& room, Beside beside);
/// `{id,roomId,text,senderId,senderType,createdAt}`; `owner`: whose store the room is about.
void write_store_message(JsonWriter& out, const Message& message, UserId owner);
/// `{messages,meta:{page,limit,total,totalPages,hasNext,hasPrev}}`.
void write_page(JsonWriter& out, const ContextRoom& room, const HistoryPage& page,
                const PageNumber& number);

}  // namespace chatcore::gateway::storefront

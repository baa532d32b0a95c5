#include "gateway/doors/storefront/shapes.h"

#include <algorithm>
#include <string_view>

namespace chatcore::gateway::storefront {

namespace {

template <class T>
void nullable(JsonWriter& out, std::string_view name, const T* content) {
    out.key(name);
    if (content != nullptr) {
        out.value(*content);
    } else {
        out.null();
    }
}

void text_or_null(JsonWriter& out, std::string_view name, const std::string& text) {
    nullable(out, name, text.empty() ? nullptr : &text);
}

/// A store's id is a number, where the host has called it by one.
void write_store_id(JsonWriter& out, std::string_view name, const Context& store) {
    out.key(name);
    const std::string& id = store.id;
    const bool number =
        id.size() <= 15 && id.front() != '0' &&
        std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (number) {
        out.raw(id);
    } else {
        out.value(id);
    }
}

void write_beside(JsonWriter& out, const ContextRoom& room, Beside beside) {
    if (beside == Beside::store) {
        out.key("store").begin_object();
        write_store_id(out, "id", *room.room.context);
        text_or_null(out, "title", room.about ? room.about->title : std::string());
        out.member("ownerId", room.owner).end_object();
    }
    if (beside == Beside::user) {
        const Profile none;
        const Profile& visitor = room.visitor_profile ? *room.visitor_profile : none;
        out.key("user").begin_object().member("id", room.visitor);
        text_or_null(out, "nickname", visitor.nickname);
        text_or_null(out, "profileImageUrl", visitor.profile_image_url);
        out.end_object();
    }
}

}  // namespace

void write_room(JsonWriter& out, const ContextRoom& room, Beside beside) {
    const Room& header = room.room;
    const Preview* last = header.preview ? &*header.preview : nullptr;
    out.begin_object().member("id", header.id).member("userId", room.visitor);
    write_store_id(out, "storeId", *header.context);
    nullable(out, "lastMessage", last != nullptr ? &last->content : nullptr);
    nullable(out, "lastMessageAt", last != nullptr ? &last->created_at : nullptr);
    out.member("userUnread", room.visitor_unread)
        .member("storeUnread", room.owner_unread)
        .member("createdAt", header.created_at)
        .member("updatedAt", std::max(header.updated_at, header.last_activity_at));
    write_beside(out, room, beside);
    out.end_object();
}

void write_store_message(JsonWriter& out, const Message& message, UserId owner) {
    out.begin_object()
        .member("id", message.id)
        .member("roomId", message.room)
        .member("text", message.content)
        .member("senderId", message.sender)
        .member("senderType", message.sender == owner ? "STORE" : "USER")
        .member("createdAt", message.created_at)
        .end_object();
}

void write_page(JsonWriter& out, const ContextRoom& room, const HistoryPage& page,
                const PageNumber& number) {
    out.begin_object().key("messages").begin_array();
    for (const Message& message : page.messages) write_store_message(out, message, room.owner);
    out.end_array().key("meta").begin_object();
    out.member("page", number.page)
        .member("limit", number.limit)
        .member("total", page.totals.all)
        .member("totalPages", (page.totals.all + number.limit - 1) / number.limit)
        .member("hasNext", page.has_more)
        .member("hasPrev", number.page > 1)
        .end_object()
        .end_object();
}

}  // namespace chatcore::gateway::storefront

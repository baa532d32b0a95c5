// The requests of `chat.v1`, one function each: read the fields, call the use case, reply with what
// it gives.

#include <algorithm>
#include <array>

#include "gateway/native/reply.h"

namespace chatcore::gateway {

NativeSession::Method NativeSession::method_of(std::string_view type) {
    struct Entry {
        std::string_view type;
        Method method;
    };
    static constexpr std::array<Entry, 26> entries = {{
        {"attach", &NativeSession::attach},
        {"auth", &NativeSession::auth},
        {"bookmark", &NativeSession::bookmark},
        {"broadcast", &NativeSession::broadcast},
        {"changes", &NativeSession::changes},
        {"create", &NativeSession::create},
        {"delete", &NativeSession::remove_message},
        {"delivered", &NativeSession::delivered},
        {"detach", &NativeSession::detach},
        {"edit", &NativeSession::edit},
        {"hello", &NativeSession::hello},
        {"history", &NativeSession::history},
        {"invite", &NativeSession::invite},
        {"join", &NativeSession::join},
        {"leave", &NativeSession::leave},
        {"open", &NativeSession::open},
        {"pin", &NativeSession::pin},
        {"post", &NativeSession::post},
        {"react", &NativeSession::react},
        {"read", &NativeSession::read},
        {"remove", &NativeSession::remove},
        {"rename", &NativeSession::rename},
        {"rooms", &NativeSession::rooms},
        {"typing", &NativeSession::typing},
        {"unpin", &NativeSession::unpin},
        {"unreact", &NativeSession::unreact},
    }};
    const auto it = std::lower_bound(
        entries.begin(), entries.end(), type,
        [](const Entry& entry, std::string_view wanted) { return entry.type < wanted; });
    return it != entries.end() && it->type == type ? it->method : nullptr;
}

Completion<RoomView> NativeSession::reply_with_room(Ask ask) {
    return reply_with<RoomView>(std::move(ask), [](JsonWriter& json, const RoomView& view) {
        json.key("room");
        write_room(json, view);
    });
}

Completion<Message> NativeSession::reply_with_message(Ask ask) {
    return reply_with<Message>(std::move(ask), [](JsonWriter& json, const Message& message) {
        json.key("message");
        write_message(json, message);
    });
}

void NativeSession::attach(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    const auto since = fields.position("since");
    if (!sound(ask, fields)) return;
    shard().attach(*this, room, since,
                   reply_with<Position>(std::move(ask), [](JsonWriter& json, Position head) {
                       json.member("position", head);
                   }));
}

void NativeSession::detach(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    if (!sound(ask, fields)) return;
    shard().detach(*this, room);
    reply_ok(ask);
}

void NativeSession::rooms(Ask ask, Fields& fields) {
    RoomListQuery query;
    query.cursor = std::string(fields.text("cursor").value_or(""));
    query.limit =
        static_cast<int>(std::clamp<std::int64_t>(fields.integer("limit").value_or(50), -1, 101));
    if (const auto filter = fields.object("filter")) {
        Fields inner(*filter);
        query.unread_only = inner.flag("unread").value_or(false);
        query.favorites_only = inner.flag("favorite").value_or(false);
        query.context = inner.context("context");
        if (!inner.status()) fields.wrong("filter");
    }
    if (!sound(ask, fields)) return;
    shared_.engine.rooms().list(
        caller(), std::move(query),
        reply_with<Page<RoomView>>(std::move(ask),
                                   [](JsonWriter& json, const Page<RoomView>& page) {
                                       json.key("items").begin_array();
                                       for (const RoomView& view : page.items)
                                           write_room(json, view);
                                       json.end_array().key("nextCursor");
                                       if (page.has_more()) {
                                           json.value(page.next_cursor);
                                       } else {
                                           json.null();
                                       }
                                       json.member("hasMore", page.has_more());
                                   }));
}

void NativeSession::open(Ask ask, Fields& fields) {
    const auto user = fields.required_id<UserId>("userId");
    auto context = fields.context("context");
    if (!sound(ask, fields)) return;
    shared_.engine.rooms().open_direct(caller(), user, std::move(context),
                                       reply_with_room(std::move(ask)));
}

void NativeSession::create(Ask ask, Fields& fields) {
    GroupRequest request{.title = std::string(fields.required_text("title")),
                         .members = fields.user_ids("memberIds"),
                         .open = fields.flag("open").value_or(false),
                         .context = fields.context("context"),
                         .metadata = fields.metadata("metadata"),
                         .image_url = std::string(fields.text("imageUrl").value_or(""))};
    if (!sound(ask, fields)) return;
    shared_.engine.rooms().create_group(caller(), std::move(request),
                                        reply_with_room(std::move(ask)));
}

void NativeSession::join(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    if (!sound(ask, fields)) return;
    shared_.engine.rooms().join(caller(), room, reply_with_room(std::move(ask)));
}

void NativeSession::leave(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    const bool silent = fields.flag("silent").value_or(false);
    if (!sound(ask, fields)) return;
    shared_.engine.rooms().leave(caller(), room, silent, reply_with_room(std::move(ask)));
}

void NativeSession::invite(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    auto users = fields.user_ids("userIds");
    if (!fields.has("userIds")) fields.wrong("userIds");
    if (!sound(ask, fields)) return;
    shared_.engine.rooms().invite(caller(), room, std::move(users), MemberRole::member,
                                  reply_with_room(std::move(ask)));
}

void NativeSession::remove(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    const auto user = fields.required_id<UserId>("userId");
    const bool ban = fields.flag("ban").value_or(false);
    if (!sound(ask, fields)) return;
    shared_.engine.rooms().remove(caller(), room, user, ban, reply_with_room(std::move(ask)));
}

void NativeSession::rename(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    std::string title(fields.required_text("title"));
    if (!sound(ask, fields)) return;
    shared_.engine.rooms().rename(caller(), room, std::move(title),
                                  reply_with_room(std::move(ask)));
}

void NativeSession::post(Ask ask, Fields& fields) {
    const auto room_id = fields.required_id<RoomId>("roomId");
    std::vector<Attachment> files = fields.attachments("attachments");
    PostRequest request{.room = room_id,
                        .content = fields.content_beside(files, "content"),
                        .type = fields.message_type("messageType").value_or(MessageType::text),
                        .key = fields.client_key("clientKey"),
                        .parent = fields.id<MessageId>("parentId"),
                        .attachments = std::move(files),
                        .mentions = fields.mentions("mentions"),
                        .metadata = fields.metadata("metadata")};
    std::string temp_id = fields.temp_id("tempId");
    if (!sound(ask, fields)) return;
    if (temp_id.empty()) {
        shared_.engine.messages().post(caller(), std::move(request),
                                       reply_with_message(std::move(ask)));
        return;
    }
    const RoomId room = request.room;
    const std::optional<ClientKey> key = request.key;
    tell_status(room, temp_id, key, "SENDING", nullptr, nullptr);
    ++in_hand_;
    shared_.engine.messages().post(
        caller(), std::move(request),
        [weak = std::weak_ptr(self_), ask = std::move(ask), room, key,
         temp_id = std::move(temp_id)](Result<Message> result) {
            const auto self = weak.lock();
            if (!self) return;
            NativeSession& session = **self;
            --session.in_hand_;
            if (session.stage_ != Stage::live) return;
            if (!result) {
                session.tell_status(room, temp_id, key, "FAILED", nullptr, &result.error());
                session.refuse(ask, result.error());
                return;
            }
            session.tell_status(room, temp_id, result->key, "SAVED", &*result, nullptr);
            session.reply(ask, [&](JsonWriter& json) {
                json.key("message");
                write_message(json, *result, temp_id);
            });
        });
}

void NativeSession::tell_status(RoomId room, std::string_view temp_id,
                                const std::optional<ClientKey>& key, std::string_view status,
                                const Message* message, const Error* error) {
    send_event("status", [&](JsonWriter& json) {
        json.member("roomId", room).member("tempId", temp_id).key("clientKey");
        if (key) {
            json.value(key->to_string());
        } else {
            json.null();
        }
        json.member("status", status);
        if (message != nullptr) json.member("messageId", message->id);
        if (error != nullptr) {
            json.key("error");
            write_error(json, *error);
        }
    });
}

void NativeSession::edit(Ask ask, Fields& fields) {
    const auto message = fields.required_id<MessageId>("messageId");
    std::string content(fields.required_text("content"));
    if (!sound(ask, fields)) return;
    shared_.engine.messages().edit(caller(), message, std::move(content),
                                   reply_with_message(std::move(ask)));
}

void NativeSession::remove_message(Ask ask, Fields& fields) {
    const auto message = fields.required_id<MessageId>("messageId");
    if (!sound(ask, fields)) return;
    shared_.engine.messages().remove(caller(), message, reply_with_message(std::move(ask)));
}

void NativeSession::mark(Ask ask, Fields& fields, bool present) {
    const auto message = fields.required_id<MessageId>("messageId");
    std::string reaction(fields.required_text("reaction"));
    if (!sound(ask, fields)) return;
    shared_.engine.messages().react(caller(), message, std::move(reaction), present,
                                    reply_with_message(std::move(ask)));
}

void NativeSession::react(Ask ask, Fields& fields) {
    mark(std::move(ask), fields, true);
}

void NativeSession::unreact(Ask ask, Fields& fields) {
    mark(std::move(ask), fields, false);
}

void NativeSession::set_pin(Ask ask, Fields& fields, bool pinned) {
    const auto message = fields.required_id<MessageId>("messageId");
    if (!sound(ask, fields)) return;
    shared_.engine.messages().pin(caller(), message, pinned, reply_with_message(std::move(ask)));
}

void NativeSession::pin(Ask ask, Fields& fields) {
    set_pin(std::move(ask), fields, true);
}

void NativeSession::unpin(Ask ask, Fields& fields) {
    set_pin(std::move(ask), fields, false);
}

void NativeSession::bookmark(Ask ask, Fields& fields) {
    const auto message = fields.required_id<MessageId>("messageId");
    if (!sound(ask, fields)) return;
    shared_.engine.messages().bookmark(caller(), message, reply_with_message(std::move(ask)));
}

void NativeSession::read(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    const auto message = fields.id<MessageId>("messageId");
    if (!sound(ask, fields)) return;
    const auto up_to = message ? std::optional(position_of(*message)) : std::nullopt;
    shared_.engine.receipts().read(
        caller(), room, up_to,
        reply_with<Member>(std::move(ask), [](JsonWriter&, const Member&) {}));
}

void NativeSession::delivered(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    const auto message = fields.id<MessageId>("messageId");
    if (!sound(ask, fields)) return;
    shared_.engine.receipts().delivered(caller(), room, message,
                                        reply_with<bool>(std::move(ask), [](JsonWriter&, bool) {}));
}

void NativeSession::typing(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    const bool is_typing = fields.flag("isTyping").value_or(true);
    if (!sound(ask, fields)) return;
    Presence& presence = shared_.engine.presence();
    if (shard().knows_member(user_, room)) {
        presence.typing_by_member(user_, room, is_typing);
        return;
    }
    // Maybe a member of this moment, so the store has the last word. Only a refusal is answered.
    ++in_hand_;
    presence.typing(caller(), room, is_typing,
                    [weak = std::weak_ptr(self_), ask = std::move(ask)](const Result<bool>& told) {
                        const auto self = weak.lock();
                        if (!self) return;
                        NativeSession& session = **self;
                        --session.in_hand_;
                        if (!told && session.stage_ == Stage::live)
                            session.refuse(ask, told.error());
                    });
}

void NativeSession::history(Ask ask, Fields& fields) {
    HistoryQuery query{.room = fields.required_id<RoomId>("roomId"),
                       .before = fields.position("before"),
                       .after = fields.position("after"),
                       .around = fields.position("around"),
                       .limit = static_cast<int>(std::clamp<std::int64_t>(
                           fields.integer("limit").value_or(50), -1, 101))};
    if (!sound(ask, fields)) return;
    shared_.engine.messages().history(
        caller(), query,
        reply_with<History>(std::move(ask), [](JsonWriter& json, const History& history) {
            json.key("items").begin_array();
            for (const Message& message : history.messages) write_message(json, message);
            json.end_array().member("hasMore", history.has_more);
        }));
}

void NativeSession::changes(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    const auto since = fields.position("since");
    if (!since) fields.wrong("since");
    const auto limit =
        static_cast<int>(std::clamp<std::int64_t>(fields.integer("limit").value_or(100), -1, 501));
    if (!sound(ask, fields)) return;
    shared_.engine.messages().changes(
        caller(), room, *since, limit,
        reply_with<Changes>(std::move(ask), [](JsonWriter& json, const Changes& changes) {
            write_changes(json, changes);
        }));
}

void NativeSession::broadcast(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    auto payload = fields.json("payload");
    if (!payload) fields.wrong("payload");
    if (!sound(ask, fields)) return;
    if (!shared_.options.broadcast) {
        refuse(ask, Error{ErrorCode::forbidden, "bench.broadcast"});
        return;
    }
    if (!shard().is_attached(*this, room)) {
        refuse(ask, Error{ErrorCode::not_a_member});
        return;
    }
    shard().broadcast(room, std::move(*payload));
    reply_ok(ask);
}

}  // namespace chatcore::gateway

// What clients of the social system send to /app/…, one function each: read the fields, call the
// use case, answer where the system's clients listen.

#include <algorithm>

#include "gateway/json/error_sentence.h"
#include "gateway/stomp/reply.h"

namespace chatcore::gateway::stomp {

namespace {

constexpr int page_size = 50;

template <class T>
void write_page(JsonWriter& json, const Page<T>& page) {
    json.key("items").begin_array();
    for (const T& item : page.items) {
        if constexpr (std::is_same_v<T, RoomView>) {
            write_room(json, item);
        } else {
            write_message(json, item);
        }
    }
    json.end_array().key("nextCursor");
    if (page.has_more()) {
        json.value(page.next_cursor);
    } else {
        json.null();
    }
    json.member("hasMore", page.has_more());
}

}  // namespace

/// The content is a text, or an object that brings type and attachments with it.
void StompSession::chat(Ask ask, Fields& fields) {
    PostRequest request;
    request.room = fields.required_id<RoomId>("roomId");
    request.type = fields.message_type("type").value_or(MessageType::text);
    request.key = fields.client_key("clientKey");
    request.parent = fields.id<MessageId>("parentId");
    request.attachments = fields.attachments("attachments");
    request.mentions = fields.mentions("mentions");
    request.metadata = fields.metadata("metadata");
    if (fields.is_object("content")) {
        Fields inner(*fields.object("content"));
        request.content = std::string(inner.text("text").value_or(""));
        request.type = inner.message_type("type").value_or(request.type);
        auto attachments = inner.attachments("attachments");
        if (!attachments.empty()) request.attachments = std::move(attachments);
        if (!inner.status()) fields.wrong("content");
    } else {
        request.content = fields.content_beside(request.attachments, "content");
    }
    if (!sound(ask, fields)) return;
    post(std::move(ask), std::move(request));
}

void StompSession::thread(Ask ask, Fields& fields) {
    PostRequest request;
    request.room = fields.required_id<RoomId>("roomId");
    request.attachments = fields.attachments("attachments");
    request.content = fields.content_beside(request.attachments, "content");
    request.key = fields.client_key("clientKey");
    request.parent = fields.required_id<MessageId>("parentMessageId");
    if (!sound(ask, fields)) return;
    post(std::move(ask), std::move(request));
}

void StompSession::post(Ask ask, PostRequest request) {
    if (ask.temp_id.empty()) {
        engine().messages().post(caller(), std::move(request), done_by<Message>(std::move(ask)));
        return;
    }
    const RoomId room = request.room;
    tell_status(room, ask.temp_id, "SENDING", nullptr, nullptr);
    ++in_hand_;
    engine().messages().post(
        caller(), std::move(request),
        [weak = std::weak_ptr(self_), ask = std::move(ask), room](const Result<Message>& result) {
            const auto self = weak.lock();
            if (!self) return;
            StompSession& session = **self;
            --session.in_hand_;
            if (!session.acts()) return;
            if (!result) {
                session.tell_status(room, ask.temp_id, "FAILED", nullptr, &result.error());
                session.refuse(ask, result.error());
            } else {
                session.tell_status(room, ask.temp_id, "SAVED", &*result, nullptr);
                session.receipt(ask);
            }
            session.part_if_done();
            session.link_.flush();
        });
}

void StompSession::tell_status(RoomId room, std::string_view temp_id, std::string_view status,
                               const Message* message, const Error* error) {
    const RoomTopics* topics = subscriptions_.of_room(room);
    if (topics == nullptr) return;
    std::string body;
    std::string framed;
    for (const RoomTopic& topic : topics->key.topics) {
        if (topic.topic != Topic::status) continue;
        if (body.empty()) {
            JsonWriter json(body, social_form());
            json.begin_object().member("tempId", temp_id).member("status", status);
            json.key("persistedId");
            message != nullptr ? json.of_ids().value(message->id) : json.null();
            json.key("errorMessage");
            error != nullptr ? json.value(sentence_about(*error)) : json.null();
            json.member("createdAt",
                        message != nullptr ? message->created_at : engine().clock().now());
            json.end_object();
        }
        append_room_message(framed, topics->key, topic, fmt::format("o{}", ++told_), body);
    }
    if (!framed.empty()) send(std::move(framed));
}

void StompSession::edit(Ask ask, Fields& fields) {
    const auto message = fields.required_id<MessageId>("messageId");
    std::string content(fields.required_text("content"));
    if (!sound(ask, fields)) return;
    engine().messages().edit(caller(), message, std::move(content),
                             done_by<Message>(std::move(ask)));
}

void StompSession::remove(Ask ask, Fields& fields) {
    const auto message = fields.required_id<MessageId>("messageId");
    if (!sound(ask, fields)) return;
    engine().messages().remove(caller(), message, done_by<Message>(std::move(ask)));
}

/// Puts it there, or takes it away where it is the person's already.
void StompSession::reaction(Ask ask, Fields& fields) {
    const auto message = fields.required_id<MessageId>("messageId");
    std::string emoji(fields.required_text("reaction"));
    if (!sound(ask, fields)) return;
    with_message(std::move(ask), message,
                 [emoji = std::move(emoji)](StompSession& session, Ask of, const Message& found) {
                     const bool present = std::any_of(
                         found.reactions.begin(), found.reactions.end(), [&](const Reaction& each) {
                             return each.emoji == emoji &&
                                    std::find(each.users.begin(), each.users.end(),
                                              session.user_) != each.users.end();
                         });
                     session.engine().messages().react(session.caller(), found.id, emoji, !present,
                                                       session.done_by<Message>(std::move(of)));
                 });
}

void StompSession::pin_toggle(Ask ask, Fields& fields) {
    const auto message = fields.required_id<MessageId>("messageId");
    if (!sound(ask, fields)) return;
    with_message(std::move(ask), message, [](StompSession& session, Ask of, const Message& found) {
        session.engine().messages().pin(session.caller(), found.id, !found.pin,
                                        session.done_by<Message>(std::move(of)));
    });
}

void StompSession::typing(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    const bool is_typing = fields.flag("isTyping").value_or(true);
    if (!sound(ask, fields)) return;
    if (shard().knows_member(user_, room)) {
        engine().presence().typing_by_member(user_, room, is_typing);
        receipt(ask);
        return;
    }
    engine().presence().typing(caller(), room, is_typing, done_by<bool>(std::move(ask)));
}

void StompSession::active(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    std::string activity(fields.required_text("activity"));
    if (!sound(ask, fields)) return;
    engine().presence().activity(caller(), room, std::move(activity),
                                 done_by<bool>(std::move(ask)));
}

/// Up to the message, in the room that it is in.
void StompSession::read(Ask ask, Fields& fields) {
    const auto message = fields.required_id<MessageId>("messageId");
    if (!sound(ask, fields)) return;
    with_message(std::move(ask), message, [](StompSession& session, Ask of, const Message& found) {
        session.engine().receipts().read(session.caller(), found.room, position_of(found.id),
                                         session.done_by<Member>(std::move(of)));
    });
}

void StompSession::read_all(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    if (!sound(ask, fields)) return;
    engine().receipts().read(caller(), room, std::nullopt, done_by<Member>(std::move(ask)));
}

void StompSession::thread_messages(Ask ask, Fields& fields) {
    const auto root = fields.required_id<MessageId>("parentMessageId");
    const auto after = fields.id<MessageId>("cursor").value_or(MessageId{});
    if (!sound(ask, fields)) return;
    engine().messages().replies(
        caller(), root, after, page_size,
        answer_by<Page<Message>>(std::move(ask),
                                 [root](StompSession& session, const Page<Message>& page) {
                                     session.tell_own(Topic::thread_answers, [&](JsonWriter& json) {
                                         json.begin_object().member("parentMessageId", root);
                                         write_page(json, page);
                                         json.end_object();
                                     });
                                 }));
}

/// The message that the thread hangs from, as it is now.
void StompSession::thread_detail(Ask ask, Fields& fields) {
    const auto root = fields.required_id<MessageId>("parentMessageId");
    if (!sound(ask, fields)) return;
    engine().messages().find(
        caller(), root,
        answer_by<Message>(std::move(ask), [root](StompSession& session, const Message& message) {
            session.tell_own(Topic::thread_answers, [&](JsonWriter& json) {
                json.begin_object().member("parentMessageId", root).key("message");
                write_message(json, message);
                json.member("replyCount", message.reply_count).end_object();
            });
        }));
}

void StompSession::sync(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    const auto since = fields.position("since");
    if (!since) fields.wrong("since");
    if (!sound(ask, fields)) return;
    constexpr int changes_at_once = 500;
    engine().messages().changes(
        caller(), room, *since, changes_at_once,
        answer_by<Changes>(std::move(ask), [room](StompSession& session, const Changes& changes) {
            session.tell_own(Topic::sync, [&](JsonWriter& json) {
                json.begin_object().member("roomId", room);
                write_changes(json, changes);
                json.end_object();
            });
        }));
}

void StompSession::rooms(Ask ask, Fields& fields) {
    RoomListQuery query;
    query.cursor = std::string(fields.text("cursor").value_or(""));
    query.limit = page_size;
    if (!sound(ask, fields)) return;
    engine().rooms().list(caller(), std::move(query),
                          answer_by<Page<RoomView>>(std::move(ask), [](StompSession& session,
                                                                       const Page<RoomView>& page) {
                              session.tell_own(Topic::rooms, [&](JsonWriter& json) {
                                  json.begin_object();
                                  write_page(json, page);
                                  json.end_object();
                              });
                          }));
}

void StompSession::group_chat(Ask ask, Fields& fields) {
    GroupRequest request;
    request.title = std::string(fields.required_text("title"));
    request.members = fields.user_ids("memberIds");
    if (!sound(ask, fields)) return;
    engine().rooms().create_group(
        caller(), std::move(request),
        answer_by<RoomView>(std::move(ask), [](StompSession& session, const RoomView& view) {
            session.tell_own(Topic::rooms, [&](JsonWriter& json) {
                json.begin_object().key("room");
                write_room(json, view);
                json.end_object();
            });
        }));
}

}  // namespace chatcore::gateway::stomp

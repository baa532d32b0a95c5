#pragma once
// How the completion of a use case becomes the answer to a request: in one place for all routes.
// Threads: completions run on the connection's shard, as the exchange wants it.

#include <string>
#include <utility>

#include "chatcore/accounts.h"
#include "chatcore/ports/message_reader.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/rooms.h"
#include "chatcore/task.h"

#include "gateway/http/exchange.h"
#include "gateway/json/shapes.h"
#include "gateway/json/social_shapes.h"

namespace chatcore::gateway::v1 {

// What each use case gives, as the API shows it.
inline void write_answer(JsonWriter& out, const Message& message) {
    write_message(out, message);
}
inline void write_answer(JsonWriter& out, const RoomView& room) {
    write_room(out, room);
}
inline void write_answer(JsonWriter& out, const Room& room) {
    write_room(out, room);
}
inline void write_answer(JsonWriter& out, const RegisteredContext& context) {
    write_context(out, context);
}
inline void write_answer(JsonWriter& out, const Member& member) {
    write_member(out, member);
}
inline void write_answer(JsonWriter& out, const Profile& profile) {
    write_profile(out, profile);
}
inline void write_answer(JsonWriter& out, const Account& account) {
    write_account(out, account);
}
inline void write_answer(JsonWriter& out, const Schedule& schedule) {
    write_schedule(out, schedule);
}
inline void write_answer(JsonWriter& out, const Friend& one) {
    write_friend(out, one);
}
inline void write_answer(JsonWriter& out, const FriendRequest& request) {
    write_friend_request(out, request);
}
inline void write_answer(JsonWriter& out, const Block& block) {
    write_block(out, block);
}
inline void write_answer(JsonWriter& out, const Bond& bond) {
    write_bond(out, bond);
}
inline void write_answer(JsonWriter& out, const Notification& notification) {
    write_notification(out, notification);
}
/// `{accessToken,refreshToken,expiresIn,user}`, the time in seconds.
void write_answer(JsonWriter& out, const LogIn& log_in);
/// `{total,mentions,rooms:[{roomId,unreadCount}]}`.
void write_answer(JsonWriter& out, const UnreadTotals& totals);
/// `{items,nextCursor,hasMore}`; `nextCursor` is the position to ask from next, also at the end.
inline void write_answer(JsonWriter& out, const Changes& changes) {
    out.begin_object();
    write_changes(out, changes);
    out.end_object();
}

/// `{items}`, of what is never too much for one answer.
template <class T>
void write_items(JsonWriter& out, const std::vector<T>& items) {
    out.begin_object().key("items").begin_array();
    for (const T& item : items) write_answer(out, item);
    out.end_array().end_object();
}

/// `{items,nextCursor,hasMore}`, `nextCursor` null at the end.
template <class T, class WriteItem>
void write_page(JsonWriter& out, const Page<T>& page, WriteItem write_item) {
    out.begin_object().key("items").begin_array();
    for (const T& item : page.items) write_item(out, item);
    out.end_array().key("nextCursor");
    if (page.has_more()) {
        out.value(page.next_cursor);
    } else {
        out.null();
    }
    out.member("hasMore", page.has_more()).end_object();
}
template <class T>
void write_answer(JsonWriter& out, const Page<T>& page) {
    write_page(out, page, [](JsonWriter& each, const T& item) { write_answer(each, item); });
}

/// Answers 200 with the body and a weak entity tag of it, or 304 where the request has it already
/// (RFC 9110 section 13.1.2).
void respond_tagged(Exchange& exchange, std::string body);

/// Completes by answering the exchange: with what `write(JsonWriter&, const T&)` makes of the
/// value, or with the error.
template <class T, class Write>
Completion<T> answer_by(ExchangePtr exchange, Write write, int status = 200) {
    return [exchange = std::move(exchange), write = std::move(write), status](Result<T> result) {
        if (!result) return exchange->respond_error(result.error());
        std::string body;
        JsonWriter out(body);
        write(out, *result);
        exchange->respond_json(status, std::move(body));
    };
}

/// The same with the API's shape of the value.
template <class T>
Completion<T> answer(ExchangePtr exchange, int status = 200) {
    return answer_by<T>(
        std::move(exchange), [](JsonWriter& out, const T& content) { write_answer(out, content); },
        status);
}

/// The same, with an entity tag.
template <class T>
Completion<T> answer_tagged(ExchangePtr exchange) {
    return [exchange = std::move(exchange)](Result<T> result) {
        if (!result) return exchange->respond_error(result.error());
        std::string body;
        JsonWriter out(body);
        write_answer(out, *result);
        respond_tagged(*exchange, std::move(body));
    };
}

}  // namespace chatcore::gateway::v1

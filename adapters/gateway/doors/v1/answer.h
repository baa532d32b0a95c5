#pragma once
// How the completion of a use case becomes the answer to a request: in one place for all routes.
// Threads: completions run on the connection's shard, as the exchange wants it.

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "chatcore/accounts.h"
#include "chatcore/ports/message_reader.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/rooms.h"
#include "chatcore/task.h"

#include "gateway/doors/v1/legacy.h"
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

/// A list's cursor; in the legacy form cursors are numbers, where they are of one.
void write_cursor(JsonWriter& out, const std::string& cursor);

/// `{items,nextCursor,hasMore}`, `nextCursor` null at the end.
template <class T, class WriteItem>
void write_page(JsonWriter& out, const Page<T>& page, WriteItem write_item) {
    out.begin_object().key("items").begin_array();
    for (const T& item : page.items) write_item(out, item);
    out.end_array().key("nextCursor");
    if (page.has_more()) {
        write_cursor(out, page.next_cursor);
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

template <class T, class... Others>
inline constexpr bool is_one_of = (std::is_same_v<T, Others> || ...);

/// What an answer is made of that shows whole messages.
template <class T>
inline constexpr bool shows_messages =
    is_one_of<T, Message, Page<Message>, std::vector<Message>, History, Page<Thread>, Changes>;

/// The rooms of an answer's messages, some of them several times.
std::vector<RoomId> rooms_of(const Message& message);
std::vector<RoomId> rooms_of(const std::vector<Message>& messages);
std::vector<RoomId> rooms_of(const Page<Thread>& page);
std::vector<RoomId> rooms_of(const Changes& changes);
inline std::vector<RoomId> rooms_of(const Page<Message>& page) {
    return rooms_of(page.items);
}
inline std::vector<RoomId> rooms_of(const History& history) {
    return rooms_of(history.messages);
}

/// Writes what `write(JsonWriter&, const T&)` makes of the value in the form of the answer, and
/// passes the body on to `then(Exchange&, std::string)`: at once, but for messages in the legacy
/// form, for which it is looked up first who has read them.
template <class T, class Write, class Then>
void compose(const ExchangePtr& exchange, T value, Write write, Then then) {
    std::vector<RoomId> rooms;
    if constexpr (shows_messages<T>) {
        if (exchange->legacy != nullptr) rooms = rooms_of(value);
    }
    auto go_on = [exchange, value = std::move(value), write = std::move(write),
                  then = std::move(then)](const ReadMarks* marks) mutable {
        std::string body;
        JsonWriter out(body, marks);
        write(out, value);
        then(*exchange, std::move(body));
    };
    if (exchange->legacy == nullptr) return go_on(nullptr);
    if constexpr (shows_messages<T>) {
        exchange->legacy->find_marks(
            exchange, std::move(rooms),
            [go_on = std::move(go_on)](const ReadMarks& marks) mutable { go_on(&marks); });
    } else {
        go_on(&no_marks);
    }
}

/// Completes by answering the exchange: with what `write(JsonWriter&, const T&)` makes of the
/// value, or with the error.
template <class T, class Write>
Completion<T> answer_by(ExchangePtr exchange, Write write, int status = 200) {
    return [exchange = std::move(exchange), write = std::move(write),
            status](Result<T> result) mutable {
        if (!result) return exchange->respond_error(result.error());
        compose(exchange, std::move(*result), std::move(write),
                [status](Exchange& answered, std::string body) {
                    answered.respond_json(status, std::move(body));
                });
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
template <class T, class Write>
Completion<T> answer_tagged_by(ExchangePtr exchange, Write write) {
    return [exchange = std::move(exchange), write = std::move(write)](Result<T> result) mutable {
        if (!result) return exchange->respond_error(result.error());
        compose(exchange, std::move(*result), std::move(write), respond_tagged);
    };
}
template <class T>
Completion<T> answer_tagged(ExchangePtr exchange) {
    return answer_tagged_by<T>(
        std::move(exchange), [](JsonWriter& out, const T& content) { write_answer(out, content); });
}

}  // namespace chatcore::gateway::v1

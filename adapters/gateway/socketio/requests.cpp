// What a client of `/chat` asks for.

#include "gateway/doors/storefront/shapes.h"
#include "gateway/socketio/refusal.h"
#include "gateway/socketio/reply.h"

namespace chatcore::gateway::socketio {

namespace {

/// Requests of one client that are not answered yet, or wait for their turn.
constexpr int in_hand_max = 4'096;

}  // namespace

ChatSpace::Method ChatSpace::method_of(std::string_view name) {
    if (name == "send-message") return &ChatSpace::send_message;
    if (name == "mark-read") return &ChatSpace::mark_read;
    if (name == "join-room") return &ChatSpace::join_room;
    if (name == "leave-room") return &ChatSpace::leave_room;
    return nullptr;
}

void ChatSpace::event(const ClientEvent& event) {
    Ask ask{std::string(event.id), ++events_};
    std::string_view name;
    simdjson::dom::object object;
    const bool named = event.arguments.at(0).get(name) == simdjson::SUCCESS;
    const Method method = named ? method_of(name) : nullptr;
    if (stage_ != Stage::live) return refuse(ask, Error{ErrorCode::unauthenticated});
    if (method == nullptr) {
        return refuse(ask, Error{ErrorCode::malformed, "event"},
                      no_such_event(event.arguments, chat_space));
    }
    if (event.arguments.at(1).get(object) != simdjson::SUCCESS)
        return refuse(ask, Error{ErrorCode::malformed, "body"});
    if (in_hand_ + std::ssize(waiting_) >= in_hand_max) return refuse_surplus(ask);
    // Bytes are no value of any field: the object that stands for them is a wrong one.
    Fields fields(object);
    (this->*method)(std::move(ask), fields);
}

void ChatSpace::unreadable(std::string_view id) {
    const bool live = stage_ == Stage::live;
    refuse({std::string(id), ++events_},
           live ? Error{ErrorCode::malformed, "body"} : Error{ErrorCode::unauthenticated});
}

void ChatSpace::refuse_surplus(const Ask& ask) {
    refuse(
        ask,
        Error{.code = ErrorCode::too_many, .detail = "requests", .cause = {}, .retry_after = {}});
}

void ChatSpace::go_on() {
    while (!looking_up_ && !waiting_.empty()) {
        Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= next.bytes;
        next.act(*this);
    }
}

bool ChatSpace::sound(const Ask& ask, const Fields& fields) {
    const Status status = fields.status();
    if (!status) refuse(ask, status.error());
    return status.has_value();
}

void ChatSpace::join_room(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    if (!sound(ask, fields)) return;
    if (joined(room) != nullptr) return succeed(ask);
    const std::int64_t number = ask.number;
    std::vector<Ask>& waiting = joining_[room];
    waiting.push_back(std::move(ask));
    if (waiting.size() > 1) return;
    engine().context_rooms().find(
        caller(), std::string(store_context), room,
        [weak = std::weak_ptr(self_), room, number](const Result<ContextRoom>& found) {
            const auto self = weak.lock();
            if (!self || !(*self)->is_joining(room, number)) return;
            if (!found) {
                (*self)->attached(room, UserId{}, unexpected(found.error()));
            } else {
                (*self)->attach(room, found->owner, number);
            }
        });
}

bool ChatSpace::is_joining(RoomId room, std::int64_t number) const {
    const auto it = joining_.find(room);
    return stage_ == Stage::live && it != joining_.end() && it->second.front().number == number;
}

void ChatSpace::attach(RoomId room, UserId owner, std::int64_t number) {
    shard().attach(
        *this, room, std::nullopt,
        [weak = std::weak_ptr(self_), room, owner, number](const Result<Position>& head) {
            const auto self = weak.lock();
            if (self && (*self)->is_joining(room, number)) (*self)->attached(room, owner, head);
        });
}

void ChatSpace::attached(RoomId room, UserId owner, const Result<Position>& head) {
    const auto it = joining_.find(room);
    const std::vector<Ask> waiting = std::move(it->second);
    joining_.erase(it);
    for (const Ask& each : waiting) {
        if (!head) {
            refuse(each, head.error());
        } else {
            succeed(each);
        }
    }
    if (!head) return;
    add_joined(room, owner, *head);
    tell_offset();
    shard().wants_flush(*this);
}

void ChatSpace::leave_room(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    if (!sound(ask, fields)) return;
    if (const auto it = joining_.find(room); it != joining_.end()) {
        const std::vector<Ask> waiting = std::move(it->second);
        joining_.erase(it);
        for (const Ask& each : waiting) refuse(each, Error{ErrorCode::conflict, "roomId"});
        shard().detach(*this, room);
    }
    const bool was_in = joined(room) != nullptr;
    if (was_in) {
        shard().detach(*this, room);
        remove_joined(room);
    }
    succeed(ask);
    if (was_in) tell_offset();
    shard().wants_flush(*this);
}

void ChatSpace::send_message(Ask ask, Fields& fields) {
    PostRequest request;
    request.room = fields.required_id<RoomId>("roomId");
    request.content = fields.required_text("text");
    request.key = fields.client_key("clientKey");
    if (!sound(ask, fields)) return;
    const RoomId room = request.room;
    const std::size_t bytes = request.content.size();
    in_room(std::move(ask), room, bytes,
            [request = std::move(request)](ChatSpace& space, Ask of, UserId owner) mutable {
                space.post(std::move(of), std::move(request), owner);
            });
}

void ChatSpace::post(Ask ask, PostRequest request, UserId owner) {
    engine().messages().post(
        caller(), std::move(request),
        go_on_by<Message>(std::move(ask),
                          [owner](ChatSpace& space, const Ask& of, const Message& message) {
                              space.succeed(of, [&](JsonWriter& json) {
                                  json.key("message");
                                  storefront::write_store_message(json, message, owner);
                              });
                          }));
}

void ChatSpace::mark_read(Ask ask, Fields& fields) {
    const auto room = fields.required_id<RoomId>("roomId");
    if (!sound(ask, fields)) return;
    in_room(std::move(ask), room, 0, [room](ChatSpace& space, Ask of, UserId) {
        auto done = space.go_on_by<Member>(
            std::move(of),
            [](ChatSpace& again, const Ask& asked, const Member&) { again.succeed(asked); });
        space.engine().receipts().read(space.caller(), room, std::nullopt, std::move(done));
    });
}

}  // namespace chatcore::gateway::socketio

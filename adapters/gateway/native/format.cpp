#include "gateway/native/format.h"

#include "gateway/json/shapes.h"
#include "gateway/json/social_shapes.h"
#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway {

namespace {

/// Writes each frame of an event in place.
class PlainFrames {
public:
    explicit PlainFrames(std::string& out) : out_(out) {}

    template <class Write>
    void frame(Write&& write) {
        const FrameStart start = begin_text(out_, 400);
        JsonWriter json(out_);
        json.begin_object();
        write(json);
        json.end_object();
        end_frame(out_, start);
    }

private:
    std::string& out_;
};

/// Writes each frame beside, then deflated if that is shorter.
class DeflatedFrames {
public:
    DeflatedFrames(std::string& out, Framing framing) : out_(out), framing_(framing) {}

    template <class Write>
    void frame(Write&& write) {
        thread_local std::string text;
        text.clear();
        JsonWriter json(text);
        json.begin_object();
        write(json);
        json.end_object();
        append_message(out_, framing_, text);
    }

private:
    std::string& out_;
    const Framing framing_;
};

template <class Frames>
void append_event(Frames frames, const RoomEvent& event) {
    Position prev = event.prev;
    if (event.states.empty()) {
        frames.frame([&](JsonWriter& json) {
            json.member("type", "skip")
                .member("roomId", event.room)
                .member("position", event.position)
                .member("prev", prev);
        });
    }
    for (const State& state : event.states) {
        frames.frame([&](JsonWriter& json) {
            const auto head = [&](std::string_view type) {
                json.member("type", type)
                    .member("roomId", event.room)
                    .member("position", event.position);
                json.member("prev", prev);
            };
            if (const auto* message = std::get_if<Message>(&state)) {
                head(position_of(message->id) > event.known ? "message" : "message.changed");
                json.key("message");
                write_message(json, *message);
            } else if (const auto* member = std::get_if<Member>(&state)) {
                head("member");
                json.key("member");
                write_member(json, *member);
            } else {
                head("room");
                json.key("room");
                write_room(json, std::get<Room>(state));
            }
        });
        prev = event.position;
    }
}

template <class Frames>
void append_event(Frames frames, const TypingSignal& event) {
    frames.frame([&](JsonWriter& json) {
        json.member("type", "typing").member("roomId", event.room).member("userId", event.user);
        json.member("isTyping", event.is_typing);
    });
}

template <class Frames>
void append_event(Frames frames, const PresenceSignal& event) {
    frames.frame([&](JsonWriter& json) {
        json.member("type", "presence").member("userId", event.user);
        json.member("status", event.online ? "online" : "offline")
            .member("lastSeenAt", event.last_seen_at);
    });
}

template <class Frames>
void append_event(Frames frames, const DeliveredSignal& event) {
    frames.frame([&](JsonWriter& json) {
        json.member("type", "delivered")
            .member("roomId", event.room)
            .member("userId", event.user)
            .member("messageId", event.message);
    });
}

template <class Frames>
void append_event(Frames frames, const NotificationSignal& event) {
    frames.frame([&](JsonWriter& json) {
        json.member("type", "notification").key("notification");
        write_notification(json, event.notification);
    });
}

template <class Frames>
void append_event(Frames frames, const BroadcastSignal& event) {
    frames.frame([&](JsonWriter& json) {
        json.member("type", "broadcast")
            .member("roomId", event.room)
            .key("payload")
            .raw(event.payload);
    });
}

template <class Frames, class Other>
void append_event(Frames, const Other&) {
    // Of the hub's own: nothing is told of it as such.
}

}  // namespace

void NativeFormat::append(const Event& event, std::string& out) const {
    std::visit([&](const auto& what) { append_event(PlainFrames(out), what); }, event.what);
}

void NativeDeflatedFormat::append(const Event& event, std::string& out) const {
    std::visit([&](const auto& what) { append_event(DeflatedFrames(out, framing_), what); },
               event.what);
}

const WireFormat& native_format(Framing framing) {
    static const NativeFormat plain;
    static const NativeDeflatedFormat wide(Framing::websocket_deflated);
    static const NativeDeflatedFormat narrow(Framing::websocket_narrow);
    if (framing == Framing::websocket_deflated) return wide;
    if (framing == Framing::websocket_narrow) return narrow;
    return plain;
}

void append_list_update(std::string& out, const ListUpdate& update) {
    PlainFrames(out).frame([&](JsonWriter& json) {
        json.member("type", "list")
            .member("roomId", update.room)
            .member("unreadCount", update.unread_count);
        json.key("lastMessage");
        write_preview(json, update.last_message.get());
        json.member("lastActivityAt", update.last_activity_at)
            .member("totalUnread", update.total_unread);
        if (update.gained != nullptr) {
            json.key("room");
            write_room(json, *update.gained);
        }
    });
}

void append_resumed(std::string& out, RoomId room, Position head, bool truncated) {
    PlainFrames(out).frame([&](JsonWriter& json) {
        json.member("type", "resumed")
            .member("roomId", room)
            .member("position", head)
            .member("truncated", truncated);
    });
}

}  // namespace chatcore::gateway

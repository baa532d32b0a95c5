#include "gateway/stomp/room_format.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "gateway/doors/messenger/shapes.h"
#include "gateway/json/shapes.h"
#include "gateway/link/interned.h"
#include "gateway/stomp/told.h"

namespace chatcore::gateway::stomp {

namespace {

/// Writes what one event says to each of the subscriptions. A body is written once for all topics
/// that tell the same.
class Telling {
public:
    Telling(const RoomFormatKey& key, std::string& out) : key_(key), out_(out) {}

    void operator()(const RoomEvent& event) {
        for (std::size_t i = 0; i < event.states.size(); ++i) {
            number_ = fmt::format("{}-{}-{}", event.room.value, event.position.value, i);
            if (const auto* message = std::get_if<Message>(&event.states[i])) {
                tell(*message, position_of(message->id) > event.known);
            } else if (const auto* member = std::get_if<Member>(&event.states[i])) {
                if (member->read_position != Position{}) tell_read(*member);
            }
        }
    }

    void operator()(const TypingSignal& event) {
        number_of_signal();
        tell_topics(Topic::typing, [&](JsonWriter& json) {
            json.begin_object()
                .member("roomId", event.room)
                .member("userId", event.user)
                .member("isTyping", event.is_typing)
                .end_object();
        });
    }

    void operator()(const ActivitySignal& event) {
        number_of_signal();
        tell_topics(Topic::active, [&](JsonWriter& json) {
            json.begin_object()
                .member("userId", event.user)
                .member("activity", event.activity)
                .member("timestamp", event.at)
                .end_object();
        });
    }

    template <class Other>
    void operator()(const Other&) {
        // Not of a room's topics.
    }

private:
    /// A signal has no position; what is told of it is numbered by itself.
    void number_of_signal() {
        thread_local std::int64_t signals = 0;
        number_ = fmt::format("s{}", ++signals);
    }

    void tell(const Message& message, bool is_new) {
        // In the legacy form it says who has read it, which the board of the room finds.
        if (!key_.legacy) append_social_message(out_, key_, message, nullptr, number_);
        if (!is_new) return;
        tell_if([](const RoomTopic& topic) { return topic.topic == Topic::room_messages; }, nullptr,
                [&](JsonWriter& json) { messenger::write_messenger_message(json, message); });
    }

    void tell_read(const Member& member) {
        tell_if([](const RoomTopic& topic) { return topic.topic == Topic::room_reads; }, nullptr,
                [&](JsonWriter& json) {
                    json.begin_object()
                        .member("userId", member.user)
                        .member("lastReadMessageId", member.read_position)
                        .end_object();
                });
    }

    const ReadMarks* social_form() const { return key_.legacy ? &no_marks : nullptr; }

    template <class Write>
    void tell_topics(Topic wanted, Write&& write) {
        tell_if([&](const RoomTopic& topic) { return topic.topic == wanted; }, social_form(),
                write);
    }

    template <class Wanted, class Write>
    void tell_if(Wanted&& wanted, const ReadMarks* marks, Write&& write) {
        thread_local std::string body;
        body.clear();
        for (const RoomTopic& topic : key_.topics) {
            if (!wanted(topic)) continue;
            if (body.empty()) {
                JsonWriter json(body, marks);
                write(json);
            }
            append_room_message(out_, key_, topic, number_, body);
        }
    }

    const RoomFormatKey& key_;
    std::string& out_;
    std::string number_;
};

}  // namespace

std::string destination_of(RoomId room, const RoomTopic& topic) {
    switch (topic.topic) {
        case Topic::messages:
            return fmt::format("/topic/messages/{}", room.value);
        case Topic::status:
            return fmt::format("/topic/message/status/{}", room.value);
        case Topic::typing:
            return fmt::format("/topic/typing/{}", room.value);
        case Topic::active:
            return fmt::format("/topic/active/{}", room.value);
        case Topic::pins:
            return fmt::format("/topic/pins/{}", room.value);
        case Topic::thread:
            return fmt::format("/topic/thread/{}", topic.root.value);
        case Topic::room_messages:
            return fmt::format("/topic/room.{}", room.value);
        case Topic::room_reads:
            return fmt::format("/topic/room.{}.read", room.value);
        default:
            return {};
    }
}

void append_room_message(std::string& out, const RoomFormatKey& key, const RoomTopic& topic,
                         std::string_view number, std::string_view body) {
    append_told(out, key.framing, key.version,
                {.destination = destination_of(key.room, topic),
                 .subscription = topic.id,
                 .number = number,
                 .acks = topic.acks},
                body);
}

void append_social_message(std::string& out, const RoomFormatKey& key, const Message& message,
                           const ReadMarks* marks, std::string_view number) {
    thread_local std::string body;
    body.clear();
    for (const RoomTopic& topic : key.topics) {
        const bool of_thread = topic.topic == Topic::thread && message.parent == topic.root;
        if (topic.topic != Topic::messages && !of_thread) continue;
        if (body.empty()) {
            JsonWriter json(body, marks);
            write_message(json, message);
        }
        append_room_message(out, key, topic, number, body);
    }
}

bool RoomFormatKey::has(Topic topic) const {
    return std::any_of(topics.begin(), topics.end(),
                       [topic](const RoomTopic& each) { return each.topic == topic; });
}

RoomFormat::RoomFormat(RoomFormatKey key)
    : key_(std::move(key)),
      has_messages_(key_.has(Topic::messages)),
      has_pins_(key_.has(Topic::pins)),
      has_thread_(key_.has(Topic::thread)) {}

bool RoomFormat::leaves_to_board(const RoomEvent& event) const {
    return std::any_of(event.states.begin(), event.states.end(), [&](const State& state) {
        if (const auto* message = std::get_if<Message>(&state)) {
            const bool is_new = position_of(message->id) > event.known;
            return (has_pins_ && !is_new) || (key_.legacy && (has_messages_ || has_thread_));
        }
        const auto* member = std::get_if<Member>(&state);
        return member != nullptr && has_messages_ && member->read_position != Position{};
    });
}

void RoomFormat::append(const Event& event, std::string& out) const {
    std::visit(Telling(key_, out), event.what);
}

std::shared_ptr<const RoomFormat> room_format(RoomFormatKey key) {
    thread_local Interned<RoomFormatKey, const RoomFormat> formats;
    return formats.of(std::move(key), [](RoomFormatKey of) {
        return std::make_shared<const RoomFormat>(std::move(of));
    });
}

}  // namespace chatcore::gateway::stomp

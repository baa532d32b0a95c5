#include "gateway/stomp/room_format.h"

#include <algorithm>
#include <map>
#include <variant>

#include <fmt/format.h>

#include "gateway/doors/messenger/shapes.h"
#include "gateway/json/shapes.h"
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
        const auto write = [&](JsonWriter& json) { write_message(json, message); };
        tell_topics(Topic::messages, write);
        if (message.parent) {
            tell_if(
                [&](const RoomTopic& topic) {
                    return topic.topic == Topic::thread && topic.root == *message.parent;
                },
                social_form(), write);
        }
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

void RoomFormat::append(const Event& event, std::string& out) const {
    std::visit(Telling(key_, out), event.what);
}

std::shared_ptr<const RoomFormat> room_format(RoomFormatKey key) {
    thread_local std::map<RoomFormatKey, std::weak_ptr<const RoomFormat>> formats;
    // Those that nobody uses go when there are twice as many as were left the last time.
    thread_local std::size_t sweep_at = 64;
    if (formats.size() >= sweep_at) {
        std::erase_if(formats, [](const auto& each) { return each.second.expired(); });
        sweep_at = std::max<std::size_t>(64, formats.size() * 2);
    }
    std::weak_ptr<const RoomFormat>& known = formats[key];
    std::shared_ptr<const RoomFormat> format = known.lock();
    if (!format) {
        format = std::make_shared<const RoomFormat>(std::move(key));
        known = format;
    }
    return format;
}

}  // namespace chatcore::gateway::stomp

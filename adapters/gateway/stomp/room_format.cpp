#include "gateway/stomp/room_format.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "gateway/doors/messenger/shapes.h"
#include "gateway/json/shapes.h"
#include "gateway/link/interned.h"
#include "gateway/stomp/told.h"
#include "gateway/stomp/told_once.h"

namespace chatcore::gateway::stomp {

namespace {

/// Whether a message of the room is told to the topic by the social system.
bool is_told(const RoomTopic& topic, const Message& message) {
    return topic.topic == Topic::messages ||
           (topic.topic == Topic::thread && message.parent == topic.root);
}

std::vector<std::string> heads_of(const RoomFormatKey& key) {
    std::vector<std::string> heads;
    heads.reserve(key.topics.size());
    for (const RoomTopic& topic : key.topics)
        heads.push_back(told_head(key.version, destination_of(key.room, topic), topic.id));
    return heads;
}

/// Writes what one event says to each of the subscriptions. What is the same for all that are told
/// it is written once (told_once.h).
class Telling {
public:
    Telling(const RoomFormatKey& key, const std::vector<std::string>& heads, const Event& event,
            std::string& out)
        : key_(key), heads_(heads), event_(event), out_(out) {}

    void operator()(const RoomEvent& event) {
        for (std::size_t i = 0; i < event.states.size(); ++i) {
            state_ = i;
            if (const auto* message = std::get_if<Message>(&event.states[i])) {
                tell(*message, position_of(message->id) > event.known);
            } else if (const auto* member = std::get_if<Member>(&event.states[i])) {
                if (has_read_since(*member, event.known)) tell_read(*member);
            }
        }
    }

    void operator()(const TypingSignal& event) {
        tell_topics(Topic::typing, [&](JsonWriter& json) {
            json.begin_object()
                .member("roomId", event.room)
                .member("userId", event.user)
                .member("isTyping", event.is_typing)
                .end_object();
        });
    }

    void operator()(const ActivitySignal& event) {
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
    /// Different things that one state, or a signal, may say.
    enum Kind : int { message_kind, signal_kind, messenger_kind, read_kind };

    /// A signal has no position; what is told of it is numbered by itself.
    std::string number() const {
        if (const auto* event = std::get_if<RoomEvent>(&event_.what)) {
            return fmt::format("{}-{}-{}", event->room.value, event->position.value, state_);
        }
        thread_local std::int64_t signals = 0;
        return fmt::format("s{}", ++signals);
    }

    void tell(const Message& message, bool is_new) {
        // In the legacy form it says who has read it, which the board of the room finds.
        if (!key_.legacy) {
            tell_if([&](const RoomTopic& topic) { return is_told(topic, message); }, message_kind,
                    nullptr, [&](JsonWriter& json) { write_message(json, message); });
        }
        if (!is_new) return;
        tell_if([](const RoomTopic& topic) { return topic.topic == Topic::room_messages; },
                messenger_kind, nullptr,
                [&](JsonWriter& json) { messenger::write_messenger_message(json, message); });
    }

    void tell_read(const Member& member) {
        tell_if([](const RoomTopic& topic) { return topic.topic == Topic::room_reads; }, read_kind,
                nullptr,
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
        // The server's form is the same for all.
        tell_if([&](const RoomTopic& topic) { return topic.topic == wanted; }, signal_kind,
                social_form(), write);
    }

    template <class Wanted, class Write>
    void tell_if(Wanted&& wanted, Kind kind, const ReadMarks* marks, Write&& write) {
        thread_local std::string own;
        std::string* rest = nullptr;
        for (std::size_t i = 0; i < key_.topics.size(); ++i) {
            const RoomTopic& topic = key_.topics[i];
            if (!wanted(topic)) continue;
            if (rest == nullptr) {
                rest = ToldOnce::find(event_, state_, kind);
                if (rest == nullptr) own.clear();
                if (rest == nullptr) rest = &own;
                if (rest->empty()) write_rest(*rest, marks, write);
            }
            append_told(out_, key_.framing, heads_[i], ack_of(topic, *rest), *rest);
        }
    }

    template <class Write>
    void write_rest(std::string& rest, const ReadMarks* marks, Write&& write) {
        thread_local std::string body;
        body.clear();
        JsonWriter json(body, marks);
        write(json);
        append_told_rest(rest, number(), body);
    }

    /// By the number that the rest begins with.
    std::string ack_of(const RoomTopic& topic, std::string_view rest) const {
        if (!topic.acks) return {};
        const std::size_t begin = rest.find(':') + 1;
        return ack_line(key_.version, topic.id, rest.substr(begin, rest.find('\n') - begin));
    }

    const RoomFormatKey& key_;
    const std::vector<std::string>& heads_;
    const Event& event_;
    std::string& out_;
    std::size_t state_ = 0;
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
        if (!is_told(topic, message)) continue;
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
      heads_(heads_of(key_)),
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
        return member != nullptr && has_messages_ && has_read_since(*member, event.known);
    });
}

void RoomFormat::append(const Event& event, std::string& out) const {
    std::visit(Telling(key_, heads_, event, out), event.what);
}

std::shared_ptr<const RoomFormat> room_format(RoomFormatKey key) {
    thread_local Interned<RoomFormatKey, const RoomFormat> formats;
    return formats.of(std::move(key), [](RoomFormatKey of) {
        return std::make_shared<const RoomFormat>(std::move(of));
    });
}

}  // namespace chatcore::gateway::stomp

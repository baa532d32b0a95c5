#pragma once
// How a connection's subscriptions within one room are told what happens there: a MESSAGE frame for
// each event and each subscription that it concerns.
//
// Connections that have subscribed to the same topics of a room by the same names, as all do that
// run the same client, share one format, so that the hub encodes a batch once for all of them.

#include <memory>
#include <string>
#include <vector>

#include "chatcore/domain/event.h"
#include "chatcore/hub.h"

#include "gateway/json/writer.h"
#include "gateway/link/framing.h"
#include "gateway/stomp/destination.h"
#include "gateway/stomp/frame.h"

namespace chatcore::gateway::stomp {

/// One subscription within a room.
struct RoomTopic {
    std::string id;  ///< the client's own name for it
    Topic topic = Topic::messages;
    MessageId root;     ///< of a thread; else 0
    bool acks = false;  ///< whether the client says which messages it has taken

    auto operator<=>(const RoomTopic&) const = default;
};

struct RoomFormatKey {
    RoomId room;
    Framing framing = Framing::websocket;
    Version version = Version::v1_2;
    /// The legacy form of the social system: ids are texts.
    bool legacy = false;
    std::vector<RoomTopic> topics;

    bool has(Topic topic) const;
    auto operator<=>(const RoomFormatKey&) const = default;
};

class RoomFormat final : public WireFormat {
public:
    explicit RoomFormat(RoomFormatKey key);

    void append(const Event& event, std::string& out) const override;

    const RoomFormatKey& key() const { return key_; }

    /// Whether the event says something to these topics that the room's board tells (room_board.h).
    bool leaves_to_board(const RoomEvent& event) const;

private:
    const RoomFormatKey key_;
    const std::vector<std::string> heads_;  ///< of the frames to each of the topics
    const bool has_messages_;
    const bool has_pins_;
    const bool has_thread_;
};

/// What a topic of the room is called.
std::string destination_of(RoomId room, const RoomTopic& topic);

/// Appends the MESSAGE frame that tells a subscription of the room something. `number` makes its
/// `message-id` one of its own.
void append_room_message(std::string& out, const RoomFormatKey& key, const RoomTopic& topic,
                         std::string_view number, std::string_view body);

/// Appends the MESSAGE frames by which a message of the room is told to topics of the social
/// system: those of its messages, and of its thread. `marks`: as JsonWriter's.
void append_social_message(std::string& out, const RoomFormatKey& key, const Message& message,
                           const ReadMarks* marks, std::string_view number);

/// The format of that key, one for all who want it. Threads: each has its own.
std::shared_ptr<const RoomFormat> room_format(RoomFormatKey key);

}  // namespace chatcore::gateway::stomp

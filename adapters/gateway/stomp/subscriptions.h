#pragma once
// What one connection has subscribed to. Threads: the loop's.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/stomp/destination.h"
#include "gateway/stomp/room_format.h"

namespace chatcore::gateway::stomp {

/// One to a topic of the person.
struct OwnTopic {
    std::string id;
    Topic topic = Topic::errors;
    std::string destination;  ///< as the client wrote it, and so hears it back
    bool acks = false;
};

/// Those within one room, and the format that serves them all.
struct RoomTopics {
    RoomFormatKey key;
    std::shared_ptr<const RoomFormat> format;  ///< nullptr where there is none
};

class Subscriptions {
public:
    explicit Subscriptions(Framing framing) : framing_(framing) {}

    /// Set once, before the first subscription.
    void set_form(Version version, bool legacy);

    /// Whether there is one of that name.
    bool has(std::string_view id) const;
    std::size_t count() const;
    /// Whether the client says which messages it has taken of that subscription.
    bool acks(std::string_view id) const;

    void add(OwnTopic topic);
    void add(RoomId room, RoomTopic topic);
    struct Removed {
        bool found = false;
        RoomId room{};  ///< where it was the last one within a room
    };
    Removed remove(std::string_view id);
    /// All of a room; gives them back.
    std::vector<RoomTopic> remove_room(RoomId room);

    const RoomTopics* of_room(RoomId room) const;
    const std::vector<OwnTopic>& own() const { return own_; }
    bool has(Topic topic) const;

private:
    RoomTopics& entry_of(RoomId room);
    static void renew(RoomTopics& topics);

    const Framing framing_;
    Version version_ = Version::v1_2;
    bool legacy_ = false;
    std::vector<OwnTopic> own_;
    std::unordered_map<RoomId, RoomTopics> rooms_;
};

}  // namespace chatcore::gateway::stomp

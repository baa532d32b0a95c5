#pragma once
// What a room's topics of the social system tell that an event does not hold: the message that a
// read pointer has come to, what is pinned, and, in the legacy form, who has read a message. It is
// read from the store after the tick, once for all connections of a loop to whom the same people
// are hidden in the room, and encoded once for each format among them. Threads: the loop's.

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "chatcore/domain/event.h"
#include "chatcore/domain/message.h"
#include "chatcore/engine.h"
#include "chatcore/hub.h"

#include "gateway/json/writer.h"
#include "gateway/stomp/room_format.h"

namespace chatcore::gateway::stomp {

/// A connection that has subscribed to some of that.
class BoardReader {
public:
    virtual ~BoardReader() = default;
    virtual UserId board_user() const = 0;
    /// What it has subscribed to in the room; nullptr: nothing any more.
    virtual const RoomFormat* board_format(RoomId room) const = 0;
    virtual void told(SharedBytes bytes) = 0;
};

class RoomBoard final : public std::enable_shared_from_this<RoomBoard> {
public:
    /// The one of the room for those to whom these people are hidden. `engine` outlives it.
    static std::shared_ptr<RoomBoard> of(Engine& engine, int shard, RoomId room,
                                         std::span<const UserId> hidden);

    RoomBoard(Engine& engine, int shard, RoomId room, std::span<const UserId> hidden)
        : engine_(engine), shard_(shard), room_(room), hidden_(hidden.begin(), hidden.end()) {}

    std::span<const UserId> hidden() const { return hidden_; }

    /// A reader stays until it leaves.
    void add(BoardReader& reader);
    void remove(BoardReader& reader);

    /// Something happened, as these readers see it. Told by each of them, and taken once.
    void note(const RoomEvent& event);

private:
    /// What is to be told together.
    struct Look {
        std::vector<Message> messages;       ///< of the legacy form, which waits for who has read
        std::map<MessageId, Position> read;  ///< what pointers came to, and their positions
        bool pins = false;
        Position at;

        bool empty() const { return messages.empty() && read.empty() && !pins; }
    };
    struct Found {
        std::vector<Message> messages;
        std::optional<std::vector<Message>> pins;
        ReadMarks marks;
    };

    bool anybody_wants(Topic topic, bool legacy_only = false) const;
    void note_message(const Message& message, bool is_new);
    void look_soon();
    void look();
    Caller reader() const;
    void find_marks();
    void find_read();
    void find_pins();
    void tell();
    void append(std::string& out, const RoomFormatKey& key) const;
    template <class T, class Then>
    Completion<T> go_on_by(Then then);

    Engine& engine_;
    const int shard_;
    const RoomId room_;
    const std::vector<UserId> hidden_;
    std::vector<BoardReader*> readers_;
    Position noted_;
    std::optional<std::vector<MessageId>> pinned_;  ///< as told last
    Look due_;
    Look looking_at_;
    Found found_;
    bool soon_ = false;
    bool looking_ = false;
};

}  // namespace chatcore::gateway::stomp

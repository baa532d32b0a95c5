#pragma once
// A person's stream of events. Threads: the loop's, which is also the hub shard's.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "chatcore/hub.h"
#include "chatcore/ports/room_reader.h"

#include "gateway/http/session.h"
#include "gateway/json/writer.h"
#include "gateway/link/event_stream.h"

namespace chatcore::gateway {

class EventSession final : public MessageDoor, public Peer {
public:
    /// `since`: what the client was told last; rooms that were active since shortly before that are
    /// told as they are. `stream` outlives the session.
    EventSession(ServerShared& shared, EventStream& stream, std::optional<Timestamp> since);
    ~EventSession() override;

    /// Begins the answer when the person's rooms are known.
    void start();

    // Of the stream.
    void text(std::string_view) override {}
    void second_passed(SteadyTime now) override;
    void overflowed() override {}
    void leaving() override;
    void turned_away() override {}
    void closed() override;

    // Of the hub.
    void deliver(Delivery& delivery) override;
    void list_moved(const ListUpdate& update) override;
    void resumed(RoomId, Position, bool) override {}
    void detached(RoomId, ErrorCode) override {}
    void revoked() override;
    void flush() override;

private:
    enum class Stage : std::uint8_t { connecting, resuming, live, ended };

    void connected();
    /// Reads the list, newest activity first, until it is older than what is asked for.
    void read_page(std::string cursor);
    void take_page(Page<RoomView> page);
    void tell_found();
    void tell_room(const RoomView& view, std::string_view id);
    void tell_deleted(const Room& room);
    /// Tells the client the time, which it gives when it comes back.
    void go_live();
    template <class Write>
    void tell(std::string_view event, std::string_view id, Write&& write);
    std::string present_id() const;
    void end(std::uint16_t code, std::string_view reason);
    HubShard& shard();
    Engine& engine() const { return shared_.engine; }

    ServerShared& shared_;
    EventStream& stream_;
    CountedSession<Door::events> counted_;
    std::shared_ptr<EventSession*> self_;  ///< what completions hold; empty once it has ended
    const Caller caller_;
    const std::optional<Timestamp> token_ends_at_;
    const std::optional<Timestamp> since_;
    const bool legacy_;
    // While it is resumed.
    std::vector<RoomView> found_;
    std::unordered_set<RoomId> told_;  ///< what became of which is told already
    Stage stage_ = Stage::connecting;
};

}  // namespace chatcore::gateway

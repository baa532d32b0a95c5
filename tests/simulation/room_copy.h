#pragma once
// A room as a client of chat.v1 keeps it: put together from events and changes, and from nothing
// else.

#include <map>
#include <optional>
#include <set>

#include "chatcore/domain/event.h"
#include "chatcore/ports/message_reader.h"

#include "ledger.h"
#include "setting.h"

namespace chatcore::simulation {

class RoomCopy {
public:
    enum class Follow : std::uint8_t {
        no,        ///< not attached on this connection
        asked,     ///< attach is on its way
        resuming,  ///< the states that were missed are coming
        live
    };

    RoomCopy(Setting& setting, Ledger& ledger, RoomId room, UserId viewer, std::string observer)
        : setting_(setting),
          ledger_(ledger),
          room_(room),
          viewer_(viewer),
          observer_(std::move(observer)) {}

    Follow follow() const { return follow_; }
    /// Where the copy has come to; what an attach asks from.
    Position position() const { return position_; }
    bool reads_anew() const { return reads_anew_; }

    void asked();
    /// The connection has gone, or the room may not be followed: what comes is no longer of it.
    void let_go();
    void attached(Position head);
    void refused() { follow_ = Follow::no; }
    /// What was kept is no longer what the viewer is shown.
    void begin_anew() { forget(); }
    /// Something was passed over since it was read from the beginning.
    bool has_skipped() const { return skipped_; }

    void heard(const RoomEvent& event);
    void resumed(Position head, bool truncated);
    /// A page of reading anew; true when it is the last one.
    bool read(const Changes& page);
    Position read_from() const { return read_from_; }
    /// Counts how often reading anew began; pages of an earlier one are of no use.
    int reading() const { return reading_; }

    const std::map<MessageId, Message>& messages() const { return messages_; }
    const std::map<UserId, Member>& members() const { return members_; }
    const std::optional<Room>& header() const { return header_; }

    /// Whether the copy is what the store holds.
    void compare_with_store();

private:
    void take(const State& state);
    void check_new(const Message& message, const RoomEvent& event);
    void forget();
    void compare(const Message& mine, const Message& theirs);
    void compare(const Member& mine, const Member& theirs);

    Setting& setting_;
    Ledger& ledger_;
    RoomId room_;
    UserId viewer_;
    std::string observer_;
    Follow follow_ = Follow::no;
    bool reads_anew_ = false;
    Position position_;
    Position read_from_;
    int reading_ = 0;
    bool begun_ = false;  ///< something was told since 0 was asked for
    std::map<MessageId, Message> messages_;
    std::map<UserId, Member> members_;
    std::optional<Room> header_;
    bool skipped_ = false;
    std::set<MessageId> told_new_;  ///< by events, on any connection
};

}  // namespace chatcore::simulation

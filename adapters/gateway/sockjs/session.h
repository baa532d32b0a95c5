#pragma once
// A SockJS session that is carried by requests: one at a time waits for what the server has to say,
// others bring what the client says. Threads: the loop's that its name gives.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/exchange.h"
#include "gateway/http/session.h"
#include "gateway/link/message_link.h"
#include "gateway/link/session_table.h"
#include "gateway/sockjs/frames.h"
#include "gateway/sockjs/messages.h"
#include "gateway/sockjs/service.h"

namespace chatcore::gateway::sockjs {

/// A request that waits for frames.
struct Receiver {
    ExchangePtr exchange;
    Wrapping wrapping;
    Response head;  ///< of the answer
    std::size_t bytes_sent = 0;
    std::shared_ptr<AnswerWatcher> watcher = {};

    /// Begins an answer that streams.
    void begin();
    /// Gives it one frame, and ends it.
    void answer(std::string_view frame);
};

class Session final : public CarriedSession,
                      public MessageLink,
                      public std::enable_shared_from_this<Session> {
public:
    /// Counted in `shared.carried` already, and out when it ends. Shared and loop outlive it.
    Session(ServerShared& shared, Loop& loop, ServicePtr service, std::string name,
            UnknownSessions::Place place);
    ~Session() override;

    /// Begins with the request that asked for it.
    void open(Receiver receiver, std::string token);
    /// Another one that waits.
    void attach(Receiver receiver);
    /// What the client says.
    void take(const Messages& messages);

    void second_passed(SteadyTime now) override;
    void leaving() override;
    void closed() override;

    Framing framing() const override { return Framing::sockjs_strings; }
    void send(SharedBytes framed) override;
    void flush() override;
    void drop_queue() override;
    void close(std::uint16_t code, std::string_view reason) override;
    void logged_in() override { place_.leave(); }
    bool is_closing() const override { return !last_frame_.empty() || door_ended_; }
    Loop& loop() override { return loop_; }

private:
    class Watcher;

    void keep(Receiver receiver);
    /// Whether that one came first, and the one that waits was only handled before it.
    bool came_first(const Receiver& receiver) const;
    /// Soon, from a task of its own: an answer that ends lets the next request in, and the hub may
    /// be in the middle of a tick.
    void deliver_soon();
    void deliver();
    /// The last thing that its caller does.
    void tell(std::string_view frame, bool last = false);
    std::string gather();
    Receiver release();
    void check_queue();
    void client_gone();
    void end_door();
    void end();

    ServerShared& shared_;
    Loop& loop_;
    CountedSession<Door::sockjs> counted_;
    const ServicePtr service_;
    const std::string name_;
    UnknownSessions::Place place_;
    std::unique_ptr<MessageDoor> door_;
    std::optional<Receiver> receiver_;
    std::vector<SharedBytes> queue_;
    std::size_t queued_bytes_ = 0;
    std::string last_frame_;  ///< what is said to every request from then on, when it is set
    SteadyTime told_at_;
    SteadyTime absent_since_;
    bool delivers_ = false;  ///< a task is on its way
    bool overflows_ = false;
    bool door_ended_ = false;
    bool ended_ = false;
};

}  // namespace chatcore::gateway::sockjs

#pragma once
// A session of Engine.IO 4: what it has in hand, how it is kept alive, and which transport carries
// it, polling or a WebSocket, which may take over from polling. It lives on the loop that its name
// gives (link/session_table.h). Threads: the loop's.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/engineio/door.h"
#include "gateway/engineio/packet.h"
#include "gateway/http/exchange.h"
#include "gateway/http/session.h"
#include "gateway/link/session_table.h"

namespace chatcore::gateway::engineio {

class EngineSocket;

enum class Transport : std::uint8_t { polling, websocket };

/// A name that nobody guesses: 20 characters of the alphabet for addresses (RFC 4648 section 5), as
/// Engine.IO's own server draws them. Empty where there is no chance to be had.
std::string draw_sid();

/// The name of a session in its loop's table.
std::string session_name(std::string_view sid);

class EngineSession final : public CarriedSession,
                            public MessageLink,
                            public AnswerWatcher,
                            public std::enable_shared_from_this<EngineSession> {
public:
    /// Begins a session of the loop. `address`: whose, where it may outlive its connection; else
    /// empty. Errors: `too_many` (sessions) of the address, `unavailable` (connections).
    static Result<std::shared_ptr<EngineSession>> begin(ServerShared& shared, Loop& loop,
                                                        Transport transport, const Request& request,
                                                        DoorMaker make_door,
                                                        const std::string& address = {});
    ~EngineSession() override;

    Transport transport() const { return transport_; }
    std::string_view sid() const { return sid_; }
    /// Of what the client sends at once, by whichever transport. The client was told so.
    std::size_t payload_bytes_max() const { return payload_bytes_max_; }
    /// The packet that it begins with.
    std::string opening() const;

    // Requests of polling.
    void poll(ExchangePtr exchange);
    void post(const ExchangePtr& exchange);

    // Of WebSockets. The first of a session that began with one carries it at once.
    void carry(EngineSocket& socket);
    /// False where no WebSocket may take over any more.
    bool begin_probe(EngineSocket& socket);
    void text(EngineSocket& socket, std::string_view packet);
    void binary(EngineSocket& socket, std::string_view bytes);
    void overflowed(EngineSocket& socket);
    void gone(EngineSocket& socket);

    // Of the door.
    using MessageLink::send;
    Framing framing() const override;
    void send(SharedBytes framed) override;
    void send_binary(std::string_view bytes);
    void flush() override;
    void drop_queue() override;
    /// Tells the client, by the close of its transport, when it has taken what waits. The door's
    /// last call comes from within.
    void close(std::uint16_t code, std::string_view reason) override;
    void logged_in() override { place_.leave(); }
    bool is_closing() const override { return stage_ != Stage::open; }
    Loop& loop() override { return loop_; }

    void second_passed(SteadyTime now) override;
    void leaving() override;
    void closed() override;
    void client_gone() override;

private:
    enum class Stage : std::uint8_t {
        open,
        closing,  ///< over polling: the next poll is told, and it is over
        closed
    };

    EngineSession(ServerShared& shared, Loop& loop, Transport transport, std::string sid,
                  UnknownSessions::Place place);

    /// False where it is no packet that a client may send.
    bool take(const Packet& packet);
    void upgrade(EngineSocket& socket);
    /// Ends the poll that waits, a moment later, if a WebSocket would take over then.
    void hasten_upgrade();
    void send_packet(std::string_view packet);
    void answer_poll();
    void end_poll(std::string_view packet);
    void check_bound();
    void beat(SteadyTime now);
    void heard(PacketType type);
    /// The end, told to no client any more.
    void finish();
    void close_door();

    ServerShared& shared_;
    Loop& loop_;
    const std::string sid_;
    UnknownSessions::Place place_;
    const std::size_t payload_bytes_max_;
    std::unique_ptr<EngineDoor> door_;
    EngineSocket* socket_ = nullptr;   ///< that carries it
    EngineSocket* probing_ = nullptr;  ///< that may take over
    ExchangePtr poll_;                 ///< waits for something to be told
    std::vector<SharedBytes> queue_;   ///< records, each with its separator; polling only
    std::size_t queued_bytes_ = 0;
    SteadyTime ping_at_;
    SteadyTime pong_until_;
    SteadyTime until_;  ///< of the probe, or of the closing
    const Transport began_with_;
    Transport transport_;
    Stage stage_ = Stage::open;
    bool probed_ = false;
    bool pong_awaited_ = false;
    bool pong_put_off_ = false;
    bool answer_due_ = false;
    bool overflowed_ = false;
};

}  // namespace chatcore::gateway::engineio

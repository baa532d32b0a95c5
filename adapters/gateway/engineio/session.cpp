#include "gateway/engineio/session.h"

#include <algorithm>
#include <array>
#include <utility>

#include <asio/post.hpp>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "gateway/engineio/socket.h"
#include "gateway/http/base64.h"
#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway::engineio {

namespace {

/// How long a client of polling may take to come and hear that it is over.
constexpr std::chrono::seconds closing_max{30};

/// The least of what the protocol and either transport let through.
std::size_t payload_max(const ServerOptions& options) {
    const std::size_t body = options.request_body_bytes_max;
    const std::size_t message = options.message_bytes_max;
    return std::min({options.engineio.payload_bytes_max, body, message});
}

SharedBytes shared_bytes(std::string bytes) {
    return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace

std::string draw_sid() {
    std::array<unsigned char, 15> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return {};
    std::string text = to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

std::string session_name(std::string_view sid) {
    return std::string("eio:").append(sid);
}

EngineSession::EngineSession(ServerShared& shared, Loop& loop, Transport transport, std::string sid,
                             UnknownSessions::Place place)
    : shared_(shared),
      loop_(loop),
      sid_(std::move(sid)),
      place_(std::move(place)),
      payload_bytes_max_(payload_max(shared.options)),
      ping_at_(loop.now + shared.options.engineio.ping_interval),
      began_with_(transport),
      transport_(transport) {}

EngineSession::~EngineSession() = default;

Result<std::shared_ptr<EngineSession>> EngineSession::begin(ServerShared& shared, Loop& loop,
                                                            Transport transport,
                                                            const Request& request,
                                                            DoorMaker make_door,
                                                            const std::string& address) {
    UnknownSessions::Place place;
    if (!shared.unknown_sessions.take(address, shared.options.unknown_sessions_max, place)) {
        shared.refused.fetch_add(1, std::memory_order_relaxed);
        return unexpected(Error{.code = ErrorCode::too_many,
                                .detail = "sessions",
                                .cause = {},
                                .retry_after = std::chrono::milliseconds{1'000}});
    }
    // A client that polls may have no connection at the moment, so sessions are counted too.
    if (shared.carried.fetch_add(1, std::memory_order_relaxed) >= shared.connections_max &&
        shared.connections_max > 0) {
        shared.carried.fetch_sub(1, std::memory_order_relaxed);
        return unexpected(ErrorCode::unavailable, "connections");
    }
    const int loops = std::max(1, static_cast<int>(shared.loops.size()));
    std::string sid = draw_sid();
    while (!sid.empty() && loops > 1 && loop_of_session(session_name(sid), loops) != loop.index) {
        sid = draw_sid();
    }
    std::shared_ptr<EngineSession> session(
        new EngineSession(shared, loop, transport, std::move(sid), std::move(place)));
    if (session->sid_.empty() || !loop.sessions.add(session_name(session->sid_), session)) {
        shared.carried.fetch_sub(1, std::memory_order_relaxed);
        return unexpected(ErrorCode::unavailable, "connections");
    }
    session->door_ = make_door(shared, *session, request);
    return session;
}

std::string EngineSession::opening() const {
    const EngineIo& limits = shared_.options.engineio;
    return write_opening({.sid = sid_,
                          .upgrades = began_with_ == Transport::polling,
                          .ping_interval = limits.ping_interval,
                          .ping_timeout = limits.ping_timeout,
                          .payload_bytes_max = payload_bytes_max_});
}

bool EngineSession::take(const Packet& packet) {
    heard(packet.type);
    switch (packet.type) {
        case PacketType::message:
            door_->text(packet.data);
            return true;
        case PacketType::binary: {
            const std::optional<std::string> bytes = from_base64(packet.data);
            return bytes && door_->binary(*bytes);
        }
        case PacketType::pong:
        case PacketType::noop:
        case PacketType::open:
        case PacketType::upgrade:
            return true;
        case PacketType::close:
            end_poll("6");
            finish();
            return true;
        case PacketType::ping:
            return false;  // pings are the server's (protocol 4)
    }
    return false;
}

void EngineSession::heard(PacketType type) {
    if (!pong_awaited_) return;
    if (type == PacketType::pong) {
        pong_awaited_ = false;
        ping_at_ = loop_.now + shared_.options.engineio.ping_interval;
    } else if (!std::exchange(pong_put_off_, true)) {
        // Something else came, so that the pong may be behind it: once.
        pong_until_ = loop_.now + shared_.options.engineio.ping_timeout;
    }
}

void EngineSession::text(EngineSocket& socket, std::string_view text) {
    const std::optional<Packet> packet = parse_packet(text, false);
    if (&socket == probing_) {
        if (packet && packet->type == PacketType::ping && packet->data == "probe") {
            std::string pong;
            append_text(pong, "3probe");
            socket.link().send(std::move(pong));
            socket.link().flush();
            probed_ = true;
            hasten_upgrade();
        } else if (packet && packet->type == PacketType::upgrade) {
            upgrade(socket);
        } else {
            probing_ = nullptr;
            socket.end(close_code::protocol_error, "no probe");
        }
        return;
    }
    if (&socket != socket_ || stage_ != Stage::open) return;
    if (text.size() > payload_bytes_max_) return close(close_code::too_large, "too large");
    if (!packet || !take(*packet)) close(close_code::protocol_error, "no packet");
}

void EngineSession::binary(EngineSocket& socket, std::string_view bytes) {
    if (&socket == probing_) {
        probing_ = nullptr;
        return socket.end(close_code::protocol_error, "no probe");
    }
    if (&socket != socket_ || stage_ != Stage::open) return;
    heard(PacketType::binary);
    if (bytes.size() > payload_bytes_max_) return close(close_code::too_large, "too large");
    if (!door_->binary(bytes)) close(close_code::protocol_error, "no bytes are awaited");
}

void EngineSession::carry(EngineSocket& socket) {
    socket_ = &socket;
    send_packet(opening());
}

bool EngineSession::begin_probe(EngineSocket& socket) {
    if (stage_ != Stage::open || transport_ == Transport::websocket || probing_ != nullptr)
        return false;
    probing_ = &socket;
    probed_ = false;
    until_ = loop_.now + shared_.options.engineio.upgrade_timeout;
    return true;
}

void EngineSession::hasten_upgrade() {
    if (!poll_) return;
    // The client leaves polling when its poll has ended, and has the answer to its probe by then.
    constexpr std::chrono::milliseconds grace{100};
    shared_.engine.hub().executor(loop_.index).post_after(grace, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self && self->probing_ != nullptr && self->queue_.empty()) self->end_poll("6");
    });
}

void EngineSession::upgrade(EngineSocket& socket) {
    probing_ = nullptr;
    if (stage_ != Stage::open) return socket.end(close_code::normal, {});
    if (poll_ && queue_.empty()) end_poll("6");
    if (poll_) answer_poll();
    transport_ = Transport::websocket;
    socket_ = &socket;
    const std::vector<SharedBytes> records = std::exchange(queue_, {});
    queued_bytes_ = 0;
    for (const SharedBytes& piece : records) {
        std::optional<std::string_view> rest = std::string_view(*piece);
        while (const auto record = next_record(rest)) {
            if (record->empty()) continue;
            if (record->front() == 'b') {
                send_binary(from_base64(record->substr(1)).value_or(""));
            } else {
                send_packet(*record);
            }
        }
    }
    door_->reframed();
    flush();
}

void EngineSession::gone(EngineSocket& socket) {
    if (&socket == probing_) {
        probing_ = nullptr;
    } else if (&socket == socket_) {
        socket_ = nullptr;
        finish();
    }
}

void EngineSession::overflowed(EngineSocket& socket) {
    if (&socket == socket_ && stage_ == Stage::open) {
        door_->overflowed();
    } else {
        socket.end(4008, "too slow");
    }
}

Framing EngineSession::framing() const {
    return socket_ != nullptr ? socket_->link().framing() : Framing::engineio_records;
}

void EngineSession::send(SharedBytes framed) {
    if (stage_ != Stage::open || framed->empty()) return;
    if (transport_ == Transport::websocket) {
        if (socket_ != nullptr) socket_->link().send(std::move(framed));
        return;
    }
    queued_bytes_ += framed->size();
    queue_.push_back(std::move(framed));
    check_bound();
}

void EngineSession::send_packet(std::string_view packet) {
    std::string framed;
    append_message(framed, framing(), packet);
    send(shared_bytes(std::move(framed)));
}

void EngineSession::send_binary(std::string_view bytes) {
    std::string framed;
    if (transport_ == Transport::websocket) {
        append_frame(framed, Opcode::binary, bytes);
    } else {
        framed.append("b").append(to_base64(bytes)).push_back(record_separator);
    }
    send(shared_bytes(std::move(framed)));
}

void EngineSession::check_bound() {
    if (queued_bytes_ <= shared_.options.outbound_bytes_max || std::exchange(overflowed_, true))
        return;
    // Later: the hub may be in the middle of a tick.
    asio::post(loop_.io, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self && self->stage_ == Stage::open) self->door_->overflowed();
    });
}

void EngineSession::flush() {
    if (transport_ == Transport::websocket) {
        if (socket_ != nullptr) socket_->link().flush();
        return;
    }
    if (!poll_ || queue_.empty() || std::exchange(answer_due_, true)) return;
    // From a task of its own: what is answered may have the connection's next request served.
    asio::post(loop_.io, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || !std::exchange(self->answer_due_, false)) return;
        if (self->poll_ && !self->queue_.empty()) self->answer_poll();
        if (self->stage_ == Stage::closing && self->queue_.empty()) self->finish();
    });
}

void EngineSession::drop_queue() {
    queue_.clear();
    queued_bytes_ = 0;
    if (socket_ != nullptr) socket_->link().drop_queue();
}

void EngineSession::close(std::uint16_t code, std::string_view reason) {
    if (stage_ != Stage::open) return;
    if (transport_ == Transport::websocket) {
        if (socket_ != nullptr) std::exchange(socket_, nullptr)->end(code, reason);
        return finish();
    }
    send_packet("1");
    stage_ = Stage::closing;
    until_ = loop_.now + closing_max;
    close_door();
    flush();
}

void EngineSession::close_door() {
    if (probing_ != nullptr) std::exchange(probing_, nullptr)->end(close_code::normal, {});
    door_->closed();
}

void EngineSession::finish() {
    if (stage_ == Stage::closed) return;
    const bool told = stage_ == Stage::closing;
    stage_ = Stage::closed;
    if (socket_ != nullptr) std::exchange(socket_, nullptr)->end(close_code::normal, {});
    end_poll("1");
    queue_.clear();
    if (!told) close_door();
    place_.leave();
    shared_.carried.fetch_sub(1, std::memory_order_relaxed);
    // It may be on the stack below us, and so may its door.
    asio::post(loop_.io, [self = shared_from_this()] {});
    loop_.sessions.remove(session_name(sid_));
}

void EngineSession::second_passed(SteadyTime now) {
    if (stage_ == Stage::closed) return;
    if (stage_ == Stage::closing) {
        if (now >= until_) finish();
        return;
    }
    if (probing_ != nullptr && now >= until_) {
        std::exchange(probing_, nullptr)->end(close_code::policy_violation, "no upgrade in time");
    }
    beat(now);
    if (stage_ == Stage::open) door_->second_passed(now);
}

void EngineSession::beat(SteadyTime now) {
    const EngineIo& limits = shared_.options.engineio;
    if (pong_awaited_) {
        if (now < pong_until_) return;
        if (socket_ != nullptr)
            std::exchange(socket_, nullptr)->end(close_code::policy_violation, "no pong");
        return finish();
    }
    if (now < ping_at_) return;
    pong_awaited_ = true;
    pong_put_off_ = false;
    pong_until_ = now + limits.ping_timeout;
    send_packet("2");
    flush();
}

void EngineSession::leaving() {
    if (stage_ == Stage::open) door_->leaving();
    if (stage_ == Stage::open) close(close_code::going_away, "server stops");
    if (stage_ == Stage::closing) finish();
}

void EngineSession::closed() {
    finish();
}

}  // namespace chatcore::gateway::engineio

#include "gateway/doors/marketplace/stream.h"

#include <memory>
#include <utility>

#include "gateway/doors/marketplace/follower.h"
#include "gateway/doors/marketplace/stream_format.h"
#include "gateway/doors/v1/input.h"
#include "gateway/link/event_stream.h"
#include "gateway/websocket/protocol.h"
#include "gateway/websocket/session.h"

namespace chatcore::gateway {

namespace marketplace {

namespace {

constexpr std::string_view address = "/chatStream/chatMessageStream";

/// How a stream ends: those of tokens as elsewhere, what may be tried again, and what may not.
std::uint16_t close_code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::unauthenticated:
        case ErrorCode::token_expired:
        case ErrorCode::token_revoked:
            return 4001;
        case ErrorCode::malformed:
            return 4003;
        case ErrorCode::unavailable:
        case ErrorCode::timeout:
            return 1013;
        default:
            return close_code::policy_violation;
    }
}

/// A room's messages over a link.
class MessageStream : public MessageDoor, protected Follower {
public:
    MessageStream(ServerShared& shared, MessageLink& link)
        : Follower(shared.engine, link.loop().index),
          shared_(shared),
          link_(link),
          counted_(link.loop().doors) {}

    void text(std::string_view) override {
        end(close_code::unsupported_data, "this stream takes no messages");
    }
    void second_passed(SteadyTime) override {
        if (token_has_ended(shared_.engine.clock().now()))
            end(4001, name_of(ErrorCode::token_expired));
    }
    void overflowed() override {
        shared_.engine.telemetry().add(Counter::slow_readers_dropped, 1);
        shared_.engine.telemetry().log({.level = LogLevel::info, .text = "slow reader dropped"});
        link_.drop_queue();
        end(4008, "too_slow");
    }
    void leaving() override { end(close_code::going_away, "going_away"); }
    void turned_away() override { end(4009, "too_many_connections"); }
    void closed() override {
        ended_ = true;
        leave();
    }

protected:
    void told(Delivery& delivery) override {
        if (ended_) return;
        link_.send(delivery.bytes(stream_format(link_.framing())));
        counted_.told(delivery.events().size());
    }
    void ended(const Error& why) override { end(close_code_of(why.code), name_of(why.code)); }
    void flush() override { link_.flush(); }

    void end(std::uint16_t code, std::string_view reason) {
        if (std::exchange(ended_, true)) return;
        leave();
        link_.close(code, reason);
    }

    ServerShared& shared_;

private:
    MessageLink& link_;
    CountedSession<Door::marketplace> counted_;
    bool ended_ = false;
};

/// Over a WebSocket, which is open before anybody knows who asks: what is refused is told as it
/// closes, since browsers see no status of a handshake.
class SocketStream final : public MessageStream {
public:
    SocketStream(ServerShared& shared, WebSocketSession& socket)
        : MessageStream(shared, socket),
          home_(socket.loop().index),
          self_(std::make_shared<SocketStream*>(this)) {}

    void open(std::string_view token, std::optional<RoomId> room) {
        shared_.engine.accounts().authenticate(
            home_, token, [weak = std::weak_ptr(self_), room](Result<AccessClaims> claims) {
                const auto self = weak.lock();
                if (!self) return;
                if (!claims) return (*self)->ended(claims.error());
                if (!room) return (*self)->ended(Error{ErrorCode::malformed, "chatRoomId"});
                (*self)->follow({claims->user, claims->family, claims->expires_at}, *room,
                                [weak](const Result<Position>& head) {
                                    const auto still = weak.lock();
                                    if (still && !head) (*still)->ended(head.error());
                                });
            });
    }
    void closed() override {
        self_.reset();
        MessageStream::closed();
    }

private:
    const int home_;
    std::shared_ptr<SocketStream*> self_;
};

/// As events, which begin when the room has opened: until then a refusal is one of HTTP.
class StreamOfEvents final : public MessageStream {
public:
    StreamOfEvents(ServerShared& shared, EventStream& stream)
        : MessageStream(shared, stream), stream_(stream) {}

    void open(RoomId room) {
        const Exchange& exchange = stream_.exchange();
        follow({exchange.caller.user, exchange.token_family, exchange.token_ends_at}, room,
               [this](const Result<Position>& head) {
                   if (head) return stream_.begin();
                   leave();
                   stream_.refuse(head.error());
               });
    }

private:
    EventStream& stream_;
};

/// The room that a WebSocket is opened for.
std::optional<RoomId> room_of(const Request& request) {
    const std::string digits = request.query("chatRoomId").value_or("");
    std::int64_t number = 0;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9' || number > id_max) return std::nullopt;
        number = number * 10 + (digit - '0');
    }
    return number > 0 && number <= id_max ? std::optional(RoomId{number}) : std::nullopt;
}

}  // namespace

}  // namespace marketplace

SocketPlace message_stream_place() {
    SocketPlace place;
    place.is_at = [](const Request& request) { return request.path() == marketplace::address; };
    place.choose = [](const Handshake&) { return std::string_view(); };
    place.open = [](ServerShared& shared, WebSocketSession& socket, std::string_view,
                    const Request& request) -> std::unique_ptr<MessageDoor> {
        auto stream = std::make_unique<marketplace::SocketStream>(shared, socket);
        stream->open(token_shown(request), marketplace::room_of(request));
        return stream;
    };
    return place;
}

void add_message_stream_route(Router& router, ServerShared& shared) {
    router.add("GET", marketplace::address, Login::required_or_in_query,
               [&shared](const ExchangePtr& exchange) {
                   v1::Input in(*exchange);
                   const auto room = in.query_id<RoomId>("chatRoomId");
                   if (!room) in.wrong("chatRoomId");
                   if (!exchange->request.header_has_token("Accept", "text/event-stream"))
                       in.wrong("Accept");
                   if (in.refused()) return;
                   const auto stream = EventStream::of(shared, exchange);
                   if (!stream) return;
                   auto door = std::make_unique<marketplace::StreamOfEvents>(shared, *stream);
                   marketplace::StreamOfEvents& opened = *door;
                   stream->open(std::move(door));
                   opened.open(*room);
               });
}

}  // namespace chatcore::gateway

#include "gateway/doors/marketplace/serverpod_session.h"

#include <utility>
#include <vector>

#include "gateway/doors/marketplace/serverpod.h"
#include "gateway/doors/marketplace/stream_format.h"
#include "gateway/http/authorization.h"
#include "gateway/json/fields.h"
#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway {

namespace marketplace {

namespace {

/// Streams of one socket. A client has one for each room that it shows.
constexpr std::size_t streams_max = 64;

std::optional<RoomId> room_in(const std::string& arguments) {
    thread_local simdjson::dom::parser parser;
    Result<Fields> fields = Fields::parse(parser, arguments);
    if (!fields) return std::nullopt;
    const auto room = fields->required_id<RoomId>("chatRoomId");
    return fields->status() ? std::optional(room) : std::nullopt;
}

}  // namespace

class ServerpodSession::Stream final : public Follower {
public:
    Stream(ServerpodSession& session, StreamName name, RoomId room, std::int64_t number)
        : Follower(session.shared_.engine, session.socket_.loop().index),
          session_(session),
          name_(std::move(name)),
          room_(room),
          number_(number),
          begin_(item_begin(name_)),
          format_(item_format(session.shared_.options.doors.serverpod == Serverpod::index)) {}
    ~Stream() override { leave(); }

    const StreamName& name() const { return name_; }
    RoomId room() const { return room_; }
    std::int64_t number() const { return number_; }

    void told(Delivery& delivery) override {
        std::string_view items = *delivery.bytes(format_);
        std::string frames;
        for (std::size_t end = 0; !items.empty(); items.remove_prefix(end + 1)) {
            end = items.find('\n');
            // Not deflated: the names make it this stream's own, so nobody could share it.
            const FrameStart start = begin_text(frames, begin_.size() + end + item_end.size());
            frames.append(begin_).append(items.substr(0, end)).append(item_end);
            end_frame(frames, start);
        }
        if (frames.empty()) return;
        session_.socket_.send(std::move(frames));
        session_.counted_.told(delivery.events().size());
    }
    void ended(const Error&) override {
        // Of its end's reason the protocol tells no more than that it was none of the client's.
        const std::string id = name_.id;
        session_.close_stream(id, true);
    }
    void flush() override { session_.socket_.flush(); }

private:
    ServerpodSession& session_;
    const StreamName name_;
    const RoomId room_;
    const std::int64_t number_;
    const std::string begin_;
    const WireFormat& format_;
};

ServerpodSession::ServerpodSession(ServerShared& shared, WebSocketSession& socket)
    : shared_(shared),
      socket_(socket),
      counted_(socket.loop().doors),
      self_(std::make_shared<ServerpodSession*>(this)),
      idle_since_(socket.loop().now) {}

ServerpodSession::~ServerpodSession() = default;

void ServerpodSession::text(std::string_view message) {
    if (ended_) return;
    std::optional<StreamFrame> frame = parse_stream_frame(message);
    if (!frame) return refuse(message);
    switch (frame->type) {
        case StreamFrame::Type::ping:
            return send(pong_frame());
        case StreamFrame::Type::pong:
            return;
        case StreamFrame::Type::open:
            return open(std::move(*frame));
        case StreamFrame::Type::close:
            // One that is not known has been closed from here meanwhile.
            if (streams_.contains(frame->name.id)) close_stream(frame->name.id, false);
            return;
        case StreamFrame::Type::bad_request:
            return end(4003, "malformed");
    }
}

void ServerpodSession::open(StreamFrame frame) {
    const auto answer = [&](StreamAnswer result) { send(opened_frame(frame.name, result)); };
    if (frame.name.endpoint != "chatStream" || frame.name.method != "chatMessageStream")
        return answer(StreamAnswer::endpoint_not_found);
    const std::optional<RoomId> room = room_in(frame.arguments);
    if (!room || frame.has_inputs || streams_.contains(frame.name.id))
        return answer(StreamAnswer::invalid_arguments);
    const Result<std::string> token = token_in_any_form(frame.authorization);
    if (!token) return answer(StreamAnswer::authentication_failed);
    if (streams_.size() >= streams_max) {
        answer(StreamAnswer::success);
        return send(closed_frame(frame.name, true));
    }
    const std::string id = frame.name.id;
    const std::int64_t number = ++opened_;
    streams_.emplace(id, std::make_unique<Stream>(*this, std::move(frame.name), *room, number));
    shared_.engine.accounts().authenticate(
        socket_.loop().index, *token,
        [weak = std::weak_ptr(self_), id, number](const Result<AccessClaims>& claims) {
            if (const auto self = weak.lock()) (*self)->let_in(id, number, claims);
        });
}

void ServerpodSession::let_in(const std::string& id, std::int64_t number,
                              const Result<AccessClaims>& claims) {
    Stream* const stream = find(id, number);
    if (stream == nullptr) return;
    if (!claims) {
        send(opened_frame(stream->name(), StreamAnswer::authentication_failed));
        return forget(id);
    }
    stream->follow({claims->user, claims->family, claims->expires_at}, stream->room(),
                   [this, id, number](const Result<Position>& head) { opened(id, number, head); });
}

void ServerpodSession::opened(const std::string& id, std::int64_t number,
                              const Result<Position>& head) {
    Stream* const stream = find(id, number);
    if (stream == nullptr) return;
    // The method has been found, and only then refuses.
    send(opened_frame(stream->name(), StreamAnswer::success));
    if (!head) close_stream(std::string(id), true);
}

ServerpodSession::Stream* ServerpodSession::find(const std::string& id, std::int64_t number) {
    const auto it = streams_.find(id);
    return it != streams_.end() && it->second->number() == number ? it->second.get() : nullptr;
}

void ServerpodSession::close_stream(const std::string& id, bool by_error) {
    send(closed_frame(streams_.at(id)->name(), by_error));
    forget(id);
}

void ServerpodSession::forget(const std::string& id) {
    streams_.erase(id);
    if (streams_.empty()) idle_since_ = socket_.loop().now;
}

void ServerpodSession::second_passed(SteadyTime now) {
    if (ended_) return;
    const Timestamp time = shared_.engine.clock().now();
    std::vector<std::string> over;
    for (const auto& [id, stream] : streams_) {
        if (stream->token_has_ended(time)) over.push_back(id);
    }
    for (const std::string& id : over) close_stream(id, true);
    // Nobody is known on a socket without streams.
    if (streams_.empty() && now - idle_since_ > shared_.options.hello_timeout)
        end(4002, "not_authenticated");
}

void ServerpodSession::overflowed() {
    shared_.engine.telemetry().add(Counter::slow_readers_dropped, 1);
    shared_.engine.telemetry().log({.level = LogLevel::info, .text = "slow reader dropped"});
    socket_.drop_queue();
    end(4008, "too_slow");
}

void ServerpodSession::refuse(std::string_view text) {
    send(bad_request_frame(text));
    end(4003, "malformed");
}

void ServerpodSession::send(std::string_view text) {
    socket_.send_message(text);
    socket_.flush();
}

void ServerpodSession::end(std::uint16_t code, std::string_view reason) {
    if (std::exchange(ended_, true)) return;
    streams_.clear();
    socket_.close(code, reason);
}

void ServerpodSession::closed() {
    ended_ = true;
    streams_.clear();
    self_.reset();
}

}  // namespace marketplace

SocketPlace serverpod_place() {
    SocketPlace place;
    place.is_at = [](const Request& request) { return request.path() == "/v1/websocket"; };
    place.choose = [](const Handshake&) { return std::string_view(); };
    place.open = [](ServerShared& shared, WebSocketSession& socket, std::string_view,
                    const Request&) -> std::unique_ptr<MessageDoor> {
        return std::make_unique<marketplace::ServerpodSession>(shared, socket);
    };
    return place;
}

}  // namespace chatcore::gateway

#include "gateway/sockjs/session.h"

#include <utility>

#include <asio/post.hpp>

#include "gateway/websocket/protocol.h"

namespace chatcore::gateway::sockjs {

void Receiver::begin() {
    if (!streams(wrapping.transport)) return;
    exchange->respond_growing(head);
    exchange->grow(std::make_shared<const std::string>(prelude_of(wrapping)));
}

void Receiver::answer(std::string_view frame) {
    std::string bytes = wrap(wrapping, frame);
    if (streams(wrapping.transport)) {
        exchange->grow(std::make_shared<const std::string>(std::move(bytes)));
        exchange->finish_growing();
    } else {
        head.body = std::move(bytes);
        exchange->respond(std::move(head));
    }
}

/// Lives as long as its request waits, so that nobody is told of one that was answered.
class Session::Watcher final : public AnswerWatcher {
public:
    explicit Watcher(Session& session) : session_(session) {}
    void client_gone() override { session_.client_gone(); }

private:
    Session& session_;
};

Session::Session(ServerShared& shared, Loop& loop, ServicePtr service, std::string name,
                 UnknownSessions::Place place)
    : shared_(shared),
      loop_(loop),
      counted_(loop.doors),
      service_(std::move(service)),
      name_(std::move(name)),
      place_(std::move(place)),
      told_at_(loop.now),
      absent_since_(loop.now) {}

Session::~Session() = default;

void Session::open(Receiver receiver, std::string token) {
    receiver.begin();
    keep(std::move(receiver));
    door_ = service_->open(*this, std::move(token));
    tell("o");
}

void Session::attach(Receiver receiver) {
    receiver.begin();
    // A client that goes and comes again may be here sooner than the news of its going.
    if (receiver_ && receiver_->exchange->client_has_gone()) client_gone();
    std::optional<Receiver> refused;
    if (receiver_ && !came_first(receiver)) {
        refused = std::move(receiver);
    } else {
        refused = std::exchange(receiver_, std::nullopt);
        keep(std::move(receiver));
    }
    if (refused) {
        receiver_->exchange->flush();
        refused->watcher.reset();
        return refused->answer(close_frame(2010, "Another connection still open"));
    }
    deliver();
    if (receiver_) receiver_->exchange->flush();
}

void Session::keep(Receiver receiver) {
    receiver.watcher = std::make_shared<Watcher>(*this);
    receiver.exchange->watch(receiver.watcher);
    receiver_ = std::move(receiver);
    told_at_ = loop_.now;
}

bool Session::came_first(const Receiver& receiver) const {
    const bool untold = receiver_->bytes_sent == 0 && told_at_ == loop_.now;
    return untold && receiver.exchange->came_at < receiver_->exchange->came_at;
}

void Session::take(const Messages& messages) {
    for (std::size_t i = 0; i < messages.count() && !is_closing(); ++i) door_->text(messages[i]);
}

void Session::send(SharedBytes framed) {
    if (is_closing() || framed->empty()) return;
    queued_bytes_ += framed->size();
    queue_.push_back(std::move(framed));
    if (queued_bytes_ <= shared_.options.outbound_bytes_max || std::exchange(overflows_, true))
        return;
    asio::post(loop_.io, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->check_queue();
    });
}

void Session::check_queue() {
    overflows_ = false;
    const bool waits = receiver_.has_value();  // and takes it all as soon as it is flushed
    if (is_closing() || waits || queued_bytes_ <= shared_.options.outbound_bytes_max) return;
    door_->overflowed();
}

void Session::flush() {
    if (receiver_ && (!queue_.empty() || !last_frame_.empty())) deliver_soon();
}

void Session::drop_queue() {
    queue_.clear();
    queued_bytes_ = 0;
}

void Session::close(std::uint16_t code, std::string_view reason) {
    if (is_closing()) return;
    const bool plain = code == close_code::normal || code == close_code::going_away;
    last_frame_ = plain ? close_frame(3000, "Go away!") : close_frame(code, reason);
    flush();
}

void Session::deliver_soon() {
    if (std::exchange(delivers_, true)) return;
    asio::post(loop_.io, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->delivers_ = false;
        self->deliver();
    });
}

void Session::deliver() {
    if (!receiver_) return;
    if (queue_.empty()) {
        if (!last_frame_.empty()) tell(std::string(last_frame_), true);
        return;
    }
    if (!last_frame_.empty()) deliver_soon();
    tell(gather());
}

std::string Session::gather() {
    std::string frame = "a[";
    frame.reserve(queued_bytes_ + 3);
    for (const SharedBytes& piece : queue_) frame += *piece;
    frame.back() = ']';  // each text has a comma after it
    drop_queue();
    return frame;
}

void Session::tell(std::string_view frame, bool last) {
    told_at_ = loop_.now;
    if (!streams(receiver_->wrapping.transport)) return release().answer(frame);
    std::string bytes = wrap(receiver_->wrapping, frame);
    receiver_->bytes_sent += bytes.size();
    receiver_->exchange->grow(std::make_shared<const std::string>(std::move(bytes)));
    if (last || receiver_->bytes_sent >= service_->options.response_bytes_max) {
        release().exchange->finish_growing();
    } else {
        receiver_->exchange->flush();
    }
}

Receiver Session::release() {
    Receiver receiver = std::move(*receiver_);
    receiver_.reset();
    receiver.watcher.reset();
    absent_since_ = loop_.now;
    return receiver;
}

void Session::client_gone() {
    // What was on its way to the client may be lost, and nobody can say what: the protocol ends the
    // session, and tells the next request so (sockjs-protocol 0.3.3, "Handling close").
    const std::optional<Receiver> gone = std::exchange(receiver_, std::nullopt);
    absent_since_ = loop_.now;
    drop_queue();
    if (last_frame_.empty()) last_frame_ = close_frame(1002, "Connection interrupted");
    end_door();
}

void Session::second_passed(SteadyTime now) {
    if (!receiver_ && now - absent_since_ >= service_->absence_max) return end();
    if (!is_closing()) door_->second_passed(now);
    if (receiver_ && now - told_at_ >= shared_.options.heartbeat) tell("h");
}

void Session::leaving() {
    if (!is_closing()) door_->leaving();
    deliver();
    deliver();  // what streams is told the end as well
    end();
}

void Session::closed() {
    end();
}

void Session::end_door() {
    if (door_ && !std::exchange(door_ended_, true)) door_->closed();
}

void Session::end() {
    if (std::exchange(ended_, true)) return;
    const auto self = shared_from_this();
    const std::optional<Receiver> left = std::exchange(receiver_, std::nullopt);
    end_door();
    loop_.sessions.remove(name_);
    place_.leave();
    shared_.carried.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace chatcore::gateway::sockjs

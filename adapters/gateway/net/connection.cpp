#include "gateway/net/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <asio/post.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace chatcore::gateway {

namespace {

/// How long a peer may take for our last bytes and its own close.
constexpr std::chrono::seconds closing_max{5};

/// Pieces handed to one sendmsg(2); the kernel's own limit is 1,024.
constexpr std::size_t pieces_a_call = 64;

/// What a piece costs beside its bytes, so that very small ones, as pongs, are bounded too.
constexpr std::size_t piece_cost = 64;

}  // namespace

Connection::Connection(Loop& loop, int socket, std::size_t outbound_bytes_max,
                       SteadyTime accepted_at)
    : loop_(&loop),
      socket_(socket),
      outbound_bytes_max_(outbound_bytes_max),
      accepted_at_(accepted_at),
      last_heard_(accepted_at) {}

Connection::~Connection() {
    if (!closed_) ::close(socket_);
}

void Connection::start(std::shared_ptr<Handler> handler) {
    handler_ = std::move(handler);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    token_ = loop_->connections.add(shared_from_this());
    if (!loop_->readiness.add(socket_, token_)) close_now();
}

void Connection::become(std::shared_ptr<Handler> handler) {
    // The old one is on the stack below us.
    asio::post(loop_->io, [retired = std::move(handler_)] {});
    handler_ = std::move(handler);
}

void Connection::ready(bool readable, bool writable) {
    if (writable && blocked_ && !closed_) {
        blocked_ = false;
        watch();
        flush();
        if (!is_closing()) handler_->drained();
    }
    if (readable && !closed_) read();
}

void Connection::read() {
    const std::span<char> buffer = loop_->read_buffer();
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        close_now();
        return;
    }
    if (got < 0) return;
    last_heard_ = loop_->now;
    if (!shut_) handler_->received(buffer.first(static_cast<std::size_t>(got)));
}

bool Connection::peer_has_closed() const {
    if (closed_) return true;
    char next = 0;
    return ::recv(socket_, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void Connection::watch() {
    if (!closed_) loop_->readiness.watch(socket_, token_, !paused_, blocked_);
}

void Connection::pause_reading() {
    if (paused_) return;
    paused_ = true;
    watch();
}

void Connection::resume_reading() {
    if (!paused_) return;
    paused_ = false;
    watch();
}

void Connection::send(SharedBytes bytes) {
    queue(std::move(bytes));
    check_bound();
}

void Connection::send_together(std::initializer_list<SharedBytes> pieces) {
    for (const SharedBytes& piece : pieces) queue(piece);
    check_bound();
}

void Connection::queue(SharedBytes bytes) {
    if (closed_ || shut_ || dropping_ || bytes->empty()) return;
    queued_bytes_ += bytes->size();
    queue_.push_back(std::move(bytes));
}

void Connection::check_bound() {
    const std::size_t waiting = queued_bytes_ + (queue_.size() - queue_begin_) * piece_cost;
    if (waiting <= outbound_bytes_max_ || overflowed_) return;
    // Of one large answer the rest may wait, since nothing waited before it.
    if (!blocked_) return flush();
    overflowed_ = dropping_ = true;
    asio::post(loop_->io, [self = shared_from_this()] {
        if (!self->closed_) self->handler_->overflowed();
    });
}

void Connection::drop_queue() {
    dropping_ = false;
    if (queue_.size() <= queue_begin_) return;
    const bool half_sent = sent_of_first_ > 0;
    queue_.resize(queue_begin_ + (half_sent ? 1 : 0));
    queued_bytes_ = half_sent ? queue_.back()->size() - sent_of_first_ : 0;
}

void Connection::flush() {
    while (!blocked_ && !closed_ && queue_begin_ < queue_.size()) {
        std::array<iovec, pieces_a_call> pieces;
        std::size_t count = 0;
        std::size_t offset = sent_of_first_;
        for (std::size_t i = queue_begin_; i < queue_.size() && count < pieces.size(); ++i) {
            const std::string& bytes = *queue_[i];
            // sendmsg(2) reads only; the interface is older than const.
            pieces[count++] = {const_cast<char*>(bytes.data()) + offset, bytes.size() - offset};
            offset = 0;
        }
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = count;
        const ssize_t sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                blocked_ = true;
                watch();
            } else {
                fail();
            }
            return;
        }
        auto left = static_cast<std::size_t>(sent);
        queued_bytes_ -= left;
        while (left > 0) {
            const std::size_t rest = queue_[queue_begin_]->size() - sent_of_first_;
            if (left < rest) {
                sent_of_first_ += left;
                break;
            }
            left -= rest;
            sent_of_first_ = 0;
            queue_[queue_begin_++].reset();
        }
    }
    if (queue_begin_ == queue_.size() && !queue_.empty()) {
        queue_begin_ = 0;
        // A burst's memory goes back; what every message needs stays.
        constexpr std::size_t pieces_kept = 8;
        if (queue_.capacity() > pieces_kept) {
            std::vector<SharedBytes>().swap(queue_);
        } else {
            queue_.clear();
        }
    } else if (queue_begin_ > pieces_a_call && queue_begin_ > queue_.size() / 2) {
        // A reader that is always a little behind has no moment with nothing to send.
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(queue_begin_));
        queue_begin_ = 0;
    }
    if (closing_ && queue_.empty()) finish_closing();
}

bool Connection::move_to(Loop& other, std::function<void()> arrived) {
    if (is_closing() || !queue_.empty()) return false;
    loop_->readiness.remove(socket_);
    const std::shared_ptr<Connection> self = shared_from_this();
    loop_->connections.remove(token_);
    loop_ = &other;
    asio::post(other.io, [self, arrived = std::move(arrived)] {
        self->token_ = self->loop_->connections.add(self);
        if (self->loop_->readiness.add(self->socket_, self->token_)) {
            self->watch();
            arrived();
        } else {
            self->close_now();
        }
    });
    return true;
}

void Connection::fail() {
    // Never from within a flush: the hub may be in the middle of a tick.
    asio::post(loop_->io, [self = shared_from_this()] { self->close_now(); });
}

void Connection::close_after_flush() {
    if (is_closing()) return;
    closing_ = true;
    closing_since_ = loop_->now;
    flush();
}

void Connection::finish_closing() {
    if (shut_ || closed_) return;
    shut_ = true;
    // Our end first, and the socket only when the peer has closed too: closing it with bytes unread
    // would reset the connection and take the last ones we sent with it (RFC 9112 section 9.6).
    ::shutdown(socket_, SHUT_WR);
    resume_reading();
}

void Connection::close_now() {
    if (closed_) return;
    closed_ = true;
    const std::shared_ptr<Connection> self = shared_from_this();
    loop_->readiness.remove(socket_);
    loop_->connections.remove(token_);
    ::close(socket_);
    queue_.clear();
    handler_->closed();
    asio::post(loop_->io, [self, retired = std::move(handler_)] {});
}

void Connection::leave() {
    if (!is_closing()) handler_->leaving();
}

void Connection::second_passed() {
    if (closing_) {
        if (loop_->now - closing_since_ > closing_max) close_now();
        return;
    }
    handler_->second_passed(loop_->now);
}

}  // namespace chatcore::gateway

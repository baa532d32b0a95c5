#include "gateway/net/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <asio/post.hpp>
#include <sys/socket.h>
#include <sys/uio.h>

namespace chatcore::gateway {

namespace {

/// How long a peer may take for our last bytes and its own close.
constexpr std::chrono::seconds closing_max{5};

/// Pieces handed to one sendmsg(2); the kernel's own limit is 1,024.
constexpr std::size_t pieces_a_call = 64;

}  // namespace

Connection::Connection(Loop& loop, asio::ip::tcp::socket socket, std::size_t outbound_bytes_max)
    : loop_(loop),
      socket_(std::move(socket)),
      outbound_bytes_max_(outbound_bytes_max),
      last_heard_(std::chrono::steady_clock::now()) {}

Connection::~Connection() = default;

void Connection::start(std::shared_ptr<Handler> handler) {
    handler_ = std::move(handler);
    slot_ = static_cast<std::uint32_t>(loop_.connections.size());
    loop_.connections.push_back(this);
    std::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.native_non_blocking(true, ignored);
    wait_readable();
}

void Connection::become(std::shared_ptr<Handler> handler) {
    // The old one is on the stack below us.
    asio::post(loop_.io, [retired = std::move(handler_)] {});
    handler_ = std::move(handler);
}

void Connection::wait_readable() {
    if (reading_ || paused_ || closed_) return;
    reading_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_read,
                       [self = shared_from_this()](const std::error_code& error) {
                           self->reading_ = false;
                           if (error) {
                               if (error != asio::error::operation_aborted) self->close_now();
                               return;
                           }
                           self->readable();
                       });
}

void Connection::readable() {
    if (closed_) return;
    const std::span<char> buffer = loop_.read_buffer();
    const ssize_t got = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        close_now();
        return;
    }
    if (got > 0) {
        last_heard_ = loop_.now;
        if (!shut_) handler_->received(buffer.first(static_cast<std::size_t>(got)));
    }
    wait_readable();
}

void Connection::resume_reading() {
    paused_ = false;
    wait_readable();
}

void Connection::send(SharedBytes bytes) {
    if (closed_ || shut_ || bytes->empty()) return;
    queued_bytes_ += bytes->size();
    queue_.push_back(std::move(bytes));
    if (queued_bytes_ > outbound_bytes_max_ && !overflowed_ && blocked_) {
        overflowed_ = true;
        asio::post(loop_.io, [self = shared_from_this()] {
            if (!self->closed_) self->handler_->overflowed();
        });
    }
}

void Connection::drop_queue() {
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
        const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                blocked_ = true;
                wait_writable();
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
    }
    if (closing_ && queue_.empty()) finish_closing();
}

void Connection::wait_writable() {
    socket_.async_wait(asio::ip::tcp::socket::wait_write,
                       [self = shared_from_this()](const std::error_code& error) {
                           if (error || self->closed_) return;
                           self->blocked_ = false;
                           self->flush();
                       });
}

void Connection::fail() {
    // Never from within a flush: the hub may be in the middle of a tick.
    asio::post(loop_.io, [self = shared_from_this()] { self->close_now(); });
}

void Connection::close_after_flush() {
    if (is_closing()) return;
    closing_ = true;
    closing_since_ = loop_.now;
    flush();
}

void Connection::finish_closing() {
    if (shut_ || closed_) return;
    shut_ = true;
    // Our end first, and the socket only when the peer has closed too: closing it with bytes unread
    // would reset the connection and take the last ones we sent with it (RFC 9112 section 9.6).
    std::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    resume_reading();
}

void Connection::close_now() {
    if (closed_) return;
    closed_ = true;
    loop_.connections[slot_] = loop_.connections.back();
    loop_.connections[slot_]->slot_ = slot_;
    loop_.connections.pop_back();
    std::error_code ignored;
    socket_.close(ignored);
    queue_.clear();
    handler_->closed();
    asio::post(loop_.io, [retired = std::move(handler_)] {});
}

void Connection::leave() {
    if (!is_closing()) handler_->leaving();
}

void Connection::second_passed() {
    if (closing_) {
        if (loop_.now - closing_since_ > closing_max) close_now();
        return;
    }
    handler_->second_passed(loop_.now);
}

}  // namespace chatcore::gateway

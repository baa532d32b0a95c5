#pragma once
// One socket: bytes in, bytes out, and when it ends. What the bytes mean is its handler's business.
//
// Reads go into the loop's shared buffer, writes are gathered: send() only queues, flush() hands
// all that is queued to the kernel with as few calls as it takes. An idle connection holds neither
// buffer. Threads: the loop's.

#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "chatcore/hub.h"

#include "gateway/net/loop.h"

namespace chatcore::gateway {

class Connection final : public std::enable_shared_from_this<Connection> {
public:
    class Handler {
    public:
        virtual ~Handler() = default;
        /// What was read; the handler consumes or keeps all of it, and may overwrite it.
        virtual void received(std::span<char> bytes) = 0;
        /// About once a second.
        virtual void second_passed(SteadyTime now) = 0;
        /// The kernel has taken some of what waits to be sent.
        virtual void drained() {}
        /// More waits to be sent than the limit allows, and what is sent from then on is dropped,
        /// until drop_queue() has made room. Called once, from a task of its own.
        virtual void overflowed() = 0;
        /// The server is going away: end as soon as what is in hand is done.
        virtual void leaving() = 0;
        /// The connection is gone. The last call.
        virtual void closed() = 0;
    };

    /// `socket`: a connected stream socket, non-blocking, which the connection closes.
    Connection(Loop& loop, int socket, std::size_t outbound_bytes_max,
               SteadyTime accepted_at = std::chrono::steady_clock::now());
    ~Connection();

    Loop& loop() { return *loop_; }
    void start(std::shared_ptr<Handler> handler);
    /// Another handler from now on; the one before may still return from what it is in.
    void become(std::shared_ptr<Handler> handler);

    /// Queues. Where more waits than the limit allows, it is flushed at once: only what the peer
    /// does not take counts as too much.
    void send(SharedBytes bytes);
    void send(std::string bytes) { send(std::make_shared<const std::string>(std::move(bytes))); }
    /// The same for pieces that make no sense without each other: all of them, or none.
    void send_together(std::initializer_list<SharedBytes> pieces);
    void flush();
    std::size_t queued_bytes() const { return queued_bytes_; }
    /// Lets go of what waits behind the piece that is half sent, to make room for a last word.
    void drop_queue();

    /// Sends what is queued, then closes; at once where the peer does not take it within some
    /// seconds.
    void close_after_flush();
    void close_now();
    bool is_closing() const { return closing_ || closed_; }

    void pause_reading();
    void resume_reading();

    /// Moves to another loop, and has `arrived` run there. Called from a task of its own, with
    /// nothing left to send, else false, and nothing is done; afterwards nothing of the connection
    /// may be touched on this loop any more.
    bool move_to(Loop& other, std::function<void()> arrived);

    /// Whether the peer has gone, be that noticed here yet or not.
    bool peer_has_closed() const;
    SteadyTime accepted_at() const { return accepted_at_; }
    SteadyTime last_heard() const { return last_heard_; }
    void second_passed();
    void leave();
    /// The kernel has bytes, or room for some.
    void ready(bool readable, bool writable);

private:
    void read();
    void queue(SharedBytes bytes);
    /// Sees to it that what waits stays bounded.
    void check_bound();
    void watch();
    void fail();
    void finish_closing();

    Loop* loop_;
    const int socket_;
    std::shared_ptr<Handler> handler_;
    std::vector<SharedBytes> queue_;
    std::size_t queue_begin_ = 0;  ///< index of the first piece that is not wholly sent
    std::size_t sent_of_first_ = 0;
    std::size_t queued_bytes_ = 0;
    const std::size_t outbound_bytes_max_;
    const SteadyTime accepted_at_;
    SteadyTime last_heard_;
    SteadyTime closing_since_{};
    std::uint64_t token_ = 0;  ///< in the loop's table
    bool paused_ = false;
    bool blocked_ = false;  ///< the kernel takes no more; waiting until it does
    bool overflowed_ = false;
    bool dropping_ = false;  ///< since the overflow, until there is room
    bool closing_ = false;
    bool shut_ = false;  ///< our side is closed, the peer's end is awaited
    bool closed_ = false;
};

}  // namespace chatcore::gateway

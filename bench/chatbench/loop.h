#pragma once
// Many WebSocket connections on one thread. Reads 256 KiB at a time into one buffer for all, finds
// the frames in it without copying, and writes what has gathered for a connection once per turn.
// Threads: a Loop and its clients belong to one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>

#include "common/frame.h"
#include "common/net.h"

namespace bench {

enum class ClientState : std::uint8_t { unopened, connecting, handshaking, open, closed };

/// One connection. Stays at its address while it is open.
struct Client {
    Fd fd;
    ClientState state = ClientState::unopened;
    bool queued = false;          ///< is among those with something to write
    bool waits_to_write = false;  ///< the socket took less than it was given
    std::uint16_t close_code =
        0;                    ///< of the close frame, or the HTTP status of a refused handshake
    std::uint32_t index = 0;  ///< its number among its owner's
    std::string out;
    std::size_t out_at = 0;
    std::string partial;  ///< the beginning of a frame whose end has not come
};

/// `turn` calls the handler's `on_open(Client&)` after the handshake, `on_text(Client&, payload,
/// now_ns)` for each message, `on_read(Client&)` once all the messages of a read have been handed
/// over, and `on_closed(Client&)`.
class Loop {
public:
    /// `handshake` opens a connection's WebSocket.
    Loop(const Endpoint& target, std::string handshake);

    /// Begins to connect, from `source` where it is not 0. False if there is no socket to be had.
    bool open(Client& client, std::uint32_t source);
    void close(Client& client);
    /// Queues a request.
    void send(Client& client, std::string_view json) {
        append_client_frame(output(client), Opcode::text, json);
    }
    /// Where frames for `client` are appended; written at the end of the turn.
    std::string& output(Client& client) {
        if (!client.queued) {
            client.queued = true;
            queued_.push_back(&client);
        }
        return client.out;
    }
    /// Writes what is queued, waits up to `wait_ns` for something to happen, and handles it.
    template <class Handler>
    void turn(Handler& handler, std::int64_t wait_ns) {
        flush(handler);
        const int ready = wait(wait_ns);
        for (int i = 0; i < ready; ++i) {
            const epoll_event& event = events_[static_cast<std::size_t>(i)];
            auto& client = *static_cast<Client*>(event.data.ptr);
            if (client.state == ClientState::connecting) {
                if (!finish_connecting(client)) handler.on_closed(client);
                continue;
            }
            if ((event.events & EPOLLOUT) != 0 && !write(client)) handler.on_closed(client);
            if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read(handler, client);
        }
        flush(handler);
    }

    [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }

private:
    template <class Handler>
    void flush(Handler& handler) {
        // A handler may queue more while the list is walked.
        for (std::size_t i = 0; i < queued_.size(); ++i) {
            Client& client = *queued_[i];
            client.queued = false;
            if (client.state == ClientState::open && !client.waits_to_write && !write(client)) {
                handler.on_closed(client);
            }
        }
        queued_.clear();
    }

    template <class Handler>
    void read(Handler& handler, Client& client) {
        if (client.state == ClientState::closed) return;
        const std::size_t have = receive(client);
        if (client.state == ClientState::closed) {
            handler.on_closed(client);
            return;
        }
        if (have == 0) return;
        const char* at = buffer_.data();
        const char* const end = at + have;
        if (client.state == ClientState::handshaking) {
            const std::size_t used = finish_handshake(client, {at, have});
            if (client.state == ClientState::closed) handler.on_closed(client);
            if (used == 0) return;
            handler.on_open(client);
            at += used;
        }
        const std::int64_t now = now_ns();
        Frame frame;
        while (read_frame(at, static_cast<std::size_t>(end - at), frame) &&
               frame.size() <= static_cast<std::size_t>(end - at)) {
            const std::string_view payload(at + frame.header_bytes, frame.payload_bytes);
            if (frame.opcode == Opcode::text && frame.final) [[likely]] {
                handler.on_text(client, payload, now);
            } else if (!control_frame(client, frame, payload)) {
                handler.on_closed(client);
                return;
            }
            at += frame.size();
        }
        if (at != end) client.partial.assign(at, end);
        handler.on_read(client);
    }

    int wait(std::int64_t wait_ns);
    bool finish_connecting(Client& client);
    /// How many bytes the server's answer took; 0 if it is not all there, or was refused and the
    /// client closed.
    std::size_t finish_handshake(Client& client, std::string_view bytes);
    /// Puts what was left over and what has come into the buffer; how much that is, 0 if nothing
    /// came.
    std::size_t receive(Client& client);
    bool write(Client& client);
    /// Answers a ping; false if the connection ends with this frame.
    bool control_frame(Client& client, const Frame& frame, std::string_view payload);

    Endpoint target_;
    std::string handshake_;
    Fd epoll_;
    std::vector<epoll_event> events_;
    std::vector<char> buffer_;
    std::vector<Client*> queued_;
    std::uint64_t bytes_read_ = 0;
};

}  // namespace bench

#pragma once
// Socket.IO over a real engine that stands still (native_world.h), its clients at the other ends of
// socket pairs, through the HTTP sessions of the program. Threads: one.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http_client.h"

namespace chatcore::gateway::test {

/// An answer of HTTP.
struct Answered {
    int status = 0;
    std::string head;
    std::string body;
};

/// Store 4 is Bora's, and Ari its customer in room 1.
class SocketIoWorld : public NativeWorld {
public:
    explicit SocketIoWorld(Limits limits = calm());
    /// Without rates.
    static Limits calm();

    /// A request on a connection of its own.
    Answered ask(std::string_view method, std::string_view query, std::string_view body = {},
                 std::string_view headers = {});
    Answered get(const std::string& sid) { return ask("GET", polling + "&sid=" + sid); }
    Answered post(const std::string& sid, std::string_view body) {
        return ask("POST", polling + "&sid=" + sid, body);
    }
    /// A session by polling: its name.
    std::string open();
    /// Lets so much time pass, second by second.
    void wait(std::chrono::seconds time);
    /// Ari's other store's room, or that of another customer.
    RoomId open_room(UserId customer, const std::string& store);
    MessageId say(UserId user, RoomId room, std::string text);
    void read(UserId user, RoomId room);
    void edit(UserId user, MessageId message, std::string text);

    static inline const std::string polling = "EIO=4&transport=polling";
    static inline const std::string websocket = "EIO=4&transport=websocket";

    static constexpr UserId ari{1};
    static constexpr UserId bora{2};
    static constexpr UserId cheol{3};
    static constexpr RoomId room{1};

private:
    void register_store(const std::string& id);
};

Answered read_answer(const std::string& bytes);

/// A client over a WebSocket.
class SocketClient {
public:
    SocketClient(SocketIoWorld& world, const std::string& query = SocketIoWorld::websocket);

    /// Sends one message, and gives what came of it; pings are left out.
    std::vector<std::string> ask(std::string_view text);
    void send_bytes(std::string_view bytes);
    /// All texts that came since; those of bytes begin with `bytes:`.
    std::vector<std::string> take();
    /// In the namespace of stores, as that person.
    void join_chat(std::string_view token);

    const std::string& handshake() const { return handshake_; }
    int close_code() const { return close_code_; }
    void go_away() { http_.go_away(); }

private:
    void put(Opcode opcode, std::string_view payload);

    HttpClient http_;
    std::string handshake_;
    std::string unread_;
    int close_code_ = 0;
};

}  // namespace chatcore::gateway::test

#pragma once
// A connection that speaks `chat.v1`: requests in, one reply each, events out.
// Threads: the loop's, which is also the hub shard's.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/hub.h"

#include "gateway/json/fields.h"
#include "gateway/json/writer.h"
#include "gateway/websocket/frame_encoder.h"
#include "gateway/websocket/session.h"

namespace chatcore::gateway {

class NativeSession final : public MessageDoor, public Peer {
public:
    /// `token`: of the address, used where `hello` brings none.
    NativeSession(ServerShared& shared, WebSocketSession& socket, std::string token);
    ~NativeSession() override;

    // Of the WebSocket.
    void text(std::string_view message) override;
    void second_passed(SteadyTime now) override;
    void overflowed() override;
    void leaving() override;
    void turned_away() override;
    void closed() override;

    // Of the hub.
    void deliver(Delivery& delivery) override;
    void list_moved(const ListUpdate& update) override;
    void resumed(RoomId room, Position head, bool truncated) override;
    void detached(RoomId room, ErrorCode why) override;
    void revoked() override;
    void flush() override;

private:
    enum class Stage : std::uint8_t { greeting, connecting, live, ended };

    /// What a request says beside its fields: its id as JSON text, empty where it has none. And
    /// which of the connection's requests it is, from 1.
    struct Ask {
        std::string id;
        std::int64_t number = 0;
    };
    using Method = void (NativeSession::*)(Ask, Fields&);
    static Method method_of(std::string_view type);

    void hello(Ask ask, Fields& fields);
    void auth(Ask ask, Fields& fields);
    void attach(Ask ask, Fields& fields);
    void detach(Ask ask, Fields& fields);
    void rooms(Ask ask, Fields& fields);
    void open(Ask ask, Fields& fields);
    void create(Ask ask, Fields& fields);
    void join(Ask ask, Fields& fields);
    void leave(Ask ask, Fields& fields);
    void invite(Ask ask, Fields& fields);
    void remove(Ask ask, Fields& fields);
    void rename(Ask ask, Fields& fields);
    void post(Ask ask, Fields& fields);
    void edit(Ask ask, Fields& fields);
    void remove_message(Ask ask, Fields& fields);
    void react(Ask ask, Fields& fields);
    void unreact(Ask ask, Fields& fields);
    void pin(Ask ask, Fields& fields);
    void unpin(Ask ask, Fields& fields);
    void bookmark(Ask ask, Fields& fields);
    void read(Ask ask, Fields& fields);
    void delivered(Ask ask, Fields& fields);
    void typing(Ask ask, Fields& fields);
    void history(Ask ask, Fields& fields);
    void changes(Ask ask, Fields& fields);
    void broadcast(Ask ask, Fields& fields);

    /// Keeps a message that came before `hello` was answered; false where there are too many.
    bool keep(std::string_view message);
    void serve_kept();
    void greet(Ask ask, std::vector<std::pair<RoomId, Position>> resume);
    void welcome(const Ask& ask, const Profile& profile);
    void tell_status(RoomId room, std::string_view temp_id, const std::optional<ClientKey>& key,
                     std::string_view status, const Message* message, const Error* error);

    /// A completion that replies with what `write` makes of the value, or with the error; dropped
    /// when the connection has gone meanwhile.
    template <class T, class Write>
    Completion<T> reply_with(Ask ask, Write write);
    Completion<RoomView> reply_with_room(Ask ask);
    Completion<Message> reply_with_message(Ask ask);
    void mark(Ask ask, Fields& fields, bool present);
    void set_pin(Ask ask, Fields& fields, bool pinned);
    template <class Write>
    void reply(const Ask& ask, Write&& write);
    void reply_ok(const Ask& ask);
    void refuse(const Ask& ask, const Error& error);
    /// False, and refused, where a field was wrong.
    bool sound(const Ask& ask, const Fields& fields);

    template <class Write>
    void send_event(std::string_view type, Write&& write);
    /// Ends the one frame, and sends it, deflated where that is agreed and worth it.
    void send(std::string frame, const FrameStart& start);
    void send(std::string frames);
    void end(std::uint16_t code, std::string_view reason, std::string_view sentence,
             int retry_after_ms);
    HubShard& shard();
    Caller caller() const { return {user_, socket_.loop().index}; }

    ServerShared& shared_;
    WebSocketSession& socket_;
    CountedSession<Door::native> counted_;
    std::shared_ptr<NativeSession*>
        self_;                   ///< what completions hold: empty once the connection has gone
    const std::string name_;     ///< told to the client, and begins the ids of requests in the log
    std::int64_t requests_ = 0;  ///< so far
    std::string token_;
    std::vector<std::string> kept_;  ///< came behind a `hello` that is not answered yet
    std::size_t kept_bytes_ = 0;
    std::string family_;
    UserId user_;
    Timestamp token_ends_at_{};
    SteadyTime opened_at_;
    int in_hand_ = 0;
    Stage stage_ = Stage::greeting;
};

}  // namespace chatcore::gateway

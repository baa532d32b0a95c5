#pragma once
// The namespace `/chat` of stores and their customers: docs/protocols/socketio.md. Threads: the
// session's loop, which is also the hub shard's.

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chatcore/hub.h"

#include "gateway/http/session.h"
#include "gateway/json/fields.h"
#include "gateway/json/writer.h"
#include "gateway/socketio/offset.h"
#include "gateway/socketio/room_format.h"
#include "gateway/socketio/session.h"
#include "gateway/socketio/space.h"

namespace chatcore::gateway::socketio {

class RoomNews;

class ChatSpace final : public Space, public Peer {
public:
    ChatSpace(ServerShared& shared, SocketIoSession& session);
    ~ChatSpace() override;

    // Of the session.
    void connect(std::string_view auth) override;
    void event(const ClientEvent& event) override;
    void unreadable(std::string_view id) override;
    bool is_let_in() const override { return stage_ == Stage::live; }
    void second_passed(SteadyTime now) override;
    void overflowed() override;
    void reframed() override;
    void closed() override;

    // Of the hub.
    void deliver(Delivery& delivery) override;
    void list_moved(const ListUpdate& update) override;
    void resumed(RoomId room, Position head, bool truncated) override;
    void detached(RoomId room, ErrorCode why) override;
    void revoked() override;
    void flush() override;

    /// A room-updated event, framed for this client.
    void tell_room(const SharedBytes& framed);
    Framing framing() const { return session_.link().framing(); }

private:
    enum class Stage : std::uint8_t { connecting, recovering, live, ended };

    /// A request, for its answer: the number of the acknowledgement it wants, or none.
    struct Ask {
        std::string id;
        std::int64_t number = 0;  ///< of the client's events, from 1
    };
    using Method = void (ChatSpace::*)(Ask, Fields&);
    static Method method_of(std::string_view name);

    /// A room that is followed.
    struct Joined {
        RoomId room;
        UserId owner;
        Position told;  ///< up to where
        std::shared_ptr<const RoomFormat> format = {};
    };
    /// A request that waits for the look-up of those before it.
    struct Waiting {
        std::size_t bytes = 0;
        UniqueFunction<void(ChatSpace&)> act;
    };
    /// What a client that comes back asks for.
    struct Recovery {
        std::string pid;
        std::string sid;
        UserId user;  ///< whom the ticket was given to
        Offset rooms;
        std::size_t awaited = 0;
        bool failed = false;
        std::vector<SharedBytes> held = {};
        std::size_t held_bytes = 0;
    };

    // Coming and going; chat.cpp.
    void let_in(const AccessClaims& claims);
    void come_in();
    void refuse(const Error& error);
    void welcome(std::string_view sid, std::string_view pid);
    void end(const Error& error);

    // Coming back; recovery.cpp.
    static std::unique_ptr<Recovery> recovery_of(Engine& engine, Fields& auth);
    void recover();
    void recover_room(RoomId room, Position since);
    void follow(const ContextRoom& found, Position since);
    /// One of the rooms less to wait for.
    void recovered(bool well);
    void end_recovery();

    // Requests; requests.cpp.
    void join_room(Ask ask, Fields& fields);
    void leave_room(Ask ask, Fields& fields);
    void send_message(Ask ask, Fields& fields);
    void mark_read(Ask ask, Fields& fields);
    /// Whether the one who asked first for the room, by that event, still waits for it.
    bool is_joining(RoomId room, std::int64_t number) const;
    void attach(RoomId room, UserId owner, std::int64_t number);
    void attached(RoomId room, UserId owner, const Result<Position>& head);
    void post(Ask ask, PostRequest request, UserId owner);
    /// Makes sure that it is a room of a store and of the person: `then(space, ask, owner)`. What
    /// comes while another room is looked up waits its turn, as `bytes` of those that may wait.
    template <class Then>
    void in_room(Ask ask, RoomId room, std::size_t bytes, Then then);
    /// The same at its turn.
    template <class Then>
    void look_up(Ask ask, RoomId room, Then then);
    /// What waits for a look-up that is over, until the next one.
    void go_on();
    /// `then(space, ask, value)`, or the refusal; dropped when the client has gone meanwhile.
    template <class T, class Then>
    Completion<T> go_on_by(Ask ask, Then then);
    bool sound(const Ask& ask, const Fields& fields);
    /// More than may be in hand.
    void refuse_surplus(const Ask& ask);

    // What is told; telling.cpp.
    template <class Write>
    void succeed(const Ask& ask, Write&& write);
    void succeed(const Ask& ask);
    /// `sentence`: where there is a better one than the error's own.
    void refuse(const Ask& ask, const Error& error, std::string_view sentence = {});
    void tell_error(const Error& error, std::string_view sentence = {});
    void tell_offset();
    /// The missed events of a room, for this client alone.
    static SharedBytes missed(const Joined& joined, const Delivery& delivery);
    /// Queues a packet; send() has it flushed soon as well, which the hub does by itself for what
    /// it is told.
    void put(std::string_view text);
    void send(std::string_view text);
    void hand_on(const SharedBytes& framed);
    void end_soon(std::uint16_t code, std::string_view reason);

    Joined* joined(RoomId room);
    void add_joined(RoomId room, UserId owner, Position head);
    void remove_joined(RoomId room);
    void choose_formats();
    HubShard& shard();
    Engine& engine() { return shared_.engine; }
    Caller caller() const { return {user_, session_.link().loop().index}; }

    ServerShared& shared_;
    SocketIoSession& session_;
    CountedSession<Door::socketio> counted_;
    std::shared_ptr<ChatSpace*> self_;  ///< what completions hold; empty once the client has gone
    const std::string name_;            ///< in the log
    std::string family_;
    UserId user_;
    std::vector<Joined> joined_;  ///< by room
    std::unordered_map<RoomId, std::vector<Ask>> joining_;
    std::unique_ptr<Recovery> recovery_;
    std::shared_ptr<RoomNews> news_;
    Timestamp token_ends_at_{};
    std::list<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::int64_t events_ = 0;
    int in_hand_ = 0;  ///< without those that wait
    bool looking_up_ = false;
    Stage stage_ = Stage::connecting;
    bool offset_due_ = false;
};

}  // namespace chatcore::gateway::socketio

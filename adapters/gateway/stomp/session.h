#pragma once
// A connection that speaks STOMP, of all the systems that do: social, consultations, messenger.
// Threads: the loop's, which is also the hub shard's.
// Long because each of the three systems' actions has its line.

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
#include "gateway/link/message_link.h"
#include "gateway/stomp/ask.h"
#include "gateway/stomp/decoder.h"
#include "gateway/stomp/room_board.h"
#include "gateway/stomp/subscriptions.h"
#include "gateway/stomp/transactions.h"

namespace chatcore::gateway::stomp {

class StompSession final : public MessageDoor, public Peer, private BoardReader {
public:
    /// `token`: of the address, used where CONNECT brings none. `link` outlives the session.
    StompSession(ServerShared& shared, MessageLink& link, std::string token);
    ~StompSession() override;

    // Of the link.
    void text(std::string_view message) override;
    bool binary(std::string_view message) override;
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
    /// Refused: an ERROR frame was sent, and what comes behind it is not read. Parting: the client
    /// has taken its leave, and what it sent before that is being done.
    enum class Stage : std::uint8_t { greeting, connecting, live, refused, parting, ended };

    using Method = void (StompSession::*)(Ask, Fields&);
    static Method method_of(Action action);

    // Frames; session.cpp.
    void pull(std::string_view bytes);
    void handle(const Frame& frame);
    void connect(const Frame& frame);
    void let_in(const AccessClaims& claims);
    void welcome();
    void disconnect(const Frame& frame);
    void acknowledge(const Frame& frame);
    void begin(const Frame& frame);
    void commit(const Frame& frame);
    void abort(const Frame& frame);
    void send_frame(const Frame& frame);
    void act(Ask ask, std::string_view body);
    /// Keeps what is sent while something is looked up.
    void put_off(Ask ask, std::string_view body);
    /// Does what has waited, for as long as nothing is looked up first.
    void go_on();
    /// The end, when all is done that was sent before DISCONNECT.
    void part_if_done();
    bool acts() const { return stage_ == Stage::live || stage_ == Stage::parting; }
    Ask ask_of(const Frame& frame) const;
    /// Whether the system that it is of has its door open.
    bool may_act(Action action) const;
    bool may_hear(Topic topic) const;

    // Subscribing; subscribing.cpp.
    void subscribe(const Frame& frame);
    void unsubscribe(const Frame& frame);
    void subscribe_thread(Ask ask, MessageId root, RoomTopic topic);
    void subscribe_room(Ask ask, RoomId room, RoomTopic topic);
    void attached(RoomId room, const Result<Position>& head);
    bool is_own(const Destination& destination) const;
    /// Whether it may be there soon: its room or its thread is being asked for.
    bool is_waiting(std::string_view id) const;
    /// What has been asked for and is not there yet.
    std::size_t waiting() const;
    /// Takes it back, with its receipt; false where there is none of that id.
    bool take_back(std::string_view id);
    /// Whether there are as many to the same topic as one connection needs, or more.
    bool has_enough(RoomId room, const RoomTopic& topic) const;
    void leave_if_unused(RoomId room);

    // Social; social.cpp.
    void chat(Ask ask, Fields& fields);
    void edit(Ask ask, Fields& fields);
    void remove(Ask ask, Fields& fields);
    void reaction(Ask ask, Fields& fields);
    void pin_toggle(Ask ask, Fields& fields);
    void typing(Ask ask, Fields& fields);
    void read(Ask ask, Fields& fields);
    void read_all(Ask ask, Fields& fields);
    void thread(Ask ask, Fields& fields);
    void thread_messages(Ask ask, Fields& fields);
    void thread_detail(Ask ask, Fields& fields);
    void sync(Ask ask, Fields& fields);
    void rooms(Ask ask, Fields& fields);
    void active(Ask ask, Fields& fields);
    void group_chat(Ask ask, Fields& fields);
    void post(Ask ask, PostRequest request);
    /// Finds the message, and does something with it: `then(session, ask, message)`.
    template <class Then>
    void with_message(Ask ask, MessageId message, Then then);
    void tell_status(RoomId room, std::string_view temp_id, std::string_view status,
                     const Message* message, const Error* error);

    // Consultations and the messenger; talks.cpp.
    void chat_send(Ask ask, Fields& fields);
    void chat_read(Ask ask, Fields& fields);
    /// Makes sure that the room is a consultation of the person's: `then(session, ask)`.
    template <class Then>
    void as_talk(Ask ask, RoomId room, Then then);
    /// The receipt comes when the person's consultations that are not over are followed.
    void subscribe_talks(Ask ask, std::string_view id);
    void follow_talks(ConsultationState state);
    void talks_found(ConsultationState state, const Result<Page<ConsultationView>>& page);
    void follow_talk(const ConsultationView& view, Position since);
    /// One that has just come into the person's list.
    void find_talk(RoomId room);
    void tell_talk(ConsultationView& view, const Event& event);
    void tell_utterance(const ConsultationView& view, const Message& message);
    void tell_consultation(const ConsultationView& view);

    // Of the boards of rooms; telling.cpp.
    UserId board_user() const override { return user_; }
    const RoomFormat* board_format(RoomId room) const override;
    void told(SharedBytes bytes) override;
    void note_on_board(RoomId room, const RoomTopics& topics, Delivery& delivery);
    void leave_board(RoomId room);

    // What is told; telling.cpp.
    /// Refuses one frame: where errors are listened for, else by an ERROR frame and the end.
    void refuse(const Ask& ask, const Error& error);
    /// Refuses what is against the protocol, and ends.
    void refuse_frame(std::string_view sentence, const Frame* frame);
    /// What was asked for is done.
    void receipt(const Ask& ask);
    /// One of what a transaction sent is done, or refused.
    void done(Committed& commit);
    void send_receipt(std::string_view id);
    template <class Write>
    void tell_own(Topic topic, Write&& write);
    void tell_presence(const PresenceSignal& event);
    static void write_refusal(JsonWriter& json, const Ask& ask, const Error& error,
                              std::string_view sentence);
    /// Hears no more of the hub.
    void leave();
    void append_error(std::string_view sentence, const Ask* ask, const Error& error);
    void send_message(std::string_view text);
    void send(std::string framed);
    /// Says why by an ERROR frame, and ends.
    void end(std::uint16_t code, const Error& error, std::string_view sentence);
    void close(std::uint16_t code);

    /// A completion that answers with what `write` makes of the value (and a receipt), or with the
    /// error; dropped when the connection has gone meanwhile.
    template <class T, class Write>
    Completion<T> answer_by(Ask ask, Write write);
    /// The same where success is told by the receipt alone.
    template <class T>
    Completion<T> done_by(Ask ask);
    /// `then(session, value)`, or the refusal; dropped when the connection has gone meanwhile.
    template <class T, class Then>
    Completion<T> go_on_by(Ask ask, Then then);
    /// The same for what must be known before something is done: what is sent meanwhile waits, so
    /// that all is done in its order.
    template <class T, class Then>
    Completion<T> look_by(Ask ask, Then then);
    /// False, and refused, where a field was wrong.
    bool sound(const Ask& ask, const Fields& fields);

    HubShard& shard();
    Engine& engine() { return shared_.engine; }
    Caller caller() const { return {user_, link_.loop().index}; }
    const ReadMarks* social_form() const;

    struct Waiting {
        Ask ask;
        RoomTopic topic;
    };
    struct PutOff {
        Ask ask;
        std::string body;
    };

    ServerShared& shared_;
    MessageLink& link_;
    CountedSession<Door::stomp> counted_;
    std::shared_ptr<StompSession*> self_;  ///< what completions hold; empty once the link has gone
    const std::string name_;
    std::string token_;
    std::string family_;
    std::string external_id_;
    UserId user_;
    Decoder decoder_;
    std::string kept_;  ///< came behind a CONNECT that is not answered yet
    Subscriptions subscriptions_;
    std::unordered_map<RoomId, std::vector<Waiting>> attaching_;
    std::vector<Waiting> finding_;  ///< threads whose room is not known yet
    std::list<PutOff> put_off_;     ///< sent while something was looked up
    std::size_t put_off_bytes_ = 0;
    std::string parting_receipt_;
    std::unordered_map<RoomId, ConsultationView> talks_;
    std::vector<Waiting> talk_asks_;        ///< until they are all in talks_
    std::optional<Timestamp> talks_since_;  ///< since when they are followed
    std::unordered_map<RoomId, std::shared_ptr<RoomBoard>> boards_;
    Transactions transactions_;
    HeartBeats heart_beats_;
    SteadyTime opened_at_;
    SteadyTime heard_at_;
    SteadyTime sent_at_;
    SteadyTime frame_begun_at_;
    Timestamp token_ends_at_{};
    std::int64_t frames_ = 0;
    std::int64_t told_ = 0;  ///< numbers what is told to this connection alone
    int in_hand_ = 0;
    Version version_ = Version::v1_2;
    Stage stage_ = Stage::greeting;
    bool looking_ = false;
};

}  // namespace chatcore::gateway::stomp

#pragma once
// A person's device: connects to any node, follows rooms, does things at random, and does not let
// go of a post until it is answered.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "ledger.h"
#include "room_copy.h"
#include "sim_node.h"

namespace chatcore::simulation {

class Device;

/// What a device receives, in order.
using Frame = UniqueFunction<void(Device&)>;

/// The server's end of a connection, and the wire to the device. Cut, it brings nothing more.
class Connection final : public Peer {
public:
    Connection(SimNode& node, int home, Ledger& ledger, UserId user)
        : node_(node), life_(node.life()), home_(home), ledger_(ledger), user_(user) {}

    void deliver(Delivery& delivery) override;
    void list_moved(const ListUpdate& update) override;
    void resumed(RoomId room, Position head, bool truncated) override;
    void detached(RoomId room, ErrorCode why) override;
    void revoked() override {}
    void flush() override {}

    void send(Frame frame) {
        if (open_) frames_.push_back(std::move(frame));
    }
    bool open() const { return open_; }
    void cut() {
        open_ = false;
        frames_.clear();
    }
    bool waits() const { return !frames_.empty(); }
    Frame take() {
        Frame frame = std::move(frames_.front());
        frames_.pop_front();
        return frame;
    }
    SimNode& node() { return node_; }
    int home() const { return home_; }
    PeopleBook::Where where() const { return {node_.index(), life_}; }
    /// Whether the engine that it was made with still runs.
    bool engine_runs() const { return node_.runs() && node_.life() == life_; }
    void forget() { forgotten_ = true; }
    bool forgotten() const { return forgotten_; }

private:
    SimNode& node_;
    const int life_;
    const int home_;
    Ledger& ledger_;
    const UserId user_;
    bool open_ = true;
    bool forgotten_ = false;
    std::deque<Frame> frames_;
};

/// What lists say of a room.
struct Listed {
    std::int64_t unread = 0;
    std::int64_t total = 0;
    std::optional<Preview> preview;
    bool told = false;  ///< by an update of this connection
};

class Device {
public:
    Device(Setting& setting, Ledger& ledger, UserId user, const std::vector<UserId>& people,
           std::string name)
        : setting_(setting),
          ledger_(ledger),
          user_(user),
          people_(people),
          name_(std::move(name)) {}

    UserId user() const { return user_; }
    const std::string& name() const { return name_; }
    bool connected() const { return connection_ && connection_->open(); }
    Connection* connection() { return connection_.get(); }

    void connect(SimNode& node);
    /// The wire breaks; the server learns of it a while later.
    void disconnect();
    /// Takes one frame from the wire; false where there is none.
    bool receive();
    /// Does one thing of its choice.
    void act();

    // For the end, when nothing goes wrong any more.
    /// Asks again for whatever is not as it should be; false where nothing is missing.
    bool mend();
    void post_to(RoomId room);
    /// From here on the last list tells what is unread in all.
    void forget_total() { last_total_.reset(); }
    void check_copies();
    void check_lists();
    bool follows(RoomId room) const;

    // What frames do.
    void hear(const EventPtr& event);
    void hear_list(RoomId room, const Listed& listed, bool gained);
    void hear_resumed(RoomId room, Position head, bool truncated);
    void hear_detached(RoomId room);

private:
    struct Post {
        ClientKey key;
        RoomId room;
        std::string text;
        std::optional<MessageId> parent;
        std::vector<Mention> mentions;
        int tries = 0;
        bool asked = false;  ///< on this connection, and not answered yet
    };

    /// Wraps what a device does with an answer, so that it comes as a frame and is counted.
    template <class T, class F>
    Completion<T> answer(std::string what, bool may_drop, F then);
    Engine& engine() { return connection_->node().engine(); }
    Caller caller() const { return {user_, connection_->home()}; }

    void ask_blocks();
    void ask_rooms(std::string cursor);
    void attach(RoomId room);
    void detach(RoomId room);
    void read_anew(RoomId room);
    void learn(const RoomView& view);
    RoomCopy& copy_of(RoomId room);
    std::optional<RoomId> some_room(bool live);
    std::optional<Message> some_message(RoomId room, bool own);

    void post();
    void send(Post& post);
    void post_answered(const ClientKey& key, const Result<Message>& answer);
    void edit();
    void mark();
    void arrange();
    void remove();
    void read();
    void typing();
    void open_direct();
    void create_group();
    void open_shared();
    void change_members();
    void delete_room();
    void change_context();
    void block();
    void consult();
    void move_consultation(const Room& room);
    void schedule();
    void change_schedule(ScheduleId schedule);
    void look_around();

    Setting& setting_;
    Ledger& ledger_;
    const UserId user_;
    const std::vector<UserId>& people_;
    const std::string name_;
    std::shared_ptr<Connection> connection_;
    std::map<RoomId, RoomCopy> rooms_;
    std::set<RoomId> attaching_;  ///< asked to, and not answered yet: one at a time
    std::set<RoomId> detaching_;  ///< asked to, and not answered yet
    std::map<RoomId, Listed> lists_;
    bool blocks_known_ = false;  ///< on this connection; nothing is attached before
    /// By which the copies were read, as far as that is known.
    std::optional<std::vector<UserId>> blocked_;
    std::optional<std::int64_t> last_total_;
    std::set<NotificationId> notified_;  ///< on this connection
    bool rooms_known_ = false;
    bool rooms_asked_ = false;
    std::vector<ScheduleId> schedules_;   ///< that were acknowledged
    std::deque<Post> posts_;              ///< not answered for good
    std::vector<std::size_t> droppable_;  ///< calls of this connection that go with it
};

}  // namespace chatcore::simulation

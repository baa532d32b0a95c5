#include "contract/bus_contract.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace chatcore::contract {
namespace {

constexpr RoomId room_a{1};
constexpr RoomId room_b{2};
constexpr UserId person{1};  // the number of room_a: the channels must differ all the same

EventPtr numbered(RoomId room, std::int64_t number) {
    return std::make_shared<const Event>(Event{HeadMoved{room, Position{number}}});
}

/// Writes down what it hears, and whether two calls of it ever overlapped.
class Ear : public BusListener {
public:
    void heard(std::vector<EventPtr> events) override {
        const Entered entered(*this);
        const std::lock_guard lock(mutex_);
        for (EventPtr& event : events) events_.push_back(std::move(event));
    }
    void interrupted() override {
        const Entered entered(*this);
        const std::lock_guard lock(mutex_);
        interruptions_.push_back(events_.size());
    }

    std::vector<EventPtr> events() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }
    std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return events_.size();
    }
    /// The numbers heard of a room, in the order of hearing.
    std::vector<std::int64_t> numbers(RoomId room) const {
        std::vector<std::int64_t> numbers;
        for (const EventPtr& event : events()) {
            const auto* moved = std::get_if<HeadMoved>(&event->what);
            if (moved != nullptr && moved->room == room) numbers.push_back(moved->head.value);
        }
        return numbers;
    }
    bool was_interrupted() const {
        const std::lock_guard lock(mutex_);
        return !interruptions_.empty();
    }
    /// Whether an interruption was told after `heard` events and before the next.
    bool interrupted_after(std::size_t heard) const {
        const std::lock_guard lock(mutex_);
        for (const std::size_t at : interruptions_) {
            if (at == heard) return true;
        }
        return false;
    }
    bool overlapped() const { return overlapped_; }

private:
    struct Entered {
        explicit Entered(Ear& ear) : ear_(ear) {
            if (++ear_.inside_ != 1) ear_.overlapped_ = true;
        }
        Entered(const Entered&) = delete;
        Entered& operator=(const Entered&) = delete;
        ~Entered() { --ear_.inside_; }
        Ear& ear_;
    };

    mutable std::mutex mutex_;
    std::vector<EventPtr> events_;
    std::vector<std::size_t> interruptions_;  // how many events had been heard
    std::atomic<int> inside_ = 0;
    std::atomic<bool> overlapped_ = false;
};

/// Takes the ears off the bus before they go, however a check ends.
class Listening {
public:
    Listening(Bus& bus, BusListener& listener) : bus_(bus) { bus_.listen(&listener); }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;
    ~Listening() { bus_.listen(nullptr); }

private:
    Bus& bus_;
};

bool subscribe(BusSubject& subject, int node, const std::vector<Channel>& channels) {
    auto done = std::make_shared<std::atomic<bool>>(false);
    subject.node(node).subscribe(channels, [done] { *done = true; });
    return subject.work_until([&] { return done->load(); });
}

void publish(Bus& bus, const EventPtr& event) {
    bus.publish({&event, 1});
}

std::vector<std::int64_t> counting(std::int64_t end) {
    std::vector<std::int64_t> numbers;
    for (std::int64_t i = 0; i < end; ++i) numbers.push_back(i);
    return numbers;
}

void hears_in_order(const BusFactory& make, Findings& findings) {
    constexpr std::int64_t events = 500;
    const auto subject = make();
    Ear ear;
    const Listening listening(subject->node(1), ear);
    findings.expect(subscribe(*subject, 1, {Channel::of(room_a), Channel::of(room_b)}),
                    "subscribing is completed");
    // Singly and in batches, of two rooms by turns.
    for (std::int64_t i = 0; i < events;) {
        std::vector<EventPtr> batch;
        for (std::int64_t size = 1 + i % 7; size > 0 && i < events; --size, ++i) {
            batch.push_back(numbered(room_a, i));
            batch.push_back(numbered(room_b, i));
        }
        subject->node(0).publish(batch);
    }
    findings.expect(subject->work_until([&] { return ear.count() >= 2 * events; }),
                    "everything published on the channels is heard");
    subject->settle();
    findings.expect(ear.numbers(room_a) == counting(events), "each once, in order (first room)");
    findings.expect(ear.numbers(room_b) == counting(events), "each once, in order (second room)");
    findings.expect(!ear.overlapped(), "the listener is called one call at a time");
}

void hears_every_kind(const BusFactory& make, Findings& findings) {
    const auto subject = make();
    Ear ear;
    const Listening listening(subject->node(1), ear);
    subscribe(*subject, 1, {Channel::of(room_a), Channel::of(person), Channel{}});
    Message message;
    message.id = {41};
    message.room = room_a;
    message.content = "한 \"quoted\"\n\\ line";
    message.attachments = {{"https://files.example/1", "a.png", 17, "image/png"}};
    message.mentions = {{{5}, 0, 1}};
    message.metadata = R"({"a":[1,2]})";
    message.parent = MessageId{40};
    message.changed_at = {41};
    message.edited_at = Timestamp{std::chrono::milliseconds{1'761'282'930'123}};
    message.sender_nickname = "닉";
    Member member;
    member.room = room_a;
    member.user = {7};
    Room room;
    room.id = room_a;
    room.title = "Room";
    room.context = Context{"product", "17"};
    room.preview = Preview{{41}, {7}, MessageType::text, "한", message.created_at, "닉"};
    const Notification notification{.id = {9},
                                    .kind = NotificationKind::invitation,
                                    .at = message.created_at,
                                    .read = false,
                                    .actor = {7},
                                    .room = room_a,
                                    .message = {},
                                    .actor_profile = {}};
    const std::vector<Event> kinds = {
        {RoomEvent{room_a, {41}, {40}, {40}, {message, member, room}}},
        {HeadMoved{room_a, {id_max}}},
        {TypingSignal{room_a, {7}, false}},
        {PresenceSignal{{7}, false, Timestamp{std::chrono::milliseconds{5}}, {room_a, room_b}}},
        {RoomGained{person, room_a}},
        {ReadMoved{person, room_a, 12, 3}},
        {TokensRevoked{person, "family.with.dots"}},
        {NotificationSignal{person, notification}},
        {BroadcastSignal{room_a, R"({"n":1})"}},
        {ActivitySignal{room_a, {7}, "IDLE", message.created_at}},
    };
    std::size_t count = 0;
    for (const Event& event : kinds) {
        publish(subject->node(0), std::make_shared<const Event>(event));
        ++count;
        if (!findings.expect(
                subject->work_until([&] { return ear.count() >= count; }),
                "an event of kind " + std::to_string(event.what.index()) + " is heard")) {
            return;
        }
        findings.expect(
            *ear.events().back() == event,
            "an event of kind " + std::to_string(event.what.index()) + " arrives as it was");
    }
}

void not_oneself(const BusFactory& make, Findings& findings) {
    const auto subject = make();
    Ear own;
    Ear other;
    const Listening listening_0(subject->node(0), own);
    const Listening listening_1(subject->node(1), other);
    subscribe(*subject, 0, {Channel::of(room_a)});
    subscribe(*subject, 1, {Channel::of(room_a)});
    publish(subject->node(0), numbered(room_a, 1));
    findings.expect(subject->work_until([&] { return other.count() == 1; }), "others hear it");
    subject->settle();
    findings.expect(own.count() == 0, "a node does not hear itself");
    publish(subject->node(1), numbered(room_a, 2));
    findings.expect(subject->work_until([&] { return own.count() == 1; }), "it hears the others");
}

void all_others_hear(const BusFactory& make, Findings& findings) {
    const auto subject = make();
    std::array<Ear, 3> ears;
    const Listening listening_0(subject->node(0), ears[0]);
    const Listening listening_1(subject->node(1), ears[1]);
    const Listening listening_2(subject->node(2), ears[2]);
    for (int node = 0; node < 3; ++node) subscribe(*subject, node, {Channel::of(room_a)});
    for (int node = 0; node < 3; ++node) publish(subject->node(node), numbered(room_a, node));
    for (const Ear& ear : ears) {
        findings.expect(subject->work_until([&] { return ear.count() >= 2; }),
                        "each node hears both others");
    }
    subject->settle();
    for (const Ear& ear : ears) findings.expect(ear.count() == 2, "and each of them once");
}

void only_what_is_subscribed(const BusFactory& make, Findings& findings) {
    const auto subject = make();
    Ear ear;
    const Listening listening(subject->node(1), ear);
    const std::vector<Channel> a = {Channel::of(room_a)};
    publish(subject->node(0), numbered(room_a, 0));
    subject->settle();
    subscribe(*subject, 1, a);
    subscribe(*subject, 1, a);
    publish(subject->node(0), numbered(room_b, 1));
    publish(subject->node(0), std::make_shared<const Event>(Event{RoomGained{person, room_a}}));
    publish(subject->node(0), numbered(room_a, 2));
    findings.expect(subject->work_until([&] { return ear.count() >= 1; }), "its channel is heard");
    subject->settle();
    findings.expect(ear.numbers(room_a) == std::vector<std::int64_t>{2},
                    "from subscribing on, and once for two subscriptions");
    findings.expect(ear.count() == 1, "no other channel is heard");
    subject->node(1).unsubscribe(a);
    subject->settle();
    publish(subject->node(0), numbered(room_a, 3));
    subject->settle();
    findings.expect(ear.count() == 1, "one unsubscribing ends it");
    subject->node(1).unsubscribe(a);
    findings.expect(subscribe(*subject, 1, a), "subscribing again is completed");
    publish(subject->node(0), numbered(room_a, 4));
    findings.expect(subject->work_until([&] { return ear.count() == 2; }), "and hears again");
    findings.expect(subscribe(*subject, 1, {}), "subscribing to nothing is completed");
    subject->node(0).publish({});
}

/// Answers each event up to a number with the next, from within the call.
class Player final : public Ear {
public:
    Player(Bus& bus, RoomId answers_to) : bus_(bus), answers_to_(answers_to) {}
    void heard(std::vector<EventPtr> events) override {
        inside_ = inside_ + 1;
        if (inside_ > 1) nested_ = true;
        for (const EventPtr& event : events) {
            const std::int64_t number = std::get<HeadMoved>(event->what).head.value;
            // Bounded by what was heard as well, since a broken bus may multiply answers.
            if (number < last && count() < 2 * last)
                publish(bus_, numbered(answers_to_, number + 1));
        }
        inside_ = inside_ - 1;
        Ear::heard(std::move(events));
    }
    bool nested() const { return nested_; }

    static constexpr std::int64_t last = 200;

private:
    Bus& bus_;
    RoomId answers_to_;
    std::atomic<int> inside_ = 0;
    std::atomic<bool> nested_ = false;
};

void listeners_may_publish(const BusFactory& make, Findings& findings) {
    const auto subject = make();
    Player first(subject->node(0), room_b);
    Player second(subject->node(1), room_a);
    const Listening listening_0(subject->node(0), first);
    const Listening listening_1(subject->node(1), second);
    subscribe(*subject, 0, {Channel::of(room_a)});
    subscribe(*subject, 1, {Channel::of(room_b)});
    publish(subject->node(1), numbered(room_a, 0));
    findings.expect(
        subject->work_until([&] { return first.count() + second.count() == Player::last + 1; }),
        "a game of answers is played to its end");
    findings.expect(!first.nested() && !second.nested(),
                    "no call of the listener is made inside another");
}

void listening_ends(const BusFactory& make, Findings& findings) {
    const auto subject = make();
    Ear first;
    Ear second;
    subscribe(*subject, 1, {Channel::of(room_a)});
    subject->node(1).listen(&first);
    publish(subject->node(0), numbered(room_a, 1));
    findings.expect(subject->work_until([&] { return first.count() == 1; }), "the first hears");
    subject->node(1).listen(&second);
    publish(subject->node(0), numbered(room_a, 2));
    findings.expect(subject->work_until([&] { return second.count() == 1; }), "the next hears");
    subject->node(1).listen(nullptr);
    publish(subject->node(0), numbered(room_a, 3));
    subject->settle();
    findings.expect(first.count() == 1, "who was replaced hears no more");
    findings.expect(second.count() == 1, "after listen(nullptr) nobody hears");
}

/// Stays inside its first call until it is let go.
class SlowEar final : public Ear {
public:
    void heard(std::vector<EventPtr> events) override {
        {
            std::unique_lock lock(mutex_);
            entered_ = true;
            go_.wait(lock, [this] { return let_go_; });
        }
        Ear::heard(std::move(events));
        left_ = true;
    }
    void let_go() {
        const std::lock_guard lock(mutex_);
        let_go_ = true;
        go_.notify_all();
    }
    bool entered() const { return entered_; }
    bool left() const { return left_; }

private:
    std::mutex mutex_;
    std::condition_variable go_;
    bool let_go_ = false;
    std::atomic<bool> entered_ = false;
    std::atomic<bool> left_ = false;
};

void waits_for_the_call_under_way(const BusFactory& make, Findings& findings) {
    const auto subject = make();
    SlowEar ear;
    subscribe(*subject, 1, {Channel::of(room_a)});
    subject->node(1).listen(&ear);
    // On a thread of its own, since a bus may deliver on the thread that publishes.
    std::thread publisher([&] { publish(subject->node(0), numbered(room_a, 1)); });
    const bool entered = subject->work_until([&] { return ear.entered(); });
    findings.expect(entered, "it is heard");
    std::atomic<bool> left_in_time = true;
    std::thread closer([&] {
        subject->node(1).listen(nullptr);
        left_in_time = ear.left() || !entered;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    ear.let_go();
    closer.join();
    publisher.join();
    findings.expect(left_in_time, "listen(nullptr) returns after the call under way has ended");
}

void tells_losses(const BusFactory& make, Findings& findings) {
    constexpr std::int64_t events = 20'000;
    const auto subject = make();
    SlowEar ear;
    const Listening listening(subject->node(1), ear);
    subscribe(*subject, 1, {Channel::of(room_a)});
    std::thread publisher([&] { publish(subject->node(0), numbered(room_a, 0)); });
    findings.expect(subject->work_until([&] { return ear.entered(); }), "the first is heard");
    for (std::int64_t i = 1; i < events; ++i) publish(subject->node(0), numbered(room_a, i));
    ear.let_go();
    publisher.join();
    const auto all_or_told = [&] { return ear.count() == events || ear.was_interrupted(); };
    findings.expect(subject->work_until(all_or_told), "all is heard, or an interruption is told");
    subject->settle();
    // What comes after the rush is heard again.
    const std::size_t before = ear.count();
    publish(subject->node(0), numbered(room_a, events));
    findings.expect(subject->work_until([&] { return ear.count() > before; }),
                    "after an interruption it hears again");
    const std::vector<std::int64_t> numbers = ear.numbers(room_a);
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        if (!findings.expect(numbers[i] > numbers[i - 1], "nothing comes late or twice")) return;
        if (numbers[i] != numbers[i - 1] + 1 &&
            !findings.expect(ear.interrupted_after(i), "a hole is told before what follows it")) {
            return;
        }
    }
}

constexpr std::array<Clause<BusFactory>, 9> clauses = {{
    {"order", hears_in_order},
    {"every kind", hears_every_kind},
    {"not oneself", not_oneself},
    {"all others", all_others_hear},
    {"subscriptions", only_what_is_subscribed},
    {"listeners may publish", listeners_may_publish},
    {"listening ends", listening_ends},
    {"the call under way", waits_for_the_call_under_way},
    {"losses", tells_losses},
}};

}  // namespace

Findings check_bus_contract(const BusFactory& make) {
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

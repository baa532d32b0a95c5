#include "contract/journal_contract.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace chatcore::contract {
namespace {

constexpr UserId ari{1};
constexpr UserId bora{2};
constexpr UserId stranger{9};

/// Keeps what settles, and looks at once whether it is in the store.
class Record final : public JournalSink {
public:
    struct Line {
        Change change;
        int home = 0;
        bool ticket_kept = false;
        Result<Outcome> outcome = unexpected(ErrorCode::internal);
        bool stored = true;
    };

    void settled(std::vector<Settled> batch, Store& store) override {
        for (const Settled& settled : batch) enter(settled.change.room);
        std::vector<Line> lines;
        for (Settled& settled : batch) {
            Line line{settled.change, settled.ticket.home, static_cast<bool>(settled.ticket.done),
                      settled.outcome, true};
            const auto* applied =
                settled.outcome ? std::get_if<Applied>(&*settled.outcome) : nullptr;
            if (applied != nullptr && std::holds_alternative<PostMessage>(line.change.what)) {
                const auto kept =
                    store.messages().find(message_at(applied->position), std::nullopt);
                line.stored = kept && kept->has_value();
            }
            lines.push_back(std::move(line));
        }
        for (const Settled& settled : batch) leave(settled.change.room);
        const std::lock_guard lock(mutex_);
        std::move(lines.begin(), lines.end(), std::back_inserter(lines_));
    }

    std::vector<Line> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return lines_.size();
    }
    bool overlapped() const { return overlapped_; }

private:
    void enter(RoomId room) {
        const std::lock_guard lock(mutex_);
        const auto me = std::this_thread::get_id();
        const auto [it, first] = inside_.try_emplace(room, me, 0);
        if (it->second.first != me) overlapped_ = true;
        ++it->second.second;
    }
    void leave(RoomId room) {
        const std::lock_guard lock(mutex_);
        const auto it = inside_.find(room);
        if (it != inside_.end() && --it->second.second <= 0) inside_.erase(it);
    }

    mutable std::mutex mutex_;
    std::vector<Line> lines_;
    std::map<RoomId, std::pair<std::thread::id, int>> inside_;
    std::atomic<bool> overlapped_ = false;
};

/// A subject with a room of two people, and a way to say things in it.
struct Scene {
    explicit Scene(const JournalFactory& make) : subject(make(record)) { room = new_room(); }

    RoomId new_room() {
        const auto context = Context{"room", std::to_string(++rooms_made)};
        const auto opened =
            subject->store().open_direct(DirectKey::of(ari, bora, context), ari, at);
        return opened ? opened->room.id : RoomId{};
    }
    Submission post(RoomId where, UserId who, int number) {
        PostMessage what;
        what.content = "text " + std::to_string(number);
        what.digest = static_cast<std::uint64_t>(number);
        what.key.bytes[0] = static_cast<std::uint8_t>(who.value);
        for (std::size_t i = 0; i < 4; ++i)
            what.key.bytes[i + 1] = static_cast<std::uint8_t>(number >> (8 * i));
        return {Change{where, who, at, std::nullopt, what}, Ticket{number % 7, {}, [](auto) {}}};
    }
    bool submit(RoomId where, UserId who, int number) {
        Submission submission = post(where, who, number);
        return subject->journal().submit(submission);
    }
    bool settles(std::size_t count) {
        return subject->wait_until([&] { return record.size() >= count; });
    }
    std::vector<Message> stored(RoomId where) {
        const auto history =
            subject->store().messages().history(HistoryQuery{.room = where, .limit = 100}, {});
        return history ? history->messages : std::vector<Message>{};
    }

    Record record;  // outlives the subject
    std::unique_ptr<JournalSubject> subject;
    Timestamp at{std::chrono::seconds{1'700'000'000}};
    int rooms_made = 0;
    RoomId room;
};

int number_of(const Record::Line& line) {
    const auto* post = std::get_if<PostMessage>(&line.change.what);
    return post != nullptr ? static_cast<int>(post->digest) : -1;
}

void settles_each_once(const JournalFactory& make, Findings& findings) {
    constexpr int count = 600;
    Scene scene(make);
    for (int i = 0; i < count; ++i) {
        while (!scene.submit(scene.room, i % 2 == 0 ? ari : bora, i)) std::this_thread::yield();
    }
    findings.expect(scene.settles(count), "every submission settles");
    scene.subject->journal().waiting();
    std::set<int> seen;
    for (const Record::Line& line : scene.record.lines()) {
        findings.expect(seen.insert(number_of(line)).second, "none settles twice");
        findings.expect(line.outcome && std::holds_alternative<Applied>(*line.outcome),
                        "a new post is applied");
        findings.expect(line.home == number_of(line) % 7 && line.ticket_kept,
                        "the ticket comes back as it was given");
        findings.expect(line.stored, "what settles as applied is in the store");
    }
    findings.expect(scene.subject->journal().waiting() == 0, "nothing waits in the end");
}

void keeps_order(const JournalFactory& make, Findings& findings) {
    constexpr int rooms = 5;
    constexpr int count = 400;
    Scene scene(make);
    std::vector<RoomId> where;
    for (int i = 0; i < rooms; ++i) where.push_back(scene.new_room());
    for (int i = 0; i < count; ++i) {
        while (!scene.submit(where[static_cast<std::size_t>(i % rooms)], ari, i))
            std::this_thread::yield();
    }
    findings.expect(scene.settles(count), "every submission settles");
    std::map<RoomId, std::pair<int, Position>> last;
    for (const Record::Line& line : scene.record.lines()) {
        const auto* applied = line.outcome ? std::get_if<Applied>(&*line.outcome) : nullptr;
        if (!findings.expect(applied != nullptr, "a new post is applied")) continue;
        auto& [number, position] = last.try_emplace(line.change.room, -1, Position{}).first->second;
        findings.expect(number_of(line) > number, "a room keeps the order of submissions");
        findings.expect(applied->position > position, "positions of a room rise as they settle");
        findings.expect(applied->prev == position, "each names the position before it");
        number = number_of(line);
        position = applied->position;
    }
}

void takes_from_many_threads(const JournalFactory& make, Findings& findings) {
    constexpr int threads = 4;
    constexpr int each = 300;
    Scene scene(make);
    const std::array<RoomId, 2> where = {scene.room, scene.new_room()};
    std::vector<std::thread> posters;
    for (int t = 0; t < threads; ++t) {
        posters.emplace_back([&, t] {
            for (int i = 0; i < each; ++i) {
                while (!scene.submit(where[static_cast<std::size_t>(i % 2)], ari, t * each + i))
                    std::this_thread::yield();
            }
        });
    }
    for (std::thread& poster : posters) poster.join();
    findings.expect(scene.settles(threads * each), "every submission settles");
    findings.expect(!scene.record.overlapped(), "the sink is called once at a time for a room");
    std::map<RoomId, Position> last;
    std::array<std::map<RoomId, int>, threads> numbers;
    for (const Record::Line& line : scene.record.lines()) {
        const auto* applied = line.outcome ? std::get_if<Applied>(&*line.outcome) : nullptr;
        if (!findings.expect(applied != nullptr, "a new post is applied")) continue;
        findings.expect(applied->position > last[line.change.room], "positions of a room rise");
        last[line.change.room] = applied->position;
        auto& before = numbers[static_cast<std::size_t>(number_of(line) / each)]
                           .try_emplace(line.change.room, -1)
                           .first->second;
        findings.expect(number_of(line) > before, "each thread's order is kept in a room");
        before = number_of(line);
    }
}

void refuses_when_full(const JournalFactory& make, Findings& findings) {
    Scene scene(make);
    scene.subject->hold();
    // One batch may be under way beside what waits.
    const int most = static_cast<int>(scene.subject->queue_max()) * 3 + 16;
    int taken = 0;
    bool refused = false;
    for (int i = 0; i < most && !refused; ++i) {
        Submission submission = scene.post(scene.room, ari, i);
        refused = !scene.subject->journal().submit(submission);
        if (!refused) ++taken;
        const auto* post = std::get_if<PostMessage>(&submission.change.what);
        if (refused) {
            findings.expect(post != nullptr && post->content == "text " + std::to_string(i) &&
                                static_cast<bool>(submission.ticket.done),
                            "a refused submission is left alone");
        }
    }
    findings.expect(refused, "it refuses when too many wait");
    findings.expect(scene.subject->journal().waiting() > 0, "it says that changes wait");
    scene.subject->release();
    findings.expect(scene.settles(static_cast<std::size_t>(taken)), "what was taken settles");
    findings.expect(scene.submit(scene.room, ari, most), "there is room again afterwards");
    findings.expect(scene.settles(static_cast<std::size_t>(taken) + 1), "and it settles");
}

void answers_refusals_and_repeats(const JournalFactory& make, Findings& findings) {
    Scene scene(make);
    scene.submit(scene.room, ari, 1);
    scene.submit(scene.room, stranger, 2);
    scene.submit(scene.room, ari, 1);
    if (!findings.expect(scene.settles(3), "every submission settles")) return;
    const auto lines = scene.record.lines();
    const auto* refused = lines[1].outcome ? std::get_if<Refused>(&*lines[1].outcome) : nullptr;
    findings.expect(refused != nullptr && refused->why.code == ErrorCode::not_a_member,
                    "who is not a member is refused");
    findings.expect(lines[2].outcome && std::holds_alternative<DuplicateOf>(*lines[2].outcome),
                    "a repeat is answered with the first");
    findings.expect(scene.stored(scene.room).size() == 1, "only one is stored");
}

void survives_unknown_commits(const JournalFactory& make, Findings& findings) {
    for (const bool done : {false, true}) {
        Scene scene(make);
        scene.submit(scene.room, ari, 1);
        if (!findings.expect(scene.settles(1), "a post settles")) return;
        const auto lines = scene.record.lines();
        const auto* first = lines[0].outcome ? std::get_if<Applied>(&*lines[0].outcome) : nullptr;
        if (!findings.expect(first != nullptr, "a post is applied")) return;
        scene.subject->fail_next(2, done);
        // An edit has no key of its own: only its batch can be known again.
        Submission edit{Change{scene.room, ari, scene.at, std::nullopt,
                               EditMessage{message_at(first->position), "better"}},
                        Ticket{0, {}, [](auto) {}}};
        scene.subject->journal().submit(edit);
        if (!findings.expect(scene.settles(2), "it settles once the store is back")) return;
        const auto end = scene.record.lines()[1].outcome;
        const bool told = end && (std::holds_alternative<Applied>(*end) ||
                                  std::holds_alternative<Replayed>(*end));
        findings.expect(told, "a change whose commit was unknown settles as applied or replayed");
        const auto stored = scene.stored(scene.room);
        findings.expect(stored.size() == 1 && stored.front().content == "better" &&
                            stored.front().edit_count == 1,
                        "it was applied once");
    }
}

void gives_up(const JournalFactory& make, Findings& findings) {
    Scene scene(make);
    scene.subject->fail_next(1'000'000, false);
    scene.submit(scene.room, ari, 1);
    if (!findings.expect(scene.settles(1), "it settles though the store stays away")) return;
    const auto end = scene.record.lines()[0].outcome;
    findings.expect(!end && is_retryable(end.error().code), "with an error that may be retried");
    scene.subject->fail_next(0, false);
    scene.submit(scene.room, ari, 1);
    findings.expect(scene.settles(2), "the next one settles");
    const auto stored = scene.stored(scene.room);
    findings.expect(stored.size() == 1, "trying again with the same key is safe");
}

void says_that_it_is_stuck(const JournalFactory& make, Findings& findings) {
    Scene scene(make);
    Journal& journal = scene.subject->journal();
    findings.expect(journal.stuck_for() == std::chrono::nanoseconds{0}, "an idle one is not stuck");
    scene.subject->hold();
    scene.submit(scene.room, ari, 1);
    constexpr std::chrono::milliseconds some{20};
    findings.expect(scene.subject->wait_until([&] { return journal.stuck_for() > some; }),
                    "it says for how long it has tried");
    findings.expect(journal.waiting() == 1, "what is being tried waits still");
    scene.subject->release();
    findings.expect(scene.settles(1), "it settles");
    const bool well = scene.subject->wait_until(
        [&] { return journal.stuck_for() == std::chrono::nanoseconds{0}; });
    findings.expect(well && journal.waiting() == 0, "it is not stuck any more");
}

void stays_stuck_over_batches(const JournalFactory& make, Findings& findings) {
    constexpr std::size_t count = 17;  // more than one batch
    Scene scene(make);
    Journal& journal = scene.subject->journal();
    scene.subject->fail_next(1'000'000, false);
    scene.subject->hold();
    for (std::size_t i = 0; i < count; ++i) scene.submit(scene.room, ari, static_cast<int>(i));
    scene.subject->release();
    std::chrono::nanoseconds last{0};
    bool fell = false;
    const bool over = scene.subject->wait_until([&] {
        const std::chrono::nanoseconds now = journal.stuck_for();
        if (scene.record.size() == count) return true;
        fell = fell || now < last;
        last = now;
        return false;
    });
    if (!findings.expect(over, "all are given up")) return;
    findings.expect(!fell, "a batch given up is no success");
    findings.expect(scene.subject->wait_until([&] { return journal.stuck_for().count() == 0; }),
                    "with nothing to try it does not say that it is stuck");
}

constexpr std::array<Clause<JournalFactory>, 9> clauses = {{
    {"settles each once", settles_each_once},
    {"order", keeps_order},
    {"threads", takes_from_many_threads},
    {"full", refuses_when_full},
    {"refusals and repeats", answers_refusals_and_repeats},
    {"unknown commits", survives_unknown_commits},
    {"gives up", gives_up},
    {"stuck", says_that_it_is_stuck},
    {"stays stuck", stays_stuck_over_batches},
}};

}  // namespace

Findings check_journal_contract(const JournalFactory& make) {
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

// What the host may do to a message before it is accepted.

#include "chatcore/ports/message_hook.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "engine_world.h"

using namespace chatcore;
using namespace chatcore::test;
using namespace std::chrono_literals;
using Verdict = MessageHook::Verdict;

namespace {

/// What the test and the hook share; the hook itself is the engine's.
struct Desk {
    std::mutex mutex;
    std::condition_variable came;
    std::vector<MessageDraft> seen;
    std::vector<Completion<Verdict>> kept;  ///< not answered yet
    std::function<std::optional<Result<Verdict>>(const MessageDraft&)> judge =
        [](const MessageDraft&) { return Verdict{MessageHook::Accept{}}; };

    bool wait_for(std::size_t drafts) {
        std::unique_lock lock(mutex);
        return came.wait_for(lock, patience, [&] { return seen.size() >= drafts; });
    }
    std::size_t count() {
        const std::lock_guard lock(mutex);
        return seen.size();
    }
    MessageDraft last() {
        const std::lock_guard lock(mutex);
        return seen.back();
    }
    /// Answers what waits longest, from the test's own thread.
    void answer(Result<Verdict> verdict) {
        Completion<Verdict> done;
        {
            const std::lock_guard lock(mutex);
            REQUIRE(!kept.empty());
            done = std::move(kept.front());
            kept.erase(kept.begin());
        }
        done(std::move(verdict));
    }
};

class DeskHook final : public MessageHook {
public:
    explicit DeskHook(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}

    void review(const MessageDraft& draft, Completion<Verdict> done) override {
        std::optional<Result<Verdict>> verdict;
        {
            const std::lock_guard lock(desk_->mutex);
            desk_->seen.push_back(draft);
            verdict = desk_->judge(draft);
            if (!verdict) desk_->kept.push_back(std::move(done));
            desk_->came.notify_all();
        }
        if (verdict) done(std::move(*verdict));
    }

private:
    std::shared_ptr<Desk> desk_;
};

struct Hooked {
    std::shared_ptr<Desk> desk = std::make_shared<Desk>();
    World world;
    UserId ari;
    UserId bora;
    RoomId room;

    explicit Hooked(Limits limits = calm(), int nodes = 1)
        : world(nodes, limits, {},
                [this](EngineParts& parts) { parts.hook = std::make_unique<DeskHook>(desk); }) {
        const auto made = world.two_people_in_a_room();
        ari = made.ari;
        bora = made.bora;
        room = made.room;
    }

    static Limits calm() {
        Limits limits;
        limits.person_posts_per_s = 0;
        limits.person_changes_per_s = 0;
        return limits;
    }
    Result<Message> post(const std::string& content, std::optional<ClientKey> key = {},
                         std::optional<UserId> by = {}) {
        PostRequest request;
        request.room = room;
        request.content = content;
        request.key = key;
        return world.try_post(by.value_or(ari), std::move(request));
    }
    Result<Message> edit(UserId user, MessageId message, const std::string& content) {
        return world.ask<Message>([&](Completion<Message> done) {
            world.engine().messages().edit({user, 0}, message, content, std::move(done));
        });
    }
    std::vector<std::string> said() {
        const auto history = world.ask<History>([&](Completion<History> done) {
            world.engine().messages().history({ari, 0}, {.room = room}, std::move(done));
        });
        REQUIRE(history);
        std::vector<std::string> contents;
        for (const Message& message : history->messages) contents.push_back(message.content);
        return contents;
    }
    void refuse_what_has(const std::string& word) {
        desk->judge = [word](const MessageDraft& draft) -> std::optional<Result<Verdict>> {
            if (draft.content.find(word) == std::string::npos)
                return Verdict{MessageHook::Accept{}};
            return Verdict{MessageHook::Refuse{"no " + word + " here"}};
        };
    }
};

}  // namespace

TEST_CASE("the host sees what is posted, and refuses it with its reason") {
    Hooked hooked;
    hooked.refuse_what_has("spam");
    REQUIRE(hooked.post("hello"));
    const MessageDraft draft = hooked.desk->last();
    CHECK(draft.kind == MessageDraft::Kind::post);
    CHECK(draft.room == hooked.room);
    CHECK(draft.sender == hooked.ari);
    CHECK(draft.content == "hello");
    const auto refused = hooked.post("buy spam");
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::refused_by_host);
    CHECK(refused.error().detail == "no spam here");
    CHECK(hooked.said() == std::vector<std::string>{"hello"});
}

TEST_CASE("a reason that cannot be shown is left out, and a long one cut") {
    Hooked hooked;
    std::string reason = "\xff";
    hooked.desk->judge = [&](const MessageDraft&) { return Verdict{MessageHook::Refuse{reason}}; };
    CHECK(hooked.post("one").error().detail.empty());
    reason = std::string(1'000, 'x');
    CHECK(hooked.post("one").error().detail == std::string(200, 'x'));
}

TEST_CASE("what the host rewrites is what is said, and the request again is the same post") {
    Hooked hooked;
    int times = 0;
    hooked.desk->judge = [&](const MessageDraft& draft) {
        // Another text each time: what is kept must be that of the first.
        return Verdict{
            MessageHook::Rewrite{draft.content + " (seen " + std::to_string(++times) + ")",
                                 {},
                                 {{draft.sender, 0, 2}, {draft.sender, 0, 999}},
                                 R"({"seen":true})"}};
    };
    const ClientKey key = hooked.world.new_key();
    const auto first = hooked.post("hello", key);
    REQUIRE(first);
    CHECK(first->content == "hello (seen 1)");
    CHECK(first->metadata == R"({"seen":true})");
    CHECK(first->mentions == std::vector<Mention>{{hooked.ari, 0, 2}});
    const auto again = hooked.post("hello", key);
    REQUIRE(again);
    CHECK(again->id == first->id);
    CHECK(again->content == "hello (seen 1)");
    CHECK(hooked.desk->count() == 1);  // asked once for the one post
    CHECK(hooked.post("hello (seen 1)", key).error().code == ErrorCode::key_reused);
    CHECK(hooked.said() == std::vector<std::string>{"hello (seen 1)"});
}

TEST_CASE("a post that was accepted is answered to its repeat, whatever the host thinks by then") {
    Hooked hooked;
    const ClientKey key = hooked.world.new_key();
    const auto first = hooked.post("old spam", key);
    REQUIRE(first);
    hooked.refuse_what_has("spam");
    const auto again = hooked.post("old spam", key);
    REQUIRE(again);
    CHECK(again->id == first->id);
}

TEST_CASE("repeats that come while the host thinks wait for what becomes of the first") {
    Hooked hooked;
    hooked.desk->judge = [](const MessageDraft&) { return std::nullopt; };
    const ClientKey key = hooked.world.new_key();
    std::vector<std::thread> posters;
    std::vector<Result<Message>> answers(3, unexpected(ErrorCode::internal));
    for (std::size_t i = 0; i < answers.size(); ++i) {
        posters.emplace_back([&, i] { answers[i] = hooked.post("hello", key); });
    }
    REQUIRE(hooked.desk->wait_for(1));
    std::this_thread::sleep_for(50ms);
    CHECK(hooked.desk->count() == 1);
    hooked.desk->answer(Verdict{MessageHook::Rewrite{"HELLO"}});
    for (std::thread& poster : posters) poster.join();
    for (const Result<Message>& answer : answers) {
        REQUIRE(answer);
        CHECK(answer->id == answers.front()->id);
        CHECK(answer->content == "HELLO");
    }
    CHECK(hooked.desk->count() == 1);
    // One that was refused is asked about anew.
    hooked.refuse_what_has("spam");
    const ClientKey other = hooked.world.new_key();
    CHECK(!hooked.post("spam", other));
    CHECK(!hooked.post("spam", other));
    CHECK(hooked.desk->count() == 3);
    CHECK(hooked.post("meat", other));
}

TEST_CASE("a host that does not answer in time is not waited for") {
    Limits limits = Hooked::calm();
    limits.hook_timeout = 30ms;
    Hooked hooked(limits);
    hooked.desk->judge = [](const MessageDraft&) { return std::nullopt; };
    const ClientKey key = hooked.world.new_key();
    const auto late = hooked.post("hello", key);
    REQUIRE(!late);
    CHECK(late.error().code == ErrorCode::timeout);
    CHECK(late.error().detail == "hook");
    hooked.desk->answer(Verdict{MessageHook::Accept{}});  // nobody hears it
    CHECK(hooked.said().empty());

    limits.hook_lets_through = true;
    hooked.world.engine().set_limits(limits);
    const auto through = hooked.post("hello", key);
    REQUIRE(through);
    CHECK(through->content == "hello");
    hooked.desk->answer(Verdict{MessageHook::Refuse{"too late"}});
    CHECK(hooked.said() == std::vector<std::string>{"hello"});
}

TEST_CASE("a host that fails is told as unavailable, or let through if so configured") {
    Limits limits = Hooked::calm();
    Hooked hooked(limits);
    hooked.desk->judge = [](const MessageDraft&) -> std::optional<Result<Verdict>> {
        return Result<Verdict>(unexpected(ErrorCode::corrupt, "", "the word list is gone"));
    };
    const auto failed = hooked.post("hello");
    REQUIRE(!failed);
    CHECK(failed.error().code == ErrorCode::unavailable);
    CHECK(failed.error().detail == "hook");
    limits.hook_lets_through = true;
    hooked.world.engine().set_limits(limits);
    CHECK(hooked.post("hello"));
}

TEST_CASE("what the hook gives must be a message") {
    Hooked hooked;
    for (const std::string& content :
         {std::string(), std::string("  "), std::string("\xff"), std::string(1'001, 'x')}) {
        hooked.desk->judge = [&](const MessageDraft&) {
            return Verdict{MessageHook::Rewrite{content}};
        };
        CHECK(hooked.post("hello").error().code == ErrorCode::internal);
    }
    hooked.desk->judge = [](const MessageDraft&) {
        return Verdict{MessageHook::Rewrite{"text", {{"javascript:1", "x", 1, "text/plain"}}}};
    };
    CHECK(hooked.post("hello").error().code == ErrorCode::internal);
    CHECK(hooked.said().empty());
}

TEST_CASE("edits are asked about where they would change what the editor said") {
    Hooked hooked;
    const auto message = hooked.post("hello");
    REQUIRE(message);
    hooked.refuse_what_has("spam");
    CHECK(hooked.edit(hooked.ari, message->id, "spam").error().code == ErrorCode::refused_by_host);
    const MessageDraft draft = hooked.desk->last();
    CHECK(draft.kind == MessageDraft::Kind::edit);
    CHECK(draft.message == message->id);
    CHECK(draft.room == hooked.room);
    hooked.desk->judge = [](const MessageDraft& edited) {
        return Verdict{MessageHook::Rewrite{edited.content + "!"}};
    };
    const auto edited = hooked.edit(hooked.ari, message->id, "good");
    REQUIRE(edited);
    CHECK(edited->content == "good!");
    const std::size_t asked = hooked.desk->count();
    CHECK(hooked.edit(hooked.bora, message->id, "mine").error().code == ErrorCode::forbidden);
    CHECK(hooked.edit(hooked.ari, MessageId{999'999}, "what").error().code == ErrorCode::not_found);
    CHECK(hooked.edit(hooked.ari, message->id, "good!"));
    CHECK(hooked.desk->count() == asked);
}

TEST_CASE("who may not post is refused without the host") {
    Hooked hooked;
    const UserId chan = hooked.world.person("chan");
    CHECK(hooked.post("hello", hooked.world.new_key(), chan).error().code ==
          ErrorCode::not_a_member);
    CHECK(hooked.desk->count() == 0);
}

TEST_CASE("a forward is asked about for each room, and goes to all of them or none") {
    Hooked hooked;
    std::vector<RoomId> rooms;
    for (int i = 0; i < 3; ++i) {
        GroupRequest request;
        request.title = "group";
        const auto made = hooked.world.ask<RoomView>([&](Completion<RoomView> done) {
            hooked.world.engine().rooms().create_group({hooked.ari, 0}, request, std::move(done));
        });
        REQUIRE(made);
        rooms.push_back(made->room.id);
    }
    const auto original = hooked.post("the original");
    REQUIRE(original);
    const auto forward = [&](const std::string& comment, std::optional<ClientKey> key = {}) {
        return hooked.world.ask<std::vector<Message>>([&](Completion<std::vector<Message>> done) {
            ForwardRequest request;
            request.message = original->id;
            request.rooms = rooms;
            request.comment = comment;
            request.key = key;
            hooked.world.engine().messages().forward({hooked.ari, 0}, request, std::move(done));
        });
    };
    hooked.desk->judge = [&](const MessageDraft& draft) -> std::optional<Result<Verdict>> {
        if (draft.room == rooms[2]) return Verdict{MessageHook::Refuse{"not there"}};
        return Verdict{MessageHook::Accept{}};
    };
    const ClientKey key = hooked.world.new_key();
    CHECK(forward("look", key).error().code == ErrorCode::refused_by_host);
    CHECK(hooked.desk->count() == 4);
    const MessageDraft draft = hooked.desk->last();
    CHECK(draft.kind == MessageDraft::Kind::forward);
    CHECK(draft.content == "look");
    REQUIRE(draft.forwarded_from);
    CHECK(draft.forwarded_from->content == "the original");

    hooked.desk->judge = [](const MessageDraft& each) {
        return Verdict{MessageHook::Rewrite{each.content.empty() ? "" : each.content + "!"}};
    };
    const auto done = forward("look", key);
    REQUIRE(done);
    REQUIRE(done->size() == 3);
    for (const Message& message : *done) CHECK(message.content == "look!");
    const std::size_t asked = hooked.desk->count();
    const auto again = forward("look", key);
    REQUIRE(again);
    CHECK((*again)[1].id == (*done)[1].id);
    CHECK(hooked.desk->count() == asked);
    const auto bare = forward("");
    REQUIRE(bare);
    CHECK(bare->front().content.empty());
}

TEST_CASE("what is due is asked about when it is sent") {
    Limits limits = Hooked::calm();
    limits.schedule_interval = 5ms;
    Hooked hooked(limits);
    hooked.desk->judge = [](const MessageDraft& draft) -> std::optional<Result<Verdict>> {
        if (draft.content == "spam") return Verdict{MessageHook::Refuse{"no"}};
        return Verdict{MessageHook::Rewrite{draft.content + "!"}};
    };
    const auto schedule = [&](const std::string& content) {
        const auto made = hooked.world.ask<Schedule>([&](Completion<Schedule> done) {
            ScheduleRequest request;
            request.room = hooked.room;
            request.content = content;
            request.at = SystemClock().now() + 20ms;
            hooked.world.engine().schedules().create({hooked.ari, 0}, request, std::move(done));
        });
        REQUIRE(made);
        return made->id;
    };
    const auto state_of = [&](ScheduleId id) {
        const auto page = hooked.world.ask<Page<Schedule>>([&](Completion<Page<Schedule>> done) {
            hooked.world.engine().schedules().list({hooked.ari, 0}, {}, 100, std::move(done));
        });
        REQUIRE(page);
        for (const Schedule& each : page->items) {
            if (each.id == id) return each.state;
        }
        return ScheduleState::cancelled;
    };
    const ScheduleId good = schedule("later");
    const ScheduleId bad = schedule("spam");
    const auto end = std::chrono::steady_clock::now() + patience;
    while (
        (state_of(good) == ScheduleState::scheduled || state_of(bad) == ScheduleState::scheduled) &&
        std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(5ms);
    CHECK(state_of(good) == ScheduleState::sent);
    CHECK(state_of(bad) == ScheduleState::failed);
    CHECK(hooked.said() == std::vector<std::string>{"later!"});
    CHECK(hooked.desk->count() == 2);
}

TEST_CASE("an answer that comes when the engine has gone is nobody's") {
    std::shared_ptr<Desk> desk;
    {
        Hooked hooked;
        desk = hooked.desk;
        desk->judge = [](const MessageDraft&) { return std::nullopt; };
        PostRequest request;
        request.room = hooked.room;
        request.content = "hello";
        hooked.world.engine().messages().post({hooked.ari, 0}, request, [](Result<Message>) {});
        REQUIRE(desk->wait_for(1));
    }
    desk->answer(Verdict{MessageHook::Accept{}});
    CHECK(desk->kept.empty());
}

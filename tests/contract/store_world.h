#pragma once
// A store under test, and the few words in which its contract is written.
// Long because every clause is written in these words, and they are one vocabulary.

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chatcore/ports/store_factory.h"

#include "contract/findings.h"

namespace chatcore::contract {

/// A durable state and the factory over it.
class StoreSubject {
public:
    virtual ~StoreSubject() = default;

    virtual StoreFactory& factory() = 0;
    /// Ends and starts again over the same state, as a process would. All stores are gone before.
    virtual void restart() = 0;
};

/// Makes subjects with an empty state each.
using StoreSubjectFactory = std::function<std::unique_ptr<StoreSubject>()>;

/// Ends a clause whose next steps would make no sense. Thrown and caught by the suite alone.
struct Abandoned {};

inline constexpr UserId ari{1};
inline constexpr UserId bora{2};
inline constexpr UserId chan{3};
inline constexpr UserId dana{4};

/// One clause's world: an empty store, a clock that moves by a second a step, and the findings.
class StoreWorld {
public:
    StoreWorld(const StoreSubjectFactory& make, Findings& findings)
        : findings_(findings), subject_(make()) {
        open();
    }

    Store& store() { return *store_; }
    StoreFactory& factory() { return subject_->factory(); }
    void restart() {
        store_.reset();
        subject_->restart();
        open();
    }

    bool expect(bool holds, std::string_view what) { return findings_.expect(holds, what); }
    /// As `expect`, but without it the clause cannot go on.
    void require(bool holds, std::string_view what) {
        if (!findings_.expect(holds, what)) throw Abandoned{};
    }
    template <class T>
    T value(Result<T> result, std::string_view what = "a call succeeds") {
        if (!result) {
            const Error& error = result.error();
            require(false, std::string(what) + " (" + std::string(name_of(error.code)) + ": " +
                               error.cause + ")");
        }
        return std::move(result).value();
    }
    void done(const Status& status, std::string_view what) { require(status.has_value(), what); }
    /// Whether the call is refused with this code.
    template <class T>
    bool refuses(const Result<T>& result, ErrorCode code) {
        return !result.has_value() && result.error().code == code;
    }

    Timestamp tick() { return now_ += std::chrono::seconds(1); }
    Timestamp now() const { return now_; }
    ClientKey new_key() {
        ClientKey key;
        ++keys_;
        for (std::size_t i = 0; i < 8; ++i) {
            key.bytes[i] = static_cast<std::uint8_t>(keys_ >> (8 * i));
        }
        return key;
    }

    RoomId direct(UserId a, UserId b, const std::optional<Context>& context = {}) {
        DirectKey key = DirectKey::of(a, b, {});
        if (context) key.context = context;
        return value(store().open_direct(key, a, tick())).room.id;
    }
    RoomId group(UserId owner, std::vector<UserId> members, bool open = false) {
        NewGroup group;
        group.owner = owner;
        group.title = "a group";
        group.open = open;
        group.members = std::move(members);
        return value(store().open_group(group, tick())).id;
    }

    Change change(RoomId room, UserId actor, RoomChange what) {
        return {room, actor, tick(), std::nullopt, std::move(what)};
    }
    PostMessage text(std::string content) {
        PostMessage post;
        post.key = new_key();
        post.digest = std::hash<std::string>{}(content);
        post.content = std::move(content);
        return post;
    }

    Result<std::vector<Outcome>> try_batch(std::int64_t number, bool retry,
                                           const std::vector<Change>& changes) {
        return store().apply({worker, number, retry, changes});
    }
    std::vector<Outcome> apply(const std::vector<Change>& changes) {
        std::vector<Outcome> outcomes = value(try_batch(++batches_, false, changes), "apply");
        require(outcomes.size() == changes.size(), "each change is answered");
        return outcomes;
    }
    Outcome apply(RoomId room, UserId actor, RoomChange what) {
        return apply({change(room, actor, std::move(what))}).front();
    }
    std::int64_t last_batch() const { return batches_; }

    Applied applied(const Outcome& outcome, std::string_view what = "the change is applied") {
        const auto* found = std::get_if<Applied>(&outcome);
        require(found != nullptr && !found->states.empty(), what);
        return *found;
    }
    Applied applied(RoomId room, UserId actor, RoomChange what) {
        return applied(apply(room, actor, std::move(what)));
    }
    template <class Thing>
    Thing state(const State& state) {
        const auto* found = std::get_if<Thing>(&state);
        require(found != nullptr, "the state is of the kind that changed");
        return *found;
    }
    bool refused(const Outcome& outcome, ErrorCode code) {
        const auto* found = std::get_if<Refused>(&outcome);
        return found != nullptr && found->why.code == code;
    }
    Message post(RoomId room, UserId actor, std::string content,
                 std::optional<MessageId> parent = {}) {
        PostMessage what = text(std::move(content));
        what.parent = parent;
        return state<Message>(applied(room, actor, std::move(what)).states.front());
    }

    Room room(RoomId id) {
        std::optional<Room> found = value(store().rooms().find(id));
        require(found.has_value(), "the room is found");
        return *found;
    }
    Member member(RoomId id, UserId user) {
        std::optional<Member> found = value(store().rooms().member(id, user));
        require(found.has_value(), "the member is found");
        return *found;
    }
    Message message(MessageId id) {
        std::optional<Message> found = value(store().messages().find(id, std::nullopt));
        require(found.has_value(), "the message is found");
        return *found;
    }
    std::int64_t unread(RoomId id, UserId user) {
        std::optional<RoomView> view = value(store().rooms().view(id, user));
        require(view.has_value(), "the room is seen");
        return view->unread_count;
    }
    Changes changes(RoomId id, Position since, int limit = 100) {
        return value(store().messages().changes(id, since, limit, std::nullopt), "changes");
    }
    /// The contents of a cut of history.
    std::vector<std::string> contents(const HistoryQuery& query) {
        std::vector<std::string> texts;
        for (const Message& found :
             value(store().messages().history(query, std::nullopt)).messages) {
            texts.push_back(found.content);
        }
        return texts;
    }

private:
    static constexpr std::int64_t worker = 4711;

    void open() { store_ = value(factory().open(), "a store is opened"); }

    Findings& findings_;
    std::unique_ptr<StoreSubject> subject_;
    std::unique_ptr<Store> store_;
    Timestamp now_{std::chrono::milliseconds{1'761'280'530'123}};
    std::uint64_t keys_ = 0;
    std::int64_t batches_ = 0;
};

/// Makes a clause of a function that is given a world.
template <void (*Check)(StoreWorld&)>
void in_world(const StoreSubjectFactory& make, Findings& findings) {
    try {
        StoreWorld world(make, findings);
        Check(world);
    } catch (const Abandoned&) {
        // What was missing is among the findings.
    }
}

}  // namespace chatcore::contract

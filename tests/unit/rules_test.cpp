// What the contract of stores cannot see: how the rules use the rows that an adapter gives them.

#include <map>

#include <doctest/doctest.h>

#include "chatcore/rules/apply_batch.h"
#include "chatcore/rules/state_order.h"

using namespace chatcore;

namespace {

constexpr RoomId the_room{1};
constexpr UserId ari{1};
constexpr UserId bora{2};
constexpr Timestamp now{std::chrono::milliseconds{1'000}};

/// A room of two, kept in maps, that counts what is asked of it.
class CountingRows final : public Rows {
public:
    CountingRows() {
        NewRoom made = new_direct_room(the_room, DirectKey::of(ari, bora, {}), ari, now);
        room = made.room;
        for (const Member& member : made.members) members[member.user] = member;
    }

    Status load(const Needs& needs, WorkingSet& set) override {
        ++loads;
        if (failing_loads) return unexpected(ErrorCode::unavailable, "store");
        if (loads == 1) set.put_position(position);
        for (RoomId id : needs.rooms) {
            ++rows_named;
            if (id == the_room) set.put(room);
        }
        for (const MemberKey& key : needs.members) {
            ++rows_named;
            if (key.room == the_room && members.contains(key.user)) set.put(members[key.user]);
        }
        for (MessageId id : needs.messages) {
            if (messages.contains(id)) set.put(messages[id]);
        }
        for (const NameKey& key : needs.names) {
            ++names_asked;
            if (named.contains(key.folded)) set.put_named(key, {named[key.folded]});
        }
        for (const Room* direct : set.direct_rooms(needs.said_in)) {
            ++blocks_asked;
            set.put_blocked(direct->id, blocked);
        }
        return {};
    }
    Result<std::optional<MessageMark>> last_message(RoomId, Position) override {
        return std::optional<MessageMark>{};
    }
    Result<std::int64_t> deleted_after(RoomId, std::int64_t) override { return 0; }
    Result<std::optional<UserId>> successor(RoomId, UserId) override {
        return std::optional<UserId>{};
    }
    Result<bool> has_blocked(UserId, UserId) override { return blocked; }
    Result<std::optional<std::string>> batch_record(std::int64_t, std::int64_t) override {
        return record;
    }
    Status save(const WorkingSet& set) override {
        ++saves;
        position = set.position();
        for (const Message* message : set.inserted_messages()) {
            messages[message->id] = *message;
            digests[message->id] = set.digest_of(*message);
        }
        if (Status status = set.for_altered_rooms([&](const Room& altered, bool) -> Status {
                ++rooms_saved;
                room = altered;
                return {};
            });
            !status) {
            return status;
        }
        if (set.record) record = set.record->bytes;
        return set.for_altered_members([&](const Member& altered, bool) -> Status {
            ++members_saved;
            members[altered.user] = altered;
            return {};
        });
    }

    Room room;
    std::map<UserId, Member> members;
    std::map<MessageId, Message> messages;
    std::map<MessageId, std::uint64_t> digests;
    Position position{10};
    std::optional<std::string> record;
    bool failing_loads = false;
    int loads = 0;
    bool blocked = false;
    int blocks_asked = 0;
    int names_asked = 0;
    std::map<std::string, UserId> named;
    int rows_named = 0;
    int saves = 0;
    int rooms_saved = 0;
    int members_saved = 0;
};

Change post(std::uint8_t key) {
    PostMessage what;
    what.key.bytes[0] = key;
    what.digest = key;
    what.content = std::string("a message");
    return {the_room, ari, now, std::nullopt, what};
}

Result<std::vector<Outcome>> decide(CountingRows& rows, const std::vector<Change>& changes,
                                    bool retry = false) {
    return apply_batch(rows, Batch{1, 1, retry, changes, {}});
}

}  // namespace

TEST_CASE("a room that is posted to a hundred times is loaded once and written once") {
    CountingRows rows;
    std::vector<Change> changes;
    for (std::uint8_t i = 0; i < 100; ++i) changes.push_back(post(i));
    auto outcomes = decide(rows, changes);
    REQUIRE(outcomes.has_value());
    CHECK(outcomes->size() == 100);
    CHECK(rows.loads == 1);
    CHECK(rows.rows_named == 2);
    CHECK(rows.blocks_asked == 1);
    CHECK(rows.saves == 1);
    CHECK(rows.rooms_saved == 1);
    CHECK(rows.members_saved == 1);
    CHECK(rows.messages.size() == 100);
    CHECK(rows.room.last_seq == 100);
    CHECK(rows.room.head == rows.position);
    CHECK(rows.position == Position{110});
    CHECK(rows.digests[MessageId{13}] == 2);
}

TEST_CASE("blocks are asked for once a direct room, and for no group") {
    CountingRows rows;
    rows.blocked = true;
    auto outcomes = decide(rows, {post(1), post(2)});
    REQUIRE(outcomes.has_value());
    for (const Outcome& outcome : *outcomes) {
        const auto* refused = std::get_if<Refused>(&outcome);
        REQUIRE(refused != nullptr);
        CHECK(refused->why.code == ErrorCode::blocked);
    }
    CHECK(rows.loads == 1);
    CHECK(rows.blocks_asked == 1);
    CHECK(rows.messages.empty());

    CountingRows group;
    group.blocked = true;
    group.room.kind = RoomKind::group;
    group.room.direct.reset();
    outcomes = decide(group, {post(1), post(2)});
    REQUIRE(outcomes.has_value());
    CHECK(std::holds_alternative<Applied>(outcomes->back()));
    CHECK(group.loads == 1);
    CHECK(group.blocks_asked == 0);
}

TEST_CASE("names are asked for with the batch, each once, and by no post without an @") {
    CountingRows rows;
    rows.named["bora"] = bora;
    rows.named["ari"] = ari;
    const auto saying = [](std::uint8_t key, std::string content) {
        Change change = post(key);
        std::get<PostMessage>(change.what).content = std::move(content);
        return change;
    };
    auto outcomes =
        decide(rows, {saying(1, "hi @bora"), saying(2, "@Bora @ari"), saying(3, "bora")});
    REQUIRE(outcomes.has_value());
    CHECK(rows.loads == 2);  // the names, and then whose they are
    CHECK(rows.rows_named == 3);
    CHECK(rows.names_asked == 2);
    CHECK(rows.saves == 1);
    CHECK(rows.messages[MessageId{11}].mentions == std::vector{Mention{bora, 3, 5}});
    CHECK(rows.messages[MessageId{12}].mentions ==
          std::vector{Mention{bora, 0, 5}, Mention{ari, 6, 4}});
    CHECK(rows.messages[MessageId{13}].mentions.empty());
}

TEST_CASE("an empty batch asks for nothing") {
    CountingRows rows;
    auto outcomes = decide(rows, {});
    REQUIRE(outcomes.has_value());
    CHECK(rows.loads + rows.saves == 0);
}

TEST_CASE("an error of the rows ends the whole batch") {
    CountingRows rows;
    rows.failing_loads = true;
    auto outcomes = decide(rows, {post(1)});
    REQUIRE(!outcomes.has_value());
    CHECK(outcomes.error().code == ErrorCode::unavailable);
    CHECK(rows.saves == 0);
}

TEST_CASE("a refused change leaves no trace in the rows") {
    CountingRows rows;
    Change stranger = post(1);
    stranger.actor = UserId{99};
    auto outcomes = decide(rows, {stranger});
    REQUIRE(outcomes.has_value());
    CHECK(std::holds_alternative<Refused>(outcomes->front()));
    CHECK(rows.rooms_saved == 0);
    CHECK(rows.members_saved == 0);
    CHECK(rows.messages.empty());
}

TEST_CASE("a position that the journal has drawn is taken as it is") {
    CountingRows rows;
    Change numbered = post(1);
    numbered.position = Position{5'000};
    auto outcomes = decide(rows, {numbered});
    REQUIRE(outcomes.has_value());
    const auto* applied = std::get_if<Applied>(&outcomes->front());
    REQUIRE(applied != nullptr);
    CHECK(applied->position == Position{5'000});
    CHECK(rows.messages.contains(MessageId{5'000}));
    CHECK(rows.position == Position{5'000});
}

TEST_CASE("a retry is answered from the record, and a record that does not fit is corrupt") {
    CountingRows rows;
    const std::vector<Change> changes = {post(1), post(2)};
    REQUIRE(decide(rows, changes).has_value());
    auto again = decide(rows, changes, true);
    REQUIRE(again.has_value());
    CHECK(std::holds_alternative<Replayed>(again->back()));
    CHECK(rows.messages.size() == 2);
    CHECK(rows.saves == 1);

    const std::string whole = *rows.record;
    for (const std::string& bad : {whole.substr(1), whole + "x", std::string()}) {
        rows.record = bad;
        auto refused = decide(rows, changes, true);
        REQUIRE(!refused.has_value());
        CHECK(refused.error().code == ErrorCode::corrupt);
    }
}

TEST_CASE("states are told by position, the chief one first") {
    Message root;
    root.id = MessageId{5};
    Message reply;
    reply.id = MessageId{9};
    root.changed_at = reply.changed_at = Position{9};
    CHECK(told_before(reply, root));
    CHECK(!told_before(root, reply));
    Member leaving;
    leaving.user = UserId{9};
    leaving.active = false;
    Member heir;
    heir.user = UserId{3};
    CHECK(told_before(leaving, heir));
    CHECK(!told_before(heir, leaving));
    Room room;
    CHECK(told_before(room, heir));
    room.changed_at = Position{10};
    CHECK(told_before(reply, room));
    CHECK(!told_before(room, room));
}

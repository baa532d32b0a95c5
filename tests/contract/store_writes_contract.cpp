#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "contract/store_contract.h"

namespace chatcore::contract {
namespace {

void an_empty_batch(StoreWorld& world) {
    world.expect(world.apply(std::vector<Change>{}).empty(), "an empty batch is an empty answer");
}

void a_post_is_kept(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    PostMessage what = world.text("hello 안녕");
    what.type = MessageType::file;
    what.attachments = {{"https://files.example/1", "a.png", 17, "image/png"}, {"/u", "n", 0, "t"}};
    what.mentions = {{bora, 0, 5}};
    what.metadata = R"({"a":1})";
    const Applied applied = world.applied(room, ari, what);
    const auto told = world.state<Message>(applied.states.front());
    world.expect(applied.position == position_of(told.id), "a message's id is its position");
    world.expect(told.content == what.content && told.key == what.key && told.type == what.type &&
                     told.attachments == what.attachments && told.mentions == what.mentions &&
                     told.metadata == what.metadata && told.sender == ari && told.room == room &&
                     told.created_at == world.now() && told.changed_at == applied.position,
                 "the answer is what was posted");
    world.expect(world.message(told.id) == told, "what was answered can be read back");
    const Room header = world.room(room);
    world.expect(header.preview && header.preview->id == told.id &&
                     header.preview->content == what.content && header.preview->sender == ari,
                 "the room shows it as its last");
    world.expect(header.last_seq == 1 && header.head == applied.position &&
                     header.last_activity_at == world.now(),
                 "the room's counters moved with it");
    world.restart();
    world.expect(world.message(told.id) == told, "it is there after a restart");
    world.expect(world.room(room) == header, "and so is the room");
}

void long_previews_are_cut(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    std::string content;
    for (int i = 0; i < 150; ++i) content += "가";
    world.post(room, ari, content);
    const Room header = world.room(room);
    world.require(header.preview.has_value(), "there is a preview");
    world.expect(header.preview->content.size() == 300, "a preview is the first 100 code points");
}

bool is_duplicate_of(StoreWorld& world, const Outcome& outcome, MessageId first) {
    const auto* duplicate = std::get_if<DuplicateOf>(&outcome);
    return duplicate != nullptr && duplicate->position == position_of(first) &&
           world.state<Message>(duplicate->state).id == first;
}

void a_repeated_post(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const PostMessage what = world.text("once");
    const std::vector<Outcome> both =
        world.apply({world.change(room, ari, what), world.change(room, ari, what)});
    const MessageId first = message_at(world.applied(both.front()).position);
    world.expect(is_duplicate_of(world, both.back(), first),
                 "a repeat in one batch is answered with the first");
    world.expect(is_duplicate_of(world, world.apply(room, ari, what), first),
                 "a repeat in a later batch is answered with the first");
    world.restart();
    world.expect(is_duplicate_of(world, world.apply(room, ari, what), first),
                 "a repeat after a restart is answered with the first");
    world.expect(world.contents({.room = room}) == std::vector<std::string>{"once"},
                 "it is stored once");
    world.expect(world.room(room).last_seq == 1, "it is counted once");
    world.expect(is_duplicate_of(world, world.apply(world.direct(ari, chan), ari, what), first),
                 "the key counts in every room of the sender");
}

void a_reused_key(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    PostMessage what = world.text("first");
    const Message first = world.state<Message>(world.applied(room, ari, what).states.front());
    PostMessage other = what;
    other.content = "second";
    ++other.digest;
    world.expect(world.refused(world.apply(room, ari, other), ErrorCode::key_reused),
                 "the same key with another digest is refused");
    other.digest = what.digest | (std::uint64_t{1} << 63);
    world.expect(world.refused(world.apply(room, ari, other), ErrorCode::key_reused),
                 "all 64 bits of the digest count");
    world.expect(world.message(first.id) == first, "the first stays as it was");
    world.applied(world.apply(room, bora, what), "the same key of another person is another post");
}

void a_retried_batch(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    const Message old = world.post(room, bora, "old");
    const PostMessage known = world.text("known");
    const Applied read = world.applied(room, ari, known);
    const Message extra = world.post(room, ari, "extra");
    const std::vector<Change> changes = {
        world.change(room, ari, world.text("new")),
        world.change(room, ari, known),
        world.change(room, dana, world.text("not in here")),
        world.change(room, ari, RenameRoom{"renamed"}),
        world.change(room, ari, RenameRoom{"renamed"}),
        world.change(room, chan, LeaveRoom{}),
        world.change(room, ari, DeleteMessage{old.id}),
        world.change(room, ari, InviteMembers{{dana}}),
        world.change(room, ari, DeleteMessage{extra.id}),
        world.change(room, bora, MoveReadPointer{read.position}),
    };
    const auto first = world.value(world.try_batch(1'000, false, changes), "the first try");
    world.require(first.size() == changes.size(), "each change is answered");
    const Room before = world.room(room);
    const auto check = [&](std::string_view when) {
        const auto again = world.value(world.try_batch(1'000, true, changes), "a retry");
        world.require(again.size() == changes.size(), "each change is answered again");
        for (std::size_t i = 0; i < first.size(); ++i) {
            bool same = first[i].index() == again[i].index();
            if (const auto* applied = std::get_if<Applied>(&first[i])) {
                const auto* replayed = std::get_if<Replayed>(&again[i]);
                const State& told = applied->states.front();
                same = replayed != nullptr && replayed->position == applied->position &&
                       changed_at(replayed->state) == changed_at(told) &&
                       // A room's counters go on; nothing else here is touched again.
                       (std::holds_alternative<Room>(told) || replayed->state == told);
            } else if (std::holds_alternative<Refused>(first[i])) {
                same = first[i] == again[i];
            }
            world.expect(same, "change " + std::to_string(i) + " is answered as before " +
                                   std::string(when));
        }
        world.expect(world.room(room) == before, "nothing is applied twice");
    };
    check("at once");
    world.restart();
    check("after a restart");
}

void a_retry_of_what_never_was(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const std::vector<Change> changes = {world.change(room, ari, world.text("hello"))};
    const auto outcomes = world.value(world.try_batch(77, true, changes), "a retry");
    world.require(outcomes.size() == 1, "it is answered");
    world.applied(outcomes.front(), "a retry of a batch that was not applied is applied");
}

void a_refusal_is_alone(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const std::vector<Outcome> outcomes =
        world.apply({world.change(room, ari, world.text("one")),
                     world.change(room, chan, world.text("not a member")),
                     world.change(RoomId{999'999}, ari, world.text("no room")),
                     world.change(room, bora, EditMessage{MessageId{888'888}, "no message"}),
                     world.change(room, bora, world.text("two"))});
    world.expect(world.refused(outcomes[1], ErrorCode::not_a_member),
                 "who is not a member may not post");
    world.expect(world.refused(outcomes[2], ErrorCode::not_found), "there is no such room");
    world.expect(world.refused(outcomes[3], ErrorCode::not_found), "there is no such message");
    world.expect(world.contents({.room = room}) == std::vector<std::string>{"two", "one"},
                 "the others are applied");
    const Applied last = world.applied(outcomes[4]);
    world.expect(last.prev == world.applied(outcomes[0]).position,
                 "what is refused takes no position");
}

void positions_rise(StoreWorld& world) {
    const RoomId one = world.direct(ari, bora);
    const RoomId two = world.direct(ari, chan);
    std::set<std::int64_t> seen;
    std::map<RoomId, Position> heads;
    const auto post = [&](RoomId room) {
        const Applied applied = world.applied(room, ari, world.text("x"));
        world.expect(seen.insert(applied.position.value).second, "no position is given twice");
        world.expect(applied.prev == heads[room], "prev is the room's position before");
        world.expect(applied.position > heads[room], "positions rise within a room");
        heads[room] = applied.position;
    };
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 4; ++i) post(i % 2 == 0 ? one : two);
        world.restart();
    }
    const RoomId three = world.direct(ari, dana);
    world.expect(!seen.contains(three.value), "a room's id is no message's id");
}

void replies_are_counted(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const Message root = world.post(room, ari, "root");
    PostMessage what = world.text("reply");
    what.parent = root.id;
    const Applied posted = world.applied(room, bora, what);
    world.require(posted.states.size() == 2, "a reply tells of itself and of its root");
    const auto reply = world.state<Message>(posted.states[0]);
    const auto counted = world.state<Message>(posted.states[1]);
    world.expect(reply.parent == root.id && counted.id == root.id, "the reply comes first");
    world.expect(counted.reply_count == 1 && counted.changed_at == posted.position,
                 "the root counts it, at its position");
    const Message nested = world.post(room, ari, "reply to the reply", reply.id);
    world.expect(nested.parent == root.id, "a reply to a reply has the same root");
    world.expect(world.message(root.id).reply_count == 2, "both are counted");
    const Applied deleted = world.applied(room, bora, DeleteMessage{reply.id});
    world.expect(deleted.states.size() == 2 && world.message(root.id).reply_count == 1,
                 "a deleted reply is not counted");
    PostMessage foreign = world.text("foreign");
    foreign.parent = world.post(world.direct(ari, chan), ari, "elsewhere").id;
    world.expect(world.refused(world.apply(room, ari, foreign), ErrorCode::not_found),
                 "a parent in another room is not found");
}

void edits_and_deletions(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    const Message first = world.post(room, bora, "first");
    const Message second = world.post(room, bora, "second");
    world.expect(
        world.refused(world.apply(room, ari, EditMessage{first.id, "x"}), ErrorCode::forbidden),
        "only the sender may edit");
    const Outcome same = world.apply(room, bora, EditMessage{first.id, "first"});
    world.expect(std::holds_alternative<Unchanged>(same), "the same content changes nothing");
    const Applied edited = world.applied(room, bora, EditMessage{second.id, "second, better"});
    const Message now = world.message(second.id);
    world.expect(now.content == "second, better" && now.edit_count == 1 &&
                     now.edited_at == world.now() && now.changed_at == edited.position &&
                     now.created_at == second.created_at && now.seq == second.seq,
                 "an edit is kept with its time and count");
    world.expect(world.room(room).preview->content == "second, better",
                 "the room's preview follows an edit of the last message");
    world.expect(
        world.refused(world.apply(room, chan, DeleteMessage{first.id}), ErrorCode::forbidden),
        "another member may not delete");
    const Applied deleted = world.applied(room, ari, DeleteMessage{first.id});
    const Message gone = world.message(first.id);
    world.expect(gone.content.empty() && gone.deleted_at == world.now() &&
                     gone.changed_at == deleted.position && gone.key == first.key,
                 "the owner may, and a tombstone stays");
    world.expect(
        world.refused(world.apply(room, bora, DeleteMessage{first.id}), ErrorCode::already_deleted),
        "a second time is already_deleted");
    world.expect(world.refused(world.apply(room, bora, EditMessage{first.id, "x"}),
                               ErrorCode::already_deleted),
                 "a tombstone cannot be edited");
    world.expect(world.room(room).preview->content == "second, better",
                 "the preview stays with the last message");
    world.restart();
    world.expect(world.message(first.id) == gone && world.message(second.id) == now,
                 "both are so after a restart");
}

void one_batch_on_the_same_rows(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const Message old = world.post(room, bora, "old");
    const PostMessage post = world.text("short-lived");
    // The id is not known before; positions of this store are drawn in order.
    const MessageId next{world.room(room).head.value + 1};
    const std::vector<Outcome> outcomes = world.apply({
        world.change(room, ari, post),
        world.change(room, ari, EditMessage{next, "edited"}),
        world.change(room, bora, MoveReadPointer{position_of(next)}),
        world.change(room, ari, DeleteMessage{next}),
        world.change(room, ari, MoveReadPointer{Position{old.id.value}}),
        world.change(room, bora, EditMessage{old.id, "older"}),
        world.change(room, bora, EditMessage{old.id, "oldest"}),
    });
    if (world.applied(outcomes[0]).position != position_of(next)) return;  // numbers otherwise
    for (std::size_t i : {1U, 2U, 3U, 5U, 6U}) world.applied(outcomes[i]);
    const Message gone = world.message(next);
    world.expect(gone.deleted_at.has_value() && gone.edit_count == 1 && gone.content.empty(),
                 "a message posted, edited and deleted in one batch is a tombstone");
    const Message twice = world.message(old.id);
    world.expect(twice.content == "oldest" && twice.edit_count == 2, "the last edit stands");
    world.expect(world.member(room, bora).read_position == position_of(next),
                 "the pointer reached the message of the same batch");
    world.expect(world.room(room).head == world.applied(outcomes[6]).position,
                 "the head is the last position");
    world.expect(world.unread(room, bora) == 0 && world.unread(room, ari) == 0,
                 "nothing is unread");
}

void stores_of_one_factory(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    auto other = world.value(world.factory().open(), "a second store");
    constexpr int each = 40;
    std::vector<std::int64_t> positions[2];
    bool failed[2] = {};
    const auto run = [&](std::size_t index, Store& store, UserId who) {
        for (int i = 0; i < each; ++i) {
            PostMessage post;
            post.key.bytes[0] = static_cast<std::uint8_t>(i);
            post.key.bytes[15] = 0xff;
            post.content = "x";
            const Change change{room, who, world.now(), std::nullopt, post};
            auto outcomes =
                store.apply({static_cast<std::int64_t>(index) + 1, i, false, {&change, 1}});
            const auto* applied = outcomes && outcomes->size() == 1
                                      ? std::get_if<Applied>(&outcomes->front())
                                      : nullptr;
            if (applied == nullptr) {
                failed[index] = true;
                return;
            }
            positions[index].push_back(applied->position.value);
        }
    };
    std::thread second([&] { run(1, *other, bora); });
    run(0, world.store(), ari);
    second.join();
    world.require(!failed[0] && !failed[1], "two stores may apply at once");
    for (const auto& mine : positions) {
        world.expect(std::is_sorted(mine.begin(), mine.end()), "positions rise for each of them");
    }
    std::set<std::int64_t> all(positions[0].begin(), positions[0].end());
    all.insert(positions[1].begin(), positions[1].end());
    world.expect(all.size() == 2 * each, "no position is given to both");
    const History newest = world.value(
        other->messages().history({.room = room, .limit = 100}, std::nullopt), "history");
    world.expect(newest.messages.size() == 2 * each, "each sees what both have applied");
    std::set<std::int64_t> seqs;
    for (const Message& message : newest.messages) seqs.insert(message.seq);
    world.expect(seqs.size() == 2 * each && *seqs.rbegin() == 2 * each, "seq counts without a gap");
}

}  // namespace

Findings check_store_writes(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"an empty batch is an empty answer", in_world<an_empty_batch>},
        {"a post is kept as it was answered", in_world<a_post_is_kept>},
        {"a preview is cut", in_world<long_previews_are_cut>},
        {"a repeated post is answered with the first", in_world<a_repeated_post>},
        {"a key names one request", in_world<a_reused_key>},
        {"a batch tried again is answered, not applied", in_world<a_retried_batch>},
        {"a first try may be called a retry", in_world<a_retry_of_what_never_was>},
        {"a refused change leaves the others alone", in_world<a_refusal_is_alone>},
        {"positions rise and are never given twice", in_world<positions_rise>},
        {"replies are counted at their root", in_world<replies_are_counted>},
        {"edits and deletions", in_world<edits_and_deletions>},
        {"changes of one batch see each other", in_world<one_batch_on_the_same_rows>},
        {"stores of one factory share one state", in_world<stores_of_one_factory>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

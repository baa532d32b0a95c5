#include <algorithm>
#include <chrono>

#include "chatcore/text.h"

#include "contract/store_contract.h"

namespace chatcore::contract {
namespace {

void reactions(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    const Message said = world.post(room, ari, "lunch?");
    const auto react = [&](UserId user, std::string emoji, bool present = true) {
        return world.apply(room, user, SetReaction{said.id, std::move(emoji), present});
    };
    const Applied first = world.applied(react(bora, "👍"));
    world.applied(react(ari, "👍"));
    world.applied(react(bora, "🎉"));
    const std::vector<Reaction> all = {{"👍", {bora, ari}}, {"🎉", {bora}}};
    world.expect(world.message(said.id).reactions == all,
                 "reactions are kept in the order they came");
    world.expect(world.state<Message>(first.states.front()).changed_at == first.position,
                 "a reaction changes the message");
    world.expect(std::holds_alternative<Unchanged>(react(bora, "👍")),
                 "the same reaction again changes nothing");
    world.expect(std::holds_alternative<Unchanged>(react(chan, "👍", false)),
                 "nor does taking away what is not there");
    world.applied(react(bora, "👍", false));
    world.applied(react(bora, "🎉", false));
    world.restart();
    world.expect(world.message(said.id).reactions == std::vector<Reaction>{{"👍", {ari}}},
                 "what nobody put there is gone, and the rest outlives a restart");
    world.expect(world.refused(react(dana, "👍"), ErrorCode::not_a_member),
                 "who is not in may not react");

    Batch batch{77, 1, false, {}, {}};
    batch.limits.reactions_max = 1;
    const Change more = world.change(room, chan, SetReaction{said.id, "🔥", true});
    batch.changes = {&more, 1};
    world.expect(
        world.refused(world.value(world.store().apply(batch)).front(), ErrorCode::invalid_reaction),
        "different reactions are bounded");

    world.applied(room, ari, DeleteMessage{said.id});
    world.expect(world.message(said.id).reactions.empty(), "a tombstone has none");
    world.expect(world.refused(react(bora, "👍"), ErrorCode::already_deleted), "and gets none");
}

void pins(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    std::vector<MessageId> said;
    for (int i = 0; i < 4; ++i) said.push_back(world.post(room, bora, std::to_string(i)).id);
    const auto pinned = [&] {
        std::vector<MessageId> ids;
        for (const Message& message : world.value(world.store().messages().pins(room, bora)))
            ids.push_back(message.id);
        return ids;
    };
    world.expect(
        world.refused(world.apply(room, bora, SetPin{said[0], true}), ErrorCode::forbidden),
        "a plain member of a group may not pin");
    for (int i : {1, 0, 2})
        world.applied(room, ari, SetPin{said[static_cast<std::size_t>(i)], true});
    world.expect(pinned() == std::vector{said[2], said[0], said[1]}, "the newest pin is first");
    const std::optional<Pin> pin = world.message(said[2]).pin;
    world.expect(pin && pin->by == ari && pin->at == world.now(), "who and when is kept");
    world.expect(std::holds_alternative<Unchanged>(world.apply(room, ari, SetPin{said[1], true})),
                 "pinning again changes nothing");
    world.expect(world.refused(world.apply(room, ari, SetPin{said[3], true}), ErrorCode::pin_limit),
                 "three pins are the limit");
    world.applied(room, ari, SetPin{said[0], false});
    world.applied(room, bora, DeleteMessage{said[1]});
    world.expect(world.room(room).pin_count == 1, "a deleted message is pinned no more");
    world.restart();
    world.applied(room, ari, SetPin{said[3], true});
    world.expect(pinned() == std::vector{said[3], said[2]}, "which makes room for others");
    world.expect(world.refuses(world.store().messages().pins(room, dana), ErrorCode::not_a_member),
                 "pins are for members");
    const RoomId direct = world.direct(ari, bora);
    const MessageId note = world.post(direct, ari, "x").id;
    world.applied(direct, bora, SetPin{note, true});
    world.expect(world.message(note).pin.has_value(), "both people of a direct room may pin");
    // Limits are of each room, also in one batch.
    std::vector<Change> changes;
    for (int i = 0; i < 4; ++i)
        changes.push_back(world.change(direct, ari, SetPin{world.post(direct, ari, "y").id, true}));
    const auto outcomes = world.apply(changes);
    world.expect(world.refused(outcomes[2], ErrorCode::pin_limit) &&
                     world.refused(outcomes[3], ErrorCode::pin_limit),
                 "the limit holds within a batch");
}

void threads(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    const Message first = world.post(room, ari, "first");
    const Message second = world.post(room, bora, "second");
    world.post(room, bora, "alone");
    std::vector<MessageId> replies;
    for (UserId user : {bora, chan, bora})
        replies.push_back(world.post(room, user, "reply", first.id).id);
    const MessageId last = world.post(room, chan, "reply", second.id).id;
    MessageReader& messages = world.store().messages();
    const auto threads = world.value(messages.threads(room, MessageId{id_max}, 10, ari)).items;
    world.require(threads.size() == 2, "what was answered is a thread");
    world.expect(threads[0].root.id == second.id && threads[0].last_reply.id == last,
                 "the newest root is first");
    world.expect(threads[1].root.reply_count == 3 && threads[1].last_reply.id == replies[2] &&
                     threads[1].participants == std::vector{bora, chan},
                 "with its last reply, and who replied last first");
    const auto page = world.value(messages.threads(room, MessageId{id_max}, 1, ari));
    world.expect(page.items.size() == 1 && page.next_cursor == std::to_string(second.id.value),
                 "they come in pages");
    world.expect(
        world.value(messages.threads(room, second.id, 1, ari)).items[0].root.id == first.id,
        "which go on below a root");

    const auto some = world.value(messages.replies(first.id, MessageId{}, 2, ari));
    world.expect(some.items.size() == 2 && some.items[0].id == replies[0] && some.has_more(),
                 "replies are listed oldest first");
    const auto rest = world.value(messages.replies(first.id, replies[1], 2, ari));
    world.expect(rest.items.size() == 1 && !rest.has_more(), "and go on behind one");
    world.expect(
        world.refuses(messages.replies(first.id, MessageId{}, 2, dana), ErrorCode::not_found),
        "strangers find no thread");
    world.expect(
        world.refuses(messages.threads(room, MessageId{id_max}, 2, dana), ErrorCode::not_a_member),
        "and no list of them");
    for (MessageId reply : replies) world.applied(room, ari, DeleteMessage{reply});
    world.expect(world.value(world.store().messages().threads(room, MessageId{id_max}, 10, ari))
                         .items.size() == 1,
                 "without replies there is no thread");
}

void filters(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const MessageId root = world.post(room, ari, "root").id;
    PostMessage image = world.text("image");
    image.type = MessageType::image;
    world.applied(room, ari, image);
    world.post(room, bora, "reply", root);
    PostMessage second = world.text("second image");
    second.type = MessageType::image;
    second.parent = root;
    world.applied(room, bora, second);
    HistoryQuery query{.room = room};
    query.type = MessageType::image;
    world.expect(world.contents(query) == std::vector<std::string>{"second image", "image"},
                 "history of one type");
    query.replies = false;
    world.expect(world.contents(query) == std::vector<std::string>{"image"}, "without replies");
    query.type = MessageType::text;
    world.expect(world.contents(query) == std::vector<std::string>{"root"}, "texts alone");
    query.type.reset();
    query.after = Position{};
    world.expect(world.contents(query) == std::vector<std::string>{"root", "image"},
                 "and of all types, oldest first");
    query.type = MessageType::image;
    query.limit = 1;
    world.expect(!world.value(world.store().messages().history(query, ari)).has_more,
                 "what is left out does not count as more");
}

void searching(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const RoomId other = world.group(chan, {dana});
    const auto say = [&](UserId user, std::string text, RoomId where) {
        return world.post(where, user, std::move(text)).id;
    };
    const MessageId hello = say(ari, "여러분 안녕하세요", room);
    const MessageId tea = say(bora, "Tea at FIVE, Café Straße?", room);
    const MessageId kana = say(bora, "東京でお茶を飲みましょう 100%_ \"AND\" it's", room);
    const MessageId far = say(chan, "안녕, tea?", other);
    const auto search = [&](std::string_view wanted, std::optional<UserId> viewer, auto... set) {
        SearchQuery query{.text = text::fold(wanted)};
        (set(query), ...);
        std::vector<MessageId> ids;
        for (const Message& found :
             world.value(world.store().search().messages(query, viewer), "search").items)
            ids.push_back(found.id);
        return ids;
    };
    using Ids = std::vector<MessageId>;
    world.expect(search("안녕", ari) == Ids{hello}, "a part of a longer word is found");
    world.expect(search("녕하세", ari) == Ids{hello} && search("하안", ari).empty(),
                 "what stands in a row, and in that order");
    world.expect(search("요", ari) == Ids{hello} && search("여", ari) == Ids{hello},
                 "a single syllable, first or last");
    world.expect(search("five", ari) == Ids{tea} && search("cafe\u0301 STRASSE", ari) == Ids{tea},
                 "in any case and composition");
    world.expect(search("お茶", ari) == Ids{kana} && search("100%_", ari) == Ids{kana} &&
                     search("\"AND\" it's", ari) == Ids{kana} && search("*", ari).empty(),
                 "in any script, with no character special");
    world.expect(search("안녕", std::nullopt) == Ids{far, hello}, "the newest is first");
    world.expect(search("tea", chan) == Ids{far}, "in one's own rooms only");
    world.expect(
        search("tea", std::nullopt, [&](SearchQuery& q) { q.room = room; }) == Ids{tea} &&
            search("tea", std::nullopt, [&](SearchQuery& q) { q.sender = chan; }) == Ids{far} &&
            search("tea", std::nullopt, [&](SearchQuery& q) { q.type = MessageType::image; })
                .empty() &&
            search("tea", std::nullopt, [&](SearchQuery& q) { q.type = MessageType::text; }) ==
                Ids{far, tea},
        "of one room, sender or type");
    const Timestamp when = world.message(far).created_at;
    world.expect(
        search("tea", std::nullopt, [&](SearchQuery& q) { q.from = when; }) == Ids{far} &&
            search("tea", std::nullopt, [&](SearchQuery& q) { q.until = when; }) == Ids{tea},
        "of a time");
    SearchQuery page{.text = "tea", .limit = 1};
    const auto first = world.value(world.store().search().messages(page, std::nullopt));
    world.expect(first.items.size() == 1 && first.next_cursor == std::to_string(far.value),
                 "a page ends at its limit");
    page.before = far;
    world.expect(!world.value(world.store().search().messages(page, std::nullopt)).has_more(),
                 "and the next goes on below");
    world.expect(world.refuses(world.store().search().messages({.text = "tea", .room = room}, chan),
                               ErrorCode::not_a_member),
                 "a room is searched by its members");

    world.applied(room, bora, EditMessage{tea, "coffee at five"});
    world.applied(room, ari, DeleteMessage{hello});
    world.restart();
    world.expect(search("tea", ari).empty() && search("coffee", ari) == Ids{tea},
                 "an edited message is found by what it says now");
    world.expect(search("안녕", ari).empty(), "and a deleted one not at all");
    world.applied(room, ari, SetReaction{tea, "👍", true});
    world.expect(search("coffee", ari) == Ids{tea}, "other changes leave it to be found");
    PostMessage forward = world.text("");
    forward.forwarded_from = Original{far, other, chan, "안녕, tea?"};
    const auto forwarded = world.state<Message>(world.applied(room, ari, forward).states.front());
    world.expect(search("안녕", ari) == Ids{forwarded.id},
                 "what is forwarded is found by its text");
    world.applied(other, dana, LeaveRoom{});
    world.expect(search("tea", dana).empty(), "who has left finds nothing there");
}

void titles(StoreWorld& world) {
    const auto group = [&](UserId owner, std::string title, bool open) {
        NewGroup made;
        made.owner = owner;
        made.title = std::move(title);
        made.open = open;
        return world.value(world.store().open_group(made, world.tick())).id;
    };
    const RoomId mine = group(ari, "Tea time", false);
    const RoomId open = group(bora, "오픈 TEAM", true);
    group(bora, "tea, closed", false);
    world.direct(ari, bora);
    const auto search = [&](UserId viewer, std::string_view wanted, RoomId after = {},
                            int limit = 10) {
        std::vector<RoomId> ids;
        for (const Room& found :
             world.value(world.store().search().rooms(viewer, text::fold(wanted), after, limit))
                 .items)
            ids.push_back(found.id);
        return ids;
    };
    using Ids = std::vector<RoomId>;
    world.expect(search(ari, "tea") == Ids{mine, open}, "one's own groups and open ones, by id");
    world.expect(search(chan, "오픈") == Ids{open} && search(chan, "time").empty(),
                 "not those of others");
    world.expect(search(ari, "tea", mine) == Ids{open} && search(ari, "tea", {}, 1) == Ids{mine},
                 "in pages");
    world.post(open, bora, "for members");
    const auto shown = [&](UserId viewer) {
        return world.value(world.store().search().rooms(viewer, "team", {}, 1)).items.front();
    };
    world.expect(shown(bora).preview && !shown(ari).preview,
                 "what is said in an open group is for those who are in it");
    world.applied(mine, ari, LeaveRoom{});
    world.expect(search(ari, "tea") == Ids{open}, "what was left is found no more");
}

void forwards(StoreWorld& world) {
    const RoomId from = world.direct(ari, bora);
    const RoomId to = world.direct(ari, chan);
    const Message original = world.post(from, bora, "the news");
    PostMessage what = world.text("");
    what.forwarded_from = Original{original.id, from, bora, "the news"};
    const auto told = world.state<Message>(world.applied(to, ari, what).states.front());
    world.expect(told.forwarded_from == what.forwarded_from && told.content.empty(),
                 "what was forwarded carries its original");
    const auto header = world.room(to);
    world.expect(header.preview && header.preview->content == "the news",
                 "and the room shows what it says");
    world.restart();
    world.expect(world.message(told.id) == told, "also after a restart");
    world.applied(to, ari, DeleteMessage{told.id});
    world.expect(!world.message(told.id).forwarded_from, "deleting it takes the original along");
}

void notices(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    world.expect(world.refused(world.apply(room, bora, SetNotice{"x"}), ErrorCode::forbidden),
                 "a plain member of a group sets no notice");
    const Applied set = world.applied(room, ari, SetNotice{"be kind"});
    const Notice notice{"be kind", ari, world.now()};
    world.expect(world.state<Room>(set.states.front()).notice == notice, "a notice is told");
    world.expect(std::holds_alternative<Unchanged>(world.apply(room, ari, SetNotice{"be kind"})),
                 "the same again changes nothing");
    world.restart();
    const Room header = world.room(room);
    world.expect(header.notice == notice && header.changed_at == set.position,
                 "and outlives a restart");
    world.applied(room, ari, SetNotice{""});
    world.expect(!world.room(room).notice, "an empty one takes it away");
    world.expect(std::holds_alternative<Unchanged>(world.apply(room, ari, SetNotice{""})), "once");
    world.applied(world.direct(ari, bora), bora, SetNotice{"ours"});
}

void roles(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan, dana});
    const auto set = [&](UserId actor, UserId user, MemberRole role) {
        return world.apply(room, actor, SetRole{user, role});
    };
    world.expect(world.refused(set(bora, chan, MemberRole::admin), ErrorCode::forbidden),
                 "a member gives no roles");
    world.applied(set(ari, bora, MemberRole::admin));
    world.expect(world.refused(set(bora, chan, MemberRole::admin), ErrorCode::forbidden),
                 "nor does an admin");
    world.expect(world.refused(set(ari, ari, MemberRole::member), ErrorCode::invalid_value),
                 "an owner hands over, and does not step down");
    world.expect(world.refused(set(ari, UserId{99}, MemberRole::admin), ErrorCode::not_found),
                 "strangers have no role");
    const Applied handed = world.applied(set(ari, chan, MemberRole::owner));
    world.require(handed.states.size() == 2, "handing over changes two");
    world.expect(world.member(room, chan).role == MemberRole::owner &&
                     world.member(room, ari).role == MemberRole::admin,
                 "the owner that was is an admin then");
    world.expect(world.changes(room, handed.prev).items.size() == 2, "both are in the feed");
    world.expect(std::holds_alternative<Unchanged>(set(chan, bora, MemberRole::admin)),
                 "the same role changes nothing");
    world.applied(room, dana, LeaveRoom{});
    world.expect(world.refused(set(chan, dana, MemberRole::admin), ErrorCode::not_found),
                 "who has left gets no role");
}

void bars(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan}, true);
    const Timestamp until = world.now() + std::chrono::hours(1);
    world.expect(
        world.refused(world.apply(room, bora, GagMember{chan, until}), ErrorCode::forbidden),
        "a member gags nobody");
    const MessageId said = world.post(room, bora, "before").id;
    world.applied(room, ari, GagMember{bora, until});
    world.expect(
        world.refused(world.apply(room, bora, world.text("x")), ErrorCode::muted) &&
            world.refused(world.apply(room, bora, EditMessage{said, "y"}), ErrorCode::muted),
        "who is gagged neither posts nor edits");
    world.restart();
    Change late = world.change(room, bora, world.text("after"));
    late.at = until;
    world.applied(world.apply({late}).front());
    world.applied(room, ari, GagMember{bora, {}});
    world.post(room, bora, "free again");

    world.applied(room, ari, RemoveMember{bora, true});
    world.expect(world.refused(world.apply(room, bora, world.text("x")), ErrorCode::banned) &&
                     world.refused(world.apply(room, bora, JoinRoom{}), ErrorCode::banned),
                 "who is banned is told so");
    world.expect(
        world.refused(world.apply(room, chan, InviteMembers{{bora}}), ErrorCode::forbidden),
        "and comes back by no plain member's invitation");
    world.applied(room, ari, InviteMembers{{bora}});
    world.expect(!world.member(room, bora).banned, "but by a leader's");
    world.applied(room, chan, LeaveRoom{});
    world.applied(room, ari, RemoveMember{chan});
    world.expect(world.refused(world.apply(room, chan, JoinRoom{}), ErrorCode::forbidden),
                 "who has left by themselves can be barred from coming back");
}

void showing(StoreWorld& world) {
    const RoomId both = world.direct(ari, bora);
    const RoomId group = world.group(ari, {bora, chan});
    const MessageId of_ari = message_at(world.applied(both, ari, world.text("hers")).position);
    const MessageId of_bora = message_at(world.applied(both, bora, world.text("his")).position);
    const MessageId in_group = message_at(world.applied(group, ari, world.text("all")).position);
    world.applied(both, ari, SetReaction{of_bora, "👍", true});
    world.applied(both, ari, SetPin{of_ari, true});
    world.applied(both, ari, SetNotice{"be kind"});
    const auto block = [&](bool present) {
        world.value(world.store().social().apply({bora, world.tick(), SetBlock{ari, present}}));
    };
    block(true);
    const auto outcomes = world.apply({
        world.change(both, ari, EditMessage{of_ari, "something rude"}),
        world.change(both, ari, SetReaction{of_bora, "💩", true}),
        world.change(both, ari, SetPin{of_bora, true}),
        world.change(both, ari, SetNotice{"something rude"}),
        world.change(both, bora, EditMessage{of_bora, "from the blocker"}),
        world.change(group, ari, EditMessage{in_group, "in a group"}),
        world.change(both, ari, SetReaction{of_bora, "👍", false}),
        world.change(both, ari, SetPin{of_ari, false}),
        world.change(both, ari, SetNotice{""}),
        world.change(both, ari, DeleteMessage{of_ari}),
    });
    for (const std::size_t i : {0U, 1U, 2U, 3U, 4U}) {
        world.expect(world.refused(outcomes[i], ErrorCode::blocked),
                     "what was said is not changed into something else, nor marked");
    }
    for (const std::size_t i : {5U, 6U, 7U, 8U, 9U})
        world.applied(outcomes[i], "groups are not concerned, and taking away is no message");
    block(false);
    world.applied(world.apply(both, bora, EditMessage{of_bora, "after"}), "unblocked, they edit");
}

void personal(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const RoomId other = world.direct(ari, bora);
    const Position head = world.room(room).head;
    const Outcome set = world.apply(room, bora, SetPersonal{true, {}});
    world.expect(std::holds_alternative<Unchanged>(set) && world.room(room).head == head,
                 "what is one's own takes no position");
    world.apply(room, bora, SetPersonal{{}, true});
    world.restart();
    const auto view = world.value(world.store().rooms().view(room, bora));
    world.expect(view && view->favorite && view->muted, "and is kept");
    world.expect(!world.value(world.store().rooms().view(room, ari))->favorite,
                 "for that person alone");
    RoomListQuery query;
    query.favorites_only = true;
    const auto page = world.value(world.store().rooms().list(bora, query));
    world.expect(page.items.size() == 1 && page.items[0].room.id == room, "favourites are listed");
    world.apply(room, bora, SetPersonal{false, {}});
    world.expect(world.value(world.store().rooms().list(bora, query)).items.empty(),
                 "until they are none");
    world.expect(
        world.value(world.store().rooms().list(bora, {})).items.size() == 2 && other != room,
        "and the others all along");
    world.expect(
        world.refused(world.apply(room, dana, SetPersonal{true, {}}), ErrorCode::not_a_member),
        "strangers have none");
}

}  // namespace

Findings check_store_marks(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"reactions are kept", in_world<reactions>},
        {"pins are kept", in_world<pins>},
        {"threads are told", in_world<threads>},
        {"history is filtered", in_world<filters>},
        {"messages are found", in_world<searching>},
        {"groups are found by title", in_world<titles>},
        {"what is forwarded carries its original", in_world<forwards>},
        {"notices are kept", in_world<notices>},
        {"roles are given and handed over", in_world<roles>},
        {"members are gagged and banned", in_world<bars>},
        {"a block ends what may be said of what was said", in_world<showing>},
        {"what is one's own is kept", in_world<personal>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

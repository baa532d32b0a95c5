#include "contract/personal_contract.h"

#include <algorithm>

#include "chatcore/text.h"

namespace chatcore::contract {
namespace {

using Ids = std::vector<MessageId>;

constexpr int many = 100;

Result<Message> try_toggle(StoreWorld& world, UserId user, MessageId message, int max = many) {
    return world.store().personal().toggle_bookmark(user, message, max);
}
bool toggle(StoreWorld& world, UserId user, MessageId message) {
    const Message marked = world.value(try_toggle(world, user, message), "a bookmark is turned");
    world.require(marked.id == message && marked.bookmarked.has_value(),
                  "it is answered with the message, and whether it is marked");
    return *marked.bookmarked;
}
Ids ids_of(const std::vector<Message>& messages) {
    Ids ids;
    for (const Message& message : messages) ids.push_back(message.id);
    return ids;
}
Page<Message> page_of(StoreWorld& world, UserId user, BookmarkQuery query = {}) {
    return world.value(world.store().personal().bookmarks(user, query), "bookmarks are listed");
}
Ids bookmarks(StoreWorld& world, UserId user, std::string_view text = {},
              std::optional<RoomId> room = {}) {
    return ids_of(page_of(world, user, {.text = text::fold(text), .room = room}).items);
}

void putting(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const Message said = world.post(room, ari, "keep this");
    const Position head = world.room(room).head;
    world.expect(toggle(world, bora, said.id), "the first time puts one");
    world.expect(bookmarks(world, bora) == Ids{said.id}, "and it is listed");
    world.expect(bookmarks(world, ari).empty(), "for that person alone");
    world.expect(world.message(said.id) == said && world.room(room).head == head,
                 "the message and the room stay as they are");
    world.expect(!world.value(world.store().messages().find(said.id, bora))->bookmarked,
                 "reads of messages do not say it");
    world.restart();
    world.expect(bookmarks(world, bora) == Ids{said.id}, "it outlives a restart");
    world.expect(!toggle(world, bora, said.id) && bookmarks(world, bora).empty(),
                 "the second time takes it away");
    world.expect(toggle(world, bora, said.id) && bookmarks(world, bora) == Ids{said.id},
                 "and the third puts it again");

    world.expect(world.refuses(try_toggle(world, dana, said.id), ErrorCode::not_found) &&
                     world.refuses(try_toggle(world, bora, MessageId{9'999}), ErrorCode::not_found),
                 "what one may not read is not there");
    const Message second = world.post(room, ari, "second");
    world.expect(world.refuses(try_toggle(world, bora, second.id, 1), ErrorCode::too_many),
                 "bookmarks are bounded");
    world.expect(!world.value(try_toggle(world, bora, said.id, 1)).bookmarked.value_or(true),
                 "which keeps nobody from taking one away");
    world.applied(room, ari, DeleteMessage{second.id});
    world.expect(world.refuses(try_toggle(world, bora, second.id), ErrorCode::already_deleted),
                 "a tombstone gets none");
}

void listing(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const RoomId other = world.group(bora, {ari});
    const MessageId tea = world.post(room, ari, "Tea at FIVE, Café Straße").id;
    const MessageId hello = world.post(other, bora, "여러분 안녕하세요").id;
    const MessageId kana = world.post(room, bora, "東京でお茶").id;
    const MessageId plain = world.post(room, bora, "nothing").id;
    for (const MessageId id : {kana, tea, hello}) toggle(world, ari, id);
    toggle(world, bora, plain);
    world.expect(bookmarks(world, ari) == Ids{hello, tea, kana}, "the newest bookmark is first");
    world.expect(page_of(world, ari).items.front().bookmarked == true, "and says that it is one");
    world.expect(bookmarks(world, ari, "", room) == Ids{tea, kana}, "of one room");
    world.expect(
        bookmarks(world, ari, "녕하") == Ids{hello} && bookmarks(world, ari, "お茶") == Ids{kana},
        "by any part of what is said, in any script");
    world.expect(bookmarks(world, ari, "cafe\u0301 STRASSE") == Ids{tea} &&
                     bookmarks(world, ari, "tea", other).empty(),
                 "in any case and composition");
    world.expect(bookmarks(world, ari, "nothing").empty(), "among one's own");

    const Page<Message> first = page_of(world, ari, {.limit = 2});
    world.require(first.items.size() == 2 && first.has_more(), "a page ends at its limit");
    const BookmarkId place{std::stoll(first.next_cursor)};
    const Page<Message> rest = page_of(world, ari, {.before = place, .limit = 2});
    world.expect(ids_of(rest.items) == Ids{kana} && !rest.has_more(), "and the next goes on below");

    const auto among = [&](UserId user, Ids asked) {
        return world.value(world.store().personal().bookmarked_among(user, asked));
    };
    world.expect(among(ari, {kana, plain, tea}) == Ids{tea, kana} && among(bora, {tea}).empty() &&
                     among(ari, {}).empty(),
                 "of some messages it is told which are marked");

    world.applied(room, ari, EditMessage{tea, "coffee"});
    world.expect(
        bookmarks(world, ari, "tea").empty() && bookmarks(world, ari, "coffee") == Ids{tea},
        "an edited message is found by what it says now");
    world.applied(room, ari, DeleteMessage{tea});
    world.restart();
    world.expect(bookmarks(world, ari) == Ids{hello, kana} && among(ari, {tea}).empty(),
                 "the bookmark of a deleted message is gone");
    world.applied(other, ari, LeaveRoom{});
    world.expect(bookmarks(world, ari) == Ids{kana},
                 "what is in a room that was left is not shown");
    world.expect(world.refuses(world.store().personal().bookmarks(ari, {.room = other}),
                               ErrorCode::not_a_member),
                 "nor is that room's list");
    world.applied(other, ari, JoinRoom{});
    world.expect(bookmarks(world, ari) == Ids{hello, kana}, "until one is back");
}

void totals(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const RoomId other = world.direct(ari, bora);
    const auto post = [&](MessageType type) {
        PostMessage what = world.text("x");
        what.type = type;
        return world.state<Message>(world.applied(room, ari, what).states.front()).id;
    };
    const auto totals = [&] { return world.room(room).totals; };
    const MessageId text = post(MessageType::text);
    const MessageId image = post(MessageType::image);
    post(MessageType::video);
    const MessageId file = post(MessageType::file);
    post(MessageType::file);
    world.expect(totals() == MessageTotals{5, 2, 2}, "posts are counted, by what they are");
    world.expect(world.room(other).totals == MessageTotals{}, "in their room");
    world.applied(room, ari, EditMessage{text, "y"});
    world.applied(room, ari, SetReaction{image, "👍", true});
    world.restart();
    world.expect(totals() == MessageTotals{5, 2, 2}, "changes of them are not, nor a restart");
    for (const MessageId gone : {image, file}) world.applied(room, ari, DeleteMessage{gone});
    world.expect(totals() == MessageTotals{3, 1, 1}, "a deleted message counts no more");
    world.expect(
        world.refused(world.apply(room, ari, DeleteMessage{file}), ErrorCode::already_deleted) &&
            totals() == MessageTotals{3, 1, 1},
        "and that once");
    PostMessage again = world.text("again");
    world.applied(room, ari, again);
    world.apply(room, ari, again);
    world.expect(totals() == MessageTotals{4, 1, 1}, "a repeated post counts once");
}

void pages(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    std::vector<MessageId> ids;
    constexpr MessageType types[] = {MessageType::text, MessageType::image, MessageType::video,
                                     MessageType::file};
    for (std::size_t i = 0; i < 12; ++i) {
        PostMessage what = world.text(std::to_string(i));
        what.type = types[i % 4];
        ids.push_back(world.state<Message>(world.applied(room, ari, what).states.front()).id);
    }
    world.applied(room, ari, DeleteMessage{ids[10]});
    const auto page = [&](std::int64_t number, int limit, std::vector<MessageType> of = {}) {
        return world.value(world.store().messages().page(
            {.room = room, .types = std::move(of), .page = number, .limit = limit}, bora));
    };
    HistoryPage first = page(1, 5);
    world.expect(
        ids_of(first.messages) == Ids{ids[11], ids[9], ids[8], ids[7], ids[6]} && first.has_more,
        "the newest are first, without tombstones");
    world.expect(first.totals == MessageTotals{11, 5, 3}, "with the totals of the room");
    world.expect(ids_of(page(2, 5).messages) == Ids{ids[5], ids[4], ids[3], ids[2], ids[1]},
                 "the second page goes on");
    const HistoryPage last = page(3, 5);
    world.expect(ids_of(last.messages) == Ids{ids[0]} && !last.has_more, "to the end");
    world.expect(!page(1, 11).has_more && page(4, 5).messages.empty() &&
                     page(1'000'000, 100).totals.all == 11,
                 "behind which there is nothing but the totals");
    world.expect(ids_of(page(1, 2, {MessageType::image}).messages) == Ids{ids[9], ids[5]} &&
                     ids_of(page(2, 2, {MessageType::image}).messages) == Ids{ids[1]},
                 "pages of one type");
    const std::vector<MessageType> files = {MessageType::file, MessageType::video};
    world.expect(ids_of(page(1, 3, files).messages) == Ids{ids[11], ids[7], ids[6]} &&
                     page(1, 3, files).has_more &&
                     ids_of(page(2, 3, files).messages) == Ids{ids[3], ids[2]} &&
                     !page(2, 3, files).has_more,
                 "of several");
    world.expect(ids_of(page(1, 9, {MessageType::text, MessageType::file}).messages) ==
                     Ids{ids[11], ids[8], ids[7], ids[4], ids[3], ids[0]},
                 "and of texts with others");
    world.expect(page(1, 3, {MessageType::image}).totals == first.totals,
                 "the totals are of all types");
    world.expect(
        world.refuses(world.store().messages().page({.room = room}, dana), ErrorCode::not_a_member),
        "pages are for members");
}

}  // namespace

Findings check_personal_contract(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"a bookmark is put and taken away", in_world<putting>},
        {"bookmarks are listed and searched", in_world<listing>},
        {"the totals of a room are kept", in_world<totals>},
        {"history comes in numbered pages", in_world<pages>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

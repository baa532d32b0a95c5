#include "contract/receipt_contract.h"

#include <algorithm>

namespace chatcore::contract {
namespace {

using Ids = std::vector<UserId>;
using Texts = std::vector<std::string>;

constexpr UserId emin{5};

Ids readers(StoreWorld& world, MessageId message, std::optional<UserId> viewer = std::nullopt) {
    Ids ids;
    for (const Member& member :
         world.value(world.store().receipts().readers(message, {}, 100, viewer)).items)
        ids.push_back(member.user);
    return ids;
}

void reading(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan, dana});
    const MessageId first = world.post(room, ari, "one").id;
    world.expect(readers(world, first).empty(), "who has not read is no reader, nor is the sender");
    world.apply(room, bora, MoveReadPointer{position_of(first)});
    const Timestamp read_at = world.now();
    const MessageId second = world.post(room, chan, "two").id;
    world.expect(readers(world, first) == Ids{bora, chan}, "readers are those at it or past it");
    world.expect(readers(world, second).empty(), "and not those before it");
    world.restart();
    const auto page = world.value(world.store().receipts().readers(first, {}, 1, dana));
    world.expect(page.items.size() == 1 && page.items[0].user == bora &&
                     page.items[0].read_at == read_at && page.has_more(),
                 "each with the time of their reading");
    const auto rest = world.value(world.store().receipts().readers(first, bora, 1, dana));
    world.expect(rest.items.size() == 1 && rest.items[0].user == chan && !rest.has_more(),
                 "a page goes on behind the last one");
    world.apply(room, ari, InviteMembers{{emin}});
    world.expect(readers(world, first) == Ids{bora, chan},
                 "who has come later and read nothing is no reader");
    world.apply(room, dana, MoveReadPointer{Position{id_max}});
    world.expect(readers(world, second) == Ids{dana}, "reading all reads each");
    world.apply(room, dana, LeaveRoom{});
    world.expect(readers(world, second).empty(), "who has left is in no list");
    for (const UserId viewer : {dana, UserId{77}}) {
        world.expect(world.refuses(world.store().receipts().readers(first, {}, 9, viewer),
                                   ErrorCode::not_found),
                     "only members ask");
    }
    world.expect(
        world.refuses(world.store().receipts().readers({777}, {}, 9, ari), ErrorCode::not_found),
        "of what is there");
}

void pointing(StoreWorld& world) {
    const RoomId small = world.group(ari, {bora, chan});
    const RoomId large = world.group(ari, {bora, chan, dana});
    const RoomId other = world.group(bora, {chan});
    const MessageId first = world.post(small, ari, "one").id;
    const MessageId second = world.post(large, bora, "two").id;
    world.post(other, bora, "not for ari");
    world.apply(small, chan, MoveReadPointer{position_of(first)});
    world.restart();
    const auto pointers = [&](std::vector<RoomId> rooms, UserId viewer, int members_max) {
        return world.value(world.store().receipts().read_pointers(rooms, viewer, members_max));
    };
    using Pointers = std::vector<ReadPointer>;
    const Pointers of_small{
        {small, ari, position_of(first)}, {small, bora, {}}, {small, chan, position_of(first)}};
    Pointers of_both = of_small;
    for (const UserId user : {ari, bora, chan, dana})
        of_both.push_back({large, user, user == bora ? position_of(second) : Position{}});
    world.expect(pointers({small, large, other}, ari, 4) == of_both,
                 "of one's own rooms, everybody who is in them");
    world.expect(pointers({small, large}, ari, 3) == of_small, "nothing of larger rooms");
    world.expect(pointers({large}, ari, 4).size() == 4 && pointers({}, ari, 4).empty() &&
                     pointers({RoomId{777}}, ari, 4).empty(),
                 "nothing that was not asked for");
    world.apply(small, chan, LeaveRoom{});
    world.expect(pointers({small}, ari, 4) == Pointers{of_small[0], of_small[1]} &&
                     pointers({small}, chan, 4).empty(),
                 "who has left is not told, nor told of");
}

void delivering(StoreWorld& world) {
    ReceiptStore& store = world.store().receipts();
    world.expect(world.value(store.delivered({9}, ari)) == MessageId{}, "nothing is confirmed yet");
    world.done(store.raise_delivered(std::vector<DeliveryPointer>{
                   {{9}, ari, {20}}, {{9}, bora, {5}}, {{8}, ari, {7}}, {{9}, ari, {19}}}),
               "pointers are taken together");
    world.done(store.raise_delivered(std::vector<DeliveryPointer>{{{9}, bora, {4}}}), "and more");
    world.done(store.raise_delivered({}), "and none");
    world.restart();
    const auto stands = [&](RoomId room, UserId user) {
        return world.value(world.store().receipts().delivered(room, user)).value;
    };
    world.expect(stands({9}, ari) == 20 && stands({9}, bora) == 5, "they never go back");
    world.expect(stands({8}, ari) == 7 && stands({8}, bora) == 0, "each is of a room and a person");
}

void sending(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    const RoomId other = world.group(ari, {dana});
    const MessageId first = world.post(room, chan, "one").id;
    world.post(other, ari, "elsewhere");
    world.post(room, bora, "two");
    const MessageId third = world.post(room, ari, "three").id;
    world.post(room, bora, "four");
    const MessageId fifth = world.post(room, bora, "five").id;
    const auto senders = [&](MessageId above, MessageId up_to, int among) {
        return world.value(world.store().receipts().senders(room, above, up_to, among));
    };
    world.expect(senders({}, fifth, 100) == Ids{ari, bora, chan}, "each once, by id");
    world.expect(senders(first, third, 100) == Ids{ari, bora}, "above one and up to another");
    world.expect(senders({}, fifth, 3) == Ids{ari, bora}, "among the last so many");
    world.expect(senders(fifth, {id_max}, 100).empty(), "nobody beyond the end");
    world.expect(senders({}, {id_max}, 100).size() == 3, "nothing of other rooms");
}

/// Bora says things in a group that ari is in, who blocks bora.
struct Hiding {
    explicit Hiding(StoreWorld& world) : room(world.group(ari, {bora, chan})) {
        const auto post = [&](UserId who, std::string text, std::optional<MessageId> parent = {}) {
            return world.post(room, who, std::move(text), parent).id;
        };
        chans = post(chan, "word of chan");
        boras = post(bora, "word of bora");
        reply = post(chan, "answer to bora", boras);
        boras_reply = post(bora, "word in reply", chans);
        world.apply(room, ari, SetPin{boras, true});
        world.apply(room, ari, SetPin{chans, true});
        PostMessage forward = world.text("");
        forward.forwarded_from = Original{boras, room, bora, "word of bora"};
        forward.attachments = {{"https://example.org/x", "x", 1, "image/png"}};
        forwarded = world.state<Message>(world.applied(room, chan, forward).states.front()).id;
        PostMessage image = world.text("word with image");
        image.type = MessageType::image;
        last = world.state<Message>(world.applied(room, bora, image).states.front()).id;
        set_block(world, true);
    }
    void set_block(StoreWorld& world, bool present) const {
        world.value(world.store().social().apply({ari, world.tick(), SetBlock{bora, present}}));
    }

    RoomId room;
    MessageId chans;
    MessageId boras;
    MessageId reply;
    MessageId boras_reply;
    MessageId forwarded;
    MessageId last;
};

using MessageIds = std::vector<MessageId>;

MessageIds ids(const std::vector<Message>& messages) {
    MessageIds found;
    for (const Message& message : messages) found.push_back(message.id);
    return found;
}

void hiding(StoreWorld& world) {
    const Hiding set(world);
    MessageReader& reader = world.store().messages();
    const auto history = [&](const HistoryQuery& query, UserId viewer) {
        return ids(world.value(reader.history(query, viewer)).messages);
    };
    const MessageIds shown{set.forwarded, set.reply, set.chans};
    world.expect(history({.room = set.room}, ari) == shown, "history is without them");
    world.expect(history({.room = set.room, .after = Position{}}, ari) ==
                         MessageIds{set.chans, set.reply, set.forwarded} &&
                     history({.room = set.room, .around = position_of(set.boras_reply), .limit = 2},
                             ari) == MessageIds{set.forwarded, set.reply},
                 "from wherever it is cut");
    const auto newest = world.value(reader.history({.room = set.room, .limit = 3}, ari));
    world.expect(newest.messages.size() == 3 && !newest.has_more, "a full page may be the last");
    world.expect(
        history({.room = set.room, .type = MessageType::image}, ari).empty() &&
            history({.room = set.room, .after = Position{}, .type = MessageType::image}, ari)
                .empty(),
        "of any type");
    world.expect(history({.room = set.room}, chan).size() == 6 &&
                     history({.room = set.room}, bora).size() == 6,
                 "others are shown all");
    for (const MessageId hidden : {set.boras, set.boras_reply, set.last}) {
        world.expect(!world.value(reader.find(hidden, ari)) &&
                         world.value(reader.find(hidden, chan)).has_value(),
                     "a single read finds none");
        world.expect(world.refuses(world.store().receipts().readers(hidden, {}, 9, ari),
                                   ErrorCode::not_found),
                     "nor its readers");
    }
    world.expect(ids(world.value(reader.pins(set.room, ari))) == MessageIds{set.chans},
                 "pins are without them");
    const auto page = world.value(reader.page({.room = set.room, .page = 2, .limit = 2}, ari));
    world.expect(
        ids(page.messages) == MessageIds{set.chans} && !page.has_more && page.totals.all == 6,
        "numbered pages are without them, and totals count them");
    const PageQuery images{.room = set.room, .types = {MessageType::image}};
    world.expect(world.value(reader.page(images, ari)).messages.empty() &&
                     world.value(reader.page(images, chan)).messages.size() == 1,
                 "of any type");
    world.expect(world.unread(set.room, ari) == 6, "they count until they are read past");
    set.set_block(world, false);
    world.expect(history({.room = set.room}, ari).size() == 6, "unblocked they are there again");
}

void hiding_bookmarks(StoreWorld& world) {
    const Hiding set(world);
    set.set_block(world, false);
    PersonalStore& personal = world.store().personal();
    for (const MessageId marked : {set.boras, set.forwarded, set.chans})
        world.value(personal.toggle_bookmark(ari, marked, 9));
    const auto listed = [&](UserId user, std::string text = {}) {
        return world.value(personal.bookmarks(user, {.text = std::move(text)})).items;
    };
    world.expect(ids(listed(ari)) == MessageIds{set.chans, set.forwarded, set.boras},
                 "bookmarks are listed");
    set.set_block(world, true);
    const std::vector<Message> shown = listed(ari);
    world.expect(ids(shown) == MessageIds{set.chans, set.forwarded},
                 "bookmarks of theirs are not listed");
    world.expect(shown.size() == 2 && shown[1].forwarded_from &&
                     shown[1].forwarded_from->content.empty() && shown[1].attachments.empty(),
                 "what is forwarded is listed without its text");
    world.expect(ids(listed(ari, "word")) == MessageIds{set.chans}, "nor is it found by it");
    world.expect(world.refuses(personal.toggle_bookmark(ari, set.last, 9), ErrorCode::not_found),
                 "what is not shown gets none");
    const Message turned = world.value(personal.toggle_bookmark(ari, set.forwarded, 9));
    world.expect(turned.forwarded_from && turned.forwarded_from->content.empty(),
                 "nor does turning one show the text");
    set.set_block(world, false);
    world.expect(ids(listed(ari)) == MessageIds{set.chans, set.boras},
                 "unblocked it is listed again");
}

void clearing(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const RoomId other = world.group(ari, {bora});
    const MessageId said = world.post(room, ari, "one").id;
    const auto raise = [&](UserId user) {
        const DeliveryPointer pointers[] = {{room, user, said}, {other, user, said}};
        world.done(world.store().receipts().raise_delivered(pointers), "pointers are taken");
    };
    const auto stands = [&](RoomId in, UserId user) {
        return world.value(world.store().receipts().delivered(in, user));
    };
    raise(bora);
    world.applied(room, ari, DeleteRoom{});
    raise(ari);
    while (world.value(world.store().removals().clear(100))) {
    }
    world.expect(stands(room, bora) == MessageId{}, "pointers go with their room");
    world.expect(stands(room, ari) == MessageId{}, "and none come after it");
    world.expect(stands(other, bora) == said && stands(other, ari) == said,
                 "those of other rooms stay");
}

void hiding_threads(StoreWorld& world) {
    const Hiding set(world);
    MessageReader& reader = world.store().messages();
    world.expect(
        world.refuses(reader.replies(set.boras, {}, 9, ari), ErrorCode::not_found) &&
            ids(world.value(reader.replies(set.boras, {}, 9, chan)).items) == MessageIds{set.reply},
        "a thread of theirs is not there");
    PostMessage reply = world.text("to them");
    reply.parent = set.boras;
    world.expect(world.refused(world.apply(set.room, ari, reply), ErrorCode::not_found),
                 "and nothing of theirs is replied to");
    world.expect(world.value(reader.replies(set.chans, {}, 9, ari)).items.empty(),
                 "a thread is without their replies");
    world.expect(world.value(reader.threads(set.room, {id_max}, 9, ari)).items.empty(),
                 "and not listed where nothing of it is shown");
    const Message later = world.post(set.room, chan, "mine", set.chans);
    world.post(set.room, bora, "word the last", set.chans);
    const auto threads = world.value(reader.threads(set.room, {id_max}, 9, ari)).items;
    world.expect(threads.size() == 1 && threads[0].last_reply.id == later.id &&
                     threads[0].participants == Ids{chan},
                 "its last reply is the last one shown");
    world.expect(world.value(reader.threads(set.room, {id_max}, 9, chan)).items.size() == 2,
                 "others are listed all");
}

void hiding_text(StoreWorld& world) {
    const Hiding set(world);
    Store& store = world.store();
    const auto found = [&](SearchQuery query, UserId viewer) {
        return ids(world.value(store.search().messages(query, viewer)).items);
    };
    world.expect(found({.text = "word"}, ari) == MessageIds{set.chans} &&
                     found({.text = "word", .room = set.room}, ari) == MessageIds{set.chans},
                 "search finds nothing of theirs, nor what others forward of it");
    world.expect(found({.text = "word"}, chan).size() == 5, "others find all");
    const auto concealed = [](const Message& message) {
        return message.forwarded_from && message.forwarded_from->content.empty() &&
               message.forwarded_from->sender == bora && message.attachments.empty();
    };
    const auto forwarded = world.value(store.messages().find(set.forwarded, ari));
    world.expect(forwarded && concealed(*forwarded), "what is forwarded is there without its text");
    const auto history = world.value(store.messages().history({.room = set.room}, ari)).messages;
    world.expect(!history.empty() && concealed(history.front()), "also in history");
    const auto whole = world.value(store.messages().find(set.forwarded, chan));
    world.expect(whole && whole->forwarded_from &&
                     whole->forwarded_from->content == "word of bora" &&
                     whole->attachments.size() == 1,
                 "others are shown it");
    const auto preview = [&](UserId viewer) {
        return world.value(store.rooms().view(set.room, viewer))->room.preview;
    };
    world.expect(preview(ari) && preview(ari)->content.empty() && preview(ari)->sender == bora &&
                     preview(ari)->id == set.last,
                 "as the last message theirs is there without its text");
    world.expect(preview(chan) && preview(chan)->content == "word with image", "to others with it");
    const auto list = world.value(store.rooms().list(ari, {})).items;
    world.expect(list.size() == 1 && list[0].room.preview && list[0].room.preview->content.empty(),
                 "so it is listed");
    const auto groups = world.value(store.search().rooms(ari, "group", {}, 9)).items;
    world.expect(groups.size() == 1 && groups[0].preview && groups[0].preview->content.empty(),
                 "and found");
}

void hiding_changes(StoreWorld& world) {
    const Hiding set(world);
    const Position head = world.room(set.room).head;
    Position since;
    MessageIds told;
    for (int pages = 0; pages < 50; ++pages) {
        const Changes page = world.value(world.store().messages().changes(set.room, since, 1, ari));
        world.expect(page.head == head && page.kind == RoomKind::group, "a page knows its room");
        for (const State& state : page.items) {
            if (const auto* message = std::get_if<Message>(&state)) told.push_back(message->id);
            if (const auto* room = std::get_if<Room>(&state))
                world.expect(!room->preview || room->preview->content.empty(), "the room as well");
        }
        world.expect(!page.has_more || page.next > since || since == Position{}, "pages advance");
        since = page.next;
        if (!page.has_more) break;
    }
    world.expect(since == head, "the last page ends at the head, whatever is hidden there");
    std::sort(told.begin(), told.end());
    world.expect(told == MessageIds{set.chans, set.reply, set.forwarded},
                 "changes are told without them");
    const Changes none =
        world.value(world.store().messages().changes(set.room, position_of(set.forwarded), 9, ari));
    world.expect(none.items.empty() && !none.has_more && none.next == head,
                 "where all is hidden there is nothing to go on to");
    world.expect(
        world.value(world.store().messages().changes(set.room, {}, 100, chan)).items.size() ==
            world.changes(set.room, {}).items.size(),
        "others are told all");
}

void hiding_nothing(StoreWorld& world) {
    const RoomId room = world.direct(ari, bora);
    const MessageId said = world.post(room, bora, "word between two").id;
    world.value(world.store().social().apply({ari, world.tick(), SetBlock{bora, true}}));
    MessageReader& reader = world.store().messages();
    world.expect(
        world.value(reader.find(said, ari)).has_value() &&
            world.value(reader.history({.room = room}, ari)).messages.size() == 1 &&
            world.value(reader.changes(room, {}, 9, ari)).kind == RoomKind::direct &&
            world.value(world.store().search().messages({.text = "word"}, ari)).items.size() == 1,
        "a direct room hides nothing of what was said before");
    const auto view = world.value(world.store().rooms().view(room, ari));
    world.expect(view && view->room.preview && view->room.preview->content == "word between two",
                 "nor its preview");
    const auto memberships = world.value(world.store().rooms().memberships(ari, {}, 9));
    world.expect(memberships.size() == 1 && memberships[0].kind == RoomKind::direct,
                 "a membership knows of what kind its room is");
}

void numbering(StoreWorld& world) {
    const auto block = [&](UserId actor, UserId other, bool present) {
        world.value(world.store().social().apply({actor, world.tick(), SetBlock{other, present}}));
    };
    const auto set = [&](UserId user) {
        return world.value(world.store().social().block_set(user));
    };
    const auto moved = [&](std::int64_t cursor, int limit) {
        return world.value(world.store().social().blocks_moved_since(cursor, limit));
    };
    world.expect(set(ari).blocked.empty() && set(ari).number == 0, "nobody blocks at first");
    const std::int64_t begin = moved(-1, 9).cursor;
    block(ari, chan, true);
    block(ari, bora, true);
    const BlockSet two = set(ari);
    world.expect(two.user == ari && two.blocked == Ids{bora, chan} && two.number > begin,
                 "a set is by id");
    block(ari, bora, true);
    world.expect(set(ari) == two, "the same again is no change");
    block(bora, ari, true);
    block(ari, chan, false);
    world.restart();
    const BlockSet one = set(ari);
    world.expect(one.blocked == Ids{bora} && one.number > two.number, "each change has a number");
    const BlockMoves all = moved(begin, 9);
    world.expect(all.moves.size() == 2 && all.moves[0].user == bora &&
                     all.moves[1] == BlockMoves::Move{ari, one.number} && all.cursor == one.number,
                 "whose set has changed is told once, as it is now");
    const BlockMoves part = moved(begin, 1);
    world.expect(part.moves.size() == 1 && moved(part.cursor, 9).moves.size() == 1, "page by page");
    world.expect(moved(all.cursor, 9).moves.empty() && moved(-1, 9).cursor == all.cursor,
                 "and then nothing, until something changes");
}

}  // namespace

Findings check_receipt_contract(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"readers are told", in_world<reading>},
        {"read pointers of several rooms are told", in_world<pointing>},
        {"delivery pointers go forward", in_world<delivering>},
        {"the senders of a stretch are told", in_world<sending>},
        {"whom a person blocks they are not shown in groups", in_world<hiding>},
        {"bookmarks are without them", in_world<hiding_bookmarks>},
        {"delivery pointers go with their room", in_world<clearing>},
        {"threads are without them", in_world<hiding_threads>},
        {"no text of theirs is shown", in_world<hiding_text>},
        {"changes are without them, and go on", in_world<hiding_changes>},
        {"a direct room hides nothing", in_world<hiding_nothing>},
        {"changes of block sets are numbered", in_world<numbering>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

#include "contract/social_contract.h"

#include <algorithm>
#include <map>
#include <set>
#include <thread>

namespace chatcore::contract {
namespace {

using Direction = SocialStore::Direction;
using Ids = std::vector<UserId>;

Result<SocialOutcome> try_change(StoreWorld& world, UserId actor,
                                 decltype(SocialChange::what) what) {
    return world.store().social().apply({actor, world.tick(), std::move(what)});
}
SocialOutcome change(StoreWorld& world, UserId actor, decltype(SocialChange::what) what) {
    return world.value(try_change(world, actor, std::move(what)), "a change between two people");
}
FriendRequest ask(StoreWorld& world, UserId from, UserId to) {
    const SocialOutcome outcome = change(world, from, RequestFriend{to});
    world.require(outcome.request.has_value(), "a request is answered with it");
    return *outcome.request;
}
void befriend(StoreWorld& world, UserId one, UserId other) {
    change(world, other, AnswerRequest{ask(world, one, other).id, true});
}
void block(StoreWorld& world, UserId actor, UserId other, bool present = true) {
    change(world, actor, SetBlock{other, present});
}

template <class Item>
Ids people(const Page<Item>& page) {
    Ids ids;
    for (const Item& item : page.items) ids.push_back(item.user);
    return ids;
}
Ids friends(StoreWorld& world, UserId user) {
    return people(world.value(world.store().social().friends(user, UserId{}, 100)));
}
Ids blocks(StoreWorld& world, UserId user) {
    return people(world.value(world.store().social().blocks(user, UserId{}, 100)));
}
std::vector<FriendRequest> requests(StoreWorld& world, UserId user, Direction direction) {
    return world.value(world.store().social().requests(user, direction, {}, 100)).items;
}
bool blocked(StoreWorld& world, UserId one, UserId other) {
    return world.value(world.store().social().blocked_between(one, other));
}

void accepting(StoreWorld& world) {
    const SocialOutcome made = change(world, ari, RequestFriend{bora});
    world.require(made.request.has_value(), "a request is made");
    const FriendRequest request = *made.request;
    world.expect(made.changed && request.id > FriendRequestId{} && request.sender == ari &&
                     request.receiver == bora && request.at == world.now() &&
                     request.status == FriendRequestStatus::pending,
                 "it says who asked whom, and when");
    world.expect(friends(world, ari).empty(), "nobody is a friend by asking");
    const SocialOutcome again = change(world, ari, RequestFriend{bora});
    world.expect(!again.changed && again.request == request, "asked again it is the same request");
    world.expect(requests(world, bora, Direction::in) == std::vector{request} &&
                     requests(world, ari, Direction::out) == std::vector{request} &&
                     requests(world, bora, Direction::out).empty(),
                 "it waits with both, each on their side");
    for (const UserId other : {ari, chan}) {
        world.expect(world.refuses(try_change(world, other, AnswerRequest{request.id, true}),
                                   ErrorCode::not_found),
                     "nobody but the receiver answers it");
    }
    world.restart();
    const SocialOutcome accepted = change(world, bora, AnswerRequest{request.id, true});
    world.expect(accepted.changed && accepted.request &&
                     accepted.request->status == FriendRequestStatus::accepted &&
                     accepted.bond.friends_since == world.now(),
                 "the receiver accepts it");
    world.expect(friends(world, ari) == Ids{bora} && friends(world, bora) == Ids{ari},
                 "both are friends");
    world.expect(requests(world, bora, Direction::in).empty(), "and nothing waits");
    world.expect(world.refuses(try_change(world, bora, AnswerRequest{request.id, true}),
                               ErrorCode::not_found),
                 "a request is answered once");
    const FriendRequest next = ask(world, ari, chan);
    world.expect(next.id > request.id, "ids ascend");
    const SocialOutcome rejected = change(world, chan, AnswerRequest{next.id, false});
    world.expect(rejected.request && rejected.request->status == FriendRequestStatus::rejected &&
                     friends(world, chan).empty() && requests(world, ari, Direction::out).empty(),
                 "one that is rejected is gone");
    world.expect(ask(world, ari, chan).id > next.id, "and may be made anew");
}

void both_ask(StoreWorld& world) {
    const FriendRequest first = ask(world, bora, ari);
    const SocialOutcome second = change(world, ari, RequestFriend{bora});
    world.expect(second.changed && second.request && second.request->id == first.id &&
                     second.request->status == FriendRequestStatus::accepted,
                 "who asks back accepts");
    world.expect(friends(world, ari) == Ids{bora} && friends(world, bora) == Ids{ari} &&
                     requests(world, ari, Direction::in).empty() &&
                     requests(world, ari, Direction::out).empty(),
                 "and both are friends");

    auto other = world.value(world.factory().open(), "a second store");
    int accepted = 0;
    for (std::int64_t i = 100; i < 110; ++i) {
        const UserId left{2 * i};
        const UserId right{2 * i + 1};
        const Timestamp at = world.tick();
        Result<SocialOutcome> theirs = unexpected(ErrorCode::internal);
        std::thread race([&] { theirs = other->social().apply({right, at, RequestFriend{left}}); });
        const Result<SocialOutcome> ours =
            world.store().social().apply({left, at, RequestFriend{right}});
        race.join();
        world.require(ours && theirs, "both are answered");
        for (const SocialOutcome& outcome : {*ours, *theirs}) {
            if (outcome.request && outcome.request->status == FriendRequestStatus::accepted)
                ++accepted;
        }
    }
    world.expect(accepted == 10, "of two who ask at once one accepts");
}

void refusals(StoreWorld& world) {
    world.expect(
        world.refuses(try_change(world, ari, RequestFriend{ari}), ErrorCode::invalid_value) &&
            world.refuses(try_change(world, ari, SetBlock{ari}), ErrorCode::invalid_value),
        "nobody is a friend of themself, or blocks themself");
    befriend(world, ari, bora);
    for (const auto& [from, to] : {std::pair{ari, bora}, {bora, ari}}) {
        world.expect(world.refuses(try_change(world, from, RequestFriend{to}), ErrorCode::conflict),
                     "friends need not ask");
    }
    block(world, ari, chan);
    for (const auto& [from, to] : {std::pair{ari, chan}, {chan, ari}}) {
        world.expect(world.refuses(try_change(world, from, RequestFriend{to}), ErrorCode::blocked),
                     "no request passes a block, either way");
    }
    world.expect(
        world.refuses(try_change(world, ari, AnswerRequest{{777}, true}), ErrorCode::not_found),
        "what is not there cannot be answered");
    world.expect(
        requests(world, ari, Direction::in).empty() && requests(world, chan, Direction::in).empty(),
        "what is refused leaves nothing");
}

void lists(StoreWorld& world) {
    for (std::int64_t id = 12; id >= 10; --id) befriend(world, ari, UserId{id});
    SocialStore& social = world.store().social();
    const auto first = world.value(social.friends(ari, UserId{}, 2));
    world.expect(people(first) == Ids{{10}, {11}} && first.next_cursor == "11",
                 "friends are listed by id, and a page ends at its limit");
    const auto rest = world.value(social.friends(ari, UserId{11}, 2));
    world.expect(people(rest) == Ids{{12}} && !rest.has_more(), "and goes on behind");
    world.expect(rest.items.front().since < first.items.front().since, "each since their own time");

    std::vector<FriendRequest> sent;
    for (std::int64_t id = 22; id >= 20; --id) sent.push_back(ask(world, ari, UserId{id}));
    const auto newest = world.value(social.requests(ari, Direction::out, {}, 2));
    world.expect(newest.items == std::vector{sent[2], sent[1]} &&
                     newest.next_cursor == std::to_string(sent[1].id.value),
                 "requests are listed newest first");
    const auto oldest = world.value(social.requests(ari, Direction::out, sent[1].id, 2));
    world.expect(oldest.items == std::vector{sent[0]} && !oldest.has_more(), "to the oldest");
    world.expect(requests(world, UserId{21}, Direction::in) == std::vector{sent[1]},
                 "each receiver has their own");

    change(world, UserId{11}, EndFriendship{ari});
    world.expect(friends(world, ari) == Ids{{10}, {12}} && friends(world, UserId{11}).empty(),
                 "either ends a friendship, for both");
    world.expect(!change(world, ari, EndFriendship{UserId{11}}).changed, "and only once");
}

void blocking(StoreWorld& world) {
    befriend(world, ari, bora);
    const FriendRequest open = ask(world, ari, chan);
    world.expect(!blocked(world, ari, bora), "nobody is blocked");
    const SocialOutcome made = change(world, bora, SetBlock{ari});
    world.expect(made.changed && made.bond.blocks_since == world.now(), "a block is set");
    world.expect(blocked(world, ari, bora) && blocked(world, bora, ari), "it stands for both");
    world.expect(blocks(world, bora) == Ids{ari} && blocks(world, ari).empty(),
                 "and is listed with who set it");
    world.expect(friends(world, ari).empty() && friends(world, bora).empty(),
                 "it ends a friendship");
    block(world, chan, ari);
    world.expect(requests(world, ari, Direction::out).empty() &&
                     world.refuses(try_change(world, chan, AnswerRequest{open.id, true}),
                                   ErrorCode::not_found),
                 "and takes back what was asked");
    world.restart();
    const SocialOutcome again = change(world, bora, SetBlock{ari});
    world.expect(!again.changed && again.bond == made.bond, "the same again changes nothing");
    block(world, bora, dana);
    const auto page = world.value(world.store().social().blocks(bora, UserId{}, 1));
    world.expect(people(page) == Ids{ari} && page.has_more() &&
                     people(world.value(world.store().social().blocks(bora, ari, 1))) == Ids{dana},
                 "blocks are listed in pages, by id");
    block(world, ari, bora);
    block(world, bora, ari, false);
    world.expect(blocked(world, ari, bora) && blocks(world, bora) == Ids{dana},
                 "either takes back their own only");
    block(world, ari, bora, false);
    world.expect(!blocked(world, ari, bora) && !change(world, ari, SetBlock{bora, false}).changed,
                 "then nothing stands between them");
    world.expect(ask(world, ari, bora).status == FriendRequestStatus::pending,
                 "and they may be friends anew");
}

void posting(StoreWorld& world) {
    const RoomId both = world.direct(ari, bora);
    const RoomId about = world.direct(ari, bora, Context{"product", "17"});
    const RoomId other = world.direct(ari, chan);
    const RoomId group = world.group(ari, {bora, chan});
    const PostMessage before = world.text("before");
    const MessageId said = world.state<Message>(world.applied(both, ari, before).states[0]).id;
    const Message shared = world.post(group, ari, "in the group");
    block(world, bora, ari);
    const auto outcomes = world.apply({
        world.change(both, ari, world.text("from the blocked")),
        world.change(group, ari, world.text("into a group")),
        world.change(both, bora, world.text("from the blocker")),
        world.change(about, ari, world.text("about something")),
        world.change(other, ari, world.text("to somebody else")),
        world.change(both, ari, before),
        world.change(both, ari, world.text("again")),
        world.change(both, ari, EditMessage{said, "said otherwise"}),
        world.change(group, ari, EditMessage{shared.id, "said otherwise"}),
    });
    for (const std::size_t i : {0U, 2U, 3U, 6U, 7U}) {
        world.expect(world.refused(outcomes[i], ErrorCode::blocked),
                     "no message passes between the two, in whatever room of theirs");
    }
    world.applied(outcomes[1], "groups are not concerned");
    world.applied(outcomes[8], "nor is what was said in them");
    world.applied(outcomes[4], "nor are other people's rooms");
    world.expect(std::holds_alternative<DuplicateOf>(outcomes[5]),
                 "a repeat is answered with what was posted before the block");
    world.expect(world.room(both).last_seq == 1, "what is refused is not kept");
    block(world, bora, ari, false);
    world.applied(world.apply(both, bora, world.text("after")), "unblocked, they write again");
}

// A graph of one's own for the search: its edges, and a plain search to compare with.

struct Graph {
    std::map<UserId, std::set<UserId>> edges;
    std::set<UserId> hidden;

    std::vector<Recommendation> around(UserId user, const RecommendationQuery& query) const {
        std::map<UserId, int> depth = {{user, 0}};
        std::vector<UserId> ring = {user};
        for (int away = 1; away <= query.depth; ++away) {
            std::vector<UserId> next;
            for (UserId from : ring) {
                for (UserId to : edges.at(from)) {
                    if (depth.try_emplace(to, away).second) next.push_back(to);
                }
            }
            ring = next;
        }
        std::vector<std::pair<std::int64_t, UserId>> order;
        for (const auto& [who, away] : depth) {
            if (away < 2 || hidden.contains(who)) continue;
            std::int64_t mutual = 0;
            for (UserId one : edges.at(user)) mutual += edges.at(one).contains(who) ? 1 : 0;
            order.emplace_back(-mutual, who);
        }
        std::sort(order.begin(), order.end());
        std::vector<Recommendation> found;
        for (std::size_t i = static_cast<std::size_t>(query.skip);
             i < order.size() && found.size() < static_cast<std::size_t>(query.limit); ++i) {
            found.push_back({order[i].second, -order[i].first, depth.at(order[i].second), {}});
        }
        return found;
    }
};

void recommending(StoreWorld& world) {
    constexpr std::int64_t people_count = 60;
    Graph graph;
    for (std::int64_t id = 1; id <= people_count; ++id) graph.edges[UserId{id}];
    // Sparse, so that chains of 3 and more are there; the same graph at each run.
    std::uint64_t bits = 7;
    for (std::int64_t id = 2; id <= people_count; ++id) {
        for (int edge = 0; edge < (id % 3 == 0 ? 2 : 1); ++edge) {
            bits = bits * 6364136223846793005ULL + 1442695040888963407ULL;
            const UserId to{
                1 + static_cast<std::int64_t>((bits >> 33) % static_cast<std::uint64_t>(id - 1))};
            if (graph.edges[to].contains(UserId{id})) continue;
            befriend(world, UserId{id}, to);
            graph.edges[to].insert(UserId{id});
            graph.edges[UserId{id}].insert(to);
        }
    }
    const auto check = [&](UserId user, std::string_view what) {
        for (const RecommendationQuery& query : {RecommendationQuery{.skip = 0, .limit = 3},
                                                 {.skip = 2, .limit = 4},
                                                 {.skip = 0, .limit = 100},
                                                 {.skip = 9, .limit = 100},
                                                 {.skip = 0, .limit = 100, .depth = 2},
                                                 {.skip = 1, .limit = 100, .depth = 5},
                                                 {.skip = 1'000, .limit = 100}}) {
            const auto found = world.value(world.store().social().recommendations(user, query));
            world.expect(found == graph.around(user, query), what);
        }
    };
    for (std::int64_t id = 1; id <= people_count; id += 7)
        check(UserId{id}, "people are found as by a plain search, in order and in pages");
    const auto all = graph.around(ari, {.skip = 0, .limit = 100});
    world.require(all.size() > 8 && all.front().mutual_friends > 0 && all.back().depth == 3,
                  "the graph has near and far people");
    // The nearest four and the furthest are hidden, each in their own way.
    ask(world, ari, all[0].user);
    ask(world, all[1].user, ari);
    block(world, ari, all[2].user);
    block(world, all[3].user, ari);
    block(world, all.back().user, ari);
    for (const UserId user :
         {all[0].user, all[1].user, all[2].user, all[3].user, all.back().user}) {
        graph.hidden.insert(user);
    }
    check(ari, "who is asked or blocked is not recommended");
    world.expect(world.value(world.store().social().recommendations(UserId{999}, {})).empty(),
                 "who has no friends is recommended nobody");
}

// The inbox.

NewNotification note(UserId receiver, NotificationKind kind, std::int64_t cause, UserId actor,
                     Timestamp at = {}) {
    return {.receiver = receiver, .kind = kind, .cause = cause, .at = at, .actor = actor};
}
std::vector<Notified> add(StoreWorld& world, const std::vector<NewNotification>& fresh) {
    return world.value(world.store().inbox().add(fresh), "notifications are taken");
}
std::vector<Notification> inbox(StoreWorld& world, UserId user) {
    return world.value(world.store().inbox().list(user, {}, 100)).items;
}
std::int64_t unread(StoreWorld& world, UserId user) {
    return world.value(world.store().inbox().unread_count(user));
}

void taking(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    NewNotification mention = note(ari, NotificationKind::mention, 50, bora, world.tick());
    mention.room = room;
    mention.message = MessageId{50};
    const NewNotification other = note(bora, NotificationKind::mention, 50, ari);
    const NewNotification wish = note(ari, NotificationKind::friend_request, 50, chan);
    world.expect(add(world, {}).empty(), "nothing is nothing");
    const auto taken = add(world, {mention, other, wish});
    world.require(taken.size() == 3, "all are taken");
    const Notification expected{.id = taken[0].notification.id,
                                .kind = NotificationKind::mention,
                                .at = mention.at,
                                .read = false,
                                .actor = bora,
                                .room = room,
                                .message = MessageId{50},
                                .actor_profile = {}};
    world.expect(taken[0].receiver == ari && taken[0].notification == expected,
                 "as they were given");
    world.expect(taken[0].notification.id < taken[1].notification.id &&
                     taken[1].notification.id < taken[2].notification.id &&
                     taken[0].notification.id > NotificationId{},
                 "with ascending ids");
    world.expect(inbox(world, ari) == std::vector{taken[2].notification, expected},
                 "and are listed, newest first");
    mention.at = world.tick();
    const auto again = add(world, {mention, wish, note(ari, NotificationKind::reply, 50, bora)});
    world.expect(again.size() == 1 && again[0].notification.kind == NotificationKind::reply,
                 "receiver, kind and cause are taken once");
    world.expect(add(world, {note(ari, NotificationKind::reply, 51, bora),
                             note(ari, NotificationKind::reply, 51, bora)})
                         .size() == 1,
                 "also within one batch");
    world.restart();
    world.expect(add(world, {mention, wish}).empty() && inbox(world, ari).size() == 4,
                 "also after a restart");
    world.expect(add(world, {note(ari, NotificationKind::reply, 52, bora)})[0].notification.id >
                     again[0].notification.id,
                 "where ids go on");
}

void receiving(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    block(world, bora, ari);
    world.applied(room, chan, LeaveRoom{});
    std::vector<NewNotification> fresh;
    for (const UserId receiver : {ari, bora, chan, dana}) {
        fresh.push_back(note(receiver, NotificationKind::mention, 60, ari));
        fresh.back().room = room;
    }
    fresh.push_back(note(chan, NotificationKind::friend_request, 60, ari));
    fresh.push_back(note(ari, NotificationKind::reaction, 60, bora));
    const auto taken = add(world, fresh);
    world.require(taken.size() == 3, "who may be told is told");
    world.expect(taken[0].receiver == ari && taken[1].receiver == chan &&
                     taken[1].notification.kind == NotificationKind::friend_request,
                 "who is no active member hears nothing of the room, but of other things");
    world.expect(inbox(world, bora).empty(), "nobody hears of whom they have blocked");
    world.expect(taken[2].receiver == ari, "who was blocked hears of the blocker still");
}

void reading(StoreWorld& world) {
    std::vector<NewNotification> fresh;
    for (std::int64_t i = 1; i <= 5; ++i)
        fresh.push_back(note(ari, NotificationKind::reply, i, bora));
    fresh.push_back(note(bora, NotificationKind::reply, 9, ari));
    const auto taken = add(world, fresh);
    world.require(taken.size() == 6, "all are taken");
    const auto id = [&](std::size_t i) { return taken[i].notification.id; };
    InboxStore& store = world.store().inbox();
    const auto page = world.value(store.list(ari, {}, 2));
    world.expect(page.items.size() == 2 && page.items[0].id == id(4) &&
                     page.next_cursor == std::to_string(id(3).value),
                 "a page ends at its limit");
    const auto rest = world.value(store.list(ari, id(3), 3));
    world.expect(rest.items.size() == 3 && rest.items[0].id == id(2) && !rest.has_more(),
                 "and the next goes on below");
    world.expect(unread(world, ari) == 5 && unread(world, bora) == 1 && unread(world, chan) == 0,
                 "all of them unread");
    const auto read = world.value(store.mark_read(ari, id(1)));
    world.expect(read && read->read && read->id == id(1), "one is marked read");
    world.expect(unread(world, ari) == 4, "and counts no more");
    world.expect(world.value(store.mark_read(ari, id(1))).has_value() && unread(world, ari) == 4,
                 "nor does it a second time");
    world.expect(!world.value(store.mark_read(ari, id(5))) && unread(world, bora) == 1,
                 "nobody marks what is somebody else's");
    world.done(store.mark_all_read(ari), "all are marked read");
    world.restart();
    world.expect(unread(world, ari) == 0 && unread(world, bora) == 1, "of this person");
    world.expect(inbox(world, ari).size() == 5 && inbox(world, ari)[4].read, "they stay");
    add(world, {note(ari, NotificationKind::reply, 10, bora)});
    world.expect(unread(world, ari) == 1, "what comes later is unread");
}

void keeping(StoreWorld& world) {
    std::vector<NewNotification> fresh;
    for (std::int64_t i = 1; i <= notifications_kept_max; ++i)
        fresh.push_back(note(ari, NotificationKind::reply, i, bora));
    add(world, fresh);
    add(world, {note(bora, NotificationKind::reply, 1, ari)});
    world.expect(unread(world, ari) == notifications_kept_max, "so many are kept");
    const auto taken = add(world, {note(ari, NotificationKind::mention, 1, bora),
                                   note(ari, NotificationKind::mention, 2, bora)});
    world.require(taken.size() == 2, "more are taken");
    world.expect(unread(world, ari) == notifications_kept_max, "in place of the oldest");
    world.expect(inbox(world, ari).front().id == taken[1].notification.id, "the newest are there");
    NotificationId before;
    std::vector<Notification> all;
    for (;;) {
        const auto page = world.value(world.store().inbox().list(ari, before, 100));
        all.insert(all.end(), page.items.begin(), page.items.end());
        if (!page.has_more()) break;
        before = page.items.back().id;
    }
    world.expect(all.size() == notifications_kept_max &&
                     all.back().id.value == all.front().id.value - notifications_kept_max,
                 "and the oldest are gone");
    world.expect(unread(world, bora) == 1, "nobody else's are");
}

}  // namespace

Findings check_social_contract(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"a request is made and answered", in_world<accepting>},
        {"who asks back accepts", in_world<both_ask>},
        {"requests are refused where they must be", in_world<refusals>},
        {"friends and requests are listed", in_world<lists>},
        {"a block ends what was between two people", in_world<blocking>},
        {"no direct message passes a block", in_world<posting>},
        {"people are recommended", in_world<recommending>},
        {"a notification is taken once", in_world<taking>},
        {"a notification reaches who may be told", in_world<receiving>},
        {"notifications are read", in_world<reading>},
        {"the newest notifications are kept", in_world<keeping>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

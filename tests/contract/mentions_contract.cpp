#include <algorithm>

#include "contract/personal_contract.h"

namespace chatcore::contract {
namespace {

using Mentions = std::vector<Mention>;

/// Makes accounts of these nicknames: 1, 2, 3 …
void people(StoreWorld& world, const std::vector<std::string>& nicknames) {
    for (std::size_t i = 0; i < nicknames.size(); ++i) {
        Account account;
        account.profile.nickname = nicknames[i];
        account.email = std::to_string(i) + "@example.org";
        const UserId id = world.value(world.store().people().create(account));
        world.require(id == UserId{static_cast<std::int64_t>(i + 1)}, "ids ascend from 1");
    }
}
void rename(StoreWorld& world, UserId user, std::string nickname) {
    Profile profile;
    profile.id = user;
    profile.nickname = std::move(nickname);
    world.done(world.store().people().update_profile(profile), "a person is renamed");
}
Mentions said(StoreWorld& world, RoomId room, UserId actor, std::string content) {
    return world.post(room, actor, std::move(content)).mentions;
}
UnreadTotals unread(StoreWorld& world, UserId user, int rooms = 100) {
    return world.value(world.store().personal().unread(user, rooms), "unread is told");
}

void names(StoreWorld& world) {
    people(world, {"Ari", "Bora", "Bora Kim", "김 교수", "Ari"});
    const RoomId room = world.group(ari, {bora, chan, dana});
    world.expect(said(world, room, ari, "@bora hello") == Mentions{{bora, 0, 5}},
                 "a nickname behind an @ names its owner, in any case");
    world.expect(said(world, room, bora, "so, @BORA KIM!") == Mentions{{chan, 4, 9}},
                 "the longest nickname is taken, with spaces in it");
    world.expect(said(world, room, bora, "@김 교수님 안녕") == Mentions{{dana, 0, 5}} &&
                     said(world, room, bora, "안녕 @김 교수") == Mentions{{dana, 3, 5}},
                 "in any script, counted in code points");
    world.expect(said(world, room, bora, "@Bora, @ari and @bora") ==
                     Mentions{{bora, 0, 5}, {ari, 7, 4}, {bora, 16, 5}},
                 "several, each at its place");
    world.expect(said(world, room, bora, "@borat a@ari @nobody @ ari").empty(),
                 "not parts of words, nor addresses of mail, nor who is not there");
    const MessageId kept = world.post(room, bora, "hi @ari").id;
    world.restart();
    world.expect(world.message(kept).mentions == Mentions{{ari, 3, 4}}, "they are kept");

    world.applied(room, ari, InviteMembers{{UserId{5}}});
    world.expect(said(world, room, bora, "@ari").empty(),
                 "a name that two members have names none");
    world.expect(world.message(kept).mentions == Mentions{{ari, 3, 4}}, "what was said stays");
    world.applied(room, ari, RemoveMember{UserId{5}});
    world.expect(said(world, room, bora, "@ari") == Mentions{{ari, 0, 4}},
                 "until one of them has left");
    rename(world, bora, "Robin");
    world.expect(said(world, room, ari, "@bora").empty() &&
                     said(world, room, ari, "@robin") == Mentions{{bora, 0, 6}},
                 "people are named by what they are called now");
    world.applied(room, bora, LeaveRoom{});
    world.expect(said(world, room, ari, "@robin").empty(), "who is not in is not named");
    // In one batch: who comes in is named by what follows, and who goes is not.
    const auto outcomes = world.apply({world.change(room, bora, JoinRoom{}),
                                       world.change(room, ari, world.text("welcome @robin")),
                                       world.change(room, bora, LeaveRoom{}),
                                       world.change(room, ari, world.text("bye @robin"))});
    const auto named_by = [&](std::size_t at) {
        return world.state<Message>(world.applied(outcomes[at]).states.front()).mentions;
    };
    world.expect(named_by(1) == Mentions{{bora, 8, 6}} && named_by(3).empty(),
                 "who is in is seen change by change");
}

void given(StoreWorld& world) {
    people(world, {"Ari", "Bora", "Chan"});
    const RoomId room = world.group(ari, {bora, chan});
    const auto post = [&](std::string content, Mentions mentions) {
        PostMessage what = world.text(std::move(content));
        what.mentions = std::move(mentions);
        return world.apply(room, ari, what);
    };
    const auto mentions = [&](const Outcome& outcome) {
        return world.state<Message>(world.applied(outcome).states.front()).mentions;
    };
    world.expect(mentions(post("hey you", {{bora, 4, 3}})) == Mentions{{bora, 4, 3}},
                 "ranges of the client's stand as they were given");
    world.expect(
        mentions(post("@chan and you", {{bora, 10, 3}})) == Mentions{{chan, 0, 5}, {bora, 10, 3}},
        "and names are found beside them");
    world.expect(mentions(post("@chan", {{bora, 0, 5}})) == Mentions{{bora, 0, 5}} &&
                     mentions(post("@chan", {{bora, 1, 4}})) == Mentions{{bora, 1, 4}},
                 "but not where they stand");
    world.expect(world.refused(post("hey you", {{dana, 4, 3}}), ErrorCode::invalid_value),
                 "only members are named");
    world.applied(room, chan, LeaveRoom{});
    world.expect(world.refused(post("hey you", {{chan, 4, 3}}), ErrorCode::invalid_value),
                 "who has left is none");
    PostMessage twice = world.text("@bora");
    const Outcome first = world.apply(room, ari, twice);
    rename(world, bora, "Robin");
    const Outcome second = world.apply(room, ari, twice);
    const auto* repeated = std::get_if<DuplicateOf>(&second);
    world.expect(
        repeated != nullptr && std::get<Message>(repeated->state).mentions == mentions(first),
        "a repeated post is answered with whom the first one named");
}

void everybody(StoreWorld& world) {
    people(world, {"Ari", "Bora", "all", "all hands"});
    const RoomId room = world.group(ari, {bora, chan, dana});
    const UserId all{};
    world.expect(said(world, room, ari, "@ALL tea!") == Mentions{{all, 0, 4}},
                 "an owner names everybody");
    world.expect(said(world, room, bora, "@all tea!").empty(),
                 "for others it is plain text, whoever may be called so");
    world.expect(said(world, room, bora, "@all hands") == Mentions{{dana, 0, 10}},
                 "a longer name is a name");
    world.expect(said(world, room, ari, "@alley @all") == Mentions{{all, 7, 4}},
                 "and a longer word is none");
    world.applied(room, ari, SetRole{bora, MemberRole::admin});
    world.expect(said(world, room, bora, "@all") == Mentions{{all, 0, 4}}, "an admin does as well");
    const RoomId direct = world.direct(ari, bora);
    world.expect(said(world, direct, ari, "@all").empty(), "nobody leads a room of two");
}

void edits(StoreWorld& world) {
    people(world, {"Ari", "Bora", "Chan"});
    const RoomId room = world.group(ari, {bora, chan});
    const MessageId id = world.post(room, ari, "@bora hello").id;
    world.expect(unread(world, bora).mentions == 1, "who is named has something unread");
    const auto edited = [&](std::string content) {
        return world
            .state<Message>(
                world.applied(room, ari, EditMessage{id, std::move(content)}).states.front())
            .mentions;
    };
    world.expect(edited("hello, @chan") == Mentions{{chan, 7, 5}}, "an edit is read anew");
    world.expect(unread(world, bora).mentions == 0 && unread(world, chan).mentions == 1,
                 "and counts for whom it names now");
    world.expect(edited("@all") == Mentions{{UserId{}, 0, 4}} &&
                     unread(world, bora).mentions == 1 && unread(world, chan).mentions == 1,
                 "for everybody too");
    world.restart();
    world.expect(edited("hello").empty() && world.message(id).mentions.empty(),
                 "what names nobody any more");
    world.expect(unread(world, bora).mentions == 0 && unread(world, chan).mentions == 0,
                 "counts for nobody");
}

void counting(StoreWorld& world) {
    people(world, {"Ari", "Bora", "Chan"});
    const RoomId room = world.group(ari, {bora, chan});
    const RoomId other = world.direct(ari, bora);
    world.expect(unread(world, bora) == UnreadTotals{}, "nothing is unread at first");
    world.post(room, ari, "@bora one, @bora, and @chan");
    const MessageId second = world.post(room, ari, "@all two with @bora").id;
    world.post(room, chan, "three");
    world.post(other, ari, "@bora four");
    using Rooms = std::vector<std::pair<RoomId, std::int64_t>>;
    const UnreadTotals totals = unread(world, bora);
    world.expect(totals.total == 4 && totals.rooms == Rooms{{room, 3}, {other, 1}},
                 "what is unread is told room by room");
    world.expect(totals.mentions == 3, "and how much of it names the person, each message once");
    world.expect(unread(world, chan).mentions == 0, "posting read what was before");
    world.expect(unread(world, ari).mentions == 0, "one's own do not count");
    world.expect(
        unread(world, bora, 1).rooms == Rooms{{room, 3}} && unread(world, bora, 1).total == 4,
        "the rooms told are bounded, the totals are of all");

    world.applied(room, ari, DeleteMessage{second});
    world.restart();
    world.expect(unread(world, bora).mentions == 2 && unread(world, bora).total == 3,
                 "a deleted message counts no more");
    world.applied(room, bora, MoveReadPointer{position_of(second)});
    world.expect(unread(world, bora).mentions == 1 && unread(world, bora).total == 2,
                 "nor what was read");
    world.applied(room, bora, MoveReadPointer{Position{id_max}});
    world.expect(unread(world, bora).rooms == Rooms{{other, 1}},
                 "a room that was read is not told");
    world.post(room, ari, "@all again");
    world.applied(room, bora, LeaveRoom{});
    world.expect(unread(world, bora).mentions == 1 && unread(world, bora).total == 1,
                 "nor is one that was left");
    world.applied(room, bora, JoinRoom{});
    world.expect(unread(world, bora).mentions == 2, "until one is back");
    world.applied(room, ari, InviteMembers{{dana}});
    world.expect(unread(world, dana) == UnreadTotals{}, "who joins begins at the end");
}

void namesakes(StoreWorld& world) {
    std::vector<std::string> nicknames = {"Ari", "Bora"};
    nicknames.resize(2 + 1'000, "Guest");
    people(world, nicknames);
    const UserId guest{3};
    const RoomId room = world.group(ari, {guest});
    world.expect(said(world, room, ari, "@guest") == Mentions{{guest, 0, 6}},
                 "a name is looked for among a thousand people");
    rename(world, bora, "guest");
    world.expect(said(world, room, ari, "@guest").empty(), "and names nobody where more have it");
}

}  // namespace

Findings check_mentions_contract(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"an @ names a member", in_world<names>},
        {"mentions may be given", in_world<given>},
        {"everybody is named by who leads", in_world<everybody>},
        {"an edit names anew", in_world<edits>},
        {"unread mentions are counted", in_world<counting>},
        {"a name that too many have names nobody", in_world<namesakes>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

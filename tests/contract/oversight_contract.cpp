#include "contract/oversight_contract.h"

#include <thread>

namespace chatcore::contract {
namespace {

ReportTarget about(MessageId message) {
    return {ReportKind::message, message.value};
}
ReportTarget about(UserId user) {
    return {ReportKind::user, user.value};
}
ReportTarget about(RoomId room) {
    return {ReportKind::room, room.value};
}

Report report_of(StoreWorld& world, UserId reporter, ReportTarget target,
                 const std::string& reason) {
    Report report;
    report.reporter = reporter;
    report.at = world.tick();
    report.target = target;
    report.reason = reason;
    return report;
}

Filed file(StoreWorld& world, const Report& report) {
    return world.value(world.store().oversight().file(report), "a report is filed");
}

Page<Report> list(StoreWorld& world, ReportId before = {}, int limit = 100,
                  const std::optional<ReportTarget>& target = {}) {
    return world.value(world.store().oversight().reports(before, limit, target), "reports");
}

Totals totals(StoreWorld& world) {
    return world.value(world.store().oversight().totals(), "totals");
}

void once(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    const Message message = world.post(room, bora, "rude");
    Report report = report_of(world, ari, about(message.id), "rude");
    report.comment = "look at this";
    report.room = room;
    report.message = ReportedMessage::of(message);
    const Filed first = file(world, report);
    report.id = first.report.id;
    world.expect(first.created && first.report.id > ReportId{} && first.report == report,
                 "a report is kept as it was given, under an id");
    Report again = report_of(world, ari, about(message.id), "another reason");
    const Filed second = file(world, again);
    world.expect(!second.created && second.report == first.report,
                 "the same person and target give the first report");
    again.reporter = chan;
    const Filed others = file(world, again);
    world.expect(others.created && others.report.id > first.report.id,
                 "another person's is another");
    // The same number, but another kind of thing.
    const Filed person =
        file(world, report_of(world, ari, about(UserId{message.id.value}), "spam"));
    const Filed place = file(world, report_of(world, ari, about(RoomId{message.id.value}), "spam"));
    world.expect(person.created && place.created, "kinds are told apart");
    world.restart();
    world.expect(file(world, report).report == first.report, "also after a restart");
    world.expect(list(world).items.size() == 4, "nothing is kept twice");
}

void at_once(StoreWorld& world) {
    constexpr int threads = 4;
    std::vector<std::unique_ptr<Store>> stores;
    for (int i = 0; i < threads; ++i) stores.push_back(world.value(world.factory().open()));
    const Report report = report_of(world, ari, about(bora), "spam");
    std::vector<Result<Filed>> filed(threads, unexpected(ErrorCode::internal));
    std::vector<std::thread> people;
    for (std::size_t i = 0; i < threads; ++i) {
        people.emplace_back([&, i] { filed[i] = stores[i]->oversight().file(report); });
    }
    for (std::thread& person : people) person.join();
    int created = 0;
    for (const Result<Filed>& one : filed) {
        world.require(one.has_value(), "each is answered");
        created += one->created ? 1 : 0;
        world.expect(one->report == filed.front()->report, "all get the same report");
    }
    world.expect(created == 1, "one of them was the first");
}

void as_it_was(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    PostMessage what = world.text("what was said");
    what.type = MessageType::file;
    what.attachments = {{"/a.pdf", "a.pdf", 12, "application/pdf"}};
    const auto posted = world.state<Message>(world.applied(room, bora, what).states.front());
    PostMessage forward = world.text("");
    forward.forwarded_from = Original{posted.id, room, bora, "what was said"};
    const auto forwarded = world.state<Message>(world.applied(room, bora, forward).states.front());
    world.applied(room, bora, EditMessage{posted.id, "said and edited"});

    for (const MessageId id : {posted.id, forwarded.id}) {
        const Message then = world.message(id);
        Report report = report_of(world, ari, about(id), "rude");
        report.room = room;
        report.message = ReportedMessage::of(then);
        file(world, report);
        if (id == posted.id) world.applied(room, bora, EditMessage{id, "nothing was said"});
        world.applied(room, bora, DeleteMessage{id});
        world.restart();
        const Page<Report> page = list(world, {}, 100, about(id));
        world.require(page.items.size() == 1 && page.items.front().message.has_value(),
                      "the report has the message");
        world.expect(*page.items.front().message == ReportedMessage::of(then),
                     "as it was, whatever became of it");
        world.expect(page.items.front().room == room, "and its room");
    }
    Report person = report_of(world, ari, about(bora), "rude");
    file(world, person);
    const Page<Report> page = list(world, {}, 100, about(bora));
    world.expect(page.items.size() == 1 && !page.items.front().message &&
                     !page.items.front().room && page.items.front().comment.empty(),
                 "a report of a person has no message");
}

void listing(StoreWorld& world) {
    std::vector<ReportId> ids;
    for (std::int64_t i = 0; i < 7; ++i) {
        const UserId target{100 + i % 2};
        ids.push_back(
            file(world, report_of(world, UserId{1 + i}, about(target), "spam")).report.id);
    }
    std::vector<ReportId> seen;
    ReportId before{};
    for (int pages = 0; pages < 10; ++pages) {
        const Page<Report> page = list(world, before, 3);
        for (const Report& report : page.items) seen.push_back(report.id);
        if (!page.has_more()) break;
        world.expect(page.next_cursor == std::to_string(page.items.back().id.value),
                     "a page goes on below its last");
        before = page.items.back().id;
    }
    world.expect(seen == std::vector<ReportId>(ids.rbegin(), ids.rend()),
                 "all are listed once, newest first");
    const Page<Report> some = list(world, {}, 2, about(UserId{100}));
    world.expect(some.items.size() == 2 && some.has_more() && some.items[0].id == ids[6] &&
                     some.items[1].id == ids[4],
                 "those of one target alone");
    const Page<Report> rest = list(world, some.items.back().id, 2, about(UserId{100}));
    world.expect(rest.items.size() == 2 && !rest.has_more() && rest.items[1].id == ids[0],
                 "to their end");
    world.expect(list(world, {}, 5, about(RoomId{100})).items.empty(), "and none of another kind");
}

void counting(StoreWorld& world) {
    world.expect(totals(world) == Totals{}, "at first there is nothing");
    Account account;
    account.email = "ari@example.org";
    account.profile.nickname = "Ari";
    world.value(world.store().people().create(account));
    world.expect(!world.store().people().create(account).has_value(), "an email is taken once");
    const RoomId room = world.group(ari, {bora});
    world.direct(ari, bora);
    world.direct(ari, bora);
    PostMessage first = world.text("one");
    world.applied(room, ari, first);
    world.apply(room, ari, first);                        // a repeat
    world.apply(room, dana, world.text("not a member"));  // refused
    const Message second = world.post(room, bora, "two");
    world.applied(room, bora, DeleteMessage{second.id});
    const std::vector<Change> two = {world.change(room, ari, world.text("three")),
                                     world.change(room, bora, world.text("four"))};
    world.apply(two);
    world.value(world.try_batch(world.last_batch(), true, two));  // its end was not known
    file(world, report_of(world, ari, about(bora), "spam"));
    file(world, report_of(world, ari, about(bora), "spam"));
    const Totals expected{.people = 1, .rooms = 2, .messages = 4, .reports = 1};
    world.expect(totals(world) == expected, "each thing is counted once, tombstones too");
    world.restart();
    world.expect(totals(world) == expected, "also after a restart");
}

void keys(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    PostMessage what = world.text("one");
    const auto posted = [&](UserId sender, const ClientKey& key) {
        const ClientKey keys[] = {world.new_key(), key};
        const RoomId rooms[] = {room, RoomId{id_max}};
        const auto found = world.value(world.store().messages().standings(sender, rooms, keys));
        world.require(found.size() == 2 && !found[0].posted, "each key is answered in its place");
        return found[1].posted;
    };
    world.expect(!posted(ari, what.key), "what is not posted is not known");
    world.applied(room, ari, what);
    world.expect(posted(ari, what.key), "what is posted is known by its key");
    world.expect(!posted(bora, what.key), "and of nobody else");
    world.expect(!posted(ari, world.new_key()), "and by no other");
    world.restart();
    world.expect(posted(ari, what.key), "also after a restart");
}

}  // namespace

Findings check_oversight_contract(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"a report is taken once", in_world<once>},
        {"of reports at once one is the first", in_world<at_once>},
        {"a reported message stays as it was", in_world<as_it_was>},
        {"reports are listed", in_world<listing>},
        {"what there is is counted", in_world<counting>},
        {"who has posted under a key is known", in_world<keys>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

// Long because every promise is shown on a store that holds everything, which is made here.

#include "contract/transfer_contract.h"

#include <algorithm>

#include "chatcore/rules/import_rules.h"

namespace chatcore::contract {

std::vector<Record> records_of(Store& store, int page) {
    std::vector<Record> all;
    auto snapshot = store.transfer().snapshot();
    if (!snapshot) return all;
    for (;;) {
        auto some = (*snapshot)->next(page);
        if (!some || some->empty()) return all;
        for (Record& record : *some) all.push_back(std::move(record));
    }
}

Status fill(Store& empty, std::span<const Record> records, std::size_t batch, std::size_t* taken) {
    auto import = empty.transfer().begin_import();
    if (!import) return unexpected(import.error());
    std::size_t all = 0;
    while (!records.empty()) {
        const std::size_t some = std::min(batch, records.size());
        Status status = (*import)->put(records.first(some));
        if (!status && taken != nullptr)
            *taken = all + refused_record(status.error()).value_or(records.size());
        if (!status) return status;
        all += some;
        if (taken != nullptr) *taken = all;
        records = records.subspan(some);
    }
    return (*import)->finish();
}

namespace {

/// Under which a consultation is asked for.
constexpr ClientKey consultation_key{{0x12, 0x34, 0x56, 0x78}};

Schedule a_schedule(UserId owner, RoomId room) {
    Schedule schedule;
    schedule.owner = owner;
    schedule.room = room;
    schedule.content = "later";
    return schedule;
}
Report a_report(UserId reporter, ReportTarget target) {
    Report report;
    report.reporter = reporter;
    report.target = target;
    report.reason = "spam";
    return report;
}

}  // namespace

void make_everything(StoreWorld& world) {
    Store& store = world.store();
    for (const char* name : {"ari", "bora", "chan", "dana"}) {
        Account account;
        account.profile.nickname = name;
        account.profile.external_id = std::string("code of ") + name;
        account.email = std::string(name) + "@example.org";
        account.password_hash = "$2b$";
        account.created_at = world.tick();
        world.value(store.people().create(account), "a person is made");
    }
    const Context product{"product", "17"};
    const RegisteredContext about{product, ari, "a lamp", "{\"x\":1}", world.tick(), world.now()};
    world.value(store.contexts().put(about), "a context is registered");
    world.done(store.contexts().remove({"product", "gone"}, world.tick()), "another is removed");
    Upload upload;
    upload.id = AttachmentId{9'001};
    upload.uploader = ari;
    upload.name = "a.png";
    upload.size_bytes = 5;
    upload.content_type = "image/png";
    upload.created_at = world.tick();
    upload.unused_until = world.now() + std::chrono::hours(1);
    world.done(store.attachments().create(upload), "a file is uploaded");
    upload.id = AttachmentId{9'002};
    world.done(store.attachments().create(upload), "another is uploaded");
    upload.id = AttachmentId{9'003};
    world.done(store.attachments().create(upload), "a picture is uploaded");
    Profile pictured;
    pictured.id = ari;
    pictured.nickname = "ari";
    pictured.profile_image_url = attachment_url(upload.id);
    world.done(store.people().update_profile(pictured), "a person has it");

    const RoomId room = world.group(ari, {bora, chan, dana}, true);
    world.applied(room, ari, RenameRoom{{}, attachment_url(AttachmentId{9'003})});
    world.direct(ari, bora, product);
    PostMessage shown = world.text("look @bora, and @all");
    shown.attachments = {{attachment_url(AttachmentId{9'001}), "a.png", 5, "image/png"}};
    shown.metadata = "{\"k\":\"\\u0000\"}";
    const Applied posted = world.applied(room, ari, shown);
    const Message root = world.state<Message>(posted.states.front());
    const Message reply = world.post(room, bora, "an answer\n\"quoted\" 안녕 🎉", root.id);
    world.applied(room, bora, SetReaction{root.id, "👍", true});
    world.applied(room, ari, SetPin{root.id, true});
    world.applied(room, ari, SetNotice{"be nice"});
    world.applied(room, chan, EditMessage{world.post(room, chan, "first").id, "then"});
    PostMessage forwarded = world.text("");
    forwarded.forwarded_from = Original{root.id, room, ari, "look"};
    world.applied(room, dana, forwarded);
    world.applied(room, dana, DeleteMessage{world.post(room, dana, "oh").id});
    world.applied(room, ari, GagMember{chan, world.now() + std::chrono::hours(2)});
    world.applied(room, ari, RemoveMember{dana, true});
    world.apply(room, bora, SetPersonal{true, true});
    const RoomId gone = world.group(ari, {bora});
    for (int i = 0; i < 4; ++i) world.post(gone, ari, "soon gone @bora");
    world.applied(gone, ari, DeleteRoom{});
    world.value(store.removals().clear(3), "some of it is cleared away");
    NewConsultation asked_for{bora, ari, "a thesis", world.now() + std::chrono::hours(1)};
    asked_for.key = consultation_key;
    asked_for.digest = 77;
    const RoomId talk =
        world.value(store.open_consultation(asked_for, world.tick()), "a consultation is asked for")
            .room.id;
    world.applied(talk, ari, StepConsultation{ConsultationStep::approve, {}});
    world.post(talk, bora, "good morning");

    Schedule schedule = a_schedule(ari, room);
    schedule.due_at = world.tick();
    schedule.repeat = Repeat::weekly;
    schedule.time_zone = "Asia/Seoul";
    schedule.created_at = world.now();
    world.value(store.schedules().create(schedule, 9), "a message is scheduled");
    Schedule failed = a_schedule(ari, room);
    failed.due_at = world.tick();
    failed.created_at = world.now();
    failed.state = ScheduleState::failed;
    failed.failure = ErrorCode::not_a_member;
    world.value(store.schedules().create(failed, 9), "and one that has failed");
    const auto between = [&](UserId actor, decltype(SocialChange::what) what) {
        return world.value(store.social().apply({actor, world.tick(), std::move(what)}));
    };
    const auto asked = between(ari, RequestFriend{bora});
    world.require(asked.request.has_value(), "a request is made");
    between(bora, AnswerRequest{asked.request->id, true});
    between(chan, RequestFriend{ari});
    between(dana, SetBlock{chan, true});
    const NewNotification told{
        bora, NotificationKind::mention, root.id.value, world.tick(), ari, room, root.id};
    world.value(store.inbox().add({&told, 1}), "somebody is told");
    world.value(store.personal().toggle_bookmark(bora, root.id, 9), "a bookmark is put");
    const DeliveryPointer arrived{room, bora, reply.id};
    world.done(store.receipts().raise_delivered({&arrived, 1}), "a delivery is noted");
    Report report = a_report(bora, {ReportKind::message, root.id.value});
    report.at = world.tick();
    report.room = room;
    report.message = ReportedMessage::of(world.message(root.id));
    world.value(store.oversight().file(report), "a message is reported");
    world.value(store.oversight().file(a_report(bora, {ReportKind::user, 4})),
                "a person is reported");
    NewGroup shared;
    shared.owner = chan;
    shared.title = "about the lamp";
    shared.open = true;
    shared.context = product;
    world.value(store.open_shared(shared, world.tick()), "a shared group is opened");
}

namespace {

/// Two worlds over the same kind of store: the second is the first carried over.
struct Copies {
    Copies(const StoreSubjectFactory& make, Findings& findings)
        : first(make, findings), second(make, findings) {
        make_everything(first);
        records = records_of(first.store());
        first.done(fill(second.store(), records), "an empty store takes the records");
        second.restart();
    }
    StoreWorld first;
    StoreWorld second;
    std::vector<Record> records;
};

template <void (*Check)(Copies&)>
void in_copies(const StoreSubjectFactory& make, Findings& findings) {
    try {
        Copies copies(make, findings);
        Check(copies);
    } catch (const Abandoned&) {
        // What was missing is among the findings.
    }
}

template <class PageType>
auto items_of(Result<PageType> page) -> Result<decltype(page->items)> {
    if (!page) return unexpected(page.error());
    return std::move(page->items);
}

/// Both stores' answers to the same call.
template <class Call>
void same(Copies& copies, const char* what, Call call) {
    const auto ours = call(copies.first.store());
    const auto theirs = call(copies.second.store());
    bool alike = ours.has_value() == theirs.has_value();
    if (alike && ours.has_value()) alike = *ours == *theirs;
    copies.first.expect(alike, std::string(what) + " answers as before");
}

void everything(StoreWorld& world) {
    make_everything(world);
    auto snapshot = world.value(world.store().transfer().snapshot(), "a snapshot is taken");
    RecordCounts seen{};
    ImportRules rules;
    for (;;) {
        const auto page = world.value(snapshot->next(3), "a page is read");
        if (page.empty()) break;
        world.expect(page.size() <= 3, "a page is as long as was asked for, at most");
        for (const Record& record : page) {
            world.expect(record.index() == page.front().index(), "it is of one kind");
            world.expect(rules.take(record).has_value(), "records are in their order");
            ++seen[record.index()];
        }
    }
    world.expect(world.value(snapshot->next(3)).empty(), "behind the last there is none");
    world.expect(rules.finished().has_value(), "the counters are among them");
    world.expect(seen == snapshot->counts(), "there are as many as was said");
    for (std::size_t i = 0; i < record_kind_count; ++i)
        world.expect(seen[i] > 0, "there are records of kind " + std::string(record_kind_names[i]));
}

void one_moment(StoreWorld& world) {
    make_everything(world);
    const std::vector<Record> before = records_of(world.store());
    auto reader = world.value(world.factory().open(), "another store is opened");
    auto snapshot = world.value(reader->transfer().snapshot(), "a snapshot is taken");
    const RoomId room = world.group(bora, {ari});
    world.post(room, bora, "meanwhile");
    std::vector<Record> all;
    for (auto page = world.value(snapshot->next(4)); !page.empty();
         page = world.value(snapshot->next(4)))
        all.insert(all.end(), page.begin(), page.end());
    world.expect(all == before, "what others write meanwhile is not in it");
    world.expect(records_of(world.store()).size() > before.size(), "but in the next");
}

void answering(Copies& copies) {
    copies.first.expect(records_of(copies.second.store()) == copies.records,
                        "the records of the copy are the same");
    for (std::int64_t id = 1; id <= 40; ++id) {
        const RoomId room{id};
        const MessageId message{id};
        same(copies, "rooms.find", [&](Store& store) { return store.rooms().find(room); });
        same(copies, "members",
             [&](Store& store) { return items_of(store.rooms().members(room, UserId{}, 9)); });
        same(copies, "messages.find",
             [&](Store& store) { return store.messages().find(message, std::nullopt); });
        same(copies, "pins", [&](Store& store) { return store.messages().pins(room, {}); });
        same(copies, "changes", [&](Store& store) -> Result<std::vector<State>> {
            auto changes = store.messages().changes(room, Position{}, 100, std::nullopt);
            if (!changes) return unexpected(changes.error());
            return changes->items;
        });
        same(copies, "history", [&](Store& store) -> Result<std::vector<Message>> {
            auto history = store.messages().history({.room = room}, std::nullopt);
            if (!history) return unexpected(history.error());
            return history->messages;
        });
    }
    for (const UserId user : {ari, bora, chan, dana}) {
        same(copies, "people.find", [&](Store& store) { return store.people().find(user); });
        same(copies, "people.find by code", [&](Store& store) {
            return store.people().find(ExternalId{"code of " + std::string("bora")});
        });
        same(copies, "people.search",
             [&](Store& store) { return items_of(store.people().search("a", {}, 9)); });
        same(copies, "list", [&](Store& store) { return items_of(store.rooms().list(user, {})); });
        same(copies, "memberships",
             [&](Store& store) { return store.rooms().memberships(user, RoomId{}, 99); });
        same(copies, "search", [&](Store& store) {
            return items_of(store.search().messages({.text = "안녕"}, user));
        });
        same(copies, "unread", [&](Store& store) { return store.personal().unread(user, 99); });
        same(copies, "bookmarks",
             [&](Store& store) { return items_of(store.personal().bookmarks(user, {})); });
        same(copies, "friends",
             [&](Store& store) { return items_of(store.social().friends(user, {}, 9)); });
        for (const auto direction : {SocialStore::Direction::in, SocialStore::Direction::out}) {
            same(copies, "requests", [&](Store& store) {
                return items_of(store.social().requests(user, direction, {}, 9));
            });
        }
        same(copies, "blocks", [&](Store& store) { return store.social().block_set(user); });
        same(copies, "inbox",
             [&](Store& store) { return items_of(store.inbox().list(user, {}, 9)); });
        same(copies, "schedules",
             [&](Store& store) { return items_of(store.schedules().list(user, {}, 9)); });
        for (const std::int64_t id : {9'001, 9'002, 9'003}) {
            same(copies, "attachments",
                 [&](Store& store) { return store.attachments().find(AttachmentId{id}, user); });
        }
        for (std::int64_t id = 1; id <= 9; ++id) {
            same(copies, "delivered",
                 [&](Store& store) { return store.receipts().delivered(RoomId{id}, user); });
        }
    }
    same(copies, "blocks_moved_since",
         [](Store& store) { return store.social().blocks_moved_since(0, 9); });
    same(copies, "reports",
         [](Store& store) { return items_of(store.oversight().reports({}, 9, {})); });
    same(copies, "totals", [](Store& store) { return store.oversight().totals(); });
    same(copies, "contexts.find",
         [](Store& store) { return store.contexts().find({"product", "17"}); });
    same(copies, "open_shared", [](Store& store) {
        NewGroup group;
        group.owner = dana;
        group.context = Context{"product", "17"};
        return store.open_shared(group, {});
    });
    same(copies, "pending", [](Store& store) { return store.removals().pending(); });
    same(copies, "open_direct about what was removed", [](Store& store) {
        const DirectKey key = DirectKey::of(ari, dana, Context{"product", "gone"});
        return Result<bool>(store.open_direct(key, ari, {}).has_value());
    });
}

void going_on(Copies& copies) {
    const auto next = [](StoreWorld& world) {
        std::vector<std::int64_t> given;
        Store& store = world.store();
        Account account;
        account.email = "eun@example.org";
        given.push_back(world.value(store.people().create(account)).value);
        const RoomId room = world.group(bora, {ari});
        given.push_back(room.value);
        const Message said = world.post(room, bora, "further");
        given.push_back(said.id.value);
        given.push_back(world.value(store.schedules().create(a_schedule(ari, room), 9)).value);
        const auto asked = world.value(store.social().apply({bora, {}, RequestFriend{chan}}));
        world.require(asked.request.has_value(), "a request is made");
        given.push_back(asked.request->id.value);
        world.value(store.social().apply({bora, {}, SetBlock{dana, true}}));
        given.push_back(world.value(store.social().block_set(bora)).number);
        const NewNotification told{ari, NotificationKind::reply, said.id.value, {}, bora, room, {}};
        const auto notified = world.value(store.inbox().add({&told, 1}));
        world.require(notified.size() == 1, "somebody is told");
        given.push_back(notified.front().notification.id.value);
        world.value(store.personal().toggle_bookmark(bora, said.id, 9));
        const auto marked = records_of(store);
        for (const Record& record : marked) {
            const auto* bookmark = std::get_if<BookmarkRecord>(&record);
            if (bookmark != nullptr && bookmark->message == said.id)
                given.push_back(bookmark->id.value);
        }
        const Report report = a_report(ari, {ReportKind::room, room.value});
        given.push_back(world.value(store.oversight().file(report)).report.id.value);
        return given;
    };
    copies.first.expect(next(copies.first) == next(copies.second),
                        "the next of each kind has the same number");
}

void repeating(Copies& copies) {
    const auto original = std::find_if(
        copies.records.begin(), copies.records.end(),
        [](const Record& record) { return std::holds_alternative<MessageRecord>(record); });
    copies.first.require(original != copies.records.end(), "there is a message");
    const Message& message = std::get<MessageRecord>(*original).message;
    PostMessage again = copies.first.text("look @bora, and @all");  // its digest is of that
    again.key = message.key;
    StoreWorld& world = copies.second;
    const Outcome repeated = world.apply(message.room, message.sender, again);
    const auto* duplicate = std::get_if<DuplicateOf>(&repeated);
    world.expect(duplicate != nullptr && duplicate->position == position_of(message.id),
                 "a post that is repeated is answered with the first");
    ++again.digest;
    world.expect(
        world.refused(world.apply(message.room, message.sender, again), ErrorCode::key_reused),
        "and its key names no other");
    NewConsultation asked_for{bora, ari, "a thesis", world.now()};
    asked_for.key = consultation_key;
    asked_for.digest = 77;
    const auto asked = world.store().open_consultation(asked_for, world.tick());
    world.expect(asked && !asked->created && asked->room.consultation,
                 "a consultation that is asked for again is the one there is");
    ++asked_for.digest;
    world.expect(world.refuses(world.store().open_consultation(asked_for, world.tick()),
                               ErrorCode::key_reused),
                 "and so for its key");
}

void clearing(Copies& copies) {
    for (StoreWorld* world : {&copies.first, &copies.second}) {
        while (world->value(world->store().removals().clear(2))) {
        }
        world->expect(!world->value(world->store().removals().pending()), "all is cleared away");
    }
    copies.first.expect(records_of(copies.first.store()) == records_of(copies.second.store()),
                        "what was deleted goes on being cleared away");
}

void unfinished(const StoreSubjectFactory& make, Findings& findings) {
    StoreWorld source(make, findings);
    make_everything(source);
    const std::vector<Record> records = records_of(source.store());
    for (const std::size_t taken : {std::size_t{0}, records.size() / 2, records.size()}) {
        const std::unique_ptr<StoreSubject> subject = make();
        {
            auto store = subject->factory().open();
            if (!findings.expect(store.has_value(), "an empty store is opened")) return;
            auto import = (*store)->transfer().begin_import();
            if (!findings.expect(import.has_value(), "an import into it is begun")) return;
            findings.expect((*import)->put(std::span(records).first(taken)).has_value(),
                            "records are taken");
        }
        subject->restart();
        const auto again = subject->factory().open();
        findings.expect(!again && again.error().code == ErrorCode::unavailable &&
                            again.error().detail == "import",
                        "a store that was not filled to its end is not opened");
    }
}

void guarded_unfinished(const StoreSubjectFactory& make, Findings& findings) {
    try {
        unfinished(make, findings);
    } catch (const Abandoned&) {
        // What was missing is among the findings.
    }
}

void full(StoreWorld& world) {
    Upload upload;
    upload.id = AttachmentId{5};
    upload.uploader = ari;
    upload.content_type = "image/png";
    upload.unused_until = world.tick();
    world.done(world.store().attachments().create(upload), "a file is uploaded");
    world.expect(world.refuses(world.store().transfer().begin_import(), ErrorCode::conflict),
                 "a store with anything in it is not filled");
    world.restart();
    world.post(world.group(ari, {bora}), ari, "as before");
    world.expect(world.refuses(world.store().transfer().begin_import(), ErrorCode::conflict),
                 "and stays as it is");
}

void refusing(const StoreSubjectFactory& make, Findings& findings) {
    StoreWorld source(make, findings);
    make_everything(source);
    const std::vector<Record> good = records_of(source.store());
    source.require(good.size() > 2 && std::holds_alternative<Account>(good[1]) &&
                       std::holds_alternative<CountersRecord>(good.back()),
                   "people stand first, and the counters last");
    std::vector<Record> good_copy = good;
    // A store that is broken otherwise may have given none.
    const auto first = [&]<class T>(std::vector<Record>& records, T) {
        const auto found = std::find_if(records.begin(), records.end(), [](const Record& record) {
            return std::holds_alternative<T>(record);
        });
        source.require(found != records.end(), "there is a record of the kind");
        return found;
    };
    using Records = std::vector<Record>;
    // `spoil` gives the record at fault, or the end where only that is.
    const auto refused = [&](const char* what, auto spoil) {
        Records records = good;
        const auto spoilt = spoil(records);
        const auto at_fault = static_cast<std::size_t>(spoilt - records.begin());
        StoreWorld world(make, findings);
        std::size_t taken = 0;
        const Status filled = fill(world.store(), records, 5, &taken);
        findings.expect(!filled && (filled.error().code == ErrorCode::conflict ||
                                    filled.error().code == ErrorCode::invalid_value),
                        std::string("records are refused ") + what);
        findings.expect(taken == at_fault, std::string("the one at fault is told ") + what);
    };
    refused("twice",
            [&](Records& all) { return all.insert(all.begin(), Record(all.front())) + 1; });
    refused("out of order", [&](Records& all) {
        std::swap(all[0], all[1]);
        return all.begin() + 1;
    });
    refused("of a kind that was over", [&](Records& all) {
        all.push_back(good.front());
        return all.end() - 1;
    });
    refused("without counters", [&](Records& all) {
        all.pop_back();
        return all.end();
    });
    refused("above the counters", [&](Records& all) {
        std::get<CountersRecord>(all.back()).position = Position{1};
        return all.end() - 1;
    });
    refused("with one email", [&](Records& all) {
        std::get<Account>(all[1]).email = std::get<Account>(all[0]).email;
        return all.begin() + 1;
    });
    refused("with an external id that is an id", [&](Records& all) {
        std::get<Account>(all[1]).profile.external_id = "1";
        return all.begin() + 1;
    });
    refused("with one client key", [&](Records& all) {
        const auto message = first(all, MessageRecord{});
        auto& one = std::get<MessageRecord>(*message).message;
        source.require(std::holds_alternative<MessageRecord>(*(message + 1)), "and another");
        auto& other = std::get<MessageRecord>(*(message + 1)).message;
        other.sender = one.sender;
        other.key = one.key;
        return message + 1;
    });
    const auto with = [&]<class T>(const char* what, T, auto alter) {
        refused(what, [&](Records& all) {
            const auto record = first(all, T{});
            alter(std::get<T>(*record));
            return record;
        });
    };
    with("of no room", MessageRecord{}, [](auto& it) { it.message.room = RoomId{777}; });
    with("of a member of no room", Member{}, [](auto& it) { it.room = RoomId{777}; });
    with("of no message", BookmarkRecord{}, [](auto& it) { it.message = MessageId{777}; });
    with("of a message of another room", BookmarkRecord{}, [&](auto& it) {
        it.room = std::get<RoomRecord>(*(first(good_copy, RoomRecord{}) + 1)).room.id;
    });
    with("of a parent that is not there", MessageRecord{},
         [](auto& it) { it.message.parent = MessageId{it.message.id.value - 1}; });
    with("of a parent behind it", MessageRecord{},
         [](auto& it) { it.message.parent = MessageId{it.message.id.value + 1}; });
    with("without a seq", MessageRecord{}, [](auto& it) { it.message.seq = 0; });
    with("of a seq that is too high", MessageRecord{}, [](auto& it) { it.message.seq = 777; });
    with("changed before it was", MessageRecord{},
         [](auto& it) { it.message.changed_at = Position{1}; });
    with("changed behind the room's end", MessageRecord{},
         [](auto& it) { it.message.changed_at = Position{777}; });
    with("read to a seq that is too high", Member{}, [](auto& it) { it.read_seq = 777; });
    with("of a size below 0", Upload{}, [](auto& it) { it.size_bytes = -1; });
    with("of an absurd size", Upload{}, [](auto& it) { it.size_bytes = id_max; });
    for (const char* type : {"", "png", "image/png\r\nSet-Cookie: a=b", "text/html; charset=utf-8"})
        with("of no media type", Upload{}, [&](auto& it) { it.content_type = type; });
    with("of a name with controls", Upload{}, [](auto& it) { it.name = "a\r\n.png"; });
    with("of a name that turns", Upload{}, [](auto& it) { it.name = "a\u202Egpj.exe"; });
    with("of no nickname", Account{}, [](auto& it) { it.profile.nickname = " "; });
    with("of a nickname with controls", Account{}, [](auto& it) { it.profile.nickname = "a\nb"; });
    const auto with_attachment = [&](const char* what, auto alter) {
        with(what, MessageRecord{}, [&](auto& it) {
            Attachment file{"https://example.org/a.png", "a.png", 5, "image/png"};
            alter(file);
            it.message.attachments = {file};
        });
        refused(what, [&](Records& all) {
            const auto record = first(all, Report{});
            auto& report = std::get<Report>(*record);
            source.require(report.message.has_value(), "a message is reported");
            report.message->attachments = {{"https://example.org/a.png", "a.png", 5, "image/png"}};
            alter(report.message->attachments.front());
            return record;
        });
    };
    for (const char* url : {"", "javascript:alert(1)", "//evil.example/a", "/api/v1/attachments/x"})
        with_attachment("of no address", [&](Attachment& it) { it.url = url; });
    with_attachment("of a file with controls", [](Attachment& it) { it.name = "a\n"; });
    with_attachment("of a file that turns", [](Attachment& it) { it.name = "a\u202Egpj.exe"; });
    with_attachment("of a file of less than nothing", [](Attachment& it) { it.size_bytes = -1; });
    with_attachment("of an absurd file", [](Attachment& it) { it.size_bytes = id_max; });
    with("of people who block themselves", BlockRecord{}, [](auto& it) { it.blocked = it.user; });
    refused("of one seq twice", [&](Records& all) {
        const auto message = first(all, MessageRecord{});
        auto& other = std::get<MessageRecord>(*(message + 1)).message;
        other.seq = std::get<MessageRecord>(*message).message.seq;
        return message + 1;
    });
    refused("of no upload", [&](Records& all) {
        all.erase(first(all, Upload{}));
        return first(all, UploadUseRecord{});
    });
}

void guarded_refusing(const StoreSubjectFactory& make, Findings& findings) {
    try {
        refusing(make, findings);
    } catch (const Abandoned&) {
        // What was missing is among the findings.
    }
}

void picturing(const StoreSubjectFactory& make, Findings& findings) {
    StoreWorld source(make, findings);
    make_everything(source);
    const std::vector<Record> good = records_of(source.store());
    const auto account = [](UserId id) {
        return [id](const Account& it) { return it.profile.id == id; };
    };
    const auto the_upload = [](std::int64_t id) {
        return [id](const Upload& it) { return it.id == AttachmentId{id}; };
    };
    const auto edit = [&]<class T>(std::vector<Record>& all, T, auto which, auto alter) {
        for (Record& record : all) {
            T* const one = std::get_if<T>(&record);
            if (one != nullptr && which(*one)) return alter(*one);
        }
        source.require(false, "there is the record");
    };
    const auto group = [](const RoomRecord& it) {
        return it.room.kind == RoomKind::group && !it.room.deleted_at;
    };
    RoomId room;
    std::vector<Record> seen = good;
    edit(seen, RoomRecord{}, group, [&](RoomRecord& it) { room = it.room.id; });
    const std::string fresh = attachment_url(AttachmentId{9'002});
    const std::string shown = attachment_url(AttachmentId{9'003});
    const auto imported = [&](const char* what, auto spoil, auto expected) {
        std::vector<Record> records = good;
        spoil(records);
        StoreWorld world(make, findings);
        world.done(fill(world.store(), records), "what names any picture is imported");
        world.restart();
        world.expect(expected(world), what);
    };
    const auto picture_of = [](StoreWorld& world, UserId id) {
        const auto found = world.value(world.store().people().find(id));
        return found ? found->profile.profile_image_url : std::string("nobody");
    };
    const auto uses_of = [](StoreWorld& world, std::int64_t id) {
        const auto found =
            world.value(world.store().attachments().find(AttachmentId{id}, std::nullopt));
        return found ? found->uses : -1;
    };
    const auto opened = [](StoreWorld& world, std::int64_t id) {
        return world.value(world.store().attachments().find(AttachmentId{id}, dana)).has_value();
    };
    const auto of_person = [&](const char* what, const std::string& url, bool kept) {
        imported(
            what,
            [&](auto& all) {
                edit(all, Account{}, account(bora),
                     [&](Account& it) { it.profile.profile_image_url = url; });
            },
            [&](StoreWorld& world) {
                return picture_of(world, bora) == (kept ? url : "") && !opened(world, 9'001) &&
                       !opened(world, 9'002) && uses_of(world, 9'001) == 1 &&
                       uses_of(world, 9'002) == 0 && uses_of(world, 9'003) == 2;
            });
    };
    of_person("what somebody else shows in a room is nobody's picture",
              attachment_url(AttachmentId{9'001}), false);
    of_person("nor what somebody else shows nowhere", fresh, false);
    of_person("nor somebody else's picture", shown, false);
    of_person("nor what is not there", attachment_url(AttachmentId{9'009}), false);
    of_person("nor what is no file", "/api/v1/attachments/x", false);
    of_person("nor what runs", "javascript:alert(1)", false);
    of_person("nor what is of no scheme", "//evil.example/a.png", false);
    of_person("what is of the web is", "https://example.org/b.png", true);

    const auto of_ari = [&](const char* what, auto alter, bool kept) {
        imported(
            what,
            [&](auto& all) {
                edit(all, Account{}, account(ari),
                     [&](Account& it) { it.profile.profile_image_url = fresh; });
                edit(all, Upload{}, the_upload(9'002), alter);
            },
            [&](StoreWorld& world) {
                return picture_of(world, ari) == (kept ? fresh : "") &&
                       opened(world, 9'002) == kept && uses_of(world, 9'003) == 1;
            });
    };
    of_ari("one's own file is", [](Upload&) {}, true);
    of_ari("not where it is no image", [](Upload& it) { it.content_type = "text/plain"; }, false);
    of_ari("nor where it is cleared away", [](Upload& it) { it.condemned = true; }, false);

    const auto of_room = [&](const char* what, const std::string& url, auto alter, bool kept) {
        imported(
            what,
            [&](auto& all) {
                edit(all, RoomRecord{}, group, [&](RoomRecord& it) { it.room.image_url = url; });
                alter(all);
            },
            [&](StoreWorld& world) {
                return world.room(room).image_url == (kept ? url : "") &&
                       opened(world, 9'002) == (kept && url == fresh);
            });
    };
    const auto demoted = [&](auto& all) {
        edit(
            all, Member{}, [&](const Member& it) { return it.room == room && it.user == ari; },
            [](Member& it) { it.role = MemberRole::member; });
    };
    of_room("the file of who leads a room is its picture", fresh, [](auto&) {}, true);
    of_room("that of who does not is not", fresh, demoted, false);
    of_room("unless it was when they led", shown, demoted, true);
    of_room(
        "nor that of a stranger", fresh,
        [&](auto& all) {
            edit(all, Upload{}, the_upload(9'002), [](Upload& it) { it.uploader = UserId{77}; });
        },
        false);
}

void guarded_picturing(const StoreSubjectFactory& make, Findings& findings) {
    try {
        picturing(make, findings);
    } catch (const Abandoned&) {
        // What was missing is among the findings.
    }
}

/// Goes on with a copy at each restart.
class TransferredSubject final : public StoreSubject {
public:
    TransferredSubject(std::vector<StoreSubjectFactory> kinds, Carriage carriage)
        : kinds_(std::move(kinds)), carriage_(std::move(carriage)), now_(kinds_.front()()) {}

    StoreFactory& factory() override { return now_->factory(); }
    void restart() override {
        std::unique_ptr<StoreSubject> next = kinds_[++carried_ % kinds_.size()]();
        auto from = now_->factory().open();
        auto into = next->factory().open();
        if (!from || !into) throw Abandoned{};
        const std::vector<Record> records = records_of(**from, 100);
        const Status filled = fill(**into, carriage_ ? carriage_(records) : records, 50);
        const bool same = filled && records_of(**into, 3) == records;
        from->reset();
        into->reset();
        // A store that was begun and is not whole is not opened, which the world finds.
        if (!same) next = refuser();
        now_ = std::move(next);
    }

private:
    std::unique_ptr<StoreSubject> refuser() {
        std::unique_ptr<StoreSubject> refusing = kinds_.front()();
        auto store = refusing->factory().open();
        if (store) static_cast<void>((*store)->transfer().begin_import());
        return refusing;
    }

    const std::vector<StoreSubjectFactory> kinds_;
    const Carriage carriage_;
    std::unique_ptr<StoreSubject> now_;
    std::size_t carried_ = 0;
};

}  // namespace

StoreSubjectFactory transferred(std::vector<StoreSubjectFactory> kinds, const Carriage& carriage) {
    return [kinds = std::move(kinds), carriage] {
        return std::make_unique<TransferredSubject>(kinds, carriage);
    };
}

Findings check_transfer_contract(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"everything is in a snapshot", in_world<everything>},
        {"a snapshot is of one moment", in_world<one_moment>},
        {"a copy answers as the original", in_copies<answering>},
        {"a copy goes on with the same numbers", in_copies<going_on>},
        {"a copy knows what was posted", in_copies<repeating>},
        {"a copy goes on clearing away", in_copies<clearing>},
        {"what is not whole is not opened", guarded_unfinished},
        {"only an empty store is filled", in_world<full>},
        {"records that no store gives are refused", guarded_refusing},
        {"only sound pictures are imported", guarded_picturing},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

#include "contract/consultation_contract.h"

#include <array>
#include <chrono>

namespace chatcore::contract {
namespace {

using State = ConsultationState;
using Step = ConsultationStep;

/// A pending one, asked for by ari.
RoomId asked(StoreWorld& world, UserId of = bora) {
    return world.value(world.store().open_consultation({ari, of, "thesis", {}}, world.tick()))
        .room.id;
}
Outcome step(StoreWorld& world, RoomId room, UserId actor, Step to,
             std::optional<Timestamp> at = {}) {
    return world.apply(room, actor, StepConsultation{to, at});
}
RoomId scheduled(StoreWorld& world, UserId with = bora) {
    const RoomId room = asked(world, with);
    world.applied(step(world, room, with, Step::approve));
    return room;
}
Consultation consultation(StoreWorld& world, RoomId room) {
    const Room found = world.room(room);
    world.require(found.consultation.has_value(), "the room is a consultation");
    return *found.consultation;
}
Outcome complete(StoreWorld& world, RoomId room, UserId actor, bool by_engine = false) {
    return world.apply(room, actor,
                       CompleteConsultation{consultation(world, room).said_at, by_engine});
}
/// One in each state.
std::array<RoomId, 6> one_of_each(StoreWorld& world) {
    std::array<RoomId, 6> rooms{};
    for (RoomId& room : rooms) room = asked(world);
    for (const std::size_t i : {1U, 2U, 3U})
        world.applied(step(world, rooms[i], bora, Step::approve));
    for (const std::size_t i : {2U, 3U}) world.post(rooms[i], ari, "hello");
    world.applied(complete(world, rooms[3], bora));
    world.applied(step(world, rooms[4], bora, Step::reject));
    world.applied(step(world, rooms[5], ari, Step::cancel));
    return rooms;
}

void each_request_is_another(StoreWorld& world) {
    const Timestamp at = world.tick();
    const Timestamp wanted = at + std::chrono::hours{5};
    const NewConsultation request{ari, bora, "thesis", wanted};
    const Room one = world.value(world.store().open_consultation(request, at)).room;
    const Room other = world.value(world.store().open_consultation(request, at)).room;
    world.expect(one.id != other.id, "each request is another room");
    const Context itself{"consultation", std::to_string(one.id.value)};
    world.expect(one.kind == RoomKind::direct && one.context == itself &&
                     one.direct == DirectKey::of(ari, bora, itself),
                 "it is a direct room about itself");
    Consultation pending;
    pending.requester = ari;
    pending.recipient = bora;
    pending.title = "thesis";
    pending.scheduled_at = wanted;
    pending.moved_at = at;
    world.expect(one.consultation == pending, "it is pending, as it was asked for");
    world.restart();
    world.expect(world.room(one.id) == one, "it is kept");
    const auto view = world.value(world.store().rooms().view(one.id, bora));
    world.expect(view && view->room == one && view->active, "the recipient sees it");
    world.expect(world.member(one.id, ari).active, "the requester is in it");
    const auto listed = world.value(world.store().rooms().list(ari, {}));
    world.expect(listed.items.size() == 2 && listed.items.front().room.consultation == pending,
                 "lists of rooms show it");
    const auto again = world.value(
        world.store().open_direct(DirectKey::of(bora, ari, itself), bora, world.tick()));
    world.expect(!again.created && again.room == one, "opening it by its context finds it");
}

void a_key_asks_once(StoreWorld& world) {
    const NewConsultation request{ari, bora, "thesis", {}, world.new_key(), 7};
    const auto ask = [&](const NewConsultation& asked) {
        return world.store().open_consultation(asked, world.tick());
    };
    const auto before = [&](const NewConsultation& asked) {
        return world.store().consultations().asked_before(asked.requester, *asked.key,
                                                          asked.digest);
    };
    world.expect(!world.value(before(request)), "nothing was asked under a new key");
    const Opened first = world.value(ask(request));
    world.expect(first.created, "a key opens one");
    world.applied(step(world, first.room.id, bora, Step::approve));
    world.restart();
    world.expect(world.value(ask(request)) == Opened{world.room(first.room.id), false},
                 "a repeat is given it as it is now");
    world.expect(world.value(before(request)) == world.room(first.room.id),
                 "and finds it before it asks");
    NewConsultation other = request;
    other.digest = 8;
    world.expect(world.refuses(ask(other), ErrorCode::key_reused) &&
                     world.refuses(before(other), ErrorCode::key_reused),
                 "a key names one request");
    other.requester = chan;
    world.expect(!world.value(before(other)), "another's key finds nothing");
    world.expect(world.value(ask(other)).created, "of one person");
    other = request;
    other.key = world.new_key();
    world.expect(world.value(ask(other)).created, "another key is another request");
    other.key.reset();
    world.expect(world.value(ask(other)).created && world.value(ask(other)).created,
                 "and so is each without one");
    world.applied(world.apply(first.room.id, UserId{}, DeleteRoom{true}));
    while (world.value(world.store().removals().clear(100))) {
    }
    world.expect(world.refuses(ask(request), ErrorCode::room_deleted) &&
                     world.refuses(before(request), ErrorCode::room_deleted),
                 "what was deleted is not asked for anew");
}

void numbers_that_are_taken_are_passed_over(StoreWorld& world) {
    const RoomId before = world.direct(ari, bora);
    const auto about = [&](std::int64_t ahead) {
        return Context{"consultation", std::to_string(before.value + ahead)};
    };
    // Opened as the next room, each about the one that a request would make after them.
    const RoomId taken = world.direct(ari, bora, about(2));
    const Room made =
        world.value(world.store().open_consultation({bora, ari, "", {}}, world.tick())).room;
    world.expect(made.id != taken && made.id.value > taken.value &&
                     made.context == Context{"consultation", std::to_string(made.id.value)},
                 "a number that is somebody's room already is passed over");
    const Context next{"consultation", std::to_string(made.id.value + 1)};
    world.done(world.store().contexts().remove(next, world.tick()), "a context is removed");
    const Room after =
        world.value(world.store().open_consultation({bora, ari, "", {}}, world.tick())).room;
    world.expect(after.id.value > made.id.value + 1, "and so is one whose context was removed");
}

void an_opening_about_one_is_one(StoreWorld& world) {
    const RoomId room = world.direct(bora, ari, Context{"consultation", "x-1"});
    const auto there = [&](UserId a, UserId b, const char* about) {
        return world.value(world.store().consultations().find(
            DirectKey::of(a, b, Context{"consultation", about})));
    };
    world.expect(there(ari, bora, "x-1") == world.room(room) && !there(ari, bora, "x-2") &&
                     !there(ari, chan, "x-1"),
                 "it is found by its two people and its context, and no other is");
    const Consultation found = consultation(world, room);
    world.expect(found.requester == bora && found.recipient == ari && found.state == State::pending,
                 "who opens it is the requester");
    world.expect(!world.room(world.direct(ari, bora)).consultation &&
                     !world.room(world.direct(ari, bora, Context{"product", "1"})).consultation &&
                     !world.room(world.group(ari, {bora})).consultation,
                 "other rooms are none");
    world.expect(world.refused(step(world, world.direct(ari, bora), bora, Step::approve),
                               ErrorCode::not_found),
                 "and have no steps");
}

void who_moves_it(StoreWorld& world) {
    const RoomId room = asked(world);
    world.expect(world.refused(step(world, room, ari, Step::approve), ErrorCode::forbidden) &&
                     world.refused(step(world, room, ari, Step::reject), ErrorCode::forbidden),
                 "the requester neither approves nor rejects");
    world.expect(world.refused(step(world, room, bora, Step::cancel), ErrorCode::forbidden),
                 "the recipient does not cancel");
    for (const Step one : {Step::approve, Step::reject, Step::cancel})
        world.expect(world.refused(step(world, room, chan, one), ErrorCode::not_a_member),
                     "others do nothing");
    const Room before = world.room(room);
    const Timestamp when = world.now() + std::chrono::hours{7};
    const Applied applied = world.applied(step(world, room, bora, Step::approve, when));
    const Room told = world.state<Room>(applied.states.front());
    world.expect(told == world.room(room) && told.changed_at == applied.position &&
                     applied.prev == before.head,
                 "a step has a position and tells the room");
    world.expect(told.consultation->state == State::scheduled &&
                     told.consultation->scheduled_at == when &&
                     told.consultation->moved_at == world.now(),
                 "an approval may set the time");
    const Changes changes = world.changes(room, before.head);
    world.expect(!changes.items.empty() && changes.items.back() == chatcore::State{told},
                 "changes since tell it");
    world.applied(world.apply(room, bora, LeaveRoom{}));
    world.expect(world.refused(step(world, room, bora, Step::reject), ErrorCode::not_a_member),
                 "who has left moves nothing");
    const RoomId kept =
        world.value(world.store().open_consultation({ari, bora, "", when}, world.tick())).room.id;
    world.applied(step(world, kept, bora, Step::approve));
    world.expect(consultation(world, kept).scheduled_at == when,
                 "an approval without a time keeps the one asked for");
}

void steps_lead_where_they_may(StoreWorld& world) {
    const std::array<RoomId, 6> rooms = one_of_each(world);
    for (int i = 0; i < consultation_state_count; ++i) {
        world.expect(
            consultation(world, rooms[static_cast<std::size_t>(i)]).state == static_cast<State>(i),
            "each state is reached");
    }
    const auto leads = [](std::size_t from, Step to) {
        return from == 0 || (to == Step::cancel && from == 1);
    };
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        for (const Step to : {Step::approve, Step::reject, Step::cancel}) {
            if (leads(i, to)) continue;
            const UserId actor = to == Step::cancel ? ari : bora;
            const Room before = world.room(rooms[i]);
            world.expect(world.refused(step(world, rooms[i], actor, to), ErrorCode::wrong_state),
                         "no step leads from there");
            world.expect(world.room(rooms[i]) == before, "and nothing is changed");
        }
    }
    for (const std::size_t i : {0U, 3U, 4U, 5U}) {
        world.expect(world.refused(complete(world, rooms[i], ari), ErrorCode::wrong_state),
                     "what is not active is not completed");
    }
    world.applied(step(world, rooms[1], ari, Step::cancel), "what is scheduled is cancelled");
    for (const std::size_t i : {1U, 3U, 4U, 5U})
        world.expect(consultation(world, rooms[i]).ended_at.has_value(), "an end has its time");
}

void messages_are_taken_while_it_is_active(StoreWorld& world) {
    const std::array<RoomId, 6> rooms = one_of_each(world);
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        const bool active = i == 1 || i == 2;
        const Outcome outcome = world.apply(rooms[i], bora, world.text("more"));
        const auto* applied = std::get_if<Applied>(&outcome);
        world.expect(active ? applied != nullptr && applied->of_consultation
                            : world.refused(outcome, ErrorCode::wrong_state),
                     "messages are taken while it is scheduled or in progress");
    }
    const RoomId room = scheduled(world);
    const Message said = world.post(room, ari, "one");
    const Message more = world.post(room, ari, "two");
    world.applied(room, ari, EditMessage{said.id, "changed"});
    world.applied(complete(world, room, bora));
    world.expect(world.refused(world.apply(room, ari, EditMessage{said.id, "again"}),
                               ErrorCode::wrong_state),
                 "nothing is edited afterwards");
    world.applied(world.apply(room, ari, DeleteMessage{more.id}), "and anything is deleted");
    world.applied(world.apply(room, ari, LeaveRoom{}), "and left");
}

void nothing_is_shown_once_it_is_over(StoreWorld& world) {
    const RoomId room = scheduled(world);
    const Message said = world.post(room, ari, "one");
    const Message other = world.post(room, ari, "two");
    const auto refused = [&](const RoomChange& change) {
        world.expect(world.refused(world.apply(room, bora, change), ErrorCode::wrong_state),
                     "nothing is put there");
    };
    const auto done = [&](const RoomChange& change, std::string_view what) {
        world.applied(world.apply(room, bora, change), what);
    };
    done(SetReaction{said.id, "👍", true}, "a reaction");
    done(SetPin{said.id, true}, "a pin");
    done(SetNotice{"a notice"}, "a notice");
    world.applied(complete(world, room, bora));
    const Room before = world.room(room);
    refused(SetReaction{said.id, "🔥", true});
    refused(SetReaction{said.id, "👍", true});
    refused(SetPin{other.id, true});
    refused(SetNotice{"another"});
    world.expect(world.room(room) == before, "and nothing is changed");
    done(SetReaction{said.id, "👍", false}, "a reaction is taken away");
    done(SetPin{said.id, false}, "and a pin");
    done(SetNotice{""}, "and the notice");
    world.applied(room, bora, MoveReadPointer{Position{id_max}});
    // Nor before it is approved: there may be a notice, where there are no messages.
    const RoomId pending = asked(world);
    world.expect(
        world.refused(world.apply(pending, ari, SetNotice{"please"}), ErrorCode::wrong_state),
        "nothing is said before it is approved");
}

void the_first_message_begins_it(StoreWorld& world) {
    const RoomId room = scheduled(world);
    const Applied first = world.applied(room, ari, world.text("one"));
    const Timestamp began = world.now();
    world.require(first.states.size() == 2, "the message and the room are told");
    const Room told = world.state<Room>(first.states.back());
    world.expect(told == world.room(room) && told.changed_at == first.position &&
                     world.state<Message>(first.states.front()).changed_at == first.position,
                 "they share the position");
    world.expect(
        told.consultation->state == State::in_progress && told.consultation->started_at == began &&
            told.consultation->moved_at == began && told.consultation->said_at == first.position,
        "it is in progress from then on");
    const Changes changes = world.changes(room, first.prev, 1);
    world.expect(changes.items.size() == 2, "a page of changes does not part them");
    const Applied second = world.applied(room, bora, world.text("two"));
    world.expect(second.states.size() == 1, "the second message begins nothing");
    const Consultation now = consultation(world, room);
    world.expect(now.started_at == began && now.said_at == second.position, "and is noted as said");
    world.restart();
    world.expect(consultation(world, room) == now, "all of it is kept");
}

void it_is_completed_with_what_was_said(StoreWorld& world) {
    const RoomId room = scheduled(world);
    const Message one = world.post(room, ari, "one");
    const Message two = world.post(room, bora, "two");
    const auto stale = [&](const auto& change, UserId actor, std::string_view what) {
        const Position before = consultation(world, room).said_at;
        world.applied(world.apply(room, actor, change));
        world.expect(world.refused(world.apply(room, ari, CompleteConsultation{before}),
                                   ErrorCode::conflict),
                     what);
    };
    stale(world.text("three"), ari, "a message since its archive was made stands against it");
    stale(EditMessage{one.id, "once"}, ari, "and so does an edit");
    stale(DeleteMessage{two.id}, bora, "and a deletion");
    const Position said = consultation(world, room).said_at;
    world.applied(room, bora, SetReaction{one.id, "👍", true});
    world.applied(room, bora, MoveReadPointer{Position{id_max}});
    world.expect(
        world.refused(world.apply(room, chan, CompleteConsultation{said}), ErrorCode::not_a_member),
        "others do not complete it");
    world.applied(room, bora, LeaveRoom{});
    const Applied done = world.applied(room, bora, CompleteConsultation{said});
    const Room told = world.state<Room>(done.states.front());
    world.expect(told == world.room(room) && told.consultation->state == State::completed &&
                     told.consultation->ended_at == world.now(),
                 "who has left may complete it, and what was not said does not matter");
    world.expect(duration_minutes(*told.consultation) == 0, "its time is told in whole minutes");
    world.expect(
        world.refused(world.apply(room, ari, CompleteConsultation{said}), ErrorCode::wrong_state),
        "it is completed once");
    const RoomId silent = scheduled(world);
    world.applied(world.apply(silent, UserId{}, CompleteConsultation{Position{}, true}),
                  "the engine completes one in which nothing was said");
    world.expect(!duration_minutes(consultation(world, silent)), "it took no time");
}

void a_step_tried_again_is_answered(StoreWorld& world) {
    const RoomId room = asked(world);
    const std::vector<Change> changes = {
        world.change(room, bora, StepConsultation{Step::approve, {}}),
        world.change(room, ari, world.text("one")),
        world.change(room, ari, StepConsultation{Step::cancel, {}})};
    const std::vector<Outcome> first = world.apply(changes);
    const Room now = world.room(room);
    world.restart();
    const std::vector<Outcome> again =
        world.value(world.try_batch(world.last_batch(), true, changes));
    world.require(again.size() == 3, "each is answered");
    const auto* replayed = std::get_if<Replayed>(&again[0]);
    world.expect(replayed != nullptr && replayed->position == world.applied(first[0]).position &&
                     replayed->state == chatcore::State{now},
                 "a step is replayed with the room as it is");
    world.expect(std::holds_alternative<Replayed>(again[1]) &&
                     world.refused(again[2], ErrorCode::wrong_state),
                 "and so are the others of its batch");
    world.expect(world.room(room) == now, "nothing is done twice");
}

void consultations_are_listed(StoreWorld& world) {
    const std::array<RoomId, 6> rooms = one_of_each(world);
    const RoomId elsewhere = asked(world, chan);
    const auto ids = [&](UserId user, const ConsultationQuery& query, std::string* cursor) {
        std::vector<RoomId> found;
        const Page<Room> page = world.value(world.store().consultations().of_person(user, query));
        for (const Room& room : page.items) {
            world.expect(room == world.room(room.id), "each is the room as it is");
            found.push_back(room.id);
        }
        if (cursor != nullptr) *cursor = page.next_cursor;
        return found;
    };
    world.direct(ari, bora);
    std::vector<RoomId> newest(rooms.rbegin(), rooms.rend());
    world.expect(ids(bora, {}, nullptr) == newest, "a recipient's own, the newest first");
    newest.insert(newest.begin(), elsewhere);
    world.expect(ids(ari, {}, nullptr) == newest, "a requester's own");
    world.expect(ids(dana, {}, nullptr).empty(), "nobody else's");
    for (std::size_t i = 1; i < rooms.size(); ++i) {
        const ConsultationQuery in{.state = static_cast<State>(i)};
        world.expect(ids(ari, in, nullptr) == std::vector{rooms[i]} &&
                         ids(bora, in, nullptr) == std::vector{rooms[i]},
                     "those in a state");
    }
    std::vector<RoomId> paged;
    ConsultationQuery query{.limit = 3};
    for (int pages = 0; pages < 3; ++pages) {
        std::string cursor;
        const std::vector<RoomId> page = ids(ari, query, &cursor);
        paged.insert(paged.end(), page.begin(), page.end());
        world.expect(cursor.empty() == (pages == 2), "the last page says so");
        if (!page.empty()) query.before = page.back();
    }
    world.expect(paged == newest, "pages follow one another");
    world.applied(world.apply(rooms[2], bora, LeaveRoom{}));
    world.expect(ids(bora, {.state = State::in_progress}, nullptr) == std::vector{rooms[2]},
                 "who has left sees it still");
    world.applied(world.apply(rooms[2], UserId{}, DeleteRoom{true}));
    world.expect(ids(bora, {.state = State::in_progress}, nullptr).empty() &&
                     !world.room(rooms[2]).consultation,
                 "a deleted one is none");
}

void active_ones_are_listed(StoreWorld& world) {
    const std::array<RoomId, 6> rooms = one_of_each(world);
    const auto active = [&](RoomId after, int limit) {
        std::vector<RoomId> found;
        for (const Room& room : world.value(world.store().consultations().active(after, limit))) {
            world.expect(room == world.room(room.id), "each is the room as it is");
            found.push_back(room.id);
        }
        return found;
    };
    world.expect(active({}, 10) == std::vector{rooms[1], rooms[2]},
                 "those that are scheduled or in progress, by id");
    world.expect(active({}, 1) == std::vector{rooms[1]} &&
                     active(rooms[1], 1) == std::vector{rooms[2]} && active(rooms[2], 1).empty(),
                 "page by page");
    world.applied(complete(world, rooms[2], ari));
    world.applied(step(world, rooms[1], ari, Step::cancel));
    world.expect(active({}, 10).empty(), "what has ended is not active");
    world.applied(step(world, rooms[0], bora, Step::approve));
    world.expect(active({}, 10) == std::vector{rooms[0]}, "and what is approved is");
    world.applied(world.apply(rooms[0], UserId{}, DeleteRoom{true}));
    world.expect(active({}, 10).empty(), "a deleted one is not");
}

constexpr std::array<Clause<StoreSubjectFactory>, 13> clauses = {{
    {"each request is another", in_world<each_request_is_another>},
    {"a key asks once", in_world<a_key_asks_once>},
    {"numbers that are taken are passed over", in_world<numbers_that_are_taken_are_passed_over>},
    {"an opening about one is one", in_world<an_opening_about_one_is_one>},
    {"who moves it", in_world<who_moves_it>},
    {"steps lead where they may", in_world<steps_lead_where_they_may>},
    {"messages are taken while it is active", in_world<messages_are_taken_while_it_is_active>},
    {"nothing is shown once it is over", in_world<nothing_is_shown_once_it_is_over>},
    {"the first message begins it", in_world<the_first_message_begins_it>},
    {"it is completed with what was said", in_world<it_is_completed_with_what_was_said>},
    {"a step tried again is answered", in_world<a_step_tried_again_is_answered>},
    {"consultations are listed", in_world<consultations_are_listed>},
    {"active ones are listed", in_world<active_ones_are_listed>},
}};

}  // namespace

Findings check_consultation_contract(const StoreSubjectFactory& make) {
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

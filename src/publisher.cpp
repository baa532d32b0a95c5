#include "publisher.h"

#include "hot_copies.h"
#include "notifier.h"

namespace chatcore {

namespace {

State* chief_state(Outcome& outcome) {
    return std::visit(
        [](auto& end) -> State* {
            if constexpr (requires { end.state; }) {
                return &end.state;
            } else {
                return nullptr;
            }
        },
        outcome);
}

}  // namespace

void Publisher::settled(std::vector<Settled> batch, Store& store) {
    const auto begin = node_.clock.steady();
    fill_names(batch, store);
    std::vector<EventPtr> events;
    events.reserve(batch.size());
    for (const Settled& settled : batch) make_events(settled, events);
    node_.bus.publish(events);
    node_.notifier->take(batch, store);  // written later: nobody waits for it
    node_.hot_copies->take(batch, store);
    count(batch);

    // One task a shard: it answers its own callers, then hears the events.
    std::vector<std::vector<Settled>> answers(static_cast<std::size_t>(node_.hub->shards()));
    for (Settled& settled : batch) {
        if (settled.ticket.done)
            answers[static_cast<std::size_t>(settled.ticket.home)].push_back(std::move(settled));
    }
    std::vector<std::vector<Task>> tasks(answers.size());
    for (std::size_t shard = 0; shard < answers.size(); ++shard) {
        if (answers[shard].empty()) continue;
        tasks[shard].push_back([mine = std::move(answers[shard])]() mutable {
            for (Settled& settled : mine) settled.ticket.done(std::move(settled.outcome));
        });
    }
    node_.hub->publish(std::move(events), std::move(tasks));
    node_.telemetry.observe(Stage::publish, node_.clock.steady() - begin);
}

void Publisher::fill_names(std::vector<Settled>& batch, Store& store) {
    std::vector<State*> states;
    states.reserve(batch.size());
    for (Settled& settled : batch) {
        if (!settled.outcome) continue;
        if (auto* applied = std::get_if<Applied>(&*settled.outcome)) {
            for (State& state : applied->states) states.push_back(&state);
        } else if (State* state = chief_state(*settled.outcome)) {
            states.push_back(state);
        }
    }
    if (!states.empty()) node_.profiles.fill(store, states);
}

void Publisher::make_events(const Settled& settled, std::vector<EventPtr>& events) {
    if (!settled.outcome) return;
    const Change& change = settled.change;
    if (const auto* applied = std::get_if<Applied>(&*settled.outcome)) {
        events.push_back(make_event(RoomEvent{.room = change.room,
                                              .position = applied->position,
                                              .prev = applied->prev,
                                              .known = applied->prev,
                                              .states = applied->states}));
        // Who was no member must hear now that the room is deleted. It happens seldom.
        if (std::holds_alternative<DeleteRoom>(change.what)) node_.members.clear();
        const bool admits = std::holds_alternative<JoinRoom>(change.what) ||
                            std::holds_alternative<InviteMembers>(change.what);
        for (const State& state : applied->states) {
            const auto* member = std::get_if<Member>(&state);
            if (member == nullptr) continue;
            node_.members.put(change.room, member->user, member->active, node_.clock.steady());
            if (admits && member->active)
                events.push_back(make_event(RoomGained{member->user, change.room}));
        }
    } else if (const auto* replayed = std::get_if<Replayed>(&*settled.outcome)) {
        // The first time may have ended before anybody was told. Whoever is not there yet looks for
        // himself.
        events.push_back(make_event(HeadMoved{change.room, replayed->position}));
        if (std::holds_alternative<DeleteRoom>(change.what)) node_.members.clear();
        if (std::holds_alternative<JoinRoom>(change.what)) {
            events.push_back(make_event(RoomGained{change.actor, change.room}));
        } else if (const auto* invite = std::get_if<InviteMembers>(&change.what)) {
            for (UserId user : invite->users)
                events.push_back(make_event(RoomGained{user, change.room}));
        }
    } else if (const auto* unchanged = std::get_if<Unchanged>(&*settled.outcome)) {
        const auto* member = std::get_if<Member>(&unchanged->state);
        if (member != nullptr && std::holds_alternative<MoveReadPointer>(change.what)) {
            events.push_back(make_event(ReadMoved{member->user, change.room, member->read_seq,
                                                  member->deleted_after_read, unchanged->head}));
        }
    } else if (const auto* refused = std::get_if<Refused>(&*settled.outcome)) {
        if (refused->why.code == ErrorCode::not_a_member) {
            node_.members.put(change.room, change.actor, false, node_.clock.steady());
        }
    }
}

void Publisher::count(const std::vector<Settled>& batch) {
    std::int64_t posts = 0;
    std::int64_t refused = 0;
    const auto now = node_.clock.steady();
    for (const Settled& settled : batch) {
        if (!settled.outcome || std::holds_alternative<Refused>(*settled.outcome)) {
            ++refused;
        } else if (std::holds_alternative<PostMessage>(settled.change.what)) {
            posts += std::holds_alternative<Applied>(*settled.outcome) ? 1 : 0;
            node_.telemetry.observe(Stage::consume, now - settled.ticket.accepted_at);
        }
    }
    if (posts > 0) node_.telemetry.add(Counter::messages_consumed, posts);
    if (refused > 0) node_.telemetry.add(Counter::changes_refused, refused);
}

}  // namespace chatcore

#include "schedule_book.h"

#include "occurrence_key.h"

namespace chatcore::simulation {

namespace {

ClientKey key_of(const Schedule& schedule) {
    return chatcore::key_of({schedule.id, schedule.occurrence});
}

}  // namespace

void ScheduleBook::claimed(const Schedule& schedule, Timestamp now) {
    setting_.trace("  occurrence {} of schedule {} is claimed", schedule.occurrence,
                   schedule.id.value);
    if (schedule.due_at > now)
        setting_.violated("schedule {} was claimed before its time", schedule.id.value);
    if (cancelled_.contains(schedule.id))
        setting_.violated("schedule {} was claimed after it was cancelled", schedule.id.value);
    const auto [it, first] = claimed_.try_emplace(key_of(schedule), schedule);
    if (it->second != schedule)
        setting_.violated("occurrence {} of schedule {} changed after it was claimed",
                          schedule.occurrence, schedule.id.value);
}

void ScheduleBook::decided(std::span<const Change> changes, const std::vector<Outcome>& outcomes) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto* post = std::get_if<PostMessage>(&changes[i].what);
        if (post == nullptr || post->moves_pointer) continue;
        setting_.trace("  scheduled '{}' is decided: {}", post->content, outcomes[i].index());
        if (std::holds_alternative<DuplicateOf>(outcomes[i])) ++setting_.tally.reposts;
        if (std::holds_alternative<Applied>(outcomes[i])) applied_.insert(post->key);
        const auto* refused = std::get_if<Refused>(&outcomes[i]);
        if (refused == nullptr) continue;
        refused_.insert(post->key);
        if (refused->why.code == ErrorCode::blocked || refused->why.code == ErrorCode::wrong_state)
            blocked_.insert(post->key);
    }
}

void ScheduleBook::cancelled(const Schedule& schedule) {
    if (schedule.state != ScheduleState::cancelled)
        setting_.violated("a cancel was answered with schedule {} as it was", schedule.id.value);
    cancelled_.insert(schedule.id);
}

void ScheduleBook::check(const memory::Tables& tables, Timestamp now) {
    for (const auto& [id, stored] : tables.messages) {
        if (!stored.message.moves_pointer) check(stored.message, tables);
    }
    for (const auto& [id, schedule] : tables.schedules)
        check(schedule, now, tables.is_deleted(schedule.room));
}

void ScheduleBook::check(const Message& message, const memory::Tables& tables) {
    ++setting_.tally.scheduled;
    ++posted_[message.key];
    const auto claim = claimed_.find(message.key);
    if (claim == claimed_.end()) {
        setting_.violated("message {} is no occurrence that was claimed", message.id.value);
        return;
    }
    const Schedule& schedule = claim->second;
    if (message.created_at < schedule.due_at)
        setting_.violated("message {} was posted before its time", message.id.value);
    const bool as_posted = message.edit_count == 0 && !message.deleted_at;
    if (message.sender != schedule.owner || message.room != schedule.room ||
        (as_posted && message.content != schedule.content))
        setting_.violated("message {} is not what schedule {} was to post", message.id.value,
                          schedule.id.value);
    if (!tables.schedules.contains(schedule.id))
        setting_.violated("schedule {} was lost", schedule.id.value);
}

void ScheduleBook::check(const Schedule& schedule, Timestamp now, bool room_deleted) {
    const bool is_open = schedule.state == ScheduleState::scheduled;
    const bool is_sent = schedule.state == ScheduleState::sent;
    // A node that lost the lease may have the post in its journal still, and it may pass after
    // another node's was refused, where the sender has come back in between.
    const bool refused = refused_.contains(key_of(schedule));
    // What was posted into a deleted room is gone with it.
    for (std::int64_t number = 1; number <= schedule.occurrence && !room_deleted; ++number) {
        const int wanted = number < schedule.occurrence || is_sent ? 1 : 0;
        const ClientKey key = chatcore::key_of({schedule.id, number});
        const int posts = posted_[key];
        const int least = blocked_.contains(key) ? 0 : wanted;
        const int most = number == schedule.occurrence && !is_open && refused ? 1 : wanted;
        if (posts < least || posts > most)
            setting_.violated("occurrence {} of schedule {}, which is {}, was posted {} times",
                              number, schedule.id.value, static_cast<int>(schedule.state), posts);
    }
    if (is_open && schedule.due_at <= now)
        setting_.violated("schedule {} was due and nothing was sent", schedule.id.value);
    if (cancelled_.contains(schedule.id) && schedule.state != ScheduleState::cancelled)
        setting_.violated("schedule {} was cancelled and is back", schedule.id.value);
    if (schedule.state == ScheduleState::failed && !blocked_.contains(key_of(schedule)))
        setting_.violated("schedule {} has failed without a reason", schedule.id.value);
    if (schedule.state == ScheduleState::cancelled && !cancels_asked_.contains(schedule.id) &&
        !refused_.contains(key_of(schedule)) && !room_deleted)
        setting_.violated("schedule {} was cancelled and its sender is a member",
                          schedule.id.value);
}

}  // namespace chatcore::simulation

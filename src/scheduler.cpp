#include "scheduler.h"

#include "occurrence_key.h"
#include "recurrence.h"
#include "reviews.h"
#include "submit.h"
#include "utc_only.h"

namespace chatcore {

namespace {

constexpr const char* lease_name = "schedules";
/// So long the others wait for a node that died. Long enough to claim, post and advance in.
constexpr std::chrono::milliseconds lease_ttl{2'000};
/// Under way at a time: what more is due follows within an interval.
constexpr std::size_t sending_max = 1'000;

}  // namespace

Scheduler::Scheduler(Node& node, Executor& timer, const TimeZones* zones)
    : node_(node),
      timer_(timer),
      zones_(zones != nullptr ? *zones : utc_only),
      owner_(node.lease_owner()),
      fence_{lease_name, 0} {}

void Scheduler::start() {
    if (node_.limits.schedule_interval.value().count() <= 0) return;
    timer_.post_after(node_.limits.schedule_interval, [this] {
        tick();
        start();
    });
}

void Scheduler::stop() {
    if (fence_.token == 0) return;
    const Status freed = node_.pool.writer_store(0).leases().release(fence_);
    static_cast<void>(freed);  // else it ends by itself
}

void Scheduler::tick() {
    if (!over_.empty()) advance();
    if (!looking_ && sending_.size() < sending_max) look();
}

void Scheduler::look() {
    looking_ = true;
    // Those under way are due as well, and must not hide the others.
    node_.pool.read([this, limit = static_cast<int>(sending_max + sending_.size())](Store& store) {
        Result<std::vector<Schedule>> due = store.schedules().due(node_.clock.now(), limit);
        timer_.post([this, due = due ? std::move(*due) : std::vector<Schedule>{}]() mutable {
            found(std::move(due));
        });
    });
}

void Scheduler::found(std::vector<Schedule> due) {
    std::vector<Occurrence> occurrences;
    for (const Schedule& schedule : due) {
        if (sending_.size() + occurrences.size() >= sending_max) break;
        if (!sending_.contains(schedule.id))
            occurrences.push_back({schedule.id, schedule.occurrence});
    }
    if (occurrences.empty()) {
        looking_ = false;
        return;
    }
    node_.pool.write([this, occurrences = std::move(occurrences)](Store& store) {
        Result<Claimed> claimed = claim(store, occurrences);
        timer_.post([this, claimed = claimed ? std::move(*claimed) : Claimed{}] {
            looking_ = false;
            for (const Schedule& schedule : claimed.schedules) post(schedule, claimed.token);
        });
    });
}

Status Scheduler::hold_lease(Store& store) {
    const Timestamp now = node_.clock.now();
    if (fence_.token != 0) {
        Result<bool> renewed = store.leases().renew(fence_, owner_, now, lease_ttl);
        if (!renewed) return unexpected(renewed.error());
        if (*renewed) return {};
        fence_.token = 0;
    }
    Result<std::optional<std::int64_t>> token =
        store.leases().acquire(lease_name, owner_, now, lease_ttl);
    if (!token) return unexpected(token.error());
    if (!*token) return unexpected(ErrorCode::conflict, "lease");
    fence_.token = **token;
    return {};
}

Result<Scheduler::Claimed> Scheduler::claim(Store& store,
                                            const std::vector<Occurrence>& occurrences) {
    if (Status held = hold_lease(store); !held) return unexpected(held.error());
    Result<std::vector<Schedule>> claimed =
        store.schedules().claim(occurrences, node_.clock.now(), fence_);
    if (!claimed) return unexpected(claimed.error());
    return Claimed{std::move(*claimed), fence_.token};
}

void Scheduler::post(const Schedule& schedule, std::int64_t token) {
    sending_.insert(schedule.id);
    PostMessage what;
    // What is claimed does not change, so the key alone says which request it is: its digest is 0.
    what.key = key_of({schedule.id, schedule.occurrence});
    what.content = schedule.content;
    what.moves_pointer = false;
    if (!node_.reviews->on()) return submit_post(schedule, token, std::move(what));
    MessageDraft draft;
    draft.kind = MessageDraft::Kind::schedule;
    draft.room = schedule.room;
    draft.sender = schedule.owner;
    draft.content = what.content;
    const ClientKey key = what.key;
    node_.reviews->ask(
        Caller{.user = schedule.owner, .home = 0}, std::move(draft), key,
        [this, schedule, token, what = std::move(what)](Result<MessageDraft> said) mutable {
            if (said) {
                what.content = std::move(said->content);
                return submit_post(schedule, token, std::move(what));
            }
            // What the host refuses has failed; what it does not answer is tried again.
            if (is_retryable(said.error().code))
                return posted(schedule, token, unexpected(said.error()));
            posted(schedule, token, Outcome{Refused{said.error()}});
        });
}

void Scheduler::submit_post(const Schedule& schedule, std::int64_t token, PostMessage what) {
    node_.telemetry.add(Counter::messages_sent, 1);
    submit(node_, Caller{.user = schedule.owner, .home = 0}, schedule.room, std::move(what),
           [this, schedule, token, key = what.key](Result<Outcome> outcome) {
               if (node_.reviews->on()) node_.reviews->over(schedule.owner, key);
               posted(schedule, token, outcome);
           });
}

void Scheduler::posted(const Schedule& schedule, std::int64_t token,
                       const Result<Outcome>& outcome) {
    if (std::optional<Progress> progress = progress_after(schedule, outcome)) {
        over_.push_back({*progress, token});
        advance();
    } else {
        sending_.erase(schedule.id);  // it is still due, and found by the next look
    }
}

std::optional<Progress> Scheduler::progress_after(const Schedule& schedule,
                                                  const Result<Outcome>& outcome) const {
    Progress progress{{schedule.id, schedule.occurrence}, ScheduleState::sent, {}};
    if (!outcome) {
        if (!is_retryable(outcome.error().code)) {
            node_.telemetry.log(
                {.level = LogLevel::error,
                 .text = "a scheduled message could not be posted: " + outcome.error().cause,
                 .room = schedule.room});
        }
        return std::nullopt;
    }
    if (const auto* refused = std::get_if<Refused>(&*outcome)) {
        const ErrorCode code = refused->why.code;
        if (is_retryable(code)) return std::nullopt;
        progress.state = ScheduleState::failed;
        progress.failure = code;
        if (code == ErrorCode::not_a_member || code == ErrorCode::banned ||
            code == ErrorCode::room_deleted || code == ErrorCode::not_found) {
            progress.state = ScheduleState::cancelled;
            return progress;
        }
    }
    if (schedule.repeat == Repeat::none) return progress;
    // Those that passed by meanwhile are not made up for, one by one.
    const Timestamp after = std::max(schedule.due_at, node_.clock.now());
    Result<Timestamp> next =
        next_occurrence(schedule.first_local, schedule.repeat, schedule.time_zone, after, zones_);
    if (next) {
        progress.state = ScheduleState::scheduled;
        progress.next_at = *next;
        progress.failure.reset();
    } else {
        node_.telemetry.log({.level = LogLevel::warning,
                             .text = "a schedule has no next time in " + schedule.time_zone,
                             .room = schedule.room});
    }
    return progress;
}

void Scheduler::advance() {
    if (advancing_) return;
    advancing_ = true;
    const std::int64_t token = over_.front().token;
    std::vector<Progress> steps;
    std::erase_if(over_, [&](const Over& over) {
        if (over.token != token) return false;
        steps.push_back(over.progress);
        return true;
    });
    node_.pool.write([this, token, steps = std::move(steps)](Store& store) mutable {
        Result<std::vector<bool>> done = store.schedules().advance(steps, {lease_name, token});
        timer_.post([this, token, steps = std::move(steps), done = std::move(done)] {
            advanced(steps, token, done);
        });
    });
}

void Scheduler::advanced(const std::vector<Progress>& steps, std::int64_t token,
                         const Result<std::vector<bool>>& done) {
    advancing_ = false;
    if (!done && is_retryable(done.error().code)) {
        // Tried again at the next turn. If it was done all the same, it is done once.
        for (const Progress& step : steps) over_.push_back({step, token});
        return;
    }
    // Where the lease is another's by now, whoever has it finds the same occurrences, and the same
    // posts.
    for (const Progress& step : steps) sending_.erase(step.over.schedule);
    if (!over_.empty()) advance();
}

}  // namespace chatcore

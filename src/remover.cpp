#include "remover.h"

#include "submit.h"

namespace chatcore {

namespace {

/// Rooms that are deleted together: a few batches, so that others' changes come in between.
constexpr int rooms_at_once = 100;
/// The journal has tried for seconds each time.
constexpr int failures_max = 3;
constexpr std::chrono::milliseconds pause_after_failure{200};

}  // namespace

void Remover::start() {
    if (node_.limits.removal_interval.value().count() <= 0) return;
    timer_.post_after(node_.limits.removal_interval, [this] {
        tick();
        start();
    });
}

void Remover::tick() {
    if (!cascading_) {
        cascading_ = true;
        auto cascade = std::make_shared<Cascade>();
        // What fails is found again by the next look.
        cascade->done = [this](const Result<std::int64_t>&) { cascading_ = false; };
        next(std::move(cascade));
    }
    if (clearing_) return;
    clearing_ = true;
    node_.pool.read([this](Store& store) {
        const Result<bool> pending = store.removals().pending();
        timer_.post([this, some = pending && *pending] {
            if (some) return clear();
            clearing_ = false;
        });
    });
}

void Remover::clear() {
    node_.pool.write([this](Store& store) {
        const Result<bool> more = store.removals().clear(node_.limits.removal_rows_max);
        timer_.post([this, some = more && *more] {
            if (some) {
                timer_.post_after(node_.limits.removal_pause, [this] { clear(); });
            } else {
                clearing_ = false;  // done, or found again by the next look
            }
        });
    });
}

void Remover::delete_rooms(Context of, int home, Completion<std::int64_t> done) {
    auto cascade = std::make_shared<Cascade>();
    cascade->of = std::move(of);
    cascade->home = home;
    cascade->done = std::move(done);
    next(std::move(cascade));
}

void Remover::next(CascadePtr cascade) {
    node_.pool.read([this, cascade = std::move(cascade)](Store& store) {
        Result<std::vector<RoomId>> rooms = store.removals().doomed(cascade->of, rooms_at_once);
        timer_.post([this, cascade, rooms = std::move(rooms)] { found(cascade, rooms); });
    });
}

void Remover::found(const CascadePtr& cascade, const Result<std::vector<RoomId>>& rooms) {
    if (!rooms) return failed(cascade, rooms.error());
    if (rooms->empty()) {
        node_.answer<std::int64_t>(cascade->home, std::move(cascade->done), cascade->deleted);
        return;
    }
    cascade->waiting = rooms->size();
    cascade->error.reset();
    for (const RoomId room : *rooms) {
        // Nobody's change: what a removed context dooms is deleted by the engine itself.
        submit(node_, Caller{.user = {}, .home = 0}, room, DeleteRoom{.by_authority = true},
               [this, cascade](const Result<Outcome>& outcome) { deleted(cascade, outcome); });
    }
}

void Remover::deleted(const CascadePtr& cascade, const Result<Outcome>& outcome) {
    if (!outcome) {
        cascade->error = outcome.error();
    } else {
        ++cascade->deleted;  // maybe by somebody else, who found it doomed as well
    }
    if (--cascade->waiting > 0) return;
    if (cascade->error) return failed(cascade, *cascade->error);
    cascade->failures = 0;
    next(cascade);
}

void Remover::failed(const CascadePtr& cascade, const Error& error) {
    if (!is_retryable(error.code) || ++cascade->failures > failures_max) {
        node_.answer<std::int64_t>(cascade->home, std::move(cascade->done), unexpected(error));
        return;
    }
    timer_.post_after(pause_after_failure, [this, cascade] { next(cascade); });
}

}  // namespace chatcore

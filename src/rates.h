#pragma once
// How fast people may do what everybody else is told of. Threads: any.

#include <string_view>

#include "chatcore/caller.h"
#include "chatcore/limits.h"
#include "chatcore/ports/clock.h"
#include "chatcore/result.h"

#include "rate_limiter.h"

namespace chatcore {

class Rates {
public:
    Rates(const Limits& limits, Clock& clock) : limits_(limits), clock_(clock) {}

    /// `too_many` (posts).
    Status take_post(UserId user) {
        return passed(posts_.take(user, limits_.person_posts_per_s, clock_.steady()), "posts");
    }
    /// The same for a room. Off by default, and then nothing is looked up.
    Status take_room_post(RoomId room) {
        const int rate = limits_.room_posts_per_s;
        if (rate <= 0) return {};
        return passed(room_posts_.take(room, rate, clock_.steady()), "room");
    }
    /// A post that was not: what anybody could try in any room must not use up the room's.
    void give_back_room_post(RoomId room) {
        if (limits_.room_posts_per_s > 0) room_posts_.give_back(room);
    }
    void give_back_post(UserId user) {
        if (limits_.person_posts_per_s > 0) posts_.give_back(user);
    }
    /// What goes to several rooms at once is as many posts.
    void charge_posts(UserId user, int count) {
        if (limits_.person_posts_per_s > 0) posts_.charge(user, count);
    }
    /// Edits, reactions, pins, titles, notices and consultations share a bucket: each is an event
    /// for a whole room, as a post is. `too_many` (changes).
    Status take_change(UserId user) {
        return passed(changes_.take(user, limits_.person_changes_per_s, clock_.steady()),
                      "changes");
    }
    void give_back_change(UserId user) {
        if (limits_.person_changes_per_s > 0) changes_.give_back(user);
    }
    /// Opening rooms, who comes into them and goes, and what is asked of people take from it, too;
    /// but not of who may do what an admin may, as support does for many.
    Status take_change(const Caller& caller) {
        return caller.is_admin ? Status{} : take_change(caller.user);
    }
    void give_back_change(const Caller& caller) {
        if (!caller.is_admin) give_back_change(caller.user);
    }
    /// What is made together is as many changes.
    void charge_changes(const Caller& caller, int count) {
        if (limits_.person_changes_per_s > 0 && !caller.is_admin)
            changes_.charge(caller.user, count);
    }
    /// `too_many` (reports).
    Status take_report(UserId user) {
        return passed(reports_.take(user, limits_.person_reports_per_min, clock_.steady(),
                                    std::chrono::minutes{1}),
                      "reports");
    }

private:
    static Status passed(std::chrono::milliseconds wait, std::string_view what) {
        if (wait.count() == 0) return {};
        return Unexpected(Error{.code = ErrorCode::too_many,
                                .detail = std::string(what),
                                .cause = {},
                                .retry_after = wait});
    }

    const Limits& limits_;
    Clock& clock_;
    RateLimiter<UserId> posts_;
    RateLimiter<RoomId> room_posts_;
    RateLimiter<UserId> changes_;
    RateLimiter<UserId> reports_;
};

}  // namespace chatcore

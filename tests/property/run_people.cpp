// What stands between people, and their inboxes.

#include <algorithm>

#include "property/run.h"

namespace chatcore::property {

void Run::request_friend() {
    const UserId user = anybody();
    const UserId other = somebody();
    note(fmt::format("{} asks {} to be friends", user.value, other.value));
    Why why;
    if (!model_.exists(other)) why.insert(ErrorCode::not_found);
    if (user == other) why.insert(ErrorCode::invalid_value);
    if (model_.blocked(user, other)) why.insert(ErrorCode::blocked);
    if (model_.friends.contains({user, other})) why.insert(ErrorCode::conflict);
    const auto got = engine_.ask<FriendRequest>(
        [&](auto done) { engine_->social().request(caller(user), other, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    auto& requests = model_.requests;
    const auto between = std::find_if(requests.begin(), requests.end(), [&](const auto& one) {
        return (one.sender == user && one.receiver == other) ||
               (one.sender == other && one.receiver == user);
    });
    if (between == requests.end()) {
        expect(got->status == FriendRequestStatus::pending, "a request must wait");
        requests.push_back(FriendRequest{.id = got->id,
                                         .sender = user,
                                         .receiver = other,
                                         .at = engine_.now(),
                                         .status = FriendRequestStatus::pending,
                                         .other = {}});
        model_.notify(
            other, {NotificationKind::friend_request, user, {}, {}, std::to_string(got->id.value)});
    } else if (between->sender == user) {
        expect(got->id == between->id && got->status == FriendRequestStatus::pending,
               "a request that waits must be answered as it is");
    } else {
        expect(got->id == between->id && got->status == FriendRequestStatus::accepted,
               "of two who ask each other the second must accept");
        model_.friends.insert({user, other});
        model_.friends.insert({other, user});
        requests.erase(between);
        model_.notify(
            other,
            {NotificationKind::friend_accepted, user, {}, {}, std::to_string(got->id.value)});
    }
}

void Run::answer_request() {
    const UserId user = anybody();
    const bool accept = !once_in(3);
    auto& requests = model_.requests;
    FriendRequestId id{99'999};
    if (!requests.empty()) id = requests[draw(requests.size())].id;
    const auto it = std::find_if(requests.begin(), requests.end(),
                                 [&](const FriendRequest& one) { return one.id == id; });
    note(fmt::format("{} {} request {}", user.value, accept ? "accepts" : "rejects", id.value));
    Why why;
    if (it == requests.end() || it->receiver != user) why = {ErrorCode::not_found};
    const auto got = engine_.ask<FriendRequest>(
        [&](auto done) { engine_->social().answer(caller(user), id, accept, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    const UserId sender = it->sender;
    requests.erase(it);
    if (!accept) return;
    model_.friends.insert({user, sender});
    model_.friends.insert({sender, user});
    model_.notify(sender,
                  {NotificationKind::friend_accepted, user, {}, {}, std::to_string(id.value)});
}

void Run::end_friendship() {
    const UserId user = anybody();
    const UserId other = anybody();
    note(fmt::format("{} is no friend of {} any more", user.value, other.value));
    const Why why = user == other ? Why{ErrorCode::invalid_value} : Why{};
    const auto got = engine_.ask<Bond>(
        [&](auto done) { engine_->social().remove_friend(caller(user), other, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    model_.friends.erase({user, other});
    model_.friends.erase({other, user});
}

void Run::block() {
    const UserId user = anybody();
    const UserId other = somebody();
    const bool present = once_in(2);
    note(fmt::format("{} {} {}", user.value, present ? "blocks" : "unblocks", other.value));
    Why why;
    if (user == other) why.insert(ErrorCode::invalid_value);
    if (present && !model_.exists(other)) why.insert(ErrorCode::not_found);
    const auto got = engine_.ask<Bond>(
        [&](auto done) { engine_->social().block(caller(user), other, present, std::move(done)); });
    if (!judge(got, why) || !why.empty()) return;
    model_.set_block(user, other, present);
    // What is hidden or shown by it is no change of the room: one reads anew.
    std::erase_if(copies_, [&](const auto& copy) { return copy.first.first == user; });
}

void Run::read_inbox() {
    const UserId user = anybody();
    note(fmt::format("{} has read all notifications", user.value));
    const auto got = engine_.ask<std::int64_t>(
        [&](auto done) { engine_->inbox().mark_all_read(caller(user), std::move(done)); });
    if (judge(got, {})) expect(*got == 0, "nothing must be unread then");
}

}  // namespace chatcore::property

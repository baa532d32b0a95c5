#include "gateway/json/social_shapes.h"

#include <array>

#include "gateway/json/shapes.h"

namespace chatcore::gateway {

namespace {

constexpr std::array<std::string_view, 7> notification_kinds = {
    "mention",         "reply",      "reaction",    "friend_request",
    "friend_accepted", "invitation", "consultation"};
constexpr std::array<std::string_view, 3> request_statuses = {"pending", "accepted", "rejected"};

/// Somebody as lists show them; by the id alone where nothing is known of them.
void write_person(JsonWriter& out, UserId user, const std::optional<Profile>& profile) {
    if (profile) {
        write_profile_fields(out, *profile);
    } else {
        out.member("id", user);
    }
}

/// The little that is shown of a person in passing.
void write_face(JsonWriter& out, UserId user, const std::optional<Profile>& profile) {
    out.member("id", user).member("nickname", profile ? profile->nickname : std::string());
    out.key("profileImageUrl");
    if (profile && !profile->profile_image_url.empty()) {
        out.value(profile->profile_image_url);
    } else {
        out.null();
    }
}

}  // namespace

void write_friend(JsonWriter& out, const Friend& one) {
    out.begin_object();
    write_person(out, one.user, one.profile);
    out.member("friendsSince", one.since).end_object();
}

void write_friend_request(JsonWriter& out, const FriendRequest& request) {
    out.begin_object()
        .member("id", request.id)
        .member("senderId", request.sender)
        .member("receiverId", request.receiver)
        .member("status", request_statuses[static_cast<std::size_t>(request.status)])
        .member("createdAt", request.at)
        .key("user");
    if (request.other) {
        write_profile(out, *request.other);
    } else {
        out.null();
    }
    out.end_object();
}

void write_block(JsonWriter& out, const Block& block) {
    out.begin_object();
    write_person(out, block.user, block.profile);
    out.member("blockedAt", block.since).end_object();
}

void write_bond(JsonWriter& out, const Bond& bond) {
    out.begin_object()
        .member("userId", bond.other)
        .member("friend", bond.friends_since.has_value())
        .member("blocked", bond.blocks_since.has_value())
        .end_object();
}

void write_recommendation(JsonWriter& out, const Recommendation& one) {
    out.begin_object();
    write_face(out, one.user, one.profile);
    out.member("mutualFriends", one.mutual_friends).member("depth", one.depth).end_object();
}

void write_notification(JsonWriter& out, const Notification& notification) {
    out.begin_object()
        .member("id", notification.id)
        .member("kind", notification_kinds[static_cast<std::size_t>(notification.kind)])
        .member("at", notification.at)
        .member("read", notification.read)
        .key("actor")
        .begin_object();
    write_face(out, notification.actor, notification.actor_profile);
    out.end_object();
    if (notification.room) out.member("roomId", *notification.room);
    if (notification.message) out.member("messageId", *notification.message);
    out.end_object();
}

}  // namespace chatcore::gateway

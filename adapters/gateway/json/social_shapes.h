#pragma once
// The canonical shapes of what stands between people, and of what they are told. Each writes one
// value.

#include "chatcore/domain/notification.h"
#include "chatcore/domain/social.h"

#include "gateway/json/writer.h"

namespace chatcore::gateway {

/// A profile with `friendsSince`.
void write_friend(JsonWriter& out, const Friend& one);
/// `{id,senderId,receiverId,status,createdAt,user}`, `user` being the profile of the other.
void write_friend_request(JsonWriter& out, const FriendRequest& request);
/// A profile with `blockedAt`.
void write_block(JsonWriter& out, const Block& block);
/// `{userId,friend,blocked}`: what is between the caller and somebody, on the caller's side.
void write_bond(JsonWriter& out, const Bond& bond);
/// `{id,nickname,profileImageUrl,mutualFriends,depth}`.
void write_recommendation(JsonWriter& out, const Recommendation& one);
/// `{id,kind,at,read,actor:{id,nickname,profileImageUrl},roomId?,messageId?}`.
void write_notification(JsonWriter& out, const Notification& notification);

}  // namespace chatcore::gateway

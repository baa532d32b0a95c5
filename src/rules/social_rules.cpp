#include "chatcore/rules/social_rules.h"

namespace chatcore {

namespace {

/// The answered request, as it is told once it is no longer kept.
FriendRequest answered(const FriendRequest& request, FriendRequestStatus status) {
    FriendRequest told = request;
    told.status = status;
    return told;
}

/// Makes the two friends by the request that waits between them.
FriendRequest befriend(Bond& bond, Timestamp at) {
    FriendRequest accepted = answered(*bond.request, FriendRequestStatus::accepted);
    bond.request.reset();
    bond.friends_since = at;
    return accepted;
}

Result<UserId> other_of(SocialRows& rows, const SocialChange& change) {
    const auto* answer = std::get_if<AnswerRequest>(&change.what);
    if (answer == nullptr) {
        return std::visit(
            [](const auto& what) -> UserId {
                if constexpr (requires { what.other; }) {
                    return what.other;
                } else {
                    return {};
                }
            },
            change.what);
    }
    Result<std::optional<FriendRequest>> found = rows.request(answer->request);
    if (!found) return unexpected(found.error());
    if (!*found || (*found)->receiver != change.actor)
        return unexpected(ErrorCode::not_found, "request");
    return (*found)->sender;
}

Result<std::optional<FriendRequest>> decide(SocialRows& rows, const SocialChange& change,
                                            Bond& bond, const RequestFriend&) {
    if (bond.blocked()) return unexpected(ErrorCode::blocked);
    if (bond.friends_since) return unexpected(ErrorCode::conflict, "userId");
    if (bond.request && bond.request->sender == bond.actor) return bond.request;
    if (bond.request) return std::optional{befriend(bond, change.at)};
    Result<FriendRequestId> id = rows.draw_request_id();
    if (!id) return unexpected(id.error());
    bond.request = FriendRequest{.id = *id,
                                 .sender = bond.actor,
                                 .receiver = bond.other,
                                 .at = change.at,
                                 .status = FriendRequestStatus::pending,
                                 .other = {}};
    return bond.request;
}

Result<std::optional<FriendRequest>> decide(SocialRows&, const SocialChange& change, Bond& bond,
                                            const AnswerRequest& what) {
    if (!bond.request || bond.request->id != what.request)
        return unexpected(ErrorCode::corrupt, "store", "two requests wait between two people");
    if (!what.accept) {
        FriendRequest rejected = answered(*bond.request, FriendRequestStatus::rejected);
        bond.request.reset();
        return std::optional{rejected};
    }
    if (bond.blocked()) return unexpected(ErrorCode::blocked);
    return std::optional{befriend(bond, change.at)};
}

Result<std::optional<FriendRequest>> decide(SocialRows&, const SocialChange&, Bond& bond,
                                            const EndFriendship&) {
    bond.friends_since.reset();
    return std::optional<FriendRequest>{};
}

Result<std::optional<FriendRequest>> decide(SocialRows&, const SocialChange& change, Bond& bond,
                                            const SetBlock& what) {
    if (!what.present) {
        bond.blocks_since.reset();
    } else if (!bond.blocks_since) {
        bond.blocks_since = change.at;
        bond.friends_since.reset();
        bond.request.reset();
    }
    return std::optional<FriendRequest>{};
}

}  // namespace

Result<SocialOutcome> apply_social(SocialRows& rows, const SocialChange& change) {
    Result<UserId> other = other_of(rows, change);
    if (!other) return unexpected(other.error());
    if (*other == change.actor) return unexpected(ErrorCode::invalid_value, "userId");
    Result<Bond> before = rows.bond(change.actor, *other);
    if (!before) return unexpected(before.error());
    SocialOutcome outcome{.changed = false, .bond = *before, .request = {}};
    Result<std::optional<FriendRequest>> request = std::visit(
        [&](const auto& what) { return decide(rows, change, outcome.bond, what); }, change.what);
    if (!request) return unexpected(request.error());
    outcome.request = std::move(*request);
    outcome.changed = !(outcome.bond == *before);
    if (outcome.changed) {
        if (Status status = rows.save(*before, outcome.bond); !status)
            return unexpected(status.error());
    }
    return outcome;
}

}  // namespace chatcore

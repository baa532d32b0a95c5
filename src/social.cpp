#include "chatcore/social.h"

#include "chatcore/rules/concealment.h"

#include "node.h"
#include "notifier.h"
#include "rates.h"
#include "recommendation_cache.h"

namespace chatcore {

namespace {

/// Fills in the profiles of those whom `who` names.
template <class Items, class Who, class Place>
void show(Node& node, Store& store, Items& items, Who who, Place place) {
    std::vector<Profiles::Wanted> wanted;
    wanted.reserve(items.size());
    for (auto& item : items) wanted.push_back({who(item), &place(item)});
    node.profiles.fill(store, wanted);
}

template <class Items>
void show_people(Node& node, Store& store, Items& items) {
    show(
        node, store, items, [](const auto& item) { return item.user; },
        [](auto& item) -> std::optional<Profile>& { return item.profile; });
}

void show_requests(Node& node, Store& store, UserId viewer, std::span<FriendRequest> requests) {
    show(
        node, store, requests,
        [viewer](const FriendRequest& request) {
            return request.sender == viewer ? request.receiver : request.sender;
        },
        [](FriendRequest& request) -> std::optional<Profile>& { return request.other; });
}

Status check_limit(int limit) {
    if (limit < 1 || limit > 100) return unexpected(ErrorCode::malformed, "limit");
    return {};
}

Status check_exists(Node& node, Store& store, UserId user) {
    Result<bool> exists = node.profiles.exist(store, {&user, 1});
    if (!exists) return unexpected(exists.error());
    if (!*exists) return unexpected(ErrorCode::not_found, "user");
    return {};
}

/// Takes from the caller's changes where the block is not as it is to be, and says whether it did.
/// On the writer of all of them, so that it stays as it is. `too_many` (changes).
Result<bool> take_block(Node& node, Store& store, const Caller& caller, UserId other,
                        bool present) {
    Result<BlockSet> before = store.social().block_set(caller.user);
    if (!before) return unexpected(before.error());
    if (is_blocked(before->blocked, other) == present) return false;
    if (Status taken = node.rates->take_change(caller); !taken) return unexpected(taken.error());
    return true;
}

}  // namespace

Social::Social(Node& node)
    : node_(node), recommended_(std::make_unique<RecommendationCache>(node.limits)) {}
Social::~Social() = default;

void Social::tell(const SocialOutcome& outcome, Timestamp at) {
    if (!outcome.changed || !outcome.request) return;
    const FriendRequest& request = *outcome.request;
    if (request.status == FriendRequestStatus::pending) {
        node_.notifier->add({{.receiver = request.receiver,
                              .kind = NotificationKind::friend_request,
                              .cause = request.id.value,
                              .at = at,
                              .actor = request.sender}});
    } else if (request.status == FriendRequestStatus::accepted) {
        node_.notifier->add({{.receiver = request.sender,
                              .kind = NotificationKind::friend_accepted,
                              .cause = request.id.value,
                              .at = at,
                              .actor = request.receiver}});
    }
}

Result<SocialOutcome> Social::apply(Store& store, const SocialChange& change) {
    Result<SocialOutcome> outcome = store.social().apply(change);
    if (!outcome) return outcome;
    if (outcome->changed) recommended_->forget(outcome->bond.actor, outcome->bond.other);
    tell(*outcome, change.at);
    return outcome;
}

void Social::request(Caller caller, UserId other, Completion<FriendRequest> done) {
    node_.ask_writer<FriendRequest>(
        caller.home,
        [this, caller, other](Store& store) -> Result<FriendRequest> {
            if (Status status = check_exists(node_, store, other); !status)
                return unexpected(status.error());
            if (Status taken = node_.rates->take_change(caller); !taken)
                return unexpected(taken.error());
            Result<SocialOutcome> outcome =
                apply(store, {caller.user, node_.clock.now(), RequestFriend{other}});
            if (!outcome || !outcome->changed) node_.rates->give_back_change(caller);
            if (!outcome) return unexpected(outcome.error());
            if (!outcome->request) return unexpected(ErrorCode::internal);
            show_requests(node_, store, caller.user, {&*outcome->request, 1});
            return std::move(*outcome->request);
        },
        std::move(done));
}

void Social::answer(Caller caller, FriendRequestId request, bool accept,
                    Completion<FriendRequest> done) {
    node_.ask_writer<FriendRequest>(
        caller.home,
        [this, caller, request, accept](Store& store) -> Result<FriendRequest> {
            Result<SocialOutcome> outcome =
                apply(store, {caller.user, node_.clock.now(), AnswerRequest{request, accept}});
            if (!outcome) return unexpected(outcome.error());
            if (!outcome->request) return unexpected(ErrorCode::internal);
            show_requests(node_, store, caller.user, {&*outcome->request, 1});
            return std::move(*outcome->request);
        },
        std::move(done));
}

void Social::remove_friend(Caller caller, UserId other, Completion<Bond> done) {
    node_.ask_writer<Bond>(
        caller.home,
        [this, caller, other](Store& store) -> Result<Bond> {
            Result<SocialOutcome> outcome =
                apply(store, {caller.user, node_.clock.now(), EndFriendship{other}});
            if (!outcome) return unexpected(outcome.error());
            return std::move(outcome->bond);
        },
        std::move(done));
}

void Social::block(Caller caller, UserId other, bool present, Completion<Bond> done) {
    node_.pool.write([this, caller, other, present, done = std::move(done)](Store& store) mutable {
        const Result<bool> taken = take_block(node_, store, caller, other, present);
        Result<Bond> bond = taken ? set_block(store, caller.user, other, present)
                                  : Result<Bond>(unexpected(taken.error()));
        if (taken && *taken && !bond) node_.rates->give_back_change(caller);
        // What is acknowledged has taken hold at every connection of this node.
        node_.hub->once_taken(caller.home,
                              [done = std::move(done), bond = std::move(bond)]() mutable {
                                  if (done) done(std::move(bond));
                              });
    });
}

Result<Bond> Social::set_block(Store& store, UserId user, UserId other, bool present) {
    if (present) {
        // Who is gone may still be unblocked.
        if (Status exists = check_exists(node_, store, other); !exists)
            return unexpected(exists.error());
        Result<BlockSet> before = store.social().block_set(user);
        if (!before) return unexpected(before.error());
        const bool known = is_blocked(before->blocked, other);
        if (!known && before->blocked.size() >= static_cast<std::size_t>(node_.limits.blocks_max))
            return unexpected(ErrorCode::too_many, "blocks");
    }
    Result<SocialOutcome> outcome =
        apply(store, {user, node_.clock.now(), SetBlock{other, present}});
    if (!outcome) return unexpected(outcome.error());
    // Told also where nothing changed: an earlier try may have been done, and told to nobody.
    Result<BlockSet> set = store.social().block_set(user);
    if (!set) return unexpected(set.error());
    node_.tell({make_event(BlocksMoved{user, set->number, std::move(set->blocked)})});
    return std::move(outcome->bond);
}

void Social::friends(Caller caller, UserId after, int limit, Completion<Page<Friend>> done) {
    node_.ask<Page<Friend>>(
        caller.home,
        [this, caller, after, limit](Store& store) -> Result<Page<Friend>> {
            if (Status sound = check_limit(limit); !sound) return unexpected(sound.error());
            Result<Page<Friend>> page = store.social().friends(caller.user, after, limit);
            if (page) show_people(node_, store, page->items);
            return page;
        },
        std::move(done));
}

void Social::requests(Caller caller, SocialStore::Direction direction, FriendRequestId before,
                      int limit, Completion<Page<FriendRequest>> done) {
    node_.ask<Page<FriendRequest>>(
        caller.home,
        [this, caller, direction, before, limit](Store& store) -> Result<Page<FriendRequest>> {
            if (Status sound = check_limit(limit); !sound) return unexpected(sound.error());
            Result<Page<FriendRequest>> page =
                store.social().requests(caller.user, direction, before, limit);
            if (page) show_requests(node_, store, caller.user, page->items);
            return page;
        },
        std::move(done));
}

void Social::blocks(Caller caller, UserId after, int limit, Completion<Page<Block>> done) {
    node_.ask<Page<Block>>(
        caller.home,
        [this, caller, after, limit](Store& store) -> Result<Page<Block>> {
            if (Status sound = check_limit(limit); !sound) return unexpected(sound.error());
            Result<Page<Block>> page = store.social().blocks(caller.user, after, limit);
            if (page) show_people(node_, store, page->items);
            return page;
        },
        std::move(done));
}

void Social::recommendations(Caller caller, int skip, int limit,
                             Completion<std::vector<Recommendation>> done) {
    using People = std::vector<Recommendation>;
    node_.ask<People>(
        caller.home,
        [this, caller, skip, limit](Store& store) -> Result<People> {
            if (Status sound = check_limit(limit); !sound) return unexpected(sound.error());
            if (skip < 0 || skip > RecommendationQuery::skip_max)
                return unexpected(ErrorCode::malformed, "skip");
            const RecommendationQuery query{
                .skip = skip, .limit = limit, .depth = node_.limits.recommendation_depth};
            const auto now = node_.clock.steady();
            auto known = recommended_->find(caller.user, query, now);
            if (!known.people) {
                Result<People> found = store.social().recommendations(caller.user, query);
                if (!found) return found;
                recommended_->put(caller.user, query, *found, known.changes, now);
                known.people = std::move(*found);
            }
            show_people(node_, store, *known.people);
            return std::move(*known.people);
        },
        std::move(done));
}

}  // namespace chatcore

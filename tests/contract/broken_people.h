#pragma once
// Accounts, log-ins and what stands between people, broken as the fault says.

#include <algorithm>
#include <mutex>

#include "contract/broken_hands.h"

namespace chatcore::contract {

class BrokenPeople final : public PeopleStore {
public:
    BrokenPeople(PeopleStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<UserId> create(const Account& account) override {
        if (hands_.is(StoreFault::shares_emails)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            hands_.tables().emails.erase(account.email);
        }
        return real_.create(account);
    }
    Result<std::optional<Account>> find(const AccountKey& key) override { return real_.find(key); }
    Result<std::vector<Profile>> profiles(std::span<const UserId> users) override {
        return real_.profiles(users);
    }
    Result<Page<Profile>> search(const std::string& folded, UserId after, int limit) override {
        auto page = real_.search(folded, after, limit);
        if (page && hands_.is(StoreFault::searches_exactly)) {
            std::erase_if(page->items, [&](const Profile& profile) {
                return profile.nickname.find(folded) == std::string::npos;
            });
        }
        return page;
    }
    Status update_profile(const Profile& profile) override { return real_.update_profile(profile); }
    Result<std::vector<std::string>> set_standing(UserId user, const Standing& standing,
                                                  Timestamp now) override {
        auto ended = real_.set_standing(user, standing, now);
        if (ended && hands_.is(StoreFault::keeps_the_demoted)) {
            for (const std::string& family : *ended) hands_.tables().families[family].reset();
        }
        return ended;
    }
    Status touch(std::span<const std::pair<UserId, Timestamp>> last_seen) override {
        if (hands_.is(StoreFault::touches_backwards)) {
            for (const auto& [user, at] : last_seen) {
                const auto it = hands_.tables().accounts.find(user);
                if (it != hands_.tables().accounts.end()) it->second.profile.last_seen_at.reset();
            }
        }
        return real_.touch(last_seen);
    }

private:
    PeopleStore& real_;
    Hands hands_;
};

class BrokenSessions final : public SessionStore {
public:
    BrokenSessions(SessionStore& real, Hands hands) : real_(real), hands_(hands) {}

    Status begin(const RefreshToken& token) override { return real_.begin(token); }
    Result<Rotation> rotate(const std::string& hash, const std::string& next_hash,
                            Timestamp next_expires_at, Timestamp now) override {
        auto& tokens = hands_.tables().tokens;
        const auto it = tokens.find(hash);
        if (it != tokens.end()) {
            if (hands_.is(StoreFault::rotates_again)) it->second.used = false;
            if (hands_.is(StoreFault::never_expires))
                it->second.expires_at += std::chrono::years(9);
        }
        auto rotation = real_.rotate(hash, next_hash, next_expires_at, now);
        if (rotation && hands_.is(StoreFault::spares_the_family)) {
            for (auto& [family, revoked_at] : hands_.tables().families) revoked_at.reset();
        }
        return rotation;
    }
    Result<Rotation> revoke(const std::string& hash, Timestamp now) override {
        return real_.revoke(hash, now);
    }
    Result<std::vector<std::string>> revoked_since(Timestamp since) override {
        return real_.revoked_since(since);
    }
    Status forget_before(Timestamp time) override { return real_.forget_before(time); }

private:
    SessionStore& real_;
    Hands hands_;
};

class BrokenSocial final : public SocialStore {
public:
    BrokenSocial(SocialStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<SocialOutcome> apply(const SocialChange& change) override {
        if (hands_.is(StoreFault::forgets_who_asked) &&
            std::holds_alternative<RequestFriend>(change.what)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            std::erase_if(hands_.tables().requests,
                          [&](const auto& entry) { return entry.second.receiver == change.actor; });
        }
        const auto friends = hands_.tables().friends;
        auto outcome = real_.apply(change);
        if (!outcome) return outcome;
        if (hands_.is(StoreFault::befriends_one_side))
            hands_.tables().friends[outcome->bond.actor].erase(outcome->bond.other);
        if (hands_.is(StoreFault::keeps_blocked_friends)) {
            if (std::holds_alternative<SetBlock>(change.what)) hands_.tables().friends = friends;
        }
        return outcome;
    }
    Result<Page<Friend>> friends(UserId user, UserId after, int limit) override {
        return real_.friends(user, after, limit);
    }
    Result<Page<FriendRequest>> requests(UserId user, Direction direction, FriendRequestId before,
                                         int limit) override {
        return real_.requests(user, direction, before, limit);
    }
    Result<Page<Block>> blocks(UserId user, UserId after, int limit) override {
        return real_.blocks(user, after, limit);
    }
    Result<bool> blocked_between(UserId one, UserId other) override {
        return real_.blocked_between(one, other);
    }
    Result<BlockSet> block_set(UserId user) override { return real_.block_set(user); }
    Result<BlockMoves> blocks_moved_since(std::int64_t cursor, int limit) override {
        auto found = real_.blocks_moved_since(cursor, limit);
        if (found && hands_.is(StoreFault::numbers_no_unblocking)) {
            std::erase_if(found->moves, [&](const BlockMoves::Move& move) {
                return hands_.tables().blocks[move.user].size() < 2;
            });
        }
        return found;
    }
    Result<std::vector<Recommendation>> recommendations(UserId user,
                                                        const RecommendationQuery& query) override {
        memory::Tables& tables = hands_.tables();
        const auto requests = tables.requests;
        if (hands_.is(StoreFault::recommends_the_hidden)) tables.requests.clear();
        auto found = real_.recommendations(user, query);
        tables.requests = requests;
        if (found && hands_.is(StoreFault::recommends_by_id)) {
            std::sort(found->begin(), found->end(),
                      [](const auto& l, const auto& r) { return l.user < r.user; });
        }
        return found;
    }

private:
    SocialStore& real_;
    Hands hands_;
};

class BrokenInbox final : public InboxStore {
public:
    BrokenInbox(InboxStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<std::vector<Notified>> add(std::span<const NewNotification> fresh) override {
        memory::Tables& tables = hands_.tables();
        const auto blocks = tables.blocks;
        const auto inboxes = tables.inboxes;
        if (hands_.is(StoreFault::notifies_of_the_blocked)) tables.blocks.clear();
        if (hands_.is(StoreFault::notifies_twice)) {
            for (auto& [user, inbox] : tables.inboxes) {
                for (auto& [id, stored] : inbox) stored.cause = -id.value;
            }
        }
        auto taken = real_.add(fresh);
        tables.blocks = blocks;
        if (hands_.is(StoreFault::keeps_every_notification)) {
            for (const auto& [user, inbox] : inboxes)
                tables.inboxes[user].insert(inbox.begin(), inbox.end());
        }
        return taken;
    }
    Result<Page<Notification>> list(UserId user, NotificationId before, int limit) override {
        return real_.list(user, before, limit);
    }
    Result<std::int64_t> unread_count(UserId user) override { return real_.unread_count(user); }
    Result<std::optional<Notification>> mark_read(UserId user, NotificationId id) override {
        if (hands_.is(StoreFault::reads_for_anybody)) {
            for (const auto& [owner, inbox] : hands_.tables().inboxes) {
                if (inbox.contains(id)) return real_.mark_read(owner, id);
            }
        }
        return real_.mark_read(user, id);
    }
    Status mark_all_read(UserId user) override { return real_.mark_all_read(user); }

private:
    InboxStore& real_;
    Hands hands_;
};

}  // namespace chatcore::contract

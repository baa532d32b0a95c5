#pragma once
// Accounts and log-ins.

#include "chatcore/ports/people_store.h"
#include "chatcore/ports/session_store.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemoryPeopleStore final : public PeopleStore {
public:
    explicit MemoryPeopleStore(MemoryDatabase::State& state) : state_(state) {}

    Result<UserId> create(const Account& account) override;
    Result<std::optional<Account>> find(const AccountKey& key) override;
    Result<std::vector<Profile>> profiles(std::span<const UserId> users) override;
    Result<Page<Profile>> search(const std::string& folded, UserId after, int limit) override;
    Status update_profile(const Profile& profile) override;
    Result<std::vector<std::string>> set_standing(UserId user, const Standing& standing,
                                                  Timestamp now) override;
    Status touch(std::span<const std::pair<UserId, Timestamp>> last_seen) override;

private:
    MemoryDatabase::State& state_;
};

class MemorySessionStore final : public SessionStore {
public:
    explicit MemorySessionStore(MemoryDatabase::State& state) : state_(state) {}

    Status begin(const RefreshToken& token) override;
    Result<Rotation> rotate(const std::string& hash, const std::string& next_hash,
                            Timestamp next_expires_at, Timestamp now) override;
    Result<Rotation> revoke(const std::string& hash, Timestamp now) override;
    Result<std::vector<std::string>> revoked_since(Timestamp since) override;
    Status forget_before(Timestamp time) override;

private:
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory

#pragma once
// Accounts and log-ins.

#include "chatcore/ports/people_store.h"
#include "chatcore/ports/session_store.h"

#include "sqlite_attachments.h"
#include "transaction.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqlitePeopleStore final : public PeopleStore {
public:
    /// `uploads`: of the same connection, for pictures.
    SqlitePeopleStore(Connection& connection, TransactionStatements& transactions, WriteLine& line,
                      UploadRows& uploads);

    Result<UserId> create(const Account& account) override;
    Result<std::optional<Account>> find(const AccountKey& key) override;
    Result<std::vector<Profile>> profiles(std::span<const UserId> users) override;
    Result<Page<Profile>> search(const std::string& folded, UserId after, int limit) override;
    Status update_profile(const Profile& profile) override;
    Result<std::vector<std::string>> set_standing(UserId user, const Standing& standing,
                                                  Timestamp now) override;
    Status touch(std::span<const std::pair<UserId, Timestamp>> last_seen) override;

private:
    Status move_picture(const Profile& before, const Profile& after);

    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    UploadRows& uploads_;
    Statement draw_user_id_;
    Statement insert_user_;
    Statement user_by_email_;
    Statement user_by_external_id_;
    Statement user_;
    Statement profiles_;
    Statement search_;
    Statement update_profile_;
    Statement set_standing_;
    Statement revoke_all_of_user_;
    Statement touch_;
};

/// Threads: as the store's connection, one at a time.
class SqliteSessionStore final : public SessionStore {
public:
    SqliteSessionStore(Connection& connection, TransactionStatements& transactions,
                       WriteLine& line);

    Status begin(const RefreshToken& token) override;
    Result<Rotation> rotate(const std::string& hash, const std::string& next_hash,
                            Timestamp next_expires_at, Timestamp now) override;
    Result<Rotation> revoke(const std::string& hash, Timestamp now) override;
    Result<std::vector<std::string>> revoked_since(Timestamp since) override;
    Status forget_before(Timestamp time) override;

private:
    struct Token {
        Rotation rotation;
        Timestamp expires_at;
        bool ended = false;  ///< used, or its family revoked
    };
    Result<std::optional<Token>> find(const std::string& hash);
    Status put(const std::string& hash, const std::string& family, UserId user,
               Timestamp expires_at);

    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    Statement insert_family_;
    Statement insert_token_;
    Statement token_;
    Statement use_token_;
    Statement revoke_family_;
    Statement revoked_since_;
    Statement forget_tokens_;
    Statement forget_families_;
};

}  // namespace chatcore::sqlite

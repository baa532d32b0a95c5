#pragma once
// Accounts kept here: signing up, logging in, and the tokens of it. Hosts with users of their own
// need none of this.
//
// A log-in begins a family of tokens. Each use of a refresh token gives a new pair and uses the old
// one up; using one a second time means that somebody has stolen it, and ends the whole family: its
// refresh tokens at once, its access tokens and connections within a minute on every node (RFC 6749
// §10.4, RFC 9700 §4.14). Threads: any; completions run on the caller's home shard. Passwords are
// hashed on workers of their own.

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "chatcore/domain/user.h"
#include "chatcore/ports/digest.h"
#include "chatcore/ports/executor.h"
#include "chatcore/ports/password_hasher.h"
#include "chatcore/ports/token_signer.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;
class Store;

struct AccountOptions {
    std::chrono::seconds access_lifetime{24 * 3600};
    std::chrono::seconds refresh_lifetime{30 * 24 * 3600};
    int hashes_waiting_max =
        64;  ///< log-ins in hand; above it `too_many`, rather than a queue of minutes
};

struct SignUp {
    std::string email;     ///< one `@` with something on both sides, up to 254 bytes
    std::string password;  ///< 8 to 72 bytes
    std::string nickname;  ///< 1 to 40 code points
    UserRole role = UserRole::user;
    std::string external_id = {};  ///< 1 to 100 code points; empty: none
};

/// What the host or an admin changes of a person; what is absent stays.
struct StandingRequest {
    std::optional<UserRole> role = {};
    std::optional<std::string> external_id = {};  ///< as above; empty takes it away
    std::optional<bool> disabled = {};            ///< who is disabled cannot log in
};

/// What a client gets for a log-in.
struct LogIn {
    std::string access_token;
    std::string refresh_token;
    std::chrono::seconds expires_in{};
    Account account;
};

class Accounts {
public:
    Accounts(Node& node, PasswordHasher& hasher, TokenSigner& signer, Digest& digest,
             std::vector<std::unique_ptr<Executor>> hashers, AccountOptions options);
    ~Accounts();

    /// Errors: `malformed`, `invalid_value` (email, password), `empty` (nickname), `too_long`,
    /// `email_taken`, `conflict` (externalId).
    void sign_up(int home, SignUp request, Completion<LogIn> done);
    /// `bad_credentials` for anything that does not fit; takes as long for an unknown email as for
    /// a wrong password.
    void log_in(int home, std::string email, std::string password, Completion<LogIn> done);
    /// `unauthenticated`, `token_expired`, `token_revoked`.
    void refresh(int home, std::string refresh_token, Completion<LogIn> done);
    /// Ends the family. An unknown token is no error.
    void log_out(int home, std::string refresh_token, Completion<bool> done);

    /// Sets what a person may do; for admins and the host, which the caller has checked. Where that
    /// takes something away, all log-ins of the person end as by `log_out`. Errors: `malformed`,
    /// `too_long`, `not_found` (user), `conflict` (externalId).
    void set_standing(int home, UserId user, StandingRequest request, Completion<Account> done);

    /// Who an access token is of. Any thread, at once. Errors: `unauthenticated`, `token_expired`,
    /// `token_revoked`.
    Result<AccessClaims> authenticate(std::string_view token) const;

    /// Asks the store for families revoked elsewhere; called now and every half minute.
    void start();
    /// A family ended on another node.
    void family_revoked(const std::string& family);
    void stop();

private:
    Result<Account> make_account(const SignUp& request) const;
    Result<Account> change_standing(Store& store, UserId user, const StandingRequest& request);
    Result<LogIn> begin_session(Account account, Store& store);
    LogIn tokens_of(Account account, const std::string& family, std::string refresh_token) const;
    std::string random_token(std::size_t bytes) const;
    bool hash(UniqueFunction<void()> work);
    void revoke(const std::string& family, UserId user);
    void learn_revoked();

    Node& node_;
    PasswordHasher& hasher_;
    TokenSigner& signer_;
    Digest& digest_;
    AccountOptions options_;
    std::vector<std::unique_ptr<Executor>> hashers_;
    std::string decoy_hash_;    ///< verified for unknown emails, so that time tells nothing
    mutable std::mutex mutex_;  // guards what follows; held for a look-up
    std::unordered_map<std::string, Timestamp>
        revoked_;  ///< families, until their access tokens have ended anyway
    int hashing_ = 0;
    std::size_t next_hasher_ = 0;
};

}  // namespace chatcore

#pragma once
// Accounts kept here: signing up, logging in, and the tokens of it. Hosts with users of their own
// need none of this.
//
// A log-in begins a family of tokens. Each use of a refresh token gives a new pair and uses the old
// one up; using one a second time means that somebody has stolen it, and ends the whole family: its
// refresh tokens at once, its access tokens and connections within a minute on every node (RFC 6749
// §10.4, RFC 9700 §4.14). Threads: any; completions run on the caller's home shard. Passwords are
// hashed on workers of their own, in fair shares of those who wait. Log-ins that fail are held
// back: see docs/guarantees.md.

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
#include "chatcore/ports/outside_tokens.h"
#include "chatcore/ports/password_hasher.h"
#include "chatcore/ports/token_signer.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;
class HashQueue;
class LogInGuard;
class OutsidePeople;
class Store;

/// How the people of outside tokens are found among the accounts.
struct OutsideOptions {
    enum class PersonBy : std::uint8_t { external_id, email, id };
    PersonBy person_by = PersonBy::external_id;
    /// Whether who is not known gets an account at first sight; never where people are given by id.
    bool create = false;
    /// Whether a role that the token says may make an admin; other roles it may raise always. It
    /// lowers none.
    bool admins = false;
};

struct AccountOptions {
    std::chrono::seconds access_lifetime{24 * 3600};
    std::chrono::seconds refresh_lifetime{30 * 24 * 3600};
    /// Passwords that wait to be hashed; above it `too_many`, rather than a queue of minutes. Who
    /// has the most waiting from one address goes first.
    int hashes_waiting_max = 64;
    OutsideOptions outside;
};

struct SignUp {
    std::string email;     ///< one `@` with something on both sides, up to 254 bytes
    std::string password;  ///< 8 to 72 bytes
    std::string nickname;  ///< 1 to 40 code points
    UserRole role = UserRole::user;
    std::string external_id = {};  ///< 1 to 100 code points, not all digits; empty: none
    std::string address = {};      ///< as in Credentials
};

struct Credentials {
    std::string email;
    std::string password;
    /// Where it comes from, as the front door knows it: what shares its limits. Empty: not known,
    /// and without a limit of its own.
    std::string address = {};
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
    /// `outside`: may be nullptr.
    Accounts(Node& node, PasswordHasher& hasher, TokenSigner& signer, Digest& digest,
             OutsideTokens* outside, std::vector<std::unique_ptr<Executor>> hashers,
             AccountOptions options);
    ~Accounts();

    /// Errors: `malformed`, `invalid_value` (email, password), `empty` (nickname), `too_long`,
    /// `email_taken`, `conflict` (externalId), `too_many` (logins).
    void sign_up(int home, SignUp request, Completion<LogIn> done);
    /// `bad_credentials` for anything that does not fit; takes as long for an unknown email as for
    /// a wrong password. `too_many` (logins), with when to come again: too many failed of this
    /// account, be there one or not, or from this address; or too many wait.
    void log_in(int home, Credentials given, Completion<LogIn> done);
    /// `unauthenticated`, `token_expired`, `token_revoked`.
    void refresh(int home, std::string refresh_token, Completion<LogIn> done);
    /// Ends the family. An unknown token is no error.
    void log_out(int home, std::string refresh_token, Completion<bool> done);

    /// Sets what a person may do; for admins and the host, which the caller has checked. Where that
    /// takes something away, all log-ins of the person end as by `log_out`. Errors: `malformed`,
    /// `too_long`, `not_found` (user), `conflict` (externalId).
    void set_standing(int home, UserId user, StandingRequest request, Completion<Account> done);

    /// Who an access token is of: of our own, or of somebody else's identity provider where such
    /// are taken. Completes at once, inside the call, or where the person of an outside token must
    /// be looked for later, on `home`. Errors: `unauthenticated` (also for an outside token of
    /// nobody who is known, or who is disabled), `token_expired`, `token_revoked`.
    void authenticate(int home, std::string_view token, Completion<AccessClaims> done);
    /// The same at once, of any thread. An outside token is taken here only where its person was
    /// found within the last half minute.
    Result<AccessClaims> authenticate(std::string_view token) const;

    /// A text that shows later, on any node, that it was given to the person: for clients that
    /// bring back what they were told. It is no access token, and opens nothing. `note`: a few
    /// characters, to be given back with it.
    std::string ticket(UserId user, std::string_view note) const;
    struct Ticket {
        UserId user;
        std::string note;
    };
    /// `unauthenticated` for what is no ticket.
    Result<Ticket> read_ticket(std::string_view text) const;

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
    struct Attempt;
    void check_password(std::shared_ptr<Attempt> attempt);
    void failed(Attempt& attempt);
    void revoke(const std::string& family, UserId user);
    void learn_revoked();

    Node& node_;
    PasswordHasher& hasher_;
    TokenSigner& signer_;
    Digest& digest_;
    AccountOptions options_;
    std::unique_ptr<HashQueue> hashes_;
    std::unique_ptr<LogInGuard> guard_;
    std::unique_ptr<OutsidePeople> outside_;  ///< nullptr: outside tokens are not taken
    std::string decoy_hash_;    ///< verified for unknown emails, so that time tells nothing
    mutable std::mutex mutex_;  // guards what follows; held for a look-up
    std::unordered_map<std::string, Timestamp>
        revoked_;  ///< families, until their access tokens have ended anyway
};

}  // namespace chatcore

#include "chatcore/accounts.h"

#include <fmt/format.h>

#include "chatcore/text.h"

#include "account_rules.h"
#include "hash_queue.h"
#include "log_in_guard.h"
#include "node.h"
#include "outside_people.h"

namespace chatcore {

namespace {

constexpr std::chrono::seconds revoked_poll{30};

/// A ticket is signed as a token of the first second of all, which has ended since.
constexpr Timestamp ticket_time{};
constexpr std::string_view ticket_mark = "ticket.";

std::string decoy_of(PasswordHasher& hasher) {
    const Result<std::string> made = hasher.hash("nobody has this password");
    return made ? *made : std::string();
}

/// Without a time: the workers have too much in hand, of which some is done in a second.
Error too_many(std::chrono::milliseconds wait) {
    return {.code = ErrorCode::too_many,
            .detail = "logins",
            .cause = {},
            .retry_after = std::max(wait, std::chrono::milliseconds{1'000})};
}

}  // namespace

/// One log-in on its way.
struct Accounts::Attempt {
    int home = 0;
    std::string email;  ///< folded
    std::string password;
    LogInGuard::Attempt counted;
    std::optional<Account> account = {};
    Completion<LogIn> done;
};

Accounts::Accounts(Node& node, PasswordHasher& hasher, TokenSigner& signer, Digest& digest,
                   OutsideTokens* outside, std::vector<std::unique_ptr<Executor>> hashers,
                   AccountOptions options)
    : node_(node),
      hasher_(hasher),
      signer_(signer),
      digest_(digest),
      options_(options),
      hashes_(std::make_unique<HashQueue>(std::move(hashers), options.hashes_waiting_max)),
      guard_(std::make_unique<LogInGuard>(node.limits)),
      decoy_hash_(decoy_of(hasher)) {
    if (outside != nullptr)
        outside_ = std::make_unique<OutsidePeople>(node, *outside, digest, options.outside);
}

Accounts::~Accounts() = default;

void Accounts::stop() {
    hashes_->stop();
}

std::string Accounts::random_token(std::size_t bytes) const {
    std::vector<std::uint8_t> raw(bytes);
    node_.random.fill(raw);
    std::string text;
    for (const std::uint8_t byte : raw) text += fmt::format("{:02x}", byte);
    return text;
}

Result<Account> Accounts::make_account(const SignUp& request) const {
    const auto& [email, password, nickname, role, external_id, address] = request;
    if (Status status = check_email(email); !status) return unexpected(status.error());
    if (password.size() < 8 || password.size() > 72 || password.find('\0') != std::string::npos) {
        return unexpected(ErrorCode::invalid_value, "password", "it has 8 to 72 bytes");
    }
    if (!text::valid(nickname)) return unexpected(ErrorCode::malformed, "nickname");
    if (text::blank(nickname)) return unexpected(ErrorCode::empty, "nickname");
    if (text::has_controls(nickname)) return unexpected(ErrorCode::invalid_value, "nickname");
    if (text::code_points(nickname) >
        static_cast<std::size_t>(node_.limits.nickname_code_points_max)) {
        return unexpected(ErrorCode::too_long, "nickname");
    }
    if (Status status = check_external_id(external_id); !status) return unexpected(status.error());
    Account account;
    account.email = folded_email(email);
    account.profile.nickname = text::trimmed(nickname);
    account.profile.role = role;
    account.profile.external_id = external_id;
    account.created_at = node_.clock.now();
    return account;
}

void Accounts::sign_up(int home, SignUp request, Completion<LogIn> done) {
    Result<Account> account = make_account(request);
    if (!account) {
        node_.answer<LogIn>(home, std::move(done), unexpected(account.error()));
        return;
    }
    hashes_->add(request.address, [this, home, account = std::move(*account),
                                   password = std::move(request.password),
                                   done = std::move(done)](bool may) mutable {
        if (!may) return node_.answer<LogIn>(home, std::move(done), Unexpected(too_many({})));
        Result<std::string> made = hasher_.hash(password);
        if (!made) return node_.answer<LogIn>(home, std::move(done), unexpected(made.error()));
        account.password_hash = std::move(*made);
        node_.ask_writer<LogIn>(
            home,
            [this, account = std::move(account)](Store& store) mutable -> Result<LogIn> {
                Result<UserId> id = store.people().create(account);
                if (!id) return unexpected(id.error());
                account.profile.id = *id;
                return begin_session(std::move(account), store);
            },
            std::move(done));
    });
}

void Accounts::log_in(int home, Credentials given, Completion<LogIn> done) {
    // What cannot be an email is nobody's, and counts for its address alone.
    const bool sound = text::valid(given.email) && given.email.size() <= email_bytes_max;
    auto attempt = std::make_shared<Attempt>();
    attempt->home = home;
    if (sound) attempt->email = folded_email(given.email);
    attempt->password = std::move(given.password);
    attempt->counted = {attempt->email, std::move(given.address)};
    attempt->done = std::move(done);
    const auto wait = guard_->begin(attempt->counted, node_.clock.steady());
    if (wait.count() > 0) {
        node_.answer<LogIn>(home, std::move(attempt->done), Unexpected(too_many(wait)));
        return;
    }
    if (!sound || attempt->password.size() > 1'024) return failed(*attempt);
    node_.pool.read([this, attempt](Store& store) {
        Result<std::optional<Account>> found = store.people().find(Email{attempt->email});
        if (!found) {
            guard_->gave_up(attempt->counted);
            node_.answer<LogIn>(attempt->home, std::move(attempt->done), unexpected(found.error()));
            return;
        }
        attempt->account = std::move(*found);
        hashes_->add(attempt->counted.address, [this, attempt](bool may) {
            if (may) return check_password(attempt);
            guard_->gave_up(attempt->counted);
            node_.answer<LogIn>(attempt->home, std::move(attempt->done), Unexpected(too_many({})));
        });
    });
}

void Accounts::check_password(std::shared_ptr<Attempt> attempt) {
    const std::optional<Account>& account = attempt->account;
    // Who comes by outside tokens alone has no password.
    const bool has_password = account && !account->password_hash.empty();
    const bool right =
        hasher_.verify(attempt->password, has_password ? account->password_hash : decoy_hash_);
    if (!has_password || !right || account->disabled) return failed(*attempt);
    guard_->succeeded(attempt->counted);
    node_.ask_writer<LogIn>(
        attempt->home,
        [this, attempt](Store& writer) { return begin_session(*attempt->account, writer); },
        std::move(attempt->done));
}

void Accounts::failed(Attempt& attempt) {
    const auto wait = guard_->failed(attempt.counted, node_.clock.steady());
    const UserId user = attempt.account ? attempt.account->profile.id : UserId{};
    const auto log = [&](std::string_view text) {
        node_.telemetry.log({.level = LogLevel::warning,
                             .security = true,
                             .text = text,
                             .user = user,
                             .address = attempt.counted.address});
    };
    node_.telemetry.add(Counter::log_ins_failed, 1);
    log("log-in failed");
    if (wait.count() > 0) {
        log(fmt::format("log-ins are held back for {} s",
                        std::chrono::ceil<std::chrono::seconds>(wait).count()));
    }
    node_.answer<LogIn>(attempt.home, std::move(attempt.done),
                        unexpected(ErrorCode::bad_credentials));
}

Result<LogIn> Accounts::begin_session(Account account, Store& store) {
    const std::string token = random_token(32);
    const std::string family = random_token(12);
    const Timestamp now = node_.clock.now();
    const RefreshToken kept{digest_.digest(token), family, account.profile.id,
                            now + options_.refresh_lifetime};
    if (Status status = store.sessions().begin(kept); !status) return unexpected(status.error());
    return tokens_of(std::move(account), family, token);
}

LogIn Accounts::tokens_of(Account account, const std::string& family,
                          std::string refresh_token) const {
    const Timestamp now = node_.clock.now();
    LogIn log_in;
    log_in.access_token = signer_.sign(AccessClaims{.user = account.profile.id,
                                                    .role = account.profile.role,
                                                    .family = family,
                                                    .issued_at = now,
                                                    .expires_at = now + options_.access_lifetime});
    log_in.refresh_token = std::move(refresh_token);
    log_in.expires_in = options_.access_lifetime;
    log_in.account = std::move(account);
    return log_in;
}

void Accounts::refresh(int home, std::string refresh_token, Completion<LogIn> done) {
    node_.ask_writer<LogIn>(
        home,
        [this, refresh_token = std::move(refresh_token)](Store& store) -> Result<LogIn> {
            const Timestamp now = node_.clock.now();
            const std::string next = random_token(32);
            Result<Rotation> rotation =
                store.sessions().rotate(digest_.digest(refresh_token), digest_.digest(next),
                                        now + options_.refresh_lifetime, now);
            if (!rotation) return unexpected(rotation.error());
            switch (rotation->kind) {
                case Rotation::Kind::unknown:
                    return unexpected(ErrorCode::unauthenticated);
                case Rotation::Kind::expired:
                    return unexpected(ErrorCode::token_expired);
                case Rotation::Kind::reused:
                    node_.telemetry.log({.level = LogLevel::warning,
                                         .security = true,
                                         .text = "refresh token used twice: log-in revoked",
                                         .user = rotation->user});
                    revoke(rotation->family, rotation->user);
                    return unexpected(ErrorCode::token_revoked);
                case Rotation::Kind::rotated:
                    break;
            }
            Result<std::optional<Account>> account = store.people().find(rotation->user);
            if (!account) return unexpected(account.error());
            if (!*account || (*account)->disabled) return unexpected(ErrorCode::unauthenticated);
            return tokens_of(std::move(**account), rotation->family, next);
        },
        std::move(done));
}

void Accounts::log_out(int home, std::string refresh_token, Completion<bool> done) {
    node_.ask_writer<bool>(
        home,
        [this, refresh_token = std::move(refresh_token)](Store& store) -> Result<bool> {
            Result<Rotation> ended =
                store.sessions().revoke(digest_.digest(refresh_token), node_.clock.now());
            if (!ended) return unexpected(ended.error());
            if (ended->kind == Rotation::Kind::unknown) return false;
            revoke(ended->family, ended->user);
            return true;
        },
        std::move(done));
}

void Accounts::set_standing(int home, UserId user, StandingRequest request,
                            Completion<Account> done) {
    if (Status status = check_external_id(request.external_id.value_or("")); !status) {
        node_.answer<Account>(home, std::move(done), unexpected(status.error()));
        return;
    }
    node_.ask_writer<Account>(
        home,
        [this, user, request = std::move(request)](Store& store) {
            return change_standing(store, user, request);
        },
        std::move(done));
}

Result<Account> Accounts::change_standing(Store& store, UserId user,
                                          const StandingRequest& request) {
    Result<std::optional<Account>> found = store.people().find(user);
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::not_found, "user");
    Account& account = **found;
    const Standing before = standing_of(account);
    account.profile.role = request.role.value_or(account.profile.role);
    account.profile.external_id = request.external_id.value_or(account.profile.external_id);
    account.disabled = request.disabled.value_or(account.disabled);
    const auto ended = store.people().set_standing(user, standing_of(account), node_.clock.now());
    if (!ended) return unexpected(ended.error());
    for (const std::string& family : *ended) revoke(family, user);
    if (outside_ && before.is_more_than(standing_of(account)))
        revoke(OutsidePeople::family_of(user), user);
    if (outside_) outside_->forget(user);
    node_.profiles.forget(user);
    node_.telemetry.log({.level = LogLevel::info,
                         .security = true,
                         .text = "a person's role, code or access was set",
                         .user = user});
    return std::move(account);
}

Result<AccessClaims> Accounts::authenticate(std::string_view token) const {
    Result<AccessClaims> claims = signer_.verify(token, node_.clock.now());
    if (!claims && outside_ && claims.error().code == ErrorCode::unauthenticated) {
        if (const auto known = outside_->known(token)) return *known;
    }
    if (!claims || claims->family.empty()) return claims;
    const std::lock_guard lock(mutex_);
    if (revoked_.contains(claims->family)) return unexpected(ErrorCode::token_revoked);
    return claims;
}

void Accounts::authenticate(int home, std::string_view token, Completion<AccessClaims> done) {
    Result<AccessClaims> claims = authenticate(token);
    // What is none of ours may be one of theirs.
    const bool others = !claims && claims.error().code == ErrorCode::unauthenticated;
    if (!others || !outside_ || token.empty()) return done(std::move(claims));
    outside_->find(home, token, std::move(done));
}

std::string Accounts::ticket(UserId user, std::string_view note) const {
    return signer_.sign({.user = user,
                         .role = UserRole::user,
                         .family = std::string(ticket_mark).append(note),
                         .issued_at = ticket_time,
                         .expires_at = ticket_time + std::chrono::seconds{1}});
}

Result<Accounts::Ticket> Accounts::read_ticket(std::string_view text) const {
    Result<AccessClaims> claims = signer_.verify(text, ticket_time);
    if (!claims || !claims->family.starts_with(ticket_mark))
        return unexpected(ErrorCode::unauthenticated, "ticket");
    return Ticket{claims->user, claims->family.substr(ticket_mark.size())};
}

void Accounts::revoke(const std::string& family, UserId user) {
    family_revoked(family);
    node_.tell({make_event(TokensRevoked{user, family})});
}

void Accounts::family_revoked(const std::string& family) {
    if (const auto person = OutsidePeople::person_of(family)) {
        // Their next tokens are asked about anew, and may be good.
        if (outside_) outside_->forget(*person);
        return;
    }
    const Timestamp now = node_.clock.now();
    const std::lock_guard lock(mutex_);
    std::erase_if(revoked_, [&](const auto& entry) { return entry.second < now; });
    revoked_[family] = now + options_.access_lifetime;
}

void Accounts::start() {
    learn_revoked();
    hashes_->worker().post_after(revoked_poll, [this] { start(); });
}

void Accounts::learn_revoked() {
    // Those whose access tokens may still live; some are learned again and again, which costs less
    // than a cursor.
    node_.pool.read([this](Store& store) {
        const Timestamp now = node_.clock.now();
        const auto families = store.sessions().revoked_since(now - options_.access_lifetime);
        if (!families) return;
        for (const std::string& family : *families) family_revoked(family);
    });
}

}  // namespace chatcore

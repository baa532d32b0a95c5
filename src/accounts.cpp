#include "chatcore/accounts.h"

#include <fmt/format.h>

#include "chatcore/text.h"

#include "node.h"

namespace chatcore {

namespace {

constexpr std::chrono::seconds revoked_poll{30};

std::string folded_email(std::string_view email) {
    return text::fold(text::trimmed(email));
}

Status check_email(const std::string& email) {
    if (!text::valid(email)) return unexpected(ErrorCode::malformed, "email");
    const auto at = email.find('@');
    const bool sound = at != std::string::npos && at > 0 && at + 1 < email.size() &&
                       email.find('@', at + 1) == std::string::npos && email.size() <= 254 &&
                       email.find(' ') == std::string::npos && !text::has_controls(email);
    if (!sound) return unexpected(ErrorCode::invalid_value, "email");
    return {};
}

Status check_external_id(const std::string& code) {
    constexpr std::size_t code_points_max = 100;
    if (!text::valid(code)) return unexpected(ErrorCode::malformed, "externalId");
    if (text::code_points(code) > code_points_max)
        return unexpected(ErrorCode::too_long, "externalId");
    if (text::has_controls(code)) return unexpected(ErrorCode::invalid_value, "externalId");
    return {};
}

std::string decoy_of(PasswordHasher& hasher) {
    const Result<std::string> made = hasher.hash("nobody has this password");
    return made ? *made : std::string();
}

}  // namespace

Accounts::Accounts(Node& node, PasswordHasher& hasher, TokenSigner& signer, Digest& digest,
                   std::vector<std::unique_ptr<Executor>> hashers, AccountOptions options)
    : node_(node),
      hasher_(hasher),
      signer_(signer),
      digest_(digest),
      options_(options),
      hashers_(std::move(hashers)),
      decoy_hash_(decoy_of(hasher)) {}

Accounts::~Accounts() = default;

void Accounts::stop() {
    for (auto& executor : hashers_) executor->stop();
}

std::string Accounts::random_token(std::size_t bytes) const {
    std::vector<std::uint8_t> raw(bytes);
    node_.random.fill(raw);
    std::string text;
    for (const std::uint8_t byte : raw) text += fmt::format("{:02x}", byte);
    return text;
}

bool Accounts::hash(UniqueFunction<void()> work) {
    std::size_t index = 0;
    {
        const std::lock_guard lock(mutex_);
        if (hashing_ >= options_.hashes_waiting_max) return false;
        ++hashing_;
        index = next_hasher_++ % hashers_.size();
    }
    hashers_[index]->post([this, work = std::move(work)]() mutable {
        work();
        const std::lock_guard lock(mutex_);
        --hashing_;
    });
    return true;
}

Result<Account> Accounts::make_account(const SignUp& request) const {
    const auto& [email, password, nickname, role, external_id] = request;
    if (Status status = check_email(email); !status) return unexpected(status.error());
    if (password.size() < 8 || password.size() > 72 || password.find('\0') != std::string::npos) {
        return unexpected(ErrorCode::invalid_value, "password");
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
    auto shared = std::make_shared<Completion<LogIn>>(
        std::move(done));  // either the work answers, or who finds it full
    const bool taken = hash([this, home, account = std::move(*account),
                             password = std::move(request.password), shared]() mutable {
        Result<std::string> made = hasher_.hash(password);
        if (!made) return node_.answer<LogIn>(home, std::move(*shared), unexpected(made.error()));
        account.password_hash = std::move(*made);
        node_.ask_writer<LogIn>(
            home,
            [this, account = std::move(account)](Store& store) mutable -> Result<LogIn> {
                Result<UserId> id = store.people().create(account);
                if (!id) return unexpected(id.error());
                account.profile.id = *id;
                return begin_session(std::move(account), store);
            },
            std::move(*shared));
    });
    if (!taken)
        node_.answer<LogIn>(home, std::move(*shared), unexpected(ErrorCode::too_many, "logins"));
}

void Accounts::log_in(int home, std::string email, std::string password, Completion<LogIn> done) {
    if (!text::valid(email) || password.size() > 1'024) {
        node_.answer<LogIn>(home, std::move(done), unexpected(ErrorCode::bad_credentials));
        return;
    }
    auto shared = std::make_shared<Completion<LogIn>>(std::move(done));
    node_.pool.read([this, home, email = folded_email(email), password = std::move(password),
                     shared](Store& store) {
        Result<std::optional<Account>> found = store.people().find(Email{email});
        if (!found) return node_.answer<LogIn>(home, std::move(*shared), unexpected(found.error()));
        std::optional<Account> account = std::move(*found);
        const bool taken = hash([this, home, account, password, shared]() mutable {
            const bool right =
                hasher_.verify(password, account ? account->password_hash : decoy_hash_);
            if (!account || !right || account->disabled) {
                node_.telemetry.add(Counter::log_ins_failed, 1);
                node_.telemetry.log({.level = LogLevel::warning,
                                     .security = true,
                                     .text = "log-in failed",
                                     .user = account ? account->profile.id : UserId{}});
                return node_.answer<LogIn>(home, std::move(*shared),
                                           unexpected(ErrorCode::bad_credentials));
            }
            node_.ask_writer<LogIn>(
                home,
                [this, account = std::move(*account)](Store& writer) mutable {
                    return begin_session(std::move(account), writer);
                },
                std::move(*shared));
        });
        if (!taken)
            node_.answer<LogIn>(home, std::move(*shared),
                                unexpected(ErrorCode::too_many, "logins"));
    });
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
    account.profile.role = request.role.value_or(account.profile.role);
    account.profile.external_id = request.external_id.value_or(account.profile.external_id);
    account.disabled = request.disabled.value_or(account.disabled);
    const auto ended = store.people().set_standing(user, standing_of(account), node_.clock.now());
    if (!ended) return unexpected(ended.error());
    for (const std::string& family : *ended) revoke(family, user);
    node_.profiles.forget(user);
    node_.telemetry.log({.level = LogLevel::info,
                         .security = true,
                         .text = "a person's role, code or access was set",
                         .user = user});
    return std::move(account);
}

Result<AccessClaims> Accounts::authenticate(std::string_view token) const {
    Result<AccessClaims> claims = signer_.verify(token, node_.clock.now());
    if (!claims || claims->family.empty()) return claims;
    const std::lock_guard lock(mutex_);
    if (revoked_.contains(claims->family)) return unexpected(ErrorCode::token_revoked);
    return claims;
}

void Accounts::revoke(const std::string& family, UserId user) {
    family_revoked(family);
    node_.tell({make_event(TokensRevoked{user, family})});
}

void Accounts::family_revoked(const std::string& family) {
    const Timestamp now = node_.clock.now();
    const std::lock_guard lock(mutex_);
    std::erase_if(revoked_, [&](const auto& entry) { return entry.second < now; });
    revoked_[family] = now + options_.access_lifetime;
}

void Accounts::start() {
    learn_revoked();
    hashers_.front()->post_after(revoked_poll, [this] { start(); });
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

#include "outside_people.h"

#include <charconv>

#include <fmt/format.h>

#include "chatcore/text.h"

#include "account_rules.h"

namespace chatcore {

namespace {

constexpr std::string_view family_prefix = "outside-";

std::optional<UserId> id_of(std::string_view digits) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    return whole && id > 0 && id <= id_max ? std::optional(UserId{id}) : std::nullopt;
}

Unexpected nobody(std::string cause) {
    return unexpected(ErrorCode::unauthenticated, "token", std::move(cause));
}

}  // namespace

std::string OutsidePeople::family_of(UserId user) {
    return fmt::format("{}{}", family_prefix, user.value);
}

std::optional<UserId> OutsidePeople::person_of(const std::string& family) {
    if (!family.starts_with(family_prefix)) return std::nullopt;
    return id_of(std::string_view(family).substr(family_prefix.size()));
}

std::optional<AccessClaims> OutsidePeople::known(std::string_view token) const {
    const std::string digest = digest_.digest(token);
    const Timestamp now = node_.clock.now();
    const std::lock_guard lock(mutex_);
    const auto it = known_.find(digest);
    if (it == known_.end() || it->second.until <= now) return std::nullopt;
    return it->second.claims;
}

void OutsidePeople::forget(UserId user) {
    const std::lock_guard lock(mutex_);
    std::erase_if(known_, [&](const auto& entry) { return entry.second.claims.user == user; });
}

Result<AccountKey> OutsidePeople::key_of(const OutsideClaims& claims) const {
    switch (options_.person_by) {
        case OutsideOptions::PersonBy::id:
            if (const auto id = id_of(claims.person)) return AccountKey{*id};
            return nobody("the person is no id");
        case OutsideOptions::PersonBy::email: {
            if (claims.email_unverified) return nobody("the email is not verified");
            if (!text::valid(claims.person)) return nobody("the person is no email");
            std::string email = folded_email(claims.person);
            if (!check_email(email)) return nobody("the person is no email");
            return AccountKey{Email{std::move(email)}};
        }
        case OutsideOptions::PersonBy::external_id:
            break;
    }
    if (names_an_id(claims.person))
        return nobody("the person is all digits, which no external id is; see person_by");
    if (!check_external_id(claims.person)) return nobody("the person is no external id");
    return AccountKey{ExternalId{claims.person}};
}

Result<Account> OutsidePeople::make(Store& store, const AccountKey& key,
                                    const OutsideClaims& claims) const {
    Account account;
    if (const auto* email = std::get_if<Email>(&key)) {
        account.email = email->folded;
    } else if (const auto* external = std::get_if<ExternalId>(&key)) {
        account.profile.external_id = external->code;
        account.email = outside_email(digest_.digest(external->code));
    } else {
        return nobody("there is no such person");  // ids are ours to give
    }
    const auto max = static_cast<std::size_t>(node_.limits.nickname_code_points_max);
    std::string nickname = text::valid(claims.nickname) ? text::trimmed(claims.nickname) : "";
    if (text::blank(nickname) || text::has_controls(nickname))
        nickname = claims.person.substr(0, claims.person.find('@'));
    account.profile.nickname = text::first_code_points(nickname, max);
    const UserRole role = claims.role.value_or(UserRole::user);
    account.profile.role = role == UserRole::admin && !options_.admins ? UserRole::user : role;
    account.created_at = node_.clock.now();
    const Result<UserId> id = store.people().create(account);
    if (id) {
        account.profile.id = *id;
        node_.telemetry.log({.level = LogLevel::info,
                             .security = true,
                             .text = "an account was made for an outside token",
                             .user = *id});
        return account;
    }
    // Another request, on whatever node, may have made it meanwhile.
    Result<std::optional<Account>> found = store.people().find(key);
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(id.error());
    return std::move(**found);
}

Result<AccessClaims> OutsidePeople::accept(const Search& search, const Account& account) {
    if (account.disabled) return nobody("the account is disabled");
    const OutsideClaims& said = search.claims;
    UserRole role = account.profile.role;
    if (said.role && *said.role > role && (*said.role != UserRole::admin || options_.admins))
        role = *said.role;
    const AccessClaims claims{.user = account.profile.id,
                              .role = role,
                              .family = family_of(account.profile.id),
                              .issued_at = said.issued_at,
                              .expires_at = said.expires_at};
    const Timestamp now = node_.clock.now();
    const std::lock_guard lock(mutex_);
    if (known_.size() >= node_.limits.outside_tokens_known_max) {
        std::erase_if(known_, [&](const auto& entry) { return entry.second.until <= now; });
        if (known_.size() >= node_.limits.outside_tokens_known_max) known_.clear();
    }
    known_[search.digest] = {claims, std::min<Timestamp>(now + known_for, said.expires_at)};
    return claims;
}

void OutsidePeople::find(int home, std::string_view token, Completion<AccessClaims> done) {
    Result<OutsideClaims> claims = tokens_.verify(token, node_.clock.now());
    if (!claims) return done(unexpected(claims.error()));
    Result<AccountKey> key = key_of(*claims);
    if (!key) return done(unexpected(key.error()));
    auto search = std::make_shared<Search>(
        Search{home, digest_.digest(token), std::move(*claims), std::move(done)});
    node_.pool.read([this, search, key = std::move(*key)](Store& store) {
        const auto answer = [&](Result<AccessClaims> result) {
            node_.answer<AccessClaims>(search->home, std::move(search->done), std::move(result));
        };
        const Result<std::optional<Account>> found = store.people().find(key);
        if (!found) return answer(unexpected(found.error()));
        if (*found) return answer(accept(*search, **found));
        if (!options_.create) return answer(nobody("there is no such person"));
        node_.ask_writer<AccessClaims>(
            search->home,
            [this, search, key](Store& writer) -> Result<AccessClaims> {
                // Looked for again, since those who came before on this writer may have made it.
                const Result<std::optional<Account>> there = writer.people().find(key);
                if (!there) return unexpected(there.error());
                if (*there) return accept(*search, **there);
                const Result<Account> made = make(writer, key, search->claims);
                if (!made) return unexpected(made.error());
                return accept(*search, *made);
            },
            std::move(search->done));
    });
}

}  // namespace chatcore

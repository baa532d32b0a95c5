#include "memory_people.h"

#include <algorithm>

#include "chatcore/rules/picture_rules.h"
#include "chatcore/text.h"

#include "memory_rows.h"

namespace chatcore::memory {

Result<UserId> MemoryPeopleStore::create(const Account& account) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    if (tables.emails.contains(account.email)) {
        return unexpected(ErrorCode::email_taken, "email");
    }
    const std::string& external_id = account.profile.external_id;
    if (tables.account_by_external_id(external_id) != nullptr) {
        return unexpected(ErrorCode::conflict, "externalId");
    }
    const UserId id{++tables.user.value};
    Account& stored = tables.accounts[id];
    stored = account;
    stored.profile.id = id;
    tables.emails[account.email] = id;
    tables.namesakes[text::fold(account.profile.nickname)].insert(id);
    return id;
}

Result<std::optional<Account>> MemoryPeopleStore::find(const AccountKey& key) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    const Account* found = nullptr;
    if (const auto* email = std::get_if<Email>(&key)) {
        const auto it = tables.emails.find(email->folded);
        if (it != tables.emails.end()) found = &tables.accounts.at(it->second);
    } else if (const auto* external = std::get_if<ExternalId>(&key)) {
        found = tables.account_by_external_id(external->code);
    } else {
        const auto it = tables.accounts.find(std::get<UserId>(key));
        if (it != tables.accounts.end()) found = &it->second;
    }
    return found == nullptr ? std::optional<Account>{} : std::optional{*found};
}

Result<std::vector<Profile>> MemoryPeopleStore::profiles(std::span<const UserId> users) {
    const std::scoped_lock lock(state_.mutex);
    const std::set<UserId> wanted(users.begin(), users.end());
    std::vector<Profile> found;
    for (UserId user : wanted) {
        const auto it = state_.tables.accounts.find(user);
        if (it != state_.tables.accounts.end()) found.push_back(it->second.profile);
    }
    return found;
}

Result<Page<Profile>> MemoryPeopleStore::search(const std::string& folded, UserId after,
                                                int limit) {
    const std::scoped_lock lock(state_.mutex);
    const auto& accounts = state_.tables.accounts;
    Page<Profile> page;
    for (auto it = accounts.upper_bound(after); it != accounts.end(); ++it) {
        const Account& account = it->second;
        const bool named = text::fold(account.profile.nickname).find(folded) != std::string::npos;
        if (!named && account.email != folded) continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(account.profile);
    }
    return page;
}

Status MemoryPeopleStore::update_profile(const Profile& profile) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.accounts.find(profile.id);
    if (it == state_.tables.accounts.end()) return {};
    Profile& stored = it->second.profile;
    const std::string& image = profile.profile_image_url;
    if (stored.profile_image_url != image) {
        MemoryRows rows(state_.tables);
        UploadSet pictures;
        rows.load_picture(stored.profile_image_url, pictures);
        rows.load_picture(image, pictures);
        const Status sound = check_picture_upload(pictures, image, profile.id, "profileImageUrl");
        if (!sound) return sound;
        note_picture(pictures, {{}, profile.id}, stored.profile_image_url, image, {});
        rows.save_uploads(pictures);
    }
    auto& namesakes = state_.tables.namesakes;
    namesakes[text::fold(stored.nickname)].erase(profile.id);
    namesakes[text::fold(profile.nickname)].insert(profile.id);
    stored.nickname = profile.nickname;
    stored.profile_image_url = profile.profile_image_url;
    stored.status_text = profile.status_text;
    return {};
}

Result<std::vector<std::string>> MemoryPeopleStore::set_standing(UserId user,
                                                                 const Standing& standing,
                                                                 Timestamp now) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    std::vector<std::string> ended;
    const auto it = tables.accounts.find(user);
    if (it == tables.accounts.end()) return ended;
    Account& account = it->second;
    const Account* holder = tables.account_by_external_id(standing.external_id);
    if (holder != nullptr && holder != &account) {
        return unexpected(ErrorCode::conflict, "externalId");
    }
    const bool ends_log_ins = standing_of(account).is_more_than(standing);
    account.profile.role = standing.role;
    account.profile.external_id = standing.external_id;
    account.disabled = standing.disabled;
    if (!ends_log_ins) return ended;
    for (const auto& [hash, token] : tables.tokens) {
        std::optional<Timestamp>& revoked_at = tables.families[token.family];
        if (token.user != user || revoked_at) continue;
        revoked_at = now;
        ended.push_back(token.family);
    }
    return ended;
}

Status MemoryPeopleStore::touch(std::span<const std::pair<UserId, Timestamp>> last_seen) {
    const std::scoped_lock lock(state_.mutex);
    for (const auto& [user, at] : last_seen) {
        const auto it = state_.tables.accounts.find(user);
        if (it == state_.tables.accounts.end()) continue;
        std::optional<Timestamp>& stored = it->second.profile.last_seen_at;
        stored = stored ? std::max(*stored, at) : at;
    }
    return {};
}

Status MemorySessionStore::begin(const RefreshToken& token) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    const auto [it, fresh] =
        tables.tokens.try_emplace(token.hash, StoredToken{.family = token.family,
                                                          .user = token.user,
                                                          .expires_at = token.expires_at,
                                                          .used = false});
    if (!fresh) return unexpected(ErrorCode::conflict, "token");
    tables.families.try_emplace(token.family);
    return {};
}

Result<Rotation> MemorySessionStore::rotate(const std::string& hash, const std::string& next_hash,
                                            Timestamp next_expires_at, Timestamp now) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    const auto it = tables.tokens.find(hash);
    if (it == tables.tokens.end()) return Rotation{};
    StoredToken& token = it->second;
    Rotation rotation{Rotation::Kind::rotated, token.user, token.family};
    std::optional<Timestamp>& revoked_at = tables.families[token.family];
    if (token.used || revoked_at) {
        if (!revoked_at) revoked_at = now;
        rotation.kind = Rotation::Kind::reused;
    } else if (token.expires_at <= now) {
        rotation.kind = Rotation::Kind::expired;
    } else if (tables.tokens.contains(next_hash)) {
        return unexpected(ErrorCode::conflict, "token");
    } else {
        token.used = true;
        tables.tokens[next_hash] = {token.family, token.user, next_expires_at, false};
    }
    return rotation;
}

Result<Rotation> MemorySessionStore::revoke(const std::string& hash, Timestamp now) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.tokens.find(hash);
    if (it == state_.tables.tokens.end()) return Rotation{};
    std::optional<Timestamp>& revoked_at = state_.tables.families[it->second.family];
    if (!revoked_at) revoked_at = now;
    return Rotation{Rotation::Kind::rotated, it->second.user, it->second.family};
}

Result<std::vector<std::string>> MemorySessionStore::revoked_since(Timestamp since) {
    const std::scoped_lock lock(state_.mutex);
    std::vector<std::string> revoked;
    for (const auto& [family, at] : state_.tables.families) {
        if (at && *at >= since) revoked.push_back(family);
    }
    return revoked;
}

Status MemorySessionStore::forget_before(Timestamp time) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    std::erase_if(tables.tokens, [&](const auto& entry) { return entry.second.expires_at < time; });
    std::set<std::string> alive;
    for (const auto& [hash, token] : tables.tokens) alive.insert(token.family);
    std::erase_if(tables.families, [&](const auto& entry) { return !alive.contains(entry.first); });
    return {};
}

}  // namespace chatcore::memory

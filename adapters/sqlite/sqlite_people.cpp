#include "sqlite_people.h"

#include <algorithm>

#include "chatcore/rules/picture_rules.h"
#include "chatcore/text.h"

#include "people_sql.h"
#include "row_writes.h"

namespace chatcore::sqlite {

namespace {

Result<std::optional<Account>> one(Cursor& row) {
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Account>{};
    return std::optional{account_from(row)};
}

}  // namespace

SqlitePeopleStore::SqlitePeopleStore(Connection& connection, TransactionStatements& transactions,
                                     WriteLine& line, UploadRows& uploads)
    : connection_(connection),
      transactions_(transactions),
      line_(line),
      uploads_(uploads),
      draw_user_id_(connection, sql::draw_user_id),
      insert_user_(connection, sql::insert_user),
      user_by_email_(connection, sql::user_by_email),
      user_by_external_id_(connection, sql::user_by_external_id),
      user_(connection, sql::user),
      profiles_(connection, sql::profiles),
      search_(connection, sql::search),
      update_profile_(connection, sql::update_profile),
      set_standing_(connection, sql::set_standing),
      revoke_all_of_user_(connection, sql::revoke_all_of_user),
      touch_(connection, sql::touch) {}

Result<UserId> SqlitePeopleStore::create(const Account& account) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    UserId id;
    {
        Cursor row(draw_user_id_);
        Result<bool> drawn = row.next();
        if (!drawn) return unexpected(drawn.error());
        if (!*drawn) return unexpected(ErrorCode::corrupt, "store", "the user counter is gone");
        id = row.id<UserId>();
    }
    Account made = account;
    made.profile.id = id;
    Status inserted = insert_account(insert_user_, made);
    if (!inserted) return unexpected(inserted.error());
    if (connection_.altered() == 0) {
        Cursor same(user_by_email_, account.email);
        Result<bool> email = same.next();
        if (!email) return unexpected(email.error());
        if (*email) return unexpected(ErrorCode::email_taken, "email");
        return unexpected(ErrorCode::conflict, "externalId");
    }
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    return id;
}

Result<std::optional<Account>> SqlitePeopleStore::find(const AccountKey& key) {
    if (const auto* email = std::get_if<Email>(&key)) {
        Cursor row(user_by_email_, email->folded);
        return one(row);
    }
    if (const auto* external = std::get_if<ExternalId>(&key)) {
        Cursor row(user_by_external_id_, external->code);
        return one(row);
    }
    Cursor row(user_, std::get<UserId>(key));
    return one(row);
}

Result<std::vector<Profile>> SqlitePeopleStore::profiles(std::span<const UserId> users) {
    std::string ids = "[";
    for (UserId user : users) {
        if (ids.size() > 1) ids += ',';
        ids += std::to_string(user.value);
    }
    ids += ']';
    Cursor rows(profiles_, ids);
    std::vector<Profile> found;
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return found;
        found.push_back(profile_from(rows));
    }
}

Result<Page<Profile>> SqlitePeopleStore::search(const std::string& folded, UserId after,
                                                int limit) {
    limit = std::max(limit, 1);
    Cursor rows(search_, folded, after, limit + 1);
    Page<Profile> page;
    for (;; --limit) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return page;
        if (limit == 0) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            return page;
        }
        page.items.push_back(profile_from(rows));
    }
}

Status SqlitePeopleStore::update_profile(const Profile& profile) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    const Result<std::optional<Account>> before = find(profile.id);
    if (!before) return unexpected(before.error());
    if (!*before) return {};
    Status status = move_picture((*before)->profile, profile);
    if (status)
        status = update_profile_.run(profile.id, profile.nickname, text::fold(profile.nickname),
                                     profile.profile_image_url, profile.status_text);
    return status ? transaction.commit() : status;
}

Status SqlitePeopleStore::move_picture(const Profile& before, const Profile& after) {
    const std::string& image = after.profile_image_url;
    if (before.profile_image_url == image) return {};
    UploadSet pictures;
    Status status = uploads_.load_picture(before.profile_image_url, pictures);
    if (status) status = uploads_.load_picture(image, pictures);
    if (status) status = check_picture_upload(pictures, image, after.id, "profileImageUrl");
    if (!status) return status;
    note_picture(pictures, {{}, after.id}, before.profile_image_url, image, {});
    return uploads_.save(pictures);
}

Result<std::vector<std::string>> SqlitePeopleStore::set_standing(UserId user,
                                                                 const Standing& standing,
                                                                 Timestamp now) {
    std::vector<std::string> ended;
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    const Result<std::optional<Account>> before = find(user);
    if (!before) return unexpected(before.error());
    if (!*before) return ended;
    Status set = set_standing_.run(user, standing.role, standing.external_id, standing.disabled);
    if (!set) return unexpected(set.error());
    if (connection_.altered() == 0) return unexpected(ErrorCode::conflict, "externalId");
    if (standing_of(**before).is_more_than(standing)) {
        Cursor rows(revoke_all_of_user_, user, now);
        for (;;) {
            Result<bool> next = rows.next();
            if (!next) return unexpected(next.error());
            if (!*next) break;
            ended.push_back(rows.text());
        }
    }
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    return ended;
}

Status SqlitePeopleStore::touch(std::span<const std::pair<UserId, Timestamp>> last_seen) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    for (const auto& [user, at] : last_seen) {
        if (Status status = touch_.run(user, at); !status) return status;
    }
    return transaction.commit();
}

}  // namespace chatcore::sqlite

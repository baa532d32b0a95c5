#include "people_sql.h"
#include "sqlite_people.h"

namespace chatcore::sqlite {

SqliteSessionStore::SqliteSessionStore(Connection& connection, TransactionStatements& transactions,
                                       WriteLine& line)
    : connection_(connection),
      transactions_(transactions),
      line_(line),
      insert_family_(connection, sql::insert_family),
      insert_token_(connection, sql::insert_token),
      token_(connection, sql::token),
      use_token_(connection, sql::use_token),
      revoke_family_(connection, sql::revoke_family),
      revoked_since_(connection, sql::revoked_since),
      forget_tokens_(connection, sql::forget_tokens),
      forget_families_(connection, sql::forget_families) {}

Result<std::optional<SqliteSessionStore::Token>> SqliteSessionStore::find(const std::string& hash) {
    Cursor row(token_, hash);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Token>{};
    Token token;
    token.rotation.kind = Rotation::Kind::rotated;
    token.rotation.user = row.id<UserId>();
    token.rotation.family = row.text();
    token.expires_at = row.time();
    const bool used = row.flag();
    token.ended = used || !row.null();
    return std::optional{std::move(token)};
}

Status SqliteSessionStore::put(const std::string& hash, const std::string& family, UserId user,
                               Timestamp expires_at) {
    if (Status status = insert_token_.run(hash, family, user, expires_at); !status) return status;
    if (connection_.altered() == 0) return unexpected(ErrorCode::conflict, "token");
    return {};
}

Status SqliteSessionStore::begin(const RefreshToken& token) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    if (Status status = insert_family_.run(token.family); !status) return status;
    Status status = put(token.hash, token.family, token.user, token.expires_at);
    return status ? transaction.commit() : status;
}

Result<Rotation> SqliteSessionStore::rotate(const std::string& hash, const std::string& next_hash,
                                            Timestamp next_expires_at, Timestamp now) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Result<std::optional<Token>> found = find(hash);
    if (!found) return unexpected(found.error());
    if (!*found) return Rotation{};
    Token& token = **found;
    Status status;
    if (token.ended) {
        token.rotation.kind = Rotation::Kind::reused;
        status = revoke_family_.run(token.rotation.family, now);
    } else if (token.expires_at <= now) {
        token.rotation.kind = Rotation::Kind::expired;
    } else {
        status = use_token_.run(hash);
        if (status) {
            status = put(next_hash, token.rotation.family, token.rotation.user, next_expires_at);
        }
    }
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    return std::move(token.rotation);
}

Result<Rotation> SqliteSessionStore::revoke(const std::string& hash, Timestamp now) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Result<std::optional<Token>> found = find(hash);
    if (!found) return unexpected(found.error());
    if (!*found) return Rotation{};
    Status status = revoke_family_.run((*found)->rotation.family, now);
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    return std::move((*found)->rotation);
}

Result<std::vector<std::string>> SqliteSessionStore::revoked_since(Timestamp since) {
    Cursor rows(revoked_since_, since);
    std::vector<std::string> families;
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return families;
        families.push_back(rows.text());
    }
}

Status SqliteSessionStore::forget_before(Timestamp time) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    if (Status status = forget_tokens_.run(time); !status) return status;
    Status status = forget_families_.run();
    return status ? transaction.commit() : status;
}

}  // namespace chatcore::sqlite

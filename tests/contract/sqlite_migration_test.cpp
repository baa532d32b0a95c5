// What a file of an older version holds, after it was opened by this one.

#include <cstring>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "chatcore/adapters/sqlite_store.h"

#include "contract/store_subjects.h"

using namespace chatcore;

namespace {

constexpr Timestamp now{std::chrono::milliseconds{1'761'280'530'000}};

SqliteOptions options_for(const std::string& path) {
    SqliteOptions options;
    options.path = path;
    return options;
}

Change post(RoomId room, std::int64_t key, MessageType type, std::vector<Mention> mentions) {
    PostMessage what;
    std::memcpy(what.key.bytes.data(), &key, sizeof key);
    what.content = "x";
    what.type = type;
    what.mentions = std::move(mentions);
    return {room, UserId{1}, now, std::nullopt, std::move(what)};
}

Result<std::vector<Outcome>> apply(Store& store, std::int64_t number,
                                   const std::vector<Change>& changes) {
    return store.apply({1, number, false, changes});
}

/// Statements run beside the store, as another program would.
void run(const std::string& path, const char* sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    CHECK_MESSAGE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK,
                  sqlite3_errmsg(database));
    sqlite3_close(database);
}

}  // namespace

TEST_CASE("what was said before mentions and totals were kept is counted when the file is opened") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("chat.db");
    RoomId room;
    constexpr UserId named{(std::int64_t{1} << 52) + 77};  // all bytes of the number are read
    {
        SqliteStoreFactory factory(options_for(path));
        auto store = std::move(factory.open()).value();
        NewGroup group;
        group.owner = UserId{1};
        group.members = {UserId{2}, named};
        room = store->open_group(group, now)->id;
        auto outcomes = apply(*store, 1,
                              {post(room, 1, MessageType::text,
                                    {{UserId{2}, 0, 1}, {named, 0, 1}, {UserId{2}, 0, 1}}),
                               post(room, 2, MessageType::image, {{named, 0, 1}}),
                               post(room, 3, MessageType::video, {}),
                               post(room, 4, MessageType::file, {{UserId{2}, 0, 1}})});
        REQUIRE(outcomes.has_value());
        const auto* gone = std::get_if<Applied>(&outcomes->back());
        REQUIRE(gone != nullptr);
        const Change removal{room, UserId{1}, now, std::nullopt,
                             DeleteMessage{message_at(gone->position)}};
        REQUIRE(apply(*store, 2, {removal, post(room, 5, MessageType::file, {})}).has_value());
    }
    // As it was before: what the migration makes is taken away.
    run(path,
        "DELETE FROM schema_versions WHERE version >= 11; DROP TABLE bookmarks; DROP TABLE "
        "mentions; DROP TABLE deliveries; DROP TABLE block_moves; "
        "DROP TABLE consultations; DROP TABLE upload_pictures; DROP INDEX rooms_shared; "
        "ALTER TABLE members DROP COLUMN read_told_at; "
        "DROP TABLE consultation_requests; ALTER TABLE schedules DROP COLUMN failure; "
        "DELETE FROM counters WHERE name = 'block'; "
        "DROP INDEX users_named; DELETE FROM counters WHERE name = 'bookmark'; "
        "ALTER TABLE rooms DROP COLUMN message_count; ALTER TABLE rooms DROP COLUMN media_count; "
        "ALTER TABLE rooms DROP COLUMN shared; ALTER TABLE rooms DROP COLUMN file_count; ALTER "
        "TABLE rooms DROP COLUMN image_url");
    SqliteStoreFactory factory(options_for(path));
    auto store = factory.open();
    REQUIRE_MESSAGE(store.has_value(), store.error().cause);
    CHECK((*(*store)->rooms().find(room))->totals == MessageTotals{4, 2, 1});
    CHECK((*store)->personal().unread(UserId{2}, 9)->mentions == 1);
    CHECK((*store)->personal().unread(named, 9)->mentions == 2);
    CHECK((*store)->personal().unread(named, 9)->total == 4);
}

TEST_CASE("pictures that named uploads before they were kept are kept where they are sound") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("chat.db");
    std::vector<Room> rooms;
    Account account;
    account.profile.nickname = "ari";
    account.email = "ari@example.org";
    {
        SqliteStoreFactory factory(options_for(path));
        auto store = std::move(factory.open()).value();
        account.profile.id = (*store).people().create(account).value();
        for (const std::int64_t id : {100, 101}) {
            Upload upload;
            upload.id = AttachmentId{id};
            upload.uploader = id == 100 ? account.profile.id : UserId{7};
            upload.content_type = "image/png";
            upload.unused_until = now;
            REQUIRE((*store).attachments().create(upload));
        }
        NewGroup group;
        group.owner = account.profile.id;
        group.title = "x";
        const NewGroup groups[] = {group, group};
        rooms = (*store).open_groups(groups, now).value();
    }
    // As it was before: whatever was named was taken, and in no use.
    run(path,
        "DELETE FROM schema_versions WHERE version >= 17; DROP TABLE upload_pictures; "
        "DROP INDEX rooms_shared; ALTER TABLE rooms DROP COLUMN shared; "
        "ALTER TABLE members DROP COLUMN read_told_at; "
        "UPDATE users SET profile_image_url = '/api/v1/attachments/100'; "
        "UPDATE rooms SET image_url = '/api/v1/attachments/' || (99 + id)");
    REQUIRE(rooms[0].id == RoomId{1});
    REQUIRE(rooms[1].id == RoomId{2});
    SqliteStoreFactory factory(options_for(path));
    auto store = std::move(factory.open()).value();
    CHECK((*(*store).rooms().find(rooms[0].id))->image_url == "/api/v1/attachments/100");
    CHECK((*(*store).rooms().find(rooms[1].id))->image_url.empty());
    const auto kept = (*store).attachments().find(AttachmentId{100}, UserId{9}).value();
    REQUIRE(kept.has_value());
    CHECK(kept->uses == 2);
    CHECK_FALSE(kept->unused_until.has_value());
    const auto other = (*store).attachments().find(AttachmentId{101}, std::nullopt).value();
    CHECK(other->uses == 0);
    CHECK_FALSE((*store).attachments().find(AttachmentId{101}, account.profile.id)->has_value());
}

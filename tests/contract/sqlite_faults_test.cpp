// What is SQLite's own: files that are not as they should be, disks that fail, and processes that
// are killed.
// Long because all of it works on the same few files and their ways to break, and every statement
// stands in one list, whose plans are looked at together.

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chatcore/adapters/sqlite_store.h"

#include "attachment_sql.h"
#include "consultation_sql.h"
#include "contract/faulty_vfs.h"
#include "contract/store_subjects.h"
#include "message_sql.h"
#include "migrations.h"
#include "oversight_sql.h"
#include "people_sql.h"
#include "personal_sql.h"
#include "receipt_sql.h"
#include "removal_sql.h"
#include "room_sql.h"
#include "schedule_sql.h"
#include "social_sql.h"
#include "transfer_sql.h"
#include "write_sql.h"

using namespace chatcore;
using contract::DiskFault;

namespace {

constexpr Timestamp now{std::chrono::milliseconds{1'761'280'530'000}};

SqliteOptions options_for(const std::string& path) {
    SqliteOptions options;
    options.path = path;
    options.busy_timeout = std::chrono::milliseconds(50);
    return options;
}

Change post(RoomId room, std::int64_t key, std::string content = "x") {
    PostMessage what;
    std::memcpy(what.key.bytes.data(), &key, sizeof key);
    what.content = std::move(content);
    return {room, UserId{1}, now, std::nullopt, std::move(what)};
}

Result<std::vector<Outcome>> apply(Store& store, std::int64_t number, bool retry,
                                   const std::vector<Change>& changes) {
    return store.apply({1, number, retry, changes});
}

RoomId open_room(Store& store) {
    auto opened = store.open_direct(DirectKey::of(UserId{1}, UserId{2}, {}), UserId{1}, now);
    REQUIRE(opened.has_value());
    return opened->room.id;
}

/// Statements run beside the store, as another program would.
class OtherProgram {
public:
    explicit OtherProgram(const std::string& path) {
        REQUIRE(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
    }
    ~OtherProgram() { sqlite3_close(database_); }
    OtherProgram(const OtherProgram&) = delete;
    OtherProgram& operator=(const OtherProgram&) = delete;

    void run(const std::string& sql) {
        const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
        REQUIRE_MESSAGE(code == SQLITE_OK, sqlite3_errmsg(database_));
    }
    std::string plan_of(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        const std::string explained = std::string("EXPLAIN QUERY PLAN ") + sql;
        REQUIRE(sqlite3_prepare_v2(database_, explained.c_str(), -1, &statement, nullptr) ==
                SQLITE_OK);
        std::string plan;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            plan += reinterpret_cast<const char*>(sqlite3_column_text(statement, 3));
            plan += '\n';
        }
        sqlite3_finalize(statement);
        return plan;
    }

private:
    sqlite3* database_ = nullptr;
};

ErrorCode opening_fails_with(const std::string& path) {
    SqliteStoreFactory factory(options_for(path));
    auto store = factory.open();
    REQUIRE(!store.has_value());
    CHECK(!store.error().cause.empty());
    return store.error().code;
}

void make_database(const std::string& path) {
    SqliteStoreFactory factory(options_for(path));
    REQUIRE(factory.open().has_value());
}

/// The disk is sound again at the end, whatever happens.
struct Disk {
    ~Disk() { contract::set_disk_fault(DiskFault::none); }
    void becomes(DiskFault fault) { contract::set_disk_fault(fault); }
};

}  // namespace

TEST_CASE("a file with a newer schema is refused") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("chat.db");
    make_database(path);
    OtherProgram(path).run("INSERT INTO schema_versions VALUES (999, 'from_the_future', 0)");
    CHECK(opening_fails_with(path) == ErrorCode::newer_schema);
}

TEST_CASE("an older schema is brought up to date") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("chat.db");
    OtherProgram program(path);
    program.run(sqlite::migrations().front().sql);
    program.run(
        "CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
        "made_at INTEGER NOT NULL) STRICT; INSERT INTO schema_versions VALUES (1, 'first', 0); "
        "INSERT INTO rooms VALUES (1, 1, 0, '', '', NULL, NULL, 1, 0, '', 'old', 0, 0, 1, 0, "
        "0, 0, NULL, NULL, NULL, NULL, NULL)");
    SqliteStoreFactory factory(options_for(path));
    auto store = factory.open();
    REQUIRE(store.has_value());
    CHECK((*store)->people().create({}).has_value());
    const auto room = (*store)->rooms().find(RoomId{1});
    REQUIRE((room.has_value() && room->has_value()));
    CHECK((*room)->title == "old");
    CHECK((*store)->social().apply({UserId{1}, now, RequestFriend{UserId{2}}}).has_value());
}

TEST_CASE("a file that is no database, or another program's, is refused as corrupt") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("chat.db");
    std::ofstream(path) << std::string(8'192, 'x');
    CHECK(opening_fails_with(path) == ErrorCode::corrupt);
    const std::string other = directory.file("other.db");
    OtherProgram(other).run("CREATE TABLE recipes (name TEXT)");
    CHECK(opening_fails_with(other) == ErrorCode::corrupt);
}

TEST_CASE("a damaged file is told as corrupt") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("chat.db");
    RoomId room;
    {
        SqliteStoreFactory factory(options_for(path));
        auto store = std::move(factory.open()).value();
        room = open_room(*store);
        // In small batches, whose records stay in the pages that opening reads.
        for (int batch = 0; batch < 20; ++batch) {
            std::vector<Change> changes;
            for (int i = 0; i < 50; ++i)
                changes.push_back(post(room, batch * 50 + i, std::string(500, 'x')));
            REQUIRE(apply(*store, batch + 1, false, changes).has_value());
        }
    }
    {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(0, std::ios::end);
        const auto size = static_cast<std::size_t>(file.tellp());
        REQUIRE(size > 450'000);
        // All behind the pages that opening needs.
        file.seekp(350'000);
        file << std::string(size - 350'000, '\xa5');
    }
    SqliteStoreFactory factory(options_for(path));
    auto store = factory.open();
    REQUIRE_MESSAGE(store.has_value(), store.error().cause);
    auto history = (*store)->messages().history({.room = room, .limit = 100}, std::nullopt);
    REQUIRE(!history.has_value());
    CHECK(history.error().code == ErrorCode::corrupt);
}

TEST_CASE("what cannot be opened or written is unavailable, and says why") {
    contract::TemporaryDirectory directory;
    CHECK(opening_fails_with(directory.file("missing/chat.db")) == ErrorCode::unavailable);
    const std::string path = directory.file("chat.db");
    make_database(path);
    if (geteuid() == 0) {
        MESSAGE("root may write everything: the read-only file is left out");
        return;
    }
    REQUIRE(chmod(path.c_str(), 0444) == 0);
    CHECK(opening_fails_with(path) == ErrorCode::unavailable);
}

TEST_CASE("while another program writes the store is unavailable, and afterwards goes on") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("chat.db");
    SqliteStoreFactory factory(options_for(path));
    auto store = std::move(factory.open()).value();
    const RoomId room = open_room(*store);
    {
        OtherProgram other(path);
        other.run("BEGIN IMMEDIATE");
        auto outcomes = apply(*store, 1, false, {post(room, 1)});
        REQUIRE(!outcomes.has_value());
        CHECK(outcomes.error().code == ErrorCode::unavailable);
        CHECK(store->rooms().find(room).has_value());
    }
    auto again = apply(*store, 1, true, {post(room, 1)});
    REQUIRE(again.has_value());
    CHECK(std::holds_alternative<Applied>(again->front()));
}

TEST_CASE("a full or failing disk loses nothing, and the store comes back by itself") {
    contract::TemporaryDirectory directory;
    SqliteOptions options = options_for(directory.file("chat.db"));
    options.vfs = contract::faulty_vfs();
    Disk disk;
    SqliteStoreFactory factory(options);
    auto store = std::move(factory.open()).value();
    const RoomId room = open_room(*store);
    std::int64_t number = 0;
    for (const DiskFault fault : {DiskFault::full, DiskFault::failing_sync, DiskFault::full}) {
        CAPTURE(static_cast<int>(fault));
        const std::int64_t first = 2 * ++number;
        REQUIRE(apply(*store, first, false, {post(room, first)}).has_value());
        const std::vector<Change> changes = {post(room, first + 1), post(room, first + 1'000)};
        disk.becomes(fault);
        for (int tries = 0; tries < 3; ++tries) {
            auto failed = apply(*store, first + 1, tries > 0, changes);
            REQUIRE(!failed.has_value());
            CHECK(is_retryable(failed.error().code));
            CHECK(!failed.error().cause.empty());
            CHECK(!store->open_direct(DirectKey::of(UserId{1}, UserId{9}, {}), UserId{1}, now));
        }
        CHECK(store->rooms().find(room).has_value());
        disk.becomes(DiskFault::none);
        auto done = apply(*store, first + 1, true, changes);
        REQUIRE(done.has_value());
        CHECK(done->size() == 2);
        auto again = apply(*store, first + 1, true, changes);
        REQUIRE(again.has_value());
        CHECK(std::holds_alternative<Replayed>(again->front()));
    }
    CHECK((*store->rooms().find(room))->last_seq == 9);
}

TEST_CASE("the log is copied beside the commits and does not grow without end") {
    contract::TemporaryDirectory directory;
    SqliteOptions options = options_for(directory.file("chat.db"));
    options.synchronous = SqliteOptions::Synchronous::normal;
    options.checkpoint_pages = 50;
    const std::string log = options.path + "-wal";
    {
        SqliteStoreFactory factory(options);
        auto store = std::move(factory.open()).value();
        const RoomId room = open_room(*store);
        for (int i = 0; i < 3'000; ++i) {
            REQUIRE(apply(*store, i, false, {post(room, i)}).has_value());
        }
        // Some eight pages of 4 KiB a commit: 100 MB in all.
        CHECK(std::filesystem::file_size(log) < 50'000'000);
    }
    CHECK(!std::filesystem::exists(log));
}

TEST_CASE("every read finds its rows by an index") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("chat.db");
    make_database(path);
    OtherProgram program(path);
    namespace sql = sqlite::sql;
    for (const char* statement : {sql::room,
                                  sql::direct_room,
                                  sql::member,
                                  sql::message,
                                  sql::post,
                                  sql::last_message,
                                  sql::deleted_after,
                                  sql::successor,
                                  sql::batch,
                                  sql::view,
                                  sql::list,
                                  sql::list_unread,
                                  sql::members,
                                  sql::memberships,
                                  sql::read_standings,
                                  sql::moved_since,
                                  sql::may_read,
                                  sql::readable_message,
                                  sql::older,
                                  sql::newer,
                                  sql::posted_since,
                                  sql::altered_since,
                                  sql::members_since,
                                  sql::room_since,
                                  sql::search_messages,
                                  sql::visible_groups,
                                  sql::pins,
                                  sql::replies,
                                  sql::roots,
                                  sql::last_replies,
                                  sql::repliers,
                                  sql::deployment_totals,
                                  sql::page,
                                  sql::page_without_texts,
                                  sql::bookmarks,
                                  sql::bookmarked_between,
                                  sql::remove_bookmark,
                                  sql::count_bookmarks,
                                  sql::forget_bookmarks,
                                  sql::remove_mention,
                                  sql::unread,
                                  sql::is_nickname,
                                  sql::named,
                                  sql::older_of_type,
                                  sql::newer_of_type,
                                  sql::user_by_email,
                                  sql::user_by_external_id,
                                  sql::user,
                                  sql::profiles,
                                  sql::token,
                                  sql::revoked_since,
                                  sql::open_schedules,
                                  sql::schedule,
                                  sql::schedules_of,
                                  sql::update_schedule,
                                  sql::due_schedules,
                                  sql::claim_schedule,
                                  sql::advance_schedule,
                                  sql::lease_token,
                                  sql::friend_request,
                                  sql::requests_between,
                                  sql::friendship,
                                  sql::block,
                                  sql::friends,
                                  sql::requests_in,
                                  sql::requests_out,
                                  sql::blocks,
                                  sql::blocked_between,
                                  sql::recommendations,
                                  sql::block_set,
                                  sql::blocks_moved_since,
                                  sql::blocked_by,
                                  sql::readers,
                                  sql::read_pointers,
                                  sql::delivered,
                                  sql::senders,
                                  sql::insert_notification,
                                  sql::forget_notifications,
                                  sql::notifications,
                                  sql::unread_notifications,
                                  sql::read_notification,
                                  sql::read_notifications,
                                  sql::upload,
                                  sql::upload_seen,
                                  sql::unused_uploads,
                                  sql::condemn_upload,
                                  sql::forget_upload,
                                  sql::delete_upload_use,
                                  sql::report_of,
                                  sql::reports,
                                  sql::reports_about,
                                  sql::deployment_totals,
                                  sql::put_context,
                                  sql::context,
                                  sql::remove_context,
                                  sql::is_removed,
                                  sql::doomed,
                                  sql::doomed_of,
                                  sql::is_deleted,
                                  sql::anything_to_clear,
                                  sql::settle_contexts,
                                  sql::room_to_clear,
                                  sql::room_is_clear,
                                  sql::members_to_clear,
                                  sql::clear_member,
                                  sql::clear_notifications,
                                  sql::clear_schedules,
                                  sql::messages_to_clear,
                                  sql::clear_message,
                                  sql::delete_room,
                                  sql::update_consultation,
                                  sql::touch_consultation,
                                  sql::delete_consultation,
                                  sql::consultations_of,
                                  sql::consultations_of_in,
                                  sql::active_consultations,
                                  sql::shared_room,
                                  sql::share_room,
                                  sql::rooms_about,
                                  sql::unread_by}) {
        const std::string plan = program.plan_of(statement);
        // A scan of what a list of ids or a cut page holds is a short one.
        for (const char* table : {" r\n",          " m\n",
                                  " x\n",          " d\n",
                                  " u\n",          " t\n",
                                  " f\n",          " c\n",
                                  "rooms\n",       "members\n",
                                  "messages\n",    "token_families\n",
                                  "schedules\n",   "leases\n",
                                  "friends\n",     "friend_requests\n",
                                  "blocks\n",      "notifications\n",
                                  " up\n",         "uploads\n",
                                  "upload_uses\n", "reports\n",
                                  "counters\n",    " b\n",
                                  " n\n",          "bookmarks\n",
                                  "mentions\n",    "users\n",
                                  "block_moves\n", "deliveries\n",
                                  " cs\n",         "consultations\n"}) {
            CHECK_MESSAGE(plan.find(std::string("SCAN") + (table[0] == ' ' ? "" : " ") + table) ==
                              std::string::npos,
                          std::string(statement), "\n", plan);
        }
    }
    for (const char* statement : {sql::older,
                                  sql::newer,
                                  sql::posted_since,
                                  sql::altered_since,
                                  sql::members_since,
                                  sql::moved_since,
                                  sql::last_message,
                                  sql::schedules_of,
                                  sql::due_schedules,
                                  sql::friends,
                                  sql::requests_in,
                                  sql::requests_out,
                                  sql::blocks,
                                  sql::notifications,
                                  sql::reports,
                                  sql::reports_about,
                                  sql::memberships,
                                  sql::doomed,
                                  sql::doomed_of,
                                  sql::room_to_clear,
                                  sql::members_to_clear,
                                  sql::messages_to_clear,
                                  sql::page,
                                  sql::bookmarks,
                                  sql::bookmarked_between,
                                  sql::unread,
                                  sql::blocks_moved_since,
                                  sql::blocked_by,
                                  sql::readers,
                                  sql::read_pointers,
                                  sql::all_accounts,
                                  sql::all_contexts,
                                  sql::all_rooms,
                                  sql::all_members,
                                  sql::all_messages,
                                  sql::all_schedules,
                                  sql::all_friends,
                                  sql::all_friend_requests,
                                  sql::all_blocks,
                                  sql::all_block_moves,
                                  sql::all_notifications,
                                  sql::all_bookmarks,
                                  sql::all_uploads,
                                  sql::all_upload_uses,
                                  sql::all_deliveries,
                                  sql::all_reports}) {
        CHECK_MESSAGE(program.plan_of(statement).find("TEMP B-TREE") == std::string::npos,
                      "sorted: ", std::string(statement));
    }
}

// A child process applies and says what was acknowledged, until it is killed.

namespace {
constexpr const char* child_name = "child: applies until it is killed";
constexpr int acknowledged_to = 3;
}  // namespace

TEST_CASE("child: applies until it is killed" * doctest::skip()) {
    const char* path = std::getenv("CHATCORE_TEST_DATABASE");
    if (path == nullptr) return;
    SqliteOptions options = options_for(path);
    options.checkpoint_pages = 100;  // so that checkpoints are hit as well
    SqliteStoreFactory factory(options);
    auto store = std::move(factory.open()).value();
    const RoomId room = open_room(*store);
    std::int64_t key = (*store->rooms().find(room))->last_seq * 1'000;
    for (std::int64_t number = 0;; ++number) {
        std::vector<Change> changes;
        for (int i = 0; i < 1 + number % 5; ++i) changes.push_back(post(room, ++key));
        auto outcomes = apply(*store, number, false, changes);
        if (!outcomes) return;
        for (const Outcome& outcome : *outcomes) {
            const auto* applied = std::get_if<Applied>(&outcome);
            if (applied == nullptr) continue;
            const std::int64_t id = applied->position.value;
            if (write(acknowledged_to, &id, sizeof id) != sizeof id) return;
        }
    }
}

TEST_CASE("a killed process loses nothing that it acknowledged") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("chat.db");
    std::vector<std::int64_t> acknowledged;
    int logs_left = 0;
    for (int kill_number = 0; kill_number < 20; ++kill_number) {
        int ends[2];
        REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], acknowledged_to);
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        std::string filter = std::string("--test-case=") + child_name;
        std::string no_skip = "--no-skip";
        std::string self = "/proc/self/exe";
        char* const arguments[] = {self.data(), filter.data(), no_skip.data(), nullptr};
        setenv("CHATCORE_TEST_DATABASE", path.c_str(), 1);
        pid_t child = 0;
        REQUIRE(posix_spawn(&child, self.c_str(), &actions, nullptr, arguments, environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);

        // Killed somewhere behind its first acknowledgement: each time a little later.
        std::int64_t id = 0;
        const std::size_t wanted =
            acknowledged.size() + 1 + static_cast<std::size_t>(kill_number) * 7;
        bool killed = false;
        while (read(ends[0], &id, sizeof id) == sizeof id) {
            acknowledged.push_back(id);
            if (!killed && acknowledged.size() >= wanted) {
                kill(child, SIGKILL);
                killed = true;
            }
        }
        close(ends[0]);
        if (!killed) kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        REQUIRE(killed);
        if (std::filesystem::exists(path + "-wal") &&
            std::filesystem::file_size(path + "-wal") > 0) {
            ++logs_left;
        }

        SqliteStoreFactory factory(options_for(path));
        auto store = std::move(factory.open()).value();
        std::size_t missing = 0;
        for (std::int64_t one : acknowledged) {
            auto found = store->messages().find(MessageId{one}, std::nullopt);
            if (!found || !*found) ++missing;
        }
        CHECK(missing == 0);
        const RoomId room = open_room(*store);
        auto after = apply(*store, 1'000'000 + kill_number, false, {post(room, -kill_number - 1)});
        REQUIRE(after.has_value());
        const auto* applied = std::get_if<Applied>(&after->front());
        REQUIRE(applied != nullptr);
        CHECK(applied->position.value > acknowledged.back());
    }
    CHECK(logs_left > 0);
}

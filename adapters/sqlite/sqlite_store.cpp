#include "chatcore/adapters/sqlite_store.h"

#include <filesystem>

#include "chatcore/rules/picture_rules.h"

#include "checkpointer.h"
#include "migrations.h"
#include "search_index.h"
#include "sqlite_attachments.h"
#include "sqlite_consultations.h"
#include "sqlite_oversight.h"
#include "sqlite_people.h"
#include "sqlite_personal.h"
#include "sqlite_readers.h"
#include "sqlite_receipts.h"
#include "sqlite_removals.h"
#include "sqlite_rows.h"
#include "sqlite_schedules.h"
#include "sqlite_search.h"
#include "sqlite_social.h"
#include "sqlite_transfer.h"
#include "transaction.h"

namespace chatcore {

namespace sqlite {

namespace {

class SqliteStore final : public Store {
public:
    SqliteStore(std::unique_ptr<Connection> connection, WriteLine& line, int applying_cache_kib,
                bool made_for_import)
        : Store({rooms_, messages_, search_, people_, sessions_, schedules_, leases_, social_,
                 inbox_, attachments_, oversight_, contexts_, removals_, personal_, receipts_,
                 transfer_, consultations_}),
          connection_(std::move(connection)),
          line_(line),
          applying_cache_kib_(applying_cache_kib),
          made_for_import_(made_for_import) {}

    Result<std::vector<Outcome>> apply(const Batch& batch) override {
        if (batch.changes.empty()) return std::vector<Outcome>{};
        if (!applies_) {
            applies_ = true;
            const std::string pragma =
                "PRAGMA cache_size = -" + std::to_string(applying_cache_kib_);
            if (Status status = connection_->run(pragma.c_str()); !status) {
                return unexpected(status.error());
            }
        }
        WriteTransaction transaction(transactions_, line_);
        if (!transaction.begun()) return unexpected(transaction.begun().error());
        rows_.begin();
        Result<std::vector<Outcome>> outcomes = apply_batch(rows_, batch);
        if (!outcomes) return outcomes;
        if (Status status = transaction.commit(); !status) return unexpected(status.error());
        return outcomes;
    }

    Result<Opened> open_direct(const DirectKey& key, UserId opener, Timestamp now) override {
        // Most often it is there, and then nobody needs to wait for the writer.
        Result<std::optional<Room>> there = rows_.direct_room(key);
        if (!there) return unexpected(there.error());
        if (*there) return Opened{std::move(**there), false};

        WriteTransaction transaction(transactions_, line_);
        if (!transaction.begun()) return unexpected(transaction.begun().error());
        there = rows_.direct_room(key);
        if (!there) return unexpected(there.error());
        if (*there) return Opened{std::move(**there), false};
        Result<Room> made =
            insert(key.context, [&](RoomId id) { return new_direct_room(id, key, opener, now); });
        if (!made) return unexpected(made.error());
        if (Status status = transaction.commit(); !status) return unexpected(status.error());
        return Opened{std::move(*made), true};
    }

    Result<std::vector<Room>> open_groups(std::span<const NewGroup> groups,
                                          Timestamp now) override {
        WriteTransaction transaction(transactions_, line_);
        if (!transaction.begun()) return unexpected(transaction.begun().error());
        UploadSet pictures;
        for (const NewGroup& group : groups) {
            Status status = rows_.uploads().load_picture(group.image_url, pictures);
            if (status)
                status = check_picture_upload(pictures, group.image_url, group.owner, "imageUrl");
            if (!status) return unexpected(status.error());
        }
        std::vector<Room> made;
        for (const NewGroup& group : groups) {
            Result<Room> room =
                insert(group.context, [&](RoomId id) { return new_group_room(id, group, now); });
            if (!room) return unexpected(room.error());
            note_picture(pictures, {room->id, {}}, {}, group.image_url, now);
            made.push_back(std::move(*room));
        }
        Status status = rows_.uploads().save(pictures);
        if (status) status = transaction.commit();
        if (!status) return unexpected(status.error());
        return made;
    }

    Result<Opened> open_shared(const NewGroup& group, Timestamp now) override {
        // As in open_direct.
        Result<std::optional<Room>> there = rows_.shared_room(*group.context);
        if (!there) return unexpected(there.error());
        if (*there) return Opened{std::move(**there), false};

        WriteTransaction transaction(transactions_, line_);
        if (!transaction.begun()) return unexpected(transaction.begun().error());
        there = rows_.shared_room(*group.context);
        if (!there) return unexpected(there.error());
        if (*there) return Opened{std::move(**there), false};
        Result<Room> made =
            insert(group.context, [&](RoomId id) { return new_group_room(id, group, now); });
        if (!made) return unexpected(made.error());
        Status status = rows_.share(made->id);
        if (status) status = transaction.commit();
        if (!status) return unexpected(status.error());
        return Opened{std::move(*made), true};
    }

    Result<Opened> open_consultation(const NewConsultation& asked, Timestamp now) override {
        WriteTransaction transaction(transactions_, line_);
        if (!transaction.begun()) return unexpected(transaction.begun().error());
        if (asked.key) {
            Result<std::optional<Room>> before =
                consultations_.asked_before(asked.requester, *asked.key, asked.digest);
            if (!before) return unexpected(before.error());
            if (*before) return Opened{std::move(**before), false};
        }
        for (;;) {
            Result<RoomId> id = rows_.draw_room_id();
            if (!id) return unexpected(id.error());
            NewRoom made = new_consultation_room(*id, asked, now);
            Result<std::optional<Room>> there = rows_.direct_room(*made.room.direct);
            if (!there) return unexpected(there.error());
            Result<bool> removed = rows_.is_removed(made.room.context);
            if (!removed) return unexpected(removed.error());
            // Somebody may have opened a room of theirs about this number.
            if (*there || *removed) continue;
            Status status = rows_.insert(made);
            if (status) status = rows_.note_asked(asked, *id);
            if (status) status = transaction.commit();
            if (!status) return unexpected(status.error());
            return Opened{std::move(made.room), true};
        }
    }

private:
    template <class Make>
    Result<Room> insert(const std::optional<Context>& context, Make make) {
        Result<bool> removed = rows_.is_removed(context);
        if (!removed) return unexpected(removed.error());
        if (*removed) return unexpected(ErrorCode::room_deleted, "context");
        Result<RoomId> id = rows_.draw_room_id();
        if (!id) return unexpected(id.error());
        NewRoom made = make(*id);
        if (Status status = rows_.insert(made); !status) return unexpected(status.error());
        return std::move(made.room);
    }

    // In this order: statements go before their connection.
    std::unique_ptr<Connection> connection_;
    WriteLine& line_;
    const int applying_cache_kib_;
    const bool made_for_import_;
    bool applies_ = false;
    TransactionStatements transactions_{*connection_};
    SqliteRows rows_{*connection_};
    SqliteRoomReader rooms_{*connection_};
    SqliteMessageReader messages_{*connection_, transactions_};
    SqliteSearchReader search_{*connection_, transactions_};
    SqlitePeopleStore people_{*connection_, transactions_, line_, rows_.uploads()};
    SqliteSessionStore sessions_{*connection_, transactions_, line_};
    SqliteScheduleStore schedules_{*connection_, transactions_, line_};
    SqliteLeaseStore leases_{*connection_, transactions_, line_};
    SqliteSocialStore social_{*connection_, transactions_, line_};
    SqliteInboxStore inbox_{*connection_, transactions_, line_};
    SqliteAttachmentStore attachments_{*connection_, transactions_, line_};
    SqliteOversightStore oversight_{*connection_, transactions_, line_};
    SqliteContextStore contexts_{*connection_, transactions_, line_};
    SqliteRemovalStore removals_{*connection_, transactions_, line_};
    SqlitePersonalStore personal_{*connection_, transactions_, line_};
    SqliteReceiptStore receipts_{*connection_, transactions_, line_};
    SqliteTransferStore transfer_{*connection_, transactions_, line_, applying_cache_kib_,
                                  made_for_import_};
    SqliteConsultationReader consultations_{*connection_};
};

}  // namespace

}  // namespace sqlite

struct SqliteStoreFactory::Shared {
    SqliteOptions options;
    sqlite::WriteLine line;
    std::mutex mutex;
    std::unique_ptr<sqlite::Checkpointer> checkpointer;  ///< made by the first `open`
    bool made_for_import = false;                        ///< the file, by that `open`

    Result<std::unique_ptr<sqlite::Connection>> connect() const {
        return sqlite::Connection::open(
            {.path = options.path,
             .vfs = options.vfs,
             .synced_commits = options.synchronous == SqliteOptions::Synchronous::full,
             .cache_kib = options.reading_cache_kib,
             .busy_timeout = options.busy_timeout});
    }

    /// Makes or migrates the schema, once.
    Status prepare() {
        if (checkpointer) return {};
        Result<std::unique_ptr<sqlite::Connection>> connection = connect();
        if (!connection) return unexpected(connection.error());
        Result<bool> made = sqlite::migrate(**connection, line, options.migrates,
                                            options.for_import, options.progress);
        if (!made) return unexpected(made.error());
        made_for_import = options.for_import && *made;
        Status status = sqlite::fill_search_index(**connection, line, options.progress);
        if (!status) return status;
        {
            const sqlite::WriteTurn turn(line);
            status = (*connection)->run(sqlite::sql::forget_batches);
            if (!status) return status;
        }
        checkpointer = std::make_unique<sqlite::Checkpointer>(std::move(*connection), line,
                                                              options.checkpoint_pages);
        return {};
    }
};

SqliteStoreFactory::SqliteStoreFactory(SqliteOptions options)
    : shared_(std::make_unique<Shared>()) {
    shared_->options = std::move(options);
}

SqliteStoreFactory::~SqliteStoreFactory() = default;

Result<std::unique_ptr<Store>> SqliteStoreFactory::open() {
    {
        const std::scoped_lock lock(shared_->mutex);
        if (Status status = shared_->prepare(); !status) return unexpected(status.error());
    }
    Result<std::unique_ptr<sqlite::Connection>> connection = shared_->connect();
    if (!connection) return unexpected(connection.error());
    if (!shared_->made_for_import) {
        if (Status status = sqlite::refuse_unfinished_import(**connection); !status)
            return unexpected(status.error());
    }
    shared_->checkpointer->watch(**connection);
    return std::unique_ptr<Store>(std::make_unique<sqlite::SqliteStore>(
        std::move(*connection), shared_->line, shared_->options.cache_kib,
        shared_->made_for_import));
}

Result<SqliteSchema> sqlite_schema(const std::string& path) {
    SqliteSchema schema{.file = 0, .known = sqlite::migrations().back().version};
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return schema;
    Result<std::unique_ptr<sqlite::Connection>> connection =
        sqlite::Connection::open({.path = path,
                                  .vfs = {},
                                  .synced_commits = false,
                                  .cache_kib = SqliteOptions{}.reading_cache_kib,
                                  .busy_timeout = SqliteOptions{}.busy_timeout});
    if (!connection) return unexpected(connection.error());
    Result<int> version = sqlite::schema_version(**connection);
    if (!version) return unexpected(version.error());
    schema.file = *version;
    if (schema.file > 0 && schema.file <= schema.known) {
        if (Status whole = sqlite::refuse_unfinished_import(**connection); !whole)
            return unexpected(whole.error());
    }
    return schema;
}

}  // namespace chatcore

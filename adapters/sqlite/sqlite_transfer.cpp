#include "sqlite_transfer.h"

#include "chatcore/rules/import_rules.h"

#include "consultation_sql.h"
#include "mention_index.h"
#include "personal_sql.h"
#include "row_writes.h"
#include "search_index.h"
#include "social_sql.h"
#include "transfer_sql.h"
#include "write_sql.h"

namespace chatcore::sqlite {

namespace {

template <class T>
std::optional<T> kept_if(bool kept, T value) {
    return kept ? std::optional<T>(std::move(value)) : std::nullopt;
}

class SqliteImport final : public StoreImport {
public:
    SqliteImport(Connection& connection, TransactionStatements& transactions, WriteLine& line)
        : connection_(connection), transactions_(transactions), line_(line) {}

    Status put(std::span<const Record> records) override {
        WriteTransaction transaction(transactions_, line_);
        if (!transaction.begun()) return transaction.begun();
        std::int64_t messages = 0;
        for (const Record& record : records) {
            if (Status status = take(record); !status) return status;
            if (std::holds_alternative<MessageRecord>(record)) ++messages;
        }
        if (messages > 0) {
            if (Status status = count_.run(std::string_view("messages"), messages); !status)
                return status;
        }
        return transaction.commit();
    }

    Status finish() override {
        if (Status status = rules_.finished(); !status) return status;
        WriteTransaction transaction(transactions_, line_);
        if (!transaction.begun()) return transaction.begun();
        static constexpr std::pair<std::string_view, const char*> strays[] = {
            {"member", sql::stray_member},
            {"message", sql::stray_message},
            {"bookmark", sql::stray_bookmark},
            {"upload_use", sql::stray_upload_use},
        };
        for (const auto& [kind, query] : strays) {
            Statement statement(connection_, query);
            Cursor row(statement);
            Result<bool> found = row.next();
            if (!found) return unexpected(found.error());
            if (*found)
                return refuse_record(ErrorCode::conflict, kind,
                                     "what one of them names is not there");
        }
        Status status = connection_.run(sql::import_pictures);
        if (status) status = connection_.run(sql::unmark_import);
        return status ? transaction.commit() : status;
    }

private:
    Status take(const Record& record) {
        if (Status status = rules_.take(record); !status) return status;
        Status status = std::visit([&](const auto& it) { return insert(it); }, record);
        if (status) return status;
        // What the tables' unique indexes say of two records is no damage of the file.
        if ((sqlite3_errcode(connection_.handle()) & 0xff) != SQLITE_CONSTRAINT) return status;
        return refuse_record(ErrorCode::conflict, record_kind_names[record.index()],
                             "another one has what only one may have");
    }
    /// Of a statement that leaves out what is there already.
    Status added(Status status, std::string_view kind) {
        if (!status || connection_.altered() > 0) return status;
        return refuse_record(ErrorCode::conflict, kind, "another one has what only one may have");
    }

    Status insert(const Account& account) {
        Status status = added(insert_account(account_, account), "account");
        const Profile& profile = account.profile;
        return status ? insert_picture(profile.profile_image_url, {}, profile.id) : status;
    }
    Status insert_picture(const std::string& url, RoomId room, UserId user) {
        const auto upload = attachment_in(url);
        return upload ? picture_.run(*upload, room, user) : Status{};
    }
    Status insert(const ContextRecord& it) {
        const RegisteredContext about = it.registered.value_or(RegisteredContext{});
        return context_.run(it.context.type, it.context.id, it.registered.has_value(), about.owner,
                            about.title, about.metadata, about.created_at, about.updated_at,
                            it.removed, it.cut, it.pending);
    }
    Status insert(const RoomRecord& it) {
        const Room& room = it.room;
        const Context context = room.context.value_or(Context{});
        const DirectKey direct = room.direct.value_or(DirectKey{});
        const bool between = room.direct.has_value();
        const Preview preview = room.preview.value_or(Preview{});
        const bool shown = room.preview.has_value();
        const Notice notice = room.notice.value_or(Notice{});
        const bool noticed = room.notice.has_value();
        Status status = room_.run(
            room.id, room.kind, room.open, context.type, context.id, kept_if(between, direct.low),
            kept_if(between, direct.high), room.created_by, room.created_at, room.metadata,
            room.title, room.updated_at, room.changed_at, room.participant_count, room.last_seq,
            room.head, room.last_activity_at, kept_if(shown, preview.id),
            kept_if(shown, preview.sender), kept_if(shown, preview.type),
            kept_if(shown, std::string_view(preview.content)), kept_if(shown, preview.created_at),
            kept_if(noticed, std::string_view(notice.content)), kept_if(noticed, notice.by),
            kept_if(noticed, notice.at), room.pin_count, room.deleted_at, room.totals.all,
            room.totals.media, room.totals.files, it.to_clear, room.image_url);
        if (status) status = insert_picture(room.image_url, room.id, {});
        if (!status || !room.consultation) return status;
        return insert_consultation(consultation_, room.id, *room.consultation);
    }
    Status insert(const Member& member) { return insert_member(member_, member); }
    Status insert(const MessageRecord& it) {
        Status status = insert_message(message_, it.message, it.digest);
        if (status) status = search_.insert(it.message);
        if (!status || it.message.mentions.empty()) return status;
        Result<bool> cleared = is_deleted(it.message.room);
        if (!cleared) return unexpected(cleared.error());
        return *cleared ? status : mentions_.insert(it.message);
    }
    /// Whom messages of a deleted room name is asked by nobody, and taken away with its members.
    Result<bool> is_deleted(RoomId room) {
        Cursor row(is_deleted_, room);
        return row.next();
    }
    Status insert(const Schedule& schedule) { return insert_schedule(schedule_, schedule); }
    Status insert(const FriendshipRecord& it) { return friendship_.run(it.low, it.high, it.since); }
    Status insert(const FriendRequest& it) {
        return request_.run(it.id, it.sender, it.receiver, it.at);
    }
    Status insert(const BlockRecord& it) { return block_.run(it.user, it.blocked, it.since); }
    Status insert(const BlockMoves::Move& it) { return block_move_.run(it.user, it.number); }
    Status insert(const NotificationRecord& it) {
        const Notification& told = it.notification;
        return notification_.run(it.receiver, told.id, told.kind, told.at, told.read, told.actor,
                                 told.room, told.message, it.cause);
    }
    Status insert(const BookmarkRecord& it) {
        return bookmark_.run(it.user, it.message, it.room, it.id);
    }
    Status insert(const Upload& upload) { return added(insert_upload(upload_, upload), "upload"); }
    Status insert(const UploadUseRecord& it) {
        return upload_use_.run(it.upload, it.message, it.room);
    }
    Status insert(const DeliveryPointer& it) { return delivery_.run(it.room, it.user, it.message); }
    Status insert(const Report& report) { return insert_report(report_, report); }
    Status insert(const CountersRecord& it) {
        const std::pair<std::string_view, std::int64_t> all[] = {
            {"position", it.position.value},
            {"user", it.user.value},
            {"schedule", it.schedule.value},
            {"friend_request", it.friend_request.value},
            {"notification", it.notification.value},
            {"bookmark", it.bookmark.value},
            {"reports", it.report.value},
            {"block", it.block},
        };
        for (const auto& [name, value] : all) {
            if (Status status = set_counter_.run(name, value); !status) return status;
        }
        return {};
    }

    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    ImportRules rules_;
    SearchIndex search_{connection_};
    MentionIndex mentions_{connection_};
    Statement count_{connection_, sql::count};
    Statement set_counter_{connection_, sql::set_counter};
    Statement is_deleted_{connection_, sql::is_deleted};
    Statement account_{connection_, sql::insert_user};
    Statement context_{connection_, sql::import_context};
    Statement room_{connection_, sql::import_room};
    Statement consultation_{connection_, sql::insert_consultation};
    Statement member_{connection_, sql::insert_member};
    Statement message_{connection_, sql::insert_message};
    Statement schedule_{connection_, sql::insert_schedule};
    Statement friendship_{connection_, sql::insert_friendship};
    Statement request_{connection_, sql::insert_request};
    Statement block_{connection_, sql::insert_block};
    Statement block_move_{connection_, sql::import_block_move};
    Statement notification_{connection_, sql::import_notification};
    Statement bookmark_{connection_, sql::insert_bookmark};
    Statement upload_{connection_, sql::insert_upload};
    Statement upload_use_{connection_, sql::import_upload_use};
    Statement picture_{connection_, sql::insert_upload_picture};
    Statement delivery_{connection_, sql::import_delivery};
    Statement report_{connection_, sql::insert_report};
};

/// Whether a query has a row that says so.
Result<bool> holds(Connection& connection, const char* query) {
    Statement statement(connection, query);
    Cursor row(statement);
    Result<bool> found = row.next();
    if (!found) return found;
    return *found && row.flag();
}

}  // namespace

Result<std::unique_ptr<StoreImport>> SqliteTransferStore::begin_import() {
    const std::string cache = "PRAGMA cache_size = -" + std::to_string(cache_kib_);
    if (Status status = connection_.run(cache.c_str()); !status) return unexpected(status.error());
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Result<bool> used = holds(connection_, sql::is_used);
    if (!used) return unexpected(used.error());
    if (*used) return unexpected(ErrorCode::conflict, "store");
    Status status = connection_.run(sql::mark_import);
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    return std::unique_ptr<StoreImport>(
        std::make_unique<SqliteImport>(connection_, transactions_, line_));
}

Status refuse_unfinished_import(Connection& connection) {
    Result<bool> found = holds(connection, sql::is_importing);
    if (!found) return unexpected(found.error());
    if (!*found) return {};
    return unexpected(ErrorCode::unavailable, "import", "an import into it was not finished");
}

}  // namespace chatcore::sqlite

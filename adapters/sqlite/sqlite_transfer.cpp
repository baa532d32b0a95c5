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
    /// `synchronous`: what the connection is set to again at the end.
    SqliteImport(Connection& connection, TransactionStatements& transactions, WriteLine& line,
                 std::int64_t synchronous)
        : connection_(connection),
          transactions_(transactions),
          line_(line),
          synchronous_(synchronous) {}

    Status put(std::span<const Record> records) override {
        WriteTransaction transaction(transactions_, line_);
        if (!transaction.begun()) return transaction.begun();
        std::int64_t messages = 0;
        for (std::size_t i = 0; i < records.size(); ++i) {
            if (Status status = take(records[i]); !status) return about_record(status, i);
            if (std::holds_alternative<MessageRecord>(records[i])) ++messages;
        }
        if (messages > 0) {
            if (Status status = count_.run(std::string_view("messages"), messages); !status)
                return status;
        }
        return transaction.commit();
    }

    Status finish() override {
        if (Status status = rules_.finished(); !status) return status;
        // The commit that makes it a store syncs the log, and with it all commits before.
        const std::string as_before =
            std::string(sql::synchronous) + " = " + std::to_string(synchronous_);
        if (Status status = connection_.run(as_before.c_str()); !status) return status;
        WriteTransaction transaction(transactions_, line_);
        if (!transaction.begun()) return transaction.begun();
        Status status = settle_pictures();
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
        return refuse_second(record.index());
    }
    /// Of a statement that leaves out what is there already.
    template <class T>
    Status added(Status status, const T& value) {
        if (!status || connection_.altered() > 0) return status;
        return refuse_second(Record(value).index());
    }
    /// That a message which a record names is there, in its room.
    Status named(MessageId message, RoomId room, std::string_view kind, std::string_view member) {
        Cursor row(has_message_, message, room);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        return *found ? Status{} : refuse_stray(kind, member, message.value);
    }

    Status insert(const Account& account) {
        Account sound = account;
        Profile& profile = sound.profile;
        profile.profile_image_url = imported_picture(profile.profile_image_url);
        Status status = added(insert_account(account_, sound), account);
        return status ? insert_picture(profile.profile_image_url, {}, profile.id) : status;
    }
    Status insert_picture(const std::string& url, RoomId room, UserId user) {
        const auto upload = attachment_in(url);
        return upload ? picture_.run(*upload, room, user) : Status{};
    }
    /// Pictures that nobody may show are none any more, and what is left is counted anew.
    Status settle_pictures() {
        Result<std::vector<PictureUse>> unsound = unsound_pictures();
        if (!unsound) return unexpected(unsound.error());
        Statement remove(connection_, sql::delete_upload_picture);
        Statement empty_room(connection_, sql::empty_room_picture);
        Statement empty_user(connection_, sql::empty_user_picture);
        Statement recount(connection_, sql::recount_upload);
        for (const PictureUse& use : *unsound) {
            Status status = remove.run(use.upload, use.room, use.user);
            if (status) status = empty_room.run(use.room);
            if (status) status = empty_user.run(use.user);
            if (status) status = recount.run(use.upload);
            if (!status) return status;
        }
        return connection_.run(sql::count_pictures);
    }
    Result<std::vector<PictureUse>> unsound_pictures() {
        std::vector<PictureUse> unsound;
        Statement all(connection_, sql::imported_pictures);
        Cursor row(all);
        for (;;) {
            Result<bool> found = row.next();
            if (!found) return unexpected(found.error());
            if (!*found) return unsound;
            PictureUse use;
            use.upload = row.id<AttachmentId>();
            use.room = row.id<RoomId>();
            use.user = row.id<UserId>();
            const bool is_member = row.flag();
            Member member;
            member.active = row.flag();
            member.role = row.enumerator<MemberRole>();
            const bool counted = row.flag();
            const Upload upload = upload_from(row);
            const bool stays = upload.id == use.upload &&
                               stays_picture(upload, {.room = use.room, .user = use.user},
                                             is_member ? &member : nullptr, counted);
            if (!stays) unsound.push_back(use);
        }
    }
    Status insert(const ContextRecord& it) {
        const RegisteredContext about = it.registered.value_or(RegisteredContext{});
        return context_.run(it.context.type, it.context.id, it.registered.has_value(), about.owner,
                            about.title, about.metadata, about.created_at, about.updated_at,
                            it.removed, it.cut, it.pending);
    }
    Status insert(const RoomRecord& it) {
        const Room& room = it.room;
        const std::string picture = imported_picture(room.image_url);
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
            room.totals.media, room.totals.files, it.to_clear, picture, it.shared);
        if (status) status = insert_picture(picture, room.id, {});
        if (status && it.request) {
            status =
                asked_for_.run(it.request->requester, it.request->key, room.id, it.request->digest);
        }
        if (!status || !room.consultation) return status;
        return insert_consultation(consultation_, room.id, *room.consultation);
    }
    Status insert(const Member& member) { return insert_member(member_, member); }
    Status insert(const MessageRecord& it) {
        const Message& message = it.message;
        bool cleared = false;
        if (message.parent || !message.mentions.empty()) {
            Result<bool> deleted = is_deleted(message.room);
            if (!deleted) return unexpected(deleted.error());
            cleared = *deleted;
        }
        // Of a deleted room some messages may have been cleared away.
        if (message.parent && !cleared) {
            Status root = named(*message.parent, message.room, "message", "parent");
            if (!root) return root;
        }
        Status status = insert_message(message_, message, it.digest);
        if (status) status = search_.insert(message);
        if (!status || message.mentions.empty() || cleared) return status;
        return mentions_.insert(message);
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
        if (Status there = named(it.message, it.room, "bookmark", "message"); !there) return there;
        return bookmark_.run(it.user, it.message, it.room, it.id);
    }
    Status insert(const Upload& upload) { return added(insert_upload(upload_, upload), upload); }
    Status insert(const UploadUseRecord& it) {
        if (Status there = named(it.message, it.room, "upload_use", "message"); !there)
            return there;
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
    const std::int64_t synchronous_;
    ImportRules rules_;
    SearchIndex search_{connection_};
    MentionIndex mentions_{connection_};
    Statement count_{connection_, sql::count};
    Statement set_counter_{connection_, sql::set_counter};
    Statement is_deleted_{connection_, sql::is_deleted};
    Statement has_message_{connection_, sql::has_message};
    Statement account_{connection_, sql::insert_user};
    Statement context_{connection_, sql::import_context};
    Statement room_{connection_, sql::import_room};
    Statement consultation_{connection_, sql::insert_consultation};
    Statement asked_for_{connection_, sql::insert_consultation_request};
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

Result<std::int64_t> synchronous_of(Connection& connection) {
    Statement statement(connection, sql::synchronous);
    Cursor row(statement);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    return row.integer();
}

}  // namespace

Result<std::unique_ptr<StoreImport>> SqliteTransferStore::begin_import() {
    const std::string cache = "PRAGMA cache_size = -" + std::to_string(cache_kib_);
    if (Status status = connection_.run(cache.c_str()); !status) return unexpected(status.error());
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Result<bool> used = holds(connection_, sql::is_used);
    if (!used) return unexpected(used.error());
    Result<bool> marked = holds(connection_, sql::is_importing);
    if (!marked) return unexpected(marked.error());
    if (*used || (*marked && !marked_)) return unexpected(ErrorCode::conflict, "store");
    marked_ = false;
    Status status = connection_.run(sql::mark_import);
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    // The mark is on the disk; how much of what follows it is, nobody asks before the end.
    Result<std::int64_t> synchronous = synchronous_of(connection_);
    if (!synchronous) return unexpected(synchronous.error());
    status = connection_.run(sql::sync_at_checkpoints);
    if (!status) return unexpected(status.error());
    return std::unique_ptr<StoreImport>(
        std::make_unique<SqliteImport>(connection_, transactions_, line_, *synchronous));
}

Status refuse_unfinished_import(Connection& connection) {
    Result<bool> found = holds(connection, sql::is_importing);
    if (!found) return unexpected(found.error());
    if (!*found) return {};
    return unexpected(ErrorCode::unavailable, "import", "an import into it was not finished");
}

}  // namespace chatcore::sqlite

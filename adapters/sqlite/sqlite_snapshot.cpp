#include <iterator>
#include <optional>

#include "sqlite_transfer.h"
#include "transfer_sql.h"

namespace chatcore::sqlite {

namespace {

template <class IdType>
std::optional<IdType> optional_id(Cursor& row) {
    if (row.null()) {
        row.skip();
        return std::nullopt;
    }
    return row.id<IdType>();
}

Record context_record(Cursor& row) {
    ContextRecord record;
    const bool registered = row.flag();
    record.removed = row.flag();
    record.cut = row.id<RoomId>();
    record.pending = row.flag();
    RegisteredContext found = context_from(row);
    record.context = found.context;
    if (registered) record.registered = std::move(found);
    return record;
}

Record room_record(Cursor& row) {
    RoomRecord record;
    record.to_clear = row.flag();
    record.shared = row.flag();
    if (row.null()) {
        row.skip(3);
    } else {
        RequestKey& request = record.request.emplace();
        request.requester = row.id<UserId>();
        request.key = key_from(row);
        request.digest = static_cast<std::uint64_t>(row.integer());
    }
    record.room = room_from(row);
    return record;
}

Record message_record(Cursor& row) {
    const auto digest = static_cast<std::uint64_t>(row.integer());
    return MessageRecord{message_from(row), digest};
}

Record friend_request(Cursor& row) {
    FriendRequest request;
    request.id = row.id<FriendRequestId>();
    request.sender = row.id<UserId>();
    request.receiver = row.id<UserId>();
    request.at = row.time();
    return request;
}

Record notification_record(Cursor& row) {
    NotificationRecord record;
    record.receiver = row.id<UserId>();
    Notification& notification = record.notification;
    notification.id = row.id<NotificationId>();
    notification.kind = row.enumerator<NotificationKind>();
    notification.at = row.time();
    notification.read = row.flag();
    notification.actor = row.id<UserId>();
    notification.room = optional_id<RoomId>(row);
    notification.message = optional_id<MessageId>(row);
    record.cause = row.integer();
    return record;
}

Record counters_record(Cursor& row) {
    CountersRecord counters;
    counters.position = row.id<Position>();
    counters.user = row.id<UserId>();
    counters.schedule = row.id<ScheduleId>();
    counters.friend_request = row.id<FriendRequestId>();
    counters.notification = row.id<NotificationId>();
    counters.bookmark = row.id<BookmarkId>();
    counters.report = row.id<ReportId>();
    counters.block = row.integer();
    return counters;
}

/// A record of ids that stand in its columns in their order.
template <class Made, class... Ids>
Record ids_record(Cursor& row) {
    return Made{row.id<Ids>()...};  // in braces, so from left to right
}
template <class Made>
Record pair_record(Cursor& row) {
    const auto first = row.id<UserId>();
    const auto second = row.id<UserId>();
    return Made{first, second, row.time()};
}

struct Kind {
    const char* count;  ///< behind `SELECT count(*) FROM`
    const char* rows;
    Record (*read)(Cursor& row);
};

/// By `Record::index()`.
constexpr Kind kinds[] = {
    {"users", sql::all_accounts, [](Cursor& row) -> Record { return account_from(row); }},
    {"contexts", sql::all_contexts, context_record},
    {"rooms", sql::all_rooms, room_record},
    {"members", sql::all_members, [](Cursor& row) -> Record { return member_from(row); }},
    {"messages", sql::all_messages, message_record},
    {"schedules", sql::all_schedules, [](Cursor& row) -> Record { return schedule_from(row); }},
    {"friends WHERE user_id < friend_id", sql::all_friends, pair_record<FriendshipRecord>},
    {"friend_requests", sql::all_friend_requests, friend_request},
    {"blocks", sql::all_blocks, pair_record<BlockRecord>},
    {"block_moves", sql::all_block_moves,
     [](Cursor& row) -> Record {
         const auto user = row.id<UserId>();
         return BlockMoves::Move{user, row.integer()};
     }},
    {"notifications", sql::all_notifications, notification_record},
    {"bookmarks", sql::all_bookmarks,
     ids_record<BookmarkRecord, UserId, MessageId, RoomId, BookmarkId>},
    {"uploads", sql::all_uploads, [](Cursor& row) -> Record { return upload_from(row); }},
    {"upload_uses", sql::all_upload_uses,
     ids_record<UploadUseRecord, AttachmentId, MessageId, RoomId>},
    {"deliveries", sql::all_deliveries, ids_record<DeliveryPointer, RoomId, UserId, MessageId>},
    {"reports", sql::all_reports, [](Cursor& row) -> Record { return report_from(row); }},
    {"(SELECT 1)", sql::all_counters, counters_record},
};
static_assert(std::size(kinds) == record_kind_count);

class SqliteSnapshot final : public StoreSnapshot {
public:
    SqliteSnapshot(Connection& connection, TransactionStatements& transactions)
        : connection_(connection), transaction_(transactions) {}

    /// The first read, with which the moment is fixed.
    Status begin() {
        if (!transaction_.begun()) return transaction_.begun();
        for (std::size_t i = 0; i < record_kind_count; ++i) {
            const std::string sql = std::string("SELECT count(*) FROM ") + kinds[i].count;
            Statement count(connection_, sql.c_str());
            Cursor row(count);
            Result<bool> found = row.next();
            if (!found) return unexpected(found.error());
            counts_[i] = row.integer();
        }
        return {};
    }

    const RecordCounts& counts() const override { return counts_; }

    Result<std::vector<Record>> next(int limit) override {
        std::vector<Record> page;
        const auto most = static_cast<std::size_t>(std::max(limit, 1));
        while (kind_ < record_kind_count) {
            if (!rows_) {
                statement_.emplace(connection_, kinds[kind_].rows);
                rows_.emplace(*statement_);
            }
            while (page.size() < most) {
                Result<bool> found = rows_->next();
                if (!found) return unexpected(found.error());
                if (!*found) break;
                page.push_back(kinds[kind_].read(*rows_));
            }
            if (page.size() == most) return page;
            rows_.reset();
            ++kind_;
            if (!page.empty()) return page;
        }
        return page;
    }

private:
    Connection& connection_;
    ReadTransaction transaction_;
    RecordCounts counts_{};
    std::size_t kind_ = 0;
    std::optional<Statement> statement_;  // goes after its cursor, and before the transaction ends
    std::optional<Cursor> rows_;
};

}  // namespace

Result<std::unique_ptr<StoreSnapshot>> SqliteTransferStore::snapshot() {
    auto snapshot = std::make_unique<SqliteSnapshot>(connection_, transactions_);
    if (Status begun = snapshot->begin(); !begun) return unexpected(begun.error());
    return std::unique_ptr<StoreSnapshot>(std::move(snapshot));
}

}  // namespace chatcore::sqlite

#include "memory_transfer.h"

#include "chatcore/rules/import_rules.h"
#include "chatcore/text.h"

namespace chatcore::memory {

namespace {

std::vector<Record> records_of(const Tables& tables) {
    std::vector<Record> all;
    for (const auto& [id, account] : tables.accounts) all.emplace_back(account);
    for (const auto& [context, stored] : tables.contexts) {
        all.emplace_back(
            ContextRecord{context, stored.registered, stored.removed, stored.cut, stored.pending});
    }
    std::map<RoomId, RequestKey> requests;
    for (const auto& [key, request] : tables.requests_for_consultations)
        requests[request.room] = {key.first, key.second, request.digest};
    for (const auto& [id, room] : tables.rooms) {
        RoomRecord record{room, tables.to_clear.contains(id)};
        record.shared = tables.is_shared(room);
        if (const auto it = requests.find(id); it != requests.end()) record.request = it->second;
        all.emplace_back(std::move(record));
    }
    for (const auto& [key, member] : tables.members) all.emplace_back(member);
    for (const auto& [id, stored] : tables.messages)
        all.emplace_back(MessageRecord{stored.message, stored.digest});
    for (const auto& [id, schedule] : tables.schedules) all.emplace_back(schedule);
    for (const auto& [user, friends] : tables.friends) {
        for (const auto& [other, since] : friends) {
            if (user < other) all.emplace_back(FriendshipRecord{user, other, since});
        }
    }
    for (const auto& [id, request] : tables.requests) all.emplace_back(request);
    for (const auto& [user, blocks] : tables.blocks) {
        for (const auto& [blocked, since] : blocks)
            all.emplace_back(BlockRecord{user, blocked, since});
    }
    for (const auto& [user, number] : tables.block_numbers)
        all.emplace_back(BlockMoves::Move{user, number});
    for (const auto& [user, inbox] : tables.inboxes) {
        for (const auto& [id, stored] : inbox)
            all.emplace_back(NotificationRecord{user, stored.notification, stored.cause});
    }
    for (const auto& [user, bookmarks] : tables.bookmarks) {
        for (const auto& [message, id] : bookmarks) {
            const RoomId room = tables.messages.at(message).message.room;
            all.emplace_back(BookmarkRecord{user, message, room, id});
        }
    }
    for (const auto& [id, upload] : tables.uploads) all.emplace_back(upload);
    for (const auto& [id, uses] : tables.upload_uses) {
        for (const auto& [message, room] : uses)
            all.emplace_back(UploadUseRecord{id, message, room});
    }
    for (const auto& [key, message] : tables.delivered)
        all.emplace_back(DeliveryPointer{key.first, key.second, message});
    for (const auto& [id, report] : tables.reports) all.emplace_back(report);
    all.emplace_back(CountersRecord{tables.position, tables.user, tables.schedule,
                                    tables.friend_request, tables.notification, tables.bookmark,
                                    tables.report, tables.block_number});
    return all;
}

class MemorySnapshot final : public StoreSnapshot {
public:
    explicit MemorySnapshot(std::vector<Record> all) : all_(std::move(all)) {
        for (const Record& record : all_) ++counts_[record.index()];
    }

    const RecordCounts& counts() const override { return counts_; }
    Result<std::vector<Record>> next(int limit) override {
        std::vector<Record> page;
        while (given_ < all_.size() && page.size() < static_cast<std::size_t>(std::max(limit, 1)) &&
               (page.empty() || all_[given_].index() == page.front().index())) {
            page.push_back(all_[given_++]);
        }
        return page;
    }

private:
    const std::vector<Record> all_;
    RecordCounts counts_{};
    std::size_t given_ = 0;
};

class MemoryImport final : public StoreImport {
public:
    explicit MemoryImport(MemoryDatabase::State& state) : state_(state) {}

    Status put(std::span<const Record> records) override {
        const std::scoped_lock lock(state_.mutex);
        for (std::size_t i = 0; i < records.size(); ++i) {
            const Record& record = records[i];
            Status status = rules_.take(record);
            if (status) {
                status = std::visit([&](const auto& it) { return put(it, record); }, record);
            }
            if (!status) return about_record(status, i);
        }
        return {};
    }

    Status finish() override {
        const std::scoped_lock lock(state_.mutex);
        Status status = rules_.finished();
        if (!status) return status;
        settle_pictures();
        state_.tables.importing = false;
        return status;
    }

private:
    void put_picture(std::string& url, RoomId room, UserId user) {
        url = imported_picture(url);
        if (const auto upload = attachment_in(url))
            tables_.upload_pictures[*upload].insert({room, user});
    }
    /// Pictures that nobody may show are none any more, and what is left is counted anew: exports
    /// of older versions count no pictures.
    void settle_pictures() {
        for (auto& [id, pictures] : tables_.upload_pictures) {
            const auto found = tables_.uploads.find(id);
            Upload* const upload = found != tables_.uploads.end() ? &found->second : nullptr;
            const auto messages = tables_.upload_uses.find(id);
            const std::int64_t shown =
                messages != tables_.upload_uses.end() ? std::ssize(messages->second) : 0;
            const bool counted = upload != nullptr && upload->uses == shown + std::ssize(pictures);
            std::erase_if(pictures, [&](const std::pair<RoomId, UserId>& of) {
                if (upload != nullptr && stays(*upload, {of.first, of.second}, counted))
                    return false;
                if (of.first != RoomId{}) tables_.rooms.at(of.first).image_url.clear();
                if (of.second != UserId{})
                    tables_.accounts.at(of.second).profile.profile_image_url.clear();
                return true;
            });
            if (upload == nullptr || upload->condemned) continue;
            upload->uses = shown + std::ssize(pictures);
            if (upload->uses > 0) {
                upload->unused_until.reset();
            } else if (!upload->unused_until) {
                upload->unused_until = upload->created_at;
            }
        }
        std::erase_if(tables_.upload_pictures,
                      [](const auto& entry) { return entry.second.empty(); });
    }
    bool stays(const Upload& upload, const PictureOf& of, bool counted) const {
        const auto member = tables_.members.find({of.room, upload.uploader});
        return stays_picture(upload, of,
                             member != tables_.members.end() ? &member->second : nullptr, counted);
    }

    /// That a message which a record names is there, in its room.
    Status named(MessageId message, RoomId room, std::string_view kind, std::string_view member) {
        const auto found = tables_.messages.find(message);
        if (found != tables_.messages.end() && found->second.message.room == room) return {};
        return refuse_stray(kind, member, message.value);
    }
    Status put(const Account& account, const Record& record) {
        const UserId id = account.profile.id;
        if (!tables_.emails.emplace(account.email, id).second) return refuse_second(record.index());
        if (tables_.account_by_external_id(account.profile.external_id) != nullptr)
            return refuse_second(record.index());
        Account& stored = tables_.accounts[id] = account;
        put_picture(stored.profile.profile_image_url, {}, id);
        tables_.namesakes[text::fold(account.profile.nickname)].insert(id);
        return {};
    }
    Status put(const ContextRecord& it, const Record&) {
        tables_.contexts[it.context] = {it.registered, it.removed, it.cut, it.pending};
        return {};
    }
    Status put(const RoomRecord& it, const Record& record) {
        const Room& room = it.room;
        if (room.direct && !tables_.direct_rooms.emplace(*room.direct, room.id).second)
            return refuse_second(record.index());
        if (it.shared && !tables_.shared_rooms.emplace(*room.context, room.id).second)
            return refuse_second(record.index());
        if (const auto& request = it.request) {
            const bool first = tables_.requests_for_consultations
                                   .try_emplace({request->requester, request->key},
                                                StoredRequest{room.id, request->digest})
                                   .second;
            if (!first) return refuse_second(record.index());
        }
        Room& stored = tables_.rooms[room.id] = room;
        put_picture(stored.image_url, room.id, {});
        if (it.to_clear) tables_.to_clear.insert(room.id);
        return {};
    }
    Status put(const Member& member, const Record&) {
        tables_.members[{member.room, member.user}] = member;
        tables_.rooms_of[member.user].insert(member.room);
        return {};
    }
    Status put(const MessageRecord& it, const Record& record) {
        const Message& message = it.message;
        // Of a deleted room some messages may have been cleared away.
        const bool cleared = tables_.rooms.at(message.room).deleted_at.has_value();
        if (message.parent && !cleared) {
            Status root = named(*message.parent, message.room, "message", "parent");
            if (!root) return root;
        }
        if (!tables_.posts.emplace(std::pair{message.sender, message.key}, message.id).second)
            return refuse_second(record.index());
        tables_.messages[message.id] = {message, it.digest};
        tables_.messages_of[message.room].push_back(message.id);
        return {};
    }
    Status put(const Schedule& schedule, const Record&) {
        tables_.schedules[schedule.id] = schedule;
        return {};
    }
    Status put(const FriendshipRecord& it, const Record&) {
        tables_.friends[it.low][it.high] = it.since;
        tables_.friends[it.high][it.low] = it.since;
        return {};
    }
    Status put(const FriendRequest& request, const Record& record) {
        for (const auto& [id, other] : tables_.requests) {
            if (other.sender == request.sender && other.receiver == request.receiver)
                return refuse_second(record.index());
        }
        tables_.requests[request.id] = request;
        return {};
    }
    Status put(const BlockRecord& it, const Record&) {
        tables_.blocks[it.user][it.blocked] = it.since;
        return {};
    }
    Status put(const BlockMoves::Move& it, const Record& record) {
        for (const auto& [user, number] : tables_.block_numbers) {
            if (number == it.number) return refuse_second(record.index());
        }
        tables_.block_numbers[it.user] = it.number;
        return {};
    }
    Status put(const NotificationRecord& it, const Record& record) {
        auto& inbox = tables_.inboxes[it.receiver];
        for (const auto& [id, stored] : inbox) {
            if (stored.notification.kind == it.notification.kind && stored.cause == it.cause)
                return refuse_second(record.index());
        }
        inbox[it.notification.id] = {it.notification, it.cause};
        return {};
    }
    Status put(const BookmarkRecord& it, const Record&) {
        if (Status there = named(it.message, it.room, "bookmark", "message"); !there) return there;
        tables_.bookmarks[it.user][it.message] = it.id;
        return {};
    }
    Status put(const Upload& upload, const Record&) {
        tables_.uploads[upload.id] = upload;
        return {};
    }
    Status put(const UploadUseRecord& it, const Record&) {
        if (Status there = named(it.message, it.room, "upload_use", "message"); !there)
            return there;
        tables_.upload_uses[it.upload][it.message] = it.room;
        return {};
    }
    Status put(const DeliveryPointer& it, const Record&) {
        tables_.delivered[{it.room, it.user}] = it.message;
        return {};
    }
    Status put(const Report& report, const Record& record) {
        if (!tables_.reported.emplace(std::pair{report.reporter, report.target}, report.id).second)
            return refuse_second(record.index());
        tables_.reports[report.id] = report;
        return {};
    }
    Status put(const CountersRecord& it, const Record&) {
        tables_.position = it.position;
        tables_.user = it.user;
        tables_.schedule = it.schedule;
        tables_.friend_request = it.friend_request;
        tables_.notification = it.notification;
        tables_.bookmark = it.bookmark;
        tables_.report = it.report;
        tables_.block_number = it.block;
        return {};
    }

    MemoryDatabase::State& state_;
    Tables& tables_ = state_.tables;
    ImportRules rules_;
};

bool is_empty(const Tables& tables) {
    const bool numbered = tables.position.value > 0 || tables.user.value > 0 ||
                          tables.schedule.value > 0 || tables.friend_request.value > 0 ||
                          tables.notification.value > 0 || tables.bookmark.value > 0 ||
                          tables.report.value > 0 || tables.block_number > 0;
    return !numbered && tables.contexts.empty() && tables.uploads.empty() &&
           tables.delivered.empty();
}

}  // namespace

Result<std::unique_ptr<StoreSnapshot>> MemoryTransferStore::snapshot() {
    const std::scoped_lock lock(state_.mutex);
    return std::unique_ptr<StoreSnapshot>(
        std::make_unique<MemorySnapshot>(records_of(state_.tables)));
}

Result<std::unique_ptr<StoreImport>> MemoryTransferStore::begin_import() {
    const std::scoped_lock lock(state_.mutex);
    if (!is_empty(state_.tables)) return unexpected(ErrorCode::conflict, "store");
    state_.tables.importing = true;
    return std::unique_ptr<StoreImport>(std::make_unique<MemoryImport>(state_));
}

}  // namespace chatcore::memory

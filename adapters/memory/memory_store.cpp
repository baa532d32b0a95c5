#include "chatcore/adapters/memory_store.h"

#include "chatcore/rules/apply_batch.h"
#include "chatcore/rules/picture_rules.h"

#include "memory_attachments.h"
#include "memory_consultations.h"
#include "memory_oversight.h"
#include "memory_people.h"
#include "memory_personal.h"
#include "memory_readers.h"
#include "memory_receipts.h"
#include "memory_removals.h"
#include "memory_rows.h"
#include "memory_schedules.h"
#include "memory_social.h"
#include "memory_tables.h"
#include "memory_transfer.h"

namespace chatcore {

namespace memory {

namespace {

class MemoryStore final : public Store {
public:
    explicit MemoryStore(std::shared_ptr<MemoryDatabase> database)
        : Store({rooms_, messages_, search_, people_, sessions_, schedules_, leases_, social_,
                 inbox_, attachments_, oversight_, contexts_, removals_, personal_, receipts_,
                 transfer_, consultations_}),
          database_(std::move(database)) {}

    // Nothing here can fail once it has begun to write, so there is nothing to roll back.
    Result<std::vector<Outcome>> apply(const Batch& batch) override {
        const std::scoped_lock lock(state().mutex);
        MemoryRows rows(state().tables);
        return apply_batch(rows, batch);
    }

    Result<Opened> open_direct(const DirectKey& key, UserId opener, Timestamp now) override {
        const std::scoped_lock lock(state().mutex);
        Tables& tables = state().tables;
        if (const auto it = tables.direct_rooms.find(key); it != tables.direct_rooms.end()) {
            return Opened{tables.rooms.at(it->second), false};
        }
        if (tables.is_removed(key.context)) return unexpected(ErrorCode::room_deleted, "context");
        NewRoom made = new_direct_room(next_room_id(), key, opener, now);
        tables.direct_rooms[key] = made.room.id;
        return Opened{put(std::move(made)), true};
    }

    Result<std::vector<Room>> open_groups(std::span<const NewGroup> groups,
                                          Timestamp now) override {
        const std::scoped_lock lock(state().mutex);
        MemoryRows rows(state().tables);
        UploadSet pictures;
        for (const NewGroup& group : groups) {
            rows.load_picture(group.image_url, pictures);
            Status status =
                check_picture_upload(pictures, group.image_url, group.owner, "imageUrl");
            if (!status) return unexpected(status.error());
        }
        for (const NewGroup& group : groups) {
            if (state().tables.is_removed(group.context))
                return unexpected(ErrorCode::room_deleted, "context");
        }
        std::vector<Room> made;
        for (const NewGroup& group : groups) {
            made.push_back(put(new_group_room(next_room_id(), group, now)));
            const PictureOf of{made.back().id, {}};
            note_picture(pictures, of, {}, group.image_url, now);
        }
        rows.save_uploads(pictures);
        return made;
    }

    Result<Opened> open_shared(const NewGroup& group, Timestamp now) override {
        const std::scoped_lock lock(state().mutex);
        Tables& tables = state().tables;
        if (const auto it = tables.shared_rooms.find(*group.context);
            it != tables.shared_rooms.end()) {
            const Room& room = tables.rooms.at(it->second);
            if (!room.deleted_at) return Opened{room, false};
        }
        if (tables.is_removed(group.context)) return unexpected(ErrorCode::room_deleted, "context");
        Room made = put(new_group_room(next_room_id(), group, now));
        tables.shared_rooms[*group.context] = made.id;
        return Opened{std::move(made), true};
    }

    Result<Opened> open_consultation(const NewConsultation& asked, Timestamp now) override {
        const std::scoped_lock lock(state().mutex);
        Tables& tables = state().tables;
        if (asked.key) {
            Result<std::optional<Room>> first =
                asked_before(tables, asked.requester, *asked.key, asked.digest);
            if (!first) return unexpected(first.error());
            if (*first) return Opened{std::move(**first), false};
        }
        for (;;) {
            NewRoom made = new_consultation_room(next_room_id(), asked, now);
            // Somebody may have opened a room of theirs about this number.
            const bool taken = tables.direct_rooms.contains(*made.room.direct) ||
                               tables.is_removed(made.room.context);
            if (taken) continue;
            tables.direct_rooms[*made.room.direct] = made.room.id;
            if (asked.key)
                tables.requests_for_consultations[{asked.requester, *asked.key}] = {made.room.id,
                                                                                    asked.digest};
            return Opened{put(std::move(made)), true};
        }
    }

private:
    MemoryDatabase::State& state() { return database_->state(); }
    RoomId next_room_id() { return RoomId{++state().tables.position.value}; }

    Room put(NewRoom made) {
        Tables& tables = state().tables;
        for (const Member& member : made.members) {
            tables.members[{member.room, member.user}] = member;
            tables.rooms_of[member.user].insert(member.room);
        }
        return tables.rooms[made.room.id] = std::move(made.room);
    }

    // Shared with the factory and other stores: the database lives as long as any of them.
    std::shared_ptr<MemoryDatabase> database_;
    MemoryRoomReader rooms_{database_->state()};
    MemoryMessageReader messages_{database_->state()};
    MemorySearchReader search_{database_->state()};
    MemoryPeopleStore people_{database_->state()};
    MemorySessionStore sessions_{database_->state()};
    MemoryScheduleStore schedules_{database_->state()};
    MemoryLeaseStore leases_{database_->state()};
    MemorySocialStore social_{database_->state()};
    MemoryInboxStore inbox_{database_->state()};
    MemoryAttachmentStore attachments_{database_->state()};
    MemoryOversightStore oversight_{database_->state()};
    MemoryContextStore contexts_{database_->state()};
    MemoryRemovalStore removals_{database_->state()};
    MemoryPersonalStore personal_{database_->state()};
    MemoryReceiptStore receipts_{database_->state()};
    MemoryTransferStore transfer_{database_->state()};
    MemoryConsultationReader consultations_{database_->state()};
};

}  // namespace

}  // namespace memory

MemoryDatabase::MemoryDatabase() : state_(std::make_unique<State>()) {}
MemoryDatabase::~MemoryDatabase() = default;

MemoryStoreFactory::MemoryStoreFactory() : MemoryStoreFactory(std::make_shared<MemoryDatabase>()) {}

MemoryStoreFactory::MemoryStoreFactory(std::shared_ptr<MemoryDatabase> database)
    : database_(std::move(database)) {}

Result<std::unique_ptr<Store>> MemoryStoreFactory::open() {
    {
        const std::scoped_lock lock(database_->state().mutex);
        if (database_->state().tables.importing)
            return unexpected(ErrorCode::unavailable, "import");
    }
    return std::unique_ptr<Store>(std::make_unique<memory::MemoryStore>(database_));
}

}  // namespace chatcore

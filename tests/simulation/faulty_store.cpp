#include "faulty_store.h"

#include "fate.h"
#include "faulty_people.h"
#include "faulty_removals.h"
#include "faulty_schedules.h"

namespace chatcore::simulation {

namespace {

class FaultyRoomReader final : public RoomReader {
public:
    FaultyRoomReader(Fate& fate, RoomReader& inner) : fate_(fate), inner_(inner) {}

    Result<std::optional<Room>> find(RoomId room) override {
        if (fate_.read_fails()) return away();
        return inner_.find(room);
    }
    Result<std::optional<Member>> member(RoomId room, UserId user) override {
        if (fate_.read_fails()) return away();
        return inner_.member(room, user);
    }
    Result<std::optional<RoomView>> view(RoomId room, UserId viewer) override {
        if (fate_.read_fails()) return away();
        return inner_.view(room, viewer);
    }
    Result<Page<RoomView>> list(UserId viewer, const RoomListQuery& query) override {
        if (fate_.read_fails()) return away();
        return inner_.list(viewer, query);
    }
    Result<Page<Member>> members(RoomId room, UserId after, int limit) override {
        if (fate_.read_fails()) return away();
        return inner_.members(room, after, limit);
    }
    Result<std::vector<Membership>> memberships(UserId user, RoomId after, int limit) override {
        if (fate_.read_fails()) return away();
        return inner_.memberships(user, after, limit);
    }
    Result<ReadStandings> read_standings(RoomId room, std::span<const UserId> users) override {
        if (fate_.read_fails()) return away();
        return inner_.read_standings(room, users);
    }
    Result<RoomMoves> moved_since(std::int64_t cursor, int limit) override {
        if (fate_.read_fails()) return away();
        return inner_.moved_since(cursor, limit);
    }

private:
    Fate& fate_;
    RoomReader& inner_;
};

class FaultyMessageReader final : public MessageReader {
public:
    FaultyMessageReader(Fate& fate, MessageReader& inner) : fate_(fate), inner_(inner) {}

    Result<std::optional<Message>> find(MessageId message, std::optional<UserId> viewer) override {
        if (fate_.read_fails()) return away();
        return inner_.find(message, viewer);
    }
    Result<std::vector<PostStanding>> standings(UserId sender, std::span<const RoomId> rooms,
                                                std::span<const ClientKey> keys) override {
        if (fate_.read_fails()) return away();
        return inner_.standings(sender, rooms, keys);
    }
    Result<History> history(const HistoryQuery& query, std::optional<UserId> viewer) override {
        if (fate_.read_fails()) return away();
        return inner_.history(query, viewer);
    }
    Result<HistoryPage> page(const PageQuery& query, std::optional<UserId> viewer) override {
        if (fate_.read_fails()) return away();
        return inner_.page(query, viewer);
    }
    Result<Changes> changes(RoomId room, Position since, int limit,
                            std::optional<UserId> viewer) override {
        if (fate_.read_fails()) return away();
        return inner_.changes(room, since, limit, viewer);
    }
    Result<std::vector<Message>> pins(RoomId room, std::optional<UserId> viewer) override {
        if (fate_.read_fails()) return away();
        return inner_.pins(room, viewer);
    }
    Result<Page<Message>> replies(MessageId root, MessageId after, int limit,
                                  std::optional<UserId> viewer) override {
        if (fate_.read_fails()) return away();
        return inner_.replies(root, after, limit, viewer);
    }
    Result<Page<Thread>> threads(RoomId room, MessageId before, int limit,
                                 std::optional<UserId> viewer) override {
        if (fate_.read_fails()) return away();
        return inner_.threads(room, before, limit, viewer);
    }

private:
    Fate& fate_;
    MessageReader& inner_;
};

class FaultySearchReader final : public SearchReader {
public:
    FaultySearchReader(Fate& fate, SearchReader& inner) : fate_(fate), inner_(inner) {}

    Result<Page<Message>> messages(const SearchQuery& query,
                                   std::optional<UserId> viewer) override {
        if (fate_.read_fails()) return away();
        return inner_.messages(query, viewer);
    }
    Result<Page<Room>> rooms(UserId viewer, const std::string& folded, RoomId after,
                             int limit) override {
        if (fate_.read_fails()) return away();
        return inner_.rooms(viewer, folded, after, limit);
    }

private:
    Fate& fate_;
    SearchReader& inner_;
};

class FaultyPersonalStore final : public PersonalStore {
public:
    FaultyPersonalStore(Fate& fate, PersonalStore& inner) : fate_(fate), inner_(inner) {}

    Result<Message> toggle_bookmark(UserId user, MessageId message, int bookmarks_max) override {
        if (fate_.write_fails()) return away();
        Result<Message> marked = inner_.toggle_bookmark(user, message, bookmarks_max);
        if (fate_.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
        return marked;
    }
    Result<Page<Message>> bookmarks(UserId user, const BookmarkQuery& query) override {
        if (fate_.read_fails()) return away();
        return inner_.bookmarks(user, query);
    }
    Result<std::vector<MessageId>> bookmarked_among(UserId user,
                                                    std::span<const MessageId> messages) override {
        if (fate_.read_fails()) return away();
        return inner_.bookmarked_among(user, messages);
    }
    Result<UnreadTotals> unread(UserId user, int rooms_max) override {
        if (fate_.read_fails()) return away();
        return inner_.unread(user, rooms_max);
    }

private:
    Fate& fate_;
    PersonalStore& inner_;
};

class FaultyConsultationReader final : public ConsultationReader {
public:
    FaultyConsultationReader(Fate& fate, ConsultationReader& inner) : fate_(fate), inner_(inner) {}

    Result<Page<Room>> of_person(UserId user, const ConsultationQuery& query) override {
        if (fate_.read_fails()) return away();
        return inner_.of_person(user, query);
    }
    Result<std::optional<Room>> find(const DirectKey& key) override {
        if (fate_.read_fails()) return away();
        return inner_.find(key);
    }
    Result<std::optional<Room>> asked_before(UserId requester, const ClientKey& key,
                                             std::uint64_t digest) override {
        if (fate_.read_fails()) return away();
        return inner_.asked_before(requester, key, digest);
    }
    Result<std::vector<Room>> active(RoomId after, int limit) override {
        if (fate_.read_fails()) return away();
        return inner_.active(after, limit);
    }

private:
    Fate& fate_;
    ConsultationReader& inner_;
};

/// What the stores of a cluster tell what they have decided.
struct Books {
    ScheduleBook& schedules;
    PeopleBook& people;
    ConsultationBook& consultations;
    const memory::Tables& tables;
};

class FaultyStore final : public Store {
public:
    FaultyStore(Setting& setting, std::unique_ptr<Store> inner, const Books& books, Life& life)
        : Store({rooms_, messages_, search_, inner->people(), inner->sessions(), schedules_,
                 leases_, social_, inbox_, inner->attachments(), inner->oversight(), contexts_,
                 removals_, personal_, inner->receipts(), inner->transfer(), consultations_}),
          fate_(setting, life),
          inner_(std::move(inner)),
          books_(books),
          life_(life) {}

    Result<std::vector<Outcome>> apply(const Batch& batch) override {
        if (fate_.write_fails()) return away();
        Result<std::vector<Outcome>> outcomes = apply_as_asked(batch);
        if (outcomes) books_.schedules.decided(batch.changes, *outcomes);
        if (outcomes) books_.people.applied(batch.changes, *outcomes);
        if (outcomes) books_.consultations.decided(batch.changes, *outcomes, books_.tables);
        if (fate_.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
        if (outcomes) books_.people.heard(&life_, *outcomes);
        return outcomes;
    }
    Result<Opened> open_direct(const DirectKey& key, UserId opener, Timestamp now) override {
        if (fate_.write_fails()) return away();
        Result<Opened> opened = inner_->open_direct(key, opener, now);
        if (opened) books_.consultations.opened(opened->room);
        if (fate_.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
        return opened;
    }
    Result<std::vector<Room>> open_groups(std::span<const NewGroup> groups,
                                          Timestamp now) override {
        if (fate_.write_fails()) return away();
        Result<std::vector<Room>> room = inner_->open_groups(groups, now);
        if (fate_.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
        return room;
    }

    Result<Opened> open_shared(const NewGroup& group, Timestamp now) override {
        if (fate_.write_fails()) return away();
        Result<Opened> opened = inner_->open_shared(group, now);
        if (opened && fate_.setting().breach == Breach::shares_again) {
            Result<Room> another = inner_->open_group(group, now);
            if (another) opened = Opened{std::move(*another), true};
        }
        if (fate_.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
        return opened;
    }
    Result<Opened> open_consultation(const NewConsultation& asked, Timestamp now) override {
        if (fate_.write_fails()) return away();
        Result<Opened> opened = inner_->open_consultation(asked, now);
        if (opened) books_.consultations.opened(opened->room);
        if (fate_.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
        return opened;
    }

private:
    Result<std::vector<Outcome>> apply_as_asked(Batch batch) {
        Setting& setting = fate_.setting();
        const std::span<const Change> asked = batch.changes;
        std::vector<Change> changes(asked.begin(), asked.end());
        const bool all = setting.breach == Breach::forgets_client_keys;
        if (all || setting.breach == Breach::forgets_schedule_keys) {
            for (Change& change : changes) {
                auto* post = std::get_if<PostMessage>(&change.what);
                if (post == nullptr ||
                    (!all && (post->moves_pointer || !books_.schedules.knows(post->key))))
                    continue;
                for (std::uint8_t& byte : post->key.bytes)
                    byte = static_cast<std::uint8_t>(setting.dice.next());
            }
            batch.changes = changes;
        } else if (setting.breach == Breach::forgets_batches) {
            batch.retry = false;
        } else if (setting.breach == Breach::completes_anyway) {
            for (Change& change : changes) {
                auto* done = std::get_if<CompleteConsultation>(&change.what);
                const Room* room = books_.tables.room(change.room);
                if (done != nullptr && room != nullptr && room->consultation)
                    done->said_at = room->consultation->said_at;
            }
            batch.changes = changes;
        }
        Result<std::vector<Outcome>> outcomes = inner_->apply(batch);
        if (setting.breach == Breach::forgets_client_keys && outcomes) {
            for (std::size_t i = 0; i < outcomes->size(); ++i) {
                const auto* post = std::get_if<PostMessage>(&asked[i].what);
                auto* applied = std::get_if<Applied>(&(*outcomes)[i]);
                if (post != nullptr && applied != nullptr)
                    std::get<Message>(applied->states.front()).key = post->key;
            }
        }
        if (setting.breach == Breach::tells_before_commit && outcomes && setting.trips(10)) {
            for (Outcome& outcome : *outcomes) {
                auto* applied = std::get_if<Applied>(&outcome);
                if (applied == nullptr) continue;
                auto* message = std::get_if<Message>(&applied->states.front());
                if (message == nullptr) continue;
                // A message that the next position would have been, and that nobody has kept.
                applied->prev = applied->position;
                message->id = message_at(Position{++applied->position.value});
                message->changed_at = applied->position;
            }
        }
        return outcomes;
    }

    Fate fate_;
    std::unique_ptr<Store> inner_;
    const Books books_;
    const Life& life_;
    FaultyRoomReader rooms_{fate_, inner_->rooms()};
    FaultyMessageReader messages_{fate_, inner_->messages()};
    FaultySearchReader search_{fate_, inner_->search()};
    FaultyScheduleStore schedules_{fate_, inner_->schedules(), books_.schedules};
    FaultyLeaseStore leases_{fate_, inner_->leases()};
    FaultyContextStore contexts_{fate_, inner_->contexts()};
    FaultyRemovalStore removals_{fate_, inner_->removals()};
    FaultyPersonalStore personal_{fate_, inner_->personal()};
    FaultySocialStore social_{fate_, inner_->social()};
    FaultyInboxStore inbox_{fate_, inner_->inbox()};
    FaultyConsultationReader consultations_{fate_, inner_->consultations()};
};

}  // namespace

Result<std::unique_ptr<Store>> FaultyStoreFactory::open() {
    Result<std::unique_ptr<Store>> inner = inner_.open();
    if (!inner) return inner;
    const Books books{book_, people_, consultations_, database_->state().tables};
    return std::unique_ptr<Store>(
        std::make_unique<FaultyStore>(setting_, std::move(*inner), books, life_));
}

Result<std::vector<bool>> FaultyCache::add(std::span<const SetEntry> entries,
                                           std::chrono::milliseconds time_to_live) {
    if (away()) return simulation::away();
    return inner_->add(entries, time_to_live);
}

Result<std::vector<bool>> FaultyCache::remove(std::span<const SetEntry> entries) {
    if (away()) return simulation::away();
    return inner_->remove(entries);
}

Result<std::vector<bool>> FaultyCache::any(std::span<const std::string> sets) {
    if (away()) return simulation::away();
    return inner_->any(sets);
}

Result<std::vector<std::optional<std::int64_t>>> FaultyCache::raise(
    std::span<const Pointer> pointers, std::chrono::milliseconds time_to_live) {
    if (away()) return simulation::away();
    return inner_->raise(pointers, time_to_live);
}

Result<std::vector<std::int64_t>> FaultyCache::append(std::span<const ListEntry> entries,
                                                      std::chrono::milliseconds time_to_live,
                                                      std::int64_t length_max) {
    if (away()) return simulation::away();
    return inner_->append(entries, time_to_live, length_max);
}

Result<std::vector<std::vector<std::string>>> FaultyCache::read(
    std::span<const std::string> lists) {
    if (away()) return simulation::away();
    return inner_->read(lists);
}

Status FaultyCache::drop(std::span<const std::string> lists) {
    if (away()) return simulation::away();
    return inner_->drop(lists);
}

}  // namespace chatcore::simulation

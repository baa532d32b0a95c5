#include "contract/broken_store.h"

#include <algorithm>
#include <mutex>

#include "contract/broken_attachments.h"
#include "contract/broken_consultations.h"
#include "contract/broken_oversight.h"
#include "contract/broken_people.h"
#include "contract/broken_personal.h"
#include "contract/broken_receipts.h"
#include "contract/broken_removals.h"
#include "contract/broken_schedules.h"
#include "contract/broken_transfer.h"
#include "contract/store_subjects.h"

namespace chatcore::contract {
namespace {

class BrokenRooms final : public RoomReader {
public:
    BrokenRooms(RoomReader& real, Hands hands) : real_(real), hands_(hands) {}

    Result<std::optional<Room>> find(RoomId room) override { return real_.find(room); }
    Result<std::optional<Member>> member(RoomId room, UserId user) override {
        return real_.member(room, user);
    }
    Result<std::optional<RoomView>> view(RoomId room, UserId viewer) override {
        auto view = real_.view(room, viewer);
        if (view && *view && hands_.is(StoreFault::counts_the_deleted)) {
            const auto member = real_.member(room, viewer);
            (**view).unread_count = (**view).room.last_seq - (**member).read_seq;
        }
        if (view && *view && hands_.is(StoreFault::previews_the_blocked))
            (**view).room.preview = (*real_.find(room))->preview;
        return view;
    }
    Result<Page<RoomView>> list(UserId viewer, const RoomListQuery& query) override {
        RoomListQuery asked = query;
        if (hands_.is(StoreFault::passes_over_nothing)) asked.skip = 0;
        if (hands_.is(StoreFault::lists_any_kind)) asked.kind.reset();
        auto page = real_.list(viewer, asked);
        if (page && hands_.is(StoreFault::lists_by_id)) {
            std::sort(page->items.begin(), page->items.end(),
                      [](const auto& l, const auto& r) { return l.room.id < r.room.id; });
        }
        if (page && hands_.is(StoreFault::lists_what_was_left)) {
            for (const auto& [key, member] : hands_.tables().members) {
                if (key.second != viewer || member.active) continue;
                auto view = real_.view(key.first, viewer);
                if (view && *view) page->items.push_back(**view);
            }
        }
        if (page && hands_.is(StoreFault::forgets_who_lingers))
            std::erase_if(page->items, [](const RoomView& view) { return !view.active; });
        return page;
    }
    Result<Page<Member>> members(RoomId room, UserId after, int limit) override {
        auto page = real_.members(room, after, limit);
        if (page && hands_.is(StoreFault::misses_members)) {
            std::erase_if(page->items, [](const Member& member) { return !member.active; });
        }
        return page;
    }
    Result<std::vector<Membership>> memberships(UserId user, RoomId after, int limit) override {
        auto found = real_.memberships(user, after, limit);
        if (found && hands_.is(StoreFault::forgets_who_lingers)) {
            std::erase_if(
                *found, [](const Membership& membership) { return membership.left != Position{}; });
        }
        if (found && hands_.is(StoreFault::counts_the_deleted)) {
            for (Membership& membership : *found) membership.deleted_after_read = 0;
        }
        return found;
    }
    Result<ReadStandings> read_standings(RoomId room, std::span<const UserId> users) override {
        return real_.read_standings(room, users);
    }
    Result<RoomMoves> moved_since(std::int64_t cursor, int limit) override {
        auto moves = real_.moved_since(cursor, limit);
        if (moves && hands_.is(StoreFault::skips_moves)) {
            moves->cursor = hands_.tables().position.value;
        }
        return moves;
    }

private:
    RoomReader& real_;
    Hands hands_;
};

class BrokenMessages final : public MessageReader {
public:
    BrokenMessages(MessageReader& real, Hands hands) : real_(real), hands_(hands) {}

    Result<std::optional<Message>> find(MessageId message, std::optional<UserId> viewer) override {
        auto found = real_.find(message, seen_as(viewer));
        if (found && *found && viewer && hands_.is(StoreFault::hides_in_direct_rooms) &&
            hands_.tables().has_blocked(*viewer, (**found).sender))
            found->reset();
        return found;
    }
    Result<std::vector<PostStanding>> standings(UserId sender, std::span<const RoomId> rooms,
                                                std::span<const ClientKey> keys) override {
        auto found = real_.standings(sender, rooms, keys);
        if (!found) return found;
        for (PostStanding& standing : *found) {
            if (hands_.is(StoreFault::stands_past_blocks)) standing.blocked = false;
            if (hands_.is(StoreFault::forgets_who_posted))
                standing.posted = !hands_.tables().posts.empty();
        }
        return found;
    }
    Result<History> history(const HistoryQuery& query, std::optional<UserId> viewer) override {
        HistoryQuery asked = query;
        if (asked.around && hands_.is(StoreFault::shifts_around)) ++asked.around->value;
        const bool all = hands_.is(StoreFault::shows_the_blocked);
        auto history = real_.history(asked, all ? std::nullopt : seen_as(viewer));
        if (history && hands_.is(StoreFault::miscounts_history)) {
            history->has_more = history->messages.size() == static_cast<std::size_t>(query.limit);
        }
        return history;
    }
    Result<HistoryPage> page(const PageQuery& query, std::optional<UserId> viewer) override {
        PageQuery asked = query;
        if (hands_.is(StoreFault::pages_by_other_types)) asked.types.clear();
        const bool all = hands_.is(StoreFault::pages_the_blocked);
        if (all && viewer && !hands_.tables().may_read(query.room, viewer))
            return real_.page(asked, viewer);
        return real_.page(asked, all ? std::nullopt : seen_as(viewer));
    }
    Result<Changes> changes(RoomId room, Position since, int limit,
                            std::optional<UserId> viewer) override {
        const bool from_one =
            since == Position{} && hands_.is(StoreFault::tells_the_beginning_late);
        const bool all = hands_.is(StoreFault::tells_changes_of_the_blocked);
        auto changes = real_.changes(room, from_one ? Position{1} : since, limit,
                                     all ? std::nullopt : seen_as(viewer));
        if (!changes) return changes;
        if (hands_.is(StoreFault::parts_a_page) &&
            changes->items.size() > static_cast<std::size_t>(limit) && since != Position{}) {
            changes->items.resize(static_cast<std::size_t>(limit));
            changes->has_more = true;
            changes->next = changed_at(changes->items.back());
        }
        if (hands_.is(StoreFault::hides_tombstones)) {
            std::erase_if(changes->items, [](const State& state) {
                const auto* message = std::get_if<Message>(&state);
                return message != nullptr && message->deleted_at;
            });
        }
        if (hands_.is(StoreFault::stops_early) && changes->has_more) {
            changes->has_more = false;
            changes->next = changes->head;
        }
        return changes;
    }
    Result<std::vector<Message>> pins(RoomId room, std::optional<UserId> viewer) override {
        auto pinned = real_.pins(room, seen_as(viewer));
        if (pinned && hands_.is(StoreFault::pins_backwards))
            std::reverse(pinned->begin(), pinned->end());
        return pinned;
    }
    Result<Page<Message>> replies(MessageId root, MessageId after, int limit,
                                  std::optional<UserId> viewer) override {
        return real_.replies(root, after, limit, seen_as(viewer));
    }
    Result<Page<Thread>> threads(RoomId room, MessageId before, int limit,
                                 std::optional<UserId> viewer) override {
        const bool all = hands_.is(StoreFault::lists_threads_of_the_blocked);
        auto page = real_.threads(room, before, limit, all ? std::nullopt : seen_as(viewer));
        if (page && hands_.is(StoreFault::forgets_who_replied)) {
            for (Thread& thread : page->items) thread.participants.clear();
        }
        return page;
    }

private:
    std::optional<UserId> seen_as(std::optional<UserId> viewer) const {
        return hands_.is(StoreFault::keeps_the_gone_active) ? std::nullopt : viewer;
    }

    MessageReader& real_;
    Hands hands_;
};

class BrokenSearch final : public SearchReader {
public:
    BrokenSearch(SearchReader& real, Hands hands) : real_(real), hands_(hands) {}

    Result<Page<Message>> messages(const SearchQuery& query,
                                   std::optional<UserId> viewer) override {
        SearchQuery asked = query;
        if (hands_.is(StoreFault::searches_everybodys) || hands_.is(StoreFault::finds_the_blocked))
            viewer.reset();
        if (hands_.is(StoreFault::searches_other_rooms)) asked.room.reset();
        return real_.messages(asked, viewer);
    }
    Result<Page<Room>> rooms(UserId viewer, const std::string& folded, RoomId after,
                             int limit) override {
        return real_.rooms(viewer, folded, after, limit);
    }

private:
    SearchReader& real_;
    Hands hands_;
};

class BrokenStore final : public Store {
public:
    BrokenStore(std::unique_ptr<Store> real, Hands hands)
        : Store({rooms_, messages_, search_, people_, sessions_, schedules_, leases_, social_,
                 inbox_, attachments_, oversight_, contexts_, removals_, personal_, receipts_,
                 transfer_, consultations_}),
          real_(std::move(real)),
          hands_(hands),
          rooms_(real_->rooms(), hands),
          messages_(real_->messages(), hands),
          search_(real_->search(), hands),
          people_(real_->people(), hands),
          sessions_(real_->sessions(), hands),
          schedules_(real_->schedules(), hands),
          leases_(real_->leases(), hands),
          social_(real_->social(), hands),
          inbox_(real_->inbox(), hands),
          attachments_(real_->attachments(), hands),
          oversight_(real_->oversight(), hands),
          contexts_(real_->contexts(), hands),
          removals_(real_->removals(), hands),
          personal_(real_->personal(), hands),
          receipts_(real_->receipts(), hands),
          transfer_(real_->transfer(), hands),
          consultations_(real_->consultations(), hands),
          spoiler_(hands) {}

    Result<std::vector<Outcome>> apply(const Batch& batch) override {
        std::vector<Change> changes(batch.changes.begin(), batch.changes.end());
        Batch altered = batch;
        altered.changes = changes;
        if (hands_.is(StoreFault::applies_a_retry_again)) altered.retry = false;
        if (hands_.is(StoreFault::pins_without_end)) altered.limits.pins_max = 1'000;
        for (Change& change : changes) {
            auto* post = std::get_if<PostMessage>(&change.what);
            if (post != nullptr && hands_.is(StoreFault::doubles_a_key)) {
                post->key.bytes[9] = static_cast<std::uint8_t>(++posts_);
                post->key.bytes[10] = static_cast<std::uint8_t>(posts_ >> 8);
            }
            if (post != nullptr && hands_.is(StoreFault::ignores_the_digest)) post->digest = 0;
            if (post != nullptr && hands_.is(StoreFault::moves_every_pointer))
                post->moves_pointer = true;
            if (post != nullptr && hands_.is(StoreFault::believes_the_post)) {
                for (Attachment& one : post->attachments) one.url.insert(0, "http://here");
            }
            auto* header = std::get_if<RenameRoom>(&change.what);
            if (header != nullptr && header->image_url &&
                hands_.is(StoreFault::pictures_anything)) {
                header->image_url->insert(0, "http://here");
            }
            auto* pointer = std::get_if<MoveReadPointer>(&change.what);
            if (pointer != nullptr && hands_.is(StoreFault::moves_pointers_nowhere)) {
                pointer->up_to = Position{};
            }
        }
        const memory::Tables before = snapshot();
        if (hands_.is(StoreFault::posts_past_blocks)) hands_.tables().blocks.clear();
        const bool replies = std::any_of(changes.begin(), changes.end(), [](const Change& change) {
            const auto* post = std::get_if<PostMessage>(&change.what);
            return post != nullptr && post->parent;
        });
        const bool past_blocks = replies && hands_.is(StoreFault::replies_to_the_blocked);
        if (past_blocks) hands_.tables().blocks.clear();
        if (hands_.is(StoreFault::takes_the_first_namesake)) {
            for (auto& [name, people] : hands_.tables().namesakes) {
                if (!people.empty()) people = {*people.begin()};
            }
        }
        spoiler_.before(changes);
        auto outcomes = real_->apply(altered);
        spoiler_.after();
        if (past_blocks) hands_.tables().blocks = before.blocks;
        if (hands_.is(StoreFault::takes_the_first_namesake))
            hands_.tables().namesakes = before.namesakes;
        if (!outcomes) return outcomes;
        spoil(altered, before, *outcomes);
        return outcomes;
    }

    Result<Opened> open_direct(const DirectKey& key, UserId opener, Timestamp now) override {
        DirectKey asked = key;
        if (hands_.is(StoreFault::ignores_the_context)) asked.context.reset();
        if (hands_.is(StoreFault::opens_twice)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            hands_.tables().direct_rooms.erase(key);
        }
        return real_->open_direct(asked, opener, now);
    }
    Result<std::vector<Room>> open_groups(std::span<const NewGroup> groups,
                                          Timestamp now) override {
        if (hands_.is(StoreFault::makes_some_groups)) {
            std::vector<Room> made;
            for (const NewGroup& group : groups) {
                auto room = real_->open_group(group, now);
                if (!room) return unexpected(room.error());
                made.push_back(std::move(*room));
            }
            return made;
        }
        return real_->open_groups(groups, now);
    }

    Result<Opened> open_shared(const NewGroup& group, Timestamp now) override {
        if (hands_.is(StoreFault::shares_twice)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            hands_.tables().shared_rooms.clear();
        }
        return real_->open_shared(group, now);
    }
    Result<Opened> open_consultation(const NewConsultation& asked, Timestamp now) override {
        if (hands_.is(StoreFault::shares_a_consultation)) {
            for (const auto& [id, room] : hands_.tables().rooms) {
                if (room.consultation && room.consultation->requester == asked.requester)
                    return Opened{room, false};
            }
        }
        NewConsultation seen = asked;
        if (hands_.is(StoreFault::asks_again)) seen.key.reset();
        return real_->open_consultation(seen, now);
    }

private:
    memory::Tables snapshot() const {
        const std::scoped_lock lock(hands_.database.state().mutex);
        return hands_.tables();
    }
    void put_back(const memory::Tables& tables) {
        const std::scoped_lock lock(hands_.database.state().mutex);
        hands_.tables() = tables;
    }

    void spoil(const Batch& batch, const memory::Tables& before, std::vector<Outcome>& outcomes) {
        if (hands_.is(StoreFault::loses_a_batch) && ++batches_ % 3 == 0) put_back(before);
        if (hands_.is(StoreFault::repeats_a_position)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            if (hands_.tables().position > before.position) --hands_.tables().position.value;
        }
        spoil_marks(before);
        if (hands_.is(StoreFault::loses_reactions)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            for (auto& [id, stored] : hands_.tables().messages) stored.message.reactions.clear();
        }
        if (hands_.is(StoreFault::keeps_deleted_uploads)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            for (auto& [id, upload] : hands_.tables().uploads) upload.condemned = false;
        }
        if (hands_.is(StoreFault::revives_the_deleted)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            for (auto& [id, room] : hands_.tables().rooms) room.deleted_at.reset();
        }
        if (hands_.is(StoreFault::wrong_prev)) {
            for (Outcome& outcome : outcomes) {
                if (auto* applied = std::get_if<Applied>(&outcome)) applied->prev = Position{};
            }
        }
        if (hands_.is(StoreFault::drops_after_a_refusal)) {
            for (std::size_t i = 0; i < outcomes.size(); ++i) {
                if (!std::holds_alternative<Refused>(outcomes[i])) continue;
                put_back(before);
                Batch part = batch;
                part.changes = batch.changes.first(i);
                static_cast<void>(real_->apply(part));
                return;
            }
        }
    }

    void spoil_marks(const memory::Tables& before) {
        memory::Tables& tables = hands_.tables();
        const std::scoped_lock lock(hands_.database.state().mutex);
        if (hands_.is(StoreFault::keeps_deleted_bookmarks)) tables.bookmarks = before.bookmarks;
        if (hands_.is(StoreFault::miscounts_totals)) {
            for (auto& [id, room] : tables.rooms) room.totals.all = room.last_seq;
        }
        if (hands_.is(StoreFault::keeps_names_of_the_edited)) {
            for (const auto& [id, stored] : before.messages) {
                Message& now = tables.messages.at(id).message;
                if (!now.deleted_at) now.mentions = stored.message.mentions;
            }
        }
    }

    std::unique_ptr<Store> real_;
    Hands hands_;
    BrokenRooms rooms_;
    BrokenMessages messages_;
    BrokenSearch search_;
    BrokenPeople people_;
    BrokenSessions sessions_;
    BrokenSchedules schedules_;
    BrokenLeases leases_;
    BrokenSocial social_;
    BrokenInbox inbox_;
    BrokenAttachments attachments_;
    BrokenOversight oversight_;
    BrokenContexts contexts_;
    BrokenRemovals removals_;
    BrokenPersonal personal_;
    BrokenReceipts receipts_;
    BrokenTransfer transfer_;
    BrokenConsultations consultations_;
    ConsultationSpoiler spoiler_;
    int posts_ = 0;
    int batches_ = 0;
};

class BrokenFactory final : public StoreFactory {
public:
    BrokenFactory(StoreFactory& real, Hands hands) : real_(real), hands_(hands) {}

    Result<std::unique_ptr<Store>> open() override {
        auto store = real_.open();
        if (!store) return store;
        return std::unique_ptr<Store>(
            std::make_unique<BrokenStore>(std::move(store).value(), hands_));
    }
    int writers() const override { return real_.writers(); }

private:
    StoreFactory& real_;
    Hands hands_;
};

class BrokenSubject final : public StoreSubject {
public:
    explicit BrokenSubject(StoreFault fault) : fault_(fault) { wrap(); }

    StoreFactory& factory() override { return *factory_; }
    void restart() override {
        if (fault_ == StoreFault::forgets_on_restart) real_.database().state().tables = {};
        real_.restart();
        wrap();
    }

private:
    void wrap() {
        factory_ =
            std::make_unique<BrokenFactory>(real_.factory(), Hands{fault_, real_.database()});
    }

    StoreFault fault_;
    MemorySubject real_;
    std::unique_ptr<BrokenFactory> factory_;
};

}  // namespace

std::unique_ptr<StoreSubject> make_broken(StoreFault fault) {
    return std::make_unique<BrokenSubject>(fault);
}

}  // namespace chatcore::contract

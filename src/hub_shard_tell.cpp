// The tick of a hub shard: each room's due events to its connections, then one flush a connection;
// and the list updates, gathered for longer.

#include <algorithm>

#include "chatcore/hub_shard.h"

#include "hub_shard_state.h"
#include "node.h"

namespace chatcore {

void HubShard::broadcast(RoomId room, std::string payload) {
    const EventPtr event = keep(Event{BroadcastSignal{room, std::move(payload)}});
    receive({&event, 1});
    if (node_.hub->shards() == 1) return;
    outbox_.push_back(event);
    schedule_tick();
}

EventPtr HubShard::keep(Event event) {
    // Many to an allocation. A pointer to one keeps its block, and others may read what is finished
    // while the next is being made.
    constexpr std::size_t events_a_block = 64;
    if (!block_ || block_->size() == block_->capacity()) {
        block_ = std::make_shared<std::vector<Event>>();
        block_->reserve(events_a_block);
    }
    block_->push_back(std::move(event));
    return EventPtr(block_, &block_->back());
}

void HubShard::make_due(RoomEntry& entry, EventPtr event) {
    entry.due.push_back(std::move(event));
    list_due(entry);
}

void HubShard::list_due(RoomEntry& entry) {
    if (!std::exchange(entry.due_listed, true)) due_rooms_.push_back(entry.id);
    schedule_tick();
}

void HubShard::wants_flush(Peer& peer) {
    if (peer.dirty_) return;
    peer.dirty_ = true;
    dirty_peers_.push_back(&peer);
    schedule_tick();
}

void HubShard::schedule_tick() {
    if (tick_scheduled_) return;
    tick_scheduled_ = true;
    // At the end of the queue: whatever else has arrived by then goes out with the same writes.
    executor_.post([this] { tick(); });
}

void HubShard::tick() {
    tick_scheduled_ = false;
    if (!outbox_.empty()) node_.hub->pass_on(index_, std::exchange(outbox_, {}));
    std::vector<RoomId> rooms = std::exchange(due_rooms_, {});
    for (RoomId room : rooms) {
        const auto it = rooms_.find(room);
        if (it != rooms_.end() && it->second->due_listed) tell(*it->second);
    }
    std::vector<Peer*> dirty = std::exchange(dirty_peers_, {});
    for (Peer* peer : dirty) peer->dirty_ = false;
    for (Peer* peer : dirty) peer->flush();
    telling_.clear();
    node_.telemetry.add(Counter::events_delivered, std::exchange(delivered_, 0));
}

void HubShard::tell(RoomEntry& entry) {
    entry.due_listed = false;
    telling_.clear();
    telling_.swap(entry.due);
    const std::vector<EventPtr>& due = telling_;
    tell_attached(entry, due);
    delivered_ += static_cast<std::int64_t>(due.size() * entry.attached.size());
    // Last, because with the last of its people the entry goes.
    const RoomId room = entry.id;
    const bool deleted = entry.deleted;
    if (deleted) tell_deletion(entry, due);
    for (const Leaving& leaving : std::exchange(entry.leaving, {})) leave(room, leaving);
    if (deleted) close_room(room);
}

void HubShard::list_dirty(RoomEntry& entry) {
    if (entry.list_listed || entry.people.empty()) return;
    entry.list_listed = true;
    list_rooms_.push_back(entry.id);
    schedule_lists();
}

void HubShard::list_dirty(Person& person, RoomEntry& entry) {
    list_people_.emplace_back(person.user, entry.id);
    schedule_lists();
}

void HubShard::schedule_lists() {
    if (lists_scheduled_) return;
    lists_scheduled_ = true;
    executor_.post_after(node_.limits.list_interval, [this] { tell_lists(); });
}

void HubShard::tell_lists() {
    lists_scheduled_ = false;
    const auto now = node_.clock.steady();
    std::vector<RoomEntry*> told;
    std::vector<RoomId> later;
    for (RoomId room : std::exchange(list_rooms_, {})) {
        const auto it = rooms_.find(room);
        if (it == rooms_.end()) continue;
        RoomEntry& entry = *it->second;
        // Larger rooms less often, so that what lists cost a second does not grow with the room.
        constexpr std::size_t people_an_interval = 500;
        const auto interval = node_.limits.list_interval.value() *
                              static_cast<std::int64_t>(entry.people.size() / people_an_interval);
        if (now - entry.lists_told_at < interval) {
            later.push_back(room);
            continue;
        }
        entry.list_listed = false;
        entry.lists_told_at = now;
        told.push_back(&entry);
    }
    std::vector<std::pair<Person*, PersonRoom*>> own;
    for (const auto& [user, room] : std::exchange(list_people_, {})) {
        const auto person = people_.find(user);
        if (person == people_.end()) continue;
        if (PersonRoom* mine = room_of(*person->second, room))
            own.emplace_back(person->second.get(), mine);
    }
    // All counts first, because each update carries the person's total.
    for (RoomEntry* entry : told) {
        for (Person* person : entry->people) recount(*person, *room_of(*person, entry->id));
    }
    for (const auto& [person, room] : own) recount(*person, *room);
    for (RoomEntry* entry : told) {
        for (Person* person : entry->people) tell_own(*person, *room_of(*person, entry->id));
    }
    for (const auto& [person, room] : own) tell_own(*person, *room);
    if (!later.empty()) {
        list_rooms_.insert(list_rooms_.end(), later.begin(), later.end());
        schedule_lists();
    }
}

void HubShard::recount(Person& person, PersonRoom& room) {
    const std::int64_t unread =
        std::max<std::int64_t>(room.room->last_seq - room.read_seq - room.deleted, 0);
    if (room.is_in()) person.total_unread += unread - room.unread;
    room.unread = unread;
}

void HubShard::tell_own(Person& person, PersonRoom& room) {
    using Shown = PersonRoom::Shown;
    if (room.shown == Shown::yes) return tell_list(person, room, nullptr);
    // Of what they have left they hear again with the first message, and then see the whole room.
    if (room.shown == Shown::looked_at || !room.has_news()) return;
    room.shown = Shown::looked_at;
    look_at_room(person.user, room.room->id);
}

void HubShard::tell_person(UserId user, const EventPtr& event) {
    const auto it = people_.find(user);
    if (it == people_.end()) return;
    Delivery delivery({&event, 1});
    for (Peer* peer : it->second->peers) {
        peer->deliver(delivery);
        wants_flush(*peer);
    }
}

void HubShard::tell_list(Person& person, const PersonRoom& room, const RoomView* gained) {
    std::shared_ptr<const Preview> preview = room.room->preview;
    if (preview && is_blocked(room.room->hidden_from(person), preview->sender)) {
        Preview without_text = *preview;
        without_text.content.clear();
        preview = std::make_shared<const Preview>(std::move(without_text));
    }
    const ListUpdate update{.room = room.room->id,
                            .unread_count = room.unread,
                            .total_unread = person.total_unread,
                            .last_message = std::move(preview),
                            .last_activity_at = room.room->last_activity_at,
                            .gained = gained};
    for (Peer* peer : person.peers) {
        peer->list_moved(update);
        wants_flush(*peer);
    }
}

}  // namespace chatcore

// What of a room's events one connection is told: what is above where it stands, and without what
// its person's blocks hide.

#include <algorithm>

#include "chatcore/hub_shard.h"

#include "hub_shard_state.h"
#include "node.h"
#include "veiled_delivery.h"

namespace chatcore {

EventPtr shown_to(const EventPtr& event, Blocked blocked) {
    const auto* what = std::get_if<RoomEvent>(&event->what);
    if (what == nullptr || blocked.empty()) return event;
    const bool shown_whole =
        std::none_of(what->states.begin(), what->states.end(), [&](const State& state) {
            return is_hidden(state, blocked) || is_concealed(state, blocked);
        });
    if (shown_whole) return event;
    RoomEvent shown = *what;
    std::erase_if(shown.states, [&](const State& state) { return is_hidden(state, blocked); });
    for (State& state : shown.states) conceal(state, blocked);
    return make_event(std::move(shown));
}

VeiledDelivery::VeiledDelivery(const std::vector<EventPtr>& due) : due_(due) {
    for (const EventPtr& event : due) {
        const auto* what = std::get_if<RoomEvent>(&event->what);
        if (what == nullptr) continue;
        for (const State& state : what->states) {
            if (const auto* message = std::get_if<Message>(&state)) {
                senders_.push_back(message->sender);
                if (message->forwarded_from) senders_.push_back(message->forwarded_from->sender);
            } else if (const auto* room = std::get_if<Room>(&state); room && room->preview) {
                senders_.push_back(room->preview->sender);
            }
        }
    }
    std::sort(senders_.begin(), senders_.end());
    senders_.erase(std::unique(senders_.begin(), senders_.end()), senders_.end());
}

Delivery* VeiledDelivery::to(Blocked blocked) {
    std::vector<UserId> hidden;
    for (UserId sender : senders_) {
        if (is_blocked(blocked, sender)) hidden.push_back(sender);
    }
    if (hidden.empty()) return nullptr;
    for (const auto& version : versions_) {
        if (version->hidden == hidden) return &version->delivery;
    }
    std::vector<EventPtr> events;
    events.reserve(due_.size());
    for (const EventPtr& event : due_) events.push_back(shown_to(event, hidden));
    versions_.push_back(std::make_unique<Version>(std::move(hidden), std::move(events)));
    return &versions_.back()->delivery;
}

std::vector<EventPtr> HubShard::Attachment::above_floor(const RoomEntry& entry,
                                                        const std::vector<EventPtr>& events) {
    std::vector<EventPtr> above;
    for (const EventPtr& event : events) {
        const auto* what = std::get_if<RoomEvent>(&event->what);
        if (what == nullptr) {
            if (state != State::catching) above.push_back(event);
            continue;
        }
        if (what->position <= floor) continue;
        if (what->prev == floor && what->known >= head) {
            above.push_back(event);
        } else {
            // Read from the store for those who stood further back: this connection has had a part
            // of it already.
            RoomEvent mine = *what;
            mine.prev = floor;
            mine.known = std::max(mine.known, head);
            above.push_back(make_event(std::move(mine)));
        }
        above.back() = shown_to(above.back(), entry.hidden_from(*person));
        floor = what->position;
    }
    return above;
}

std::vector<EventPtr> HubShard::resumption(Caught& caught, RoomId room, Blocked blocked) {
    std::vector<EventPtr> events = events_of(room, caught.since, std::move(caught.states));
    for (EventPtr& event : events) event = shown_to(event, blocked);
    // What is hidden at the end is passed over in one step.
    const Position told =
        events.empty() ? caught.since : std::get<RoomEvent>(events.back()->what).position;
    if (told < caught.head) {
        events.push_back(make_event(RoomEvent{.room = room,
                                              .position = caught.head,
                                              .prev = told,
                                              .known = caught.since,
                                              .states = {}}));
    }
    return events;
}

void HubShard::tell_attached(RoomEntry& entry, const std::vector<EventPtr>& due) {
    Delivery delivery(due);
    // Where nobody who is here blocks anybody, nobody's blocks are looked at.
    std::optional<VeiledDelivery> veils;
    if (entry.veiled > 0 && entry.kind == RoomKind::group) veils.emplace(due);
    for (Attachment& attachment : entry.attached) {
        if (attachment.state == Attachment::State::live) {
            if (due.empty()) continue;
            Delivery* mine = nullptr;
            if (veils && attachment.veiled) mine = veils->to(attachment.person->blocked);
            attachment.peer->deliver(mine != nullptr ? *mine : delivery);
            wants_flush(*attachment.peer);
        } else if (attachment.state == Attachment::State::catching) {
            attachment.held->insert(attachment.held->end(), due.begin(), due.end());
        } else {
            tell_slowly(entry, attachment, due);
        }
    }
}

void HubShard::tell_slowly(RoomEntry& entry, Attachment& attachment,
                           const std::vector<EventPtr>& due) {
    if (const std::vector<EventPtr> above = attachment.above_floor(entry, due); !above.empty()) {
        Delivery delivery(above);
        attachment.peer->deliver(delivery);
        wants_flush(*attachment.peer);
    }
    if (entry.position >= attachment.floor) attachment.state = Attachment::State::live;
}

void HubShard::count_veil(RoomEntry& entry, Attachment& attachment) {
    const bool veils = !attachment.person->blocked.empty();
    if (veils == attachment.veiled) return;
    attachment.veiled = veils;
    if (veils) {
        ++entry.veiled;
    } else {
        --entry.veiled;
    }
}

void HubShard::take(const BlocksMoved& what) {
    const auto it = people_.find(what.user);
    if (it == people_.end() || what.number <= it->second->blocks_number) return;
    if (!what.blocked) return load_blocks(what.user);
    set_blocks(*it->second, {what.user, what.number, *what.blocked});
}

void HubShard::load_blocks(UserId user) {
    node_.pool.read([this, user](Store& store) {
        Result<BlockSet> set = store.social().block_set(user);
        executor_.post([this, user, set = std::move(set)]() mutable {
            const auto it = people_.find(user);
            if (it == people_.end()) return;
            if (set) return set_blocks(*it->second, std::move(*set));
            executor_.post_after(std::chrono::milliseconds{200}, [this, user] {
                if (people_.contains(user)) load_blocks(user);
            });
        });
    });
}

void HubShard::set_blocks(Person& person, BlockSet set) {
    if (set.number <= person.blocks_number) return;
    const bool first = person.blocks_number < 0;
    person.blocks_number = set.number;
    std::vector<UserId> changed;
    std::set_symmetric_difference(person.blocked.begin(), person.blocked.end(), set.blocked.begin(),
                                  set.blocked.end(), std::back_inserter(changed));
    // The same set under a greater number is one that has changed and changed back: what was read
    // meanwhile was read by another.
    if (changed.empty() && first) return;
    person.blocked = std::move(set.blocked);
    for (Peer* peer : person.peers) {
        for (const Peer::Attached& attached : peer->attached_) {
            RoomEntry& entry = *rooms_.at(attached.room);
            Attachment& attachment = entry.attached[attached.index];
            count_veil(entry, attachment);
            if (entry.kind != RoomKind::group) continue;
            tell_anew(entry, attachment);
            wants_flush(*peer);
        }
    }
    for (const PersonRoom& room : person.rooms) {
        const std::shared_ptr<const Preview>& preview = room.room->preview;
        if (!preview || room.room->kind != RoomKind::group) continue;
        if (changed.empty() || is_blocked(changed, preview->sender)) list_dirty(person, *room.room);
    }
}

void HubShard::tell_anew(RoomEntry& entry, Attachment& attachment) {
    if (attachment.state == Attachment::State::catching) {
        attachment.anew = true;
        return;
    }
    // The client reads what it is shown now from the store, up to here at least; what is due up to
    // here is in that.
    attachment.floor = std::max(attachment.floor, entry.position);
    attachment.head = attachment.floor;
    attachment.state = Attachment::State::ahead;
    attachment.peer->resumed(entry.id, attachment.floor, true);
}

void HubShard::delivered(const EventPtr& event, const DeliveredSignal& what) {
    for (UserId sender : what.senders) {
        if (sender != what.user && is_indexed(sender, what.room)) tell_person(sender, event);
    }
}

}  // namespace chatcore

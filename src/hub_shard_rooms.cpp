// Rooms of a hub shard: following them, keeping their order, and reading from the store what was
// missed.

#include <algorithm>

#include "chatcore/hub_shard.h"

#include "content_rules.h"
#include "hub_shard_state.h"
#include "node.h"

namespace chatcore {

std::vector<EventPtr> events_of(RoomId room, Position since, std::vector<State> states) {
    std::vector<EventPtr> events;
    Position prev = since;
    for (std::size_t begin = 0; begin < states.size();) {
        const Position position = changed_at(states[begin]);
        std::size_t end = begin + 1;
        while (end < states.size() && changed_at(states[end]) == position) ++end;
        RoomEvent event{
            .room = room, .position = position, .prev = prev, .known = since, .states = {}};
        event.states.assign(
            std::make_move_iterator(states.begin() + static_cast<std::ptrdiff_t>(begin)),
            std::make_move_iterator(states.begin() + static_cast<std::ptrdiff_t>(end)));
        events.push_back(make_event(std::move(event)));
        prev = position;
        begin = end;
    }
    return events;
}

void HubShard::attach(Peer& peer, RoomId room, std::optional<Position> since,
                      Completion<Position> done) {
    if (!is_attached(peer, room)) {
        if (peer.attached_.size() >= static_cast<std::size_t>(node_.limits.rooms_attached_max)) {
            done(unexpected(ErrorCode::too_many, "attach"));
            return;
        }
        // Following begins before the store is read: what happens meanwhile is held.
        RoomEntry& entry = entry_of(room);
        peer.attached_.push_back({room, static_cast<std::uint32_t>(entry.attached.size())});
        Attachment attachment;
        attachment.peer = &peer;
        attachment.person = people_.at(peer.user_).get();
        attachment.serial = peer.serial_;
        entry.attached.push_back(std::move(attachment));
        count_veil(entry, entry.attached.back());
    }
    // Attached again, to be told from somewhere else, it is caught up anew.
    Attachment& attachment = *attachment_of(peer.serial_, room);
    attachment.state = Attachment::State::catching;
    attachment.attempt = next_serial_++;
    attachment.held = std::make_unique<std::vector<EventPtr>>();
    read_for_attach({peer.serial_, attachment.attempt, room, since, std::move(done)});
}

void HubShard::read_for_attach(Asked asked) {
    const UserId user = peers_.at(asked.serial)->user_;
    node_.pool.read([this, user, asked = std::move(asked)](Store& store) mutable {
        Caught caught;
        Result<Caught> answer = unexpected(ErrorCode::not_a_member);
        // First, so that what is read next is not hidden by less than is known here.
        Result<BlockSet> blocks = store.social().block_set(user);
        if (blocks) caught.blocks = std::move(*blocks);
        if (!blocks) {
            answer = unexpected(blocks.error());
        } else if (asked.since) {
            caught.since = *asked.since;
            Result<Changes> changes = store.messages().changes(
                asked.room, *asked.since, node_.limits.resume_states_max, user);
            if (!changes) {
                answer = unexpected(changes.error());
            } else {
                caught.head = changes->head;
                caught.kind = changes->kind;
                // A position that the room has not come to is of another database: nothing fits
                // it.
                caught.truncated = changes->has_more || *asked.since > changes->head;
                if (!caught.truncated) caught.states = std::move(changes->items);
                node_.profiles.fill(store, std::span<State>(caught.states));
                answer = std::move(caught);
            }
        } else {
            Result<std::optional<RoomView>> view = store.rooms().view(asked.room, user);
            if (!view) {
                answer = unexpected(view.error());
            } else if (*view && (*view)->active) {
                caught.head = (*view)->room.head;
                caught.kind = (*view)->room.kind;
                answer = std::move(caught);
            }
        }
        executor_.post([this, asked = std::move(asked), answer = std::move(answer)]() mutable {
            caught_up(std::move(asked), std::move(answer));
        });
    });
}

void HubShard::caught_up(Asked asked, Result<Caught> caught) {
    const RoomId room = asked.room;
    const auto peer = peers_.find(asked.serial);
    if (peer == peers_.end()) return;
    Peer& who = *peer->second;
    Attachment* attachment = attachment_of(asked.serial, room);
    if (attachment == nullptr || attachment->attempt != asked.attempt) {
        asked.done(unexpected(ErrorCode::conflict));  // detached or attached anew meanwhile
        return;
    }
    if (!caught) {
        detach(who, room);
        asked.done(unexpected(caught.error()));
        return;
    }
    RoomEntry& entry = *rooms_.at(room);
    entry.kind = caught->kind;
    if (entry.state == RoomEntry::State::opening) {
        entry.state = RoomEntry::State::live;
        entry.position = entry.base = caught->head;
        receive(std::exchange(entry.held, {}));
    } else if (caught->head < entry.base) {
        // The room has come further without telling how. What is held does not follow: read again.
        attachment->held->clear();
        read_for_attach(std::move(asked));
        return;
    }
    const Position head = caught->head;
    asked.done(head);
    attachment = attachment_of(asked.serial, room);  // whoever was answered may have let go
    if (attachment == nullptr || attachment->attempt != asked.attempt) return;
    // Whom the person blocks may have changed since the store was read, or since the client looked.
    Person& person = *attachment->person;
    set_blocks(person, std::move(caught->blocks));
    const bool changed = asked.since && entry.kind == RoomKind::group &&
                         who.blocks_at_coming_ >= 0 &&
                         who.blocks_at_coming_ != person.blocks_number;
    const bool anew = std::exchange(attachment->anew, false) || changed;
    if (!anew && asked.since && !caught->truncated) {
        const std::vector<EventPtr> events = resumption(*caught, room, entry.hidden_from(person));
        Delivery delivery(events);
        if (!events.empty()) who.deliver(delivery);
    }
    if (asked.since || anew) who.resumed(room, head, anew || caught->truncated);
    // What was told while the store was read, and is not in what it gave.
    attachment->head = attachment->floor = head;
    const auto held = std::exchange(attachment->held, nullptr);
    if (const auto later = attachment->above_floor(entry, *held); !later.empty()) {
        Delivery delivery(later);
        who.deliver(delivery);
    }
    attachment->state = Attachment::State::ahead;
    if (entry.due.empty() && entry.state == RoomEntry::State::live &&
        entry.position >= attachment->floor) {
        attachment->state = Attachment::State::live;
    }
    wants_flush(who);
    // The others have been told already.
    if (entry.deleted && entry.due.empty()) close_room(room);
}

HubShard::Attachment* HubShard::attachment_of(std::uint64_t serial, RoomId room) {
    const auto peer = peers_.find(serial);
    if (peer == peers_.end()) return nullptr;
    for (const Peer::Attached& attached : peer->second->attached_) {
        if (attached.room == room) return &rooms_.at(room)->attached[attached.index];
    }
    return nullptr;
}

bool HubShard::is_attached(const Peer& peer, RoomId room) const {
    return std::any_of(peer.attached_.begin(), peer.attached_.end(),
                       [&](const Peer::Attached& attached) { return attached.room == room; });
}

std::span<const UserId> HubShard::hidden_from(const Peer& peer, RoomId room) const {
    const auto person = people_.find(peer.user_);
    if (person == people_.end() || !is_attached(peer, room)) return {};
    return rooms_.at(room)->hidden_from(*person->second);
}

void HubShard::detach(Peer& peer, RoomId room) {
    const auto mine =
        std::find_if(peer.attached_.begin(), peer.attached_.end(),
                     [&](const Peer::Attached& attached) { return attached.room == room; });
    if (mine == peer.attached_.end()) return;
    RoomEntry& entry = *rooms_.at(room);
    const std::uint32_t index = mine->index;
    if (entry.attached[index].veiled) --entry.veiled;
    *mine = peer.attached_.back();
    peer.attached_.pop_back();
    // The last one takes the empty place, and must learn where it stands now.
    if (index + 1 != entry.attached.size()) {
        entry.attached[index] = std::move(entry.attached.back());
        for (Peer::Attached& theirs : entry.attached[index].peer->attached_) {
            if (theirs.room == room) theirs.index = index;
        }
    }
    entry.attached.pop_back();
    forget_if_unused(entry);
}

void HubShard::receive(std::span<const EventPtr> events) {
    for (const EventPtr& event : events) {
        if (const auto* room = std::get_if<RoomEvent>(&event->what)) {
            if (loads_ > 0) remember(event);
            take(event, *room);
        } else if (const auto* head = std::get_if<HeadMoved>(&event->what)) {
            if (loads_ > 0) remember(event);
            take(event, *head);
        } else if (const auto* typing = std::get_if<TypingSignal>(&event->what)) {
            const auto it = rooms_.find(typing->room);
            if (it != rooms_.end() && !it->second->attached.empty()) make_due(*it->second, event);
        } else if (const auto* activity = std::get_if<ActivitySignal>(&event->what)) {
            const auto it = rooms_.find(activity->room);
            if (it != rooms_.end() && !it->second->attached.empty()) make_due(*it->second, event);
        } else if (const auto* signal = std::get_if<BroadcastSignal>(&event->what)) {
            const auto it = rooms_.find(signal->room);
            if (it != rooms_.end() && !it->second->attached.empty()) make_due(*it->second, event);
        } else if (const auto* person = std::get_if<PresenceSignal>(&event->what)) {
            presence(event, *person);
        } else if (const auto* gained = std::get_if<RoomGained>(&event->what)) {
            if (!is_indexed(gained->user, gained->room)) room_gained(gained->user, gained->room);
        } else if (const auto* read = std::get_if<ReadMoved>(&event->what)) {
            read_moved(*read);
        } else if (const auto* revoked = std::get_if<TokensRevoked>(&event->what)) {
            revoke(*revoked);
        } else if (const auto* notified = std::get_if<NotificationSignal>(&event->what)) {
            tell_person(notified->user, event);
        } else if (const auto* moved = std::get_if<BlocksMoved>(&event->what)) {
            take(*moved);
        } else if (const auto* receipt = std::get_if<DeliveredSignal>(&event->what)) {
            delivered(event, *receipt);
        }
    }
}

void HubShard::take(const EventPtr& event, const RoomEvent& what) {
    const auto it = rooms_.find(what.room);
    if (it == rooms_.end()) return;
    RoomEntry& entry = *it->second;
    if (entry.state != RoomEntry::State::live) {
        hold(entry, event);
        return;
    }
    if (what.position <= entry.position) return;
    if (what.prev > entry.position) {
        hold(entry, event);
        repair(entry);
        return;
    }
    accept(entry, event, what);
}

void HubShard::take(const EventPtr& event, const HeadMoved& what) {
    const auto it = rooms_.find(what.room);
    if (it == rooms_.end() || what.head <= it->second->position) return;
    if (it->second->state == RoomEntry::State::live) {
        repair(*it->second);
    } else {
        hold(*it->second, event);
    }
}

void HubShard::remember(const EventPtr& event) {
    if (log_.size() >= node_.limits.held_events_max) {
        log_.clear();
        log_overflowed_ = true;
    }
    log_.push_back(event);
}

void HubShard::hold(RoomEntry& entry, const EventPtr& event) {
    // Over the bound everything held is let go: the gap it leaves is found and read like any other.
    if (entry.held.size() >= node_.limits.held_events_max) entry.held.clear();
    entry.held.push_back(event);
}

void HubShard::accept(RoomEntry& entry, EventPtr event, const RoomEvent& what) {
    entry.position = what.position;
    count(entry, what);
    make_due(entry, std::move(event));
    list_dirty(entry);
    for (const State& state : what.states) {
        const auto* room = std::get_if<Room>(&state);
        if (room != nullptr && room->deleted_at) entry.deleted = true;
        const auto* member = std::get_if<Member>(&state);
        if (member == nullptr) continue;
        std::erase_if(entry.leaving,
                      [&](const Leaving& leaving) { return leaving.user == member->user; });
        if (!member->active) {
            entry.leaving.push_back(Leaving::of(*member));
        } else if (people_.contains(member->user) && !is_indexed(member->user, entry.id)) {
            room_gained(member->user, entry.id);
        }
    }
}

void HubShard::count(RoomEntry& entry, const RoomEvent& what) {
    for (const State& state : what.states) {
        const auto* message = std::get_if<Message>(&state);
        if (message == nullptr) continue;
        entry.last_seq = std::max(entry.last_seq, message->seq);
        const bool newest = !entry.preview || entry.preview->id <= message->id;
        if (newest) {
            entry.preview = std::make_shared<const Preview>(
                Preview{message->id, message->sender, shown_type(*message),
                        text::first_code_points(words_of(*message), 100), message->created_at,
                        message->sender_nickname});
            entry.last_activity_at = std::max(entry.last_activity_at, message->created_at);
        }
        if (message->deleted_at) {
            for (Person* person : entry.people)
                count_for(*person, *room_of(*person, entry.id), what);
            return;
        }
        const auto sender = people_.find(message->sender);
        if (sender == people_.end()) continue;
        if (PersonRoom* room = room_of(*sender->second, entry.id))
            count_for(*sender->second, *room, what);
    }
    for (const State& state : what.states) {
        const auto* member = std::get_if<Member>(&state);
        const auto person = member != nullptr ? people_.find(member->user) : people_.end();
        if (person == people_.end()) continue;
        if (PersonRoom* room = room_of(*person->second, entry.id))
            count_for(*person->second, *room, what);
    }
}

void HubShard::count_for(Person& person, PersonRoom& room, const RoomEvent& what) {
    if (what.position <= room.as_of) return;
    for (const State& state : what.states) {
        if (const auto* message = std::get_if<Message>(&state)) {
            const bool posted = message->sender == person.user && message->moves_pointer &&
                                position_of(message->id) == what.position;
            if (posted && message->seq > room.read_seq) {
                room.read_seq = message->seq;
                room.deleted = 0;
            }
            // A tombstone never changes again: this is its deletion.
            if (message->deleted_at && message->seq > room.read_seq) ++room.deleted;
        } else if (const auto* member = std::get_if<Member>(&state)) {
            if (member->user != person.user || !member->active || member->read_seq < room.read_seq)
                continue;
            room.read_seq = member->read_seq;
            room.deleted = static_cast<std::int32_t>(member->deleted_after_read);
        }
    }
    room.as_of = what.position;
}

void HubShard::repair(RoomEntry& entry) {
    entry.state = RoomEntry::State::repairing;
    node_.telemetry.add(Counter::gaps_repaired, 1);
    std::vector<UserId> people;
    people.reserve(entry.people.size());
    for (const Person* person : entry.people) people.push_back(person->user);
    node_.pool.read([this, room = entry.id, since = entry.position,
                     people = std::move(people)](Store& store) mutable {
        Caught caught;
        caught.since = caught.head = since;
        std::sort(people.begin(), people.end());
        caught.people = people;
        Status status;
        // A few pages; who has missed more reads history anew.
        constexpr int pages_max = 8;
        for (int page = 0; status; ++page) {
            Result<Changes> changes = store.messages().changes(
                room, caught.head, node_.limits.resume_states_max, std::nullopt);
            if (!changes) {
                status = unexpected(changes.error());
                break;
            }
            // What stands at the beginning was there when the room was entered.
            std::copy_if(std::make_move_iterator(changes->items.begin()),
                         std::make_move_iterator(changes->items.end()),
                         std::back_inserter(caught.states),
                         [](const State& state) { return changed_at(state) != Position{}; });
            caught.head = changes->has_more ? changes->next : changes->head;
            if (!changes->has_more) break;
            if (page + 1 == pages_max) {
                caught.truncated = true;
                caught.head = changes->head;
                caught.states.clear();
                break;
            }
        }
        constexpr std::size_t at_once = 1'000;
        for (std::size_t begin = 0; status && begin < people.size(); begin += at_once) {
            const auto some =
                std::span(people).subspan(begin, std::min(at_once, people.size() - begin));
            Result<ReadStandings> standings = store.rooms().read_standings(room, some);
            if (!standings) {
                status = unexpected(standings.error());
                break;
            }
            caught.standings.head =
                begin == 0 ? standings->head : std::min(caught.standings.head, standings->head);
            std::move(standings->standings.begin(), standings->standings.end(),
                      std::back_inserter(caught.standings.standings));
        }
        node_.profiles.fill(store, std::span<State>(caught.states));
        if (status && caught.truncated) status = read_skipped(store, room, people, caught);
        Result<Caught> answer = std::move(caught);
        if (!status) answer = unexpected(status.error());
        executor_.post([this, room, answer = std::move(answer)]() mutable {
            repaired(room, std::move(answer));
        });
    });
}

void HubShard::repaired(RoomId room, Result<Caught> caught) {
    const auto it = rooms_.find(room);
    if (it == rooms_.end() || it->second->state != RoomEntry::State::repairing) return;
    RoomEntry& entry = *it->second;
    if (!caught) {
        if (!is_retryable(caught.error().code)) {
            node_.telemetry.log(
                {.level = LogLevel::error, .text = "a gap could not be read", .room = room});
        }
        executor_.post_after(std::chrono::milliseconds{200}, [this, room] {
            const auto again = rooms_.find(room);
            if (again != rooms_.end() && again->second->state == RoomEntry::State::repairing)
                repair(*again->second);
        });
        return;
    }
    if (caught->since != entry.position) {  // the entry was forgotten and made anew meanwhile
        repair(entry);
        return;
    }
    entry.state = RoomEntry::State::live;
    for (const EventPtr& event : events_of(room, caught->since, std::move(caught->states))) {
        accept(entry, event, std::get<RoomEvent>(event->what));
    }
    entry.position = entry.read_to = std::max(entry.position, caught->head);
    if (caught->truncated) skip_to(entry, *caught);
    settle_standings(entry, caught->standings);
    // Who came meanwhile, with a list of a moment before, was not asked about.
    const bool all_asked =
        std::all_of(entry.people.begin(), entry.people.end(), [&](Person* person) {
            const auto& asked = caught->people;
            return std::binary_search(asked.begin(), asked.end(), person->user) ||
                   room_of(*person, room)->as_of >= caught->head;
        });
    if (!all_asked) {
        repair(entry);
        return;
    }
    receive(std::exchange(entry.held, {}));
}

void HubShard::skip_to(RoomEntry& entry, const Caught& caught) {
    // Too much to tell one by one: everybody attached is told to read anew.
    entry.base = caught.head;
    std::erase_if(entry.due, [](const EventPtr& event) {
        return std::holds_alternative<RoomEvent>(event->what);
    });
    for (Attachment& attachment : entry.attached) {
        if (attachment.state == Attachment::State::catching) continue;
        if (attachment.state == Attachment::State::ahead && attachment.floor >= caught.head)
            continue;
        attachment.head = attachment.floor = caught.head;
        attachment.peer->resumed(entry.id, caught.head, true);
        wants_flush(*attachment.peer);
    }
    if (const std::optional<Room>& header = caught.header) {
        entry.last_seq = std::max(entry.last_seq, header->last_seq);
        entry.participant_count = header->participant_count;
        entry.last_activity_at = std::max(entry.last_activity_at, header->last_activity_at);
        if (header->preview) entry.preview = std::make_shared<const Preview>(*header->preview);
    }
    entry.leaving.insert(entry.leaving.end(), caught.left.begin(), caught.left.end());
    list_due(entry);
    list_dirty(entry);
}

void HubShard::settle_standings(RoomEntry& entry, const ReadStandings& standings) {
    for (const ReadStandings::Standing& standing : standings.standings) {
        const auto person = people_.find(standing.user);
        if (person == people_.end()) continue;
        PersonRoom* room = room_of(*person->second, entry.id);
        if (room == nullptr || standings.head < room->as_of) continue;
        room->read_seq = standing.read_seq;
        room->deleted = static_cast<std::int32_t>(standing.deleted_after_read);
        room->as_of = standings.head;
        list_dirty(*person->second, entry);
    }
}

}  // namespace chatcore

// What a device is told, and how it comes and goes. What it does is in device_acts.cpp.

#include "device.h"

#include "device_answers.h"

namespace chatcore::simulation {

void Connection::deliver(Delivery& delivery) {
    if (!open_) return;
    for (const EventPtr& event : delivery.events()) {
        if (const auto* what = std::get_if<RoomEvent>(&event->what))
            ledger_.check_shown(*what, user_, where());
    }
    const std::vector<EventPtr> events(delivery.events().begin(), delivery.events().end());
    send([events](Device& device) {
        for (const EventPtr& event : events) device.hear(event);
    });
}

void Connection::list_moved(const ListUpdate& update) {
    Listed listed{update.unread_count, update.total_unread, std::nullopt, true};
    if (update.last_message) listed.preview = *update.last_message;
    if (open_ && listed.preview) ledger_.check_shown(update.room, *listed.preview, user_, where());
    send([room = update.room, listed = std::move(listed), gained = update.gained != nullptr](
             Device& device) { device.hear_list(room, listed, gained); });
}

void Connection::resumed(RoomId room, Position head, bool truncated) {
    send([=](Device& device) { device.hear_resumed(room, head, truncated); });
}

void Connection::detached(RoomId room, ErrorCode) {
    send([=](Device& device) { device.hear_detached(room); });
}

void Device::connect(SimNode& node) {
    disconnect();  // where the other end has gone and this one has not seen it yet
    const int home = static_cast<int>(
        setting_.dice.below(static_cast<std::size_t>(node.engine().hub().shards())));
    connection_ = std::make_shared<Connection>(node, home, ledger_, user_);
    node.keep(connection_);
    lists_.clear();
    last_total_.reset();
    notified_.clear();
    blocks_known_ = false;
    rooms_known_ = rooms_asked_ = false;
    setting_.trace("{} connects to node {} shard {}", name_, node.index(), home);
    Hub& hub = node.engine().hub();
    auto done = answer<int>("connect", true, [this](Result<int> rooms) {
        if (!rooms) return disconnect();
        ask_blocks();
    });
    hub.executor(home).post(
        [&hub, home, peer = connection_, user = user_, done = std::move(done)]() mutable {
            hub.shard(home).connect(*peer, user, "family", std::move(done));
        });
}

void Device::disconnect() {
    if (!connection_) return;
    setting_.trace("{} is cut off", name_);
    for (std::size_t call : droppable_) ledger_.may_drop(call);
    droppable_.clear();
    connection_->cut();
    if (connection_->engine_runs()) {
        Hub& hub = connection_->node().engine().hub();
        hub.executor(connection_->home())
            .post_after(std::chrono::milliseconds{setting_.dice.below(200)},
                        [&hub, peer = connection_] {
                            hub.shard(peer->home()).disconnect(*peer);
                            peer->forget();
                        });
    }
    connection_.reset();
    attaching_.clear();
    detaching_.clear();
    for (auto& [room, copy] : rooms_) copy.let_go();
    for (Post& post : posts_) post.asked = false;
}

bool Device::receive() {
    if (connection_ && !connection_->open()) disconnect();  // the node has gone
    if (!connection_ || !connection_->waits()) return false;
    Frame frame = connection_->take();
    frame(*this);
    return true;
}

void Device::ask_blocks() {
    engine().social().blocks(caller(), {}, 100,
                             answer<Page<Block>>("blocks", true, [this](Result<Page<Block>> page) {
                                 if (!page) return disconnect();
                                 std::vector<UserId> blocked;
                                 for (const Block& block : page->items)
                                     blocked.push_back(block.user);
                                 // What was kept from before is shown by other rules.
                                 blocks_known_ = true;
                                 const bool same = std::exchange(blocked_, blocked) == blocked;
                                 for (auto& [room, copy] : rooms_) {
                                     if (!same || copy.has_skipped()) copy.begin_anew();
                                     attach(room);
                                 }
                                 ask_rooms({});
                             }));
}

void Device::ask_rooms(std::string cursor) {
    rooms_asked_ = true;
    RoomListQuery query;
    query.cursor = std::move(cursor);
    query.limit = 3;
    engine().rooms().list(
        caller(), query,
        answer<Page<RoomView>>("rooms", false, [this](Result<Page<RoomView>> page) {
            if (!page) {
                rooms_asked_ = false;
                return;
            }
            for (const RoomView& view : page->items) {
                learn(view);
                Listed& listed = lists_[view.room.id];
                if (listed.told) continue;
                listed.unread = view.unread_count;
                listed.preview = view.room.preview;
            }
            if (page->has_more()) return ask_rooms(page->next_cursor);
            rooms_known_ = true;
        }));
}

void Device::learn(const RoomView& view) {
    if (view.room.direct) ledger_.opened(*view.room.direct, view.room.id);
    const bool fresh = !rooms_.contains(view.room.id);
    copy_of(view.room.id);
    if (fresh && view.active) attach(view.room.id);
}

RoomCopy& Device::copy_of(RoomId room) {
    return rooms_.try_emplace(room, setting_, ledger_, room, user_, name_).first->second;
}

bool Device::follows(RoomId room) const {
    const auto it = rooms_.find(room);
    return connection_ && it != rooms_.end() && it->second.follow() == RoomCopy::Follow::live;
}

void Device::attach(RoomId room) {
    RoomCopy& copy = copy_of(room);
    if (!blocks_known_ || copy.follow() != RoomCopy::Follow::no || !attaching_.insert(room).second)
        return;
    copy.asked();
    setting_.trace("{} attaches room {} from {}", name_, room.value, copy.position().value);
    Hub& hub = engine().hub();
    auto done = answer<Position>(fmt::format("attach room {}", room.value), true,
                                 [this, room](Result<Position> head) {
                                     attaching_.erase(room);
                                     if (head) return copy_of(room).attached(*head);
                                     copy_of(room).refused();
                                 });
    hub.executor(connection_->home())
        .post([&hub, peer = connection_, room, since = copy.position(),
               done = std::move(done)]() mutable {
            if (peer->open() && !peer->forgotten())
                hub.shard(peer->home()).attach(*peer, room, since, std::move(done));
        });
}

void Device::detach(RoomId room) {
    RoomCopy& copy = copy_of(room);
    if (copy.follow() != RoomCopy::Follow::live || !detaching_.insert(room).second) return;
    Hub& hub = engine().hub();
    // Events may be on their way still: the copy lets go once the server has.
    auto done = answer<bool>(fmt::format("detach room {}", room.value), true,
                             [this, room](const Result<bool>&) {
                                 if (detaching_.erase(room) > 0) copy_of(room).let_go();
                             });
    hub.executor(connection_->home())
        .post([&hub, peer = connection_, room, done = std::move(done)]() mutable {
            if (!peer->open() || peer->forgotten()) return;
            hub.shard(peer->home()).detach(*peer, room);
            done(true);
        });
}

void Device::hear(const EventPtr& event) {
    if (const auto* what = std::get_if<RoomEvent>(&event->what)) {
        setting_.trace("{} hears room {} at {} after {}: {}", name_, what->room.value,
                       what->position.value, what->prev.value, what->states.size());
        ++setting_.tally.events;
        ledger_.told(*what, user_);
        const bool deleted = !what->states.empty() &&
                             std::holds_alternative<Room>(what->states.front()) &&
                             std::get<Room>(what->states.front()).deleted_at;
        RoomCopy& copy = copy_of(what->room);
        // A deletion is heard by who does not follow the room, too.
        const bool follows =
            copy.follow() == RoomCopy::Follow::live || copy.follow() == RoomCopy::Follow::resuming;
        if (follows || !deleted) copy.heard(*what);
        for (const State& state : what->states) {
            const auto* member = std::get_if<Member>(&state);
            if (member != nullptr && member->user == user_ && !member->active)
                lists_.erase(what->room);
        }
    } else if (const auto* typing = std::get_if<TypingSignal>(&event->what)) {
        const auto member = ledger_.truth().rooms().member(typing->room, typing->user);
        if (member && !*member)
            setting_.violated("{} hears a stranger type in room {}", name_, typing->room.value);
    } else if (const auto* note = std::get_if<NotificationSignal>(&event->what)) {
        if (note->user != user_ || !notified_.insert(note->notification.id).second)
            setting_.violated("{} hears of notification {} again, or of another's", name_,
                              note->notification.id.value);
    }
}

void Device::hear_list(RoomId room, const Listed& listed, bool gained) {
    setting_.trace("{} lists room {}: {} unread of {}{}", name_, room.value, listed.unread,
                   listed.total, gained ? ", new" : "");
    lists_[room] = listed;
    last_total_ = listed.total;
    // A page of the list may have missed a room that moved while the next one was read.
    if (!rooms_.contains(room)) attach(room);
}

void Device::hear_resumed(RoomId room, Position head, bool truncated) {
    setting_.trace("{} has resumed room {} at {}{}", name_, room.value, head.value,
                   truncated ? ", truncated" : "");
    RoomCopy& copy = copy_of(room);
    copy.resumed(head, truncated);
    ++setting_.tally.resumed;
    if (truncated) ++setting_.tally.truncated;
    if (truncated) blocked_.reset();  // maybe because it has changed
    if (copy.reads_anew()) read_anew(room);
}

void Device::hear_detached(RoomId room) {
    setting_.trace("{} may not follow room {} any more", name_, room.value);
    detaching_.erase(room);
    copy_of(room).let_go();
}

void Device::read_anew(RoomId room) {
    const RoomCopy& copy = copy_of(room);
    const int limit = 1 + static_cast<int>(setting_.dice.below(4));
    engine().messages().changes(
        caller(), room, copy.read_from(), limit,
        answer<Changes>("changes", false,
                        [this, room, reading = copy.reading()](Result<Changes> page) {
                            RoomCopy& mine = copy_of(room);
                            if (!mine.reads_anew() || mine.reading() != reading) return;
                            if (!page) {
                                if (is_retryable(page.error().code)) return read_anew(room);
                                detach(room);
                                return;
                            }
                            if (!mine.read(*page)) read_anew(room);
                        }));
}

bool Device::mend() {
    bool missing = false;
    if (!rooms_known_) {
        missing = true;
        if (!rooms_asked_) ask_rooms({});
    }
    for (Post& post : posts_) {
        missing = true;
        if (!post.asked) send(post);
    }
    for (auto& [room, copy] : rooms_) {
        const auto member = ledger_.truth().rooms().member(room, user_);
        if (!member || !*member || !(*member)->active) continue;
        if (copy.follow() == RoomCopy::Follow::no) attach(room);
        if (copy.follow() != RoomCopy::Follow::live || copy.reads_anew()) missing = true;
    }
    return missing;
}

void Device::check_copies() {
    const auto memberships = ledger_.truth().rooms().memberships(user_, RoomId{}, 10'000);
    for (const Membership& membership : *memberships) {
        if (membership.left != Position{}) continue;
        const auto copy = rooms_.find(membership.room);
        if (copy != rooms_.end()) copy->second.compare_with_store();
    }
    for (const auto& [room, copy] : rooms_) {
        if (copy.follow() == RoomCopy::Follow::live && ledger_.is_deleted(room))
            setting_.violated("{} follows room {}, which is deleted", name_, room.value);
    }
}

void Device::check_lists() {
    std::int64_t total = 0;
    const auto memberships = ledger_.truth().rooms().memberships(user_, RoomId{}, 10'000);
    for (const Membership& membership : *memberships) {
        const bool is_in = membership.left == Position{};
        if (is_in) total += membership.unread_count();
        // Of what they have left they hear when something was said since.
        const bool shown =
            is_in || (membership.preview && position_of(membership.preview->id) > membership.left);
        if (!shown) continue;
        if (!rooms_.contains(membership.room))
            setting_.violated("{} does not know room {}", name_, membership.room.value);
        // In larger rooms a pointer moves without a position: what was lost of it is not found.
        const std::size_t members = copy_of(membership.room).members().size();
        if (static_cast<int>(members) > setting_.limits.receipts_told_members_max) continue;
        const auto view = ledger_.truth().rooms().view(membership.room, user_);
        // Where nobody may say a last word the list is as it was told last, maybe before a fault.
        const auto& held = (*view)->room.consultation;
        if (held && !is_active(*held)) continue;
        const Listed& listed = lists_[membership.room];
        if (listed.unread != membership.unread_count())
            setting_.violated("{}: the list says {} unread in room {}, the store {}", name_,
                              listed.unread, membership.room.value, membership.unread_count());
        const auto& preview = (*view)->room.preview;
        const std::string last = preview ? preview->content : "";
        if ((listed.preview ? listed.preview->content : "") != last)
            setting_.violated("{}: the list of room {} shows another message than '{}'", name_,
                              membership.room.value, last);
    }
    if (setting_.limits.receipts_told_members_max >= 100 && last_total_ && *last_total_ != total)
        setting_.violated("{}: the lists say {} unread in all, the store {}", name_, *last_total_,
                          total);
}

}  // namespace chatcore::simulation

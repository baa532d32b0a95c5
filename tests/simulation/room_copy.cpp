#include "room_copy.h"

#include <algorithm>

namespace chatcore::simulation {

void RoomCopy::asked() {
    follow_ = Follow::asked;
    begun_ = false;
}

void RoomCopy::let_go() {
    follow_ = Follow::no;
    // Half of a history is no place to go on from.
    if (reads_anew_) forget();
}

void RoomCopy::forget() {
    reads_anew_ = false;
    skipped_ = false;
    ++reading_;
    position_ = read_from_ = Position{};
    told_new_.clear();
    messages_.clear();
    members_.clear();
    header_.reset();
}

void RoomCopy::attached(Position) {
    follow_ = Follow::resuming;
}

void RoomCopy::heard(const RoomEvent& event) {
    if (follow_ == Follow::asked)
        setting_.violated("{}: room {} told before the attach was answered", observer_,
                          room_.value);
    if (follow_ != Follow::resuming && follow_ != Follow::live) return;
    const bool beginning = event.position == Position{} && follow_ == Follow::resuming &&
                           position_ == Position{} && !begun_;
    if (event.prev != position_)
        setting_.violated("{}: room {} has a gap: at {}, and {} follows {}", observer_, room_.value,
                          position_.value, event.position.value, event.prev.value);
    if (event.position <= position_ && !beginning)
        setting_.violated("{}: room {} went back: at {}, told {}", observer_, room_.value,
                          position_.value, event.position.value);
    begun_ = true;
    skipped_ = skipped_ || event.states.empty();
    for (const State& state : event.states) {
        if (const auto* message = std::get_if<Message>(&state)) check_new(*message, event);
        take(state);
    }
    position_ = event.position;
}

void RoomCopy::check_new(const Message& message, const RoomEvent& event) {
    const bool is_new = position_of(message.id) > event.known;
    if (is_new) {
        if (!told_new_.insert(message.id).second)
            setting_.violated("{}: message {} is delivered as new a second time", observer_,
                              message.id.value);
    } else if (!reads_anew_ && !messages_.contains(message.id) &&
               !ledger_.people().ever_blocked(viewer_, message.sender)) {
        // (A node that has not heard of a block yet tells changes of what the store hides already.)
        setting_.violated("{}: message {} changed and was never delivered", observer_,
                          message.id.value);
    }
}

void RoomCopy::resumed(Position head, bool truncated) {
    if (follow_ != Follow::resuming && follow_ != Follow::live) return;
    if (truncated) {
        forget();
        reads_anew_ = true;
        position_ = head;
    } else if (head != position_) {
        setting_.violated("{}: room {} resumed at {} and was brought to {}", observer_, room_.value,
                          head.value, position_.value);
    }
    follow_ = Follow::live;
}

bool RoomCopy::read(const Changes& page) {
    for (const State& state : page.items) {
        ledger_.told(room_, state);
        take(state);
    }
    if (page.has_more && page.next <= read_from_ && read_from_ != Position{})
        setting_.violated("{}: changes of room {} do not advance", observer_, room_.value);
    read_from_ = page.next;
    if (page.has_more) return false;
    reads_anew_ = false;
    return true;
}

void RoomCopy::take(const State& state) {
    if (const auto* message = std::get_if<Message>(&state)) {
        Message& mine = messages_[message->id];
        if (mine.changed_at <= message->changed_at) mine = *message;
        // Whoever posts has read up to there: the member's own state does not say so.
        const auto sender = members_.find(message->sender);
        if (message->moves_pointer && sender != members_.end() &&
            sender->second.read_seq < message->seq) {
            sender->second.read_seq = message->seq;
            sender->second.read_position = position_of(message->id);
        }
    } else if (const auto* member = std::get_if<Member>(&state)) {
        Member& mine = members_[member->user];
        if (mine.changed_at > member->changed_at) return;
        const Member before = mine;
        mine = *member;
        if (before.read_seq > mine.read_seq) {
            mine.read_seq = before.read_seq;
            mine.read_position = before.read_position;
        }
        // A page may be older than what was told of the same person's posts.
        for (const auto& [id, posted] : messages_) {
            if (posted.sender != mine.user || !posted.moves_pointer || posted.seq <= mine.read_seq)
                continue;
            mine.read_seq = posted.seq;
            mine.read_position = position_of(id);
        }
    } else {
        const Room& room = std::get<Room>(state);
        if (!header_ || header_->changed_at <= room.changed_at) header_ = room;
    }
}

void RoomCopy::compare_with_store() {
    const auto header = ledger_.truth().rooms().find(room_);
    if (position_ != (*header)->head)
        setting_.violated("{}: room {} is at {} and its head is {}", observer_, room_.value,
                          position_.value, (*header)->head.value);
    const Changes all = *ledger_.truth().messages().changes(room_, Position{}, 1'000'000, viewer_);
    std::size_t messages = 0;
    std::size_t members = 0;
    for (const State& state : all.items) {
        if (const auto* message = std::get_if<Message>(&state)) {
            ++messages;
            compare(messages_[message->id], *message);
        } else if (const auto* member = std::get_if<Member>(&state)) {
            ++members;
            compare(members_[member->user], *member);
        } else {
            const Room& room = std::get<Room>(state);
            if (!header_ || header_->title != room.title || header_->changed_at != room.changed_at)
                setting_.violated("{}: the header of room {} is not the store's", observer_,
                                  room_.value);
        }
    }
    if (messages != messages_.size() || members != members_.size())
        setting_.violated("{}: room {} holds more than the store", observer_, room_.value);
}

void RoomCopy::compare(const Message& mine, const Message& theirs) {
    Message named = theirs;
    named.sender_nickname = mine.sender_nickname;
    if (mine != named)
        setting_.violated("{}: message {} of room {} is as at {}, the store's as at {}", observer_,
                          theirs.id.value, room_.value, mine.changed_at.value,
                          theirs.changed_at.value);
}

void RoomCopy::compare(const Member& mine, const Member& theirs) {
    const bool same = mine.role == theirs.role && mine.active == theirs.active &&
                      mine.removed == theirs.removed && mine.changed_at == theirs.changed_at;
    if (!same)
        setting_.violated("{}: member {} of room {} is not the store's", observer_,
                          theirs.user.value, room_.value);
    // In larger rooms nobody is told how far others have read.
    const auto told_max = static_cast<std::size_t>(setting_.limits.receipts_told_members_max);
    if (members_.size() > told_max) return;
    // Who is not shown somebody's posts does not learn of the pointers that those move.
    const BlockSet set = *ledger_.truth().social().block_set(viewer_);
    if (std::binary_search(set.blocked.begin(), set.blocked.end(), theirs.user)) return;
    if (mine.read_seq != theirs.read_seq || mine.read_position != theirs.read_position)
        setting_.violated("{}: member {} of room {} has read {}, by the store {}", observer_,
                          theirs.user.value, room_.value, mine.read_position.value,
                          theirs.read_position.value);
}

}  // namespace chatcore::simulation

#include "gateway/stomp/told_once.h"

#include <algorithm>

namespace chatcore::gateway::stomp {

ToldOnce& ToldOnce::own() {
    thread_local ToldOnce own;
    return own;
}

ToldOnce::InHand::InHand(std::span<const EventPtr> events) {
    own().take_up(events);
}

ToldOnce::InHand::~InHand() {
    own().in_hand_ = false;
}

void ToldOnce::take_up(std::span<const EventPtr> events) {
    in_hand_ = true;
    next_ = 0;
    if (std::ranges::equal(events, events_)) return;
    constexpr std::size_t entries_kept = 256;
    events_.assign(events.begin(), events.end());
    if (entries_.size() > entries_kept) entries_.resize(entries_kept);
    used_ = 0;
}

std::string* ToldOnce::find(const Event& event, std::size_t state, int kind) {
    ToldOnce& once = own();
    return once.in_hand_ ? &once.entry_of(event, state, kind) : nullptr;
}

std::string& ToldOnce::entry_of(const Event& event, std::size_t state, int kind) {
    for (std::size_t i = 0; i < used_; ++i) {
        if (next_ >= used_) next_ = 0;
        Entry& entry = entries_[next_++];
        if (entry.event == &event && entry.state == state && entry.kind == kind) return entry.text;
    }
    if (used_ == entries_.size()) entries_.emplace_back();
    Entry& entry = entries_[used_++];
    next_ = used_;
    entry.event = &event;
    entry.state = state;
    entry.kind = kind;
    entry.text.clear();
    return entry.text;
}

}  // namespace chatcore::gateway::stomp

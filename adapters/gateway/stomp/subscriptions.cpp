#include "gateway/stomp/subscriptions.h"

#include <algorithm>

namespace chatcore::gateway::stomp {

namespace {

template <class List>
auto find_id(List& list, std::string_view id) {
    return std::find_if(list.begin(), list.end(), [id](const auto& each) { return each.id == id; });
}

}  // namespace

void Subscriptions::set_form(Version version, bool legacy) {
    version_ = version;
    legacy_ = legacy;
}

bool Subscriptions::has(std::string_view id) const {
    if (find_id(own_, id) != own_.end()) return true;
    return std::any_of(rooms_.begin(), rooms_.end(), [id](const auto& room) {
        const auto& topics = room.second.key.topics;
        return find_id(topics, id) != topics.end();
    });
}

std::size_t Subscriptions::count() const {
    std::size_t count = own_.size();
    for (const auto& [room, topics] : rooms_) count += topics.key.topics.size();
    return count;
}

bool Subscriptions::acks(std::string_view id) const {
    if (const auto it = find_id(own_, id); it != own_.end()) return it->acks;
    for (const auto& [room, topics] : rooms_) {
        const auto it = find_id(topics.key.topics, id);
        if (it != topics.key.topics.end()) return it->acks;
    }
    return false;
}

bool Subscriptions::has(Topic topic) const {
    return std::any_of(own_.begin(), own_.end(),
                       [topic](const OwnTopic& each) { return each.topic == topic; });
}

void Subscriptions::add(OwnTopic topic) {
    own_.push_back(std::move(topic));
}

void Subscriptions::add(RoomId room, RoomTopic topic) {
    RoomTopics& topics = entry_of(room);
    topics.key.topics.push_back(std::move(topic));
    renew(topics);
}

Subscriptions::Removed Subscriptions::remove(std::string_view id) {
    if (const auto it = find_id(own_, id); it != own_.end()) {
        own_.erase(it);
        return {.found = true};
    }
    for (auto& [room, topics] : rooms_) {
        const auto it = find_id(topics.key.topics, id);
        if (it == topics.key.topics.end()) continue;
        topics.key.topics.erase(it);
        renew(topics);
        if (!topics.key.topics.empty()) return {.found = true};
        const RoomId emptied = room;
        rooms_.erase(emptied);
        return {.found = true, .room = emptied};
    }
    return {};
}

std::vector<RoomTopic> Subscriptions::remove_room(RoomId room) {
    const auto it = rooms_.find(room);
    if (it == rooms_.end()) return {};
    std::vector<RoomTopic> topics = std::move(it->second.key.topics);
    rooms_.erase(it);
    return topics;
}

const RoomTopics* Subscriptions::of_room(RoomId room) const {
    const auto it = rooms_.find(room);
    return it == rooms_.end() ? nullptr : &it->second;
}

RoomTopics& Subscriptions::entry_of(RoomId room) {
    RoomTopics& topics = rooms_[room];
    topics.key.room = room;
    topics.key.framing = framing_;
    topics.key.version = version_;
    topics.key.legacy = legacy_;
    return topics;
}

void Subscriptions::renew(RoomTopics& topics) {
    topics.format = topics.key.topics.empty() ? nullptr : room_format(topics.key);
}

}  // namespace chatcore::gateway::stomp

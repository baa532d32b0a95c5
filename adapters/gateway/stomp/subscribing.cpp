// SUBSCRIBE and UNSUBSCRIBE.

#include <algorithm>

#include "gateway/stomp/reply.h"

namespace chatcore::gateway::stomp {

namespace {

/// Of one connection.
constexpr std::size_t subscriptions_max = 2'000;

/// To one destination: each costs what is told there once more.
constexpr std::ptrdiff_t same_max = 16;

constexpr std::size_t id_bytes_max = 256;

/// Nullopt for what is no way of acknowledging.
std::optional<bool> acks_of(std::optional<std::string_view> mode, Version version) {
    if (!mode || *mode == "auto") return false;
    if (*mode == "client") return true;
    if (*mode == "client-individual" && version != Version::v1_0) return true;
    return std::nullopt;
}

Error too_many_subscriptions() {
    return {.code = ErrorCode::too_many, .detail = "subscriptions", .cause = {}, .retry_after = {}};
}

}  // namespace

void StompSession::subscribe(const Frame& frame) {
    Ask ask = ask_of(frame);
    if (!frame.headers.find("destination")) return refuse_frame("destination is missing", &frame);
    // 1.0 knows subscriptions without an id: they go by their destination.
    std::optional<std::string_view> id = frame.headers.find("id");
    if (!id && version_ == Version::v1_0) id = ask.destination;
    if (!id) return refuse_frame("id is missing", &frame);
    if (id->size() > id_bytes_max) return refuse_frame("the id is longer than 256 bytes", &frame);
    const auto acks = acks_of(frame.headers.find("ack"), version_);
    if (!acks) return refuse_frame("ack is none of auto, client, client-individual", &frame);
    if (subscriptions_.has(*id) || is_waiting(*id)) {
        return refuse_frame("there is a subscription of that id already", &frame);
    }
    if (subscriptions_.count() + waiting() >= subscriptions_max) {
        return refuse(ask, too_many_subscriptions());
    }
    const auto destination = parse_destination(ask.destination);
    if (!destination || !may_hear(destination->topic))
        return refuse(ask, Error{ErrorCode::not_found, "destination"});
    if (is_of_room(destination->topic)) {
        return subscribe_room(
            std::move(ask), RoomId{destination->id},
            {.id = std::string(*id), .topic = destination->topic, .root = {}, .acks = *acks});
    }
    if (destination->topic == Topic::thread) {
        const MessageId root{destination->id};
        return subscribe_thread(
            std::move(ask), root,
            {.id = std::string(*id), .topic = Topic::thread, .root = root, .acks = *acks});
    }
    if (!is_own(*destination)) return refuse(ask, Error{ErrorCode::forbidden, "destination"});
    if (std::ranges::count(subscriptions_.own(), destination->topic, &OwnTopic::topic) >= same_max)
        return refuse(ask, too_many_subscriptions());
    subscriptions_.add({.id = std::string(*id),
                        .topic = destination->topic,
                        .destination = ask.destination,
                        .acks = *acks});
    const bool of_talks = destination->topic == Topic::chat || destination->topic == Topic::read ||
                          destination->topic == Topic::consultations;
    if (of_talks) return subscribe_talks(std::move(ask), *id);
    receipt(ask);
}

bool StompSession::may_hear(Topic topic) const {
    const Doors& doors = shared_.options.doors;
    switch (topic) {
        case Topic::errors:
            return true;
        case Topic::room_messages:
        case Topic::room_reads:
        case Topic::presence:
            return doors.messenger;
        case Topic::chat:
        case Topic::read:
        case Topic::consultations:
            return doors.consultation;
        default:
            return doors.social;
    }
}

bool StompSession::is_own(const Destination& destination) const {
    if (destination.topic == Topic::notifications) return destination.id == user_.value;
    if (destination.person.empty()) return true;
    return destination.person == external_id_ || destination.person == std::to_string(user_.value);
}

bool StompSession::is_waiting(std::string_view id) const {
    const auto is_it = [id](const Waiting& each) { return each.topic.id == id; };
    return std::ranges::any_of(finding_, is_it) ||
           std::ranges::any_of(attaching_, [&](const auto& of_room) {
               return std::ranges::any_of(of_room.second, is_it);
           });
}

std::size_t StompSession::waiting() const {
    std::size_t count = finding_.size();
    for (const auto& [room, waiting] : attaching_) count += waiting.size();
    return count;
}

bool StompSession::has_enough(RoomId room, const RoomTopic& topic) const {
    const auto is_same = [&](const RoomTopic& each) {
        return each.topic == topic.topic && each.root == topic.root;
    };
    std::ptrdiff_t count = 0;
    if (const RoomTopics* const there = subscriptions_.of_room(room))
        count += std::ranges::count_if(there->key.topics, is_same);
    if (const auto it = attaching_.find(room); it != attaching_.end())
        count += std::ranges::count_if(it->second, is_same, &Waiting::topic);
    return count >= same_max;
}

void StompSession::subscribe_thread(Ask ask, MessageId root, RoomTopic topic) {
    ++in_hand_;
    const std::string id = topic.id;
    finding_.push_back({std::move(ask), std::move(topic)});
    engine().messages().find(
        caller(), root, [weak = std::weak_ptr(self_), id](const Result<Message>& found) {
            const auto self = weak.lock();
            if (!self) return;
            StompSession& session = **self;
            --session.in_hand_;
            const auto it = std::ranges::find(session.finding_, id, [](const Waiting& each) {
                return std::string_view(each.topic.id);
            });
            // Else it was taken back meanwhile.
            if (session.acts() && it != session.finding_.end()) {
                Waiting waiting = std::move(*it);
                session.finding_.erase(it);
                if (found) {
                    session.subscribe_room(std::move(waiting.ask), found->room,
                                           std::move(waiting.topic));
                } else {
                    session.refuse(waiting.ask, found.error());
                }
            }
            session.part_if_done();
            session.link_.flush();
        });
}

void StompSession::subscribe_room(Ask ask, RoomId room, RoomTopic topic) {
    if (has_enough(room, topic)) return refuse(ask, too_many_subscriptions());
    if (shard().is_attached(*this, room) && !attaching_.contains(room)) {
        subscriptions_.add(room, std::move(topic));
        return receipt(ask);
    }
    // All that waited for it may have been taken back: it is being asked for all the same.
    const auto [it, fresh] = attaching_.try_emplace(room);
    it->second.push_back({std::move(ask), std::move(topic)});
    if (!fresh) return;
    shard().attach(*this, room, std::nullopt,
                   [weak = std::weak_ptr(self_), room](const Result<Position>& head) {
                       if (const auto self = weak.lock()) (*self)->attached(room, head);
                   });
}

void StompSession::attached(RoomId room, const Result<Position>& head) {
    const auto it = attaching_.find(room);
    if (it == attaching_.end() || stage_ != Stage::live) return;
    const std::vector<Waiting> waiting = std::move(it->second);
    attaching_.erase(it);
    for (const Waiting& each : waiting) {
        if (stage_ != Stage::live) return;
        if (!head) {
            refuse(each.ask, head.error());
        } else {
            subscriptions_.add(room, each.topic);
            receipt(each.ask);
        }
    }
    // All that waited may have been taken back meanwhile.
    if (head) leave_if_unused(room);
    link_.flush();
}

void StompSession::unsubscribe(const Frame& frame) {
    std::optional<std::string_view> id = frame.headers.find("id");
    if (!id && version_ == Version::v1_0) id = frame.headers.find("destination");
    if (!id) return refuse_frame("id is missing", &frame);
    const Subscriptions::Removed removed = subscriptions_.remove(*id);
    if (!removed.found && !take_back(*id)) {
        return refuse_frame("there is no subscription of that id", &frame);
    }
    if (removed.room != RoomId{}) leave_if_unused(removed.room);
    receipt(ask_of(frame));
}

bool StompSession::take_back(std::string_view id) {
    const auto take_from = [&](std::vector<Waiting>& list) {
        const auto it =
            std::ranges::find_if(list, [id](const Waiting& each) { return each.topic.id == id; });
        if (it == list.end()) return false;
        const Ask ask = std::move(it->ask);
        list.erase(it);
        receipt(ask);
        return true;
    };
    return take_from(finding_) || std::ranges::any_of(attaching_, [&](auto& of_room) {
               return take_from(of_room.second);
           });
}

void StompSession::leave_if_unused(RoomId room) {
    if (subscriptions_.of_room(room) == nullptr) leave_board(room);
    if (subscriptions_.of_room(room) != nullptr || talks_.contains(room)) return;
    if (attaching_.contains(room)) return;
    shard().detach(*this, room);
}

}  // namespace chatcore::gateway::stomp

// SUBSCRIBE and UNSUBSCRIBE.

#include <algorithm>

#include "gateway/stomp/reply.h"

namespace chatcore::gateway::stomp {

namespace {

/// Of one connection.
constexpr std::size_t subscriptions_max = 2'000;

/// Nullopt for what is no way of acknowledging.
std::optional<bool> acks_of(std::optional<std::string_view> mode, Version version) {
    if (!mode || *mode == "auto") return false;
    if (*mode == "client") return true;
    if (*mode == "client-individual" && version != Version::v1_0) return true;
    return std::nullopt;
}

}  // namespace

void StompSession::subscribe(const Frame& frame) {
    Ask ask = ask_of(frame);
    if (!frame.headers.find("destination")) return refuse_frame("destination is missing", &frame);
    // 1.0 knows subscriptions without an id: they go by their destination.
    std::optional<std::string_view> id = frame.headers.find("id");
    if (!id && version_ == Version::v1_0) id = ask.destination;
    if (!id) return refuse_frame("id is missing", &frame);
    const auto acks = acks_of(frame.headers.find("ack"), version_);
    if (!acks) return refuse_frame("ack is none of auto, client, client-individual", &frame);
    if (subscriptions_.has(*id) || is_attaching(*id)) {
        return refuse_frame("there is a subscription of that id already", &frame);
    }
    if (subscriptions_.count() + attaching_.size() >= subscriptions_max) {
        return refuse(ask, Error{.code = ErrorCode::too_many,
                                 .detail = "subscriptions",
                                 .cause = {},
                                 .retry_after = {}});
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

bool StompSession::is_attaching(std::string_view id) const {
    for (const auto& [room, waiting] : attaching_) {
        for (const Waiting& each : waiting) {
            if (each.topic.id == id) return true;
        }
    }
    return false;
}

void StompSession::subscribe_thread(Ask ask, MessageId root, RoomTopic topic) {
    with_message(
        std::move(ask), root,
        [topic = std::move(topic)](StompSession& session, Ask of, const Message& found) mutable {
            if (session.subscriptions_.has(topic.id) || session.is_attaching(topic.id))
                return session.refuse(of, Error{ErrorCode::conflict, "id"});
            session.subscribe_room(std::move(of), found.room, std::move(topic));
        });
}

void StompSession::subscribe_room(Ask ask, RoomId room, RoomTopic topic) {
    if (shard().is_attached(*this, room) && !attaching_.contains(room)) {
        subscriptions_.add(room, std::move(topic));
        return receipt(ask);
    }
    std::vector<Waiting>& waiting = attaching_[room];
    waiting.push_back({std::move(ask), std::move(topic)});
    if (waiting.size() > 1) return;
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
    if (!removed.found && !forget_attaching(*id)) {
        return refuse_frame("there is no subscription of that id", &frame);
    }
    if (removed.room != RoomId{}) leave_if_unused(removed.room);
    receipt(ask_of(frame));
}

bool StompSession::forget_attaching(std::string_view id) {
    for (auto& [room, waiting] : attaching_) {
        const auto it = std::find_if(waiting.begin(), waiting.end(),
                                     [id](const Waiting& each) { return each.topic.id == id; });
        if (it == waiting.end()) continue;
        waiting.erase(it);
        return true;
    }
    return false;
}

void StompSession::leave_if_unused(RoomId room) {
    if (subscriptions_.of_room(room) == nullptr) leave_board(room);
    if (subscriptions_.of_room(room) != nullptr || talks_.contains(room)) return;
    if (attaching_.contains(room)) return;
    shard().detach(*this, room);
}

}  // namespace chatcore::gateway::stomp

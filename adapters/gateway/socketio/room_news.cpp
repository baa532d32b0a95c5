#include "gateway/socketio/room_news.h"

#include <array>

#include "gateway/doors/storefront/shapes.h"
#include "gateway/socketio/chat.h"
#include "gateway/socketio/chat_packets.h"

namespace chatcore::gateway::socketio {

namespace {

/// Between two look-ups of one room for one person.
constexpr std::chrono::milliseconds rest{300};

constexpr std::size_t others_max = 100'000;

}  // namespace

std::shared_ptr<RoomNews> RoomNews::of(Engine& engine, int home) {
    thread_local std::weak_ptr<RoomNews> known;
    std::shared_ptr<RoomNews> news = known.lock();
    if (!news || &news->engine_ != &engine) {
        news = std::make_shared<RoomNews>(engine, home);
        known = news;
    }
    return news;
}

void RoomNews::ask(UserId user, RoomId room, const std::weak_ptr<ChatSpace*>& client) {
    if (others_.contains(room)) return;
    const auto [it, first] = waiting_.try_emplace({user, room});
    it->second.insert(client);
    if (first) look_up({user, room});
}

void RoomNews::look_up(Key key) {
    auto done = [weak = weak_from_this(), key,
                 clients = std::exchange(waiting_[key], {})](const Result<ContextRoom>& room) {
        if (const auto self = weak.lock()) self->found(key, clients, room);
    };
    engine_.context_rooms().find({key.first, home_}, std::string(store_context), key.second,
                                 std::move(done));
}

void RoomNews::found(Key key, const Clients& clients, const Result<ContextRoom>& room) {
    if (!room) {
        waiting_.erase(key);
        // A room about a store that is a third one's (now) may become its again.
        if (room.error() != Error{ErrorCode::not_found, "room"}) return;
        if (others_.size() >= others_max) others_.clear();
        others_.insert(key.second);
        return;
    }
    std::string text;
    begin_chat_event(text);
    JsonWriter json(text);
    json.begin_array().value("room-updated");
    storefront::write_room(json, *room, storefront::Beside::nothing);
    json.end_array();
    std::array<SharedBytes, framing_count> framed;
    for (const auto& weak : clients) {
        const auto client = weak.lock();
        if (!client) continue;
        const Framing framing = (*client)->framing();
        SharedBytes& bytes = framed[static_cast<std::size_t>(framing)];
        if (!bytes) {
            std::string made;
            append_message(made, framing, text);
            bytes = std::make_shared<const std::string>(std::move(made));
        }
        (*client)->tell_room(bytes);
    }
    engine_.hub().executor(home_).post_after(rest, [weak = weak_from_this(), key] {
        const auto self = weak.lock();
        if (!self) return;
        if (self->waiting_[key].empty()) {
            self->waiting_.erase(key);
        } else {
            self->look_up(key);
        }
    });
}

}  // namespace chatcore::gateway::socketio

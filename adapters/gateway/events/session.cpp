#include "gateway/events/session.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "gateway/json/shapes.h"
#include "gateway/json/social_shapes.h"
#include "gateway/websocket/protocol.h"

namespace chatcore::gateway {

namespace {

/// List updates are gathered, and nodes' clocks differ: what is told again is as it is now, so that
/// telling too much does no harm.
constexpr std::chrono::seconds told_before{10};

/// Rooms read at once; most who come back find theirs among the first.
constexpr int page_rooms = 100;

/// The room where that is what happened; else nullptr.
const Room* deleted_room(const Event& event) {
    const auto* happened = std::get_if<RoomEvent>(&event.what);
    if (happened == nullptr) return nullptr;
    for (const State& state : happened->states) {
        const Room* room = std::get_if<Room>(&state);
        if (room != nullptr && room->deleted_at) return room;
    }
    return nullptr;
}

std::string id_of(Timestamp at) {
    return std::to_string(at.time_since_epoch().count());
}

}  // namespace

EventSession::EventSession(ServerShared& shared, EventStream& stream,
                           std::optional<Timestamp> since)
    : shared_(shared),
      stream_(stream),
      counted_(stream.loop().doors),
      self_(std::make_shared<EventSession*>(this)),
      caller_(stream.exchange().caller),
      token_ends_at_(stream.exchange().token_ends_at),
      since_(since),
      legacy_(stream.exchange().legacy != nullptr) {}

EventSession::~EventSession() = default;

HubShard& EventSession::shard() {
    return engine().hub().shard(stream_.loop().index);
}

void EventSession::start() {
    shard().connect(*this, caller_.user, stream_.exchange().token_family,
                    [weak = std::weak_ptr(self_)](const Result<int>& rooms) {
                        const auto self = weak.lock();
                        if (!self || (*self)->stage_ != Stage::connecting) return;
                        if (rooms) return (*self)->connected();
                        (*self)->shard().disconnect(**self);
                        (*self)->stage_ = Stage::ended;
                        (*self)->stream_.refuse(rooms.error());
                    });
}

void EventSession::connected() {
    stream_.begin();
    if (!since_) return go_live();
    stage_ = Stage::resuming;
    read_page({});
}

void EventSession::read_page(std::string cursor) {
    RoomListQuery query;
    query.cursor = std::move(cursor);
    query.limit = page_rooms;
    engine().rooms().list(caller_, std::move(query),
                          [weak = std::weak_ptr(self_)](Result<Page<RoomView>> page) {
                              const auto self = weak.lock();
                              if (!self || (*self)->stage_ != Stage::resuming) return;
                              if (page) return (*self)->take_page(std::move(*page));
                              // It has given no id since, so nothing is lost when it comes back.
                              (*self)->end(1013, name_of(page.error().code));
                          });
}

void EventSession::take_page(Page<RoomView> page) {
    bool older = false;
    for (RoomView& view : page.items) {
        older = view.room.last_activity_at < *since_ - told_before;
        if (older) break;
        found_.push_back(std::move(view));
    }
    const auto most = static_cast<std::size_t>(engine().limits().rooms_listed_max);
    if (!older && page.has_more() && found_.size() < most) {
        read_page(std::move(page.next_cursor));
    } else {
        tell_found();
    }
}

void EventSession::tell_found() {
    // Oldest first, each with the time that it was active: wherever this breaks off, the client
    // goes on from there.
    std::reverse(found_.begin(), found_.end());
    for (const RoomView& view : found_) {
        if (!told_.contains(view.room.id)) tell_room(view, id_of(view.room.last_activity_at));
    }
    found_ = {};
    told_ = {};
    go_live();
}

void EventSession::tell_room(const RoomView& view, std::string_view id) {
    if (view.joined_at >= *since_ - told_before) {
        tell("room-created", id, [&](JsonWriter& json) { write_room(json, view); });
        return;
    }
    tell("room-update", id, [&](JsonWriter& json) {
        json.begin_object()
            .member("roomId", view.room.id)
            .member("unreadCount", view.unread_count)
            .key("lastMessage");
        write_preview(json, view.room.preview ? &*view.room.preview : nullptr);
        json.member("lastActivityAt", view.room.last_activity_at).end_object();
    });
}

void EventSession::go_live() {
    stage_ = Stage::live;
    std::string event;
    append_stream_event(event, {}, present_id(), {});
    stream_.send(std::make_shared<const std::string>(std::move(event)));
    stream_.flush();
}

void EventSession::deliver(Delivery& delivery) {
    for (const EventPtr& event : delivery.events()) {
        if (const auto* news = std::get_if<NotificationSignal>(&event->what)) {
            tell("notification", present_id(),
                 [&](JsonWriter& json) { write_notification(json, news->notification); });
        } else if (const Room* room = deleted_room(*event)) {
            tell_deleted(*room);
        }
    }
}

void EventSession::tell_deleted(const Room& room) {
    // What the list said of it before is not told any more.
    if (stage_ == Stage::resuming) told_.insert(room.id);
    tell("room-deleted", present_id(), [&](JsonWriter& json) {
        json.begin_object()
            .member("roomId", room.id)
            .member("deletedAt", *room.deleted_at)
            .end_object();
    });
}

void EventSession::list_moved(const ListUpdate& update) {
    if (stage_ == Stage::resuming) told_.insert(update.room);
    if (update.gained != nullptr) {
        tell("room-created", present_id(),
             [&](JsonWriter& json) { write_room(json, *update.gained); });
        return;
    }
    tell("room-update", present_id(), [&](JsonWriter& json) {
        json.begin_object()
            .member("roomId", update.room)
            .member("unreadCount", update.unread_count)
            .key("lastMessage");
        write_preview(json, update.last_message.get());
        json.member("lastActivityAt", update.last_activity_at).end_object();
    });
}

template <class Write>
void EventSession::tell(std::string_view event, std::string_view id, Write&& write) {
    if (stage_ != Stage::live && stage_ != Stage::resuming) return;
    thread_local std::string data;
    data.clear();
    JsonWriter json(data, legacy_ ? &no_marks : nullptr);
    write(json);
    std::string framed;
    append_stream_event(framed, event, id, data);
    stream_.send(std::make_shared<const std::string>(std::move(framed)));
    counted_.told();
}

std::string EventSession::present_id() const {
    // Until all that was missed is told, the client's own id is the one to come back with.
    return stage_ == Stage::live ? id_of(engine().clock().now()) : std::string();
}

void EventSession::second_passed(SteadyTime) {
    if (token_ends_at_ && engine().clock().now() >= *token_ends_at_)
        end(4001, name_of(ErrorCode::token_expired));
}

void EventSession::leaving() {
    end(close_code::going_away, "going_away");
}

void EventSession::revoked() {
    // From within a tick: closing calls the hub back, so it waits for its own task.
    engine().hub().executor(stream_.loop().index).post([weak = std::weak_ptr(self_)] {
        if (const auto self = weak.lock()) (*self)->end(4001, name_of(ErrorCode::token_revoked));
    });
}

void EventSession::flush() {
    stream_.flush();
}

void EventSession::end(std::uint16_t code, std::string_view reason) {
    if (stage_ == Stage::ended) return;
    shard().disconnect(*this);
    stage_ = Stage::ended;
    stream_.close(code, reason);
}

void EventSession::closed() {
    if (stage_ != Stage::ended) shard().disconnect(*this);
    stage_ = Stage::ended;
    self_.reset();
}

}  // namespace chatcore::gateway

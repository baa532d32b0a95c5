// What a StompSession is told, by the hub and by itself.

#include <algorithm>
#include <variant>

#include "gateway/json/error_sentence.h"
#include "gateway/json/social_shapes.h"
#include "gateway/stomp/encoder.h"
#include "gateway/stomp/reply.h"
#include "gateway/stomp/told_once.h"
#include "gateway/websocket/protocol.h"

namespace chatcore::gateway::stomp {

namespace {

/// The room that an event tells of to those who follow it; 0 for what is told to a person.
RoomId room_of(const Event& event) {
    return std::visit(
        [](const auto& what) {
            using What = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<What, RoomEvent> || std::is_same_v<What, TypingSignal> ||
                          std::is_same_v<What, ActivitySignal>) {
                return what.room;
            } else {
                return RoomId{};
            }
        },
        event.what);
}

/// From here on a write of its own costs less than keeping the bytes until the tick ends.
constexpr std::size_t sent_at_once_bytes = 4 * 1024;

SharedBytes encode(std::span<const EventPtr> events, const RoomFormat& format) {
    // The next is about as long as the one before.
    thread_local std::size_t expected = 0;
    std::string written;
    written.reserve(expected);
    for (const EventPtr& event : events) format.append(*event, written);
    expected = written.size();
    if (written.capacity() > 2 * written.size()) written.shrink_to_fit();
    return std::make_shared<const std::string>(std::move(written));
}

}  // namespace

void StompSession::deliver(Delivery& delivery) {
    if (stage_ != Stage::live || delivery.events().empty()) return;
    counted_.told(delivery.events().size());
    const RoomId room = room_of(*delivery.events().front());
    if (room == RoomId{}) {
        for (const EventPtr& event : delivery.events()) {
            if (const auto* presence = std::get_if<PresenceSignal>(&event->what)) {
                tell_presence(*presence);
            } else if (const auto* news = std::get_if<NotificationSignal>(&event->what)) {
                tell_own(Topic::notifications,
                         [&](JsonWriter& json) { write_notification(json, news->notification); });
            }
        }
        return;
    }
    if (const RoomTopics* topics = subscriptions_.of_room(room)) {
        const ToldOnce::InHand in_hand(delivery.events());
        // Whoever shares its format with nobody has its bytes written, sent and let go of one after
        // the other, so that they need not all be there at the same time.
        const bool alone = topics->format.use_count() == 1;
        const SharedBytes bytes =
            alone ? encode(delivery.events(), *topics->format) : delivery.bytes(*topics->format);
        if (!bytes->empty()) {
            sent_at_ = link_.loop().now;
            link_.send(bytes);
            if (alone && bytes->size() >= sent_at_once_bytes) link_.flush();
        }
        note_on_board(room, *topics, delivery);
    }
    if (const auto talk = talks_.find(room); talk != talks_.end()) {
        for (const EventPtr& event : delivery.events()) tell_talk(talk->second, *event);
    }
}

void StompSession::note_on_board(RoomId room, const RoomTopics& topics, Delivery& delivery) {
    std::shared_ptr<RoomBoard> board;
    for (const EventPtr& event : delivery.events()) {
        const auto* what = std::get_if<RoomEvent>(&event->what);
        if (what == nullptr || !topics.format->leaves_to_board(*what)) continue;
        if (!board) {
            const std::span<const UserId> hidden = shard().hidden_from(*this, room);
            board = boards_[room];
            if (board && !std::ranges::equal(board->hidden(), hidden)) {
                leave_board(room);
                board = nullptr;
            }
            if (!board) {
                board = RoomBoard::of(engine(), link_.loop().index, room, hidden);
                board->add(*this);
                boards_[room] = board;
            }
        }
        board->note(*what);
    }
}

void StompSession::leave_board(RoomId room) {
    const auto it = boards_.find(room);
    if (it == boards_.end()) return;
    if (it->second) it->second->remove(*this);
    boards_.erase(it);
}

const RoomFormat* StompSession::board_format(RoomId room) const {
    const RoomTopics* const topics = subscriptions_.of_room(room);
    return topics == nullptr || stage_ != Stage::live ? nullptr : topics->format.get();
}

void StompSession::told(SharedBytes bytes) {
    sent_at_ = link_.loop().now;
    link_.send(std::move(bytes));
    link_.flush();
}

void StompSession::tell_presence(const PresenceSignal& event) {
    tell_own(Topic::presence, [&](JsonWriter& json) {
        json.begin_object()
            .member("userId", event.user)
            .member("status", event.online ? "ONLINE" : "OFFLINE")
            .end_object();
    });
}

void StompSession::list_moved(const ListUpdate& update) {
    if (stage_ != Stage::live) return;
    counted_.told();
    tell_own(Topic::room_updates, [&](JsonWriter& json) {
        json.begin_object()
            .member("roomId", update.room)
            .member("unreadCount", update.unread_count)
            .key("lastMessage");
        if (update.last_message) {
            json.value(update.last_message->content);
        } else {
            json.null();
        }
        json.member("timestamp", update.last_activity_at).end_object();
    });
    if (talks_since_ && update.gained != nullptr && update.gained->room.consultation) {
        find_talk(update.room);
    }
}

void StompSession::resumed(RoomId, Position, bool) {
    // Nothing is resumed here but what consultations have missed while they were being found.
}

void StompSession::detached(RoomId room, ErrorCode why) {
    talks_.erase(room);
    leave_board(room);
    for (const RoomTopic& topic : subscriptions_.remove_room(room)) {
        // Nothing that the client has asked for is refused: who listens for errors is told, and the
        // other subscriptions go on.
        if (subscriptions_.has(Topic::errors))
            refuse({.destination = destination_of(room, topic), .number = frames_}, Error{why});
    }
}

void StompSession::revoked() {
    // From within a tick: closing calls the hub back, so it waits for its own task.
    engine().hub().executor(link_.loop().index).post([weak = std::weak_ptr(self_)] {
        if (const auto self = weak.lock())
            (*self)->end(4001, Error{ErrorCode::token_revoked}, "log in again");
    });
}

void StompSession::flush() {
    link_.flush();
}

void StompSession::refuse(const Ask& ask, const Error& error) {
    if (stage_ == Stage::refused || stage_ == Stage::ended) return;
    shared_.refusals.note(error, fmt::format("{}.{}", name_, ask.number), user_);
    if (!subscriptions_.has(Topic::errors)) {
        // As STOMP has it: the error first, and then the connection ends. Not from within a tick of
        // the hub, whom closing calls back.
        append_error(sentence_about(error), &ask, error);
        stage_ = Stage::refused;
        engine().hub().executor(link_.loop().index).post([weak = std::weak_ptr(self_)] {
            if (const auto self = weak.lock()) (*self)->close(close_code::policy_violation);
        });
        return;
    }
    tell_own(Topic::errors, [&](JsonWriter& json) {
        json.begin_object();
        write_refusal(json, ask, error, sentence_about(error));
        json.end_object();
    });
    if (!ask.commit) return;
    ask.commit->refused = true;
    done(*ask.commit);
}

void StompSession::write_refusal(JsonWriter& json, const Ask& ask, const Error& error,
                                 std::string_view sentence) {
    json.member("destination", ask.destination);
    write_error_code(json, error, sentence);
    if (!error.detail.empty() || error.retry_after.count() > 0) write_error_details(json, error);
    if (!ask.temp_id.empty()) json.member("tempId", ask.temp_id);
    const std::string& receipt =
        ask.receipt.empty() && ask.commit ? ask.commit->receipt : ask.receipt;
    if (!receipt.empty()) json.member("receiptId", receipt);
}

void StompSession::refuse_frame(std::string_view sentence, const Frame* frame) {
    if (stage_ == Stage::refused || stage_ == Stage::ended) return;
    const Error error{ErrorCode::malformed, "frame"};
    shared_.refusals.note(error, fmt::format("{}.{}", name_, frames_), user_);
    const Ask ask = frame != nullptr ? ask_of(*frame) : Ask{.destination = {}, .number = frames_};
    append_error(sentence, &ask, Error{ErrorCode::malformed});
    close(close_code::protocol_error);
}

void StompSession::append_error(std::string_view sentence, const Ask* ask, const Error& error) {
    std::string body;
    JsonWriter json(body);
    json.begin_object();
    write_refusal(json, ask != nullptr ? *ask : Ask{.destination = {}}, error, sentence);
    json.end_object();
    std::string frame;
    FrameWriter writer(frame, version_, "ERROR");
    writer.header("message", sentence);
    if (ask != nullptr && !ask->receipt.empty()) writer.header("receipt-id", ask->receipt);
    if (stage_ == Stage::greeting) writer.plain("version", "1.0,1.1,1.2");
    writer.body(body, "application/json");
    send_message(frame);
}

void StompSession::close(std::uint16_t code) {
    if (stage_ == Stage::ended) return;
    leave();
    link_.close(code, "see the ERROR frame");
}

void StompSession::receipt(const Ask& ask) {
    if (!ask.receipt.empty()) send_receipt(ask.receipt);
    if (ask.commit) done(*ask.commit);
}

void StompSession::done(Committed& commit) {
    if (--commit.open == 0 && !commit.refused && !commit.receipt.empty())
        send_receipt(commit.receipt);
}

void StompSession::send_receipt(std::string_view id) {
    std::string frame;
    FrameWriter(frame, version_, "RECEIPT").header("receipt-id", id).end();
    send_message(frame);
}

void StompSession::send_message(std::string_view text) {
    sent_at_ = link_.loop().now;
    link_.send_message(text);
}

void StompSession::send(std::string framed) {
    sent_at_ = link_.loop().now;
    link_.send(std::make_shared<const std::string>(std::move(framed)));
}

}  // namespace chatcore::gateway::stomp

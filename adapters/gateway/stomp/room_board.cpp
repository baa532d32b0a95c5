#include "gateway/stomp/room_board.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "gateway/json/shapes.h"
#include "gateway/link/interned.h"

namespace chatcore::gateway::stomp {

namespace {

/// Messages that one look finds; what pointers have come to beyond them is not told.
constexpr std::size_t read_at_once_max = 50;

}  // namespace

std::shared_ptr<RoomBoard> RoomBoard::of(Engine& engine, int shard, RoomId room,
                                         std::span<const UserId> hidden) {
    using Key = std::tuple<Engine*, RoomId, std::vector<UserId>>;
    thread_local Interned<Key, RoomBoard> boards;
    return boards.of({&engine, room, {hidden.begin(), hidden.end()}}, [&](const Key&) {
        return std::make_shared<RoomBoard>(engine, shard, room, hidden);
    });
}

void RoomBoard::add(BoardReader& reader) {
    readers_.push_back(&reader);
}

void RoomBoard::remove(BoardReader& reader) {
    std::erase(readers_, &reader);
}

bool RoomBoard::anybody_wants(Topic topic, bool legacy_only) const {
    return std::any_of(readers_.begin(), readers_.end(), [&](const BoardReader* reader) {
        const RoomFormat* const format = reader->board_format(room_);
        return format != nullptr && format->key().has(topic) &&
               (format->key().legacy || !legacy_only);
    });
}

void RoomBoard::note(const RoomEvent& event) {
    if (event.position <= noted_) return;
    noted_ = event.position;
    due_.at = event.position;
    for (const State& state : event.states) {
        if (const auto* message = std::get_if<Message>(&state)) {
            note_message(*message, position_of(message->id) > event.known);
        } else if (const auto* member = std::get_if<Member>(&state)) {
            if (!has_read_since(*member, event.known) || !anybody_wants(Topic::messages)) continue;
            if (due_.read.size() < read_at_once_max)
                due_.read[message_at(member->read_position)] = event.position;
        }
    }
    if (!due_.empty()) look_soon();
}

void RoomBoard::note_message(const Message& message, bool is_new) {
    if (anybody_wants(Topic::messages, true) || anybody_wants(Topic::thread, true))
        due_.messages.push_back(message);
    if (is_new || due_.pins || !anybody_wants(Topic::pins)) return;
    // What is pinned was changed, or is pinned since, or no more; or nobody knows.
    const bool known_as_pinned =
        !pinned_ || std::find(pinned_->begin(), pinned_->end(), message.id) != pinned_->end();
    due_.pins = message.pin || known_as_pinned;
}

void RoomBoard::look_soon() {
    if (soon_ || looking_) return;
    soon_ = true;
    engine_.hub().executor(shard_).post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->soon_ = false;
        self->look();
    });
}

/// One step after the other, since each needs the store: who has read, what was read, what is
/// pinned.
void RoomBoard::look() {
    if (readers_.empty() || due_.empty()) return;
    looking_ = true;
    looking_at_ = std::exchange(due_, {});
    found_ = {};
    found_.messages = std::move(looking_at_.messages);
    find_marks();
}

/// All readers of a board see the same, so it is asked in the name of any of them.
Caller RoomBoard::reader() const {
    return {readers_.empty() ? UserId{} : readers_.front()->board_user(), shard_};
}

template <class T, class Then>
Completion<T> RoomBoard::go_on_by(Then then) {
    return [weak = weak_from_this(), then = std::move(then)](Result<T> result) mutable {
        if (const auto self = weak.lock()) then(*self, std::move(result));
    };
}

void RoomBoard::find_marks() {
    const bool legacy = anybody_wants(Topic::messages, true) || anybody_wants(Topic::pins, true) ||
                        anybody_wants(Topic::thread, true);
    if (!legacy) return find_read();
    engine_.receipts().pointers(reader(), {room_},
                                go_on_by<ReadMarks>([](RoomBoard& board, Result<ReadMarks> marks) {
                                    if (marks) board.found_.marks = std::move(*marks);
                                    board.find_read();
                                }));
}

void RoomBoard::find_read() {
    if (looking_at_.read.empty()) return find_pins();
    const auto [message, at] = *looking_at_.read.begin();
    looking_at_.read.erase(looking_at_.read.begin());
    engine_.messages().find(reader(), message,
                            go_on_by<Message>([at = at](RoomBoard& board, Result<Message> found) {
                                if (found) {
                                    found->bookmarked.reset();  // of whom it was asked for
                                    found->changed_at = at;
                                    board.found_.messages.push_back(std::move(*found));
                                }
                                board.find_read();
                            }));
}

void RoomBoard::find_pins() {
    if (!looking_at_.pins) return tell();
    engine_.messages().pins(
        reader(), room_,
        go_on_by<std::vector<Message>>([](RoomBoard& board, Result<std::vector<Message>> pins) {
            if (pins) {
                for (Message& message : *pins) message.bookmarked.reset();
                board.found_.pins = std::move(*pins);
            }
            board.tell();
        }));
}

void RoomBoard::tell() {
    if (found_.pins) {
        pinned_.emplace();
        for (const Message& message : *found_.pins) pinned_->push_back(message.id);
    }
    std::map<const RoomFormat*, SharedBytes> encoded;
    const std::vector<BoardReader*> readers = readers_;
    for (BoardReader* const reader : readers) {
        const RoomFormat* const format = reader->board_format(room_);
        if (format == nullptr) continue;
        SharedBytes& bytes = encoded[format];
        if (!bytes) {
            std::string out;
            append(out, format->key());
            bytes = std::make_shared<const std::string>(std::move(out));
        }
        if (!bytes->empty()) reader->told(bytes);
    }
    looking_ = false;
    if (!due_.empty()) look_soon();
}

void RoomBoard::append(std::string& out, const RoomFormatKey& key) const {
    const ReadMarks* const marks = key.legacy ? &found_.marks : nullptr;
    for (const Message& message : found_.messages) {
        append_social_message(out, key, message, marks,
                              fmt::format("b{}-{}", message.changed_at.value, message.id.value));
    }
    if (!found_.pins) return;
    std::string body;
    JsonWriter json(body, marks);
    json.begin_object().member("roomId", room_).key("pins").begin_array();
    for (const Message& message : *found_.pins) write_message(json, message);
    json.end_array().end_object();
    for (const RoomTopic& topic : key.topics) {
        if (topic.topic == Topic::pins)
            append_room_message(out, key, topic, fmt::format("p{}", looking_at_.at.value), body);
    }
}

}  // namespace chatcore::gateway::stomp

#include "gateway/socketio/session.h"

#include <algorithm>
#include <array>

#include "gateway/http/session.h"
#include "gateway/websocket/protocol.h"

namespace chatcore::gateway::socketio {

namespace {

simdjson::dom::parser& parser() {
    thread_local simdjson::dom::parser parser;
    return parser;
}

/// Names that have a meaning of their own, and are never sent.
bool is_reserved(std::string_view name) {
    constexpr std::array<std::string_view, 6> reserved = {
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};
    return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

/// The arguments of an event: an array that begins with a name.
bool is_event(simdjson::dom::element payload, simdjson::dom::array& arguments) {
    if (payload.get(arguments) != simdjson::SUCCESS) return false;
    simdjson::dom::element first;
    if (arguments.at(0).get(first) != simdjson::SUCCESS) return false;
    std::string_view name;
    if (first.get(name) == simdjson::SUCCESS) return !is_reserved(name);
    return first.is_number();
}

/// Whether it is JSON by its grammar, with a text or a number that cannot be read.
bool is_value_wrong(simdjson::error_code wrong) {
    return wrong == simdjson::STRING_ERROR || wrong == simdjson::NUMBER_ERROR;
}

}  // namespace

SocketIoSession::SocketIoSession(ServerShared& shared, engineio::EngineSession& link,
                                 SpaceKinds kinds, std::string token)
    : shared_(shared),
      link_(link),
      kinds_(kinds),
      token_(std::move(token)),
      unused_since_(link.loop().now) {}

SocketIoSession::~SocketIoSession() = default;

void SocketIoSession::text(std::string_view message) {
    const std::optional<Packet> packet = parse_packet(message);
    if (partial_ || !packet) return refuse();
    if (packet->attachments == 0) {
        take(*packet, {});
    } else if (!is_used()) {
        return refuse();  // nothing is kept of who is not known
    } else {
        partial_ = std::make_unique<Partial>(Partial{std::string(),
                                                     static_cast<std::size_t>(packet->attachments),
                                                     message.size(), link_.loop().now});
        // With the room behind it that the parser reads over.
        partial_->text.reserve(message.size() + payload_slack_bytes);
        partial_->text.append(message).append(payload_slack_bytes, '\0');
    }
    sweep();
    link_.flush();
}

bool SocketIoSession::binary(std::string_view message) {
    if (!partial_) return false;
    partial_->bytes += message.size();
    if (partial_->bytes > link_.payload_bytes_max()) return false;
    partial_->attachments.emplace_back(message);
    if (partial_->attachments.size() < partial_->awaited) return true;
    const std::unique_ptr<Partial> whole = std::move(partial_);
    const std::string_view text =
        std::string_view(whole->text).substr(0, whole->text.size() - payload_slack_bytes);
    take(*parse_packet(text), whole->attachments);
    sweep();
    link_.flush();
    return true;
}

void SocketIoSession::take(const Packet& packet, std::span<const std::string> attachments) {
    simdjson::dom::element payload;
    const bool given = !packet.json.empty();
    Joined* const joined = find(packet.space);
    // The message has room behind it, so nothing is copied.
    simdjson::error_code wrong = simdjson::SUCCESS;
    if (given) wrong = parser().parse(packet.json.data(), packet.json.size(), false).get(payload);
    if (wrong != simdjson::SUCCESS) {
        const bool event =
            packet.type == PacketType::event || packet.type == PacketType::binary_event;
        if (!event || joined == nullptr || !is_value_wrong(wrong)) return refuse();
        return joined->space->unreadable(packet.id);
    }
    simdjson::dom::array arguments;
    switch (packet.type) {
        case PacketType::connect:
            if (joined != nullptr || (given && !payload.is_object())) return refuse();
            return connect(packet);
        case PacketType::disconnect:
            if (joined == nullptr || given) return refuse();
            joined->gone = true;
            return joined->space->closed();
        case PacketType::event:
        case PacketType::binary_event:
            if (joined == nullptr || !given || !is_event(payload, arguments)) return refuse();
            return joined->space->event({packet.id, packet.json, arguments, attachments});
        case PacketType::ack:
        case PacketType::binary_ack:
            // Nothing is sent that asks for one, and what has not been asked for is passed over.
            if (joined == nullptr || !given || !payload.is_array()) refuse();
            return;
        case PacketType::connect_error:
            return refuse();
    }
}

void SocketIoSession::connect(const Packet& packet) {
    const auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const SpaceKind& each) {
        return each.name == packet.space;
    });
    if (kind == kinds_.end()) return refuse_space(packet);
    spaces_.push_back({kind->name, kind->make(shared_, *this)});
    spaces_.back().space->connect(packet.json);
}

void SocketIoSession::refuse_space(const Packet& packet) {
    send_packet({.type = PacketType::connect_error,
                 .space = packet.space,
                 .json = R"({"message":"Invalid namespace"})"});
}

SocketIoSession::Joined* SocketIoSession::find(std::string_view name) {
    const auto it = std::find_if(spaces_.begin(), spaces_.end(), [&](const Joined& each) {
        return !each.gone && each.name == name;
    });
    return it == spaces_.end() ? nullptr : &*it;
}

void SocketIoSession::send_packet(const Packet& packet) {
    thread_local std::string text;
    text.clear();
    append_packet(text, packet);
    link_.send_message(text);
}

void SocketIoSession::let_go(Space& space) {
    for (Joined& joined : spaces_) {
        if (joined.space.get() == &space) joined.gone = true;
    }
}

void SocketIoSession::sweep() {
    std::erase_if(spaces_, [](const Joined& each) { return each.gone; });
}

bool SocketIoSession::is_used() const {
    return std::any_of(spaces_.begin(), spaces_.end(),
                       [](const Joined& each) { return !each.gone && each.space->is_let_in(); });
}

void SocketIoSession::end_if_unused() {
    if (!is_used()) ended_at_ = link_.loop().now;
}

void SocketIoSession::refuse() {
    link_.close(close_code::protocol_error, "malformed packet");
}

void SocketIoSession::second_passed(SteadyTime now) {
    sweep();
    for (const Joined& joined : spaces_) {
        if (!joined.gone) joined.space->second_passed(now);
    }
    if (link_.is_closing()) return;
    if (partial_ && now - partial_->begun_at > shared_.options.message_max)
        return link_.close(close_code::policy_violation, "attachments did not come in time");
    if (is_used()) {
        unused_since_ = now;
        ended_at_.reset();
    } else if (ended_at_ && now - *ended_at_ >= std::chrono::seconds{1}) {
        link_.close(close_code::policy_violation, "see the error event");
    } else if (now - unused_since_ >= shared_.options.engineio.connect_timeout) {
        link_.close(close_code::policy_violation, "no namespace joined in time");
    }
}

void SocketIoSession::overflowed() {
    for (const Joined& joined : spaces_) {
        if (!joined.gone) joined.space->overflowed();
    }
    link_.drop_queue();
    link_.close(4008, "too slow");
}

void SocketIoSession::leaving() {
    link_.close(close_code::going_away, "server stops");
}

void SocketIoSession::turned_away() {
    link_.close(4009, "too many connections");
}

void SocketIoSession::closed() {
    for (Joined& joined : spaces_) {
        if (!std::exchange(joined.gone, true)) joined.space->closed();
    }
}

void SocketIoSession::reframed() {
    for (const Joined& joined : spaces_) {
        if (!joined.gone) joined.space->reframed();
    }
}

}  // namespace chatcore::gateway::socketio

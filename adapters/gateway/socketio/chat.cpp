// Coming and going. What the client asks for is in requests.cpp, what it is told in telling.cpp.

#include "gateway/socketio/chat.h"

#include <fmt/format.h>

#include "gateway/json/error_sentence.h"
#include "gateway/socketio/reply.h"
#include "gateway/socketio/room_news.h"

namespace chatcore::gateway::socketio {

namespace {

simdjson::dom::parser& parser() {
    thread_local simdjson::dom::parser parser;
    return parser;
}

}  // namespace

ChatSpace::ChatSpace(ServerShared& shared, SocketIoSession& session)
    : shared_(shared),
      session_(session),
      counted_(session.link().loop().doors),
      self_(std::make_shared<ChatSpace*>(this)),
      name_(fmt::format("{}-s{}", shared.instance, ++shared.sessions)),
      news_(RoomNews::of(shared.engine, session.link().loop().index)) {}

ChatSpace::~ChatSpace() = default;

HubShard& ChatSpace::shard() {
    return engine().hub().shard(session_.link().loop().index);
}

void ChatSpace::connect(std::string_view auth) {
    Result<Fields> fields = Fields::parse(parser(), auth, true);
    if (!fields) return refuse(fields.error());
    const std::string token(fields->text("token").value_or(session_.token()));
    recovery_ = recovery_of(engine(), *fields);
    if (!fields->status()) return refuse(fields->status().error());
    engine().accounts().authenticate(
        session_.link().loop().index, token,
        [weak = std::weak_ptr(self_), none = token.empty()](Result<AccessClaims> claims) {
            const auto self = weak.lock();
            if (!self || (*self)->stage_ != Stage::connecting) return;
            if (!claims) {
                (*self)->refuse(none ? Error{ErrorCode::unauthenticated} : claims.error());
            } else {
                (*self)->let_in(*claims);
            }
        });
}

void ChatSpace::let_in(const AccessClaims& claims) {
    user_ = claims.user;
    family_ = claims.family;
    token_ends_at_ = claims.expires_at;
    engine().people().find(
        caller(), user_, [weak = std::weak_ptr(self_)](const Result<Profile>& profile) {
            const auto self = weak.lock();
            if (!self || (*self)->stage_ != Stage::connecting) return;
            ChatSpace& space = **self;
            if (!profile) {
                const bool gone = profile.error().code == ErrorCode::not_found;
                space.refuse(gone ? Error{ErrorCode::unauthenticated} : profile.error());
                return;
            }
            auto connected = [weak](const Result<int>& rooms) {
                const auto again = weak.lock();
                if (!again || (*again)->stage_ != Stage::connecting) return;
                if (!rooms) {
                    (*again)->refuse(rooms.error());
                } else {
                    (*again)->come_in();
                }
            };
            space.shard().connect(space, space.user_, space.family_, std::move(connected));
        });
}

void ChatSpace::come_in() {
    if (recovery_) {
        stage_ = Stage::recovering;
        return recover();
    }
    const std::string sid = engineio::draw_sid();
    welcome(sid, engine().accounts().ticket(user_, sid));
    session_.link().flush();
}

void ChatSpace::welcome(std::string_view sid, std::string_view pid) {
    stage_ = Stage::live;
    session_.link().logged_in();
    std::string text;
    append_packet(text, {.type = PacketType::connect, .space = chat_space});
    JsonWriter(text).begin_object().member("sid", sid).member("pid", pid).end_object();
    send(text);
}

void ChatSpace::refuse(const Error& error) {
    shared_.refusals.note(error, name_, user_);
    const std::string sentence = sentence_about(error);
    std::string text;
    append_packet(text, {.type = PacketType::connect_error, .space = chat_space});
    JsonWriter json(text);
    json.begin_object().member("message", sentence).key("data").begin_object();
    json.member("code", chatcore::name_of(error.code)).member("message", sentence);
    json.end_object().end_object();
    send(text);
    session_.link().flush();
    session_.let_go(*this);
    closed();
}

void ChatSpace::second_passed(SteadyTime) {
    if (stage_ == Stage::live && engine().clock().now() >= token_ends_at_)
        end(Error{ErrorCode::token_expired});
}

void ChatSpace::overflowed() {
    engine().telemetry().add(Counter::slow_readers_dropped, 1);
    engine().telemetry().log(
        {.level = LogLevel::info, .text = "slow reader dropped", .user = user_});
}

void ChatSpace::end(const Error& error) {
    if (stage_ == Stage::ended) return;
    tell_error(error);
    session_.send_packet({.type = PacketType::disconnect, .space = chat_space});
    session_.link().flush();
    session_.let_go(*this);
    closed();
    session_.end_if_unused();
}

void ChatSpace::closed() {
    shard().disconnect(*this);
    stage_ = Stage::ended;
    self_.reset();
}

}  // namespace chatcore::gateway::socketio

// The connection's life: greeting, replies, events, the end. The requests themselves are in
// requests.cpp.

#include "gateway/native/session.h"

#include <fmt/format.h>

#include "gateway/json/shapes.h"
#include "gateway/native/format.h"
#include "gateway/native/reply.h"
#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway {

namespace {

/// Requests of one connection that are not answered yet.
constexpr int in_hand_max = 4'096;

/// What is told to one connection alone is deflated from this size on, as histories and lists are:
/// smaller ones, as the reply to each post, would cost more time than they save bytes.
constexpr std::size_t reply_bytes_deflated = 1'024;

/// Messages that wait for `hello` to be answered.
constexpr std::size_t kept_max = 64;
constexpr std::size_t kept_bytes_max = 64 * 1024;

simdjson::dom::parser& parser() {
    thread_local simdjson::dom::parser parser;
    return parser;
}

}  // namespace

NativeSession::NativeSession(ServerShared& shared, WebSocketSession& socket, std::string token)
    : shared_(shared),
      socket_(socket),
      counted_(socket.loop().doors),
      self_(std::make_shared<NativeSession*>(this)),
      name_(fmt::format("{}-s{}", shared.instance, ++shared.sessions)),
      token_(std::move(token)),
      opened_at_(socket.loop().now) {}

NativeSession::~NativeSession() = default;

HubShard& NativeSession::shard() {
    return shared_.engine.hub().shard(socket_.loop().index);
}

void NativeSession::text(std::string_view message) {
    if (stage_ == Stage::connecting && keep(message)) return;
    // The decoder leaves room behind the message, so nothing is copied.
    simdjson::dom::object object;
    const simdjson::error_code wrong =
        parser().parse(message.data(), message.size(), false).get(object);
    if (wrong != simdjson::SUCCESS) {
        end(4003, "malformed", describe(wrong), 0);
        return;
    }
    Fields fields(object, message);
    Ask ask{.id = {}, .number = ++requests_};
    simdjson::dom::element id;
    if (object["id"].get(id) == simdjson::SUCCESS && !id.is_null()) {
        constexpr std::size_t id_bytes_max = 100;
        ask.id = simdjson::minify(id);
        if ((!id.is_string() && !id.is_number()) || ask.id.size() > id_bytes_max) {
            ask.id.clear();
            refuse(ask, Error{ErrorCode::malformed, "id"});
            return;
        }
    }
    const std::string_view type = fields.required_text("type");
    const Method method = method_of(type);
    if (method == nullptr) {
        refuse(ask, Error{ErrorCode::malformed, "type"});
        return;
    }
    const bool greets = method == &NativeSession::hello;
    if (greets && stage_ != Stage::greeting) {
        refuse(ask, Error{ErrorCode::wrong_state, "hello"});
        return;
    }
    if (!greets && stage_ != Stage::live) {
        refuse(ask, Error{ErrorCode::unauthenticated});
        return;
    }
    if (in_hand_ >= in_hand_max) {
        refuse(
            ask,
            Error{
                .code = ErrorCode::too_many, .detail = "requests", .cause = {}, .retry_after = {}});
        return;
    }
    (this->*method)(std::move(ask), fields);
}

bool NativeSession::keep(std::string_view message) {
    if (kept_.size() >= kept_max || kept_bytes_ + message.size() > kept_bytes_max) return false;
    kept_bytes_ += message.size();
    // With the room behind it that the parser reads over.
    std::string& kept = kept_.emplace_back();
    kept.reserve(message.size() + payload_slack_bytes);
    kept.append(message).append(payload_slack_bytes, '\0');
    return true;
}

void NativeSession::serve_kept() {
    const std::vector<std::string> kept = std::exchange(kept_, {});
    kept_bytes_ = 0;
    for (const std::string& message : kept) {
        if (stage_ != Stage::live) return;  // one of them ended the connection
        text(std::string_view(message).substr(0, message.size() - payload_slack_bytes));
    }
}

void NativeSession::hello(Ask ask, Fields& fields) {
    const auto token = fields.text("token");
    std::vector<std::pair<RoomId, Position>> resume;
    if (const auto rooms = fields.object("resume")) {
        for (const auto& [key, value] : *rooms) {
            std::int64_t room = 0;
            for (const char digit : key) {
                room = digit >= '0' && digit <= '9' && room <= id_max ? room * 10 + (digit - '0')
                                                                      : id_max + 1;
            }
            const auto position = value.get_int64();
            const bool well = room > 0 && room <= id_max && position.error() == simdjson::SUCCESS &&
                              position.value_unsafe() >= 0 && position.value_unsafe() <= id_max;
            if (!well) fields.wrong("resume");
            if (well) resume.emplace_back(RoomId{room}, Position{position.value_unsafe()});
        }
        if (resume.size() > static_cast<std::size_t>(shared_.engine.limits().rooms_attached_max)) {
            fields.wrong("resume");
        }
    }
    if (!sound(ask, fields)) return;
    const std::string shown(token ? *token : std::string_view(token_));
    token_.clear();
    stage_ = Stage::connecting;
    auto let_in = [weak = std::weak_ptr(self_), ask = std::move(ask),
                   resume = std::move(resume)](Result<AccessClaims> claims) mutable {
        const auto self = weak.lock();
        if (!self || (*self)->stage_ != Stage::connecting) return;
        NativeSession& session = **self;
        if (!claims) {
            session.refuse(ask, claims.error());
            session.end(4001, std::string(chatcore::name_of(claims.error().code)),
                        "token not accepted", 0);
            return;
        }
        session.user_ = claims->user;
        session.family_ = claims->family;
        session.token_ends_at_ = claims->expires_at;
        session.greet(std::move(ask), std::move(resume));
    };
    shared_.engine.accounts().authenticate(socket_.loop().index, shown, std::move(let_in));
}

void NativeSession::greet(Ask ask, std::vector<std::pair<RoomId, Position>> resume) {
    std::weak_ptr<NativeSession*> weak = self_;
    shared_.engine.people().find(
        caller(), user_, [weak, ask, resume = std::move(resume)](Result<Profile> profile) mutable {
            const auto self = weak.lock();
            if (!self || (*self)->stage_ != Stage::connecting) return;
            NativeSession& session = **self;
            if (!profile) {
                const bool gone = profile.error().code == ErrorCode::not_found;
                session.refuse(ask, gone ? Error{ErrorCode::unauthenticated} : profile.error());
                if (gone) {
                    session.end(4001, "unauthenticated", "no such account", 0);
                } else {
                    session.end(1013, "unavailable", "try again", 1'000);
                }
                return;
            }
            auto connected = [weak, ask, resume = std::move(resume),
                              profile = std::move(*profile)](Result<int> rooms) mutable {
                const auto again = weak.lock();
                if (!again || (*again)->stage_ != Stage::connecting) return;
                NativeSession& ready = **again;
                if (!rooms) {
                    ready.refuse(ask, rooms.error());
                    ready.end(1013, "unavailable", "try again", 1'000);
                    return;
                }
                ready.stage_ = Stage::live;
                ready.welcome(ask, profile);
                for (const auto& [room, position] : resume) {
                    ready.shard().attach(ready, room, position,
                                         [weak, of = room](const Result<Position>& head) {
                                             const auto there = weak.lock();
                                             if (!there || head) return;
                                             (*there)->send_event("error", [&](JsonWriter& json) {
                                                 json.member("roomId", of).key("error");
                                                 write_error(json, head.error());
                                             });
                                         });
                }
                ready.serve_kept();
            };
            session.shard().connect(session, session.user_, session.family_, std::move(connected));
        });
}

void NativeSession::welcome(const Ask& ask, const Profile& profile) {
    reply(ask, [&](JsonWriter& json) {
        json.key("user");
        write_profile(json, profile);
        json.member("session", name_);
        json.member("heartbeatSeconds", std::int64_t{shared_.options.heartbeat.count()});
        const Engine& engine = shared_.engine;
        json.key("limits").begin_object().member(
            "content", std::int64_t{engine.limits().content_code_points_max.value()});
        if (engine.has_attachments()) {
            json.member("attachments", std::int64_t{engine.limits().attachments_max.value()})
                .member("attachmentBytes", engine.limits().attachment_bytes_max.value());
        }
        json.end_object();
    });
}

void NativeSession::auth(Ask ask, Fields& fields) {
    const std::string_view token = fields.required_text("token");
    if (!sound(ask, fields)) return;
    ++in_hand_;
    auto renew = [weak = std::weak_ptr(self_), ask = std::move(ask)](Result<AccessClaims> claims) {
        const auto self = weak.lock();
        if (!self) return;
        NativeSession& session = **self;
        --session.in_hand_;
        if (session.stage_ != Stage::live) return;
        if (!claims || claims->user != session.user_) {
            session.refuse(ask, claims ? Error{ErrorCode::forbidden, "token"} : claims.error());
            return;
        }
        session.token_ends_at_ = claims->expires_at;
        session.reply_ok(ask);
    };
    shared_.engine.accounts().authenticate(socket_.loop().index, token, std::move(renew));
}

void NativeSession::reply_ok(const Ask& ask) {
    reply(ask, [](JsonWriter&) {});
}

void NativeSession::refuse(const Ask& ask, const Error& error) {
    shared_.refusals.note(error, fmt::format("{}.{}", name_, ask.number), user_);
    std::string frame;
    const FrameStart start = begin_text(frame);
    JsonWriter json(frame);
    json.begin_object();
    if (!ask.id.empty()) json.key("id").raw(ask.id);
    json.member("type", "error").key("error");
    write_error(json, error);
    json.end_object();
    send(std::move(frame), start);
}

bool NativeSession::sound(const Ask& ask, const Fields& fields) {
    const Status status = fields.status();
    if (!status) refuse(ask, status.error());
    return status.has_value();
}

void NativeSession::send(std::string frame, const FrameStart& start) {
    const std::size_t bytes = end_frame(frame, start);
    const Framing framing = socket_.framing();
    if (framing != Framing::websocket && bytes >= reply_bytes_deflated) {
        std::string smaller;
        append_message(smaller, framing, std::string_view(frame).substr(frame.size() - bytes));
        frame = std::move(smaller);
    }
    send(std::move(frame));
}

void NativeSession::send(std::string frames) {
    socket_.send(std::move(frames));
    if (stage_ == Stage::live) {
        shard().wants_flush(*this);
    } else {
        socket_.flush();
    }
}

void NativeSession::deliver(Delivery& delivery) {
    if (stage_ != Stage::live) return;
    socket_.send(delivery.bytes(native_format(socket_.framing())));
    counted_.told(delivery.events().size());
}

void NativeSession::list_moved(const ListUpdate& update) {
    if (stage_ != Stage::live) return;
    std::string frame;
    append_list_update(frame, update);
    socket_.send(std::move(frame));
    counted_.told();
}

void NativeSession::resumed(RoomId room, Position head, bool truncated) {
    std::string frame;
    append_resumed(frame, room, head, truncated);
    socket_.send(std::move(frame));
}

void NativeSession::detached(RoomId, ErrorCode) {
    // The member event before it, or the room's, has said so.
}

void NativeSession::revoked() {
    // From within a tick: closing calls the hub back, so it waits for its own task.
    shared_.engine.hub().executor(socket_.loop().index).post([weak = std::weak_ptr(self_)] {
        if (const auto self = weak.lock()) (*self)->end(4001, "token_revoked", "log in again", 0);
    });
}

void NativeSession::flush() {
    socket_.flush();
}

void NativeSession::second_passed(SteadyTime now) {
    if (stage_ == Stage::greeting && now - opened_at_ > shared_.options.hello_timeout) {
        end(4002, "not_authenticated", "no hello in time", 0);
    } else if (stage_ == Stage::live && shared_.engine.clock().now() >= token_ends_at_) {
        end(4001, "token_expired", "refresh the token", 0);
    }
}

void NativeSession::overflowed() {
    shared_.engine.telemetry().add(Counter::slow_readers_dropped, 1);
    shared_.engine.telemetry().log(
        {.level = LogLevel::info, .text = "slow reader dropped", .user = user_});
    socket_.drop_queue();
    end(4008, "too_slow", "resume by position", 1'000);
}

void NativeSession::leaving() {
    end(1001, "going_away", "server stops", 500);
}

void NativeSession::turned_away() {
    end(4009, "too_many_connections", "too many connections", 5'000);
}

void NativeSession::end(std::uint16_t code, std::string_view reason, std::string_view sentence,
                        int retry_after_ms) {
    if (stage_ == Stage::ended) return;
    if (stage_ == Stage::live || stage_ == Stage::connecting) shard().disconnect(*this);
    stage_ = Stage::ended;
    kept_.clear();
    send_event("bye", [&](JsonWriter& json) {
        json.member("reason", reason).member("retryAfterMs", retry_after_ms);
    });
    socket_.close(code, sentence);
}

void NativeSession::closed() {
    if (stage_ == Stage::live || stage_ == Stage::connecting) shard().disconnect(*this);
    stage_ = Stage::ended;
    self_.reset();
}

}  // namespace chatcore::gateway

// The connection's life: CONNECT, the frames, transactions, the end. What is sent to destinations
// is in social.cpp and talks.cpp.

#include "gateway/stomp/session.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "gateway/http/authorization.h"
#include "gateway/json/shapes.h"
#include "gateway/stomp/encoder.h"
#include "gateway/stomp/reply.h"
#include "gateway/websocket/protocol.h"

namespace chatcore::gateway::stomp {

namespace {

/// Requests of one connection that are not answered yet.
constexpr int in_hand_max = 4'096;

/// What may come behind a CONNECT before it is answered.
constexpr std::size_t kept_bytes_max = 64 * 1024;

/// Of what waits until something is looked up: more than a transaction may hold.
constexpr std::size_t put_off_bytes_max = std::size_t{2 * 1024 * 1024};

/// Of a CONNECT. Nothing larger is worth keeping of who is not known.
constexpr std::size_t greeting_bytes_max = 16 * 1024;

/// How often each side would be heard, in both directions.
constexpr int heart_beat_ms = 10'000;

constexpr std::string_view versions = "1.0,1.1,1.2";

simdjson::dom::parser& parser() {
    thread_local simdjson::dom::parser parser;
    return parser;
}

Error too_many_requests() {
    return {.code = ErrorCode::too_many, .detail = "requests", .cause = {}, .retry_after = {}};
}

}  // namespace

StompSession::StompSession(ServerShared& shared, MessageLink& link, std::string token)
    : shared_(shared),
      link_(link),
      counted_(link.loop().doors),
      self_(std::make_shared<StompSession*>(this)),
      name_(fmt::format("{}-s{}", shared.instance, ++shared.sessions)),
      token_(std::move(token)),
      decoder_(DecodeLimits{.frame_bytes_max = greeting_bytes_max}),
      subscriptions_(link.framing()),
      opened_at_(link.loop().now),
      heard_at_(opened_at_),
      sent_at_(opened_at_) {}

StompSession::~StompSession() {
    for (const auto& [room, board] : boards_) {
        if (board) board->remove(*this);
    }
}

HubShard& StompSession::shard() {
    return engine().hub().shard(link_.loop().index);
}

const ReadMarks* StompSession::social_form() const {
    return shared_.options.doors.legacy ? &no_marks : nullptr;
}

void StompSession::text(std::string_view message) {
    heard_at_ = link_.loop().now;
    if (stage_ == Stage::connecting) {
        if (kept_.size() + message.size() <= kept_bytes_max) {
            kept_.append(message);
        } else {
            refuse_frame("too much before CONNECT was answered", nullptr);
        }
        return;
    }
    pull(message);
}

bool StompSession::binary(std::string_view message) {
    text(message);
    return true;
}

void StompSession::pull(std::string_view bytes) {
    Frame frame;
    const auto reads = [this] { return stage_ == Stage::greeting || stage_ == Stage::live; };
    if (!decoder_.is_in_frame()) frame_begun_at_ = link_.loop().now;
    while (reads() && decoder_.next(bytes, frame)) {
        frame_begun_at_ = link_.loop().now;
        handle(frame);
    }
    if (stage_ == Stage::connecting && bytes.size() > kept_bytes_max) {
        refuse_frame("too much before CONNECT was answered", nullptr);
    } else if (stage_ == Stage::connecting) {
        kept_.append(bytes);
    }
    if (decoder_.error() != DecodeError::none) refuse_frame(describe(decoder_.error()), &frame);
    link_.flush();
}

void StompSession::handle(const Frame& frame) {
    ++frames_;
    const Command command = *command_of(frame.command);
    if ((stage_ == Stage::greeting) != (command == Command::connect)) {
        refuse_frame(stage_ == Stage::greeting ? "CONNECT must come first" : "connected already",
                     &frame);
        return;
    }
    switch (command) {
        case Command::connect:
            return connect(frame);
        case Command::send:
            return send_frame(frame);
        case Command::subscribe:
            return subscribe(frame);
        case Command::unsubscribe:
            return unsubscribe(frame);
        case Command::ack:
        case Command::nack:
            return acknowledge(frame);
        case Command::begin:
            return begin(frame);
        case Command::commit:
            return commit(frame);
        case Command::abort:
            return abort(frame);
        case Command::disconnect:
            return disconnect(frame);
    }
}

void StompSession::connect(const Frame& frame) {
    const auto version = choose_version(frame.headers.find("accept-version"));
    if (!version) {
        version_ = Version::v1_0;
        refuse_frame(fmt::format("supported versions are {}", versions), &frame);
        return;
    }
    const auto pace = agree(frame.headers.find("heart-beat"), heart_beat_ms);
    if (!pace) {
        refuse_frame("heart-beat is not two numbers of milliseconds", &frame);
        return;
    }
    version_ = *version;
    heart_beats_ = *pace;
    decoder_.set_version(version_);
    subscriptions_.set_form(version_, shared_.options.doors.legacy);
    std::string_view shown = given_by("bearer", frame.headers.value_of("Authorization"));
    if (shown.empty()) shown = given_by("bearer", frame.headers.value_of("authorization"));
    const std::string token(shown.empty() ? std::string_view(token_) : shown);
    token_.clear();
    stage_ = Stage::connecting;
    engine().accounts().authenticate(
        link_.loop().index, token, [weak = std::weak_ptr(self_)](Result<AccessClaims> claims) {
            const auto self = weak.lock();
            if (!self || (*self)->stage_ != Stage::connecting) return;
            if (!claims) {
                (*self)->end(4001, claims.error(), "token not accepted");
            } else {
                (*self)->let_in(*claims);
            }
        });
}

void StompSession::let_in(const AccessClaims& claims) {
    user_ = claims.user;
    family_ = claims.family;
    token_ends_at_ = claims.expires_at;
    engine().people().find(
        caller(), user_, [weak = std::weak_ptr(self_)](Result<Profile> profile) mutable {
            const auto self = weak.lock();
            if (!self || (*self)->stage_ != Stage::connecting) return;
            StompSession& session = **self;
            if (!profile) {
                const bool gone = profile.error().code == ErrorCode::not_found;
                session.end(gone ? 4001 : 1013,
                            gone ? Error{ErrorCode::unauthenticated} : profile.error(),
                            gone ? "no such account" : "try again");
                return;
            }
            session.external_id_ = profile->external_id;
            auto connected = [weak](const Result<int>& rooms) {
                const auto again = weak.lock();
                if (!again || (*again)->stage_ != Stage::connecting) return;
                if (!rooms) {
                    (*again)->end(1013, rooms.error(), "try again");
                } else {
                    (*again)->welcome();
                }
            };
            session.shard().connect(session, session.user_, session.family_, std::move(connected));
        });
}

void StompSession::welcome() {
    stage_ = Stage::live;
    decoder_.set_limits({.frame_bytes_max = shared_.options.message_bytes_max});
    link_.logged_in();
    std::string frame;
    FrameWriter(frame, Version::v1_0, "CONNECTED")
        .plain("version", name_of(version_))
        .plain("heart-beat", fmt::format("{0},{0}", heart_beat_ms))
        .plain("session", name_)
        .number("user-name", user_.value)
        .plain("server", "chatd")
        .end();
    send_message(frame);
    pull(std::exchange(kept_, {}));
}

void StompSession::disconnect(const Frame& frame) {
    // Its receipt says that all before it is done ("DISCONNECT").
    parting_receipt_ = ask_of(frame).receipt;
    stage_ = Stage::parting;
    part_if_done();
}

Ask StompSession::ask_of(const Frame& frame) const {
    return {.destination = std::string(frame.headers.value_of("destination")),
            .receipt = std::string(frame.headers.value_of("receipt")),
            .number = frames_};
}

void StompSession::acknowledge(const Frame& frame) {
    // Nothing is told again, so there is nothing to be forgotten: it is only seen to that what is
    // acknowledged can be meant.
    const auto refuse_it = [&](std::string_view sentence) { refuse_frame(sentence, &frame); };
    if (version_ == Version::v1_0 && frame.command == "NACK") {
        return refuse_it("STOMP 1.0 has no NACK");
    }
    const bool numbered = version_ == Version::v1_2;
    const auto id = frame.headers.find(numbered ? "id" : "message-id");
    if (!id) return refuse_it(numbered ? "id is missing" : "message-id is missing");
    if (version_ != Version::v1_0) {
        const auto named =
            numbered ? std::optional(subscription_of(*id)) : frame.headers.find("subscription");
        if (!named) return refuse_it("subscription is missing");
        // Of one that has ended meanwhile a client may acknowledge still what it had been told.
        if (subscriptions_.has(*named) && !subscriptions_.acks(*named)) {
            return refuse_it("nothing that was told is acknowledged so");
        }
    }
    const auto transaction = frame.headers.find("transaction");
    if (transaction && !transactions_.has(*transaction)) {
        return refuse_it("no such transaction");
    }
    receipt(ask_of(frame));
}

void StompSession::begin(const Frame& frame) {
    const auto name = frame.headers.find("transaction");
    if (!name) return refuse_frame("transaction is missing", &frame);
    switch (transactions_.begin(*name)) {
        case Transactions::Begun::yes:
            return receipt(ask_of(frame));
        case Transactions::Begun::twice:
            return refuse_frame("this transaction has begun already", &frame);
        case Transactions::Begun::too_many:
            return refuse_frame("too many transactions", &frame);
    }
}

void StompSession::commit(const Frame& frame) {
    const auto sends = transactions_.end(frame.headers.value_of("transaction"));
    if (!sends) return refuse_frame("no such transaction", &frame);
    auto commit = std::make_shared<Committed>();
    commit->receipt = ask_of(frame).receipt;
    commit->open = sends->size() + 1;
    for (const HeldSend& held : *sends) {
        if (stage_ != Stage::live) return;
        act({.destination = held.destination,
             .receipt = held.receipt,
             .number = frames_,
             .commit = commit},
            held.body);
    }
    if (stage_ == Stage::live) done(*commit);
}

void StompSession::abort(const Frame& frame) {
    if (!transactions_.end(frame.headers.value_of("transaction"))) {
        return refuse_frame("no such transaction", &frame);
    }
    receipt(ask_of(frame));
}

void StompSession::send_frame(const Frame& frame) {
    Ask ask = ask_of(frame);
    if (!frame.headers.find("destination")) return refuse_frame("destination is missing", &frame);
    const auto transaction = frame.headers.find("transaction");
    if (!transaction) return act(std::move(ask), frame.body);
    const auto held = transactions_.hold(*transaction, {.destination = std::move(ask.destination),
                                                        .receipt = std::move(ask.receipt),
                                                        .body = std::string(frame.body)});
    if (held == Transactions::Held::yes) return;
    refuse_frame(held == Transactions::Held::unknown ? "no such transaction"
                                                     : "the transaction holds too much",
                 &frame);
}

void StompSession::act(Ask ask, std::string_view body) {
    const auto action = parse_action(ask.destination);
    if (!action) return refuse(ask, Error{ErrorCode::not_found, "destination"});
    if (in_hand_ + static_cast<int>(put_off_.size()) >= in_hand_max) {
        return refuse(ask, too_many_requests());
    }
    if (!may_act(*action)) return refuse(ask, Error{ErrorCode::not_found, "destination"});
    if (looking_) return put_off(std::move(ask), body);
    const bool empty_allowed = *action == Action::rooms;
    Result<Fields> fields = Fields::parse(parser(), body, empty_allowed);
    if (!fields) return refuse(ask, fields.error());
    ask.temp_id = fields->temp_id("tempId");
    (this->*method_of(*action))(std::move(ask), *fields);
}

void StompSession::put_off(Ask ask, std::string_view body) {
    if (put_off_bytes_ + body.size() > put_off_bytes_max) return refuse(ask, too_many_requests());
    put_off_bytes_ += body.size();
    put_off_.push_back({std::move(ask), std::string(body)});
}

void StompSession::go_on() {
    while (acts() && !looking_ && !put_off_.empty()) {
        const PutOff next = std::move(put_off_.front());
        put_off_.pop_front();
        put_off_bytes_ -= next.body.size();
        act(next.ask, next.body);
    }
    part_if_done();
}

void StompSession::part_if_done() {
    if (stage_ != Stage::parting || in_hand_ > 0 || !put_off_.empty()) return;
    if (!parting_receipt_.empty()) send_receipt(parting_receipt_);
    leave();
    link_.close(close_code::normal, {});
}

bool StompSession::may_act(Action action) const {
    const Doors& doors = shared_.options.doors;
    const bool of_talks = action == Action::chat_send || action == Action::chat_read;
    return of_talks ? doors.consultation || doors.messenger : doors.social;
}

StompSession::Method StompSession::method_of(Action action) {
    switch (action) {
        case Action::chat:
            return &StompSession::chat;
        case Action::edit:
            return &StompSession::edit;
        case Action::remove:
            return &StompSession::remove;
        case Action::reaction:
            return &StompSession::reaction;
        case Action::pin_toggle:
            return &StompSession::pin_toggle;
        case Action::typing:
            return &StompSession::typing;
        case Action::read:
            return &StompSession::read;
        case Action::read_all:
            return &StompSession::read_all;
        case Action::thread:
            return &StompSession::thread;
        case Action::thread_messages:
            return &StompSession::thread_messages;
        case Action::thread_detail:
            return &StompSession::thread_detail;
        case Action::sync:
            return &StompSession::sync;
        case Action::rooms:
            return &StompSession::rooms;
        case Action::active:
            return &StompSession::active;
        case Action::group_chat:
            return &StompSession::group_chat;
        case Action::chat_send:
            return &StompSession::chat_send;
        case Action::chat_read:
            return &StompSession::chat_read;
    }
    return nullptr;
}

bool StompSession::sound(const Ask& ask, const Fields& fields) {
    const Status status = fields.status();
    if (!status) refuse(ask, status.error());
    return status.has_value();
}

void StompSession::second_passed(SteadyTime now) {
    const auto passed = [now](SteadyTime since, int milliseconds) {
        return milliseconds > 0 && now - since >= std::chrono::milliseconds{milliseconds};
    };
    if (stage_ == Stage::greeting && now - opened_at_ > shared_.options.hello_timeout) {
        end(4002, Error{ErrorCode::unauthenticated}, "no CONNECT in time");
    } else if (stage_ != Stage::live) {
        return;
    } else if (engine().clock().now() >= token_ends_at_) {
        end(4001, Error{ErrorCode::token_expired}, "refresh the token");
    } else if (decoder_.is_in_frame() && now - frame_begun_at_ > shared_.options.message_max) {
        end(close_code::policy_violation, Error{ErrorCode::timeout, "frame"}, "a frame has no end");
    } else if (passed(heard_at_, heart_beats_.theirs * 2)) {
        end(close_code::policy_violation, Error{ErrorCode::timeout, "heart-beat"}, "no heart-beat");
    } else if (passed(sent_at_,
                      std::max(heart_beats_.ours - 1'000, std::min(heart_beats_.ours, 1)))) {
        // A second early, for that is how often this is asked.
        send_message("\n");
        link_.flush();
    }
}

void StompSession::overflowed() {
    engine().telemetry().add(Counter::slow_readers_dropped, 1);
    engine().telemetry().log(
        {.level = LogLevel::info, .text = "slow reader dropped", .user = user_});
    link_.drop_queue();
    end(4008,
        Error{.code = ErrorCode::too_many, .detail = "unread", .cause = {}, .retry_after = {}},
        "too slow");
}

void StompSession::leaving() {
    end(close_code::going_away, Error{ErrorCode::unavailable}, "server stops");
}

void StompSession::turned_away() {
    end(4009,
        Error{.code = ErrorCode::too_many, .detail = "connections", .cause = {}, .retry_after = {}},
        "too many connections");
}

void StompSession::end(std::uint16_t code, const Error& error, std::string_view sentence) {
    if (stage_ == Stage::ended) return;
    append_error(sentence, nullptr, error);
    leave();
    link_.close(code, sentence);
}

void StompSession::leave() {
    if (stage_ != Stage::greeting && stage_ != Stage::ended) shard().disconnect(*this);
    stage_ = Stage::ended;
}

void StompSession::closed() {
    leave();
    self_.reset();
}

}  // namespace chatcore::gateway::stomp

// Consultations and the messenger over STOMP. They share their addresses: what names a `requestIdx`
// is of a consultation, what names a `roomId` of the messenger.

#include "gateway/doors/consultation/shapes.h"
#include "gateway/stomp/reply.h"

namespace chatcore::gateway::stomp {

namespace {

/// Of one kind, and one connection; further ones are followed as they move.
constexpr int talks_at_once = 100;

}  // namespace

void StompSession::chat_send(Ask ask, Fields& fields) {
    const bool of_talk = fields.has("requestIdx");
    if (!(of_talk ? shared_.options.doors.consultation : shared_.options.doors.messenger))
        return refuse(ask, Error{ErrorCode::not_found, "destination"});
    PostRequest request;
    request.room = fields.required_id<RoomId>(of_talk ? "requestIdx" : "roomId");
    request.content = std::string(fields.required_text("content"));
    if (!of_talk) {
        request.type = fields.message_type("type").value_or(MessageType::text);
        request.key = fields.client_key("messageKey");
    }
    if (!sound(ask, fields)) return;
    if (!of_talk) return post(std::move(ask), std::move(request));
    as_talk(std::move(ask), request.room,
            [request](StompSession& session, Ask of) { session.post(std::move(of), request); });
}

void StompSession::chat_read(Ask ask, Fields& fields) {
    const bool of_talk = fields.has("requestIdx");
    if (!(of_talk ? shared_.options.doors.consultation : shared_.options.doors.messenger))
        return refuse(ask, Error{ErrorCode::not_found, "destination"});
    const auto room = fields.required_id<RoomId>(of_talk ? "requestIdx" : "roomId");
    const auto last =
        of_talk ? std::nullopt : std::optional(fields.required_id<MessageId>("lastReadMessageId"));
    if (!sound(ask, fields)) return;
    if (last) {
        engine().receipts().read(caller(), room, position_of(*last),
                                 done_by<Member>(std::move(ask)));
        return;
    }
    as_talk(std::move(ask), room, [room](StompSession& session, Ask of) {
        session.engine().receipts().read(session.caller(), room, std::nullopt,
                                         session.done_by<Member>(std::move(of)));
    });
}

template <class Then>
void StompSession::as_talk(Ask ask, RoomId room, Then then) {
    if (talks_.contains(room)) return then(*this, std::move(ask));
    engine().consultations().find(
        caller(), room,
        look_by<ConsultationView>(std::move(ask),
                                  [then = std::move(then)](StompSession& session, Ask of,
                                                           const ConsultationView&) mutable {
                                      then(session, std::move(of));
                                  }));
}

void StompSession::subscribe_talks(Ask ask, std::string_view id) {
    if (talks_since_ && talk_asks_.empty()) return receipt(ask);
    talk_asks_.push_back({std::move(ask), {.id = std::string(id), .topic = {}, .root = {}}});
    if (talks_since_) return;
    talks_since_ = engine().clock().now();
    follow_talks(ConsultationState::pending);
}

/// One state after the other, as consultations go through them: none slips by on its way.
void StompSession::follow_talks(ConsultationState state) {
    ConsultationQuery query;
    query.state = state;
    query.limit = talks_at_once;
    engine().consultations().list(
        caller(), query,
        [weak = std::weak_ptr(self_), state](const Result<Page<ConsultationView>>& page) {
            const auto self = weak.lock();
            if (!self || (*self)->stage_ != Stage::live) return;
            (*self)->talks_found(state, page);
            (*self)->link_.flush();
        });
}

void StompSession::talks_found(ConsultationState state,
                               const Result<Page<ConsultationView>>& page) {
    if (page) {
        for (const ConsultationView& view : page->items) follow_talk(view, view.room.head);
        if (state == ConsultationState::pending) return follow_talks(ConsultationState::scheduled);
        if (state == ConsultationState::scheduled)
            return follow_talks(ConsultationState::in_progress);
    } else {
        talks_since_.reset();  // the next subscription tries again
    }
    for (const Waiting& each : std::exchange(talk_asks_, {})) {
        if (page) {
            receipt(each.ask);
        } else {
            subscriptions_.remove(each.topic.id);
            refuse(each.ask, page.error());
        }
    }
}

void StompSession::find_talk(RoomId room) {
    if (talks_.contains(room)) return;
    engine().consultations().find(
        caller(), room,
        go_on_by<ConsultationView>(
            {.destination = "/user/queue/consultations"},
            [](StompSession& session, const Ask&, const ConsultationView& found) {
                if (session.talks_.contains(found.room.id)) return;
                session.tell_consultation(found);
                // Of one that began since nothing was told yet, whatever was said meanwhile.
                const bool is_new = found.room.created_at >= session.talks_since_;
                session.follow_talk(found, is_new ? Position{} : found.room.head);
            }));
}

void StompSession::follow_talk(const ConsultationView& view, Position since) {
    const RoomId room = view.room.id;
    if (!talks_.try_emplace(room, view).second) return;
    // From what was read on: nothing is missed between the reading and the following.
    const bool follows = shard().is_attached(*this, room) || attaching_.contains(room);
    if (follows) return;
    shard().attach(*this, room, since,
                   [weak = std::weak_ptr(self_), room](const Result<Position>& head) {
                       const auto self = weak.lock();
                       if (self && !head) (*self)->talks_.erase(room);
                   });
}

void StompSession::tell_talk(ConsultationView& view, const Event& event) {
    const auto* what = std::get_if<RoomEvent>(&event.what);
    if (what == nullptr) return;
    for (const State& state : what->states) {
        if (const auto* message = std::get_if<Message>(&state)) {
            if (position_of(message->id) > what->known) tell_utterance(view, *message);
        } else if (const auto* room = std::get_if<Room>(&state)) {
            const bool moved = room->consultation != view.room.consultation;
            view.room = *room;
            if (moved && room->consultation) tell_consultation(view);
        } else if (const auto& member = std::get<Member>(state);
                   has_read_since(member, what->known)) {
            tell_own(Topic::read, [&](JsonWriter& json) {
                json.begin_object()
                    .member("requestIdx", view.room.id)
                    .member("reader", engine().consultations().code_of(view, member.user))
                    .key("readAt");
                member.read_at ? json.value(engine().consultations().local_text(*member.read_at))
                               : json.null();
                json.end_object();
            });
        }
    }
}

void StompSession::tell_utterance(const ConsultationView& view, const Message& message) {
    const Consultations& consultations = engine().consultations();
    tell_own(Topic::chat, [&](JsonWriter& json) {
        consultation::write_utterance(json, consultations, view.room.id,
                                      consultations.utterance(view, message));
    });
}

void StompSession::tell_consultation(const ConsultationView& view) {
    tell_own(Topic::consultations, [&](JsonWriter& json) {
        consultation::write_consultation(json, engine().consultations(), view);
    });
}

}  // namespace chatcore::gateway::stomp

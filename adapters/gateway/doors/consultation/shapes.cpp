#include "gateway/doors/consultation/shapes.h"

#include <algorithm>

#include "gateway/json/names.h"

namespace chatcore::gateway::consultation {

namespace {

void write_time(JsonWriter& out, const Consultations& consultations, std::string_view name,
                const std::optional<Timestamp>& at) {
    out.key(name);
    if (at) {
        out.value(consultations.local_text(*at));
    } else {
        out.null();
    }
}

}  // namespace

void write_consultation(JsonWriter& out, const Consultations& consultations,
                        const ConsultationView& view) {
    const Consultation& held = *view.room.consultation;
    out.begin_object()
        .member("requestIdx", view.room.id)
        .member("status", name_of(held.state))
        .member("requesterUserCode", view.requester_code)
        .member("recipientUserCode", view.recipient_code)
        .key("title");
    if (held.title.empty()) {
        out.null();
    } else {
        out.value(held.title);
    }
    write_time(out, consultations, "scheduledAt", held.scheduled_at);
    write_time(out, consultations, "startedAt", held.started_at);
    write_time(out, consultations, "endedAt", held.ended_at);
    out.key("durationMinutes");
    if (const auto minutes = duration_minutes(held)) {
        out.value(*minutes);
    } else {
        out.null();
    }
    write_time(out, consultations, "lastActivityAt",
               std::max(view.room.last_activity_at, held.moved_at));
    out.end_object();
}

void write_utterance(JsonWriter& out, const Consultations& consultations, RoomId room,
                     const Utterance& said) {
    out.begin_object()
        .member("requestIdx", room)
        .member("sender", said.sender_code)
        .member("senderName", said.sender_name)
        .member("content", said.content)
        .member("sentAt", consultations.local_text(said.sent_at))
        .end_object();
}

}  // namespace chatcore::gateway::consultation

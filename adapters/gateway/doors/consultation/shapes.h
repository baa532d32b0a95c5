#pragma once
// The shapes of consultations, over HTTP and STOMP. Each writes one value.

#include "chatcore/consultations.h"

#include "gateway/json/writer.h"

namespace chatcore::gateway::consultation {

/// `{requestIdx,status,requesterUserCode,…,lastActivityAt}`; times as `consultations` shows them.
void write_consultation(JsonWriter& out, const Consultations& consultations,
                        const ConsultationView& view);
/// `{requestIdx,sender,senderName,content,sentAt}`.
void write_utterance(JsonWriter& out, const Consultations& consultations, RoomId room,
                     const Utterance& said);

}  // namespace chatcore::gateway::consultation

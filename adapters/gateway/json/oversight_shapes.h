#pragma once
// The canonical shape of reports.

#include "chatcore/domain/report.h"

#include "gateway/json/writer.h"

namespace chatcore::gateway {

/// `{id,reporterId,reporterNickname?,reason,comment,messageId?,userId?,roomId?,message?,createdAt}`,
/// the message as it was then:
/// `{id,roomId,senderId,type,content,attachments,forwardedFrom?,createdAt,editedAt}`.
void write_report(JsonWriter& out, const Report& report);

}  // namespace chatcore::gateway

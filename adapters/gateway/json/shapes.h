#pragma once
// The canonical shapes of messages, rooms, people and errors: the one place where the API's field
// names stand. Each writes one value.

#include <string_view>

#include "chatcore/domain/context.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/room.h"
#include "chatcore/domain/schedule.h"
#include "chatcore/domain/user.h"
#include "chatcore/error.h"
#include "chatcore/ports/message_reader.h"

#include "gateway/json/writer.h"

namespace chatcore::gateway {

/// `temp_id`: the sender's own, echoed to them alone; empty: none.
void write_message(JsonWriter& out, const Message& message, std::string_view temp_id = {});
/// Members of a message, `attachments` and `forwardedFrom`; the latter only where there is one.
void write_attachments(JsonWriter& out, const std::vector<Attachment>& attachments);
void write_forwarded(JsonWriter& out, const std::optional<Original>& original);
/// As one person sees it.
void write_room(JsonWriter& out, const RoomView& view);
/// As everybody sees it: without the personal fields.
void write_room(JsonWriter& out, const Room& room);
void write_member(JsonWriter& out, const Member& member);
void write_preview(JsonWriter& out, const Preview* preview);
/// The members of a page of changes: `items`, `nextCursor`, `hasMore`, into an object that is
/// begun.
void write_changes(JsonWriter& out, const Changes& changes);
/// The members of a profile, into an object that is begun.
void write_profile_fields(JsonWriter& out, const Profile& profile);
/// As others see them.
void write_profile(JsonWriter& out, const Profile& profile);
/// As they see themselves: with the email.
/// `{content,by,at}`, or null.
void write_notice(JsonWriter& out, const std::optional<Notice>& notice);
void write_account(JsonWriter& out, const Account& account);
/// `{id,roomId,content,scheduledAt,repeat?,timeZone?,status}`.
void write_schedule(JsonWriter& out, const Schedule& schedule);
/// `{type,id,ownerId,title,metadata?,createdAt,updatedAt}`.
void write_context(JsonWriter& out, const RegisteredContext& context);
/// `{code,message,details,requestId?}`.
void write_error(JsonWriter& out, const Error& error, std::string_view request_id = {},
                 std::string_view sentence = {});
/// `code` and `message` of the object that is being written, and its `details`.
void write_error_code(JsonWriter& out, const Error& error, std::string_view sentence);
void write_error_details(JsonWriter& out, const Error& error);

}  // namespace chatcore::gateway

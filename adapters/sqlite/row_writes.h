#pragma once
// Domain values as rows: the binding of each kind's insertion in one place, for the way of a change
// and for an import.

#include "chatcore/domain/attachment.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/report.h"
#include "chatcore/domain/room.h"
#include "chatcore/domain/schedule.h"
#include "chatcore/domain/user.h"

#include "connection.h"

namespace chatcore::sqlite {

// Each takes the statement of its name: sql::insert_message, and so on.
Status insert_message(Statement& insert, const Message& message, std::uint64_t digest);
Status insert_member(Statement& insert, const Member& member);
/// The account's own id. Where its email or external id is taken, no row is altered.
Status insert_account(Statement& insert, const Account& account);
/// What a room about a consultation has besides.
Status insert_consultation(Statement& insert, RoomId room, const Consultation& consultation);
Status insert_schedule(Statement& insert, const Schedule& schedule);
/// A code as it is kept: by its name, which stays.
std::optional<std::string_view> kept_name(std::optional<ErrorCode> code);
/// Where its id is taken, no row is altered.
Status insert_upload(Statement& insert, const Upload& upload);
Status insert_report(Statement& insert, const Report& report);

}  // namespace chatcore::sqlite

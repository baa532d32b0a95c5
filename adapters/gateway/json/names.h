#pragma once
// The spelling of enumerations in the API: lower case out, any case of letters in.

#include <optional>
#include <string_view>

#include "chatcore/domain/consultation.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/room.h"
#include "chatcore/domain/schedule.h"
#include "chatcore/domain/user.h"

namespace chatcore::gateway {

std::string_view name_of(MessageType type);
std::string_view name_of(RoomKind kind);
std::string_view name_of(MemberRole role);
std::string_view name_of(UserRole role);
std::string_view name_of(Repeat repeat);
std::string_view name_of(ScheduleState state);
/// These are in upper case: `IN_PROGRESS`.
std::string_view name_of(ConsultationState state);

std::optional<MessageType> message_type_of(std::string_view name);
std::optional<MemberRole> member_role_of(std::string_view name);
std::optional<UserRole> user_role_of(std::string_view name);
std::optional<Repeat> repeat_of(std::string_view name);
std::optional<ConsultationState> consultation_state_of(std::string_view name);

}  // namespace chatcore::gateway

#include "gateway/json/names.h"

#include <algorithm>
#include <array>

namespace chatcore::gateway {

namespace {

constexpr std::array<std::string_view, 5> message_types = {"text", "image", "video", "file",
                                                           "system"};
constexpr std::array<std::string_view, 2> room_kinds = {"direct", "group"};
constexpr std::array<std::string_view, 3> member_roles = {"owner", "admin", "member"};
constexpr std::array<std::string_view, 3> user_roles = {"user", "seller", "admin"};
constexpr std::array<std::string_view, 4> repeats = {"none", "daily", "weekly", "monthly"};
constexpr std::array<std::string_view, 4> schedule_states = {"scheduled", "sent", "cancelled",
                                                             "failed"};

constexpr std::array<std::string_view, consultation_state_count> consultation_states = {
    "PENDING", "SCHEDULED", "IN_PROGRESS", "COMPLETED", "REJECTED", "CANCELLED"};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Names are in the order of the enumerators.
template <class Enum, std::size_t n>
std::optional<Enum> find(const std::array<std::string_view, n>& names, std::string_view wanted) {
    for (std::size_t i = 0; i < n; ++i) {
        if (std::equal(names[i].begin(), names[i].end(), wanted.begin(), wanted.end(),
                       [](char a, char b) { return lower(a) == lower(b); })) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

}  // namespace

std::string_view name_of(MessageType type) {
    return message_types[static_cast<std::size_t>(type)];
}
std::string_view name_of(RoomKind kind) {
    return room_kinds[static_cast<std::size_t>(kind)];
}
std::string_view name_of(MemberRole role) {
    return member_roles[static_cast<std::size_t>(role)];
}
std::string_view name_of(UserRole role) {
    return user_roles[static_cast<std::size_t>(role)];
}
std::string_view name_of(Repeat repeat) {
    return repeats[static_cast<std::size_t>(repeat)];
}
std::string_view name_of(ScheduleState state) {
    return schedule_states[static_cast<std::size_t>(state)];
}

std::string_view name_of(ConsultationState state) {
    return consultation_states[static_cast<std::size_t>(state)];
}

std::optional<MessageType> message_type_of(std::string_view name) {
    return find<MessageType>(message_types, name);
}
std::optional<MemberRole> member_role_of(std::string_view name) {
    return find<MemberRole>(member_roles, name);
}
std::optional<UserRole> user_role_of(std::string_view name) {
    return find<UserRole>(user_roles, name);
}
std::optional<Repeat> repeat_of(std::string_view name) {
    return find<Repeat>(repeats, name);
}
std::optional<ConsultationState> consultation_state_of(std::string_view name) {
    return find<ConsultationState>(consultation_states, name);
}

}  // namespace chatcore::gateway

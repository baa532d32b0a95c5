#pragma once
// What a context may look like.

#include <algorithm>

#include "chatcore/domain/room.h"
#include "chatcore/text.h"

namespace chatcore {

/// The id is a part of an address, `/contexts/{type}/{id}`, and so has no slash: rooms about one
/// that had could never be deleted with it.
inline bool is_sound(const Context& context) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !context.type.empty() && context.type.size() <= 40 &&
           std::all_of(context.type.begin(), context.type.end(), plain) &&
           text::valid(context.id) && !text::blank(context.id) && !text::has_controls(context.id) &&
           context.id.find('/') == std::string::npos && text::code_points(context.id) <= 64;
}

}  // namespace chatcore

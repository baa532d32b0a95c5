#pragma once
// The personal field of messages that are about to be shown to one person.

#include <span>

#include "chatcore/ports/store.h"

namespace chatcore {

/// Sets `bookmarked` of each, by one question for all; where that fails it stays unsaid, since a
/// message without it is better than none. Threads: a worker's.
void fill_bookmarked(Store& store, UserId reader, std::span<Message> messages);

}  // namespace chatcore

#pragma once
// The rooms of a run, opened over the native protocol by their owners; kept in a file like the
// people.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "chatbench/options.h"
#include "chatbench/people.h"

namespace bench {

/// Who belongs to a room, as numbers of people; the first one opens it. Two people get a direct
/// room, more a group.
using RoomPlan = std::vector<std::uint32_t>;

/// `rooms` rooms of `members` each, with nobody in two of them.
std::vector<RoomPlan> separate_rooms(std::size_t rooms, std::size_t members);
/// As many rooms of `members` as it takes to put each of `count` people in `rooms_each` of them,
/// with different company in each as far as it goes.
std::vector<RoomPlan> mixed_rooms(std::size_t count, std::size_t rooms_each, std::size_t members);

/// What rooms are about.
enum class About : std::uint8_t {
    nothing,
    store  ///< of two people each: the second owns a store, the first is a customer there
};

/// The ids of the planned rooms, in order. `name` tells plans apart in the state folder. Stores are
/// registered with the host key, unless the rooms are known.
std::vector<std::int64_t> open_rooms(const Options& options, std::string_view name,
                                     const std::vector<RoomPlan>& plans,
                                     const std::vector<Person>& people,
                                     About about = About::nothing);

}  // namespace bench

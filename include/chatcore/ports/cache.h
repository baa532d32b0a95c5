#pragma once
// Threads:   one call at a time per Cache object; the engine opens one for each worker that needs
//            it.
// Blocking:  may block; called on a worker, never on an I/O thread.
// Lifetime:  outlives the Engine.
// Errors:    `unavailable`; whatever rests on the cache then degrades, nothing that must be right
//            rests on it.
// Checked by: contract/cache_contract.h

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chatcore/result.h"

namespace chatcore {

/// One member of one set, for `add`.
struct SetEntry {
    std::string set;
    std::string member;

    bool operator==(const SetEntry&) const = default;
};

/// A number under one name of one set, for `raise`. Such sets are apart from those of members.
struct Pointer {
    std::string set;
    std::string name;
    std::int64_t value = 0;

    bool operator==(const Pointer&) const = default;
};

/// One more at the end of one list, for `append`. Lists are apart from sets and numbers.
struct ListEntry {
    std::string list;
    std::string value;

    bool operator==(const ListEntry&) const = default;
};

/// Shared, forgetful state with times to live. May forget anything at any time.
class Cache {
public:
    virtual ~Cache() = default;

    /// Puts members into sets, or renews them; each member goes by itself when its time is over.
    /// Answers for each entry whether its set was empty before.
    virtual Result<std::vector<bool>> add(std::span<const SetEntry> entries,
                                          std::chrono::milliseconds time_to_live) = 0;
    /// Takes members out. Answers for each entry whether its set is empty now.
    virtual Result<std::vector<bool>> remove(std::span<const SetEntry> entries) = 0;
    /// For each set, whether anything lives in it.
    virtual Result<std::vector<bool>> any(std::span<const std::string> sets) = 0;
    /// Moves numbers forward, never backward, and renews them; each goes by itself when its time is
    /// over. Answers for each with what stood there before; nullopt where nothing did.
    virtual Result<std::vector<std::optional<std::int64_t>>> raise(
        std::span<const Pointer> pointers, std::chrono::milliseconds time_to_live) = 0;
    /// Puts values at the ends of lists, one after the other, and renews the lists; each goes as a
    /// whole when its time is over. Of more than `length_max` in a list the oldest go. Answers for
    /// each with the length of its list then.
    virtual Result<std::vector<std::int64_t>> append(std::span<const ListEntry> entries,
                                                     std::chrono::milliseconds time_to_live,
                                                     std::int64_t length_max) = 0;
    /// For each list what is in it, the oldest first; nothing where there is none.
    virtual Result<std::vector<std::vector<std::string>>> read(
        std::span<const std::string> lists) = 0;
    /// Takes lists away; no error where there is none.
    virtual Status drop(std::span<const std::string> lists) = 0;
};

}  // namespace chatcore

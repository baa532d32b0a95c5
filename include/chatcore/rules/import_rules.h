#pragma once
// What is asked of records on their way into a store, decided once for all stores: their order, and
// with it that no key comes twice; and that the counters are not below what is used. What needs a
// look at other records is the adapter's.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "chatcore/domain/record.h"
#include "chatcore/result.h"

namespace chatcore {

/// Threads: one.
class ImportRules {
public:
    /// To be asked of each record in turn. `conflict` for one that is out of order, the second of
    /// its key, or counters below what came; `invalid_value` for an id that is none.
    Status take(const Record& record);
    /// Whether all was there: `conflict` (counters).
    Status finished() const;

private:
    /// A context's key is of texts, the others' are of numbers.
    struct Key {
        std::string type;
        std::string id;
        std::int64_t first = 0;
        std::int64_t second = 0;

        auto operator<=>(const Key&) const = default;
    };

    static Key key_of(const Record& record);
    void note(const Record& record);
    Status check(const CountersRecord& counters) const;

    std::size_t kind_ = 0;
    std::optional<Key> last_;
    CountersRecord used_;
    bool counted_ = false;
};

/// An error about a record of that kind.
Unexpected refuse_record(ErrorCode code, std::string_view kind, std::string sentence);

}  // namespace chatcore

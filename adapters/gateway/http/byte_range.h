#pragma once
// Which part of a representation a request is for (RFC 9110 section 14), and whether the client has
// it already (section 13).

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/http/request.h"

namespace chatcore::gateway {

/// Bytes `first` to `last`, both included.
struct ByteRange {
    std::int64_t first = 0;
    std::int64_t last = 0;

    std::int64_t length() const { return last - first + 1; }
    bool operator==(const ByteRange&) const = default;
};

/// What is to be answered: the whole (200), a part of it (206), or that there is no such part
/// (416).
struct RangeAnswer {
    std::optional<ByteRange> range;
    bool unsatisfiable = false;
};

/// Reads the value of `Range` for a representation of `size` bytes. Several ranges, other units and
/// what is no range at all are passed over, as section 14.2 allows: the whole is answered.
RangeAnswer read_range(std::string_view value, std::int64_t size);

/// What the request asks for: `Range`, but with `If-Range` only where that is this strong entity
/// tag (section 13.1.5), and for GET only.
RangeAnswer range_of(const Request& request, std::string_view entity_tag, std::int64_t size);

/// Whether `If-None-Match` names the strong entity tag, by weak comparison (section 13.1.2).
bool is_known(const Request& request, std::string_view entity_tag);

}  // namespace chatcore::gateway

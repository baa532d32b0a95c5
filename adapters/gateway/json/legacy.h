#pragma once
// The legacy form of the social system: answers stand in an envelope. What else is otherwise in it,
// JsonWriter knows.

#include <string>

namespace chatcore::gateway {

/// `{"success":true,"data":…,"message":"OK"}`; of a list, which canonically begins with `items`,
/// the array is the data and what followed it (`nextCursor`, `hasMore`) stands beside it.
std::string in_envelope(std::string body);

}  // namespace chatcore::gateway

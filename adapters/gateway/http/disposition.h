#pragma once
// `Content-Disposition`: whether a file is shown or kept, and under which name (RFC 6266).

#include <string>
#include <string_view>

namespace chatcore::gateway {

/// `inline; filename="…"`, or `attachment`. A name that is not plain ASCII is also given in
/// `filename*` (RFC 8187), which counts where it is understood. `name` is UTF-8.
std::string content_disposition(bool shown, std::string_view name);

}  // namespace chatcore::gateway

#include "gateway/http/authorization.h"

#include <optional>
#include <utility>

#include "gateway/http/base64.h"
#include "gateway/http/chars.h"

namespace chatcore::gateway {

std::string_view given_by(std::string_view scheme, std::string_view header) {
    if (header.size() <= scheme.size() + 1 || header[scheme.size()] != ' ' ||
        !equal_ignoring_case(header.substr(0, scheme.size()), scheme))
        return {};
    header.remove_prefix(scheme.size());
    while (header.starts_with(' ')) header.remove_prefix(1);
    return header;
}

Result<std::string> token_in_any_form(std::string_view header) {
    const std::string_view coded = given_by("basic", header);
    if (coded.empty()) return std::string(given_by("bearer", header));
    std::optional<std::string> token = from_base64(coded);
    if (!token) return unexpected(ErrorCode::malformed, "Authorization");
    return std::move(*token);
}

}  // namespace chatcore::gateway

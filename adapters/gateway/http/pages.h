#pragma once
// What pages of other origins may do (CORS, the Fetch standard): ask what needs a token in each
// request, and read the answer, whichever it is. Nothing here lets anybody in, since browsers give
// no token by themselves, and there is no cookie. The host key is no page's to show.

#include <optional>
#include <string_view>

#include "gateway/http/exchange.h"

namespace chatcore::gateway {

/// Lets pages of any origin read the answer, whichever it will be, and those of its headers that
/// say something; not where the host shows its key.
void let_pages_read(Exchange& exchange);

/// The method that a browser asks leave for before it sends a page's request; nullopt where the
/// request is no such question.
std::optional<std::string_view> wanted_by_page(const Request& request);

/// The answer to that question: what the path has, with the headers that are asked for, but for
/// those of the host.
void answer_preflight(Exchange& exchange, std::string_view methods);

}  // namespace chatcore::gateway

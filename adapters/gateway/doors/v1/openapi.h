#pragma once
// The OpenAPI 3.1 document of the canonical API, written by hand in openapi/ and part of the
// library. A test compares it with the routes, and others ask every operation and look whether
// requests and answers are as it says.

#include <span>
#include <string>
#include <string_view>

#include "gateway/http/router.h"

namespace chatcore::gateway::v1 {

/// Made by the build; one after the other they are the document.
std::span<const std::string_view> openapi_parts();

/// The document, put together at the first call. Any thread.
const std::string& openapi_document();

/// Serves it at /openapi.json, to everybody.
void add_openapi_route(Router& router);

}  // namespace chatcore::gateway::v1

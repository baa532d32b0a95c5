#pragma once
// The OpenAPI 3.1 document of the canonical API, written by hand in openapi/ and part of the
// library. A test compares it with the routes, and others ask every operation and look whether
// requests and answers are as it says.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/http/router.h"

namespace chatcore::gateway::v1 {

/// Made by the build; one after the other they are the document.
std::span<const std::string_view> openapi_parts();

/// Which doors are served besides `/api/v1`.
enum class OtherDoors : std::uint8_t { none, consultation };

/// The document, put together at the first call; the addresses of a door that is not served are
/// left out. Any thread.
const std::string& openapi_document(OtherDoors doors = OtherDoors::consultation);

/// Serves it at /openapi.json, to everybody.
void add_openapi_route(Router& router, OtherDoors doors = OtherDoors::consultation);

}  // namespace chatcore::gateway::v1

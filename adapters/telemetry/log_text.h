#pragma once
// What a log record looks like after time, level and logger.

#include <string>

#include "chatcore/ports/telemetry.h"

namespace chatcore {

/// `text request=5f3a-12 user=7 room=3`. Control characters become spaces, so that a record is one
/// line whatever it holds.
std::string log_line(const LogRecord& record);

/// `"text":"…","requestId":"5f3a-12","userId":7,"roomId":3`: members of an object, without its
/// braces. Bytes that are no UTF-8 become U+FFFD.
std::string log_json(const LogRecord& record);

}  // namespace chatcore

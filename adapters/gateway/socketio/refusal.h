#pragma once
// What a client of Socket.IO is told of an event that is refused. Threads: any.

#include <string>
#include <string_view>

#include <simdjson.h>

#include "chatcore/error.h"

#include "gateway/json/writer.h"

namespace chatcore::gateway::socketio {

/// `{code,message}`, about the members as this door names them. `sentence`: instead of the error's
/// own.
void write_refusal(JsonWriter& json, const Error& error, std::string_view sentence = {});

/// A sentence about an event that the namespace does not have, which `arguments` begin with: its
/// name as it came, shortened, and with what nobody sees escaped.
std::string no_such_event(simdjson::dom::array arguments, std::string_view space);

}  // namespace chatcore::gateway::socketio

#include "gateway/stomp/told.h"

#include <fmt/format.h>

#include "gateway/stomp/encoder.h"

namespace chatcore::gateway::stomp {

void append_told(std::string& out, Framing framing, Version version, const Told& told,
                 std::string_view body) {
    thread_local std::string text;
    text.clear();
    FrameWriter frame(text, version, "MESSAGE");
    frame.header("destination", told.destination)
        .header("subscription", told.subscription)
        .plain("message-id", told.number);
    if (told.acks && version == Version::v1_2) {
        frame.header("ack", ack_id(told.subscription, told.number));
    }
    frame.body(body, "application/json");
    append_message(out, framing, text);
}

std::string ack_id(std::string_view subscription, std::string_view number) {
    return fmt::format("{}@{}", number, subscription);
}

std::string_view subscription_of(std::string_view ack_id) {
    const std::size_t at = ack_id.find('@');
    return at == std::string_view::npos ? std::string_view{} : ack_id.substr(at + 1);
}

}  // namespace chatcore::gateway::stomp

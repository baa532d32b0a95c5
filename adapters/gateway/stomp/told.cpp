#include "gateway/stomp/told.h"

#include <fmt/format.h>

#include "gateway/stomp/encoder.h"
#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway::stomp {

void append_told(std::string& out, Framing framing, Version version, const Told& told,
                 std::string_view body) {
    thread_local std::string rest;
    rest.clear();
    append_told_rest(rest, told.number, body);
    append_told(out, framing, told_head(version, told.destination, told.subscription),
                told.acks ? ack_line(version, told.subscription, told.number) : std::string(),
                rest);
}

std::string told_head(Version version, std::string_view destination,
                      std::string_view subscription) {
    std::string head;
    FrameWriter(head, version, "MESSAGE")
        .header("destination", destination)
        .header("subscription", subscription);
    return head;
}

std::string ack_line(Version version, std::string_view subscription, std::string_view number) {
    // Before 1.2 it is the message-id that is acknowledged.
    std::string line;
    if (version == Version::v1_2) {
        FrameWriter::append_header(line, version, "ack", ack_id(subscription, number));
    }
    return line;
}

void append_told_rest(std::string& out, std::string_view number, std::string_view body) {
    FrameWriter::append_header(out, Version::v1_0, "message-id", number);
    FrameWriter::append_body(out, body, "application/json");
}

void append_told(std::string& out, Framing framing, std::string_view head, std::string_view ack,
                 std::string_view rest) {
    if (framing == Framing::websocket) {
        char header[10];
        const std::size_t size =
            write_frame_header(header, Opcode::text, head.size() + ack.size() + rest.size());
        out.append(header, size).append(head).append(ack).append(rest);
        return;
    }
    thread_local std::string text;
    text.assign(head).append(ack).append(rest);
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

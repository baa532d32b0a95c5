#pragma once
// Incremental decoder of the frames that clients send (RFC 6455 section 5, RFC 7692), by pulling:
//
//     std::span<char> input = …what was read…;
//     IncomingFrame frame;
//     while (decoder.next(input, frame)) { …frame.payload is valid until the next call… }
//     if (decoder.error() != FrameError::none) …send a close frame with
//     close_code_of(decoder.error())…
//
// A message that lies whole in the input is unmasked where it lies and handed out without a copy or
// an allocation. What is cut off at the input's end is kept by the decoder, and given back as soon
// as it is no longer needed, so that the input buffer may be shared by all connections of a thread
// and an idle connection holds nothing on the heap. The outcome does not depend on how the bytes
// are cut up; what cannot become UTF-8 any more fails at once and not at its message's end.
// Threads: one at a time. Checked by: unit/gateway/frame_decoder_test.cpp, fuzz/websocket_fuzz.cpp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/websocket/inflater.h"
#include "gateway/websocket/masking.h"
#include "gateway/websocket/protocol.h"

namespace chatcore::gateway {

/// Bytes of readable memory after every payload that the decoder keeps or inflates. Where the
/// caller's input buffer has as many after its end, every payload does, as JSON parsers ask for.
inline constexpr std::size_t payload_slack_bytes = 64;

/// Everything a client may do wrong, as a closed list.
enum class FrameError : std::uint8_t {
    none,
    not_masked,       ///< 1002
    reserved_bits,    ///< 1002; RSV1 on a control frame, a continuation, or where deflate was not
                      ///< agreed
    reserved_opcode,  ///< 1002
    control_fragmented,       ///< 1002
    control_too_long,         ///< 1002; more than 125 bytes
    length_not_minimal,       ///< 1002
    length_high_bit,          ///< 1002; a 64-bit length of 2^63 or more
    unexpected_continuation,  ///< 1002; no message was begun
    unfinished_message,       ///< 1002; a new message before the last one's end
    close_payload_invalid,    ///< 1002; a close frame of one byte
    close_code_invalid,       ///< 1002
    text_not_utf8,            ///< 1007
    close_reason_not_utf8,    ///< 1007
    deflate_invalid,          ///< 1007
    message_too_large,        ///< 1009
    out_of_memory,            ///< 1011
};

/// The code of the close frame to answer with; 1000 for `none`.
std::uint16_t close_code_of(FrameError error);

/// One English sentence, at most close_reason_bytes_max long, fit for a close frame's reason.
std::string_view describe(FrameError error);

struct DecoderLimits {
    /// The size of one message, fragments together, after inflation. Before it, a message may be
    /// longer by what deflate() adds to bytes that do not shrink.
    std::size_t message_bytes_max = 1024 * 1024;
    /// How much of its messages a client may refer back to in a later one, as was agreed; so much
    /// is then kept. 0: each of its compressed messages stands for itself.
    std::size_t client_window_bytes = 0;
};

/// One message or one control frame.
struct IncomingFrame {
    Opcode opcode = Opcode::text;  ///< text, binary, ping, pong or close
    std::string_view
        payload;  ///< of a close frame: the reason, without the code; text and reason are UTF-8
    std::uint16_t close_code = 0;  ///< of a close frame: its code, or close_code::none_received
    bool compressed = false;       ///< whether it came deflated
};

class FrameDecoder {
public:
    /// `inflater` is null where permessage-deflate was not agreed; otherwise it may be shared by
    /// all decoders of a thread, must outlive them, and a payload it inflated is valid until next()
    /// of any of them.
    explicit FrameDecoder(const DecoderLimits& limits = {}, Inflater* inflater = nullptr)
        : message_bytes_max_(limits.message_bytes_max),
          inflater_(inflater),
          window_(limits.client_window_bytes) {}

    /// Takes bytes from the front of `input` (which it overwrites, unmasking) up to the end of one
    /// message or control frame. False when `input` is used up, or when the stream has failed or
    /// was closed, which uses it up as well.
    bool next(std::span<char>& input, IncomingFrame& frame);

    FrameError error() const { return error_; }
    /// Whether the end of a message or frame is awaited that has begun.
    bool is_in_message() const { return in_message_ || in_payload_ || partial_bytes_ > 0; }
    /// Whether a close frame was handed out; what follows it is discarded (RFC 6455 section 5.5.1).
    bool closed() const { return closed_; }
    /// Heap memory held, in bytes: 0 between messages, but for the window that was agreed on.
    std::size_t bytes_held() const;

private:
    struct Header {
        std::uint64_t payload_bytes = 0;
        MaskKey key{};
        Opcode opcode = Opcode::text;
        bool fin = true;
    };
    static constexpr std::size_t header_bytes_max = 14;

    bool read_header(std::span<char>& input);
    std::size_t parse_header(const unsigned char* bytes, std::size_t size);
    FrameError check_header(unsigned char first, unsigned char second) const;
    FrameError check_length(std::uint64_t length, unsigned char short_length,
                            unsigned char first) const;
    bool take_payload(std::span<char>& input, IncomingFrame& frame);
    bool finish_frame(std::string_view payload, IncomingFrame& frame);
    bool finish_close(std::string_view payload, IncomingFrame& frame);
    bool is_text_as_sent() const { return message_opcode_ == Opcode::text && !message_compressed_; }
    void release_delivered();
    bool fail(FrameError error);

    std::string message_;  ///< the fragments of a message so far, unmasked
    std::string control_;  ///< the beginning of a control frame that was cut off
    std::size_t message_bytes_max_;
    Inflater* inflater_;
    DeflateWindow window_;
    std::size_t utf8_checked_ = 0;     ///< so much of the message is known to be whole characters
    std::uint64_t payload_taken_ = 0;  ///< of the frame that is being read
    Header header_;
    std::array<unsigned char, header_bytes_max> partial_{};  ///< a header that was cut off
    std::uint8_t partial_bytes_ = 0;
    Opcode message_opcode_ = Opcode::text;
    FrameError error_ = FrameError::none;
    bool in_payload_ = false;
    bool in_message_ = false;
    bool message_compressed_ = false;
    bool message_delivered_ = false;
    bool control_delivered_ = false;
    bool closed_ = false;
};

}  // namespace chatcore::gateway

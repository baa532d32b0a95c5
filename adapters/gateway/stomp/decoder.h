#pragma once
// Incremental decoder of the STOMP frames that clients send, by pulling:
//
//     std::string_view input = …what came…;
//     while (decoder.next(input, frame)) { …frame is valid until the next call… }
//     if (decoder.error() != DecodeError::none) …answer with an ERROR frame, and close…
//
// A frame that lies whole in the input is handed out where it lies; only what is cut off at the
// input's end, and header values with escapes, are copied. The outcome does not depend on how the
// bytes are cut up. Threads: one at a time.
// Checked by: unit/gateway/stomp_test.cpp, fuzz/stomp_fuzz.cpp.

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/stomp/frame.h"

namespace chatcore::gateway::stomp {

/// Everything that can be wrong with the bytes, as a closed list.
enum class DecodeError : std::uint8_t {
    none,
    command_unknown,         ///< no frame of a client begins so
    header_without_colon,    ///< or with nothing before it
    escape_undefined,        ///< a backslash before what the version does not define
    text_not_utf8,           ///< of the command or the headers
    content_length_invalid,  ///< no number
    body_not_ended,          ///< no NUL where `content-length` ends the body
    body_not_allowed,        ///< only SEND has one
    head_unfinished,         ///< NUL before the empty line
    too_many_headers,
    head_too_large,
    frame_too_large,
};

/// One English sentence, fit for the `message` header of an ERROR frame.
std::string_view describe(DecodeError error);

struct DecodeLimits {
    std::size_t headers_max = 64;
    std::size_t head_bytes_max = 16 * 1024;
    std::size_t frame_bytes_max = 1024 * 1024;  ///< head and body
};

class Decoder {
public:
    explicit Decoder(const DecodeLimits& limits = {}) : limits_(limits) {}

    /// By which version's rules frames are read from now on; 1.0 at first, and CONNECT always
    /// without escapes.
    void set_version(Version version) { version_ = version; }
    /// For what comes from now on.
    void set_limits(const DecodeLimits& limits) { limits_ = limits; }

    /// Takes bytes from the front of `input` up to the end of one frame; line ends between frames,
    /// which are heart-beats, are passed over. False when `input` is used up, or the stream has
    /// failed, which uses it up as well; the frame then has the headers that were read before that.
    bool next(std::string_view& input, Frame& frame);

    DecodeError error() const { return error_; }
    /// Whether the end of a frame is awaited that has begun.
    bool is_in_frame() const { return kept_begin_ < kept_.size(); }
    /// Heap memory held between frames, in bytes.
    std::size_t bytes_held() const { return kept_.capacity(); }

private:
    enum class Found : std::uint8_t { frame, more, failed };

    /// The frame that begins where `bytes` do, and how many of them it is.
    Found find(std::string_view bytes, Frame& frame, std::size_t& used);
    Found find_kept(Frame& frame, std::size_t& used);
    Found find_head(std::string_view bytes, Frame& frame);
    Found find_end(std::string_view bytes, std::size_t& body_end);
    bool read_head(std::string_view head, Frame& frame);
    bool read_header(std::string_view line, bool escaped, Frame& frame);
    std::optional<std::string_view> unescaped(std::string_view text);
    Found fail(DecodeError error);

    /// What is known of the frame at the front, which may be all there is of it yet; places count
    /// from the first byte that is not handed out.
    struct Front {
        std::size_t scanned = 0;     ///< up to here there is no end of what is looked for
        std::size_t body_begin = 0;  ///< 0: the head has not ended yet
        std::optional<std::size_t> content_length;
    };

    DecodeLimits limits_;
    std::string kept_;              ///< of a frame that was cut off, and what came behind it
    std::size_t kept_begin_ = 0;    ///< what is before it was handed out
    std::list<std::string> texts_;  ///< header texts that had escapes
    Front front_;
    Version version_ = Version::v1_0;
    DecodeError error_ = DecodeError::none;
};

}  // namespace chatcore::gateway::stomp

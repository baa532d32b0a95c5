#pragma once
// Writes compressed frames (RFC 7692 section 7.2.1) without context takeover: one frame fits every
// receiver that agreed to permessage-deflate with that window, so a message is deflated once and
// not for each.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/websocket/protocol.h"

struct z_stream_s;

namespace chatcore::gateway {

/// The widest window, and the one that every client can follow whatever it asked for: of 9 bits, of
/// which zlib uses 250 bytes (its MAX_DIST), so that the least window of RFC 7692, 8 bits, holds
/// all that is referred to. zlib itself refuses 8.
inline constexpr int wide_window_bits = 15;
inline constexpr int narrow_window_bits = 9;

/// Holds about 256 KiB; meant to be one for each thread.
class FrameCompressor {
public:
    /// `level` from 1 (fast) to 9. `window_bits` from 9 to 15.
    explicit FrameCompressor(int level = 3, int window_bits = wide_window_bits);
    ~FrameCompressor();
    FrameCompressor(FrameCompressor&&) noexcept;
    FrameCompressor& operator=(FrameCompressor&&) noexcept;

    /// Appends a whole text or binary frame with RSV1. False, with `out` as it was, where the frame
    /// would not be smaller than append_frame() makes it, or memory is out: send the plain frame,
    /// which is always allowed.
    bool append_frame(std::string& out, Opcode opcode, std::string_view payload);

private:
    struct Deleter {
        void operator()(z_stream_s* stream) const;
    };
    std::unique_ptr<z_stream_s, Deleter> stream_;
};

}  // namespace chatcore::gateway

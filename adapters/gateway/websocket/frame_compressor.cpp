#include "gateway/websocket/frame_compressor.h"

#include <algorithm>
#include <limits>

#include <zlib.h>

#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway {
namespace {

// Every message begins with an empty window, and resetting clears the hash table; chat messages are
// short, so a small one (16 KiB) resets faster and finds as much.
constexpr int memory_level = 6;
constexpr std::size_t tail_bytes = 4;  // 00 00 FF FF of a sync flush

}  // namespace

void FrameCompressor::Deleter::operator()(z_stream_s* stream) const {
    deflateEnd(stream);
    delete stream;
}

FrameCompressor::FrameCompressor(int level, int window_bits) {
    auto stream = std::make_unique<z_stream_s>();
    // Negative: raw deflate, without zlib's header and checksum.
    if (deflateInit2(stream.get(), std::clamp(level, 1, 9), Z_DEFLATED,
                     -std::clamp(window_bits, 9, 15), memory_level, Z_DEFAULT_STRATEGY) == Z_OK) {
        stream_.reset(stream.release());
    }
}
FrameCompressor::~FrameCompressor() = default;
FrameCompressor::FrameCompressor(FrameCompressor&&) noexcept = default;
FrameCompressor& FrameCompressor::operator=(FrameCompressor&&) noexcept = default;

bool FrameCompressor::append_frame(std::string& out, Opcode opcode, std::string_view payload) {
    const std::size_t size_max = std::numeric_limits<uInt>::max() - tail_bytes;
    if (!stream_ || payload.empty() || payload.size() > size_max || is_control(opcode))
        return false;
    const std::size_t out_bytes = out.size();
    FrameStart start = begin_frame(out, opcode, payload.size() / 2);
    start.compressed = true;
    // Room for a result one byte shorter than the payload, its tail, and the byte that must stay
    // free to show that the flush was finished. What does not fit is not worth sending.
    out.resize(start.payload_at + payload.size() + tail_bytes);
    deflateReset(stream_.get());
    stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(payload.data()));
    stream_->avail_in = static_cast<uInt>(payload.size());
    stream_->next_out = reinterpret_cast<Bytef*>(out.data() + start.payload_at);
    stream_->avail_out = static_cast<uInt>(payload.size() + tail_bytes);
    const int result = deflate(stream_.get(), Z_SYNC_FLUSH);
    if (result != Z_OK || stream_->avail_in != 0 || stream_->avail_out == 0) {
        out.resize(out_bytes);
        return false;
    }
    out.resize(out.size() - stream_->avail_out - tail_bytes);
    end_frame(out, start);
    return true;
}

}  // namespace chatcore::gateway

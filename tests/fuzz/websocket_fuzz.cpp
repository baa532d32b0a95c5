// Feeds a client's bytes to the frame decoder, whole and in pieces cut at random, with and without
// compression, and asks that both give the same frames and the same end, within the limits. The
// input's bytes are what the client sent; a byte in front chooses the decoder's settings. With its
// bit 8 they are messages, one a line, which are deflated first as a client does it, by zlib with
// and without context, in fragments, and have to come out as they went in.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include <zlib.h>

#include "gateway/websocket/client_frames.h"
#include "gateway/websocket/frame_decoder.h"
#include "gateway/websocket/frame_encoder.h"

namespace {

using namespace chatcore::gateway;

constexpr std::size_t message_bytes_max = 300;  // small, so that a fuzzer reaches it

void require(bool condition) {
    if (!condition) std::abort();
}

void note_frame(const IncomingFrame& frame, std::string& log) {
    require(frame.opcode != Opcode::continuation);
    if (is_control(frame.opcode)) {
        require(frame.payload.size() <= control_payload_bytes_max);
    } else {
        require(frame.payload.size() <= message_bytes_max);
    }
    if (frame.opcode == Opcode::close) {
        require(frame.close_code == close_code::none_received ||
                is_valid_close_code(frame.close_code));
        log.append(std::to_string(frame.close_code));
    }
    append_frame(log, frame.opcode, frame.payload);
}

/// What became of the bytes, as a text. `piece_bytes_max` of 0 feeds them whole.
std::string outcome_of(std::string_view bytes, Inflater* inflater, std::size_t window_bytes,
                       std::size_t piece_bytes_max, std::mt19937& random) {
    FrameDecoder decoder(
        {.message_bytes_max = message_bytes_max, .client_window_bytes = window_bytes}, inflater);
    std::string log;
    while (!bytes.empty()) {
        std::size_t take = bytes.size();
        if (piece_bytes_max > 0) take = std::min<std::size_t>(take, 1 + random() % piece_bytes_max);
        // On the heap and of the exact size, so that a sanitizer sees every step beyond it.
        const std::unique_ptr<char[]> buffer(new char[take]);
        bytes.copy(buffer.get(), take);
        bytes.remove_prefix(take);
        std::span<char> input(buffer.get(), take);
        IncomingFrame frame;
        while (decoder.next(input, frame)) note_frame(frame, log);
        require(input.empty());
        require(decoder.bytes_held() <=
                2 * (message_bytes_max + payload_slack_bytes + window_bytes) + 1024);
    }
    require(decoder.error() == FrameError::none || decoder.bytes_held() == 0);
    return log.append(describe(decoder.error())).append(decoder.closed() ? "closed" : "");
}

/// A client's messages, deflated with a window of so many bits, which it keeps or not.
class Talker {
public:
    Talker(int window_bits, bool keeps, int level) : keeps_(keeps) {
        require(deflateInit2(&stream_, level, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY) ==
                Z_OK);
    }
    ~Talker() { deflateEnd(&stream_); }
    Talker(const Talker&) = delete;
    Talker& operator=(const Talker&) = delete;

    void say(std::string_view message, std::string& frames, std::mt19937& random) {
        std::string deflated(message.size() * 2 + 100, '\0');
        if (!keeps_) deflateReset(&stream_);
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
        stream_.avail_in = static_cast<uInt>(message.size());
        stream_.next_out = reinterpret_cast<Bytef*>(deflated.data());
        stream_.avail_out = static_cast<uInt>(deflated.size());
        require(deflate(&stream_, Z_SYNC_FLUSH) == Z_OK && stream_.avail_out > 0);
        deflated.resize(deflated.size() - stream_.avail_out - 4);
        std::string_view rest = deflated;
        for (bool first = true; first || !rest.empty(); first = false) {
            const std::string_view piece = rest.substr(0, 1 + random() % 64);
            rest.remove_prefix(piece.size());
            append_client_frame(frames, {.opcode = first ? Opcode::binary : Opcode::continuation,
                                         .payload = piece,
                                         .key = {1, 2, 3, 4},
                                         .fin = rest.empty(),
                                         .compressed = first});
        }
    }

private:
    z_stream stream_{};
    bool keeps_;
};

void check_round_trip(std::string_view text, Inflater& inflater, std::uint8_t settings,
                      std::mt19937& random) {
    const bool keeps = (settings & 2) != 0;
    const int window_bits = (settings & 4) != 0 ? 11 : 9;
    Talker talker(window_bits, keeps, (settings >> 4) % 10);
    std::string frames;
    std::string expected;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, std::min(end, message_bytes_max));
        text.remove_prefix(std::min(end + 1, text.size()));
        // zlib says nothing at all to an empty flush that follows another.
        if (line.empty()) continue;
        talker.say(line, frames, random);
        append_frame(expected, Opcode::binary, line);
    }
    const std::size_t window_bytes = keeps ? std::size_t{1} << window_bits : 0;
    expected.append(describe(FrameError::none));
    for (const std::size_t piece : {0, 1, 40})
        require(outcome_of(frames, &inflater, window_bytes, piece, random) == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static Inflater inflater;
    Inflater* chosen = (data[0] & 1) != 0 ? &inflater : nullptr;
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    std::mt19937 random(static_cast<std::uint32_t>(size));
    if ((data[0] & 8) != 0) {
        check_round_trip(bytes, inflater, data[0], random);
        return 0;
    }
    const std::size_t window_bytes = (data[0] & 2) == 0 ? 0 : (data[0] & 4) != 0 ? 2048 : 256;
    const std::string whole = outcome_of(bytes, chosen, window_bytes, 0, random);
    require(outcome_of(bytes, chosen, window_bytes, 1, random) == whole);
    require(outcome_of(bytes, chosen, window_bytes, 40, random) == whole);
    return 0;
}

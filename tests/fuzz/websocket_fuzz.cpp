// Feeds a client's bytes to the frame decoder, whole and in pieces cut at random, with and without
// compression, and asks that both give the same frames and the same end, within the limits. The
// input's bytes are what the client sent; a byte in front chooses the decoder's settings.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>

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
std::string outcome_of(std::string_view bytes, Inflater* inflater, std::size_t piece_bytes_max,
                       std::mt19937& random) {
    FrameDecoder decoder({.message_bytes_max = message_bytes_max}, inflater);
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
        require(decoder.bytes_held() <= 2 * (message_bytes_max + payload_slack_bytes) + 1024);
    }
    require(decoder.error() == FrameError::none || decoder.bytes_held() == 0);
    return log.append(describe(decoder.error())).append(decoder.closed() ? "closed" : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static Inflater inflater;
    Inflater* chosen = (data[0] & 1) != 0 ? &inflater : nullptr;
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    std::mt19937 random(static_cast<std::uint32_t>(size));
    const std::string whole = outcome_of(bytes, chosen, 0, random);
    require(outcome_of(bytes, chosen, 1, random) == whole);
    require(outcome_of(bytes, chosen, 40, random) == whole);
    return 0;
}

#include <span>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "gateway/websocket/client_frames.h"
#include "gateway/websocket/frame_compressor.h"
#include "gateway/websocket/frame_decoder.h"
#include "gateway/websocket/frame_encoder.h"

using namespace chatcore::gateway;
using namespace std::string_literals;

namespace {

/// A frame's payload as the compressor makes it, without the header.
std::string deflated(std::string_view text, int window_bits = 15) {
    FrameCompressor compressor(6, window_bits);
    std::string out;
    REQUIRE(compressor.append_frame(out, Opcode::text, text));
    std::string_view input = out;
    ServerFrame frame;
    REQUIRE(take_server_frame(input, frame) == ServerFrameStatus::frame);
    CHECK(frame.compressed);
    CHECK(input.empty());
    return std::string(frame.payload);
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

struct Inflated {
    std::string text;
    FrameError error;
};

Inflated receive(std::string bytes, std::size_t message_bytes_max = 1024 * 1024) {
    Inflater inflater;
    FrameDecoder decoder({.message_bytes_max = message_bytes_max}, &inflater);
    std::span<char> input(bytes);
    IncomingFrame frame;
    Inflated inflated{{}, FrameError::none};
    while (decoder.next(input, frame)) inflated.text.append(frame.payload).append("|");
    inflated.error = decoder.error();
    return inflated;
}

std::string client(std::string_view payload, Opcode opcode = Opcode::text, bool fin = true,
                   bool compressed = true) {
    std::string out;
    append_client_frame(out, {.opcode = opcode,
                              .payload = payload,
                              .key = {1, 2, 3, 4},
                              .fin = fin,
                              .compressed = compressed});
    return out;
}

}  // namespace

TEST_CASE("messages of RFC 7692 section 7.2.3 are inflated") {
    const auto one_block = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
    CHECK(receive(client(one_block)).text == "Hello|");
    CHECK(receive(client("\xf2\x48\xcd"s, Opcode::text, false) +
                  client("\xc9\xc9\x07\x00"s, Opcode::continuation, true, false))
              .text == "Hello|");
    CHECK(receive(client("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s)).text == "Hello|");
    CHECK(receive(client("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s)).text == "Hello|");
    CHECK(receive(client("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s)).text ==
          "Hello|");
    // A block behind a final one may refer back beyond it (section 7.2.1).
    CHECK(receive(client("\xf3\x48\xcd\xc9\xc9\x07\x00\xf2\x00\x11\x00\x00"s)).text ==
          "HelloHello|");
    CHECK(receive(client("\x00"s)).text == "|");
    CHECK(receive(client("")).text == "|");
    // Section 7.2.3.2: its second message refers to the first, which nobody may who agreed to no
    // takeover.
    const Inflated taken_over = receive(client(one_block) + client("\xf2\x00\x11\x00\x00"s));
    CHECK(taken_over.text == "Hello|");
    CHECK(taken_over.error == FrameError::deflate_invalid);
}

TEST_CASE("plain messages are read where compression was agreed to") {
    CHECK(receive(client("plain", Opcode::text, true, false)).text == "plain|");
}

TEST_CASE("what the compressor writes is inflated again, each message by itself") {
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "{\"type\":\"message\",\"n\":" + std::to_string(i) + "}";
    for (const int bits : {9, 12, 15}) {
        const std::string payload = deflated(text, bits);
        CHECK(payload.size() < text.size() / 2);
        CHECK(receive(client(payload) + client(payload)).text == text + "|" + text + "|");
    }
    FrameCompressor compressor;
    std::string first;
    std::string second;
    REQUIRE(compressor.append_frame(first, Opcode::binary, text));
    REQUIRE(compressor.append_frame(second, Opcode::binary, text));
    CHECK(first == second);
}

TEST_CASE("a message that would not shrink is left to the plain form, and the output as it was") {
    FrameCompressor compressor;
    std::string out = "before";
    CHECK_FALSE(compressor.append_frame(out, Opcode::text, ""));
    CHECK_FALSE(compressor.append_frame(out, Opcode::text, "abc"));
    CHECK_FALSE(compressor.append_frame(out, Opcode::text, "qwertyuiopasdfghjklzxcvbnm123456"));
    CHECK_FALSE(compressor.append_frame(out, Opcode::ping, std::string(100, 'p')));
    CHECK(out == "before");
}

TEST_CASE("a bomb is stopped at the limit") {
    const std::string bomb = deflated(std::string(50'000'000, 'x'));
    REQUIRE(bomb.size() < 60'000);
    Inflater inflater;
    CHECK(inflater.inflate(bomb, 1024 * 1024) == Inflater::Status::too_large);
    CHECK(inflater.output().size() <= 1024 * 1024 + 1);
    const Inflated refused = receive(client(bomb));
    CHECK(refused.text.empty());
    CHECK(refused.error == FrameError::message_too_large);
    const std::string just = deflated(std::string(100'000, 'x'));
    CHECK(receive(client(just), 100'000).text.size() == 100'001);
    CHECK(receive(client(just), 99'999).error == FrameError::message_too_large);
}

TEST_CASE("bytes that are no deflated message are refused") {
    CHECK(receive(client("\xff\xff\xff")).error == FrameError::deflate_invalid);
    CHECK(receive(client(deflated("hello hello hello hello").substr(0, 4))).error ==
          FrameError::deflate_invalid);
    CHECK(receive(client(repeated("\x03\x00"s, 4) + "\x00"s)).text == "|");
    CHECK(receive(client(repeated("\x03\x00"s, 20) + "\x00"s)).error ==
          FrameError::deflate_invalid);
    CHECK(receive(client(deflated(std::string(100, '\xFF')))).error == FrameError::text_not_utf8);
}

TEST_CASE("the compressed bit is refused on a continuation and where nothing was agreed") {
    CHECK(receive(client("a", Opcode::text, false, false) + client("b", Opcode::continuation))
              .error == FrameError::reserved_bits);
    CHECK(receive(client("p", Opcode::ping)).error == FrameError::reserved_bits);
    FrameDecoder decoder;
    std::string bytes = client(deflated("hello hello hello hello"));
    std::span<char> input(bytes);
    IncomingFrame frame;
    CHECK_FALSE(decoder.next(input, frame));
    CHECK(decoder.error() == FrameError::reserved_bits);
}

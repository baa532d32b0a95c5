#include <span>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <zlib.h>

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

Inflated receive(std::string bytes, std::size_t message_bytes_max = 1024 * 1024,
                 std::size_t client_window_bytes = 0) {
    Inflater inflater;
    FrameDecoder decoder(
        {.message_bytes_max = message_bytes_max, .client_window_bytes = client_window_bytes},
        &inflater);
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

/// A client that refers back to its earlier messages, or does not, as zlib does it.
class Talker {
public:
    explicit Talker(int window_bits, int level = 6, int memory_level = 8) {
        REQUIRE(deflateInit2(&stream_, level, Z_DEFLATED, -window_bits, memory_level,
                             Z_DEFAULT_STRATEGY) == Z_OK);
    }
    ~Talker() { deflateEnd(&stream_); }
    Talker(const Talker&) = delete;
    Talker& operator=(const Talker&) = delete;

    /// The payload of a message, without its tail.
    std::string say(std::string text) {
        std::string out(text.size() * 2 + 100, '\0');
        stream_.next_in = reinterpret_cast<Bytef*>(text.data());
        stream_.avail_in = static_cast<uInt>(text.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        REQUIRE(deflate(&stream_, Z_SYNC_FLUSH) == Z_OK);
        REQUIRE(stream_.avail_out > 0);
        out.resize(out.size() - stream_.avail_out - 4);
        return out;
    }

private:
    z_stream stream_{};
};

/// Letters that do not shrink much.
std::string noise(std::size_t size, std::uint32_t seed) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        seed = seed * 1664525 + 1013904223;
        text.push_back(static_cast<char>(' ' + (seed >> 24) % 94));
    }
    return text;
}

TEST_CASE("a message may refer back to earlier ones as far as was agreed") {
    const auto first = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
    const auto again = "\xf2\x00\x11\x00\x00"s;  // section 7.2.3.2
    CHECK(receive(client(first) + client(again), 1000, 256).text == "Hello|Hello|");
    // What came plain, or was a control frame's, is not referred to.
    CHECK(receive(client(first) + client("plain", Opcode::text, true, false) + client(again), 1000,
                  256)
              .text == "Hello|plain|Hello|");
    // Behind a final block, within a message, too.
    CHECK(receive(client(first) + client("\x03\x00"s + again), 1000, 256).text == "Hello|Hello|");
    for (const int bits : {9, 10, 11}) {
        CAPTURE(bits);
        Talker talker(bits);
        Inflater inflater;
        DeflateWindow window(std::size_t{1} << bits);
        for (std::uint32_t i = 0; i < 200; ++i) {
            const std::string text = "{\"type\":\"post\",\"content\":\"" +
                                     noise(i % 7 == 0 ? 5'000 : i % 90, i % 5) + "\"}";
            REQUIRE(inflater.inflate(talker.say(text), 100'000, window) == Inflater::Status::ok);
            CHECK(inflater.output() == text);
            CHECK(window.bytes().size() <= std::size_t{1} << bits);
            CHECK(window.bytes_held() <= std::size_t{2} << bits);
        }
    }
    // Further back than the window there is nothing.
    Talker talker(15);
    Inflater inflater;
    DeflateWindow window(2'048);
    const std::string text = noise(1'000, 1);
    REQUIRE(inflater.inflate(talker.say(text), 10'000, window) == Inflater::Status::ok);
    REQUIRE(inflater.inflate(talker.say(noise(4'000, 2)), 10'000, window) == Inflater::Status::ok);
    CHECK(inflater.inflate(talker.say(text), 10'000, window) == Inflater::Status::invalid);
}

TEST_CASE("what the narrow compressor writes is inflated within the least window there is") {
    std::string text;
    for (std::uint32_t i = 0; i < 300; ++i)
        text += "{\"type\":\"message\",\"n\":" + noise(i, i % 7) + "}";
    const std::string payload =
        deflated(text, narrow_window_bits) + std::string("\x00\x00\xff\xff", 4);
    // Handed out byte by byte, so that zlib has nothing but its window of 256 bytes to look back
    // to.
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, -8) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(payload.data()));
    stream.avail_in = static_cast<uInt>(payload.size());
    std::string out;
    int result = Z_OK;
    while (result == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0)) {
        unsigned char byte = 0;
        stream.next_out = &byte;
        stream.avail_out = 1;
        result = inflate(&stream, Z_SYNC_FLUSH);
        if (stream.avail_out == 0) out.push_back(static_cast<char>(byte));
    }
    inflateEnd(&stream);
    CHECK((result == Z_OK || result == Z_BUF_ERROR));
    CHECK(out == text);
    // The wide one's is not, so the test can fail.
    CHECK(deflated(text).size() < payload.size());
}

TEST_CASE("a message of the greatest size may come deflated, though its bytes do not shrink") {
    std::string bytes(10'000, '\0');
    std::uint32_t seed = 7;
    for (char& byte : bytes) byte = static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
    for (const int memory_level : {1, 8}) {
        const std::string payload = Talker(15, 0, memory_level).say(bytes);
        REQUIRE(payload.size() > bytes.size());
        const auto sent = client(payload, Opcode::binary);
        CHECK(receive(sent, bytes.size()).text == bytes + "|");
        CHECK(receive(sent, bytes.size() - 1).error == FrameError::message_too_large);
    }
    CHECK(receive(client(std::string(11'400, 'x'), Opcode::binary), 10'000).error ==
          FrameError::message_too_large);
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

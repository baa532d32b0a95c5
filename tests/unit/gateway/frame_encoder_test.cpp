#include "gateway/websocket/frame_encoder.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "gateway/websocket/client_frames.h"

using namespace chatcore::gateway;
using namespace std::string_literals;

namespace {

std::string frame_of(Opcode opcode, std::string_view payload) {
    std::string out;
    append_frame(out, opcode, payload);
    return out;
}

}  // namespace

TEST_CASE("frames of RFC 6455 section 5.7") {
    CHECK(frame_of(Opcode::text, "Hello") == "\x81\x05Hello"s);
    CHECK(frame_of(Opcode::ping, "Hello") == "\x89\x05Hello"s);
    CHECK(frame_of(Opcode::pong, "Hello") == "\x8a\x05Hello"s);
    const std::string bytes_256(256, 'x');
    CHECK(frame_of(Opcode::binary, bytes_256) == "\x82\x7E\x01\x00"s + bytes_256);
    const std::string bytes_64k(65536, 'x');
    CHECK(frame_of(Opcode::binary, bytes_64k) ==
          "\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s + bytes_64k);
}

TEST_CASE("the length is written in its shortest form") {
    CHECK(frame_of(Opcode::text, "") == "\x81\x00"s);
    CHECK(frame_header_bytes(125) == 2);
    CHECK(frame_header_bytes(126) == 4);
    CHECK(frame_header_bytes(65535) == 4);
    CHECK(frame_header_bytes(65536) == 10);
    for (const std::size_t size : {125U, 126U, 65535U, 65536U}) {
        CHECK(frame_of(Opcode::text, std::string(size, 'x')).size() ==
              frame_header_bytes(size) + size);
    }
}

TEST_CASE("a masked client frame of RFC 6455 section 5.7") {
    std::string out;
    append_client_frame(
        out, {.opcode = Opcode::text, .payload = "Hello", .key = {0x37, 0xfa, 0x21, 0x3d}});
    CHECK(out == "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s);
}

TEST_CASE("control frames are cut at 125 bytes, close reasons between two characters") {
    CHECK(frame_of(Opcode::ping, std::string(200, 'p')) == "\x89\x7d"s + std::string(125, 'p'));
    std::string out;
    append_close(out, 1000);
    CHECK(out == "\x88\x02\x03\xe8"s);
    out.clear();
    append_close(out, 4008, "too slow");
    CHECK(out == "\x88\x0a\x0f\xa8too slow"s);
    out.clear();
    append_close(out, 1001, std::string(122, 'a') + "한");
    CHECK(out == "\x88\x7c\x03\xe9"s + std::string(122, 'a'));
    out.clear();
    append_close(out, 1001, std::string(120, 'a') + "한");
    CHECK(out == "\x88\x7d\x03\xe9"s + std::string(120, 'a') + "한");
    out.clear();
    append_close(out, 1005, "never sent");
    CHECK(out == "\x88\x00"s);
}

TEST_CASE("a frame written in place is the frame written whole, whatever size was expected") {
    for (const std::size_t size : {0U, 1U, 125U, 126U, 300U, 65535U, 65536U, 70000U}) {
        for (const std::size_t expected : {0U, 125U, 126U, 65535U, 65536U}) {
            const std::string payload(size, 'x');
            std::string out = "before";
            const FrameStart start = begin_text(out, expected);
            out += payload;
            CHECK(end_frame(out, start) == size);
            CHECK(out == "before" + frame_of(Opcode::text, payload));
        }
    }
}

TEST_CASE("a client reads the frames that a server writes") {
    std::string out =
        frame_of(Opcode::text, "Hello") + frame_of(Opcode::binary, std::string(70000, 'b'));
    append_close(out, 1000, "bye");
    std::string_view input = out;
    ServerFrame frame;
    REQUIRE(take_server_frame(input, frame) == ServerFrameStatus::frame);
    CHECK(frame.payload == "Hello");
    CHECK(frame.fin);
    REQUIRE(take_server_frame(input, frame) == ServerFrameStatus::frame);
    CHECK(frame.payload.size() == 70000);
    REQUIRE(take_server_frame(input, frame) == ServerFrameStatus::frame);
    CHECK(frame.opcode == Opcode::close);
    CHECK(input.empty());
    for (std::size_t size = 0; size < 7; ++size) {
        std::string_view cut = std::string_view(out).substr(0, size);
        CHECK(take_server_frame(cut, frame) == ServerFrameStatus::more);
    }
    std::string_view masked = "\x81\x85";
    CHECK(take_server_frame(masked, frame) == ServerFrameStatus::invalid);
}

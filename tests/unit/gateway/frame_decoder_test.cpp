#include "gateway/websocket/frame_decoder.h"

#include <algorithm>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "gateway/http/chars.h"
#include "gateway/websocket/client_frames.h"

using namespace chatcore::gateway;
using namespace std::string_literals;

namespace {

constexpr MaskKey key{0x37, 0xfa, 0x21, 0x3d};

struct Seen {
    Opcode opcode;
    std::string payload;
    std::uint16_t close_code;
    bool operator==(const Seen&) const = default;
};

struct Decoded {
    std::vector<Seen> frames;
    FrameError error = FrameError::none;
};

/// Feeds the bytes through one small buffer in pieces, which overwrites each piece by the next as a
/// session does.
Decoded decode(std::string_view bytes, std::size_t piece = std::string_view::npos,
               const DecoderLimits& limits = {}) {
    FrameDecoder decoder(limits);
    Decoded decoded;
    std::string buffer;
    while (!bytes.empty()) {
        buffer = bytes.substr(0, piece);
        bytes.remove_prefix(buffer.size());
        std::span<char> input(buffer);
        IncomingFrame frame;
        while (decoder.next(input, frame)) {
            decoded.frames.push_back({frame.opcode, std::string(frame.payload), frame.close_code});
        }
        CHECK(input.empty());
    }
    decoded.error = decoder.error();
    return decoded;
}

std::string client(Opcode opcode, std::string_view payload, bool fin = true) {
    std::string out;
    append_client_frame(out, {.opcode = opcode, .payload = payload, .key = key, .fin = fin});
    return out;
}

void check_refused(const std::string& bytes, FrameError error, int code) {
    CAPTURE(describe(error));
    CHECK(close_code_of(error) == code);
    CHECK(describe(error).size() <= close_reason_bytes_max);
    for (const std::size_t piece : {std::string::npos, std::size_t{1}, std::size_t{3}}) {
        const Decoded decoded = decode(bytes, piece, {.message_bytes_max = 100000});
        CHECK(decoded.frames.empty());
        CHECK(describe(decoded.error) == describe(error));
    }
}

}  // namespace

TEST_CASE("masked frames of RFC 6455 section 5.7 are unmasked") {
    const Decoded decoded = decode(
        "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
        "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s);
    CHECK(decoded.frames ==
          std::vector<Seen>{{Opcode::text, "Hello", 0}, {Opcode::pong, "Hello", 0}});
    CHECK(decoded.error == FrameError::none);
}

TEST_CASE("lengths of 16 and 64 bits are read") {
    for (const std::size_t size : {0U, 1U, 125U, 126U, 256U, 65535U, 65536U, 100000U}) {
        std::string payload(size, '\0');
        for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 7);
        for (const std::size_t piece : {std::string::npos, std::size_t{1}, std::size_t{1000}}) {
            const Decoded decoded = decode(client(Opcode::binary, payload), piece);
            REQUIRE(decoded.frames.size() == 1);
            CHECK(decoded.frames[0].payload == payload);
        }
    }
}

TEST_CASE("a message in fragments is joined, with control frames between them") {
    const std::string bytes = client(Opcode::text, "Hel", false) + client(Opcode::ping, "p") +
                              client(Opcode::continuation, "", false) +
                              client(Opcode::continuation, "lo") + client(Opcode::binary, "next");
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        const Decoded decoded = decode(bytes, piece);
        CHECK(decoded.error == FrameError::none);
        CHECK(decoded.frames == std::vector<Seen>{{Opcode::ping, "p", 0},
                                                  {Opcode::text, "Hello", 0},
                                                  {Opcode::binary, "next", 0}});
    }
}

TEST_CASE("a character may be cut by fragments, but not by the message's end") {
    const std::string text = "안녕하세요 😀";
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const Decoded decoded = decode(client(Opcode::text, text.substr(0, at), false) +
                                       client(Opcode::continuation, text.substr(at)));
        REQUIRE(decoded.frames.size() == 1);
        CHECK(decoded.frames[0].payload == text);
    }
    check_refused(client(Opcode::text, text.substr(0, 1)), FrameError::text_not_utf8, 1007);
    check_refused(client(Opcode::text, "\xED\xA0\x80"), FrameError::text_not_utf8, 1007);
    check_refused(client(Opcode::text, "a", false) + client(Opcode::continuation, "\xFF"),
                  FrameError::text_not_utf8, 1007);
    CHECK(decode(client(Opcode::binary, "\xFF")).frames.size() == 1);
}

TEST_CASE("a text that cannot become UTF-8 any more fails before its end") {
    // Autobahn 6.4.1 to 6.4.4: U+110000, a surrogate; in the second of three fragments, and in the
    // second of three pieces of one frame.
    const std::string good = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
    for (const std::string bad : {"\xf4\x90\x80\x80", "\xf4\x90", "\xed\xa0", "\xed\xa0\x80",
                                  "\x80", "\xc0", "\xf5", "\xe0\x9f", "\xf0\x8f", "a\xff"}) {
        CAPTURE(bad);
        FrameDecoder decoder;
        IncomingFrame frame;
        std::string fragments;
        append_client_frame(fragments, {.payload = good, .fin = false});
        append_client_frame(fragments,
                            {.opcode = Opcode::continuation, .payload = bad, .fin = false});
        std::span<char> input(fragments);
        CHECK_FALSE(decoder.next(input, frame));
        CHECK(decoder.error() == FrameError::text_not_utf8);

        FrameDecoder other;
        std::string whole;
        append_client_frame(whole, {.payload = good + bad + good});
        const std::size_t first = whole.size() - bad.size() - good.size();
        input = std::span(whole).first(first);
        CHECK_FALSE(other.next(input, frame));
        CHECK(other.error() == FrameError::none);
        input = std::span(whole).subspan(first, bad.size());
        CHECK_FALSE(other.next(input, frame));
        CHECK(other.error() == FrameError::text_not_utf8);
    }
    // As bytes they are as good as any.
    FrameDecoder decoder;
    IncomingFrame frame;
    std::string bytes;
    append_client_frame(bytes, {.opcode = Opcode::binary, .payload = "\xed\xa0", .fin = false});
    append_client_frame(bytes, {.opcode = Opcode::continuation, .payload = "\xff"});
    std::span<char> input(bytes);
    CHECK(decoder.next(input, frame));
}

TEST_CASE("what can become UTF-8 is known after each byte") {
    const auto can = [](std::string_view text) {
        std::size_t checked = 0;
        return can_become_utf8(text, checked);
    };
    // Each character, cut anywhere, can still become one; and so can nothing else of its length.
    for (std::uint32_t first = 0; first < 256; ++first) {
        for (std::uint32_t second = 0; second < 256; ++second) {
            const std::string two{static_cast<char>(first), static_cast<char>(second)};
            bool completable = is_utf8(two);
            for (const char* rest : {"\x80", "\x80\x80"})
                completable = completable || is_utf8(two + rest);
            // The second may begin a character behind a whole first one.
            if (first < 0x80) {
                for (const char* rest :
                     {"\x80", "\xA0\x80", "\x80\x80", "\x90\x80\x80", "\x80\x80\x80"})
                    completable = completable || is_utf8(two + rest);
            }
            CAPTURE(first);
            CAPTURE(second);
            CHECK(can(two) == completable);
        }
    }
    CHECK(can("\xf0\x90\x80"));
    CHECK_FALSE(can("\xf0\x90\x41"));
    std::size_t checked = 0;
    CHECK(can_become_utf8("ab\xe2\x82", checked));
    CHECK(checked == 2);
    CHECK(can_become_utf8("ab\xe2\x82\xac", checked));
    CHECK(checked == 5);
}

TEST_CASE("frames that break the protocol are refused") {
    check_refused("\x81\x05Hello", FrameError::not_masked, 1002);
    check_refused("\xC1\x85"s, FrameError::reserved_bits, 1002);
    check_refused("\xA1\x85"s, FrameError::reserved_bits, 1002);
    check_refused("\x91\x85"s, FrameError::reserved_bits, 1002);
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        check_refused({static_cast<char>(0x80 | opcode), '\x80'}, FrameError::reserved_opcode,
                      1002);
    }
    check_refused(client(Opcode::ping, "p", false), FrameError::control_fragmented, 1002);
    check_refused("\x89\xFE\x00\x7E"s, FrameError::control_too_long, 1002);
    check_refused("\x88\xFF"s, FrameError::control_too_long, 1002);
    check_refused("\x81\xFE\x00\x7D"s, FrameError::length_not_minimal, 1002);
    check_refused("\x81\xFF\x00\x00\x00\x00\x00\x00\xFF\xFF"s, FrameError::length_not_minimal,
                  1002);
    check_refused("\x81\xFF\x80\x00\x00\x00\x00\x00\x00\x01"s, FrameError::length_high_bit, 1002);
    check_refused(client(Opcode::continuation, "x"), FrameError::unexpected_continuation, 1002);
    check_refused(client(Opcode::text, "a", false) + client(Opcode::text, "b"),
                  FrameError::unfinished_message, 1002);
    check_refused(client(Opcode::text, "a", false) + client(Opcode::binary, "b", false),
                  FrameError::unfinished_message, 1002);
}

TEST_CASE("a continuation after a finished message is refused") {
    const Decoded decoded =
        decode(client(Opcode::text, "a", false) + client(Opcode::continuation, "b") +
               client(Opcode::continuation, "c"));
    CHECK(decoded.frames.size() == 1);
    CHECK(decoded.error == FrameError::unexpected_continuation);
}

TEST_CASE("a message too large is refused by its header, before it is sent") {
    check_refused("\x82\xFF\x00\x00\x00\x00\x00\x01\x86\xA1"s, FrameError::message_too_large, 1009);
    check_refused("\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, FrameError::message_too_large, 1009);
    check_refused(client(Opcode::binary, std::string(99999, 'x'), false) + "\x80\x82"s,
                  FrameError::message_too_large, 1009);
    CHECK(decode(client(Opcode::binary, std::string(100000, 'x')), 4096,
                 {.message_bytes_max = 100000})
              .frames.size() == 1);
}

TEST_CASE("close frames give code and reason, and end the stream") {
    const std::string late = client(Opcode::text, "late");
    CHECK(decode(client(Opcode::close, "") + late).frames ==
          std::vector<Seen>{{Opcode::close, "", close_code::none_received}});
    CHECK(decode(client(Opcode::close, "\x03\xe8") + late, 1).frames ==
          std::vector<Seen>{{Opcode::close, "", 1000}});
    CHECK(decode(client(Opcode::close, "\x0f\xa8잘 가") + late, 5).frames ==
          std::vector<Seen>{{Opcode::close, "잘 가", 4008}});
    const auto with_code = [](int code) {
        return client(Opcode::close,
                      std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)});
    };
    for (const int code : {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999}) {
        CHECK(decode(with_code(code)).frames.size() == 1);
    }
    for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        check_refused(with_code(code), FrameError::close_code_invalid, 1002);
    }
    check_refused(client(Opcode::close, "\x03"), FrameError::close_payload_invalid, 1002);
    check_refused(client(Opcode::close, "\x03\xe8\xFF"), FrameError::close_reason_not_utf8, 1007);
}

TEST_CASE("a whole message is handed out where it lies") {
    std::string buffer = client(Opcode::text, "Hello") + client(Opcode::text, "World");
    std::span<char> input(buffer);
    FrameDecoder decoder;
    IncomingFrame frame;
    REQUIRE(decoder.next(input, frame));
    CHECK(frame.payload.data() == buffer.data() + 6);
    REQUIRE(decoder.next(input, frame));
    CHECK(frame.payload.data() == buffer.data() + 17);
    CHECK(decoder.bytes_held() == 0);
    CHECK_FALSE(decoder.next(input, frame));
}

TEST_CASE("what is cut off is held, and given back when the message was handed out") {
    std::string buffer = client(Opcode::binary, std::string(5000, 'x'));
    FrameDecoder decoder;
    IncomingFrame frame;
    std::span<char> first = std::span(buffer).first(3000);
    CHECK_FALSE(decoder.next(first, frame));
    CHECK(decoder.bytes_held() >= 2990);
    std::span<char> second = std::span(buffer).subspan(3000);
    REQUIRE(decoder.next(second, frame));
    CHECK(frame.payload == std::string(5000, 'x'));
    CHECK_FALSE(decoder.next(second, frame));
    CHECK(decoder.bytes_held() == 0);
}

TEST_CASE("a peer that announces much and sends little gets little memory") {
    std::string buffer = "\x82\xFF\x00\x00\x00\x00\x00\x0F\xFF\xFF\x01\x02\x03\x04x"s;
    FrameDecoder decoder;
    IncomingFrame frame;
    std::span<char> input(buffer);
    CHECK_FALSE(decoder.next(input, frame));
    CHECK(decoder.bytes_held() < 8192);
}

TEST_CASE("masking is its own inverse at every offset and length") {
    for (std::size_t size = 0; size < 100; ++size) {
        for (std::size_t offset = 0; offset < 9; ++offset) {
            std::string text(size, '\0');
            for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31);
            std::string masked = text;
            apply_mask(masked.data(), size, key, offset);
            for (std::size_t i = 0; i < size; ++i) {
                const auto plain = static_cast<unsigned char>(text[i]);
                CHECK(static_cast<unsigned char>(masked[i]) == (plain ^ key[(offset + i) % 4]));
            }
        }
    }
}

TEST_CASE("any messages, cut into any fragments and any pieces, come out as they went in") {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        std::string bytes;
        std::vector<Seen> sent;
        for (std::size_t messages = 1 + random() % 6; messages > 0; --messages) {
            const Opcode opcode = random() % 2 == 0 ? Opcode::text : Opcode::binary;
            std::string payload(random() % (random() % 8 == 0 ? 70000 : 300), '\0');
            for (char& c : payload) {
                c = static_cast<char>(random() % (opcode == Opcode::text ? 128 : 256));
            }
            std::size_t at = 0;
            for (bool first = true, last = false; !last; first = false) {
                const std::size_t size = random() % (payload.size() - at + 1);
                last = random() % 3 == 0;
                const std::string part = payload.substr(at, last ? std::string::npos : size);
                at += size;
                MaskKey mask;
                for (auto& byte : mask) byte = static_cast<unsigned char>(random());
                append_client_frame(bytes, {.opcode = first ? opcode : Opcode::continuation,
                                            .payload = part,
                                            .key = mask,
                                            .fin = last});
                if (!last && random() % 3 == 0) {
                    const std::string ping(random() % 126, 'p');
                    bytes += client(Opcode::ping, ping);
                    sent.push_back({Opcode::ping, ping, 0});
                }
            }
            sent.push_back({opcode, payload, 0});
        }
        const Decoded decoded = decode(bytes, 1 + random() % 2000);
        CHECK(decoded.error == FrameError::none);
        CHECK((decoded.frames == sent));
    }
}

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "gateway/stomp/decoder.h"
#include "gateway/stomp/encoder.h"

using namespace chatcore::gateway::stomp;
using namespace std::string_literals;

namespace {

struct Seen {
    std::string command;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    bool operator==(const Seen&) const = default;
};

struct Decoded {
    std::vector<Seen> frames;
    DecodeError error = DecodeError::none;
};

Seen seen(const Frame& frame) {
    Seen seen{
        .command = std::string(frame.command), .headers = {}, .body = std::string(frame.body)};
    for (const auto& [name, value] : frame.headers.fields()) {
        seen.headers.emplace_back(std::string(name), std::string(value));
    }
    return seen;
}

/// Feeds the bytes in pieces, each of which is gone when the next one comes.
Decoded decode(std::string_view bytes, Version version = Version::v1_2,
               std::size_t piece = std::string_view::npos, const DecodeLimits& limits = {}) {
    Decoder decoder(limits);
    decoder.set_version(version);
    Decoded decoded;
    while (!bytes.empty()) {
        std::string buffer(bytes.substr(0, piece));
        bytes.remove_prefix(buffer.size());
        std::string_view input = buffer;
        Frame frame;
        while (decoder.next(input, frame)) decoded.frames.push_back(seen(frame));
        CHECK(input.empty());
    }
    decoded.error = decoder.error();
    return decoded;
}

void check_refused(std::string_view bytes, DecodeError error, Version version = Version::v1_2) {
    CAPTURE(bytes);
    for (const std::size_t piece : {std::string_view::npos, std::size_t{1}, std::size_t{3}}) {
        CHECK(decode(bytes, version, piece).error == error);
    }
    CHECK_FALSE(describe(error).empty());
}

}  // namespace

TEST_CASE("a frame of the specification's own is read as it is meant") {
    const Decoded decoded =
        decode("SEND\ndestination:/queue/a\ncontent-type:text/plain\n\nhello queue a\0"s);
    REQUIRE(decoded.error == DecodeError::none);
    REQUIRE(decoded.frames.size() == 1);
    CHECK(decoded.frames[0] == Seen{"SEND",
                                    {{"destination", "/queue/a"}, {"content-type", "text/plain"}},
                                    "hello queue a"});
}

TEST_CASE("the outcome does not depend on how the bytes are cut up") {
    const std::string bytes =
        "\n\r\nCONNECT\r\naccept-version:1.1,1.2\r\nhost:a\r\n\r\n\0\n\nSUBSCRIBE\nid:0\n"
        "destination:/topic/messages/1\n\n\0SEND\ndestination:/app/"
        "chat\ncontent-length:5\n\na\0b\0c\0"
        "\nSEND\ndestination:/app/a\\cb\n\nunsized\0\r\nDISCONNECT\nreceipt:77\n\n\0\n"s;
    const Decoded whole = decode(bytes);
    REQUIRE(whole.error == DecodeError::none);
    REQUIRE(whole.frames.size() == 5);
    CHECK(whole.frames[2].body == "a\0b\0c"s);
    CHECK(whole.frames[3].headers[0].second == "/app/a:b");
    for (std::size_t piece = 1; piece < 40; ++piece) {
        CAPTURE(piece);
        const Decoded cut = decode(bytes, Version::v1_2, piece);
        CHECK(cut.error == DecodeError::none);
        CHECK(cut.frames == whole.frames);
    }
}

TEST_CASE("headers are unescaped as their version says") {
    const std::string bytes = "SEND\na\\cb:c\\nd\\\\e\n\n\0"s;
    CHECK(decode(bytes).frames.at(0).headers.at(0) == std::pair{"a:b"s, "c\nd\\e"s});
    CHECK(decode(bytes, Version::v1_1).frames.at(0).headers.at(0) == std::pair{"a:b"s, "c\nd\\e"s});
    CHECK(decode(bytes, Version::v1_0).frames.at(0).headers.at(0) ==
          std::pair{"a\\cb"s, "c\\nd\\\\e"s});
    CHECK(decode("SEND\na:b\\rc\n\n\0"s).frames.at(0).headers.at(0).second == "b\rc");
    check_refused("SEND\na:b\\rc\n\n\0"s, DecodeError::escape_undefined, Version::v1_1);
    check_refused("SEND\na:b\\tc\n\n\0"s, DecodeError::escape_undefined);
    check_refused("SEND\na:b\\\n\n\0"s, DecodeError::escape_undefined);
    // CONNECT has no escapes in any version, and only 1.0 takes blanks away.
    CHECK(decode("CONNECT\npasscode:a\\tb\n\n\0"s).frames.at(0).headers.at(0).second == "a\\tb");
    CHECK(decode("SEND\na: b \n\n\0"s).frames.at(0).headers.at(0).second == " b ");
    CHECK(decode("SEND\na: b \n\n\0"s, Version::v1_0).frames.at(0).headers.at(0).second == "b");
}

TEST_CASE("of a header that is given twice the first one counts") {
    Headers headers;
    headers.add("foo", "World");
    headers.add("foo", "Hello");
    CHECK(headers.value_of("foo") == "World");
    CHECK(headers.value_of("bar").empty());
    CHECK_FALSE(headers.find("bar"));
}

TEST_CASE("what is no frame of a client is refused by name") {
    check_refused("GET / HTTP/1.1\nHost:a\n\n\0"s, DecodeError::command_unknown);
    check_refused("MESSAGE\n\n\0"s, DecodeError::command_unknown);
    check_refused("SEND\nno colon\n\n\0"s, DecodeError::header_without_colon);
    check_refused("SEND\n:value\n\n\0"s, DecodeError::header_without_colon);
    check_refused("SEND\na:b\0"s, DecodeError::head_unfinished);
    check_refused("SEND\na:\xff\n\n\0"s, DecodeError::text_not_utf8);
    check_refused("SEND\ncontent-length:x\n\nabc\0"s, DecodeError::content_length_invalid);
    check_refused("SEND\ncontent-length:-1\n\nabc\0"s, DecodeError::content_length_invalid);
    check_refused("SEND\ncontent-length:\n\nabc\0"s, DecodeError::content_length_invalid);
    check_refused("SEND\ncontent-length:2\n\nabc\0"s, DecodeError::body_not_ended);
    check_refused("SUBSCRIBE\nid:1\n\nbody\0"s, DecodeError::body_not_allowed);
}

TEST_CASE("nothing is kept beyond the limits") {
    const DecodeLimits limits{.headers_max = 2, .head_bytes_max = 64, .frame_bytes_max = 128};
    const auto refused = [&](const std::string& bytes, std::size_t piece) {
        return decode(bytes, Version::v1_2, piece, limits).error;
    };
    for (const std::size_t piece : {std::string_view::npos, std::size_t{1}, std::size_t{50}}) {
        CHECK(refused("SEND\na:1\nb:2\nc:3\n\n\0"s, piece) == DecodeError::too_many_headers);
        CHECK(refused("SEND\na:" + std::string(100, 'x') + "\n\n\0"s, piece) ==
              DecodeError::head_too_large);
        CHECK(refused("SEND\na:" + std::string(200, 'x'), piece) == DecodeError::head_too_large);
        CHECK(refused("SEND\n\n" + std::string(200, 'x'), piece) == DecodeError::frame_too_large);
        CHECK(refused("SEND\ncontent-length:1000\n\n", piece) == DecodeError::frame_too_large);
        CHECK(refused("SEND\ncontent-length:99999999999999999999999\n\n", piece) ==
              DecodeError::frame_too_large);
        CHECK(refused("SEND\n\n" + std::string(100, 'x') + '\0', piece) == DecodeError::none);
    }
}

TEST_CASE("between frames nothing is held") {
    Decoder decoder;
    decoder.set_version(Version::v1_2);
    Frame frame;
    const std::string bytes = "SEND\n\n" + std::string(1'000, 'x') + '\0';
    std::string_view first = std::string_view(bytes).substr(0, 500);
    CHECK_FALSE(decoder.next(first, frame));
    CHECK(decoder.bytes_held() >= 500);
    std::string_view second = std::string_view(bytes).substr(500);
    CHECK(decoder.next(second, frame));
    CHECK_FALSE(decoder.next(second, frame));
    CHECK(decoder.bytes_held() < 100);
    std::string_view beat = "\n";
    CHECK_FALSE(decoder.next(beat, frame));
    CHECK(decoder.bytes_held() < 100);
}

TEST_CASE("frames are written with the escapes of their version") {
    const auto written = [](Version version) {
        std::string out;
        FrameWriter(out, version, "MESSAGE")
            .header("destination", "/queue/a:b")
            .header("note", "one\r\ntwo\\")
            .number("n", -42)
            .body("{}\0"s, "application/json");
        return out;
    };
    CHECK(written(Version::v1_2) ==
          "MESSAGE\ndestination:/queue/a\\cb\nnote:one\\r\\ntwo\\\\\nn:-42\n"
          "content-type:application/json\ncontent-length:3\n\n{}\0\0"s);
    CHECK(written(Version::v1_1) ==
          "MESSAGE\ndestination:/queue/a\\cb\nnote:one \\ntwo\\\\\nn:-42\n"
          "content-type:application/json\ncontent-length:3\n\n{}\0\0"s);
    CHECK(written(Version::v1_0) ==
          "MESSAGE\ndestination:/queue/a:b\nnote:one  two\\\nn:-42\n"
          "content-type:application/json\ncontent-length:3\n\n{}\0\0"s);
    std::string receipt;
    FrameWriter(receipt, Version::v1_2, "RECEIPT").header("receipt-id", "77").end();
    CHECK(receipt == "RECEIPT\nreceipt-id:77\n\n\0"s);
}

TEST_CASE("the highest version that both know is spoken") {
    CHECK(choose_version(std::nullopt) == Version::v1_0);
    CHECK(choose_version("1.0") == Version::v1_0);
    CHECK(choose_version("1.2,1.1,1.0") == Version::v1_2);
    CHECK(choose_version("1.0, 1.1,9.9") == Version::v1_1);
    CHECK_FALSE(choose_version("2.0"));
    CHECK_FALSE(choose_version(""));
}

TEST_CASE("heart-beats go at the pace of the slower side") {
    CHECK(agree(std::nullopt, 10'000)->ours == 0);
    const auto agreed = agree("5000,20000", 10'000);
    REQUIRE(agreed);
    CHECK(agreed->ours == 20'000);
    CHECK(agreed->theirs == 10'000);
    CHECK(agree("0,0", 10'000)->theirs == 0);
    CHECK(agree("99999999999999999999,1", 10'000)->theirs == 86'400'000);
    for (const char* const wrong : {"", "1", "a,b", "1,-1", "1,2,3", ",", "1,"}) {
        CAPTURE(wrong);
        CHECK_FALSE(agree(wrong, 10'000));
    }
}

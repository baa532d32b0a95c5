#include <string>

#include <doctest/doctest.h>

#include "chatbench/sequence.h"
#include "common/digest.h"
#include "common/frame.h"
#include "common/histogram.h"
#include "common/json.h"
#include "common/marker.h"

using namespace bench;

namespace {

std::string hex(std::string_view bytes) {
    std::string text(bytes.size() * 2, '0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        encode_hex(text.data() + i * 2, static_cast<std::uint8_t>(bytes[i]), 2);
    }
    return text;
}

template <class Digest>
std::string hex_of(const Digest& digest) {
    return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

TEST_CASE("a percentile is at most 1.6 % above the true value and never below it") {
    Histogram histogram;
    for (std::uint64_t ns = 1; ns <= 100'000; ++ns) histogram.record(ns * 10);
    for (const double quantile : {0.001, 0.5, 0.9, 0.99, 0.999}) {
        const double truth = quantile * 1e6;
        const auto told = static_cast<double>(histogram.percentile(quantile));
        CHECK(told >= truth);
        CHECK(told <= truth * 1.016);
    }
    CHECK(histogram.percentile(1.0) == 1'000'000);
    CHECK(histogram.max() == 1'000'000);
    CHECK(histogram.count() == 100'000);
}

TEST_CASE("merged histograms are as if one had recorded everything") {
    Histogram low;
    Histogram high;
    for (std::uint64_t i = 0; i < 99; ++i) low.record(5);
    high.record(std::uint64_t{1} << 63);
    low.merge(high);
    CHECK(low.count() == 100);
    CHECK(low.percentile(0.99) == 5);
    CHECK(low.percentile(0.995) == std::uint64_t{1} << 63);
}

TEST_CASE("an empty histogram answers zero") {
    const Histogram histogram;
    CHECK(histogram.percentile(0.99) == 0);
    CHECK(histogram.mean() == 0.0);
}

TEST_CASE("a marker comes back as it was written") {
    char text[marker_bytes];
    encode_marker(text, {0xbeef, 0xdeadbeef, 0x0123456789abcdefULL});
    CHECK(std::string_view(text, marker_bytes) == "#cb:beefdeadbeef0123456789abcdef");
    const Marker marker = decode_marker(text);
    CHECK(marker.sender == 0xbeef);
    CHECK(marker.sequence == 0xdeadbeef);
    CHECK(marker.sent_ns == 0x0123456789abcdefULL);
}

TEST_CASE("a receiver notices what is lost, doubled or out of order") {
    Faults faults;
    SUBCASE("nothing") {
        Sequence sequence;
        for (std::uint32_t i = 0; i < 5; ++i) sequence.see(i, faults);
        CHECK(sequence.outstanding(5) == 0);
        CHECK(faults.doubles + faults.order_errors == 0);
    }
    SUBCASE("one that never comes") {
        Sequence sequence;
        for (const std::uint32_t i : {0U, 1U, 3U}) sequence.see(i, faults);
        CHECK(sequence.outstanding(4) == 1);
    }
    SUBCASE("the last ones that never come") {
        Sequence sequence;
        sequence.see(0, faults);
        CHECK(sequence.outstanding(4) == 3);
    }
    SUBCASE("one twice") {
        Sequence sequence;
        for (const std::uint32_t i : {0U, 1U, 1U, 2U}) sequence.see(i, faults);
        CHECK(faults.doubles == 1);
        CHECK(sequence.outstanding(3) == 0);
    }
    SUBCASE("one lost and the next one twice are not taken for each other") {
        Sequence sequence;
        for (const std::uint32_t i : {0U, 2U, 2U, 3U}) sequence.see(i, faults);
        CHECK(faults.doubles == 1);
        CHECK(faults.order_errors == 0);
        CHECK(sequence.outstanding(4) == 1);
    }
    SUBCASE("a gap that is filled from its middle") {
        Sequence sequence;
        for (const std::uint32_t i : {0U, 5U, 3U, 3U, 1U, 4U}) sequence.see(i, faults);
        CHECK(faults.order_errors == 3);
        CHECK(faults.doubles == 1);
        CHECK(sequence.outstanding(6) == 1);
    }
    SUBCASE("two in the wrong order") {
        Sequence sequence;
        for (const std::uint32_t i : {0U, 2U, 1U, 3U}) sequence.see(i, faults);
        CHECK(faults.order_errors == 1);
        CHECK(faults.doubles == 0);
        CHECK(sequence.outstanding(4) == 0);
    }
}

TEST_CASE(
    "frames are read with each of the three forms of length, and not before their header is "
    "whole") {
    for (const std::size_t size : {0U, 125U, 126U, 65535U, 65536U}) {
        std::string bytes;
        append_client_frame(bytes, Opcode::text, std::string(size, 'x'));
        Frame frame;
        REQUIRE(read_frame(bytes.data(), bytes.size(), frame));
        CHECK(frame.size() == bytes.size());
        CHECK(frame.payload_bytes == size);
        CHECK(frame.masked);
        CHECK(frame.final);
        CHECK_FALSE(read_frame(bytes.data(), frame.header_bytes - 1, frame));
    }
}

TEST_CASE("a handshake is answered as in RFC 6455 section 1.3") {
    CHECK(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("digests are those of FIPS 180-4 and RFC 4231") {
    CHECK(hex_of(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(hex_of(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex_of(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(hex_of(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex_of(hmac_sha256(std::string(131, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("base64 pads, and its form for addresses does not") {
    CHECK(base64("f") == "Zg==");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64_url("\xfb\xff\xfe\xfb") == "-__--w");
}

TEST_CASE("values are found in JSON by their path, past strings and objects that look like them") {
    const std::string json =
        R"({"note":"\"id\":9 }","inner":{"id":1,"list":[1,{"id":2}]}, "id" : 7 ,"text":"a\"b"})";
    CHECK(json_integer(json, {"id"}) == 7);
    CHECK(json_integer(json, {"inner", "id"}) == 1);
    CHECK(json_text(json, {"text"}) == R"(a\"b)");
    CHECK(json_find(json, {"inner", "list"}) == R"([1,{"id":2}])");
    CHECK(json_find(json, {"none"}).empty());
    CHECK_FALSE(json_integer(json, {"note"}).has_value());
    CHECK(json_integer(R"({"id":"12"})", {"id"}) == 12);
    CHECK(json_find("{\"id\"", {"id"}).empty());
}

TEST_CASE("what JsonObject writes can be read back") {
    JsonObject inner;
    inner.add("p99", 12.5);
    JsonObject json;
    json.add("label", "a \"b\"\n").add("latency", inner).add("sent", std::uint64_t{3});
    const std::string text = json.text();
    CHECK(json_number(text, {"latency", "p99"}) == 12.5);
    CHECK(json_integer(text, {"sent"}) == 3);
    CHECK(json_text(text, {"label"}) == R"(a \"b\"\u000a)");
}

#include "chatcore/wire.h"

#include <limits>
#include <random>

#include <doctest/doctest.h>

using namespace chatcore;

namespace {

std::vector<Attachment> some_attachments() {
    return {{"https://files.example/1", "사진.png", 12'345, "image/png"},
            {"", "", 0, ""},
            {"u", std::string("a\0b", 3), std::numeric_limits<std::int64_t>::max(), "x/y"}};
}

std::vector<Mention> some_mentions() {
    return {{{42}, 0, 5}, {{id_max}, 7, std::numeric_limits<std::int32_t>::max()}};
}

}  // namespace

TEST_SUITE("wire") {
    TEST_CASE("integers are little-endian and texts have their length in front") {
        wire::Writer writer;
        writer.u8(0xAB);
        writer.i64(-2);
        writer.text("hi");
        const std::string bytes = std::move(writer).take();
        CHECK(bytes == std::string("\xAB\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02\0\0\0\0\0\0\0hi", 19));
        wire::Reader reader(bytes);
        CHECK(reader.u8() == 0xAB);
        CHECK(reader.i64() == -2);
        CHECK(reader.left() == 10);
        CHECK(reader.text() == "hi");
        CHECK(reader.complete());
    }

    TEST_CASE("a reader asked for more than there is remembers it") {
        wire::Reader reader("\x01");
        CHECK(reader.u8() == 1);
        CHECK(reader.complete());
        CHECK(reader.u8() == 0);
        CHECK_FALSE(reader.complete());
    }

    TEST_CASE("a text longer than the bytes, or of negative length, is not read") {
        for (const std::int64_t size :
             {std::int64_t{3}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(),
              std::numeric_limits<std::int64_t>::min()}) {
            wire::Writer writer;
            writer.i64(size);
            const std::string bytes = std::move(writer).take() + "ab";
            wire::Reader reader(bytes);
            CHECK(reader.text() == "");
            CHECK_FALSE(reader.complete());
        }
    }

    TEST_CASE("lists come back as they were") {
        CHECK((wire::decode_attachments(wire::encode(some_attachments())) == some_attachments()));
        CHECK((wire::decode_mentions(wire::encode(some_mentions())) == some_mentions()));
    }

    TEST_CASE("an empty list is empty bytes") {
        CHECK(wire::encode(std::vector<Attachment>{}).empty());
        CHECK(wire::encode(std::vector<Mention>{}).empty());
        CHECK(wire::decode_attachments("").empty());
        CHECK(wire::decode_mentions("").empty());
    }

    TEST_CASE("a record cut short or with more behind it is none") {
        const std::string attachments = wire::encode(some_attachments());
        for (std::size_t size = 0; size < attachments.size(); ++size) {
            CHECK(wire::decode_attachments(std::string_view(attachments).substr(0, size)).empty());
        }
        CHECK(wire::decode_attachments(attachments + "x").empty());
        const std::string mentions = wire::encode(some_mentions());
        for (std::size_t size = 0; size < mentions.size(); ++size) {
            CHECK(wire::decode_mentions(std::string_view(mentions).substr(0, size)).empty());
        }
        CHECK(wire::decode_mentions(mentions + "x").empty());
    }

    TEST_CASE("a count that the bytes cannot hold takes no memory") {
        wire::Writer writer;
        writer.i64(std::numeric_limits<std::int64_t>::max() / 1'000);
        const std::string bytes = std::move(writer).take() + std::string(100, '\0');
        CHECK(wire::decode_attachments(bytes).empty());
        CHECK(wire::decode_mentions(bytes).empty());
    }

    TEST_CASE("a mention whose numbers do not fit is refused, not cut") {
        wire::Writer writer;
        writer.i64(1);
        writer.i64(5);
        writer.i64(std::int64_t{1} << 32);
        writer.i64(1);
        CHECK(wire::decode_mentions(std::move(writer).take()).empty());
    }

    TEST_CASE("any bytes are read without harm") {
        std::mt19937_64 random(5);
        const std::string attachments = wire::encode(some_attachments());
        const std::string mentions = wire::encode(some_mentions());
        for (int round = 0; round < 20'000; ++round) {
            std::string bytes = round % 2 == 0 ? attachments : mentions;
            for (int flips = 0; flips < 3; ++flips) {
                bytes[random() % bytes.size()] = static_cast<char>(random());
            }
            CHECK(wire::decode_attachments(bytes).size() <= bytes.size() / 32);
            CHECK(wire::decode_mentions(bytes).size() <= bytes.size() / 24);
        }
    }

    TEST_CASE("a consultation is read as it was written, and nothing else is one") {
        Consultation held;
        held.state = ConsultationState::in_progress;
        held.requester = UserId{1};
        held.recipient = UserId{id_max};
        held.title = "졸업 논문";
        held.scheduled_at = Timestamp{std::chrono::milliseconds{-5}};
        held.started_at = Timestamp{std::chrono::milliseconds{7}};
        held.moved_at = Timestamp{std::chrono::milliseconds{8}};
        held.said_at = Position{9};
        const std::string bytes = wire::encode(held);
        CHECK(wire::decode_consultation(bytes) == held);
        CHECK(!wire::decode_consultation({}));
        CHECK(!wire::decode_consultation(bytes + '\0'));
        for (std::size_t size = 0; size < bytes.size(); ++size)
            CHECK(!wire::decode_consultation(std::string_view(bytes).substr(0, size)));
        std::string other = bytes;
        other.front() = static_cast<char>(consultation_state_count);
        CHECK(!wire::decode_consultation(other));
    }
}

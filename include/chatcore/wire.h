#pragma once
// Small binary records, for what is kept or sent but looked into by nobody else: little-endian
// integers, and texts with their length in front. A reader never reads past its bytes and remembers
// that it was asked to. Threads: one.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/domain/consultation.h"
#include "chatcore/domain/message.h"

namespace chatcore::wire {

class Writer {
public:
    void u8(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
    void i64(std::int64_t value) {
        for (int shift = 0; shift < 64; shift += 8)
            u8(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
    }
    void text(std::string_view value) {
        i64(static_cast<std::int64_t>(value.size()));
        bytes_.append(value);
    }
    std::string take() && { return std::move(bytes_); }

private:
    std::string bytes_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    std::uint8_t u8() {
        if (rest_.empty()) return fail();
        const auto value = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    std::int64_t i64() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 8)
            value |= static_cast<std::uint64_t>(u8()) << shift;
        return static_cast<std::int64_t>(value);
    }
    std::string text() {
        const std::int64_t size = i64();
        if (size < 0 || static_cast<std::uint64_t>(size) > rest_.size()) {
            fail();
            return {};
        }
        std::string value(rest_.substr(0, static_cast<std::size_t>(size)));
        rest_.remove_prefix(value.size());
        return value;
    }
    /// How many bytes are left: a bound for what a count may promise.
    std::size_t left() const { return rest_.size(); }
    /// Whether every read was within the bytes, and all of them were read.
    bool complete() const { return !failed_ && rest_.empty(); }

private:
    std::uint8_t fail() {
        failed_ = true;
        rest_ = {};
        return 0;
    }

    std::string_view rest_;
    bool failed_ = false;
};

/// Lists as a store keeps them in one column. Empty lists are empty bytes.
std::string encode(const std::vector<Attachment>& attachments);
std::string encode(const std::vector<Mention>& mentions);
std::string encode(const std::vector<Reaction>& reactions);
std::string encode(const std::optional<Original>& original);
std::string encode(const Consultation& consultation);
/// What was encoded; empty where the bytes are not such a record.
std::vector<Attachment> decode_attachments(std::string_view bytes);
std::vector<Mention> decode_mentions(std::string_view bytes);
std::vector<Reaction> decode_reactions(std::string_view bytes);
std::optional<Original> decode_original(std::string_view bytes);
std::optional<Consultation> decode_consultation(std::string_view bytes);

}  // namespace chatcore::wire

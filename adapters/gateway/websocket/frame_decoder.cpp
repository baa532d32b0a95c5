#include "gateway/websocket/frame_decoder.h"

#include <algorithm>

#include <simdjson.h>

#include "gateway/http/chars.h"

namespace chatcore::gateway {
namespace {

constexpr unsigned char fin_bit = 0x80;
constexpr unsigned char rsv1_bit = 0x40;
constexpr unsigned char rsv23_bits = 0x30;
constexpr unsigned char mask_bit = 0x80;
constexpr unsigned char length_of_16_bits = 126;
constexpr unsigned char length_of_64_bits = 127;
// A peer that announces a large message gets memory as it sends, not as it announces.
constexpr std::uint64_t first_reserve_bytes_max = 4096;

/// What a message of that size may have in deflated form. Stored blocks add five bytes each, and
/// the least of zlib's memory levels makes them short (zlib's deflateBound()).
constexpr std::uint64_t deflated_bytes_max(std::size_t message_bytes) {
    return std::uint64_t{message_bytes} + message_bytes / 8 + 64;
}

std::uint64_t read_big_endian(const unsigned char* bytes, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes[i];
    return value;
}

static_assert(payload_slack_bytes >= simdjson::SIMDJSON_PADDING);

void release(std::string& text) {
    if (text.empty() && text.capacity() > std::string().capacity()) std::string().swap(text);
}

}  // namespace

std::uint16_t close_code_of(FrameError error) {
    switch (error) {
        case FrameError::none:
            return close_code::normal;
        case FrameError::text_not_utf8:
        case FrameError::close_reason_not_utf8:
        case FrameError::deflate_invalid:
            return close_code::invalid_data;
        case FrameError::message_too_large:
            return close_code::too_large;
        case FrameError::out_of_memory:
            return close_code::internal_error;
        default:
            return close_code::protocol_error;
    }
}

std::string_view describe(FrameError error) {
    switch (error) {
        case FrameError::none:
            return "No error.";
        case FrameError::not_masked:
            return "A client's frame must be masked.";
        case FrameError::reserved_bits:
            return "A reserved bit is set.";
        case FrameError::reserved_opcode:
            return "The opcode is reserved.";
        case FrameError::control_fragmented:
            return "A control frame must not be fragmented.";
        case FrameError::control_too_long:
            return "A control frame carries at most 125 bytes.";
        case FrameError::length_not_minimal:
            return "The length is not in its shortest form.";
        case FrameError::length_high_bit:
            return "The length's highest bit is set.";
        case FrameError::unexpected_continuation:
            return "There is no message to continue.";
        case FrameError::unfinished_message:
            return "The last message has not ended yet.";
        case FrameError::close_payload_invalid:
            return "A close frame's code has two bytes.";
        case FrameError::close_code_invalid:
            return "The close code must not be sent.";
        case FrameError::text_not_utf8:
            return "The text is not UTF-8.";
        case FrameError::close_reason_not_utf8:
            return "The close reason is not UTF-8.";
        case FrameError::deflate_invalid:
            return "The message cannot be inflated.";
        case FrameError::message_too_large:
            return "The message is too large.";
        case FrameError::out_of_memory:
            return "There is no memory for the message.";
    }
    return "Protocol error.";
}

bool FrameDecoder::next(std::span<char>& input, IncomingFrame& frame) {
    release_delivered();
    while (error_ == FrameError::none && !closed_) {
        if (!in_payload_ && !read_header(input)) break;
        if (take_payload(input, frame)) return true;
        if (in_payload_) break;
    }
    if (error_ != FrameError::none || closed_) {
        message_.clear();
        control_.clear();
        window_.release();
        input = {};
    }
    release(message_);
    release(control_);
    return false;
}

std::size_t FrameDecoder::bytes_held() const {
    const auto held = [](const std::string& text) {
        return text.capacity() > std::string().capacity() ? text.capacity() + 1 : 0;
    };
    return held(message_) + held(control_) + window_.bytes_held();
}

void FrameDecoder::release_delivered() {
    if (message_delivered_) message_.clear();
    if (control_delivered_) control_.clear();
    message_delivered_ = control_delivered_ = false;
}

bool FrameDecoder::fail(FrameError error) {
    error_ = error;
    in_payload_ = false;
    return false;
}

bool FrameDecoder::read_header(std::span<char>& input) {
    std::size_t size = 0;
    if (partial_bytes_ == 0) {
        size = parse_header(reinterpret_cast<const unsigned char*>(input.data()), input.size());
        if (size > 0) input = input.subspan(size);
    }
    if (size == 0 && error_ == FrameError::none) {
        const std::size_t taken = std::min(header_bytes_max - partial_bytes_, input.size());
        std::copy_n(input.data(), taken, partial_.data() + partial_bytes_);
        const std::size_t held = partial_bytes_;
        partial_bytes_ = static_cast<std::uint8_t>(held + taken);
        size = parse_header(partial_.data(), partial_bytes_);
        input = input.subspan(size > 0 ? size - held : taken);
        if (size > 0) partial_bytes_ = 0;
    }
    in_payload_ = size > 0;
    payload_taken_ = 0;
    return in_payload_;
}

/// Returns the header's size; 0 where it is incomplete or wrong. What can be judged is judged at
/// once.
std::size_t FrameDecoder::parse_header(const unsigned char* bytes, std::size_t size) {
    if (size < 2) return 0;
    error_ = check_header(bytes[0], bytes[1]);
    if (error_ != FrameError::none) return 0;
    const auto short_length = static_cast<unsigned char>(bytes[1] & ~mask_bit);
    std::size_t length_bytes = 0;
    if (short_length == length_of_16_bits) length_bytes = 2;
    if (short_length == length_of_64_bits) length_bytes = 8;
    if (size < 2 + length_bytes) return 0;
    const std::uint64_t length =
        length_bytes == 0 ? short_length : read_big_endian(bytes + 2, length_bytes);
    const auto opcode = static_cast<Opcode>(bytes[0] & 0x0F);
    error_ = check_length(length, short_length, bytes[0]);
    if (error_ != FrameError::none) return 0;
    const std::size_t header_bytes = 2 + length_bytes + header_.key.size();
    if (size < header_bytes) return 0;
    std::copy_n(bytes + 2 + length_bytes, header_.key.size(), header_.key.begin());
    header_.payload_bytes = length;
    header_.opcode = opcode;
    header_.fin = (bytes[0] & fin_bit) != 0;
    if (opcode == Opcode::text || opcode == Opcode::binary) {
        message_opcode_ = opcode;
        message_compressed_ = (bytes[0] & rsv1_bit) != 0;
        utf8_checked_ = 0;
    }
    return header_bytes;
}

FrameError FrameDecoder::check_header(unsigned char first, unsigned char second) const {
    const auto opcode = static_cast<Opcode>(first & 0x0F);
    const bool begins_message = opcode == Opcode::text || opcode == Opcode::binary;
    if (!begins_message && opcode != Opcode::continuation && opcode != Opcode::close &&
        opcode != Opcode::ping && opcode != Opcode::pong) {
        return FrameError::reserved_opcode;
    }
    if ((first & rsv23_bits) != 0) return FrameError::reserved_bits;
    if ((first & rsv1_bit) != 0 && (inflater_ == nullptr || !begins_message)) {
        return FrameError::reserved_bits;
    }
    if ((second & mask_bit) == 0) return FrameError::not_masked;
    if (is_control(opcode)) {
        if ((first & fin_bit) == 0) return FrameError::control_fragmented;
        if ((second & ~mask_bit) > control_payload_bytes_max) return FrameError::control_too_long;
        return FrameError::none;
    }
    if (begins_message && in_message_) return FrameError::unfinished_message;
    if (!begins_message && !in_message_) return FrameError::unexpected_continuation;
    return FrameError::none;
}

FrameError FrameDecoder::check_length(std::uint64_t length, unsigned char short_length,
                                      unsigned char first) const {
    if (short_length == length_of_16_bits && length < 126) return FrameError::length_not_minimal;
    if (short_length == length_of_64_bits) {
        if (length >> 63 != 0) return FrameError::length_high_bit;
        if (length <= 0xFFFF) return FrameError::length_not_minimal;
    }
    if (is_control(static_cast<Opcode>(first & 0x0F))) return FrameError::none;
    const std::size_t before = in_message_ ? message_.size() : 0;
    const bool compressed = in_message_ ? message_compressed_ : (first & rsv1_bit) != 0;
    const std::uint64_t bytes_max =
        compressed ? deflated_bytes_max(message_bytes_max_) : message_bytes_max_;
    return length > bytes_max - before ? FrameError::message_too_large : FrameError::none;
}

/// True with a frame to hand out. Otherwise the frame goes on (`in_payload_`), or was a fragment,
/// or failed.
bool FrameDecoder::take_payload(std::span<char>& input, IncomingFrame& frame) {
    const std::uint64_t left = header_.payload_bytes - payload_taken_;
    const bool control = is_control(header_.opcode);
    const bool whole_message = header_.fin && header_.opcode != Opcode::continuation;
    const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left, input.size()));
    const std::span<char> piece = input.first(take);
    apply_mask(piece.data(), piece.size(), header_.key, payload_taken_);
    input = input.subspan(take);
    if (payload_taken_ == 0 && take == left && whole_message) {
        in_payload_ = false;
        return finish_frame({piece.data(), piece.size()}, frame);
    }
    std::string& kept = control ? control_ : message_;
    if (kept.empty()) {
        kept.reserve(std::min(header_.payload_bytes, first_reserve_bytes_max) +
                     payload_slack_bytes);
    }
    kept.append(piece.data(), piece.size());
    payload_taken_ += take;
    if (!control && is_text_as_sent() && !can_become_utf8(message_, utf8_checked_)) {
        return fail(FrameError::text_not_utf8);
    }
    if (payload_taken_ < header_.payload_bytes) return false;
    in_payload_ = false;
    if (!control && !header_.fin) {
        in_message_ = true;
        return false;
    }
    kept.reserve(kept.size() + payload_slack_bytes);
    (control ? control_delivered_ : message_delivered_) = true;
    return finish_frame(kept, frame);
}

bool FrameDecoder::finish_frame(std::string_view payload, IncomingFrame& frame) {
    if (header_.opcode == Opcode::close) return finish_close(payload, frame);
    frame = {header_.opcode, payload, 0, false};
    if (is_control(header_.opcode)) return true;
    in_message_ = false;
    frame.opcode = message_opcode_;
    frame.compressed = message_compressed_;
    if (message_compressed_) {
        switch (inflater_->inflate(payload, message_bytes_max_, window_)) {
            case Inflater::Status::ok:
                break;
            case Inflater::Status::invalid:
                return fail(FrameError::deflate_invalid);
            case Inflater::Status::too_large:
                return fail(FrameError::message_too_large);
            case Inflater::Status::out_of_memory:
                return fail(FrameError::out_of_memory);
        }
        frame.payload = inflater_->output();
    }
    if (message_opcode_ == Opcode::text && !is_utf8(frame.payload.substr(utf8_checked_))) {
        return fail(FrameError::text_not_utf8);
    }
    return true;
}

bool FrameDecoder::finish_close(std::string_view payload, IncomingFrame& frame) {
    frame = {Opcode::close, {}, close_code::none_received, false};
    if (payload.size() == 1) return fail(FrameError::close_payload_invalid);
    if (payload.size() >= 2) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(payload.data());
        frame.close_code = static_cast<std::uint16_t>(read_big_endian(bytes, 2));
        frame.payload = payload.substr(2);
        if (!is_valid_close_code(frame.close_code)) return fail(FrameError::close_code_invalid);
        if (!is_utf8(frame.payload)) return fail(FrameError::close_reason_not_utf8);
    }
    closed_ = true;
    return true;
}

}  // namespace chatcore::gateway

#include "gateway/websocket/inflater.h"

#include <algorithm>
#include <limits>

#include <zlib.h>

#include "gateway/websocket/frame_decoder.h"

namespace chatcore::gateway {
namespace {

constexpr int raw_deflate_with_largest_window = -15;
constexpr std::size_t window_bytes = 32 * 1024;
constexpr std::size_t first_buffer_bytes = 4096;
// What the sender took off the end, RFC 7692 section 7.2.1.
constexpr std::string_view tail("\x00\x00\xFF\xFF", 4);
// A sender may end its blocks with the final bit (section 7.2.3.4), once as a rule. Going on behind
// one costs a copy of the window, so a message made of nothing else is refused.
constexpr int final_blocks_max = 8;
// zlib's data_type has this bit where it stands between two blocks.
constexpr int between_blocks = 128;

Bytef* bytes_of(const char* data) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(data));
}

}  // namespace

void Inflater::Deleter::operator()(z_stream_s* stream) const {
    inflateEnd(stream);
    delete stream;
}

Inflater::Inflater() {
    auto stream = std::make_unique<z_stream_s>();
    if (inflateInit2(stream.get(), raw_deflate_with_largest_window) == Z_OK) {
        stream_.reset(stream.release());
    }
}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

void DeflateWindow::append(std::string_view message) {
    if (bytes_max_ == 0) return;
    if (message.size() >= bytes_max_) {
        bytes_.assign(message.substr(message.size() - bytes_max_));
        return;
    }
    const std::size_t size = std::min(bytes_.size() + message.size(), bytes_max_);
    bytes_.erase(0, bytes_.size() + message.size() - size);
    if (size > bytes_.capacity()) bytes_.reserve(std::min(bytes_max_, size * 2));
    bytes_.append(message);
}

Inflater::Status Inflater::inflate(std::string_view compressed, std::size_t bytes_max,
                                   DeflateWindow& window) {
    const Status status = inflate_blocks(compressed, bytes_max, window.bytes());
    if (status == Status::ok) window.append(output());
    return status;
}

Inflater::Status Inflater::inflate_blocks(std::string_view compressed, std::size_t bytes_max,
                                          std::string_view before) {
    size_ = 0;
    if (!stream_) return Status::out_of_memory;
    bytes_max = std::min(bytes_max, std::numeric_limits<std::size_t>::max() / 2);
    if (compressed.size() > std::numeric_limits<uInt>::max()) return Status::too_large;
    inflateReset(stream_.get());
    if (!before.empty()) set_window(before);
    if (buffer_.empty()) buffer_.resize(first_buffer_bytes + payload_slack_bytes);
    if (compressed.empty())
        return Status::ok;  // an empty message, which some send so instead of as 00
    int final_blocks = 0;
    bool in_tail = false;
    std::string_view input = compressed;
    while (true) {
        std::size_t used = 0;
        switch (run(input, bytes_max, used)) {
            case Step::invalid:
                return Status::invalid;
            case Step::too_large:
                return Status::too_large;
            case Step::out_of_memory:
                return Status::out_of_memory;
            case Step::input_used:
                if (in_tail) {
                    const bool whole = (stream_->data_type & between_blocks) != 0;
                    return whole ? Status::ok : Status::invalid;
                }
                in_tail = true;
                input = tail;
                break;
            case Step::block_ended:
                input.remove_prefix(used);
                if (in_tail) return input.empty() ? Status::ok : Status::invalid;
                if (input.empty()) return Status::ok;
                if (++final_blocks > final_blocks_max) return Status::invalid;
                go_on_behind_final_block(before);
                break;
        }
    }
}

void Inflater::go_on_behind_final_block(std::string_view before) {
    inflateReset(stream_.get());
    const std::size_t own = std::min(size_, window_bytes);
    // zlib slides one behind the other.
    if (own < window_bytes && !before.empty()) set_window(before);
    set_window({buffer_.data() + size_ - own, own});
}

void Inflater::set_window(std::string_view bytes) {
    inflateSetDictionary(stream_.get(), bytes_of(bytes.data()), static_cast<uInt>(bytes.size()));
}

Inflater::Step Inflater::run(std::string_view input, std::size_t bytes_max, std::size_t& used) {
    stream_->next_in = bytes_of(input.data());
    stream_->avail_in = static_cast<uInt>(input.size());
    while (true) {
        // One byte more than allowed, to tell "exactly the limit" from "more".
        std::size_t room = std::min(buffer_.size() - payload_slack_bytes, bytes_max + 1);
        if (room == size_) {
            room = std::min(std::max(size_ * 2, first_buffer_bytes), bytes_max + 1);
            buffer_.resize(room + payload_slack_bytes);
        }
        stream_->next_out = bytes_of(buffer_.data() + size_);
        stream_->avail_out = static_cast<uInt>(
            std::min<std::size_t>(room - size_, std::numeric_limits<uInt>::max()));
        const int result = ::inflate(stream_.get(), Z_SYNC_FLUSH);
        size_ =
            static_cast<std::size_t>(reinterpret_cast<char*>(stream_->next_out) - buffer_.data());
        if (size_ > bytes_max) return Step::too_large;
        used = input.size() - stream_->avail_in;
        if (result == Z_STREAM_END) return Step::block_ended;
        if (result == Z_MEM_ERROR) return Step::out_of_memory;
        if (result != Z_OK && result != Z_BUF_ERROR) return Step::invalid;
        if (stream_->avail_out == 0) continue;
        return stream_->avail_in == 0 ? Step::input_used : Step::invalid;
    }
}

}  // namespace chatcore::gateway

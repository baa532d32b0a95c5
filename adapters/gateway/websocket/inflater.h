#pragma once
// Inflates messages of permessage-deflate (RFC 7692 section 7.2.2). One of these serves every
// connection of a thread: 40 KiB and an output buffer for each thread, not for each connection.
// What a connection keeps where its client may refer back to earlier messages is a DeflateWindow.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace chatcore::gateway {

/// The end of what was inflated so far, as long as was agreed on and no longer. Empty until
/// something was.
class DeflateWindow {
public:
    explicit DeflateWindow(std::size_t bytes_max = 0) : bytes_max_(bytes_max) {}

    std::string_view bytes() const { return bytes_; }
    void append(std::string_view message);
    void release() { std::string().swap(bytes_); }
    /// Heap memory, in bytes.
    std::size_t bytes_held() const {
        return bytes_.capacity() > std::string().capacity() ? bytes_.capacity() + 1 : 0;
    }

private:
    std::string bytes_;
    std::size_t bytes_max_;
};

class Inflater {
public:
    enum class Status : std::uint8_t { ok, invalid, too_large, out_of_memory };

    Inflater();
    ~Inflater();
    Inflater(Inflater&&) noexcept;
    Inflater& operator=(Inflater&&) noexcept;

    /// Inflates one message, whose tail 00 00 FF FF the sender took away, and which may refer back
    /// to the window; it is in it afterwards. Stops at `bytes_max`, whatever the rest would become.
    /// After `ok`, output() is the message until the next call.
    Status inflate(std::string_view compressed, std::size_t bytes_max, DeflateWindow& window);
    Status inflate(std::string_view compressed, std::size_t bytes_max) {
        DeflateWindow none;
        return inflate(compressed, bytes_max, none);
    }

    /// Followed by `payload_slack_bytes` of readable memory.
    std::string_view output() const { return {buffer_.data(), size_}; }

private:
    struct Deleter {
        void operator()(z_stream_s* stream) const;
    };
    enum class Step : std::uint8_t { input_used, block_ended, invalid, too_large, out_of_memory };
    Status inflate_blocks(std::string_view compressed, std::size_t bytes_max,
                          std::string_view before);
    void go_on_behind_final_block(std::string_view before);
    void set_window(std::string_view bytes);
    Step run(std::string_view input, std::size_t bytes_max, std::size_t& used);

    std::unique_ptr<z_stream_s, Deleter> stream_;
    std::string buffer_;
    std::size_t size_ = 0;
};

}  // namespace chatcore::gateway

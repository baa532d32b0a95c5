#pragma once
// Inflates messages of permessage-deflate (RFC 7692 section 7.2.2) without context takeover, so
// that one of these serves every connection of a thread: 40 KiB and an output buffer for each
// thread, not for each connection.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace chatcore::gateway {

class Inflater {
public:
    enum class Status : std::uint8_t { ok, invalid, too_large, out_of_memory };

    Inflater();
    ~Inflater();
    Inflater(Inflater&&) noexcept;
    Inflater& operator=(Inflater&&) noexcept;

    /// Inflates one message, whose tail 00 00 FF FF the sender took away. Stops at `bytes_max`,
    /// whatever the rest would become. After `ok`, output() is the message until the next call.
    Status inflate(std::string_view compressed, std::size_t bytes_max);

    /// Followed by `payload_slack_bytes` of readable memory.
    std::string_view output() const { return {buffer_.data(), size_}; }

private:
    struct Deleter {
        void operator()(z_stream_s* stream) const;
    };
    enum class Step : std::uint8_t { input_used, block_ended, invalid, too_large, out_of_memory };
    void go_on_behind_final_block();
    Step run(std::string_view input, std::size_t bytes_max, std::size_t& used);

    std::unique_ptr<z_stream_s, Deleter> stream_;
    std::string buffer_;
    std::size_t size_ = 0;
};

}  // namespace chatcore::gateway

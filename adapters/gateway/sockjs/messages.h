#pragma once
// What SockJS clients send: JSON arrays of texts. Bytes in, values out.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatcore::gateway::sockjs {

/// Texts, each with `payload_slack_bytes` of readable memory after it.
class Messages {
public:
    std::size_t count() const { return places_.size(); }
    std::string_view operator[](std::size_t index) const {
        return std::string_view(bytes_).substr(places_[index].at, places_[index].size);
    }

private:
    friend class MessageReader;
    struct At {
        std::size_t at = 0;
        std::size_t size = 0;
    };
    std::string bytes_;
    std::vector<At> places_;
};

enum class Payload : std::uint8_t {
    good,
    missing,  ///< nothing was sent, or something else than an array
    broken    ///< no JSON, or not of texts
};

/// Of `xhr_send`: an array.
Payload read_array(std::string_view json, Messages& out);
/// Of a WebSocket message: an array, or one text by itself.
Payload read_message(std::string_view json, Messages& out);

/// What `jsonp_send` brings: where the body is a form, its field `d`, and else all of it. nullopt:
/// there is none.
std::optional<std::string> payload_of_jsonp(std::string_view content_type, std::string_view body);

/// Whether it may be called by a script that we make: a name of JavaScript, with dots.
bool is_callback(std::string_view name);

}  // namespace chatcore::gateway::sockjs

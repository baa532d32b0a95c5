#pragma once
// Writes HTTP/1.1 responses to a string (RFC 9110, RFC 9112). A header value can never begin a line
// of its own, whatever it holds, and framing headers are written by these functions alone.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatcore::gateway {

/// "Not Found" for 404; "Unknown" for a status that is not registered.
std::string_view reason_phrase(int status);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7); for years 1 to 9999.
std::string format_http_date(std::int64_t unix_seconds);

/// Header fields in the order added.
class HeaderList {
public:
    /// Adds a field. Control characters in the value are written as spaces. A name that is no
    /// token, or that frames the message (Content-Length, Transfer-Encoding, Connection, Date), is
    /// refused: false, and nothing is added.
    bool add(std::string_view name, std::string_view value);
    const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

struct Response {
    int status = 200;
    HeaderList headers;
    std::string body;
    /// Stands for `body` where it is set: bytes that many answers have in common.
    std::shared_ptr<const std::string> shared_body = {};

    const std::string& bytes() const { return shared_body ? *shared_body : body; }
};

/// What the answer must know of the request and of the moment.
struct ResponseContext {
    std::string_view date{};  ///< for `Date`, as format_http_date() gives it; left out when empty
    bool keep_alive = true;   ///< false adds `Connection: close`
    int version_minor =
        1;  ///< the request's; HTTP/1.0 is told `Connection: keep-alive`, and gets no chunks
    bool head_request = false;  ///< HEAD: the head of the answer to GET, without its body
};

/// Whether an answer of that status has a body, where its request is not HEAD.
bool may_have_body(int status);

/// Appends head and body. `Content-Length` is that of the body, for HEAD too; statuses 1xx and 204
/// carry neither body nor length, 304 no body (RFC 9110 sections 8.6, 15.3.5 and 15.4.5).
void append_response(std::string& out, const Response& response, const ResponseContext& context);

/// Appends the head of a response whose body of so many bytes is written by the caller;
/// `response.body` is not.
void append_sized_head(std::string& out, const Response& response, std::int64_t length,
                       const ResponseContext& context);

/// Appends the head of a response whose body is streamed by append_chunk() and append_last_chunk();
/// `response.body` is not written, and for HEAD no chunk may be either. To HTTP/1.0 the body goes
/// without framing and ends with the connection; returns false in that case: write the bytes as
/// they are, and close at the end.
bool append_streaming_head(std::string& out, const Response& response,
                           const ResponseContext& context);

/// One chunk; an empty one, which would end the body, is not written.
void append_chunk(std::string& out, std::string_view data);

/// The end of the body.
void append_last_chunk(std::string& out);

/// The interim answer to `Expect: 100-continue`.
inline constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

/// Appends the head of 101 Switching Protocols with `Connection: Upgrade`, `Upgrade: protocol` and
/// the fields.
void append_switching_head(std::string& out, std::string_view protocol, const HeaderList& headers,
                           std::string_view date);

}  // namespace chatcore::gateway

#pragma once
// One HTTP/1.1 request, as a value. It owns its bytes: head, decoded path and body are three
// strings, and header fields are places in the head, so a request of any number of headers costs a
// handful of allocations.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatcore::gateway {

/// Views into the request that they were asked from; they last as long as it does, unmoved and
/// unchanged.
struct HeaderField {
    std::string_view name;   ///< as sent
    std::string_view value;  ///< without white space around it
};

class Request {
public:
    /// As sent, upper case by convention ("GET"). Never empty.
    std::string_view method() const { return view(method_); }
    /// The request target as sent: "/a/b?c=d", "http://host/a", or "*".
    std::string_view target() const { return view(target_); }
    /// Percent-decoded; valid UTF-8 without control characters and without a `..` segment; begins
    /// with "/", or is "*".
    const std::string& path() const { return path_; }
    /// What follows the "?", not decoded; empty where there is none.
    std::string_view raw_query() const { return view(query_); }

    /// The first query parameter of that name, decoded: `+` is a space, `%41` an A, a `%` that
    /// begins no valid pair stands for itself. UTF-8 without NUL, which the parser has checked for
    /// the whole query. A parameter without
    /// "=" is empty; one that is absent is nullopt.
    std::optional<std::string> query(std::string_view name) const;

    /// The first field of that name, in any case of letters.
    std::optional<std::string_view> header(std::string_view name) const;
    /// All fields of that name joined by ", ", which RFC 9110 section 5.3 says means the same;
    /// empty where none is.
    std::string combined_header(std::string_view name) const;
    /// Whether the comma-separated list in the fields of that name has the token, in any case of
    /// letters.
    bool header_has_token(std::string_view name, std::string_view token) const;
    std::size_t header_count() const { return fields_.size(); }
    /// How many fields have that name.
    std::size_t header_count(std::string_view name) const;
    /// In the order sent; `index` is below header_count().
    HeaderField header_at(std::size_t index) const;

    /// 0 or 1 for HTTP/1.0 and HTTP/1.1 (a later minor counts as 1).
    int version_minor() const { return version_minor_; }
    /// Whether the connection may serve another request after the answer (RFC 9112 section 9.3).
    bool keep_alive() const { return keep_alive_; }
    /// Whether an upgrade is asked for (Upgrade and `Connection: upgrade`, HTTP/1.1). The bytes
    /// after this request belong to the new protocol if the server switches, and to the next
    /// request if it does not.
    bool wants_upgrade() const { return wants_upgrade_; }

    /// Request line and headers with their final empty line, as sent.
    const std::string& head() const { return head_; }
    /// The body, decoded of its chunks; empty where none was sent.
    const std::string& body() const { return body_; }
    std::string& body() { return body_; }

private:
    friend class RequestParser;
    friend class HeadReader;

    struct Place {
        std::uint32_t at = 0;
        std::uint32_t size = 0;
    };
    struct FieldPlace {
        Place name;
        Place value;
    };
    std::string_view view(Place place) const {
        return std::string_view(head_).substr(place.at, place.size);
    }

    std::string head_;
    std::string path_;
    std::string body_;
    std::vector<FieldPlace> fields_;
    Place method_;
    Place target_;
    Place query_;
    int version_minor_ = 1;
    bool keep_alive_ = false;
    bool wants_upgrade_ = false;
};

}  // namespace chatcore::gateway

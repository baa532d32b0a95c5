#include "gateway/http/response.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>

#include "gateway/http/chars.h"

namespace chatcore::gateway {
namespace {

struct Reason {
    int status;
    std::string_view phrase;
};

// The registered statuses that this project answers with, in order.
constexpr std::array<Reason, 36> reasons = {{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

void append_number(std::string& out, std::uint64_t number, int base = 10) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
    out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

/// Status line, the response's own headers and Date.
void begin_head(std::string& out, int status, const HeaderList& headers, std::string_view date) {
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::uint64_t>(std::clamp(status, 100, 999)));
    out.append(" ").append(reason_phrase(status)).append("\r\n");
    if (!date.empty()) append_field(out, "Date", date);
    for (const auto& [name, value] : headers.fields()) append_field(out, name, value);
}

void append_connection(std::string& out, const HeaderList& headers, bool keep_alive,
                       int version_minor) {
    // RFC 9110 section 7.8: who sends Upgrade names it in Connection too.
    const bool upgrade =
        std::any_of(headers.fields().begin(), headers.fields().end(),
                    [](const auto& field) { return equal_ignoring_case(field.first, "upgrade"); });
    std::string_view options;
    if (!keep_alive) {
        options = upgrade ? "upgrade, close" : "close";
    } else if (version_minor == 0) {
        options = upgrade ? "upgrade, keep-alive" : "keep-alive";
    } else if (upgrade) {
        options = "upgrade";
    }
    if (!options.empty()) append_field(out, "Connection", options);
}

bool has_no_length(int status) {
    return status < 200 || status == 204;
}

}  // namespace

bool may_have_body(int status) {
    return !has_no_length(status) && status != 304;
}

std::string_view reason_phrase(int status) {
    const auto found = std::lower_bound(reasons.begin(), reasons.end(), status,
                                        [](const Reason& r, int s) { return r.status < s; });
    return found != reasons.end() && found->status == status ? found->phrase : "Unknown";
}

std::string format_http_date(std::int64_t unix_seconds) {
    using namespace std::chrono;
    static constexpr std::string_view days = "SunMonTueWedThuFriSat";
    static constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const sys_seconds time{seconds{unix_seconds}};
    const sys_days day = floor<std::chrono::days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    std::string out;
    const auto padded = [&](std::int64_t value, std::int64_t largest_unit) {
        for (std::int64_t unit = largest_unit; unit > 0; unit /= 10) {
            out.push_back(static_cast<char>('0' + value / unit % 10));
        }
    };
    out.append(days.substr(weekday{day}.c_encoding() * 3, 3)).append(", ");
    padded(unsigned{date.day()}, 10);
    out.append(" ").append(months.substr((unsigned{date.month()} - 1) * 3, 3)).append(" ");
    padded(int{date.year()}, 1000);
    out.append(" ");
    padded(clock.hours().count(), 10);
    out.append(":");
    padded(clock.minutes().count(), 10);
    out.append(":");
    padded(clock.seconds().count(), 10);
    return out.append(" GMT");
}

bool HeaderList::add(std::string_view name, std::string_view value) {
    if (!is_token(name)) return false;
    for (const std::string_view own :
         {"content-length", "transfer-encoding", "connection", "date"}) {
        if (equal_ignoring_case(name, own)) return false;
    }
    std::string clean(value);
    std::replace_if(clean.begin(), clean.end(), is_forbidden_in_line, ' ');
    fields_.emplace_back(name, std::move(clean));
    return true;
}

void append_response(std::string& out, const Response& response, const ResponseContext& context) {
    const std::string& body = response.bytes();
    out.reserve(out.size() + body.size() + 256);
    begin_head(out, response.status, response.headers, context.date);
    // Of a 304 the length would be that of the answer 200, which is not known here.
    if (may_have_body(response.status)) {
        out.append("Content-Length: ");
        append_number(out, body.size());
        out.append("\r\n");
    }
    append_connection(out, response.headers, context.keep_alive, context.version_minor);
    out.append("\r\n");
    if (!context.head_request && may_have_body(response.status)) out.append(body);
}

void append_sized_head(std::string& out, const Response& response, std::int64_t length,
                       const ResponseContext& context) {
    begin_head(out, response.status, response.headers, context.date);
    out.append("Content-Length: ");
    append_number(out, static_cast<std::uint64_t>(length));
    out.append("\r\n");
    append_connection(out, response.headers, context.keep_alive, context.version_minor);
    out.append("\r\n");
}

bool append_streaming_head(std::string& out, const Response& response,
                           const ResponseContext& context) {
    const bool chunked = context.version_minor > 0;
    begin_head(out, response.status, response.headers, context.date);
    if (chunked) append_field(out, "Transfer-Encoding", "chunked");
    append_connection(out, response.headers, context.keep_alive && chunked, context.version_minor);
    out.append("\r\n");
    return chunked;
}

void append_chunk(std::string& out, std::string_view data) {
    if (data.empty()) return;
    append_number(out, data.size(), 16);
    out.append("\r\n").append(data).append("\r\n");
}

void append_last_chunk(std::string& out) {
    out.append("0\r\n\r\n");
}

void append_switching_head(std::string& out, std::string_view protocol, const HeaderList& headers,
                           std::string_view date) {
    begin_head(out, 101, headers, date);
    append_field(out, "Upgrade", protocol);
    append_field(out, "Connection", "Upgrade");
    out.append("\r\n");
}

}  // namespace chatcore::gateway

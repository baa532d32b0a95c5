#include "gateway/http/head_reader.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <http_parser.h>

#include "gateway/http/chars.h"
#include "gateway/http/request_parser.h"

namespace chatcore::gateway {
namespace {

/// Characters that a host and port may be written with (RFC 3986 section 3.2.2): no user, no path,
/// no space.
bool is_host(std::string_view host) {
    return std::all_of(host.begin(), host.end(), [](char c) {
        const bool letter = to_lower(c) >= 'a' && to_lower(c) <= 'z';
        const bool digit = c >= '0' && c <= '9';
        return letter || digit ||
               std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
    });
}

/// Whether a segment is `..`. A backslash separates too, since file systems and browsers take it
/// for a slash.
bool climbs(std::string_view path) {
    while (!path.empty()) {
        const std::size_t end = std::min(path.find_first_of("/\\"), path.size());
        if (path.substr(0, end) == "..") return true;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// The part of a target in absolute form that follows scheme and authority; nullopt where it has no
/// such form.
std::optional<std::string_view> after_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const std::string_view rest = target.substr(scheme.size());
        const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
        if (end == 0 || !is_host(rest.substr(0, end))) return std::nullopt;
        return rest.substr(end);
    }
    return std::nullopt;
}

/// What the tokenizer's callbacks write to.
struct Tokens {
    const char* base;
    std::size_t count_max;
    std::vector<std::pair<std::string_view, std::string_view>> fields;
    bool complete = false;
};

int on_field(http_parser* parser, const char* at, std::size_t size) {
    auto& tokens = *static_cast<Tokens*>(parser->data);
    if (tokens.fields.size() == tokens.count_max) return 1;
    tokens.fields.emplace_back(std::string_view(at, size), std::string_view(at + size, 0));
    return 0;
}

int on_value(http_parser* parser, const char* at, std::size_t size) {
    auto& tokens = *static_cast<Tokens*>(parser->data);
    if (tokens.fields.empty()) return 1;
    tokens.fields.back().second = std::string_view(at, size);
    return 0;
}

int on_head_complete(http_parser* parser) {
    static_cast<Tokens*>(parser->data)->complete = true;
    return 1;  // no body: it is framed by our own code
}

HttpError error_of(http_errno code, const Tokens& tokens) {
    switch (code) {
        case HPE_INVALID_METHOD:
            return HttpError::method_unknown;
        case HPE_INVALID_URL:
        case HPE_INVALID_HOST:
        case HPE_INVALID_PORT:
        case HPE_INVALID_PATH:
        case HPE_INVALID_QUERY_STRING:
        case HPE_INVALID_FRAGMENT:
            return HttpError::target_invalid;
        case HPE_HEADER_OVERFLOW:
            return HttpError::head_too_large;
        case HPE_CB_header_field:
            return HttpError::too_many_headers;
        case HPE_INVALID_CONTENT_LENGTH:
            return HttpError::content_length_invalid;
        case HPE_INVALID_TRANSFER_ENCODING:
            return HttpError::transfer_coding_unknown;
        case HPE_UNEXPECTED_CONTENT_LENGTH: {
            const auto lengths =
                std::count_if(tokens.fields.begin(), tokens.fields.end(), [](const auto& field) {
                    return equal_ignoring_case(field.first, "content-length");
                });
            return lengths > 1 ? HttpError::content_length_invalid : HttpError::length_and_coding;
        }
        default:
            return HttpError::malformed_header;
    }
}

}  // namespace

HttpError HeadReader::read(Request& request, BodyFraming& framing) const {
    HttpError error = read_request_line(request);
    if (error == HttpError::none) error = read_fields(request);
    if (error == HttpError::none) error = read_target(request);
    if (error == HttpError::none) error = read_query(request);
    if (error == HttpError::none) error = check_host(request);
    if (error == HttpError::none) error = check_singletons(request);
    if (error == HttpError::none) error = read_framing(request, framing);
    if (error == HttpError::none) error = read_connection(request, framing);
    return error;
}

HttpError HeadReader::overflow_error(const Request& request) const {
    const std::string_view line =
        std::string_view(request.head_).substr(0, request.head_.find('\r'));
    const std::size_t target_at = std::min(line.find(' '), line.size() - 1) + 1;
    const std::size_t target_end = std::min(line.find(' ', target_at), line.size());
    const bool target_too_long = target_end - target_at > limits_.target_bytes_max;
    return target_too_long ? HttpError::target_too_long : HttpError::head_too_large;
}

HttpError HeadReader::read_request_line(Request& request) const {
    const std::string_view line =
        std::string_view(request.head_).substr(0, request.head_.find('\r'));
    const std::size_t method_end = line.find(' ');
    const std::size_t target_end = line.rfind(' ');
    if (method_end == std::string_view::npos || method_end == target_end) {
        return HttpError::malformed_request_line;
    }
    const std::string_view method = line.substr(0, method_end);
    const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
    const std::string_view version = line.substr(target_end + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!is_token(method) || version.size() != 8 || !version.starts_with("HTTP/") ||
        !is_digit(version[5]) || version[6] != '.' || !is_digit(version[7])) {
        return HttpError::malformed_request_line;
    }
    if (version[5] != '1') return HttpError::version_unsupported;
    if (target.size() > limits_.target_bytes_max) return HttpError::target_too_long;
    const bool visible = std::all_of(target.begin(), target.end(),
                                     [](char c) { return c > 0x20 && c < 0x7F && c != '#'; });
    if (target.empty() || !visible) return HttpError::target_invalid;
    // CONNECT makes a tunnel of the connection, which no chat needs, and its target has a form of
    // its own.
    if (method == "CONNECT") return HttpError::method_unknown;
    request.version_minor_ = version[7] == '0' ? 0 : 1;
    request.method_ = {0, static_cast<std::uint32_t>(method.size())};
    request.target_ = {static_cast<std::uint32_t>(method_end + 1),
                       static_cast<std::uint32_t>(target.size())};
    return HttpError::none;
}

HttpError HeadReader::read_fields(Request& request) const {
    Tokens tokens{request.head_.data(), limits_.header_count_max, {}, false};
    tokens.fields.reserve(std::min<std::size_t>(limits_.header_count_max, 16));
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &tokens;
    http_parser_settings settings;
    http_parser_settings_init(&settings);
    settings.on_header_field = on_field;
    settings.on_header_value = on_value;
    settings.on_headers_complete = on_head_complete;
    http_parser_execute(&parser, &settings, request.head_.data(), request.head_.size());
    if (!tokens.complete) return error_of(HTTP_PARSER_ERRNO(&parser), tokens);
    request.fields_.reserve(tokens.fields.size());
    const auto place = [&](std::string_view text) {
        return Request::Place{static_cast<std::uint32_t>(text.data() - tokens.base),
                              static_cast<std::uint32_t>(text.size())};
    };
    for (const auto& [name, value] : tokens.fields) {
        if (!is_token(name)) return HttpError::malformed_header;
        const std::string_view trimmed = trim(value);
        request.fields_.push_back(
            {place(name), place(trimmed.empty() ? value.substr(0, 0) : trimmed)});
    }
    return HttpError::none;
}

HttpError HeadReader::read_target(Request& request) {
    const std::string_view target = request.target();
    if (target == "*") {
        if (request.method() != "OPTIONS") return HttpError::target_invalid;
        request.path_.assign(target);
        return HttpError::none;
    }
    std::string_view rest = target;
    if (!target.starts_with('/')) {
        const std::optional<std::string_view> after = after_authority(target);
        if (!after) return HttpError::target_invalid;
        rest = *after;
    }
    const std::size_t mark = rest.find('?');
    if (mark != std::string_view::npos) {
        const std::string_view query = rest.substr(mark + 1);
        request.query_ = {static_cast<std::uint32_t>(query.data() - request.head_.data()),
                          static_cast<std::uint32_t>(query.size())};
        rest = rest.substr(0, mark);
    }
    std::optional<std::string> path = percent_decode(rest, PercentRule::strict, false);
    if (!path || !is_utf8(*path) || has_control_character(*path)) return HttpError::target_invalid;
    if (climbs(*path)) return HttpError::path_climbs;
    if (path->empty()) path->push_back('/');
    request.path_ = std::move(*path);
    return HttpError::none;
}

HttpError HeadReader::read_query(Request& request) {
    const std::string_view query = request.raw_query();
    if (query.find('%') == std::string_view::npos) return HttpError::none;
    const std::optional<std::string> decoded = percent_decode(query, PercentRule::literal, true);
    // Decoded as a whole: "&" and "=" are ASCII, so the whole is UTF-8 exactly when every part is.
    const bool valid = is_utf8(*decoded) && decoded->find('\0') == std::string::npos;
    return valid ? HttpError::none : HttpError::target_invalid;
}

HttpError HeadReader::check_host(const Request& request) {
    const std::size_t hosts = request.header_count("host");
    if (hosts == 0) return request.version_minor() == 0 ? HttpError::none : HttpError::host_missing;
    if (hosts > 1 || !is_host(*request.header("host"))) return HttpError::host_invalid;
    return HttpError::none;
}

HttpError HeadReader::check_singletons(const Request& request) {
    // Whoever stands between may have looked at the other one.
    static constexpr std::string_view singletons[] = {"authorization", "content-type",
                                                      "x-chatd-key", "x-chatd-user"};
    for (const std::string_view name : singletons) {
        if (request.header_count(name) > 1) return HttpError::field_repeated;
    }
    return HttpError::none;
}

HttpError HeadReader::read_framing(const Request& request, BodyFraming& framing) {
    const std::size_t codings = request.header_count("transfer-encoding");
    if (codings == 0) return read_length(request, framing);
    if (request.header("content-length")) return HttpError::length_and_coding;
    if (codings > 1 || request.version_minor() == 0) return HttpError::transfer_coding_invalid;
    if (!equal_ignoring_case(*request.header("transfer-encoding"), "chunked")) {
        return HttpError::transfer_coding_unknown;
    }
    framing.kind = BodyFraming::Kind::chunked;
    return HttpError::none;
}

HttpError HeadReader::read_length(const Request& request, BodyFraming& framing) {
    const std::size_t lengths = request.header_count("content-length");
    if (lengths == 0) return HttpError::none;
    const std::string_view text = *request.header("content-length");
    // 18 digits are an exabyte, and cannot overflow.
    if (lengths > 1 || text.empty() || text.size() > 18) return HttpError::content_length_invalid;
    for (const char c : text) {
        if (c < '0' || c > '9') return HttpError::content_length_invalid;
        framing.length = framing.length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (framing.length > 0) framing.kind = BodyFraming::Kind::length;
    return HttpError::none;
}

HttpError HeadReader::read_connection(Request& request, BodyFraming& framing) {
    const bool modern = request.version_minor_ > 0;
    const bool close = request.header_has_token("connection", "close");
    request.keep_alive_ =
        !close && (modern || request.header_has_token("connection", "keep-alive"));
    request.wants_upgrade_ =
        modern && request.header("upgrade") && request.header_has_token("connection", "upgrade");
    if (!modern) return HttpError::none;  // RFC 9110 section 10.1.1: HTTP/1.0 expects nothing
    const std::string expect = request.combined_header("expect");
    if (expect.empty()) return HttpError::none;
    if (!equal_ignoring_case(expect, "100-continue")) return HttpError::expectation_unknown;
    framing.expects_continue = framing.kind != BodyFraming::Kind::none;
    return HttpError::none;
}

}  // namespace chatcore::gateway

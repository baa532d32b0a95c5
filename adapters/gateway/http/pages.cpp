#include "gateway/http/pages.h"

#include <string>

#include "gateway/http/chars.h"

namespace chatcore::gateway {

namespace {

/// What our doors know, for who asks about none in particular.
constexpr std::string_view headers_known =
    "Accept, Authorization, Content-Type, If-None-Match, If-Range, Last-Event-ID, Range, "
    "X-Chatd-Form, X-Requested-With";

/// Pages bring headers of their own making with every request; more than these are no page's.
constexpr std::size_t header_bytes_max = 1'024;

/// Two hours, which is as long as browsers keep an answer.
constexpr std::string_view kept_seconds = "7200";

bool is_of_host(std::string_view header) {
    return equal_ignoring_case(header, "X-Chatd-Key") ||
           equal_ignoring_case(header, "X-Chatd-User");
}

std::string headers_allowed(const Request& request) {
    const std::string asked = request.combined_header("Access-Control-Request-Headers");
    std::string_view rest = asked;
    std::string allowed;
    while (const auto header = next_list_element(rest)) {
        if (!is_token(*header) || is_of_host(*header)) continue;
        if (allowed.size() + header->size() > header_bytes_max) break;
        if (!allowed.empty()) allowed += ", ";
        allowed += *header;
    }
    return asked.empty() ? std::string(headers_known) : allowed;
}

}  // namespace

void let_pages_read(Exchange& exchange) {
    if (exchange.request.header("X-Chatd-Key")) return;
    exchange.add_header("Access-Control-Allow-Origin", "*");
    exchange.add_header("Access-Control-Expose-Headers",
                        "Content-Disposition, Content-Range, ETag, Retry-After, X-Request-Id");
}

std::optional<std::string_view> wanted_by_page(const Request& request) {
    if (request.method() != "OPTIONS" || !request.header("Origin")) return std::nullopt;
    return request.header("Access-Control-Request-Method");
}

void answer_preflight(Exchange& exchange, std::string_view methods) {
    Response response;
    response.status = 204;
    response.headers.add("Access-Control-Allow-Methods", methods);
    const std::string headers = headers_allowed(exchange.request);
    if (!headers.empty()) response.headers.add("Access-Control-Allow-Headers", headers);
    response.headers.add("Access-Control-Max-Age", kept_seconds);
    exchange.respond(std::move(response));
}

}  // namespace chatcore::gateway

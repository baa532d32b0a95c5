#include "gateway/doors/v1/input.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/http/chars.h"

namespace chatcore::gateway::v1 {

namespace {

/// Words that stand where other paths have an id. Where a word's own route is not served, its
/// address is unknown rather than a malformed id.
constexpr std::array<std::string_view, 20> words = {
    "block",    "blocks",    "bookmark", "bookmarks", "direct", "favorites", "forward",
    "friends",  "mark-read", "me",       "multiple",  "pin",    "reaction",  "recommendations",
    "requests", "schedule",  "search",   "status",    "thread", "threads",
};

constexpr int limit_default = 50;
constexpr int limit_max = 100;

std::optional<std::int64_t> number_of(std::string_view digits) {
    std::int64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (digits.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

/// The parser keeps its memory from one body to the next: about 14 times the largest one it has
/// read, which the server's body limit bounds.
Fields parsed(std::string_view json, bool empty_allowed, std::optional<Error>& error) {
    thread_local simdjson::dom::parser parser;
    Result<Fields> fields = Fields::parse(parser, json, empty_allowed);
    if (fields) return *fields;
    error = fields.error();
    return *Fields::parse(parser, "{}");
}

}  // namespace

Input::Input(Exchange& exchange, Body body)
    : exchange_(exchange),
      body_(parsed(body == Body::ignored ? std::string_view("{}") : exchange.request.body(),
                   body == Body::optional, error_)) {}

std::int64_t Input::path_number(std::size_t index, std::string_view name) {
    const std::string& segment = exchange_.captures[index];
    const auto number = number_of(segment);
    if (number && *number > 0 && *number <= id_max) return *number;
    if (index > 0 && error_) return 0;
    // What is addressed counts before what is said about it.
    const bool known = std::find(words.begin(), words.end(), segment) != words.end();
    error_ = known ? Error{ErrorCode::not_found, "route"}
                   : Error{ErrorCode::malformed, std::string(name)};
    return 0;
}

std::optional<std::string> Input::query_text(std::string_view name) const {
    return exchange_.request.query(name);
}

std::optional<std::int64_t> Input::query_number(std::string_view name, std::int64_t min) {
    const auto text = query_text(name);
    if (!text) return std::nullopt;
    const auto number = number_of(*text);
    if (number && *number >= min && *number <= id_max) return number;
    wrong(name);
    return std::nullopt;
}

std::optional<Position> Input::query_position(std::string_view name) {
    const auto number = query_number(name, 0);
    return number ? std::optional(Position{*number}) : std::nullopt;
}

bool Input::query_flag(std::string_view name) {
    const auto text = query_text(name);
    if (!text || equal_ignoring_case(*text, "false")) return false;
    if (!equal_ignoring_case(*text, "true")) wrong(name);
    return true;
}

int Input::limit() {
    const auto number = query_number("limit", 1);
    if (!number) return limit_default;
    if (*number <= limit_max) return static_cast<int>(*number);
    wrong("limit");
    return limit_default;
}

bool Input::refused() {
    const Status found = status();
    if (!found) exchange_.respond_error(found.error());
    return !found;
}

}  // namespace chatcore::gateway::v1

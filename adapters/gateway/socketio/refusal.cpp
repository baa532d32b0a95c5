#include "gateway/socketio/refusal.h"

#include <cstdint>

#include <fmt/format.h>

#include "chatcore/text.h"

#include "gateway/json/error_sentence.h"

namespace chatcore::gateway::socketio {

namespace {

/// Longer than any name that is meant.
constexpr std::size_t name_code_points_max = 40;

/// `one`: one code point, in UTF-8.
std::uint32_t number_of(std::string_view one) {
    constexpr std::uint32_t first_bits[] = {0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t number = static_cast<unsigned char>(one.front()) & first_bits[one.size() - 1];
    for (const char c : one.substr(1))
        number = number << 6 | (static_cast<unsigned char>(c) & 0x3F);
    return number;
}

/// `name` is UTF-8, as the JSON was that it is from.
std::string shown(std::string_view name) {
    const bool whole = text::code_points(name) <= name_code_points_max;
    std::string out;
    for (std::size_t i = 0; i < name_code_points_max && !name.empty(); ++i) {
        const std::string one = text::first_code_points(name, 1);
        name.remove_prefix(one.size());
        if (text::has_controls(one) || text::has_unseen(one)) {
            out += fmt::format("\\u{{{:x}}}", number_of(one));
        } else {
            if (one == "\"" || one == "\\") out += '\\';
            out += one;
        }
    }
    return whole ? out : out + "…";
}

}  // namespace

void write_refusal(JsonWriter& json, const Error& error, std::string_view sentence) {
    Error named = error;
    // As the client knows it.
    if (named.detail == "content") named.detail = "text";
    json.begin_object()
        .member("code", chatcore::name_of(named.code))
        .member("message", sentence.empty() ? sentence_about(named) : std::string(sentence))
        .end_object();
}

std::string no_such_event(simdjson::dom::array arguments, std::string_view space) {
    simdjson::dom::element first;
    std::string_view name;
    if (arguments.at(0).get(first) != simdjson::SUCCESS) return {};
    // Else it is a number, which the protocol has for names too.
    if (first.get(name) != simdjson::SUCCESS)
        return fmt::format("There is no event {} in {}.", simdjson::minify(first), space);
    return fmt::format("There is no event \"{}\" in {}.", shown(name), space);
}

}  // namespace chatcore::gateway::socketio

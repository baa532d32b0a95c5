// Feeds a connection's bytes to the request parser, whole and in pieces cut at random, and asks
// that both give the same requests and the same end; and that what was accepted keeps the promises
// that Request makes.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include "gateway/http/request_parser.h"
#include "gateway/http/response.h"
#include "gateway/websocket/handshake.h"

namespace {

using namespace chatcore::gateway;

void require(bool condition) {
    if (!condition) std::abort();
}

// Small, so that a fuzzer reaches them.
constexpr HttpLimits limits{
    .head_bytes_max = 1024, .header_count_max = 12, .target_bytes_max = 256, .body_bytes_max = 512};

void note_request(const Request& request, std::string& log) {
    require(!request.method().empty() && !request.target().empty());
    require(request.path() == "*" || request.path().starts_with('/'));
    require(request.path().find('\0') == std::string::npos);
    require(request.head().ends_with("\r\n\r\n") && request.head().size() <= limits.head_bytes_max);
    require(request.header_count() <= limits.header_count_max);
    require(request.body().size() <= limits.body_bytes_max);
    log.append(request.method()).append(" ").append(request.path()).append("?");
    log.append(request.query("a").value_or("-")).append(request.raw_query()).append("\n");
    for (std::size_t i = 0; i < request.header_count(); ++i) {
        const HeaderField field = request.header_at(i);
        require(request.header(field.name).has_value());
        require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
        log.append(field.name).append("=").append(field.value).append("\n");
    }
    const Handshake handshake = check_handshake(request);
    std::string answer;
    if (handshake.error == HandshakeError::none) {
        append_handshake_answer(answer, handshake, "", "");
    } else {
        append_response(answer, handshake_refusal(handshake.error), {});
    }
    log.append(answer).append(request.keep_alive() ? "keep" : "close");
    log.append(request.wants_upgrade() ? "upgrade" : "").append(request.body()).append("\n");
}

/// What became of the bytes, as a text. `piece_bytes_max` of 0 feeds them whole.
std::string outcome_of(std::string_view bytes, std::size_t piece_bytes_max, std::mt19937& random) {
    RequestParser parser(limits);
    std::string log;
    ParseState state = ParseState::more;
    std::size_t consumed_total = 0;
    while (state != ParseState::failed &&
           (consumed_total < bytes.size() || state == ParseState::head)) {
        std::string_view piece = bytes.substr(consumed_total);
        if (piece_bytes_max > 0) piece = piece.substr(0, 1 + random() % piece_bytes_max);
        const ParseProgress progress = parser.feed(piece);
        require(progress.consumed <= piece.size());
        consumed_total += progress.consumed;
        state = progress.state;
        if (state == ParseState::more) require(progress.consumed == piece.size());
        if (state == ParseState::head) log.append("head\n");
        if (state == ParseState::complete) {
            note_request(parser.take_request(), log);
            require(parser.idle());
        }
    }
    require((state == ParseState::failed) == (parser.error() != HttpError::none));
    require(state != ParseState::failed || status_of(parser.error()) >= 400);
    log.append(describe(parser.error())).append(std::to_string(consumed_total));
    return log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::mt19937 random(static_cast<std::uint32_t>(size));
    const std::string whole = outcome_of(bytes, 0, random);
    require(outcome_of(bytes, 1, random) == whole);
    require(outcome_of(bytes, 40, random) == whole);
    return 0;
}

// What clients of SockJS send: the input's first line is a path below a service, the second the
// name of a callback, the rest a body. Whatever they are, addresses keep their promises, texts that
// are taken come back the same when they are framed and read again, and scripts stay scripts.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/http/chars.h"
#include "gateway/link/framing.h"
#include "gateway/sockjs/address.h"
#include "gateway/sockjs/frames.h"
#include "gateway/sockjs/messages.h"

namespace {

using namespace chatcore::gateway;
using namespace chatcore::gateway::sockjs;

void require(bool condition) {
    if (!condition) std::abort();
}

std::string_view take_line(std::string_view& input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    return line;
}

void check_address(std::string_view path) {
    const Address address = read_address(path);
    const bool carried = receives(address.place) || sends(address.place);
    require(!(receives(address.place) && sends(address.place)));
    require(!streams(address.place) || receives(address.place));
    require(methods_of(address.place).empty() == (address.place == Place::none));
    require(!carried || !address.session.empty());
    require(address.session.find_first_of("./") == std::string_view::npos);
    std::string_view below = path;
    if (take_prefix(below, "/ws")) require(below.empty() || below.front() == '/');
}

/// Framed as a delivery and read as a client's array, texts are what they were.
void check_texts(const Messages& messages) {
    std::string framed = "[";
    for (std::size_t i = 0; i < messages.count(); ++i) {
        require(is_utf8(messages[i]));
        append_message(framed, Framing::sockjs_strings, messages[i]);
    }
    if (messages.count() == 0) return;
    framed.back() = ']';
    require(std::all_of(framed.begin(), framed.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte != 0x7F;
    }));
    Messages again;
    require(read_array(framed, again) == Payload::good && again.count() == messages.count());
    for (std::size_t i = 0; i < messages.count(); ++i) require(again[i] == messages[i]);
    for (const Place transport : {Place::xhr, Place::eventsource, Place::htmlfile, Place::jsonp}) {
        const Wrapping wrapping{.transport = transport, .callback = "c"};
        const std::string wrapped = wrap(wrapping, "a" + framed);
        require(std::count(wrapped.begin(), wrapped.end(), '\n') <= 3);
        if (transport == Place::htmlfile) {
            require(wrapped.find('<', 8) ==
                    wrapped.size() - std::string_view("</script>\r\n").size());
        }
    }
}

void check_body(std::string_view body) {
    Messages messages;
    const Payload array = read_array(body, messages);
    if (array == Payload::good) check_texts(messages);
    const Payload message = read_message(body, messages);
    require(array != Payload::good || message == Payload::good);
    if (message == Payload::good) check_texts(messages);
    require(payload_of_jsonp("text/plain", body) == std::string(body));
    const auto field = payload_of_jsonp("application/x-www-form-urlencoded; charset=UTF-8", body);
    if (field) require(field->size() <= body.size());
    if (field && read_array(*field, messages) == Payload::good) check_texts(messages);
}

void check_callback(std::string_view name) {
    if (!is_callback(name)) return;
    require(name.find_first_of("()<>\"'\\;,= \r\n") == std::string_view::npos);
    require(prelude_of({.transport = Place::htmlfile, .callback = std::string(name)}).size() >
            1024);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    check_address(take_line(input));
    check_callback(take_line(input));
    check_body(input);
    return 0;
}

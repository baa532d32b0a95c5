#include "gateway/sockjs/frames.h"

#include <fmt/format.h>

#include "gateway/link/framing.h"

namespace chatcore::gateway::sockjs {

namespace {

/// Browsers show scripts of a page that is not whole only when there is as much.
constexpr std::size_t page_bytes_min = 1'024;
constexpr std::size_t xhr_prelude_bytes = 2'048;

/// As a text of JavaScript, wherever that stands. All beyond ASCII that scripts take for ends of
/// lines is escaped in a frame already.
void append_script_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '<') {
            out += "\\u003c";  // a page might end the script at </script>
        } else {
            out += c;
        }
    }
    out += '"';
}

/// Clients decode it as part of a URI.
void append_event_text(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '%') {
            out += "%25";
        } else {
            out += c;
        }
    }
}

std::string page_of(std::string_view callback) {
    std::string page = fmt::format(R"(<!doctype html>
<html><head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
</head><body><h2>Don't panic!</h2>
  <script>
    document.domain = document.domain;
    var c = parent.{};
    c.start();
    function p(d) {{c.message(d);}};
    window.onload = function() {{c.stop();}};
  </script>
)",
                                   callback);
    if (page.size() < page_bytes_min) page.append(page_bytes_min - page.size(), ' ');
    return page + "\r\n\r\n";
}

}  // namespace

std::string_view content_type_of(Place transport) {
    switch (transport) {
        case Place::eventsource:
            return "text/event-stream; charset=UTF-8";
        case Place::htmlfile:
            return "text/html; charset=UTF-8";
        default:
            return "application/javascript; charset=UTF-8";
    }
}

std::string prelude_of(const Wrapping& wrapping) {
    switch (wrapping.transport) {
        case Place::xhr_streaming:
            return std::string(xhr_prelude_bytes, 'h') + '\n';
        case Place::eventsource:
            return "\r\n";
        case Place::htmlfile:
            return page_of(wrapping.callback);
        default:
            return {};
    }
}

std::string wrap(const Wrapping& wrapping, std::string_view frame) {
    std::string out;
    out.reserve(frame.size() + frame.size() / 4 + 32);
    switch (wrapping.transport) {
        case Place::eventsource:
            out += "data: ";
            append_event_text(out, frame);
            out += "\r\n\r\n";
            break;
        case Place::htmlfile:
            out += "<script>\np(";
            append_script_text(out, frame);
            out += ");\n</script>\r\n";
            break;
        case Place::jsonp:
            out += wrapping.callback;
            out += '(';
            append_script_text(out, frame);
            out += ");\r\n";
            break;
        default:
            out += frame;
            out += '\n';
            break;
    }
    return out;
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
    std::string frame = fmt::format("c[{},", code);
    append_sockjs_string(frame, reason);
    frame += ']';
    return frame;
}

}  // namespace chatcore::gateway::sockjs

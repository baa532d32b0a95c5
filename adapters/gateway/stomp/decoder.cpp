#include "gateway/stomp/decoder.h"

#include <charconv>
#include <utility>

#include "gateway/http/chars.h"

namespace chatcore::gateway::stomp {

namespace {

/// What ends a line of the head, or should not be in it.
constexpr std::string_view line_ends("\n\0", 2);

std::string_view without_cr(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// Takes the line from the front, without its end.
std::string_view next_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

/// How many bytes at the front are line ends.
std::size_t heart_beats(std::string_view bytes) {
    std::size_t count = 0;
    for (;;) {
        const std::string_view rest = bytes.substr(count);
        if (rest.starts_with('\n')) {
            count += 1;
        } else if (rest.starts_with("\r\n")) {
            count += 2;
        } else {
            return count;
        }
    }
}

/// Whether the first line is a command of a client, or may become one.
bool may_begin_frame(std::string_view bytes) {
    const std::size_t end = bytes.find_first_of(line_ends);
    if (end != std::string_view::npos)
        return command_of(without_cr(bytes.substr(0, end))).has_value();
    return may_become_command(without_cr(bytes));
}

}  // namespace

std::string_view describe(DecodeError error) {
    switch (error) {
        case DecodeError::none:
            return "no error";
        case DecodeError::command_unknown:
            return "the frame's command is unknown";
        case DecodeError::header_without_colon:
            return "a header line is not name:value";
        case DecodeError::escape_undefined:
            return "a header has an undefined escape";
        case DecodeError::text_not_utf8:
            return "command or headers are not UTF-8";
        case DecodeError::content_length_invalid:
            return "content-length is not a number";
        case DecodeError::body_not_ended:
            return "no NUL where content-length ends the body";
        case DecodeError::body_not_allowed:
            return "only SEND may have a body";
        case DecodeError::head_unfinished:
            return "NUL before the empty line behind the headers";
        case DecodeError::too_many_headers:
            return "too many headers";
        case DecodeError::head_too_large:
            return "the headers are too large";
        case DecodeError::frame_too_large:
            return "the frame is too large";
    }
    return "";
}

bool Decoder::next(std::string_view& input, Frame& frame) {
    texts_.clear();
    frame.headers.clear();
    if (error_ != DecodeError::none) {
        input = {};
        return false;
    }
    if (kept_begin_ == kept_.size()) {
        std::string().swap(kept_);  // `= {}` would keep its memory
        kept_begin_ = 0;
    }
    std::size_t used = 0;
    if (kept_.empty()) {
        input.remove_prefix(heart_beats(input));
        const Found found = find(input, frame, used);
        if (found == Found::more) kept_.assign(input);
        input.remove_prefix(found == Found::frame ? used : input.size());
        return found == Found::frame;
    }
    // Several frames may lie in what is kept: more is added when it holds no whole one.
    Found found = find_kept(frame, used);
    if (found == Found::more && !input.empty()) {
        kept_.erase(0, std::exchange(kept_begin_, 0));
        kept_.append(input);
        input = {};
        found = find_kept(frame, used);
    }
    if (found == Found::failed) input = {};
    if (found == Found::frame) kept_begin_ += used;
    return found == Found::frame;
}

Decoder::Found Decoder::find_kept(Frame& frame, std::size_t& used) {
    kept_begin_ += heart_beats(std::string_view(kept_).substr(kept_begin_));
    return find(std::string_view(kept_).substr(kept_begin_), frame, used);
}

Decoder::Found Decoder::find(std::string_view bytes, Frame& frame, std::size_t& used) {
    if (bytes.empty()) return Found::more;
    if (front_.body_begin == 0) {
        if (const Found found = find_head(bytes, frame); found != Found::frame) return found;
    }
    std::size_t body_end = 0;
    if (const Found found = find_end(bytes, body_end); found != Found::frame) return found;
    // Again, where the head came earlier: its bytes may have moved since.
    if (!read_head(bytes.substr(0, front_.body_begin), frame)) return Found::failed;
    frame.body = bytes.substr(front_.body_begin, body_end - front_.body_begin);
    if (!frame.body.empty() && frame.command != "SEND") return fail(DecodeError::body_not_allowed);
    used = body_end + 1;
    front_ = {};
    return Found::frame;
}

Decoder::Found Decoder::find_head(std::string_view bytes, Frame& frame) {
    // What can be no frame is told at once, without waiting for its end.
    if (front_.scanned == 0 && !may_begin_frame(bytes)) return fail(DecodeError::command_unknown);
    for (;;) {
        const std::size_t end = bytes.find_first_of(line_ends, front_.scanned);
        if (end == std::string_view::npos || end >= limits_.head_bytes_max) {
            return bytes.size() < limits_.head_bytes_max ? Found::more
                                                         : fail(DecodeError::head_too_large);
        }
        if (bytes[end] == '\0') return fail(DecodeError::head_unfinished);
        const bool empty = without_cr(bytes.substr(front_.scanned, end - front_.scanned)).empty();
        front_.scanned = end + 1;
        if (empty) break;
    }
    front_.body_begin = front_.scanned;
    if (!read_head(bytes.substr(0, front_.body_begin), frame)) return Found::failed;
    const auto length = frame.headers.find("content-length");
    if (!length) return Found::frame;
    std::size_t number = 0;
    const auto [end, error] =
        std::from_chars(length->data(), length->data() + length->size(), number);
    if (end != length->data() + length->size() || length->empty() ||
        error == std::errc::invalid_argument) {
        return fail(DecodeError::content_length_invalid);
    }
    if (error != std::errc{} || number > limits_.frame_bytes_max) {
        return fail(DecodeError::frame_too_large);
    }
    front_.content_length = number;
    return Found::frame;
}

Decoder::Found Decoder::find_end(std::string_view bytes, std::size_t& body_end) {
    body_end = front_.content_length ? front_.body_begin + *front_.content_length
                                     : bytes.find('\0', front_.scanned);
    const bool there = body_end < bytes.size();
    if ((there ? body_end : bytes.size()) > limits_.frame_bytes_max) {
        return fail(DecodeError::frame_too_large);
    }
    if (!there) {
        front_.scanned = bytes.size();
        return Found::more;
    }
    return bytes[body_end] == '\0' ? Found::frame : fail(DecodeError::body_not_ended);
}

bool Decoder::read_head(std::string_view head, Frame& frame) {
    frame.headers.clear();
    texts_.clear();
    if (!is_utf8(head)) return fail(DecodeError::text_not_utf8) == Found::frame;
    frame.command = without_cr(next_line(head));
    const auto command = command_of(frame.command);
    if (!command) return fail(DecodeError::command_unknown) == Found::frame;
    const bool escaped = version_ != Version::v1_0 && *command != Command::connect;
    for (;;) {
        const std::string_view line = without_cr(next_line(head));
        if (line.empty()) return true;
        if (frame.headers.fields().size() >= limits_.headers_max) {
            return fail(DecodeError::too_many_headers) == Found::frame;
        }
        if (!read_header(line, escaped, frame)) return false;
    }
}

bool Decoder::read_header(std::string_view line, bool escaped, Frame& frame) {
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) {
        return fail(DecodeError::header_without_colon) == Found::frame;
    }
    std::string_view name = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    if (escaped) {
        const auto plain_name = unescaped(name);
        const auto plain_value = unescaped(value);
        if (!plain_name || !plain_value) return fail(DecodeError::escape_undefined) == Found::frame;
        name = *plain_name;
        value = *plain_value;
    } else if (version_ == Version::v1_0) {
        // Only from 1.1 on do blanks around a value belong to it.
        while (value.starts_with(' ')) value.remove_prefix(1);
        while (value.ends_with(' ')) value.remove_suffix(1);
    }
    frame.headers.add(name, value);
    return true;
}

std::optional<std::string_view> Decoder::unescaped(std::string_view text) {
    if (text.find('\\') == std::string_view::npos) return text;
    std::string& plain = texts_.emplace_back();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            plain += text[i];
            continue;
        }
        const char escape = ++i < text.size() ? text[i] : '\0';
        switch (escape) {
            case 'n':
                plain += '\n';
                break;
            case 'c':
                plain += ':';
                break;
            case '\\':
                plain += '\\';
                break;
            case 'r':
                if (version_ != Version::v1_2) return std::nullopt;
                plain += '\r';
                break;
            default:
                return std::nullopt;
        }
    }
    return plain;
}

Decoder::Found Decoder::fail(DecodeError error) {
    error_ = error;
    return Found::failed;
}

}  // namespace chatcore::gateway::stomp

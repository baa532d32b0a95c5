#include "chatbench/http.h"

#include <array>
#include <charconv>

#include <fmt/format.h>
#include <sys/socket.h>

#include "common/frame.h"

namespace bench {

bool HttpClient::read_more(std::string& bytes) {
    std::array<char, 16384> buffer;
    const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
}

HttpReply HttpClient::exchange(std::string_view request) {
    if (!fd_) fd_ = connect_blocking(target_);
    if (!fd_) return {};
    // Requests are far smaller than a socket's buffer, so one send takes all.
    if (::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
    std::string bytes;
    while (bytes.find("\r\n\r\n") == std::string::npos) {
        if (!read_more(bytes)) return {};
    }
    const std::size_t body_at = bytes.find("\r\n\r\n") + 4;
    HttpReply reply;
    if (body_at < 17) return {};
    std::from_chars(bytes.data() + 9, bytes.data() + 12, reply.status);
    const std::string head = bytes.substr(0, body_at - 2);
    const std::string_view length = header_value(head, "Content-Length");
    const bool chunked = header_value(head, "Transfer-Encoding") == "chunked";
    std::size_t wanted = 0;
    std::from_chars(length.data(), length.data() + length.size(), wanted);
    while (chunked ? !bytes.ends_with("\r\n0\r\n\r\n") : bytes.size() < body_at + wanted) {
        if (!read_more(bytes)) return {};
    }
    reply.body = bytes.substr(body_at);
    if (chunked) {
        // Answers to a sign-up are one chunk: its size, the text, and the empty chunk that ends it.
        const std::size_t text = reply.body.find("\r\n") + 2;
        reply.body = reply.body.substr(text, reply.body.rfind("\r\n0\r\n\r\n") - text);
    }
    if (header_value(head, "Connection") == "close") fd_.reset();
    return reply;
}

HttpReply HttpClient::post(std::string_view path, std::string_view json, std::string_view token) {
    return send("POST", path, json,
                token.empty() ? std::string() : fmt::format("Authorization: Bearer {}\r\n", token));
}

HttpReply HttpClient::put_as_host(std::string_view path, std::string_view json,
                                  std::string_view key) {
    return send("PUT", path, json, fmt::format("X-Chatd-Key: {}\r\n", key));
}

HttpReply HttpClient::send(std::string_view method, std::string_view path, std::string_view json,
                           std::string_view who) {
    const std::string request = fmt::format(
        "{} {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{}"
        "Content-Length: {}\r\n\r\n{}",
        method, path, to_string(target_), who, json.size(), json);
    HttpReply reply = exchange(request);
    if (reply.status == 0) {
        fd_.reset();
        reply = exchange(request);
    }
    return reply;
}

}  // namespace bench

#pragma once
// A client of HTTP sessions without a network.

#include <memory>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/http/session.h"
#include "native_world.h"

namespace chatcore::gateway::test {

/// One connection that speaks HTTP, with the test at its other end.
class HttpClient {
public:
    explicit HttpClient(NativeWorld& world, Turn turn = Turn::served, IpAddress peer = {})
        : world_(world) {
        int ends[2] = {-1, -1};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        socket_ = ends[0];
        ++world.shared().connections;
        connection_ = std::make_shared<Connection>(world.loop(), ends[1], 1 << 20);
        session_ = std::make_shared<HttpSession>(world.shared(), *connection_, turn, peer);
        connection_->start(session_);
    }
    ~HttpClient() {
        connection_->close_now();
        ::close(socket_);
        world_.settle();
    }
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    std::string ask(std::string bytes) {
        session_->received({bytes.data(), bytes.size()});
        return take();
    }
    std::string take() {
        world_.settle();
        char buffer[16 * 1024];
        std::string came;
        for (ssize_t got = 0; (got = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;)
            came.append(buffer, static_cast<std::size_t>(got));
        return came;
    }
    void let_pass(std::chrono::seconds time) {
        world_.loop().now += time;
        connection_->second_passed();
    }
    bool closing() const { return connection_->is_closing(); }

    /// Puts as much into the socket as goes, and lets the server read what it will. The number of
    /// bytes that went.
    std::size_t put(std::string_view bytes) {
        std::size_t put = 0;
        for (int idle = 0; put < bytes.size() && idle < 3;) {
            const ssize_t sent =
                ::send(socket_, bytes.data() + put, bytes.size() - put, MSG_NOSIGNAL);
            idle = sent > 0 ? 0 : idle + 1;
            put += sent > 0 ? static_cast<std::size_t>(sent) : 0;
            world_.settle();
        }
        return put;
    }
    /// Takes up to so many bytes, and lets the server send what it will.
    std::string take_some(std::size_t size_max) {
        std::string some(size_max, '\0');
        const ssize_t got = ::recv(socket_, some.data(), some.size(), 0);
        some.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        world_.settle();
        return some;
    }
    void go_away() {
        go_unnoticed();
        world_.settle();
    }
    /// The server has not looked yet.
    void go_unnoticed() { ::shutdown(socket_, SHUT_RDWR); }

private:
    NativeWorld& world_;
    int socket_ = -1;
    std::shared_ptr<Connection> connection_;  // the loop's too
    std::shared_ptr<HttpSession> session_;
};

}  // namespace chatcore::gateway::test

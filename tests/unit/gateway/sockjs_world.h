#pragma once
// SockJS services as its protocol's tests want them, on HTTP sessions without a network: `/echo`,
// `/close`, `/wsoff` without WebSockets, `/cookie` with the cookie.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sockjs/service.h"
#include "http_client.h"
#include "native_world.h"

namespace chatcore::gateway::test {

/// What the echoing doors were told.
struct Heard {
    std::vector<std::string> tokens;
    int open = 0;
    int overflowed = 0;
    int left = 0;
};

class SockJsWorld {
public:
    explicit SockJsWorld(std::size_t response_bytes_max = 4'096);

    NativeWorld& world() { return world_; }
    ServerShared& shared() { return world_.shared(); }
    Heard& heard() { return heard_; }
    /// What the echoing doors say by themselves.
    MessageLink* last_link = nullptr;

    /// Lets that many seconds pass, one after the other, for sessions.
    void let_pass(int seconds);
    void settle() { world_.settle(); }

private:
    class Echo;

    void serve(const char* prefix, SockJsOptions options, bool closes);

    NativeWorld world_;
    Heard heard_;
};

/// An answer, taken apart.
struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    explicit Answer(const std::string& bytes);
    /// The first of that name, in the letters given; empty: none.
    std::string header(std::string_view name) const;
};

/// A client of HTTP that asks as browsers do.
class SockJsClient : public HttpClient {
public:
    explicit SockJsClient(SockJsWorld& world, std::string_view address = {})
        : HttpClient(world.world(), Turn::served, IpAddress::parse(address).value_or(IpAddress())) {
    }

    Answer get(std::string_view target, std::string_view headers = {}) {
        return Answer(ask(request("GET", target, {}, headers)));
    }
    Answer post(std::string_view target, std::string_view body = {},
                std::string_view headers = {}) {
        return Answer(ask(request("POST", target, body, headers)));
    }
    Answer call(std::string_view method, std::string_view target, std::string_view headers = {}) {
        return Answer(ask(request(method, target, {}, headers)));
    }
    /// The chunks of a streaming answer that came since the last call; `0` for its end.
    std::vector<std::string> chunks();
    /// Begins one, and gives the chunks that it begins with.
    std::vector<std::string> stream(std::string_view method, std::string_view target,
                                    std::string_view headers = {});
    const std::string& head() const { return head_; }

    static std::string request(std::string_view method, std::string_view target,
                               std::string_view body, std::string_view headers);

private:
    std::vector<std::string> read_chunks();

    std::string head_;
    std::string unread_;
};

}  // namespace chatcore::gateway::test

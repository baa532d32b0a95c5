#include "sockjs_world.h"

#include <charconv>

#include <fmt/format.h>

namespace chatcore::gateway::test {

class SockJsWorld::Echo final : public MessageDoor {
public:
    Echo(SockJsWorld& world, MessageLink& link, std::string token, bool closes)
        : world_(world), link_(link) {
        world_.heard_.tokens.push_back(std::move(token));
        ++world_.heard_.open;
        world_.last_link = &link;
        if (closes) link.close(3000, "Go away!");
    }
    void text(std::string_view message) override {
        if (message == "log in") link_.logged_in();
        link_.send_message(message);
        link_.flush();
    }
    void second_passed(SteadyTime) override {}
    void overflowed() override {
        ++world_.heard_.overflowed;
        link_.drop_queue();
        link_.send_message("too slow");
        link_.close(4008, "too slow");
    }
    void leaving() override {
        ++world_.heard_.left;
        link_.close(1001, "server stops");
    }
    void turned_away() override { link_.close(4009, "too many connections"); }
    void closed() override { --world_.heard_.open; }

private:
    SockJsWorld& world_;
    MessageLink& link_;
};

SockJsWorld::SockJsWorld(std::size_t response_bytes_max) {
    world_.shared().loops = {&world_.loop()};
    world_.shared().connections_max = 100;
    const SockJsOptions plain{.response_bytes_max = response_bytes_max, .client_url = {}};
    serve("/echo", plain, false);
    serve("/close", plain, true);
    SockJsOptions options = plain;
    options.websocket = false;
    serve("/wsoff", options, false);
    options = plain;
    options.cookie_needed = true;
    options.client_url = "https://example.org/sockjs.js?\"";
    serve("/cookie", options, false);
}

void SockJsWorld::serve(const char* prefix, SockJsOptions options, bool closes) {
    sockjs::Service service;
    service.prefix = prefix;
    service.options = std::move(options);
    service.open = [this, closes](MessageLink& link, std::string token) {
        return std::make_unique<Echo>(*this, link, std::move(token), closes);
    };
    const auto kept = std::make_shared<const sockjs::Service>(std::move(service));
    sockjs::add_routes(world_.routes(), world_.shared(), kept);
    sockjs::add_routes(world_.shared().router, world_.shared(), kept);
    sockjs::add_places(world_.shared().places, kept);
}

void SockJsWorld::let_pass(int seconds) {
    Loop& loop = world_.loop();
    for (int i = 0; i < seconds; ++i) {
        loop.now += std::chrono::seconds{1};
        for (const auto& connection : loop.connections.all()) connection->second_passed();
        loop.sessions.for_each([&](CarriedSession& session) { session.second_passed(loop.now); });
        world_.settle();
    }
}

Answer::Answer(const std::string& bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    REQUIRE_MESSAGE(end != std::string::npos, "no whole answer: " << bytes);
    head = bytes.substr(0, end + 2);
    body = bytes.substr(end + 4);
    std::from_chars(head.data() + 9, head.data() + 12, status);
}

std::string Answer::header(std::string_view name) const {
    const std::string wanted = "\r\n" + std::string(name) + ": ";
    const std::size_t at = head.find(wanted);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + wanted.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::string SockJsClient::request(std::string_view method, std::string_view target,
                                  std::string_view body, std::string_view headers) {
    const std::string length =
        method == "POST" ? fmt::format("Content-Length: {}\r\n", body.size()) : std::string();
    return fmt::format("{} {} HTTP/1.1\r\nHost: h\r\n{}{}\r\n{}", method, target, length, headers,
                       body);
}

std::vector<std::string> SockJsClient::stream(std::string_view method, std::string_view target,
                                              std::string_view headers) {
    const Answer answer(ask(request(method, target, {}, headers)));
    head_ = answer.head;
    unread_ = answer.body;
    return read_chunks();
}

std::vector<std::string> SockJsClient::chunks() {
    unread_ += take();
    return read_chunks();
}

std::vector<std::string> SockJsClient::read_chunks() {
    std::vector<std::string> all;
    while (true) {
        const std::size_t line = unread_.find("\r\n");
        if (line == std::string::npos) return all;
        std::size_t size = 0;
        std::from_chars(unread_.data(), unread_.data() + line, size, 16);
        if (unread_.size() < line + 2 + size + 2) return all;
        all.push_back(size == 0 ? "0" : unread_.substr(line + 2, size));
        unread_.erase(0, line + 2 + size + 2);
    }
}

}  // namespace chatcore::gateway::test

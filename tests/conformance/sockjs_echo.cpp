#include "sockjs_echo.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/sockjs/service.h"

namespace chatcore::gateway {

namespace {

class Echo final : public MessageDoor {
public:
    explicit Echo(MessageLink& link) : link_(link) {}

    void text(std::string_view message) override {
        link_.send_message(message);
        link_.flush();
    }
    void second_passed(SteadyTime) override {}
    void overflowed() override { link_.close(4008, "too slow"); }
    void leaving() override { link_.close(1001, "server stops"); }
    void turned_away() override { link_.close(4009, "too many connections"); }
    void closed() override {}

private:
    MessageLink& link_;
};

void serve(ServerShared& shared, const char* prefix, SockJsOptions options, bool closes) {
    options.response_bytes_max = 4'096;
    sockjs::Service service;
    service.prefix = prefix;
    service.options = std::move(options);
    service.open = [closes](MessageLink& link, const std::string&) {
        if (closes) link.close(3000, "Go away!");
        return std::make_unique<Echo>(link);
    };
    const auto kept = std::make_shared<const sockjs::Service>(std::move(service));
    sockjs::add_routes(shared.router, shared, kept);
    sockjs::add_places(shared.places, kept);
}

}  // namespace

void add_sockjs_echo(ServerShared& shared) {
    serve(shared, "/echo", {}, false);
    serve(shared, "/close", {}, true);
    SockJsOptions options;
    options.websocket = false;
    serve(shared, "/disabled_websocket_echo", options, false);
    options = {};
    options.cookie_needed = true;
    serve(shared, "/cookie_needed_echo", options, false);
}

}  // namespace chatcore::gateway

#pragma once
// A client that speaks STOMP to a NativeWorld, and what its tests ask of frames. Threads: one.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native_world.h"
#include "texts.h"

namespace chatcore::gateway::test {

inline std::string frame(std::string_view head, std::string_view body = {}) {
    std::string text(head);
    text += "\n\n";
    text += body;
    text += '\0';
    return text;
}

/// A client that speaks STOMP.
class Stomp {
public:
    Stomp(NativeWorld& world, std::string_view token, std::string_view version = "1.2")
        : client_(world.connect("v12.stomp")) {
        connected_ = ask(fmt_connect(token, version));
    }

    std::vector<std::string> ask(std::string_view text) { return client_->ask(text); }
    std::vector<std::string> take() { return client_->take(); }
    /// Sends them before the server takes a breath.
    std::vector<std::string> ask_together(const std::vector<std::string>& texts) {
        client_->send_together(texts);
        return client_->take();
    }
    std::vector<std::string> send(std::string_view destination, std::string_view json,
                                  std::string_view more = {}) {
        return ask(
            frame("SEND\ndestination:" + std::string(destination) + std::string(more), json));
    }
    std::vector<std::string> subscribe(std::string_view destination, std::string_view id,
                                       std::string_view more = "\nreceipt:r") {
        return ask(frame("SUBSCRIBE\nid:" + std::string(id) +
                         "\ndestination:" + std::string(destination) + std::string(more)));
    }
    const std::vector<std::string>& connected() const { return connected_; }
    int close_code() const { return client_->close_code(); }

private:
    static std::string fmt_connect(std::string_view token, std::string_view version) {
        return frame("CONNECT\naccept-version:" + std::string(version) +
                     "\nhost:a\nheart-beat:0,0\nAuthorization:Bearer " + std::string(token));
    }

    std::unique_ptr<NativeClient> client_;
    std::vector<std::string> connected_;
};

/// A direct room of Ari and Bora: number 1.
struct Pair {
    explicit Pair(NativeWorld& world) {
        world.connect_as("ari")->ask(R"({"id":1,"type":"open","userId":2})");
    }
};

}  // namespace chatcore::gateway::test

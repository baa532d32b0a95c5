// The frames in docs/protocol-native.md are what the program says, to the byte: the dialogues of
// the document are spoken anew, and what comes of it must be the document.

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "native_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

/// Speaks the dialogues of a document. In a block that is marked `chat.v1`,
///     → {…}         is sent on the connection at hand,
///     ← {…}         is what comes back,
///     bora → {…}    is sent by somebody else, with what they get not shown,
///     after 300 ms  lets the time pass,
///     the host deletes 5  deletes that room for everybody,
///     new connection begins one that has not said hello,
///     close 4003    is the code that ends it.
/// All blocks are one after the other in one world.
class Dialogue {
public:
    explicit Dialogue(std::vector<std::string> document) : document_(std::move(document)) {}

    /// The document, with what came back now in place of what it shows.
    std::vector<std::string> spoken() {
        for (const std::string& line : document_) {
            if (line.starts_with("```")) {
                if (inside_) tell();
                inside_ = line == "```chat.v1";
                if (inside_) ++blocks;
            }
            if (!inside_ || !line.starts_with("←")) {
                if (inside_) act(line);
                if (!line.starts_with("close ") || !inside_) spoken_.push_back(line);
                if (inside_ && is_action(line)) tell();
            }
        }
        return spoken_;
    }

    int blocks = 0;

private:
    static constexpr std::string_view deletes = "the host deletes ";

    static bool is_action(const std::string& line) {
        return line.find("→ ") != std::string::npos || line.starts_with("after ") ||
               line.starts_with(deletes);
    }

    /// Replies and events are not ordered among each other; here `status` goes first, then replies.
    static int rank(std::string_view frame) {
        if (frame.starts_with(R"({"type":"status")")) return 0;
        return frame.starts_with(R"({"id":)") ? 1 : 2;
    }

    NativeClient& client() {
        if (!client_) client_ = world_.connect();
        return *client_;
    }

    void act(const std::string& line) {
        const auto arrow = line.find("→ ");
        if (line == "new connection") {
            client_.reset();
            closed_ = false;
        } else if (line.starts_with("after ")) {
            world_.pass(std::chrono::milliseconds{std::stoi(line.substr(6))});
        } else if (line.starts_with(deletes)) {
            const RoomId room{std::stoll(line.substr(deletes.size()))};
            world_.engine().rooms().delete_room({.user = {}, .home = 0, .is_admin = true}, room,
                                                [](const Result<Room>&) {});
            world_.settle();
        } else if (arrow == 0) {
            client().send(std::string_view(line).substr(std::string_view("→ ").size()));
        } else if (arrow != std::string::npos) {
            const std::string name = line.substr(0, arrow - 1);
            auto& other = name == "bora" ? bora_ : cheol_;
            if (!other) other = world_.connect_as(name);
            other->send(std::string_view(line).substr(arrow + std::string_view("→ ").size()));
        }
    }

    /// Puts down what came.
    void tell() {
        if (!client_) return;
        std::vector<std::string> came = client_->take();
        std::stable_sort(came.begin(), came.end(), [](const std::string& a, const std::string& b) {
            return rank(a) < rank(b);
        });
        for (const std::string& frame : came) spoken_.push_back("← " + frame);
        if (client_->close_code() != 0 && !std::exchange(closed_, true))
            spoken_.push_back("close " + std::to_string(client_->close_code()));
    }

    std::vector<std::string> document_;
    std::vector<std::string> spoken_;
    bool inside_ = false;
    bool closed_ = false;
    NativeWorld world_;
    std::unique_ptr<NativeClient> bora_;
    std::unique_ptr<NativeClient> cheol_;
    std::unique_ptr<NativeClient> client_;
};

}  // namespace

TEST_CASE("the frames in the document of chat.v1 are those that the program sends") {
    const std::vector<std::string> document = lines_of(CHATCORE_NATIVE_PROTOCOL);
    REQUIRE(document.size() > 50);
    Dialogue dialogue(document);
    const std::vector<std::string> spoken = dialogue.spoken();
    // For whoever has changed a frame on purpose: the document as it should be.
    if (const char* path = std::getenv("CHATCORE_WRITE_NATIVE_PROTOCOL")) {
        std::ofstream file(path);
        for (const std::string& line : spoken) file << line << '\n';
    }
    CHECK(dialogue.blocks >= 5);
    for (std::size_t i = 0; i < std::min(document.size(), spoken.size()); ++i) {
        INFO("line " << i + 1);
        REQUIRE(spoken[i] == document[i]);
    }
    CHECK(spoken.size() == document.size());
}

TEST_CASE("every kind of frame is shown in the document") {
    std::string shown;
    for (const std::string& line : lines_of(CHATCORE_NATIVE_PROTOCOL)) {
        if (line.starts_with("←") || line.find("→ {") != std::string::npos) shown += line + '\n';
    }
    for (const char* type : {"message", "message.changed",
                             "member",  "room",
                             "typing",  "presence",
                             "list",    "status",
                             "resumed", "bye",
                             "error",   "ok",
                             "hello",   "auth",
                             "attach",  "detach",
                             "rooms",   "open",
                             "create",  "join",
                             "leave",   "invite",
                             "remove",  "rename",
                             "post",    "edit",
                             "delete",  "react",
                             "unreact", "pin",
                             "unpin",   "bookmark",
                             "read",    "delivered",
                             "history", "changes"}) {
        INFO(type);
        CHECK(shown.find(std::string("\"type\":\"") + type + '"') != std::string::npos);
    }
}

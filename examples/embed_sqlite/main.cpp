// Chat inside a program that has users of its own: two of them talk, in one SQLite file.
#include <cstdio>

#include <chatcore/adapters/embedded.h>

using namespace chatcore;

struct Staff final : UserDirectory {  // whom the host knows, under the ids that it has for them
    Result<std::vector<Profile>> find(std::span<const UserId> users) override {
        std::vector<Profile> found;
        for (const UserId user : users)
            found.push_back({.id = user, .nickname = user.value == 7 ? "Ada" : "Grace"});
        return found;
    }
};

int main(int count, char** arguments) {
    EngineParts parts = embedded_parts(count > 1 ? arguments[1] : "chat.db");
    parts.directory = std::make_unique<Staff>();
    auto engine = Engine::start(std::move(parts));
    if (!engine) return std::fprintf(stderr, "%s\n", engine.error().cause.c_str()), 1;

    const Caller ada{UserId{7}}, grace{UserId{9}};
    auto room = wait_for<RoomView>([&](auto done) {
        (*engine)->rooms().open_direct(ada, grace.user, std::nullopt, std::move(done));
    });
    if (!room) return 2;
    auto posted = wait_for<Message>([&](auto done) {  // when it is answered, it is on the disk
        (*engine)->messages().post(ada, {.room = room->room.id, .content = "Hello!"},
                                   std::move(done));
    });
    if (!posted) return 3;
    auto history = wait_for<History>([&](auto done) {
        (*engine)->messages().history(grace, {.room = room->room.id}, std::move(done));
    });
    if (!history || history->messages.empty()) return 4;
    std::printf("Grace reads: %s\n", history->messages.front().content.c_str());
    return history->messages.front().id == posted->id ? 0 : 5;
}

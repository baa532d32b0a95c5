// A profanity filter: the host reads what people say before it is accepted. What is merely rude is
// starred out; what is worse is refused, and the sender told why.
#include <cstdio>

#include <chatcore/adapters/embedded.h>
#include <chatcore/ports/message_hook.h>

using namespace chatcore;

struct ProfanityFilter final : MessageHook {
    void review(const MessageDraft& draft, Completion<Verdict> done) override {
        // A host that asks somebody else keeps `done`, and calls it when it has heard.
        if (draft.content.find("idiot") != std::string::npos)
            return done(Verdict{Refuse{"Please do not call people names."}});
        std::string content = draft.content;
        for (auto at = content.find("darn"); at != std::string::npos; at = content.find("darn"))
            content.replace(at, 4, "****");
        if (content == draft.content) return done(Verdict{Accept{}});
        done(Verdict{Rewrite{content, draft.attachments, draft.mentions, draft.metadata}});
    }
};

struct Staff final : UserDirectory {  // whom the host knows
    Result<std::vector<Profile>> find(std::span<const UserId> users) override {
        std::vector<Profile> found;
        for (const UserId user : users) found.push_back({.id = user, .nickname = "somebody"});
        return found;
    }
};

int main(int count, char** arguments) {
    EngineParts parts = embedded_parts(count > 1 ? arguments[1] : "filtered.db");
    parts.directory = std::make_unique<Staff>();
    parts.hook = std::make_unique<ProfanityFilter>();
    auto engine = Engine::start(std::move(parts));
    if (!engine) return std::fprintf(stderr, "%s\n", engine.error().cause.c_str()), 1;

    const Caller ada{UserId{7}};
    auto room = wait_for<RoomView>([&](auto done) {
        (*engine)->rooms().open_direct(ada, UserId{9}, std::nullopt, std::move(done));
    });
    if (!room) return 2;
    const auto say = [&](std::string content) {
        return wait_for<Message>([&](auto done) {
            (*engine)->messages().post(ada, {.room = room->room.id, .content = content},
                                       std::move(done));
        });
    };
    auto rude = say("This darn printer!");
    if (!rude || rude->content != "This **** printer!") return 3;
    std::printf("said: %s\n", rude->content.c_str());
    auto worse = say("You idiot!");
    if (worse || worse.error().code != ErrorCode::refused_by_host) return 4;
    std::printf("refused: %s\n", worse.error().detail.c_str());
    return say("Good morning") ? 0 : 5;
}

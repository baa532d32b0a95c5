#pragma once
// The people and rooms in which the rules of the domain are broken, and the rows that say how. Used
// by the tests v1_rules_*.cpp.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

namespace chatcore::gateway::test {

/// People and rooms in every standing, made once for all rows: what is refused changes nothing.
struct Scene {
    DoorWorld world;
    Person owner = world.sign_up("owner");
    Person admin = world.sign_up("admin");      ///< of the group, as `second`
    Person second = world.sign_up("second");    ///< another admin of it
    Person member = world.sign_up("member");    ///< of it
    Person gagged = world.sign_up("gagged");    ///< of it, and may not speak
    Person gone = world.sign_up("gone");        ///< has left it
    Person removed = world.sign_up("removed");  ///< was put out of it
    Person banned = world.sign_up("banned");    ///< and told not to come back
    Person stranger = world.sign_up("stranger");
    Person foe = world.sign_up("foe");  ///< is blocked by `member`

    std::string group = world.group(owner, {admin, second, member, gagged, gone, removed, banned});
    std::string other = world.group(owner, {member});  ///< full of pins, where `member` is an admin
    std::string direct;                                ///< of `member` and `owner`
    std::string quarrel;                               ///< of `member` and `foe`
    std::string deleted;                               ///< of `owner`, deleted for everybody
    std::int64_t said = 0;                             ///< by `member`, in the group
    std::int64_t elsewhere = 0;  ///< by `owner`, in the other group, with 20 different reactions
    std::int64_t tombstone = 0;  ///< by `member`, in the group
    std::int64_t hateful = 0;    ///< by `foe`, in the quarrel
    std::int64_t request = 0;    ///< of `stranger` to `owner`, to be friends
    std::int64_t schedule = 0;   ///< of `owner`
    std::int64_t cancelled = 0;  ///< of `owner` too
    std::string key = "00000000-0000-4000-8000-000000000001";  ///< under which `member` has posted

    Scene() {
        make_the_group();
        make_the_others();
        make_the_rest();
    }

    std::string in(const std::string& room, std::string_view rest = {}) const {
        return fmt::format("/chatrooms/{}{}", room, rest);
    }
    std::string person_in(const std::string& room, const Person& person) const {
        return in(room, fmt::format("/participants/{}", person.id.value));
    }
    Answer says(const Person& person, const std::string& room, const std::string& body) {
        return world.post(person, "/messages/" + room, body);
    }
    /// The position of each room that somebody may look at.
    std::map<std::string, std::int64_t> positions() {
        std::map<std::string, std::int64_t> found;
        for (const std::string& room : {group, other, direct})
            found[room] = world.get(owner, in(room)).number("/position");
        found[quarrel] = world.get(foe, in(quarrel)).number("/position");
        return found;
    }

private:
    void done(const Answer& answer) {
        INFO(answer.body);
        REQUIRE(answer.status < 300);
    }

    void make_the_group() {
        for (const Person& one : {admin, second})
            done(world.put(owner, person_in(group, one), R"({"role":"admin"})"));
        const std::string gag = R"({"mutedUntil":"2099-01-01T00:00:00Z"})";
        done(world.put(owner, person_in(group, gagged), gag));
        said = world.say(member, group, "hello");
        tombstone = world.say(member, group, "to be deleted");
        done(world.del(member, fmt::format("/messages/{}", tombstone)));
        done(says(member, group, fmt::format(R"({{"content":"once","clientKey":"{}"}})", key)));
        done(world.post(gone, in(group, "/leave")));
        done(world.del(owner, person_in(group, removed)));
        done(world.del(owner, person_in(group, banned) + "?ban=true"));
    }

    void make_the_others() {
        done(world.put(owner, person_in(other, member), R"({"role":"admin"})"));
        for (int i = 0; i < 3; ++i) {
            const std::int64_t pinned = world.say(owner, other, "pinned");
            done(world.post(owner, "/messages/pin", fmt::format(R"({{"messageId":{}}})", pinned)));
        }
        elsewhere = world.say(owner, other, "elsewhere");
        for (const char* emoji : {"😀", "😃", "😄", "😁", "😆", "😅", "😂", "🙂", "🙃", "😉",
                                  "😊", "😇", "😍", "😘", "😗", "😚", "😙", "😋", "😛", "😜"}) {
            done(
                world.post(owner, "/messages/reaction",
                           fmt::format(R"({{"messageId":{},"reaction":"{}"}})", elsewhere, emoji)));
        }
        direct = std::to_string(open(member, owner).number("/id"));
        quarrel = std::to_string(open(member, foe).number("/id"));
        hateful = world.say(foe, quarrel, "hateful");
        deleted = world.group(owner, {member});
        done(world.del(owner, in(deleted) + "?forEveryone=true"));
    }

    void make_the_rest() {
        const auto id_of = [](const Person& person) {
            return fmt::format(R"({{"userId":{}}})", person.id.value);
        };
        done(world.post(member, "/users/blocks", id_of(foe)));
        request = world.post(stranger, "/users/friends/requests", id_of(owner)).number("/id");
        done(world.post(owner, "/users/friends/requests", id_of(admin)));
        done(world.post(admin, "/users/friends/requests", id_of(owner)));
        const std::string later = fmt::format(
            R"({{"roomId":{},"content":"later","scheduledAt":"2099-01-01T00:00:00Z"}})", group);
        schedule = world.post(owner, "/messages/schedule", later).number("/id");
        cancelled = world.post(owner, "/messages/schedule", later).number("/id");
        done(world.del(owner, fmt::format("/messages/schedule/{}", cancelled)));
    }

    Answer open(const Person& one, const Person& two) {
        return world.post(one, "/chatrooms/direct",
                          fmt::format(R"({{"userId":{}}})", two.id.value));
    }
};

struct Rule {
    const char* rule;  ///< as the domain says it
    std::function<Answer(Scene&)> broken;
    int status;
    const char* code;
    const char* detail = "";
};

inline std::string times(int n, const char* text) {
    std::string all;
    for (int i = 0; i < n; ++i) all += text;
    return all;
}

inline std::string content(const std::string& text) {
    return fmt::format(R"({{"content":"{}"}})", text);
}

inline std::string user(const Person& person) {
    return fmt::format(R"({{"userId":{}}})", person.id.value);
}

inline std::string message(std::int64_t id, const std::string& more = {}) {
    return fmt::format(R"({{"messageId":{}{}}})", id, more);
}

inline std::string signup(const std::string& email, const std::string& password,
                          const std::string& nickname) {
    return fmt::format(R"({{"email":"{}","password":"{}","nickname":"{}"}})", email, password,
                       nickname);
}

inline Answer sign_up(Scene& scene, const std::string& body) {
    return scene.world.ask("POST", "/api/v1/auth/signup", body);
}

inline void check(const std::vector<Rule>& rules) {
    Scene scene;
    const auto before = scene.positions();
    for (const Rule& rule : rules) {
        INFO(rule.rule);
        check_refusal(rule.broken(scene), rule.status, rule.code, rule.detail);
    }
    CHECK(scene.positions() == before);
}

}  // namespace chatcore::gateway::test

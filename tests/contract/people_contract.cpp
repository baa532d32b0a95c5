#include "contract/people_contract.h"

#include <algorithm>
#include <thread>
#include <tuple>

#include "chatcore/text.h"

namespace chatcore::contract {
namespace {

Account account(std::string nickname, std::string email) {
    Account made;
    made.profile.nickname = std::move(nickname);
    made.profile.role = UserRole::seller;
    made.profile.profile_image_url = "https://img.example/1";
    made.profile.status_text = "here";
    made.email = std::move(email);
    made.password_hash = "$2b$10$x";
    made.created_at = Timestamp{std::chrono::milliseconds{5}};
    return made;
}

void accounts(StoreWorld& world) {
    PeopleStore& people = world.store().people();
    Account ari = account("Ari", "ari@example.org");
    ari.profile.id = world.value(people.create(ari));
    const auto found = world.value(people.find(ari.profile.id));
    world.expect(found == ari, "an account is found by id as it was made");
    world.expect(world.value(people.find(Email{"ari@example.org"})) == ari, "and by email");
    world.expect(!world.value(people.find(Email{"ARI@example.org"})), "emails come case-folded");
    world.expect(!world.value(people.find(UserId{999})), "nobody is an empty answer");
    Account bora = account("Bora", "bora@example.org");
    bora.disabled = true;
    bora.profile.last_seen_at = world.now();
    bora.profile.id = world.value(people.create(bora));
    world.expect(bora.profile.id > ari.profile.id && ari.profile.id > UserId{},
                 "ids ascend from 1");
    world.restart();
    PeopleStore& again = world.store().people();
    world.expect(world.value(again.find(bora.profile.id)) == bora, "accounts outlive a restart");
    const UserId third = world.value(again.create(account("Chan", "chan@example.org")));
    world.expect(third > bora.profile.id, "ids go on after a restart");
}

void emails_are_unique(StoreWorld& world) {
    PeopleStore& people = world.store().people();
    const UserId first = world.value(people.create(account("Ari", "a@example.org")));
    world.expect(
        world.refuses(people.create(account("Other", "a@example.org")), ErrorCode::email_taken),
        "a second account with the email is refused");
    const UserId next = world.value(people.create(account("Other", "b@example.org")));
    world.expect(next > first, "the store goes on");
    world.expect(world.value(people.find(Email{"a@example.org"}))->profile.nickname == "Ari",
                 "the first stays");

    auto other = world.value(world.factory().open(), "a second store");
    int made[2] = {};
    const auto race = [&](std::size_t index, PeopleStore& store) {
        for (int i = 0; i < 10; ++i) {
            if (store.create(account("R", "race" + std::to_string(i)))) ++made[index];
        }
    };
    std::thread second([&] { race(1, other->people()); });
    race(0, people);
    second.join();
    world.expect(made[0] + made[1] == 10, "of two who sign up at once one gets the email");
}

void standing(StoreWorld& world) {
    PeopleStore& people = world.store().people();
    Account made = account("Ari", "a@example.org");
    made.profile.external_id = "STU001";
    const UserId ari = world.value(people.create(made));
    const UserId bora = world.value(people.create(account("Bora", "b@example.org")));
    world.expect(world.value(people.find(ExternalId{"STU001"}))->profile.id == ari,
                 "an account is found by its external id");
    world.expect(!world.value(people.find(ExternalId{""})), "and nobody by an empty one");
    Account same = account("Chan", "c@example.org");
    same.profile.external_id = "STU001";
    world.expect(world.refuses(people.create(same), ErrorCode::conflict), "which only one has");
    same.email = "a@example.org";
    world.expect(world.refuses(people.create(same), ErrorCode::email_taken),
                 "where both are taken, the email is told");
    world.expect(world.refuses(people.set_standing(bora, {UserRole::admin, "STU001", false}, {}),
                               ErrorCode::conflict),
                 "nor is it given a second time");
    world.expect(world.value(people.find(bora))->profile.role == UserRole::seller,
                 "what is refused changes nothing");

    SessionStore& sessions = world.store().sessions();
    const Timestamp end = world.now() + std::chrono::hours(1);
    for (const auto& [hash, family, user] :
         {std::tuple{"h1", "f1", ari}, {"h2", "f2", ari}, {"h3", "f3", bora}}) {
        world.done(sessions.begin({hash, family, user, end}), "a log-in begins");
    }
    const Timestamp now = world.tick();
    const auto set = [&](UserId user, const Standing& wanted) {
        auto ended = world.value(people.set_standing(user, wanted, now), "a standing is set");
        std::sort(ended.begin(), ended.end());
        return ended;
    };
    world.expect(set(ari, {UserRole::admin, "T1", false}).empty(), "more rights end no log-in");
    world.expect(set(UserId{777}, {UserRole::user, "", true}).empty(), "nobody: no effect");
    world.expect(set(ari, {UserRole::user, "T1", false}) == std::vector<std::string>{"f1", "f2"},
                 "fewer rights end all of the person's log-ins");
    world.expect(set(ari, {UserRole::user, "T1", false}).empty(), "once");
    world.expect(set(bora, {UserRole::seller, "", true}) == std::vector<std::string>{"f3"},
                 "as does being disabled");
    world.expect(world.value(sessions.rotate("h1", "h9", end, now)).kind == Rotation::Kind::reused,
                 "their refresh tokens are good no more");
    world.restart();
    const auto found = world.value(world.store().people().find(ExternalId{"T1"}));
    world.expect(found && standing_of(*found) == Standing{UserRole::user, "T1", false},
                 "a standing outlives a restart");
    world.expect(world.value(world.store().sessions().revoked_since(now)).size() == 3,
                 "and so do the ends");
}

void profiles(StoreWorld& world) {
    PeopleStore& people = world.store().people();
    const UserId ari = world.value(people.create(account("Ari", "a@example.org")));
    const UserId bora = world.value(people.create(account("Bora", "b@example.org")));
    const std::vector<UserId> asked = {bora, UserId{777}, ari, bora};
    auto found = world.value(people.profiles(asked));
    world.require(found.size() == 2, "those that exist, each once");
    std::sort(found.begin(), found.end(), [](const auto& l, const auto& r) { return l.id < r.id; });
    world.expect(found[0].nickname == "Ari" && found[1].id == bora, "with their names");
    world.expect(world.value(people.profiles(std::vector<UserId>{})).empty(), "nobody asked: none");

    Profile changed = found[0];
    changed.nickname = "Åri";
    changed.profile_image_url = "";
    changed.status_text = "away";
    Profile more = changed;
    more.role = UserRole::admin;
    world.done(people.update_profile(more), "a profile is updated");
    world.expect(world.value(people.find(ari))->profile == changed,
                 "what people may set is replaced, and nothing else");
    more.id = UserId{777};
    world.done(people.update_profile(more), "updating nobody has no effect");
    world.expect(!world.value(people.find(UserId{777})), "and makes nobody");

    const Timestamp late = world.tick();
    const Timestamp early = late - std::chrono::minutes(1);
    const std::vector<std::pair<UserId, Timestamp>> seen = {{ari, late}, {UserId{777}, late}};
    world.done(people.touch(seen), "last seen is kept");
    const std::vector<std::pair<UserId, Timestamp>> before = {{ari, early}, {bora, early}};
    world.done(people.touch(before), "an older word comes later");
    world.expect(world.value(people.find(ari))->profile.last_seen_at == late,
                 "the later time stays");
    world.expect(world.value(people.find(bora))->profile.last_seen_at == early,
                 "each has their own");
}

void searching(StoreWorld& world) {
    PeopleStore& people = world.store().people();
    const UserId kim = world.value(people.create(account("김Minji", "kim@example.org")));
    const UserId min = world.value(people.create(account("MINSU 100%_", "min@example.org")));
    const UserId ana = world.value(people.create(account("Ana", "ana@example.org")));
    const auto search = [&](std::string_view text, UserId after = {}, int limit = 10) {
        std::vector<UserId> ids;
        for (const auto& profile :
             world.value(people.search(text::fold(text), after, limit)).items) {
            ids.push_back(profile.id);
        }
        return ids;
    };
    world.expect(search("min") == std::vector{kim, min}, "a part of the name, in any case, by id");
    world.expect(search("MIN", kim) == std::vector{min}, "behind a user");
    world.expect(search("김") == std::vector{kim}, "in any script");
    world.expect(search("ana@example.org") == std::vector{ana}, "the whole email");
    world.expect(search("ana@example").empty(), "but no part of it");
    world.expect(
        search("%").size() == 1 && search("n_").empty() && search("%_") == std::vector{min},
        "no character is special");
    const auto page = world.value(people.search("min", UserId{}, 1));
    world.expect(
        page.items.size() == 1 && page.has_more() && page.next_cursor == std::to_string(kim.value),
        "a page ends at its limit");
    world.expect(!world.value(people.search("min", kim, 1)).has_more(), "and the last has no more");
    Profile renamed = world.value(people.find(ana))->profile;
    renamed.nickname = "Minerva";
    world.done(people.update_profile(renamed), "a new name");
    world.expect(search("min").size() == 3 && search("ana").empty(),
                 "is found, and the old is not");
}

RefreshToken token(const StoreWorld& world, std::string hash, std::string family) {
    return {std::move(hash), std::move(family), ari, world.now() + std::chrono::hours(1)};
}

void rotation(StoreWorld& world) {
    SessionStore& sessions = world.store().sessions();
    world.done(sessions.begin(token(world, "h1", "f1")), "a log-in begins");
    world.done(sessions.begin(token(world, "other", "f2")), "another log-in begins");
    const Timestamp later = world.now() + std::chrono::hours(2);
    const auto rotate = [&](const std::string& from, const std::string& to, Timestamp now) {
        return world.value(world.store().sessions().rotate(from, to, later, now), "rotate");
    };
    const Rotation first = rotate("h1", "h2", world.now());
    world.expect(first == Rotation{Rotation::Kind::rotated, ari, "f1"}, "a token is rotated");
    world.expect(rotate("h9", "h10", world.now()).kind == Rotation::Kind::unknown,
                 "an unknown one is unknown");
    world.restart();
    const Timestamp past_first = world.now() + std::chrono::minutes(90);
    world.expect(rotate("h2", "h3", past_first).kind == Rotation::Kind::rotated,
                 "the next one lives until its own end");
    const Rotation expired = rotate("h3", "h4", later);
    world.expect(expired.kind == Rotation::Kind::expired && expired.user == ari,
                 "at its end it is expired");
    world.expect(rotate("h3", "h4", past_first).kind == Rotation::Kind::rotated,
                 "which uses nothing up");
    world.expect(world.value(world.store().sessions().revoked_since({})).empty(),
                 "nothing is revoked so far");
}

void reuse(StoreWorld& world) {
    SessionStore& sessions = world.store().sessions();
    world.done(sessions.begin(token(world, "h1", "f1")), "a log-in begins");
    world.done(sessions.begin(token(world, "other", "f2")), "another log-in begins");
    const Timestamp later = world.now() + std::chrono::hours(2);
    const auto rotate = [&](const std::string& from, const std::string& to) {
        return world.value(sessions.rotate(from, to, later, world.now()), "rotate").kind;
    };
    world.expect(rotate("h1", "h2") == Rotation::Kind::rotated, "once");
    world.expect(rotate("h1", "h3") == Rotation::Kind::reused, "a used token is reused");
    world.expect(rotate("h2", "h4") == Rotation::Kind::reused, "and ends its whole family");
    world.expect(rotate("h3", "h5") == Rotation::Kind::unknown, "no token came of it");
    world.expect(rotate("other", "h6") == Rotation::Kind::rotated, "other log-ins go on");
    world.expect(world.value(sessions.revoked_since(world.now())) == std::vector<std::string>{"f1"},
                 "the family is told as revoked");
    world.expect(world.value(sessions.revoked_since(world.now() + std::chrono::seconds(1))).empty(),
                 "since its time");
}

void revocation(StoreWorld& world) {
    SessionStore& sessions = world.store().sessions();
    world.done(sessions.begin(token(world, "h1", "f1")), "a log-in begins");
    const Timestamp end = world.now() + std::chrono::hours(1);
    world.expect(world.value(sessions.revoke("h9", world.now())).kind == Rotation::Kind::unknown,
                 "an unknown token is unknown");
    const Timestamp when = world.tick();
    const Rotation ended = world.value(sessions.revoke("h1", when));
    world.expect(ended == Rotation{Rotation::Kind::rotated, ari, "f1"},
                 "logging out ends a log-in");
    world.value(sessions.revoke("h1", world.tick()));
    world.expect(world.value(sessions.revoked_since(when + std::chrono::milliseconds(1))).empty(),
                 "it ended when it first did");
    world.expect(
        world.value(sessions.rotate("h1", "h2", end, world.now())).kind == Rotation::Kind::reused,
        "its token cannot be used");
    world.restart();
    SessionStore& again = world.store().sessions();
    world.expect(world.value(again.revoked_since(when)).size() == 1, "also after a restart");
    world.done(again.forget_before(end), "what is not over is not forgotten");
    world.expect(world.value(again.revoked_since(when)).size() == 1, "the family is still there");
    world.done(again.forget_before(end + std::chrono::milliseconds(1)),
               "what is over is forgotten");
    world.expect(world.value(again.revoked_since(when)).empty() &&
                     world.value(again.revoke("h1", when)).kind == Rotation::Kind::unknown,
                 "with its family");
}

}  // namespace

Findings check_people_contract(const StoreSubjectFactory& make) {
    static constexpr Clause<StoreSubjectFactory> clauses[] = {
        {"accounts are kept", in_world<accounts>},
        {"emails are unique", in_world<emails_are_unique>},
        {"standings are set", in_world<standing>},
        {"profiles are read and set", in_world<profiles>},
        {"people are found", in_world<searching>},
        {"a refresh token is rotated", in_world<rotation>},
        {"a used token ends its family", in_world<reuse>},
        {"a log-in is ended", in_world<revocation>},
    };
    return check_all(clauses, make);
}

}  // namespace chatcore::contract

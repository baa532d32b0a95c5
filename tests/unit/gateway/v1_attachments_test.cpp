// Uploading, showing and getting files, at the canonical door.

#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

const std::string png = std::string("\x89PNG\r\n\x1a\n", 8) + std::string(20'000, '\0') + "end";

Answer upload(DoorWorld& world, const Person& person, const std::string& name,
              const std::string& type, const std::string& bytes) {
    DoorWorld::Headers headers;
    if (!type.empty()) headers.emplace_back("Content-Type", type);
    return world.ask("POST", "/api/v1/attachments" + (name.empty() ? "" : "?name=" + name), bytes,
                     person.token, headers);
}

std::string uploaded(DoorWorld& world, const Person& person, const std::string& bytes = png,
                     const std::string& type = "image/png") {
    const Answer answer = upload(world, person, "cat.png", type, bytes);
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    return answer.text("/url");
}

Answer show(DoorWorld& world, const Person& person, const std::string& room,
            const std::string& url) {
    return world.post(person, "/messages/" + room,
                      fmt::format(R"({{"content":"look","type":"image","attachments":[)"
                                  R"({{"url":"{}","name":"lie","size":1,"contentType":"a/b"}}]}})",
                                  url));
}

Answer get(DoorWorld& world, const Person& person, const std::string& url,
           const DoorWorld::Headers& headers = {}) {
    return world.ask("GET", url, {}, person.token, headers);
}

int status_for(DoorWorld& world, const Person& person, const std::string& url) {
    return get(world, person, url).status;
}

std::size_t blobs_in(DoorWorld& world) {
    return world.blobs().list("", {}, 1'000)->items.size();
}

}  // namespace

TEST_CASE("a file is uploaded, told, and got back") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Answer answer = upload(world, ari, "%ED%95%9C%20a.png", "image/png", png);
    REQUIRE(answer.status == 201);
    const std::string url = answer.text("/url");
    CHECK(url == fmt::format("/api/v1/attachments/{}", answer.number("/id")));
    CHECK(answer.header("Location") == url);
    CHECK(answer.text("/name") == "한 a.png");
    CHECK(answer.number("/size") == static_cast<std::int64_t>(png.size()));
    CHECK(answer.text("/contentType") == "image/png");

    const Answer file = get(world, ari, url);
    CHECK(file.status == 200);
    CHECK(file.body == png);
    CHECK(file.header("Content-Type") == "image/png");
    CHECK(file.header("X-Content-Type-Options") == "nosniff");
    CHECK(file.header("Accept-Ranges") == "bytes");
    CHECK(file.header("Content-Disposition") ==
          "inline; filename=\"_ a.png\"; filename*=UTF-8''%ED%95%9C%20a.png");
    CHECK(file.header("Content-Security-Policy").empty());
    const Answer head = world.ask("HEAD", url, {}, ari.token);
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    CHECK(head.header("ETag") == file.header("ETag"));
}

TEST_CASE("a file is got in part, and not twice") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const std::string url = uploaded(world, ari);
    const std::string tag = get(world, ari, url).header("ETag");
    const Answer part = get(world, ari, url, {{"Range", "bytes=8-20002"}, {"If-Range", tag}});
    CHECK(part.status == 206);
    CHECK(part.body == png.substr(8, 19'995));
    CHECK(part.header("Content-Range") == fmt::format("bytes 8-20002/{}", png.size()));
    const Answer end = get(world, ari, url, {{"Range", "bytes=-3"}});
    CHECK(end.status == 206);
    CHECK(end.body == "end");
    CHECK(get(world, ari, url, {{"Range", "bytes=0-1"}, {"If-Range", "\"other\""}}).status == 200);
    CHECK(get(world, ari, url, {{"Range", "bytes=0-1,3-4"}}).body == png);
    const Answer beyond = get(world, ari, url, {{"Range", "bytes=20011-"}});
    CHECK(beyond.status == 416);
    CHECK(beyond.header("Content-Range") == fmt::format("bytes */{}", png.size()));
    CHECK(beyond.text("/error/code") == "malformed");
    const Answer known = get(world, ari, url, {{"If-None-Match", tag}, {"Range", "bytes=0-1"}});
    CHECK(known.status == 304);
    CHECK(known.body.empty());
    CHECK(known.header("ETag") == tag);
}

TEST_CASE("a token in the address is as good as in the header, for getting a file alone") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const std::string url = uploaded(world, ari);
    const Answer file = world.ask("GET", url + "?token=" + ari.token);
    CHECK(file.status == 200);
    CHECK(file.header("Referrer-Policy") == "no-referrer");
    check_refusal(world.ask("GET", url + "?token=made-up"), 401, "unauthenticated");
    check_refusal(world.ask("GET", url + "?token=" + world.expired_token(ari.id)), 401,
                  "token_expired");
    check_refusal(world.ask("POST", "/api/v1/attachments?token=" + ari.token, "x"), 401,
                  "unauthenticated");
    check_refusal(world.ask("GET", "/api/v1/users/me?token=" + ari.token), 401, "unauthenticated");
}

TEST_CASE("what is declared must agree with the bytes") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const auto type = [&](const std::string& declared, const std::string& bytes) {
        const Answer answer = upload(world, ari, "f", declared, bytes);
        return answer.status == 201 ? answer.text("/contentType")
                                    : fmt::format("{}", answer.status);
    };
    CHECK(type("", png) == "image/png");
    CHECK(type("application/octet-stream", png) == "image/png");
    CHECK(type("Image/PNG; q=1", png) == "image/png");
    CHECK(type("application/x-www-form-urlencoded", png) == "image/png");
    CHECK(type("application/json", "{}") == "application/json");
    CHECK(type("text/markdown", "<html>as text") == "text/markdown");
    CHECK(type("application/vnd.oasis.opendocument.text", "PK\x03\x04...") ==
          "application/vnd.oasis.opendocument.text");
    CHECK(type("application/x-something", std::string("\0\1\2", 3)) == "application/x-something");
    CHECK(type("image/jpeg", png) == "415");
    CHECK(type("image/png", "<html>") == "415");
    CHECK(type("image/png", std::string("\0\1\2", 3)) == "415");
    CHECK(type("text/plain", png) == "415");
    CHECK(type("text/plain", "<svg>") == "text/plain");
    CHECK(type("application/pdf", "PK\x03\x04...") == "415");
    CHECK(type("no type", "x") == "415");
    CHECK(type("application/java-archive", "PK\x03\x04...") == "415");
    const std::size_t kept = blobs_in(world);
    check_refusal(upload(world, ari, "f", "image/png", std::string(200'000, 'x')), 415,
                  "unsupported_type", "contentType");
    CHECK(blobs_in(world) == kept);
}

TEST_CASE("what a browser would run is kept from running") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    for (const auto& [declared, bytes] :
         {std::pair{"text/html", "<html><script>"}, std::pair{"image/svg+xml", "<svg onload=x>"},
          std::pair{"text/javascript", "alert(1)"}, std::pair{"application/pdf", "%PDF-1.7"}}) {
        CAPTURE(declared);
        const Answer file = get(world, ari, uploaded(world, ari, bytes, declared));
        CHECK(file.status == 200);
        CHECK(file.header("Content-Disposition").starts_with("attachment;"));
        CHECK(file.header("Content-Security-Policy") == "default-src 'none'; sandbox");
        CHECK(file.header("X-Content-Type-Options") == "nosniff");
    }
}

TEST_CASE("bad uploads are refused in the documented way") {
    Limits limits = DoorWorld::calm();
    limits.attachment_bytes_max = 30'000;
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    check_refusal(upload(world, ari, "f", "", ""), 422, "empty", "body");
    check_refusal(upload(world, ari, "f", "", std::string(30'001, 'x')), 413, "too_large", "body");
    CHECK(upload(world, ari, "f", "", std::string(30'000, 'x')).status == 201);
    check_refusal(upload(world, ari, "a%01b", "", "x"), 422, "invalid_value", "name");
    check_refusal(upload(world, ari, std::string(256, 'n'), "", "x"), 422, "too_long", "name");
    CHECK(upload(world, ari, "C:%5Cphotos%5Ca.txt", "", "x").text("/name") == "a.txt");
    CHECK(upload(world, ari, "..%2F..%2Fetc%2Fpasswd", "", "x").text("/name") == "passwd");
    CHECK(upload(world, ari, "..", "", "x").text("/name") == "file");
    CHECK(upload(world, ari, "", "", "x").text("/name") == "file");
    check_refusal(get(world, ari, "/api/v1/attachments/12345"), 404, "not_found", "attachment");
}

TEST_CASE("a message shows its sender's upload to the room, as what it is") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person chan = world.sign_up("chan");
    const std::string room = world.group(ari, {bora});
    const std::string url = uploaded(world, ari);
    check_refusal(get(world, bora, url), 404, "not_found", "attachment");
    const Answer posted = show(world, ari, room, url);
    REQUIRE(posted.status == 201);
    CHECK(posted.text("/attachments/0/url") == url);
    CHECK(posted.text("/attachments/0/name") == "cat.png");
    CHECK(posted.number("/attachments/0/size") == static_cast<std::int64_t>(png.size()));
    CHECK(posted.text("/attachments/0/contentType") == "image/png");
    CHECK(get(world, bora, url).body == png);
    check_refusal(get(world, chan, url), 404, "not_found", "attachment");
    check_refusal(show(world, bora, room, url), 404, "not_found", "attachment");
    check_refusal(show(world, ari, room, url + "?token=secret"), 422, "invalid_value",
                  "attachments");
    check_refusal(show(world, ari, room, url + "0000000000000000000"), 422, "invalid_value",
                  "attachments");

    // Forwarded, it is shown there too.
    const std::string other = world.group(bora, {chan});
    const Answer forwarded = world.post(
        bora, "/messages/forward",
        fmt::format(R"({{"messageId":{},"targetRoomIds":[{}]}})", posted.number("/id"), other));
    REQUIRE(forwarded.status == 201);
    CHECK(status_for(world, chan, url) == 200);
    REQUIRE(world.post(bora, "/chatrooms/" + room + "/leave").status == 200);
    CHECK(status_for(world, bora, url) == 200);  // by the other room
    REQUIRE(world.post(chan, "/chatrooms/" + other + "/leave").status == 200);
    CHECK(status_for(world, chan, url) == 404);
}

TEST_CASE("the files of deleted messages are found by nobody, and their bytes go") {
    Limits limits = DoorWorld::calm();
    limits.attachment_sweep_interval = std::chrono::milliseconds{20};
    limits.attachments_swept_at_once = 2;
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    const std::string room = world.group(ari, {});
    std::vector<std::int64_t> messages;
    std::vector<std::string> urls;
    for (int i = 0; i < 5; ++i) {
        urls.push_back(uploaded(world, ari));
        messages.push_back(show(world, ari, room, urls.back()).number("/id"));
    }
    const std::string fresh = uploaded(world, ari);
    CHECK(blobs_in(world) == 6);
    for (const std::int64_t message : messages)
        REQUIRE(world.del(ari, fmt::format("/messages/{}", message)).status == 200);
    for (const std::string& url : urls) CHECK(status_for(world, ari, url) == 404);
    for (int i = 0; i < 500 && blobs_in(world) > 1; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    CHECK(blobs_in(world) == 1);
    CHECK(status_for(world, ari, fresh) == 200);
}

TEST_CASE("what is uploaded and shown by no message goes when its time is over") {
    Limits limits = DoorWorld::calm();
    limits.attachment_sweep_interval = std::chrono::milliseconds{20};
    limits.attachment_unused_max = std::chrono::milliseconds{300};
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    const std::string room = world.group(ari, {});
    const std::string orphan = uploaded(world, ari);
    const std::string used = uploaded(world, ari);
    REQUIRE(show(world, ari, room, used).status == 201);
    for (int i = 0; i < 500 && blobs_in(world) > 1; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    CHECK(status_for(world, ari, orphan) == 404);
    CHECK(get(world, ari, used).body == png);
    check_refusal(show(world, ari, room, orphan), 404, "not_found", "attachment");
}

TEST_CASE("an upload is the picture of a room, for those who see the room, as long as it is") {
    Limits limits = DoorWorld::calm();
    limits.attachment_sweep_interval = std::chrono::milliseconds{20};
    limits.attachment_unused_max = std::chrono::milliseconds{300};
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person chan = world.sign_up("chan");
    const std::string room = world.group(ari, {bora});
    const auto set = [&](const Person& person, const std::string& url) {
        return world.put(person, "/chatrooms/" + room, fmt::format(R"({{"imageUrl":"{}"}})", url));
    };
    const std::string first = uploaded(world, ari);
    const Answer named = set(ari, first);
    REQUIRE(named.status == 200);
    CHECK(named.text("/imageUrl") == first);
    CHECK(get(world, bora, first).body == png);
    CHECK(status_for(world, chan, first) == 404);
    const std::string text = uploaded(world, ari, "words", "text/plain");
    check_refusal(set(ari, text), 422, "invalid_value", "imageUrl");
    check_refusal(set(ari, uploaded(world, bora)), 404, "not_found", "attachment");
    const std::string orphan = uploaded(world, ari);
    for (int i = 0; i < 500 && blobs_in(world) > 1; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    CHECK(status_for(world, ari, orphan) == 404);
    CHECK(get(world, bora, first).body == png);

    const std::string second = uploaded(world, ari);
    REQUIRE(set(ari, second).status == 200);
    CHECK(status_for(world, ari, first) == 404);
    CHECK(status_for(world, bora, second) == 200);
    REQUIRE(world.del(ari, "/chatrooms/" + room + "?forEveryone=true").status == 200);
    CHECK(status_for(world, bora, second) == 404);

    // It may come with a new group, and be a person's.
    const std::string third = uploaded(world, ari);
    const std::string open =
        world.group(ari, {}, fmt::format(R"(,"open":true,"imageUrl":"{}")", third));
    CHECK(status_for(world, chan, third) == 200);
    check_refusal(
        world.post(bora, "/chatrooms",
                   fmt::format(R"({{"title":"x","memberIds":[],"imageUrl":"{}"}})", third)),
        404, "not_found", "attachment");
    const std::string face = uploaded(world, bora);
    const std::string profile = fmt::format(R"({{"profileImageUrl":"{}"}})", face);
    check_refusal(world.put(chan, "/users/me", profile), 404, "not_found", "attachment");
    REQUIRE(world.put(bora, "/users/me", profile).status == 200);
    CHECK(status_for(world, chan, face) == 200);
    REQUIRE(world.put(bora, "/users/me", R"({"profileImageUrl":""})").status == 200);
    CHECK(status_for(world, chan, face) == 404);
}

TEST_CASE("a file is called what can be read, whether uploaded or of elsewhere") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const std::string room = world.group(ari, {});
    const auto posted = [&](const std::string& name) {
        return world.post(
            ari, "/messages/" + room,
            fmt::format(
                R"({{"content":"x","attachments":[{{"url":"https://f.org/1","name":"{}"}}]}})",
                name));
    };
    // Turned around, it would read as exe.jpg.
    for (const char* wrong : {"\u202egpj.exe", "a\u2066b", "a\u2069b", "a\u202ab"}) {
        INFO(wrong);
        check_refusal(posted(wrong), 422, "invalid_value", "attachments");
    }
    for (const char* wrong : {R"(a\nb)", R"(a\u0000b)", R"(a\u0085b)", R"(a\rb)"}) {
        INFO(wrong);
        CHECK_FALSE(posted(wrong).status == 201);
    }
    check_refusal(posted(std::string(256, 'n')), 422, "invalid_value", "attachments");
    check_refusal(upload(world, ari, "%E2%80%AEgpj.exe", "", "x"), 422, "invalid_value", "name");
    check_refusal(upload(world, ari, "a%E2%81%A9b", "", "x"), 422, "invalid_value", "name");
    const auto name_of = [&](const std::string& name) {
        return posted(name).text("/attachments/0/name");
    };
    CHECK(name_of("../../etc/passwd") == "passwd");
    CHECK(name_of(R"(C:\\photos\\a.jpg)") == "a.jpg");
    CHECK(name_of("..").empty());
    CHECK(name_of("שלום\u200f.txt") == "שלום\u200f.txt");  // a mark is no turn
}

TEST_CASE("downloads at once are bounded for each person") {
    Limits limits = DoorWorld::calm();
    limits.person_downloads_max = 2;
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string url = uploaded(world, ari);
    const auto begin = [&] { return world.engine().attachments().begin_download({ari.id, 0}); };
    std::vector<std::unique_ptr<DownloadPlace>> held;
    for (int i = 0; i < 2; ++i) held.push_back(std::move(*begin()));
    REQUIRE(!begin());
    const Answer answer = get(world, ari, url);
    check_refusal(answer, 429, "too_many", "downloads");
    CHECK(answer.header("Retry-After") == "1");
    CHECK(world.ask("HEAD", url, {}, ari.token).status == 200);
    CHECK(get(world, bora, uploaded(world, bora)).status == 200);
    held.clear();
    // Each gives its place back.
    for (int i = 0; i < 5; ++i) CHECK(get(world, ari, url).status == 200);
}

TEST_CASE("uploads at once are bounded") {
    Limits limits = DoorWorld::calm();
    limits.uploads_at_once_max = 0;
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    const Answer answer = upload(world, ari, "f", "", "x");
    check_refusal(answer, 429, "too_many");
    CHECK(answer.header("Retry-After") == "1");
}

TEST_CASE("nobody holds more than a sixteenth of the places for uploads") {
    Limits limits = DoorWorld::calm();
    limits.uploads_at_once_max = 32;
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    // Begun, and then nothing: what an attacker's look like for half a minute.
    const auto begin = [&] {
        return world.engine().attachments().begin({ari.id, 0}, UploadRequest{"f", "", {}});
    };
    std::vector<std::unique_ptr<AttachmentUpload>> held;
    for (int i = 0; i < 2; ++i) {
        auto begun = begin();
        REQUIRE(begun);
        held.push_back(std::move(*begun));
    }
    REQUIRE(!begin());
    CHECK(begin().error().code == ErrorCode::too_many);
    check_refusal(upload(world, ari, "f", "", "x"), 429, "too_many", "uploads");
    CHECK(upload(world, bora, "f", "", "x").status == 201);
    held.clear();
    // An upload lets go of its place where it is cleaned up, on a worker.
    Answer answer = upload(world, ari, "f", "", "x");
    for (int i = 0; i < 500 && answer.status == 429; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
        answer = upload(world, ari, "f", "", "x");
    }
    CHECK(answer.status == 201);
}

// Each transport of SockJS, from the request's bytes to the answer's, as sockjs-protocol 0.3.3
// asks.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sockjs_world.h"

using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

using Chunks = std::vector<std::string>;

constexpr const char* uncached = "no-store, no-cache, must-revalidate, max-age=0";
constexpr const char* form = "Content-Type: application/x-www-form-urlencoded\r\n";

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("xhr: one answer for what waits, and messages by xhr_send") {
    SockJsWorld world;
    SockJsClient client(world);
    const Answer opened = client.post("/echo/000/x/xhr");
    CHECK(opened.body == "o\n");
    CHECK(opened.header("Content-Type") == "application/javascript; charset=UTF-8");
    CHECK(opened.header("Access-Control-Allow-Origin") == "*");
    CHECK(opened.header("Cache-Control") == uncached);
    CHECK(opened.header("Set-Cookie").empty());
    const Answer sent = client.post("/echo/000/x/xhr_send", R"(["x","y"])");
    CHECK(sent.status == 204);
    CHECK(sent.body.empty());
    CHECK(sent.header("Content-Type") == "text/plain; charset=UTF-8");
    CHECK(sent.header("Access-Control-Allow-Credentials") == "true");
    CHECK(sent.header("Cache-Control") == uncached);
    CHECK(client.post("/echo/000/x/xhr_send", R"(["z"])").status == 204);
    CHECK(client.post("/echo/000/x/xhr").body == "a[\"x\",\"y\",\"z\"]\n");
}

TEST_CASE("xhr: a request waits until there is something") {
    SockJsWorld world;
    SockJsClient waiting(world);
    SockJsClient sending(world);
    CHECK(waiting.post("/echo/000/x/xhr").body == "o\n");
    CHECK(waiting.ask(SockJsClient::request("POST", "/echo/000/x/xhr", "", "")).empty());
    CHECK(sending.post("/echo/000/x/xhr_send", R"(["late"])").status == 204);
    CHECK(Answer(waiting.take()).body == "a[\"late\"]\n");
}

TEST_CASE("xhr_send: what cannot be read is refused, and ends nothing") {
    SockJsWorld world;
    SockJsClient client(world);
    CHECK(client.post("/echo/000/bad/xhr_send", R"(["x"])").status == 404);
    CHECK(client.post("/echo/000/x/xhr").body == "o\n");
    for (const char* body : {R"(["x)", R"([1])", "[\"\xff\"]", "nonsense"}) {
        const Answer broken = client.post("/echo/000/x/xhr_send", body);
        CHECK(broken.status == 500);
        CHECK(has(broken.body, "Broken JSON encoding."));
    }
    for (const char* body : {"", R"("x")", "{}"}) {
        const Answer missing = client.post("/echo/000/x/xhr_send", body);
        CHECK(missing.status == 500);
        CHECK(has(missing.body, "Payload expected."));
    }
    for (const char* type :
         {"text/plain", "T", "application/json", "", "text/xml; charset=utf-8"}) {
        const std::string header = "Content-Type: " + std::string(type) + "\r\n";
        CHECK(client.post("/echo/000/x/xhr_send", R"(["a"])", header).status == 204);
    }
    CHECK(client.post("/echo/000/x/xhr").body == "a[\"a\",\"a\",\"a\",\"a\",\"a\"]\n");
}

TEST_CASE("xhr_streaming: a prelude, then a chunk for each frame, up to the limit") {
    SockJsWorld world;
    SockJsClient client(world);
    SockJsClient sending(world);
    CHECK(client.stream("POST", "/echo/000/s/xhr_streaming") ==
          Chunks{std::string(2048, 'h') + "\n", "o\n"});
    CHECK(has(client.head(), "Content-Type: application/javascript; charset=UTF-8\r\n"));
    CHECK(has(client.head(), "Transfer-Encoding: chunked\r\n"));
    CHECK(has(client.head(), "Access-Control-Allow-Origin: *\r\n"));
    CHECK(has(client.head(), "Cache-Control: " + std::string(uncached)));
    const std::string message = '"' + std::string(128, 'x') + '"';
    for (int i = 0; i < 31; ++i) {
        CHECK(sending.post("/echo/000/s/xhr_send", '[' + message + ']').status == 204);
        Chunks expected = {"a[" + message + "]\n"};
        if (i == 30) expected.push_back("0");
        CHECK(client.chunks() == expected);
    }
    // The connection goes on with the next request.
    CHECK(sending.post("/echo/000/s/xhr_send", R"(["between"])").status == 204);
    CHECK(client.stream("POST", "/echo/000/s/xhr_streaming").back() == "a[\"between\"]\n");
}

TEST_CASE("eventsource: an event each, with percent signs as in an address") {
    SockJsWorld world;
    SockJsClient client(world);
    SockJsClient sending(world);
    CHECK(client.stream("GET", "/echo/000/e/eventsource", "Origin: http://a\r\n") ==
          Chunks{"\r\n", "data: o\r\n\r\n"});
    CHECK(has(client.head(), "Content-Type: text/event-stream; charset=UTF-8\r\n"));
    CHECK(has(client.head(), "Cache-Control: " + std::string(uncached)));
    CHECK(has(client.head(), "Access-Control-Allow-Origin: http://a\r\n"));
    sending.post("/echo/000/e/xhr_send", R"(["  \u0000\n\r "])");
    CHECK(client.chunks() == Chunks{"data: a[\"  \\u0000\\n\\r \"]\r\n\r\n"});
    sending.post("/echo/000/e/xhr_send", R"(["100%"])");
    CHECK(client.chunks() == Chunks{"data: a[\"100%25\"]\r\n\r\n"});
    const std::string message = '"' + std::string(4096, 'x') + '"';
    sending.post("/echo/000/e/xhr_send", '[' + message + ']');
    CHECK(client.chunks() == Chunks{"data: a[" + message + "]\r\n\r\n", "0"});
}

TEST_CASE("htmlfile: a page that grows by scripts") {
    SockJsWorld world;
    SockJsClient client(world);
    SockJsClient sending(world);
    const Chunks begin = client.stream("GET", "/echo/000/f/htmlfile?c=%63allback");
    REQUIRE(begin.size() == 2);
    CHECK(begin[0].size() > 1024);
    CHECK(begin[0].starts_with("<!doctype html>\n<html><head>\n"));
    CHECK(has(begin[0], "    var c = parent.callback;\n    c.start();\n"));
    CHECK(begin[0].ends_with(" \r\n\r\n"));
    CHECK(begin[1] == "<script>\np(\"o\");\n</script>\r\n");
    CHECK(has(client.head(), "Content-Type: text/html; charset=UTF-8\r\n"));
    sending.post("/echo/000/f/xhr_send", R"(["x"])");
    CHECK(client.chunks() == Chunks{"<script>\np(\"a[\\\"x\\\"]\");\n</script>\r\n"});
    sending.post("/echo/000/f/xhr_send", R"(["</script>"])");
    CHECK(client.chunks() == Chunks{"<script>\np(\"a[\\\"\\u003c/script>\\\"]\");\n</script>\r\n"});
    sending.post("/echo/000/f/xhr_send", "[\"" + std::string(4096, 'x') + "\"]");
    CHECK(client.chunks().back() == "0");
}

TEST_CASE("jsonp: a call for each answer, and messages by a form") {
    SockJsWorld world;
    SockJsClient client(world);
    const Answer opened = client.get("/echo/000/j/jsonp?c=%63allback");
    CHECK(opened.body == "callback(\"o\");\r\n");
    CHECK(opened.header("Content-Type") == "application/javascript; charset=UTF-8");
    CHECK(opened.header("X-Content-Type-Options") == "nosniff");
    CHECK(opened.header("Cache-Control") == uncached);
    const Answer sent = client.post("/echo/000/j/jsonp_send", "d=%5B%22x+y%22%5D", form);
    CHECK(sent.status == 200);
    CHECK(sent.body == "ok");
    CHECK(sent.header("Content-Type") == "text/plain; charset=UTF-8");
    CHECK(sent.header("Cache-Control") == uncached);
    CHECK(client.post("/echo/000/j/jsonp_send", R"(["%61bc"])", "Content-Type: text/plain\r\n")
              .body == "ok");
    CHECK(client.get("/echo/000/j/jsonp?callback=a.b").body ==
          "a.b(\"a[\\\"x y\\\",\\\"%61bc\\\"]\");\r\n");
    for (const char* body : {"", "d=", "p=p"}) {
        const Answer missing = client.post("/echo/000/j/jsonp_send", body, form);
        CHECK(missing.status == 500);
        CHECK(has(missing.body, "Payload expected."));
    }
    CHECK(has(client.post("/echo/000/j/jsonp_send", "d=%5B%22x", form).body,
              "Broken JSON encoding."));
    CHECK(client.post("/echo/000/none/jsonp_send", "d=%5B%22x%22%5D", form).status == 404);
}

TEST_CASE("htmlfile and jsonp want the name of what they call") {
    SockJsWorld world;
    SockJsClient client(world);
    for (const std::string transport : {"htmlfile", "jsonp"}) {
        const std::string target = "/echo/a/a/" + transport;
        for (const char* query : {"", "?c=", "?d=x"}) {
            const Answer answer = client.get(target + query);
            CHECK(answer.status == 500);
            CHECK(has(answer.body, R"("callback" parameter required)"));
        }
        for (const char* query : {"?c=alert(1)", "?c=%3Cscript", "?c=a%20b"}) {
            const Answer answer = client.get(target + query);
            CHECK(answer.status == 500);
            CHECK(has(answer.body, R"(invalid "callback" parameter)"));
            CHECK(answer.header("Content-Type") == "text/plain; charset=UTF-8");
        }
    }
    CHECK(world.heard().tokens.empty());
}

TEST_CASE("the balancer's cookie is set where it is wanted, and is what the client has") {
    SockJsWorld world;
    SockJsClient client(world);
    const std::string dummy = "JSESSIONID=dummy; path=/";
    CHECK(client.post("/cookie/000/a/xhr").header("Set-Cookie") == dummy);
    CHECK(client.post("/cookie/000/b/xhr", "", "Cookie: x=1; JSESSIONID=abcdef\r\n")
              .header("Set-Cookie") == "JSESSIONID=abcdef; path=/");
    CHECK(client.get("/cookie/000/c/jsonp?c=x").header("Set-Cookie") == dummy);
    CHECK(client.post("/cookie/000/c/jsonp_send", "d=%5B%22x%22%5D", form).header("Set-Cookie") ==
          dummy);
    for (const char* target : {"eventsource", "htmlfile?c=x"}) {
        SockJsClient other(world);
        other.stream("GET", "/cookie/000/" + std::string(target, 4) + "/" + target);
        CHECK(has(other.head(), "Set-Cookie: " + dummy));
    }
    CHECK(client.post("/echo/000/b/xhr", "", "Cookie: JSESSIONID=abcdef\r\n")
              .header("Set-Cookie")
              .empty());
}

TEST_CASE("texts come back as they were, with what browsers harm escaped") {
    SockJsWorld world;
    SockJsClient client(world);
    client.post("/echo/000/u/xhr");
    client.post("/echo/000/u/xhr_send", "[\"\u200c\u2028\u206f\uffff 안녕 👋 \\\" \\\\ \"]");
    CHECK(client.post("/echo/000/u/xhr").body ==
          "a[\"\\u200c\\u2028\\u206f\\uffff 안녕 👋 \\\" \\\\ \"]\n");
    client.post("/echo/000/u/xhr_send",
                R"(["\u0000\u001f\u007f\u00ad\u0604\u17b4\ufeff\ud83d\udc4b"])");
    CHECK(client.post("/echo/000/u/xhr").body ==
          "a[\"\\u0000\\u001f\\u007f\\u00ad\\u0604\\u17b4\\ufeff👋\"]\n");
}

TEST_CASE("HTTP/1.0 gets the same without chunks") {
    SockJsWorld world;
    SockJsClient client(world);
    const Answer answer(
        client.ask("POST /close/000/h/xhr_streaming HTTP/1.0\r\nConnection: Keep-Alive\r\n"
                   "Content-Length: 0\r\n\r\n"));
    CHECK(answer.header("Transfer-Encoding").empty());
    CHECK(answer.body == std::string(2048, 'h') + "\no\nc[3000,\"Go away!\"]\n");
    CHECK(client.closing());
}

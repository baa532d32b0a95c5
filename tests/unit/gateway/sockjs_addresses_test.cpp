// What stands at a SockJS service's addresses, as sockjs-protocol 0.3.3 asks: greeting, info, the
// iframe's page, CORS, and what is refused.

#include <string>

#include <doctest/doctest.h>

#include "gateway/sockjs/iframe.h"
#include "sockjs_world.h"

using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

constexpr const char* uncached = "no-store, no-cache, must-revalidate, max-age=0";

void check_refused_method(const Answer& answer, std::string_view allowed) {
    CHECK(answer.status == 405);
    CHECK(answer.header("Content-Type").empty());
    CHECK(answer.header("Allow") == allowed);
    CHECK(answer.header("Cache-Control") == uncached);
    CHECK(answer.header("Access-Control-Allow-Origin") == "*");
    CHECK(answer.header("Access-Control-Allow-Credentials") == "true");
    CHECK(answer.body.empty());
}

void check_options(SockJsClient& client, std::string_view target, std::string_view methods) {
    for (const std::string origin : {"", "test", "null"}) {
        const Answer answer =
            client.call("OPTIONS", target, origin.empty() ? "" : "Origin: " + origin + "\r\n");
        CHECK(answer.status == 204);
        CHECK(answer.header("Cache-Control") == "public, max-age=31536000");
        CHECK(answer.header("Expires").ends_with(" GMT"));
        CHECK(answer.header("Access-Control-Max-Age") == "31536000");
        CHECK(answer.header("Access-Control-Allow-Methods") == methods);
        CHECK(answer.header("Access-Control-Allow-Origin") == (origin == "test" ? "test" : "*"));
        CHECK(answer.header("Access-Control-Allow-Credentials") == "true");
        CHECK(answer.body.empty());
    }
}

}  // namespace

TEST_CASE("a SockJS service greets, and knows no other address") {
    SockJsWorld world;
    SockJsClient client(world);
    for (const char* target : {"/echo", "/echo/"}) {
        const Answer answer = client.get(target);
        CHECK(answer.status == 200);
        CHECK(answer.header("Content-Type") == "text/plain; charset=UTF-8");
        CHECK(answer.header("Set-Cookie").empty());
        CHECK(answer.body == "Welcome to SockJS!\n");
    }
    for (const char* target : {"/a", "/a.html", "//", "///", "/a/a", "/a/a/", "/a/", "/a/a/a"})
        CHECK(client.get("/echo" + std::string(target)).status == 404);
    CHECK(client.call("HEAD", "/echo").status == 200);
    check_refused_method(client.call("DELETE", "/echo"), "GET");
}

TEST_CASE("info tells what the service can") {
    SockJsWorld world;
    SockJsClient client(world);
    const Answer answer = client.get("/echo/info");
    CHECK(answer.status == 200);
    CHECK(answer.header("Content-Type") == "application/json; charset=UTF-8");
    CHECK(answer.header("Cache-Control") == uncached);
    CHECK(answer.header("Access-Control-Allow-Origin") == "*");
    CHECK(answer.header("Access-Control-Allow-Credentials") == "true");
    CHECK(answer.header("Set-Cookie").empty());
    CHECK(answer.body.starts_with(
        R"({"websocket":true,"cookie_needed":false,"origins":["*:*"],"entropy":)"));
    CHECK(client.get("/echo/info").body != answer.body);
    CHECK(client.get("/wsoff/info").body.starts_with(R"({"websocket":false,)"));
    CHECK(client.get("/cookie/info").body.find(R"("cookie_needed":true)") != std::string::npos);
    CHECK(client.get("/cookie/info").header("Set-Cookie").empty());
    check_options(client, "/echo/info", "OPTIONS, GET");
}

TEST_CASE("the iframe's page is to the letter, and kept for a year") {
    SockJsWorld world;
    SockJsClient client(world);
    const Answer page = client.get("/echo/iframe.html");
    for (const char* target : {"/iframe-a.html", "/iframe-.html", "/iframe-0.1.2.html?t=1",
                               "/iframe-0.1.2abc-dirty.2144.html"}) {
        const Answer answer = client.get("/echo" + std::string(target));
        CHECK(answer.status == 200);
        CHECK(answer.body == page.body);
        CHECK(answer.header("ETag") == page.header("ETag"));
    }
    CHECK(page.header("Content-Type") == "text/html; charset=UTF-8");
    CHECK(page.header("Cache-Control") == "public, max-age=31536000");
    CHECK(page.header("Expires").ends_with(" GMT"));
    CHECK(page.header("Last-Modified").empty());
    CHECK(page.header("X-Frame-Options").empty());
    CHECK(page.body.starts_with("<!DOCTYPE html>\n<html>\n<head>\n"));
    CHECK(page.body.find("_sockjs_onload = function(){SockJS.bootstrap_iframe();};") !=
          std::string::npos);
    const Answer known =
        client.get("/echo/iframe.html", "If-None-Match: " + page.header("ETag") + "\r\n");
    CHECK(known.status == 304);
    CHECK(known.header("Content-Type").empty());
    CHECK(known.body.empty());
    for (const char* target : {"/iframe.htm", "/iframe", "/IFRAME.HTML", "/IFRAME", "/iframe.HTML",
                               "/iframe.xml", "/iframe-/.html"})
        CHECK(client.get("/echo" + std::string(target)).status == 404);
}

TEST_CASE("the iframe's script is our own, or what was chosen") {
    SockJsWorld world;
    SockJsClient client(world);
    const std::string page = client.get("/echo/iframe.html").body;
    const std::size_t at = page.find("<script src=\"/echo/iframe.js?");
    REQUIRE(at != std::string::npos);
    const std::size_t begin = at + 13;
    const Answer script = client.get(page.substr(begin, page.find('"', begin) - begin));
    CHECK(script.status == 200);
    CHECK(script.header("Content-Type") == "application/javascript; charset=UTF-8");
    CHECK(script.body == sockjs::iframe_script());
    CHECK(client.get("/cookie/iframe.html")
              .body.find("<script src=\"https://example.org/sockjs.js?%22\">") !=
          std::string::npos);
}

TEST_CASE("sessions have any name without dots, and the server's part does not count") {
    SockJsWorld world;
    SockJsClient client(world);
    for (const char* part : {"/a/a", "/_/_", "/1/1", "/abcdefgh_i-j%20/abcdefg_i-j%20"}) {
        const Answer answer = client.post("/echo" + std::string(part) + "/xhr");
        CHECK(answer.status == 200);
        CHECK(answer.body == "o\n");
    }
    for (const char* part : {"//", "/a./a", "/a/a.", "/./.", "/", "///"}) {
        const std::string target = "/echo" + std::string(part) + "/xhr";
        CHECK(client.get(target).status == 404);
        CHECK(client.post(target).status == 404);
    }
    CHECK(client.post("/echo/000/s1/xhr").body == "o\n");
    CHECK(client.post("/echo/000/s1/xhr_send", R"(["a"])").status == 204);
    CHECK(client.post("/echo/999/s1/xhr").body == "a[\"a\"]\n");
    CHECK(client.post("/cookie/000/s1/xhr").body == "o\n");  // another service's
}

TEST_CASE("transports answer to their own methods alone") {
    SockJsWorld world;
    SockJsClient client(world);
    for (const char* transport : {"xhr", "xhr_send", "xhr_streaming"}) {
        const std::string target = "/echo/abc/abc/" + std::string(transport);
        check_options(client, target, "OPTIONS, POST");
        check_refused_method(client.get(target), "OPTIONS, POST");
    }
    check_options(client, "/echo/abc/abc/eventsource", "OPTIONS, GET");
    check_refused_method(client.post("/echo/abc/abc/eventsource"), "OPTIONS, GET");
    check_refused_method(client.post("/echo/abc/abc/jsonp"), "GET");
    check_refused_method(client.call("HEAD", "/echo/abc/abc/htmlfile?c=x"), "GET");
    check_refused_method(client.get("/echo/abc/abc/jsonp_send"), "POST");
    CHECK(world.heard().tokens.empty());
}

TEST_CASE("a page reads that its method is refused") {
    SockJsWorld world;
    SockJsClient client(world);
    const Answer put = client.call("PUT", "/echo/000/s2/xhr", "Origin: http://a\r\n");
    CHECK(put.status == 405);
    CHECK(put.header("Cache-Control") == uncached);
    CHECK(put.header("Access-Control-Allow-Origin") == "http://a");
}

TEST_CASE("what asks for headers is allowed them") {
    SockJsWorld world;
    SockJsClient client(world);
    const Answer some =
        client.post("/echo/000/h1/xhr", "", "Access-Control-Request-Headers: a, b, c\r\n");
    CHECK(some.header("Access-Control-Allow-Headers") == "a, b, c");
    CHECK(some.header("Access-Control-Allow-Origin") == "*");
    for (const char* header : {"Access-Control-Request-Headers: \r\n", ""})
        CHECK(client.post("/echo/000/h" + std::to_string(header[0]) + "/xhr", "", header)
                  .header("Access-Control-Allow-Headers")
                  .empty());
}

#include "gateway/http/ip_address.h"

#include <cstring>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "gateway/http/request_parser.h"

using namespace chatcore::gateway;

namespace {

std::string written(const std::string& text) {
    const auto address = IpAddress::parse(text);
    return address ? address->to_string() : "none";
}

std::vector<IpNetwork> networks(std::initializer_list<const char*> texts) {
    std::vector<IpNetwork> made;
    for (const char* text : texts) made.push_back(IpNetwork::parse(text).value());
    return made;
}

/// The client of a request from `peer` with these X-Forwarded-For fields.
std::string client(const std::string& peer, const std::vector<std::string>& fields,
                   const std::vector<IpNetwork>& trusted) {
    std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (const std::string& field : fields) bytes += "X-Forwarded-For: " + field + "\r\n";
    bytes += "\r\n";
    RequestParser parser;
    std::string_view rest = bytes;
    ParseProgress progress = parser.feed(rest);
    while (progress.state == ParseState::head) {
        rest.remove_prefix(progress.consumed);
        progress = parser.feed(rest);
    }
    REQUIRE(progress.state == ParseState::complete);
    return client_of(parser.take_request(), *IpAddress::parse(peer), trusted).to_string();
}

}  // namespace

TEST_CASE("addresses are read and written as usual") {
    CHECK(written("192.0.2.1") == "192.0.2.1");
    CHECK(written("2001:DB8:0:0::1") == "2001:db8::1");
    CHECK(written("::ffff:192.0.2.1") == "192.0.2.1");
    CHECK(IpAddress::parse("::ffff:192.0.2.1") == IpAddress::parse("192.0.2.1"));
    for (const char* text :
         {"", " ", "192.0.2", "192.0.2.256", "192.0.2.1 ", "192.0.2.1:80", "[::1]", "localhost",
          "::1%eth0", "1", "192.0.2.1.1",
          ":::", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        INFO(text);
        CHECK_FALSE(IpAddress::parse(text));
    }
}

TEST_CASE("sockets' addresses are the same, and other families have none") {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    ::inet_pton(AF_INET, "192.0.2.1", &v4.sin_addr);
    CHECK(IpAddress::of(reinterpret_cast<const sockaddr&>(v4)) == IpAddress::parse("192.0.2.1"));
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    ::inet_pton(AF_INET6, "2001:db8::1", &v6.sin6_addr);
    CHECK(IpAddress::of(reinterpret_cast<const sockaddr&>(v6)) == IpAddress::parse("2001:db8::1"));
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    CHECK_FALSE(IpAddress::of(reinterpret_cast<const sockaddr&>(local)).known());
    CHECK(IpAddress().to_string().empty());
    CHECK(IpAddress().network().empty());
}

TEST_CASE("limits are shared by an IPv4 address, and by an IPv6 network of 64 bits") {
    const auto network = [](const char* text) { return IpAddress::parse(text)->network(); };
    CHECK(network("192.0.2.1") == "192.0.2.1");
    CHECK(network("192.0.2.2") != network("192.0.2.1"));
    CHECK(network("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
    CHECK(network("2001:db8:1:2::9") == network("2001:db8:1:2:3:4:5:6"));
    CHECK(network("2001:db8:1:3::9") != network("2001:db8:1:2::9"));
    CHECK(network("::1") == "::1");
}

TEST_CASE("a network holds the addresses that begin with its bits") {
    const auto holds = [](const char* network, const char* address) {
        return IpNetwork::parse(network)->contains(*IpAddress::parse(address));
    };
    CHECK(holds("10.0.0.0/8", "10.255.0.1"));
    CHECK_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
    CHECK(holds("10.1.2.3/8", "10.9.9.9"));
    CHECK(holds("192.0.2.128/25", "192.0.2.200"));
    CHECK_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
    CHECK(holds("192.0.2.1", "192.0.2.1"));
    CHECK_FALSE(holds("192.0.2.1", "192.0.2.2"));
    CHECK(holds("0.0.0.0/0", "203.0.113.9"));
    CHECK_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    CHECK(holds("2001:db8::/33", "2001:db8:7fff::1"));
    CHECK_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
    CHECK(holds("::/0", "192.0.2.1"));
    CHECK_FALSE(IpNetwork::parse("::/0")->contains(IpAddress()));
    for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                             "2001:db8::/129", "10.0.0.0/8/8", "any", "10.0.0.0/ 8"}) {
        INFO(text);
        CHECK_FALSE(IpNetwork::parse(text));
    }
}

TEST_CASE("only a trusted proxy is believed, and only for whom it was sent by") {
    const auto trusted = networks({"10.0.0.0/8", "2001:db8:aaaa::/48"});
    CHECK(client("203.0.113.1", {"192.0.2.1"}, trusted) == "203.0.113.1");
    CHECK(client("203.0.113.1", {"192.0.2.1"}, {}) == "203.0.113.1");
    CHECK(client("10.0.0.1", {}, trusted) == "10.0.0.1");
    CHECK(client("10.0.0.1", {"192.0.2.1"}, trusted) == "192.0.2.1");
    // What the client itself had sent stands before what the proxy has seen.
    CHECK(client("10.0.0.1", {"127.0.0.1, 192.0.2.1"}, trusted) == "192.0.2.1");
    CHECK(client("10.0.0.1", {"127.0.0.1", "192.0.2.1"}, trusted) == "192.0.2.1");
    CHECK(client("10.0.0.1", {"192.0.2.1, 10.0.0.2, 10.0.0.3"}, trusted) == "192.0.2.1");
    CHECK(client("10.0.0.1", {"10.0.0.9, 10.0.0.2"}, trusted) == "10.0.0.9");
    CHECK(client("10.0.0.1", {"192.0.2.1, 2001:db8:aaaa::1"}, trusted) == "192.0.2.1");
    CHECK(client("2001:db8:aaaa::5", {"2001:db8:1::7"}, trusted) == "2001:db8:1::7");
    CHECK(client("10.0.0.1", {"192.0.2.1:5678"}, trusted) == "192.0.2.1");
    CHECK(client("10.0.0.1", {"[2001:db8:1::7]:443"}, trusted) == "2001:db8:1::7");
}

TEST_CASE("what is no address counts for the proxy that said it") {
    const auto trusted = networks({"10.0.0.0/8"});
    for (const char* field : {"unknown", "_hidden", "", ",", "192.0.2.1,", "192.0.2.1, x", "[::1",
                              "a.b.c.d", "192.0.2.1 192.0.2.2"}) {
        INFO(field);
        CHECK(client("10.0.0.1", {field}, trusted) == "10.0.0.1");
    }
    CHECK(client("10.0.0.1", {"192.0.2.1, junk, 10.0.0.7"}, trusted) == "10.0.0.7");
    std::string many = "192.0.2.1";
    for (int i = 0; i < 100; ++i) many += ", 10.0.0.2";
    CHECK(client("10.0.0.1", {many}, trusted) == "10.0.0.2");  // it is not read for ever
}

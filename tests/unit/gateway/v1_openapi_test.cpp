// The document of the API says of every route what the router knows of it.

#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <simdjson.h>

#include "gateway/doors/v1/openapi.h"
#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// Parsed once; reading what is not there fails the test.
element document() {
    static simdjson::dom::parser parser;
    static const element root = [] {
        element found;
        REQUIRE(parser.parse(v1::openapi_document()).get(found) == simdjson::SUCCESS);
        return found;
    }();
    return root;
}

std::string upper(std::string_view name) {
    std::string out(name);
    for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return out;
}

/// `#/components/…` as a JSON pointer of what it names, and other values as they are.
element resolved(element value) {
    std::string_view ref;
    if (value["$ref"].get(ref) != simdjson::SUCCESS) return value;
    element target;
    INFO(std::string(ref));
    REQUIRE(document().at_pointer(ref.substr(1)).get(target) == simdjson::SUCCESS);
    return target;
}

void check_references(element value, int& count) {
    if (array items; value.get(items) == simdjson::SUCCESS) {
        for (const element item : items) check_references(item, count);
    } else if (object members; value.get(members) == simdjson::SUCCESS) {
        if (members["$ref"].error() == simdjson::SUCCESS) {
            resolved(value);
            ++count;
        }
        for (const auto member : members) check_references(member.value, count);
    }
}

/// The names in braces, in order.
std::vector<std::string> captures_of(std::string_view pattern) {
    std::vector<std::string> names;
    for (auto at = pattern.find('{'); at != pattern.npos; at = pattern.find('{', at + 1)) {
        names.emplace_back(pattern.substr(at + 1, pattern.find('}', at) - at - 1));
    }
    return names;
}

/// The address without the names of what it holds: by them no two addresses of the document may
/// differ, as those of routes do.
std::string without_names(std::string_view pattern) {
    std::string out;
    bool inside = false;
    for (const char c : pattern) {
        if (c == '}') inside = false;
        if (!inside) out += c;
        if (c == '{') inside = true;
    }
    return out;
}

std::vector<std::string> path_parameters(object operation) {
    std::vector<std::string> names;
    array parameters;
    if (operation["parameters"].get(parameters) != simdjson::SUCCESS) return names;
    for (const element parameter : parameters) {
        const element one = resolved(parameter);
        if (std::string_view(one["in"]) == "path")
            names.emplace_back(std::string_view(one["name"]));
    }
    return names;
}

/// The security that an operation must name; empty: that of the whole document, a person's.
std::string security_of(Login login) {
    switch (login) {
        case Login::none:
            return "[]";
        case Login::host:
            return R"([{},{"hostKey":[]}])";
        case Login::required:
        case Login::required_or_in_query:
        case Login::required_in_any_form:
        case Login::seller:
            return "";
        case Login::person_or_host:
            return R"([{"bearer":[]},{"hostKey":[],"asPerson":[]},{"hostKey":[]}])";
        case Login::admin:
            return R"([{"bearer":[]},{"hostKey":[]}])";
    }
    return "?";
}

std::set<std::string> texts(element list) {
    std::set<std::string> all;
    for (const element one : array(list)) all.emplace(std::string_view(one));
    return all;
}

}  // namespace

TEST_CASE("the document has every operation that is served, and no other") {
    DoorWorld world;
    world.open_consultation_door();
    std::set<std::string> told;
    std::set<std::string> addresses;
    for (const auto path : object(document()["paths"])) {
        CHECK(addresses.insert(without_names(path.key)).second);
        for (const auto operation : object(path.value))
            told.insert(upper(operation.key) + ' ' + without_names(path.key));
    }
    std::set<std::string> served;
    for (const auto& [method, pattern] : world.router().routes())
        served.insert(method + ' ' + without_names(pattern));
    for (const std::string& one : served) CHECK_MESSAGE(told.contains(one), "not told: ", one);
    for (const std::string& one : told) CHECK_MESSAGE(served.contains(one), "not served: ", one);
}

TEST_CASE("the document names what addresses hold, and who may ask") {
    DoorWorld world;
    world.open_consultation_door();
    std::set<std::string> ids;
    for (const auto path : object(document()["paths"])) {
        for (const auto member : object(path.value)) {
            const std::string method = upper(member.key);
            INFO(method << ' ' << std::string(path.key));
            const object operation = member.value;
            CHECK(path_parameters(operation) == captures_of(path.key));
            CHECK(ids.emplace(std::string_view(operation["operationId"])).second);
            const Router::Match match = world.router().find(method, path.key);
            REQUIRE(match.handler != nullptr);
            element security;
            const bool own = operation["security"].get(security) == simdjson::SUCCESS;
            CHECK((own ? simdjson::minify(security) : "") == security_of(match.login));
        }
    }
}

TEST_CASE("the document's codes are the engine's, at the statuses that they have") {
    std::set<std::string> codes;
    std::map<int, std::set<std::string>> by_status;
    for (int i = 0; i < error_code_count; ++i) {
        const auto code = static_cast<ErrorCode>(i);
        // Never told: see write_error().
        if (code == ErrorCode::corrupt || code == ErrorCode::newer_schema) continue;
        codes.emplace(name_of(code));
        by_status[status_of(code)].emplace(name_of(code));
    }
    CHECK(texts(document().at_pointer("/components/schemas/ErrorCode/enum")) == codes);
    // The description of a refusal begins with the codes that it may have, but for those that are a
    // sentence.
    const std::set<std::string_view> sentences = {"#/components/responses/NoParty",
                                                  "#/components/responses/NoLog"};
    for (const auto path : object(document()["paths"])) {
        for (const auto operation : object(path.value)) {
            for (const auto response : object(operation.value["responses"])) {
                const std::string status(response.key);
                std::string_view ref;
                if (status[0] != '4' || response.value["$ref"].get(ref) != simdjson::SUCCESS)
                    continue;
                if (sentences.contains(ref)) continue;
                const std::string_view description = resolved(response.value)["description"];
                for (const std::string& code : by_status[std::stoi(status)]) {
                    const bool named = description.find('`' + code + '`') != description.npos;
                    CHECK_MESSAGE(named, std::string(path.key), ' ', status, ' ', code);
                }
            }
        }
    }
}

TEST_CASE("every operation that takes a body may find it too large") {
    for (const auto path : object(document()["paths"])) {
        for (const auto operation : object(path.value)) {
            element found;
            if (operation.value["requestBody"].get(found) != simdjson::SUCCESS) continue;
            const bool named = operation.value["responses"]["413"].get(found) == simdjson::SUCCESS;
            CHECK_MESSAGE(named, std::string(path.key), ' ', std::string(operation.key));
        }
    }
}

TEST_CASE("addresses of a door that is not served are not in the document") {
    simdjson::dom::parser parser;
    element without;
    REQUIRE(parser.parse(v1::openapi_document(v1::OtherDoors::none)).get(without) ==
            simdjson::SUCCESS);
    std::set<std::string_view> left;
    for (const auto path : object(without["paths"])) left.insert(path.key);
    for (const auto path : object(document()["paths"])) {
        const bool of_the_door =
            path.key.starts_with("/api/consultations") || path.key.starts_with("/api/chat/");
        CHECK_MESSAGE(left.contains(path.key) != of_the_door, std::string(path.key));
    }
}

TEST_CASE("every reference in the document leads somewhere") {
    int count = 0;
    check_references(document(), count);
    CHECK(count > 500);
}

TEST_CASE("the document is served to everybody, with an entity tag") {
    Router router;
    v1::add_openapi_route(router);
    const Router::Match match = router.find("GET", "/openapi.json");
    REQUIRE(match.handler != nullptr);
    CHECK(match.login == Login::none);
}

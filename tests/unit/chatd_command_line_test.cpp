#include <array>

#include <doctest/doctest.h>

#include "command_line.h"

using namespace chatcore::chatd;

namespace {

CommandLine parse(std::vector<const char*> arguments) {
    static constexpr std::array<std::string_view, 3> options = {"config", "email", "password"};
    return parse_command_line(arguments, options);
}

}  // namespace

TEST_CASE("words name the command, before flags and behind them") {
    const CommandLine line = parse({"user", "add", "--email", "a@b"});
    CHECK(line.words == std::vector<std::string>{"user", "add"});
    CHECK(line.options.at("email") == "a@b");
    CHECK(line.problems.empty());
    using Words = std::vector<std::string>;
    CHECK(parse({"--email", "a@b", "user", "--log.level=info", "add"}).words ==
          Words{"user", "add"});
}

TEST_CASE("a flag without a value leaves what follows it alone") {
    using Words = std::vector<std::string>;
    for (const auto& order : {std::vector<const char*>{"export", "--files", "all.jsonl"},
                              {"export", "all.jsonl", "--files"},
                              {"--files", "export", "all.jsonl"}}) {
        const CommandLine line = parse(order);
        CHECK(line.words == Words{"export", "all.jsonl"});
        CHECK(line.options.contains("files"));
        CHECK(line.problems.empty());
    }
    CHECK(parse({"export", "--files=all.jsonl"}).problems ==
          Words{"--files has no value, and is given one"});
}

TEST_CASE("a setting is given behind a space or an equals sign") {
    const CommandLine line =
        parse({"--log.level", "debug", "--limits.person_posts_per_s=0", "--data-dir=/x=y"});
    REQUIRE(line.problems.empty());
    REQUIRE(line.settings.size() == 3);
    CHECK(line.settings[0].key->name == "log.level");
    CHECK(line.settings[0].value == "debug");
    CHECK(line.settings[1].value == "0");
    CHECK(line.settings[2].key->name == "data_dir");
    CHECK(line.settings[2].value == "/x=y");
    CHECK(line.settings[2].flag == "--data-dir");
}

TEST_CASE("a truth value may be left out") {
    const CommandLine bare = parse({"--bench.broadcast", "--log.level", "info"});
    REQUIRE(bare.settings.size() == 2);
    CHECK(bare.settings[0].value == "true");
    CHECK(parse({"--bench.broadcast", "false"}).settings[0].value == "false");
}

TEST_CASE("a password may begin with a hyphen") {
    CHECK(parse({"--password", "-x-"}).options.at("password") == "-x-");
}

TEST_CASE("a negative number is a value, so that it can be told to be a wrong one") {
    const CommandLine line = parse({"--limits.person_posts_per_s", "-1", "--log.level", "info"});
    REQUIRE(line.problems.empty());
    REQUIRE(line.settings.size() == 2);
    CHECK(line.settings[0].value == "-1");
    CHECK(parse({"--qqqqqqqqqqqqq", "-1.5"}).problems.size() == 1);
    CHECK(parse({"--listen", "-x"}).problems.front() == "--listen needs a value");
}

TEST_CASE("an unknown flag is one mistake, and names what it is near to") {
    const CommandLine line = parse({"--lissten", "127.0.0.1:1"});
    REQUIRE(line.problems.size() == 1);
    CHECK(line.problems[0] == "--lissten: there is no such flag; did you mean --listen?");
    CHECK(parse({"--qqqqqqqqqqqqq"}).problems[0].ends_with("see chatd --help"));
}

TEST_CASE("a flag without its value is a mistake") {
    CHECK(parse({"--listen"}).problems == std::vector<std::string>{"--listen needs a value"});
    CHECK(parse({"--listen", "--log.level", "info"}).problems.size() == 1);
    CHECK(parse({"-"}).words == std::vector<std::string>{"-"});
    CHECK(parse({"--"}).problems.size() == 1);
    CHECK(parse({"--=x"}).problems.size() == 1);
}

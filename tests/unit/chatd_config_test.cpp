#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "config.h"
#include "key_file.h"

using namespace chatcore;
using namespace chatcore::chatd;

namespace {

/// A configuration file that lives as long as the test.
class TomlFile {
public:
    explicit TomlFile(const std::string& text)
        : path_(std::filesystem::temp_directory_path() /
                ("chatd-config-" + std::to_string(::getpid()) + ".toml")) {
        std::ofstream(path_) << text;
    }
    ~TomlFile() { std::filesystem::remove(path_); }
    TomlFile(const TomlFile&) = delete;
    TomlFile& operator=(const TomlFile&) = delete;

    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

Environment variables(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

LoadedConfig load_file(const std::string& text) {
    const TomlFile file(text);
    LoadedConfig loaded = load_config(file.path(), variables({}), {});
    for (std::string& problem : loaded.problems) {
        REQUIRE(problem.starts_with(file.path()));
        problem.replace(0, file.path().size(), "FILE");
    }
    return loaded;
}

LoadedConfig load_flag(const char* key, const char* value) {
    return load_config("", variables({}), {{find_key(key), value, std::string("--") + key}});
}

const Setting& setting(const LoadedConfig& loaded, std::string_view name) {
    for (const Setting& each : loaded.settings) {
        if (each.key->name == name) return each;
    }
    FAIL("no such setting");
    return loaded.settings.front();
}

}  // namespace

TEST_CASE("without any setting the defaults of the documents hold") {
    const LoadedConfig loaded = load_config("", variables({}), {});
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.config.listen == Address{"127.0.0.1", 8080});
    CHECK(loaded.config.data_dir == "./chatd-data");
    CHECK(loaded.config.sqlite_path == "./chatd-data/chatd.db");
    CHECK(loaded.config.synchronous_full);
    CHECK(loaded.config.limits.person_posts_per_s == 10);
    CHECK(loaded.config.accounts.access_lifetime == std::chrono::hours(24));
    CHECK(loaded.config.io_threads >= 1);
    CHECK_FALSE(loaded.config.broadcast);
}

TEST_CASE("the defaults are those of the core, where it has them") {
    const Config config = load_config("", variables({}), {}).config;
    const Limits limits;
    CHECK(config.limits.person_posts_per_s == limits.person_posts_per_s);
    CHECK(config.limits.content_code_points_max == limits.content_code_points_max);
    CHECK(config.limits.receipts_told_members_max == limits.receipts_told_members_max);
    CHECK(config.limits.presence_told_members_max == limits.presence_told_members_max);
    CHECK(config.limits.recommendation_depth == limits.recommendation_depth);
    CHECK(config.limits.room_posts_per_s == limits.room_posts_per_s);
    CHECK(config.limits.person_changes_per_s == limits.person_changes_per_s);
    CHECK(config.limits.person_reports_per_min == limits.person_reports_per_min);
    CHECK(config.limits.typing_per_s == limits.typing_per_s);
    CHECK(config.limits.account_log_ins_failed == limits.account_log_ins_failed);
    CHECK(config.limits.address_log_ins_failed == limits.address_log_ins_failed);
    CHECK(config.accounts.outside.person_by == OutsideOptions{}.person_by);
    CHECK_FALSE(config.accounts.outside.create);
    CHECK_FALSE(config.accounts.outside.admins);
    CHECK_FALSE(config.outside.on());
    CHECK(config.accounts.refresh_lifetime == AccountOptions{}.refresh_lifetime);
}

TEST_CASE("every default passes its own check, and every key says what it is") {
    std::set<std::string> variables_seen;
    for (const ConfigKey& key : config_keys()) {
        CAPTURE(std::string(key.name));
        CHECK_FALSE(objection(key, key.fallback));
        CHECK(key.sentence.ends_with('.'));
        CHECK(variables_seen.insert(environment_name(key)).second);
    }
}

TEST_CASE("a flag beats the environment, which beats the file, which beats the default") {
    const TomlFile file("listen = \"127.0.0.1:1\"\n[log]\nlevel = \"debug\"\nformat = \"json\"\n");
    const LoadedConfig loaded = load_config(
        file.path(), variables({{"CHATD_LISTEN", "127.0.0.1:2"}, {"CHATD_LOG_LEVEL", "error"}}),
        {{find_key("listen"), "127.0.0.1:3", "--listen"}});
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.config.listen.port == 3);
    CHECK(setting(loaded, "listen").origin == "--listen");
    CHECK(loaded.config.log_level == LogLevel::error);
    CHECK(setting(loaded, "log.level").origin == "CHATD_LOG_LEVEL");
    CHECK(loaded.config.log_format == LogFormat::json);
    CHECK(setting(loaded, "log.format").origin == file.path() + ":4");
    CHECK(setting(loaded, "io.threads").origin == "default");
}

TEST_CASE("an unknown key in the file is told with its line and the nearest key") {
    const LoadedConfig loaded = load_file("[auth]\naccess_hour = 3\n\n[nonsense]\nwhat = 1\n");
    REQUIRE(loaded.problems.size() == 2);
    CHECK(loaded.problems[0] ==
          "FILE:2: auth.access_hour: there is no such key; did you mean auth.access_hours?");
    CHECK(loaded.problems[1] == "FILE:5: nonsense.what: there is no such key");
}

TEST_CASE("an unknown table is an error, empty or not, and a known empty one is none") {
    CHECK(load_file("[kafkaesque]\n").problems.size() == 1);
    CHECK(load_file("[store.sqlite]\n").problems.empty());
}

TEST_CASE("a value of the wrong type is told with its line") {
    const LoadedConfig loaded =
        load_file("listen = 80\n[auth]\naccess_hours = \"3\"\n[bench]\nbroadcast = 1\n");
    REQUIRE(loaded.problems.size() == 3);
    std::string all;
    for (const std::string& problem : loaded.problems) all += problem + '\n';
    CHECK(all.find("FILE:1: listen: this is a whole number, but a text in quotes is wanted") !=
          all.npos);
    CHECK(all.find("FILE:3: auth.access_hours: this is a text, but a whole number is wanted") !=
          all.npos);
    CHECK(all.find("FILE:5: bench.broadcast: this is a whole number, but true or false") !=
          all.npos);
}

TEST_CASE("a file that is no TOML, or is not there, is told") {
    CHECK(load_file("listen = \n").problems[0].starts_with("FILE:1: this is no TOML: "));
    const LoadedConfig absent = load_config("/nowhere/chatd.toml", variables({}), {});
    REQUIRE(absent.problems.size() == 1);
    CHECK(absent.problems[0] ==
          "/nowhere/chatd.toml: the file cannot be read: No such file or directory");
}

TEST_CASE("values out of their range are refused with the range") {
    CHECK(load_flag("auth.bcrypt_cost", "3").problems[0] ==
          "--auth.bcrypt_cost: auth.bcrypt_cost: \"3\" is not a whole number from 4 to 16");
    CHECK(load_flag("auth.access_hours", "12x").problems.size() == 1);
    CHECK(load_flag("auth.access_hours", "").problems.size() == 1);
    CHECK(load_flag("limits.person_posts_per_s", "-1").problems.size() == 1);
    CHECK(load_flag("limits.person_posts_per_s", "99999999999999999999").problems.size() == 1);
    CHECK(load_flag("bench.broadcast", "yes").problems.size() == 1);
    CHECK(load_flag("log.level", "loud")
              .problems[0]
              .ends_with("\"loud\" is none of: debug, info, warning, error"));
}

TEST_CASE("what the documents plan and this build lacks is refused as such") {
    CHECK(load_flag("store.kind", "postgres")
              .problems[0]
              .ends_with("\"postgres\" is not in this build, which has only: sqlite, memory"));
    CHECK(load_flag("journal.kind", "kafka")
              .problems[0]
              .ends_with("\"kafka\" is not in this build, which has only: direct"));
    CHECK(load_flag("bus.kind", "redis-pubsub").problems.size() == 1);
    CHECK(load_flag("cache.kind", "redis").problems.size() == 1);
}

TEST_CASE("a mistake is told in one line, whatever the value holds") {
    CHECK(load_flag("log.level", "lo\nud\x1b[2J").problems[0] ==
          "--log.level: log.level: \"lo\\x0aud\\x1b[2J\" is none of: debug, info, warning, error");
    const LoadedConfig named = load_file("\"a\\nb\" = 1\n");
    REQUIRE(named.problems.size() == 1);
    CHECK(named.problems[0].starts_with("FILE:1: a\\x0ab: there is no such key"));
}

TEST_CASE("an address is host:port, with IPv6 in brackets") {
    CHECK(parse_address("127.0.0.1:0") == Address{"127.0.0.1", 0});
    CHECK(parse_address("[::1]:65535") == Address{"::1", 65535});
    CHECK(parse_address("localhost:80") == Address{"localhost", 80});
    CHECK(to_string(Address{"::1", 7}) == "[::1]:7");
    for (const char* bad : {"", ":", "80", ":80", "host", "host:", "host:65536", "host:-1",
                            "host:8o", "::1:80", "[x]:80", "a b:80", "http://x:80", "host:80 "}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_address(bad));
    }
}

TEST_CASE("a secret is long enough, and never shown") {
    const LoadedConfig weak = load_flag("auth.jwt_secret", "short-and-secret");
    REQUIRE(weak.problems.size() == 1);
    CHECK(weak.problems[0].find("short-and-secret") == std::string::npos);
    const LoadedConfig good = load_flag("auth.jwt_secret", "0123456789012345678901234567890123");
    REQUIRE(good.problems.empty());
    CHECK(show(good).find("0123456789") == std::string::npos);
    CHECK(show(good).find("auth.jwt_secret = \"********\"") != std::string::npos);
}

TEST_CASE("what is shown is TOML that gives the same settings") {
    LoadedConfig loaded = load_flag("data_dir", "a \"b\" \\ \t c");
    const LoadedConfig again = load_file(show(loaded));
    REQUIRE(again.problems.empty());
    for (std::size_t i = 0; i < loaded.settings.size(); ++i) {
        CHECK(again.settings[i].value == loaded.settings[i].value);
    }
}

TEST_CASE("variables that are no setting are named, and others left alone") {
    const char* const environment[] = {"CHATD_LISTEN=x", "CHATD_CONFIG=y", "CHATD_LISTN=x",
                                       "PATH=/bin",      "CHATD=z",        nullptr};
    CHECK(unknown_variables(environment) == std::vector<std::string>{"CHATD_LISTN"});
}

TEST_CASE("the guide has the table of the keys as they are") {
    std::ifstream file(CHATD_OPERATING_GUIDE);
    std::stringstream guide;
    guide << file.rdbuf();
    // `chatd config keys` prints it.
    CHECK(guide.str().find(markdown_table()) != std::string::npos);
}

TEST_CASE("a folder is no file of settings") {
    const std::string folder = std::filesystem::temp_directory_path().string();
    const LoadedConfig loaded = load_config(folder, variables({}), {});
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0] == folder + ": the file cannot be read: it is a folder");
}

TEST_CASE("mistakes of one file are told in the order of its lines") {
    const LoadedConfig loaded = load_file(
        "listen = 7\n"
        "unheard_of = 1\n"
        "[log]\n"
        "level = \"loud\"\n"
        "[auth]\n"
        "bcrypt_cost = 99\n"
        "access_hours = \"x\"\n");
    REQUIRE(loaded.problems.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
        const int line = std::vector<int>{1, 2, 4, 6, 7}[i];
        INFO(loaded.problems[i]);
        CHECK(loaded.problems[i].starts_with("FILE:" + std::to_string(line) + ": "));
    }
}

TEST_CASE("outside tokens have one key, and people by id cannot be made") {
    const auto problem = [](const std::string& text) {
        const LoadedConfig loaded = load_file(text);
        return loaded.problems.size() == 1 ? loaded.problems.front() : std::string();
    };
    const std::string key = "[auth.outside]\njwks_file = \"keys.json\"\n";
    CHECK(load_file(key + "create = true\n").problems.empty());
    CHECK(problem(key + "public_key_file = \"key.pem\"\n") ==
          "FILE:2: auth.outside.jwks_file: auth.outside.public_key_file is given already");
    CHECK(problem(key + "create = true\nperson_by = \"id\"\n") ==
          "FILE:3: auth.outside.create: people who are given by id cannot be made, since ids are "
          "ours");
    CHECK(problem("[auth.outside]\ncreate = true\n")
              .starts_with("FILE:2: auth.outside.create: no outside tokens are taken"));
    CHECK(problem(key + "admins = true\n")
              .starts_with("FILE:3: auth.outside.admins: no role is read"));
    CHECK(problem("[auth.outside]\nsecret = \"short\"\n")
              .ends_with("a secret needs at least 32 bytes (RFC 7518 section 3.2)"));
    const LoadedConfig loaded = load_file(key + "leeway_s = 5\nperson_by = \"email\"\n");
    CHECK(loaded.config.outside.key_file() == "keys.json");
    CHECK(loaded.config.outside.leeway == std::chrono::seconds(5));
    CHECK(loaded.config.outside.person_claim == "sub");
    CHECK(loaded.config.accounts.outside.person_by == OutsideOptions::PersonBy::email);
}

TEST_CASE("what names the files of consultations must name some") {
    const Config config = load_config("", variables({}), {}).config;
    CHECK(config.consultations.archive_name == ConsultationOptions{}.archive_name);
    CHECK(config.consultations.snapshot_name == ConsultationOptions{}.snapshot_name);
    CHECK(config.consultations.hot_key == ConsultationOptions{}.hot_key);
    CHECK(config.consultations.time_zone == ConsultationOptions{}.time_zone);
    CHECK(config.limits.consultation_idle.value() == Limits{}.consultation_idle.value());
    CHECK(config.limits.consultation_hot_ttl.value() == Limits{}.consultation_hot_ttl.value());
    CHECK(config.limits.consultation_snapshot_interval.value() ==
          Limits{}.consultation_snapshot_interval.value());
    CHECK(config.limits.consultation_clean_interval.value() ==
          Limits{}.consultation_clean_interval.value());
    CHECK(
        load_flag("consultation.archive_name", "a.txt").problems ==
        std::vector<std::string>{"--consultation.archive_name: consultation.archive_name: it must "
                                 "name a file, with {requestIdx} once"});
    CHECK(load_flag("consultation.snapshot_name", "{requestIdx}{time}").problems.size() == 1);
    CHECK(load_flag("consultation.hot_key", "chat").problems.size() == 1);
    CHECK(load_flag("consultation.archive_name", "b/{requestIdx}").problems.empty());
}

TEST_CASE("proxies are a list of addresses and networks") {
    const LoadedConfig loaded = load_flag("trusted_proxies", "10.0.0.0/8,  2001:db8::1 192.0.2.1");
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.config.trusted_proxies ==
          std::vector<std::string>{"10.0.0.0/8", "2001:db8::1", "192.0.2.1"});
    for (const char* wrong : {"10.0.0.0/33", "proxy.example.org", "10.0.0.1:80"})
        CHECK(load_flag("trusted_proxies", wrong).problems.size() == 1);
}

TEST_CASE("kinds of files are a list of media types") {
    const LoadedConfig loaded =
        load_flag("attachments.types_allowed", "image/*, application/pdf */*");
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.config.attachments.types_allowed ==
          std::vector<std::string>{"image/*", "application/pdf", "*/*"});
    CHECK(load_flag("attachments.types_denied", "").problems.empty());
    for (const char* wrong :
         {"image", "image/", "/png", "*/png", "Image/PNG", "image/png;q=1", "a/b/c"}) {
        INFO(wrong);
        CHECK(load_flag("attachments.types_allowed", wrong).problems.size() == 1);
        CHECK(load_flag("attachments.types_denied", wrong).problems.size() == 1);
    }
}

TEST_CASE("a key file is read anew when it is another") {
    const TomlFile file("first");
    KeyFile keys(file.path());
    CHECK(keys.changed());
    REQUIRE(keys.read().has_value());
    CHECK(*keys.read() == "first");
    CHECK_FALSE(keys.changed());
    std::ofstream(file.path()) << "second one";
    CHECK(keys.changed());
    CHECK(*keys.read() == "second one");
    CHECK_FALSE(keys.changed());
    std::filesystem::remove(file.path());
    CHECK(keys.changed());
    const auto gone = keys.read();
    REQUIRE(!gone.has_value());
    CHECK(gone.error().cause.ends_with("No such file or directory"));
    CHECK_FALSE(keys.changed());
}

// chatd: the chat server. Without arguments it serves everything from a folder of its own.

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <span>

#include <fmt/format.h>
#include <unistd.h>

#include "commands.h"
#include "config.h"
#include "config_check.h"
#include "doctor.h"
#include "serve.h"
#include "transfer/transfer_commands.h"
#include "version.h"

namespace chatcore::chatd {

namespace {

constexpr std::string_view help = R"(usage: chatd [--config FILE] [--KEY VALUE]…    serve
       chatd config check|show [--config FILE] [--KEY VALUE]…
       chatd config keys
       chatd user add --email EMAIL --nickname NAME [--password PASSWORD]
                      [--role user|seller|admin] [--external-id CODE]
       chatd token --user ID
       chatd doctor [--config FILE] [--KEY VALUE]…
       chatd migrate [--config FILE] [--KEY VALUE]…
       chatd export [--files] [FILE|-] [--config FILE] [--KEY VALUE]…
       chatd import FILE|- [--config FILE] [--KEY VALUE]…
       chatd --version

`config check` says what is wrong with the settings, `config show` prints those in force, and
`config keys` the table of all that there are. `doctor` looks at all that a server needs, and
`migrate` brings the database up to this version. `export` writes all that there is as lines of
JSON, with --files the uploaded files too, and `import` takes it into an empty store. Without
--password, `user add` reads it from standard input. A KEY may also be set by an environment
variable, CHATD_ and the key in capitals with _ for the dots, or in FILE, which is TOML.

keys:
)";

using Words = std::vector<std::string>;

int print_help() {
    fmt::print("{}", help);
    for (const ConfigKey& key : config_keys()) {
        fmt::print("  {} ({}{})\n      {}\n", key.name, range_of(key),
                   key.fallback.empty() ? "" : fmt::format("; {}", key.fallback), key.sentence);
    }
    return exit_code::ok;
}

int refuse(const std::vector<std::string>& problems) {
    for (const std::string& problem : problems) fmt::print(stderr, "chatd: {}\n", problem);
    return exit_code::usage;
}

int check(const LoadedConfig& loaded) {
    for (const std::string& variable : unknown_variables(environ)) {
        fmt::print("note: {} in the environment is no setting, and is ignored\n", variable);
    }
    if (!loaded.problems.empty()) return refuse(loaded.problems);
    if (const auto problems = problems_with_surroundings(loaded); !problems.empty())
        return refuse(problems);
    fmt::print("the settings are good\n");
    return exit_code::ok;
}

/// Flags that are no settings, of the commands that they belong to.
struct OwnFlag {
    std::string_view command;
    std::string_view flag;
};
constexpr std::array own_flags = std::to_array<OwnFlag>({
    {"user", "email"},
    {"user", "external-id"},
    {"user", "nickname"},
    {"user", "password"},
    {"user", "role"},
    {"token", "user"},
    {"export", "files"},
});

/// A flag that would mean nothing is a mistake, and the one who gave it meant something.
std::vector<std::string> stray_flags(const CommandLine& line) {
    const std::string command = line.words.empty() ? "" : line.words.front();
    std::vector<std::string> problems;
    for (const auto& [name, value] : line.options) {
        if (name == "config" || name == "help" || name == "version") continue;
        const bool own =
            std::ranges::any_of(own_flags, [&, flag = std::string_view(name)](const OwnFlag& one) {
                return one.command == command && one.flag == flag;
            });
        if (own) continue;
        problems.push_back(
            command.empty()
                ? fmt::format("--{} is no flag of a server; see chatd --help", name)
                : fmt::format("--{} is no flag of {}; see chatd --help", name, command));
    }
    return problems;
}

int run(std::span<const char* const> arguments) {
    static constexpr std::array<std::string_view, 7> options = {
        "config", "email", "external-id", "nickname", "password", "role", "user"};
    const CommandLine line = parse_command_line(arguments, options);
    if (line.options.contains("help")) return print_help();
    if (line.options.contains("version")) {
        fmt::print("chatd {}\n", version);
        return exit_code::ok;
    }
    const auto load = [&line] {
        const auto named = line.options.find("config");
        const std::string file = named != line.options.end()
                                     ? named->second
                                     : process_environment("CHATD_CONFIG").value_or("");
        LoadedConfig loaded = load_config(file, process_environment, line.settings);
        loaded.problems.insert(loaded.problems.begin(), line.problems.begin(), line.problems.end());
        return loaded;
    };
    const LoadedConfig loaded = load();
    const Words& words = line.words;
    if (const auto stray = stray_flags(line); !stray.empty()) return refuse(stray);
    if (words == Words{"config", "check"}) return check(loaded);
    if (words == Words{"config", "keys"}) {
        fmt::print("{}", markdown_table());
        return exit_code::ok;
    }
    if (!loaded.problems.empty()) return refuse(loaded.problems);
    if (words == Words{"config", "show"}) {
        fmt::print("{}", show(loaded));
        return exit_code::ok;
    }
    if (words == Words{"user", "add"}) return add_user(line, loaded.config);
    if (words == Words{"token"}) return print_token(line, loaded.config);
    if (words == Words{"doctor"}) return doctor(loaded.config);
    if (words == Words{"migrate"}) return migrate(loaded.config);
    if (!words.empty() && words.front() == "export") return export_all(line, loaded.config);
    if (!words.empty() && words.front() == "import") return import_all(line, loaded.config);
    if (!words.empty() && words.front() == "config") {
        return refuse({"config wants one of: check, show, keys; see chatd --help"});
    }
    if (!words.empty()) {
        return refuse(
            {fmt::format("\"{}\" is no command; see chatd --help", fmt::join(words, " "))});
    }
    return serve(loaded.config, load);
}

}  // namespace

}  // namespace chatcore::chatd

int main(int count, char** arguments) {
    using namespace chatcore::chatd;
    prepare_signals();
    try {
        return run({arguments + 1, static_cast<std::size_t>(count > 0 ? count - 1 : 0)});
    } catch (const std::exception& error) {
        // The machine gave no thread or no memory to start with.
        fmt::print(stderr, "chatd: cannot start: {}\n", error.what());
        return exit_code::failed;
    }
}

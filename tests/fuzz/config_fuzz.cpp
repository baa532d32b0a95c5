// Settings from a file, the environment and flags at once. The input is divided by lines that are
// `---`: the file, then lines `KEY=VALUE` of the environment (keys as in the table), then the
// arguments, one a line. Whatever they say: every mistake is told in one line that shows no secret,
// and settings without a mistake are shown as TOML that gives the same settings.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "chatcore/text.h"

#include "command_line.h"
#include "config.h"
#include "expect.h"

using namespace chatcore;
using namespace chatcore::chatd;
using chatcore::test::require;

namespace {

/// A file that is only in memory.
class Toml {
public:
    explicit Toml(std::string_view text) : file_(::memfd_create("chatd.toml", 0)) {
        require(file_ >= 0 &&
                    ::write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
                "a file can be made", "");
    }
    ~Toml() { ::close(file_); }
    Toml(const Toml&) = delete;
    Toml& operator=(const Toml&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

private:
    int file_;
};

std::string_view take_until(std::string_view& rest, std::string_view mark) {
    const std::size_t at = rest.find(mark);
    const std::string_view part = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + mark.size());
    return part;
}

/// A secret as it was given, and how a mistake in it begins.
struct Secret {
    std::string begin;
    std::string value;

    Secret(const std::string& origin, const ConfigKey& key, std::string given)
        : begin(origin + ": " + std::string(key.name) + ": "), value(std::move(given)) {}
};

void check_problem(const std::string& problem, const std::vector<Secret>& secrets) {
    require(!problem.empty(), "a mistake is told", "");
    for (const char c : problem) {
        require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "a mistake is one line",
                problem);
    }
    for (const Secret& secret : secrets) {
        // Shorter ones may stand in the sentence by chance.
        if (secret.value.size() < 12 || !problem.starts_with(secret.begin)) continue;
        require(problem.find(secret.value) == std::string::npos, "no secret is told", problem);
    }
}

void check_good(const LoadedConfig& loaded) {
    const Config& config = loaded.config;
    const std::string shown = show(loaded);
    require(!config.listen.host.empty() && config.io_threads > 0 && config.store_readers > 0,
            "what must be there is there", shown);
    require(config.limits.content_code_points_max > 0 && config.message_bytes_max >= 1'024,
            "limits are in their ranges", shown);
    bool secret = false;
    for (const Setting& setting : loaded.settings) {
        require(!objection(*setting.key, setting.value), "a setting in force can be its key's",
                setting.value);
        require(!setting.origin.empty(), "it is known where a setting is from", setting.value);
        secret = secret || (setting.key->secret && !setting.value.empty());
        // TOML has no other texts.
        if (!text::valid(setting.value)) return;
    }
    if (secret) return;  // masked, so it does not give the same
    const Toml file(shown);
    const LoadedConfig again =
        load_config(file.path(), [](const std::string&) { return std::nullopt; }, {});
    require(again.problems.empty(), "what is shown can be read",
            again.problems.empty() ? "" : again.problems.front());
    for (std::size_t i = 0; i < loaded.settings.size(); ++i) {
        require(again.settings[i].value == loaded.settings[i].value,
                "what is shown gives the same settings", loaded.settings[i].value);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const std::string_view toml = take_until(rest, "\n---\n");
    std::string_view variables = take_until(rest, "\n---\n");

    std::map<std::string, std::string> environment;
    while (!variables.empty()) {
        std::string_view line = take_until(variables, "\n");
        const ConfigKey* key = find_key(take_until(line, "="));
        if (key != nullptr) environment[environment_name(*key)] = line;
    }
    std::vector<std::string> words;
    while (!rest.empty()) {
        std::string word(take_until(rest, "\n"));
        words.push_back(word.substr(0, word.find('\0')));
    }
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    const CommandLine line = parse_command_line(arguments, {});

    const Toml file(toml);
    const LoadedConfig loaded = load_config(
        file.path(),
        [&](const std::string& name) -> std::optional<std::string> {
            const auto found = environment.find(name);
            if (found == environment.end()) return std::nullopt;
            return found->second.substr(0, found->second.find('\0'));
        },
        line.settings);

    std::vector<Secret> secrets;
    for (const FlagSetting& flag : line.settings) {
        if (flag.key->secret) secrets.emplace_back(flag.flag, *flag.key, flag.value);
    }
    for (const ConfigKey& key : config_keys()) {
        const auto found = environment.find(environment_name(key));
        if (key.secret && found != environment.end())
            secrets.emplace_back(found->first, key, found->second);
    }
    for (const std::string& problem : loaded.problems) check_problem(problem, secrets);
    for (const std::string& problem : line.problems) {
        require(!problem.empty(), "a mistake is told", "");
    }
    if (loaded.problems.empty()) check_good(loaded);
    return 0;
}

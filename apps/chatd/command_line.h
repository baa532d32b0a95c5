#pragma once
// What was typed after `chatd`.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config_keys.h"

namespace chatcore::chatd {

/// A setting given by flag.
struct FlagSetting {
    const ConfigKey* key = nullptr;
    std::string value;
    std::string flag;  ///< as typed, for messages
};

struct CommandLine {
    std::vector<std::string> words;  ///< the command: {}, {"config", "check"}, {"user", "add"} …
    std::map<std::string, std::string> options;  ///< flags that are no settings, without `--`
    std::vector<FlagSetting> settings;
    std::vector<std::string> problems;  ///< a sentence each
};

/// Words and flags in any order: `--key.name value`, `--key.name=value`, in names `-` for `_`; a
/// truth value may be left out. `options`: the names of flags that are no settings and have a
/// value; `--help`, `--version` and `--files` are known always, and have none, so that what follows
/// them is a word.
CommandLine parse_command_line(std::span<const char* const> arguments,
                               std::span<const std::string_view> options);

}  // namespace chatcore::chatd

#include "command_line.h"

#include <algorithm>

#include <fmt/format.h>

namespace chatcore::chatd {

namespace {

class Parser {
public:
    Parser(std::span<const char* const> arguments, std::span<const std::string_view> options)
        : arguments_(arguments), options_(options) {}

    CommandLine parse() {
        while (next_ < arguments_.size()) {
            const std::string_view argument = arguments_[next_++];
            if (is_flag(argument)) {
                take_flag(argument);
            } else {
                line_.words.emplace_back(argument);
            }
        }
        return std::move(line_);
    }

private:
    /// A negative number is none: it may be a value, even where it is a wrong one. Neither is `-`,
    /// which stands for standard input or output.
    static bool is_flag(std::string_view argument) {
        if (!argument.starts_with('-') || argument.size() < 2) return false;
        return !std::all_of(argument.begin() + 1, argument.end(),
                            [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    }

    void take_flag(std::string_view argument) {
        if (argument == "-h") argument = "--help";
        const std::size_t equals = argument.find('=');
        const std::string_view flag = argument.substr(0, equals);
        std::string name(
            flag.substr(std::min<std::size_t>(flag.starts_with("--") ? 2 : 1, flag.size())));
        if (name == "help" || name == "version" || name == "files") {
            line_.options[name] = "true";
            if (equals != argument.npos) {
                line_.problems.push_back(fmt::format("{} has no value, and is given one", flag));
            }
            return;
        }
        std::string key_name = name;
        std::replace(key_name.begin(), key_name.end(), '-', '_');
        const ConfigKey* key = find_key(key_name);
        const bool option = std::find(options_.begin(), options_.end(), name) != options_.end();
        if (key == nullptr && !option) return unknown(flag, key_name, equals != argument.npos);

        std::string value;
        if (equals != argument.npos) {
            value = argument.substr(equals + 1);
        } else if (!take_value(key, value)) {
            line_.problems.push_back(fmt::format("{} needs a value", flag));
            return;
        }
        if (key != nullptr) {
            line_.settings.push_back({key, std::move(value), std::string(flag)});
        } else {
            line_.options[name] = std::move(value);
        }
    }

    bool take_value(const ConfigKey* key, std::string& value) {
        const bool there = next_ < arguments_.size() && !is_flag(arguments_[next_]);
        if (!there && key != nullptr && key->kind == ValueKind::boolean) {
            value = "true";
            return true;
        }
        // A value may begin with a hyphen where it is all that can follow: --password -secret.
        if (next_ >= arguments_.size() || (!there && key != nullptr)) return false;
        value = arguments_[next_++];
        return true;
    }

    void unknown(std::string_view flag, std::string_view key_name, bool has_value) {
        const std::string_view nearest = nearest_key(key_name);
        line_.problems.push_back(
            nearest.empty()
                ? fmt::format("{}: there is no such flag; see chatd --help", flag)
                : fmt::format("{}: there is no such flag; did you mean --{}?", flag, nearest));
        // Its value would be told as a second mistake.
        if (!has_value && next_ < arguments_.size() && !is_flag(arguments_[next_])) ++next_;
    }

    std::span<const char* const> arguments_;
    std::span<const std::string_view> options_;
    std::size_t next_ = 0;
    CommandLine line_;
};

}  // namespace

CommandLine parse_command_line(std::span<const char* const> arguments,
                               std::span<const std::string_view> options) {
    return Parser(arguments, options).parse();
}

}  // namespace chatcore::chatd

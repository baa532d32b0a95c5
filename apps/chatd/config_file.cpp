#include "config_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace chatcore::chatd {

namespace {

std::string_view type_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table:
            return "a table";
        case toml::node_type::array:
            return "a list";
        case toml::node_type::string:
            return "a text";
        case toml::node_type::integer:
            return "a whole number";
        case toml::node_type::floating_point:
            return "a number with a fraction";
        case toml::node_type::boolean:
            return "a truth value";
        default:
            return "a date or time";
    }
}

std::string_view wanted(const ConfigKey& key) {
    switch (key.kind) {
        case ValueKind::integer:
            return "a whole number";
        case ValueKind::boolean:
            return "true or false";
        default:
            return "a text in quotes";
    }
}

class Reader {
public:
    explicit Reader(std::string path) : path_(std::move(path)) {}

    void read(const toml::table& table, const std::string& prefix) {
        for (const auto& [name, node] : table) {
            const std::string key = prefix + std::string(name.str());
            if (const toml::table* inner = node.as_table();
                inner != nullptr && find_key(key) == nullptr) {
                if (inner->empty() && !begins_a_key(key)) unknown(node, key);
                read(*inner, key + '.');
            } else {
                take(node, key);
            }
        }
    }

    std::vector<Setting> settings;

    /// In the order of their lines, since the parser orders the keys by name.
    std::vector<std::string> problems() {
        std::stable_sort(problems_.begin(), problems_.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<std::string> sentences;
        for (auto& [line, sentence] : problems_) sentences.push_back(std::move(sentence));
        return sentences;
    }

private:
    std::string place(const toml::node& node) const {
        return fmt::format("{}:{}", path_, node.source().begin.line);
    }

    void objects(const toml::node& node, std::string_view key, std::string_view why) {
        problems_.emplace_back(node.source().begin.line,
                               fmt::format("{}: {}: {}", place(node), key, why));
    }

    static bool begins_a_key(const std::string& table) {
        for (const ConfigKey& key : config_keys()) {
            if (key.name.starts_with(table + '.')) return true;
        }
        return false;
    }

    void unknown(const toml::node& node, const std::string& key) {
        const std::string_view nearest = nearest_key(key);
        objects(node, key,
                nearest.empty() ? std::string("there is no such key")
                                : fmt::format("there is no such key; did you mean {}?", nearest));
    }

    void take(const toml::node& node, const std::string& name) {
        const ConfigKey* key = find_key(name);
        if (key == nullptr) return unknown(node, name);
        std::optional<std::string> value;
        if (key->kind == ValueKind::integer) {
            if (node.is_integer()) value = fmt::format("{}", node.as_integer()->get());
        } else if (key->kind == ValueKind::boolean) {
            if (node.is_boolean()) value = node.as_boolean()->get() ? "true" : "false";
        } else if (node.is_string()) {
            value = node.as_string()->get();
        }
        if (!value) {
            return objects(
                node, name,
                fmt::format("this is {}, but {} is wanted", type_of(node), wanted(*key)));
        }
        if (const auto why = objection(*key, *value)) return objects(node, name, *why);
        settings.push_back({key, std::move(*value), place(node)});
    }

    std::string path_;
    std::vector<std::pair<toml::source_index, std::string>> problems_;  // with their lines
};

}  // namespace

std::vector<Setting> read_config_file(const std::string& path, std::vector<std::string>& problems) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        problems.push_back(fmt::format("{}: the file cannot be read: it is a folder", path));
        return {};
    }
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    if (file) text << file.rdbuf();
    if (!file || text.bad()) {
        problems.push_back(fmt::format("{}: the file cannot be read: {}", path,
                                       errno != 0 ? std::strerror(errno) : "it is empty"));
        return {};
    }
    const toml::parse_result parsed = toml::parse(text.str(), path);
    if (!parsed) {
        problems.push_back(fmt::format("{}:{}: this is no TOML: {}", path,
                                       parsed.error().source().begin.line,
                                       std::string(parsed.error().description())));
        return {};
    }
    Reader reader(path);
    reader.read(parsed.table(), "");
    std::ranges::move(reader.problems(), std::back_inserter(problems));
    return std::move(reader.settings);
}

}  // namespace chatcore::chatd

#pragma once
// The one table of settings. The file, the environment, the flags, `chatd config show` and the
// table in docs/operating.md are all made from it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chatcore::chatd {

enum class ValueKind : std::uint8_t { text, address, integer, boolean, choice };

struct ConfigKey {
    std::string_view name;
    ValueKind kind = ValueKind::text;
    std::string_view fallback;  ///< the default, as it would be written; empty: none
    std::int64_t least = 0;     ///< of an integer
    std::int64_t greatest = 0;
    std::string_view choices;  ///< separated by a space
    std::string_view planned;  ///< choices that are named in the documents, but not in this build
    std::string_view sentence;
    bool secret = false;
};

/// In the order of the documents.
std::span<const ConfigKey> config_keys();

/// nullptr where there is none.
const ConfigKey* find_key(std::string_view name);

/// The key that a misspelt name is likely to mean; empty where none is near.
std::string_view nearest_key(std::string_view name);

/// `CHATD_AUTH_JWT_SECRET` for `auth.jwt_secret`.
std::string environment_name(const ConfigKey& key);

/// Why the value cannot be the key's, as a sentence without the key; nullopt where it can.
std::optional<std::string> objection(const ConfigKey& key, std::string_view value);

/// The parts of a list that is written as one text, with commas or spaces between.
std::vector<std::string> split_list(std::string_view list);

/// What may be given, in words: `0 to 100000`, `sqlite, memory`.
std::string range_of(const ConfigKey& key);

/// The table of docs/operating.md.
std::string markdown_table();

}  // namespace chatcore::chatd

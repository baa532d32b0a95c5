#pragma once
// The settings in force, and where each came from.
// Precedence: flag, environment, file, default.

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/accounts.h"
#include "chatcore/adapters/gateway.h"
#include "chatcore/adapters/spdlog_log.h"
#include "chatcore/attachments.h"
#include "chatcore/consultations.h"
#include "chatcore/limits.h"

#include "address.h"
#include "command_line.h"

namespace chatcore::chatd {

/// Whose tokens are taken besides our own. At most one of the first three is set.
struct OutsideConfig {
    std::string secret;
    std::string public_key_file;
    std::string jwks_file;
    std::string issuer;
    std::string audience;
    std::chrono::seconds leeway{0};
    std::string person_claim;
    std::string nickname_claim;
    std::string role_claim;

    bool on() const { return !secret.empty() || !key_file().empty(); }
    const std::string& key_file() const { return jwks_file.empty() ? public_key_file : jwks_file; }
};

/// All settings, checked and typed.
struct Config {
    Address listen;
    std::string data_dir;
    std::string jwt_secret;  ///< empty: the one kept in the data folder
    std::string host_key;    ///< empty: no host
    AccountOptions accounts;
    OutsideConfig outside;
    std::vector<std::string> trusted_proxies;
    int bcrypt_cost = 10;

    bool store_in_memory = false;
    std::string sqlite_path;
    bool synchronous_full = true;
    bool store_migrates = true;
    int store_readers = 2;

    bool blobs_in_memory = false;
    std::string blob_path;
    int blob_workers = 4;
    AttachmentOptions attachments;
    ConsultationOptions consultations;  ///< without the template, which stands in a file
    std::string transcript_template_file;

    Limits limits;
    int connections_max = 0;
    int address_connects_per_s = 0;
    std::size_t outbound_bytes_max = 0;
    std::size_t request_body_bytes_max = 0;
    std::size_t message_bytes_max = 0;

    LogLevel log_level = LogLevel::info;
    LogFormat log_format = LogFormat::automatic;
    int io_threads = 1;
    bool broadcast = false;
    gateway::Doors doors;
    gateway::SockJsOptions sockjs;
};

/// One setting, as it was written.
struct Setting {
    const ConfigKey* key = nullptr;
    std::string value;
    std::string origin;  ///< `default`, `chatd.toml:12`, `CHATD_LISTEN`, `--listen`
};

struct LoadedConfig {
    Config config;                      ///< holds where there are no problems
    std::vector<Setting> settings;      ///< one for each key, in the keys' order
    std::vector<std::string> problems;  ///< `chatd.toml:12: log.level: "loud" is none of: …`
};

/// A variable of the environment.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The process's own environment.
std::optional<std::string> process_environment(const std::string& name);

/// Reads all sources. `file`: of `--config`, or empty. Relative paths in it are of the working
/// directory, as those of flags are.
LoadedConfig load_config(const std::string& file, const Environment& environment,
                         const std::vector<FlagSetting>& flags);

/// The effective values in TOML, each with where it came from; secrets masked.
std::string show(const LoadedConfig& loaded);

/// Names of variables that begin with CHATD_ and are no setting.
std::vector<std::string> unknown_variables(const char* const* environment);

}  // namespace chatcore::chatd

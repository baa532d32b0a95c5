#include "config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include "config_file.h"

namespace chatcore::chatd {

namespace {

/// Reads checked settings by name.
class Values {
public:
    explicit Values(const std::vector<Setting>& settings) : settings_(settings) {}

    const std::string& text(std::string_view name) const {
        return std::find_if(settings_.begin(), settings_.end(),
                            [&](const Setting& setting) { return setting.key->name == name; })
            ->value;
    }
    bool is(std::string_view name, std::string_view value) const { return text(name) == value; }

    template <class Number>
    Number number(std::string_view name) const {
        const std::string& value = text(name);
        std::int64_t number = 0;
        std::from_chars(value.data(), value.data() + value.size(), number);
        return static_cast<Number>(number);
    }

private:
    const std::vector<Setting>& settings_;
};

LogFormat log_format_of(const std::string& value) {
    if (value == "text") return LogFormat::text;
    return value == "json" ? LogFormat::json : LogFormat::automatic;
}

OutsideOptions outside_options(const Values& values) {
    OutsideOptions options;
    if (values.is("auth.outside.person_by", "email"))
        options.person_by = OutsideOptions::PersonBy::email;
    if (values.is("auth.outside.person_by", "id")) options.person_by = OutsideOptions::PersonBy::id;
    options.create = values.is("auth.outside.create", "true");
    options.admins = values.is("auth.outside.admins", "true");
    return options;
}

OutsideConfig outside_config(const Values& values) {
    OutsideConfig config;
    config.secret = values.text("auth.outside.secret");
    config.public_key_file = values.text("auth.outside.public_key_file");
    config.jwks_file = values.text("auth.outside.jwks_file");
    config.issuer = values.text("auth.outside.issuer");
    config.audience = values.text("auth.outside.audience");
    config.leeway = std::chrono::seconds(values.number<int>("auth.outside.leeway_s"));
    config.person_claim = values.text("auth.outside.person_claim");
    config.nickname_claim = values.text("auth.outside.nickname_claim");
    config.role_claim = values.text("auth.outside.role_claim");
    return config;
}

ConsultationOptions consultation_options(const Values& values) {
    ConsultationOptions options;
    options.time_zone = values.text("consultation.time_zone");
    options.archive_name = values.text("consultation.archive_name");
    options.snapshot_name = values.text("consultation.snapshot_name");
    options.hot_key = values.text("consultation.hot_key");
    return options;
}

void set_consultation_limits(const Values& values, Limits& limits) {
    using std::chrono::hours;
    using std::chrono::minutes;
    limits.consultation_hot_ttl = hours(values.number<int>("consultation.hot_hours"));
    limits.consultation_idle = hours(values.number<int>("consultation.idle_hours"));
    limits.consultation_snapshot_interval =
        minutes(values.number<int>("consultation.snapshot_minutes"));
    limits.consultation_clean_interval = minutes(values.number<int>("consultation.clean_minutes"));
}

/// What is sound by itself, and not with the rest.
void check_together(const std::vector<Setting>& settings, std::vector<std::string>& problems) {
    const Values values(settings);
    const auto objects = [&](std::string_view name, std::string_view why) {
        for (const Setting& setting : settings) {
            if (setting.key->name == name)
                problems.push_back(fmt::format("{}: {}: {}", setting.origin, name, why));
        }
    };
    std::string_view given;
    for (const std::string_view name :
         {"auth.outside.secret", "auth.outside.public_key_file", "auth.outside.jwks_file"}) {
        if (values.text(name).empty()) continue;
        if (!given.empty()) objects(name, fmt::format("{} is given already", given));
        given = name;
    }
    const bool create = values.is("auth.outside.create", "true");
    if (create && values.is("auth.outside.person_by", "id"))
        objects("auth.outside.create",
                "people who are given by id cannot be made, since ids are ours");
    if (create && given.empty())
        objects("auth.outside.create",
                "no outside tokens are taken: none of auth.outside.secret, "
                "public_key_file and jwks_file is given");
    if (values.is("auth.outside.admins", "true") && values.text("auth.outside.role_claim").empty())
        objects("auth.outside.admins", "no role is read: auth.outside.role_claim is empty");
    if (const Status sound = check(consultation_options(values)); !sound)
        objects("consultation." + sound.error().detail, sound.error().cause);
}

gateway::Doors doors_of(const Values& values) {
    gateway::Doors doors;
    doors.social = values.is("doors.social.enabled", "true");
    doors.legacy = values.is("doors.social.legacy", "true");
    doors.consultation = values.is("doors.consultation.enabled", "true");
    doors.marketplace = values.is("doors.marketplace.enabled", "true");
    if (values.is("doors.marketplace.serverpod", "off")) doors.serverpod = gateway::Serverpod::off;
    if (values.is("doors.marketplace.serverpod", "name"))
        doors.serverpod = gateway::Serverpod::name;
    doors.storefront = values.is("doors.storefront.enabled", "true");
    doors.socketio = values.is("doors.storefront.socketio", "true");
    doors.messenger = values.is("doors.messenger.enabled", "true");
    return doors;
}

gateway::SockJsOptions sockjs_of(const Values& values) {
    return {.enabled = values.is("doors.sockjs.enabled", "true"),
            .websocket = values.is("doors.sockjs.websocket", "true"),
            .cookie_needed = values.is("doors.sockjs.cookie_needed", "true"),
            .response_bytes_max = values.number<std::size_t>("doors.sockjs.response_bytes_max"),
            .client_url = values.text("doors.sockjs.client_url")};
}

Config typed(const Values& values) {
    Config config;
    config.listen = parse_address(values.text("listen")).value_or(Address{});
    config.data_dir = values.text("data_dir");
    config.jwt_secret = values.text("auth.jwt_secret");
    config.host_key = values.text("auth.host_key");
    config.accounts.access_lifetime = std::chrono::hours(values.number<int>("auth.access_hours"));
    config.accounts.refresh_lifetime =
        std::chrono::hours(24 * values.number<int>("auth.refresh_days"));
    config.accounts.outside = outside_options(values);
    config.outside = outside_config(values);
    config.trusted_proxies = split_list(values.text("trusted_proxies"));
    config.bcrypt_cost = values.number<int>("auth.bcrypt_cost");

    config.store_in_memory = values.is("store.kind", "memory");
    config.sqlite_path = values.text("store.sqlite.path");
    if (config.sqlite_path.empty()) config.sqlite_path = config.data_dir + "/chatd.db";
    config.synchronous_full = values.is("store.sqlite.synchronous", "full");
    config.store_migrates = values.is("store.migrate", "true");
    config.store_readers = values.number<int>("store.readers");

    config.blobs_in_memory = config.store_in_memory || values.is("blob.kind", "memory");
    config.blob_path = values.text("blob.path");
    if (config.blob_path.empty()) config.blob_path = config.data_dir + "/blobs";
    config.blob_workers = values.number<int>("blob.workers");
    config.attachments.types_allowed = split_list(values.text("attachments.types_allowed"));
    config.attachments.types_denied = split_list(values.text("attachments.types_denied"));

    config.consultations = consultation_options(values);
    config.transcript_template_file = values.text("consultation.template_file");

    Limits& limits = config.limits;
    set_consultation_limits(values, limits);
    limits.attachment_bytes_max = values.number<std::int64_t>("limits.attachment_bytes");
    limits.attachment_unused_max =
        std::chrono::hours(values.number<int>("limits.attachment_unused_hours"));
    limits.person_downloads_max = values.number<int>("limits.person_downloads");
    limits.person_posts_per_s = values.number<int>("limits.person_posts_per_s");
    limits.room_posts_per_s = values.number<int>("limits.room_posts_per_s");
    limits.person_changes_per_s = values.number<int>("limits.person_changes_per_s");
    limits.person_reports_per_min = values.number<int>("limits.person_reports_per_min");
    limits.typing_per_s = values.number<int>("limits.typing_per_s");
    limits.account_log_ins_failed = values.number<int>("limits.account_log_ins_failed");
    limits.address_log_ins_failed = values.number<int>("limits.address_log_ins_failed");
    limits.content_code_points_max = values.number<int>("limits.content_code_points_max");
    limits.receipts_told_members_max = values.number<int>("limits.receipts_told_members_max");
    limits.presence_told_members_max = values.number<int>("limits.presence_told_members_max");
    limits.recommendation_depth = values.number<int>("limits.recommendation_depth");
    config.connections_max = values.number<int>("limits.connections_max");
    config.address_connects_per_s = values.number<int>("limits.address_connects_per_s");
    config.outbound_bytes_max = values.number<std::size_t>("limits.outbound_bytes_max");
    config.request_body_bytes_max = values.number<std::size_t>("limits.request_body_bytes_max");
    config.message_bytes_max = values.number<std::size_t>("limits.message_bytes_max");

    config.log_level = parse_log_level(values.text("log.level")).value_or(LogLevel::info);
    config.log_format = log_format_of(values.text("log.format"));
    config.io_threads = values.number<int>("io.threads");
    if (config.io_threads == 0) {
        config.io_threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    }
    config.broadcast = values.is("bench.broadcast", "true");
    config.doors = doors_of(values);
    config.sockjs = sockjs_of(values);
    return config;
}

/// A mistake is told in one line, whatever the value holds that it quotes.
std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    return out;
}

/// For a TOML string: quotes, backslashes and control characters escaped.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
    // Read before any thread is started that could change it.
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

LoadedConfig load_config(const std::string& file, const Environment& environment,
                         const std::vector<FlagSetting>& flags) {
    LoadedConfig loaded;
    for (const ConfigKey& key : config_keys()) {
        loaded.settings.push_back({&key, std::string(key.fallback), "default"});
    }
    const auto put = [&](const ConfigKey& key, std::string value, std::string origin) {
        if (const auto why = objection(key, value)) {
            loaded.problems.push_back(fmt::format("{}: {}: {}", origin, key.name, *why));
            return;
        }
        Setting& setting = loaded.settings[static_cast<std::size_t>(&key - config_keys().data())];
        setting = {&key, std::move(value), std::move(origin)};
    };
    if (!file.empty()) {
        for (Setting& setting : read_config_file(file, loaded.problems)) {
            put(*setting.key, std::move(setting.value), std::move(setting.origin));
        }
    }
    for (const ConfigKey& key : config_keys()) {
        const std::string name = environment_name(key);
        if (std::optional<std::string> value = environment(name)) {
            put(key, std::move(*value), name);
        }
    }
    for (const FlagSetting& flag : flags) put(*flag.key, flag.value, flag.flag);
    if (loaded.problems.empty()) check_together(loaded.settings, loaded.problems);
    for (std::string& problem : loaded.problems) problem = one_line(problem);
    if (loaded.problems.empty()) loaded.config = typed(Values(loaded.settings));
    return loaded;
}

std::string show(const LoadedConfig& loaded) {
    std::vector<std::pair<std::string, std::string>> lines;
    std::size_t width = 0;
    for (const Setting& setting : loaded.settings) {
        const ConfigKey& key = *setting.key;
        const bool bare = key.kind == ValueKind::integer || key.kind == ValueKind::boolean;
        std::string value = bare ? setting.value : quoted(setting.value);
        if (key.secret && !setting.value.empty()) value = "\"********\"";
        lines.emplace_back(fmt::format("{} = {}", key.name, value), setting.origin);
        width = std::max(width, lines.back().first.size());
    }
    std::string out;
    for (const auto& [line, origin] : lines)
        out += fmt::format("{:<{}}  # {}\n", line, width, origin);
    return out;
}

std::vector<std::string> unknown_variables(const char* const* environment) {
    std::vector<std::string> unknown;
    for (; *environment != nullptr; ++environment) {
        const std::string_view entry = *environment;
        const std::string_view name = entry.substr(0, entry.find('='));
        if (!name.starts_with("CHATD_") || name == "CHATD_CONFIG") continue;
        const auto& keys = config_keys();
        if (std::none_of(keys.begin(), keys.end(),
                         [&](const ConfigKey& key) { return environment_name(key) == name; })) {
            unknown.emplace_back(name);
        }
    }
    return unknown;
}

}  // namespace chatcore::chatd

#include "commands.h"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <future>
#include <iostream>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "chatcore/adapters/spdlog_log.h"
#include "chatcore/adapters/system_clock.h"
#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"

#include "data_dir.h"
#include "parts.h"
#include "serve.h"

namespace chatcore::chatd {

namespace {

int fail(int code, std::string_view sentence) {
    fmt::print(stderr, "chatd: {}\n", sentence);
    return code;
}

std::optional<std::string> option(const CommandLine& line, const std::string& name) {
    const auto found = line.options.find(name);
    return found == line.options.end() ? std::nullopt : std::optional(found->second);
}

std::optional<UserRole> parse_role(std::string_view name) {
    if (name == "user") return UserRole::user;
    if (name == "seller") return UserRole::seller;
    if (name == "admin") return UserRole::admin;
    return std::nullopt;
}

/// The secret of the server that this command speaks for. A server may be running meanwhile: the
/// folder's lock is not asked for, and the database knows how to have two writers.
Result<std::string> signing_secret(const Config& config) {
    Result<DataDir> folder = DataDir::open(config.data_dir);
    if (!folder) return unexpected(folder.error());
    if (!config.jwt_secret.empty()) return config.jwt_secret;
    SystemRandom random;
    return folder->jwt_secret(random);
}

/// The same for a command that only reads: what is not there is not made, but told.
Result<std::string> kept_secret(const Config& config) {
    Result<DataDir> folder = DataDir::find(config.data_dir);
    if (!folder) return unexpected(folder.error());
    if (!std::filesystem::exists(config.sqlite_path)) {
        return unexpected(ErrorCode::unavailable, "store",
                          fmt::format("there is no database {}", config.sqlite_path));
    }
    if (!config.jwt_secret.empty()) return config.jwt_secret;
    return folder->kept_jwt_secret();
}

std::string explain(const Error& error) {
    std::string sentence(sentence_of(error.code));
    if (!error.detail.empty()) sentence += fmt::format(" ({})", error.detail);
    if (!error.cause.empty()) sentence += ": " + error.cause;
    return sentence;
}

}  // namespace

int add_user(const CommandLine& line, const Config& config) {
    const std::optional<std::string> email = option(line, "email");
    const std::optional<std::string> nickname = option(line, "nickname");
    const std::string role_name = option(line, "role").value_or("user");
    const std::optional<UserRole> role = parse_role(role_name);
    if (!email || !nickname) {
        return fail(exit_code::usage, "user add needs --email and --nickname");
    }
    if (!role) {
        return fail(exit_code::usage,
                    fmt::format("--role: \"{}\" is none of: user, seller, admin", role_name));
    }
    if (config.store_in_memory) {
        return fail(exit_code::usage, "store.kind is memory: there is nothing to add a person to");
    }
    std::optional<std::string> password = option(line, "password");
    if (!password && !std::getline(std::cin, password.emplace())) {
        return fail(exit_code::usage, "user add needs --password, or a line on standard input");
    }

    Result<std::string> secret = signing_secret(config);
    if (!secret) return fail(exit_code::failed, secret.error().cause);
    std::vector<std::unique_ptr<Executor>> shards;
    shards.push_back(std::make_unique<ThreadExecutor>("shard"));
    Config without = config;
    without.outside = {};  // whose tokens are taken is no matter here
    Result<std::unique_ptr<Engine>> engine =
        start_engine(without, {.jwt_secret = std::move(*secret),
                               .shards = std::move(shards),
                               .log = std::make_shared<SpdlogLog>(LogOptions{
                                   .level = LogLevel::warning, .format = config.log_format})});
    if (!engine) return fail(exit_code::failed, engine.error().cause);

    std::promise<Result<LogIn>> answer;
    (*engine)->accounts().sign_up(0,
                                  {.email = *email,
                                   .password = *password,
                                   .nickname = *nickname,
                                   .role = *role,
                                   .external_id = option(line, "external-id").value_or("")},
                                  [&](Result<LogIn> made) { answer.set_value(std::move(made)); });
    const Result<LogIn> made = answer.get_future().get();
    if (!made) return fail(exit_code::failed, explain(made.error()));
    fmt::print("{}\n", made->account.profile.id.value);
    return exit_code::ok;
}

int print_token(const CommandLine& line, const Config& config) {
    const std::string text = option(line, "user").value_or("");
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id <= 0 || id > id_max) {
        return fail(exit_code::usage, "token needs --user and the id of an account");
    }
    if (config.store_in_memory) {
        return fail(exit_code::usage, "store.kind is memory: there is nobody to make a token for");
    }
    Result<std::string> secret = kept_secret(config);
    if (!secret) return fail(exit_code::failed, secret.error().cause);
    const std::unique_ptr<StoreFactory> factory = make_store_factory(config);
    Result<std::unique_ptr<Store>> store = factory->open();
    if (!store) return fail(exit_code::failed, explain_store_error(config, store.error()));
    Result<std::optional<Account>> account = (*store)->people().find(UserId{id});
    if (!account) return fail(exit_code::failed, explain(account.error()));
    if (!*account || (*account)->disabled) {
        return fail(exit_code::failed, fmt::format("there is no account {} to log in to", id));
    }
    const Timestamp now = SystemClock().now();
    SystemRandom random;
    Result<std::unique_ptr<TokenSigner>> signer = make_signer(*secret, random);
    if (!signer) return fail(exit_code::failed, signer.error().cause);
    const std::string token =
        (*signer)->sign(AccessClaims{.user = UserId{id},
                                     .role = (*account)->profile.role,
                                     .family = {},
                                     .issued_at = now,
                                     .expires_at = now + config.accounts.access_lifetime});
    fmt::print("{}\n", token);
    return exit_code::ok;
}

}  // namespace chatcore::chatd

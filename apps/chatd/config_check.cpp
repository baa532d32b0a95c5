#include "config_check.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "chatcore/adapters/outside_jwt.h"
#include "chatcore/adapters/sqlite_store.h"
#include "chatcore/adapters/tz_time_zones.h"

#include "address.h"
#include "data_dir.h"
#include "parts.h"

namespace chatcore::chatd {

namespace {

namespace fs = std::filesystem;

class Problems {
public:
    explicit Problems(const LoadedConfig& loaded) : loaded_(loaded) {}

    void add(std::string_view key, std::string_view why) {
        const auto setting =
            std::find_if(loaded_.settings.begin(), loaded_.settings.end(),
                         [&](const Setting& each) { return each.key->name == key; });
        found_.push_back(fmt::format("{}: {}: {}", setting->origin, key, why));
    }
    void add(std::string_view key, const Status& status) {
        if (!status) add(key, status.error().cause);
    }
    std::vector<std::string> found() && { return std::move(found_); }

private:
    const LoadedConfig& loaded_;
    std::vector<std::string> found_;
};

/// Some refuse whoever may write to them, as those of /proc do; only trying tells. False with
/// errno.
bool takes_folders(const std::string& folder) {
    std::string made = folder + "/chatd-check.XXXXXX";
    return ::mkdtemp(made.data()) != nullptr && ::rmdir(made.c_str()) == 0;
}

/// Why a folder that a start uses, or makes where it is not there, is none.
std::string objection_to_folder(const std::string& path, bool with_parents) {
    std::error_code error;
    const auto usable = [](const std::string& folder) -> std::string {
        if (::access(folder.c_str(), R_OK | W_OK | X_OK) == 0 && takes_folders(folder)) return {};
        return fmt::format("cannot write to the folder {}: {}", folder, std::strerror(errno));
    };
    if (fs::is_directory(path, error)) return usable(path);
    if (fs::exists(path, error)) return fmt::format("{} is not a folder", path);
    fs::path above = fs::absolute(path, error).lexically_normal();
    if (!above.has_filename()) above = above.parent_path();
    above = above.parent_path();
    while (with_parents && above.has_relative_path() && !fs::exists(above, error))
        above = above.parent_path();
    if (!fs::is_directory(above, error))
        return fmt::format("cannot make the folder {}: {} is no folder", path, above.string());
    return usable(above.string());
}

/// Whether a start makes the folder above it first.
bool is_in(const std::string& path, const std::string& folder) {
    std::error_code error;
    const fs::path above = fs::absolute(path, error).lexically_normal().parent_path();
    fs::path made = fs::absolute(folder, error).lexically_normal();
    if (!made.has_filename()) made = made.parent_path();
    return above == made;
}

void look_at_data_dir(const Config& config, Problems& problems) {
    if (const std::string why = objection_to_folder(config.data_dir, true); !why.empty())
        return problems.add("data_dir", why);
    std::error_code error;
    if (!config.jwt_secret.empty() || !fs::exists(config.data_dir + "/jwt_secret", error)) return;
    Result<DataDir> folder = DataDir::find(config.data_dir);
    if (!folder) return problems.add("data_dir", folder.error().cause);
    if (Result<std::string> kept = folder->kept_jwt_secret(); !kept)
        problems.add("data_dir", kept.error().cause);
}

/// Whether a chatd of this data folder runs, or another command that has it for itself: what it
/// holds is no mistake of the settings.
bool own_runs(const Config& config) {
    return !DataDir::look_at_lock(config.data_dir);
}

void look_at_address(const Config& config, Problems& problems) {
    const Status listening = try_to_listen(config.listen);
    if (listening) return;
    if (listening.error().code == ErrorCode::conflict && own_runs(config)) return;
    problems.add("listen", listening);
}

void look_at_store(const Config& config, Problems& problems) {
    if (config.store_in_memory) return;
    if (const Status free = look_at_database_lock(config); !free && !own_runs(config))
        return problems.add("store.sqlite.path", free);
    std::error_code error;
    const std::string& path = config.sqlite_path;
    if (!fs::exists(path, error)) {
        const std::string above =
            fs::absolute(path, error).lexically_normal().parent_path().string();
        if (is_in(path, config.data_dir)) return;
        if (!fs::is_directory(above, error)) {
            problems.add("store.sqlite.path", fmt::format("{} is no folder", above));
        } else if (::access(above.c_str(), W_OK | X_OK) != 0) {
            problems.add("store.sqlite.path", fmt::format("cannot write to the folder {}: {}",
                                                          above, std::strerror(errno)));
        }
        return;
    }
    const Result<SqliteSchema> schema = sqlite_schema(path);
    if (!schema)
        return problems.add("store.sqlite.path", explain_store_error(config, schema.error()));
    if (schema->file > schema->known) {
        problems.add("store.sqlite.path",
                     fmt::format("the database {} has schema {}, and this version knows {}", path,
                                 schema->file, schema->known));
    } else if (schema->file > 0 && schema->file < schema->known && !config.store_migrates) {
        problems.add("store.migrate",
                     fmt::format("the database {} has schema {} of {}. Run chatd migrate", path,
                                 schema->file, schema->known));
    } else if (schema->file == schema->known) {
        if (const auto store = make_store_factory(config)->open(); !store)
            problems.add("store.sqlite.path", explain_store_error(config, store.error()));
    }
}

void look_at_blobs(const Config& config, Problems& problems) {
    if (config.blobs_in_memory) return;
    // Where it is one in the data folder, that is made first.
    std::error_code error;
    if (is_in(config.blob_path, config.data_dir) && !fs::exists(config.blob_path, error)) return;
    if (const std::string why = objection_to_folder(config.blob_path, false); !why.empty())
        problems.add("blob.path", why);
}

void look_at_keys(const Config& config, Problems& problems) {
    const OutsideConfig& outside = config.outside;
    const Result<std::unique_ptr<OutsideJwt>> made = make_outside(outside);
    if (made) return;
    const char* key = "auth.outside.secret";
    if (!outside.jwks_file.empty()) key = "auth.outside.jwks_file";
    if (!outside.public_key_file.empty()) key = "auth.outside.public_key_file";
    problems.add(key, made.error().cause);
}

}  // namespace

std::vector<std::string> problems_with_surroundings(const LoadedConfig& loaded) {
    const Config& config = loaded.config;
    Problems problems(loaded);
    look_at_address(config, problems);
    look_at_data_dir(config, problems);
    look_at_store(config, problems);
    look_at_blobs(config, problems);
    look_at_keys(config, problems);
    if (const auto read = read_consultation_options(config, TzTimeZones()); !read)
        problems.add(read.error().detail, read.error().cause);
    return std::move(problems).found();
}

}  // namespace chatcore::chatd

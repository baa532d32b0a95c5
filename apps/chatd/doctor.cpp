#include "doctor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "chatcore/adapters/sqlite_store.h"
#include "chatcore/adapters/tz_time_zones.h"

#include "data_dir.h"
#include "page.h"
#include "parts.h"
#include "serve.h"

namespace chatcore::chatd {

namespace {

/// Below this, the disk is soon full.
constexpr std::uintmax_t disk_free_low = 64ULL * 1024 * 1024;
/// A disk that takes longer for a synced write makes a slow server of `synchronous = full`.
constexpr std::chrono::milliseconds sync_slow{50};
/// The server's own files, beside its connections.
constexpr rlim_t descriptors_of_its_own = 64;

class Findings {
public:
    template <class... Args>
    void ok(std::string_view part, fmt::format_string<Args...> text, Args&&... args) {
        say("ok", part, fmt::format(text, std::forward<Args>(args)...));
    }
    template <class... Args>
    void note(std::string_view part, fmt::format_string<Args...> text, Args&&... args) {
        say("note", part, fmt::format(text, std::forward<Args>(args)...));
    }
    template <class... Args>
    void fault(std::string_view part, fmt::format_string<Args...> text, Args&&... args) {
        ++faults_;
        say("fault", part, fmt::format(text, std::forward<Args>(args)...));
    }
    int faults() const { return faults_; }

private:
    static void say(std::string_view verdict, std::string_view part, const std::string& text) {
        fmt::print("{:5}  {:11}  {}\n", verdict, part, text);
    }

    int faults_ = 0;
};

/// How long a small write takes to reach the disk; nullopt where it does not.
std::optional<std::chrono::microseconds> synced_write(const std::string& folder) {
    std::string path = folder + "/doctor.XXXXXX";
    const int file = ::mkstemp(path.data());
    if (file < 0) return std::nullopt;
    ::unlink(path.c_str());
    constexpr int writes = 5;
    const std::array<char, 4096> page{};
    const auto begin = std::chrono::steady_clock::now();
    bool well = true;
    for (int i = 0; i < writes && well; ++i) {
        well = ::write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size()) &&
               ::fdatasync(file) == 0;
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    ::close(file);
    if (!well) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::microseconds>(took) / writes;
}

void look_at_folder(const Config& config, Findings& findings) {
    std::error_code error;
    if (!std::filesystem::exists(config.data_dir, error)) {
        findings.note("data folder", "{} is not there yet; the first start makes it",
                      config.data_dir);
        return;
    }
    Result<DataDir> folder = DataDir::find(config.data_dir);
    if (!folder) {
        findings.fault("data folder", "{}", folder.error().cause);
        return;
    }
    findings.ok("data folder", "{}", config.data_dir);
    const auto space = std::filesystem::space(config.data_dir, error);
    if (!error && space.available < disk_free_low) {
        findings.fault("disk", "only {} KiB are free", space.available / 1024);
    } else if (!error) {
        findings.ok("disk", "{:.1f} GiB are free",
                    static_cast<double>(space.available) / (1 << 30));
    }
    if (const auto took = synced_write(config.data_dir); !took) {
        findings.fault("disk", "cannot be written to: {}", std::strerror(errno));
    } else if (*took > sync_slow && config.synchronous_full) {
        findings.note("disk",
                      "a synced write takes {:.1f} ms, and each batch of posts waits for one",
                      static_cast<double>(took->count()) / 1e3);
    } else {
        findings.ok("disk", "a synced write takes {:.1f} ms",
                    static_cast<double>(took->count()) / 1e3);
    }
}

void look_at_secret(const Config& config, Findings& findings) {
    if (!config.jwt_secret.empty()) {
        findings.ok("secret", "is a setting");
        return;
    }
    const std::string path = config.data_dir + "/jwt_secret";
    struct stat file{};
    if (::stat(path.c_str(), &file) != 0) {
        findings.note("secret", "is not there yet; the first start makes one");
        return;
    }
    Result<DataDir> folder = DataDir::find(config.data_dir);
    if (!folder) return;  // told already
    if (Result<std::string> kept = folder->kept_jwt_secret(); !kept) {
        findings.fault("secret", "{}", kept.error().cause);
    } else if ((file.st_mode & 0077) != 0) {
        findings.fault("secret", "{} can be read by others: mode {:03o}, and it should be 600",
                       path, file.st_mode & 0777);
    } else {
        findings.ok("secret", "is kept in {}", path);
    }
}

void look_at_store(const Config& config, Findings& findings) {
    if (config.store_in_memory) {
        findings.note("store", "is memory: everything is forgotten at the end");
        return;
    }
    const Status free = look_at_database_lock(config);
    const Result<SqliteSchema> schema = sqlite_schema(config.sqlite_path);
    if (!free && DataDir::look_at_lock(config.data_dir)) {
        findings.fault("store", "{}, of another data folder", free.error().cause);
    } else if (!schema) {
        findings.fault("store", "{}", explain_store_error(config, schema.error()));
    } else if (schema->file == 0) {
        findings.note("store", "{} is not there yet; the first start makes it", config.sqlite_path);
    } else if (schema->file > schema->known) {
        findings.fault("store", "{} has schema {}, and this version knows {}: start a newer one",
                       config.sqlite_path, schema->file, schema->known);
    } else if (schema->file < schema->known) {
        findings.note("store", "{} has schema {} of {}; {} brings it up to date",
                      config.sqlite_path, schema->file, schema->known,
                      config.store_migrates ? "the next start" : "chatd migrate");
    } else {
        // As a server opens it, so that what is wrong with it now is told now.
        const std::unique_ptr<StoreFactory> factory = make_store_factory(config);
        if (Result<std::unique_ptr<Store>> store = factory->open(); !store) {
            findings.fault("store", "{}", explain_store_error(config, store.error()));
        } else if (auto found = (*store)->rooms().find(RoomId{1}); !found) {
            findings.fault("store", "{}", explain_store_error(config, found.error()));
        } else {
            findings.ok("store", "{} opens, with schema {}", config.sqlite_path, schema->file);
        }
    }
}

void look_at_address(const Config& config, Findings& findings) {
    const Status listening = try_to_listen(config.listen);
    if (listening) {
        findings.ok("address", "{} is free", to_string(config.listen));
    } else if (listening.error().code == ErrorCode::conflict) {
        findings.note("address", "{} is in use; by a chatd that runs already?",
                      to_string(config.listen));
    } else {
        findings.fault("address", "{}", listening.error().cause);
    }
}

void look_at_descriptors(const Config& config, Findings& findings) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const auto wanted = static_cast<rlim_t>(config.connections_max) + descriptors_of_its_own;
    if (limit.rlim_max < wanted) {
        findings.note("files", "a process may open {}, too few for limits.connections_max = {}",
                      limit.rlim_max, config.connections_max);
    } else {
        findings.ok("files", "a process may open {}", limit.rlim_max);
    }
}

}  // namespace

int doctor(const Config& config) {
    Findings findings;
    look_at_folder(config, findings);
    look_at_secret(config, findings);
    look_at_store(config, findings);
    look_at_address(config, findings);
    look_at_descriptors(config, findings);
    if (TzTimeZones().known("Asia/Seoul")) {
        findings.ok("time zones", "are known");
    } else {
        findings.note("time zones", "are not installed: schedules repeat in UTC only");
    }
    const bool page =
        std::ranges::any_of(page_files(), [](const PageFile& file) { return file.path == "/"; });
    if (page) {
        findings.ok("page", "is part of this program");
    } else {
        findings.note("page", "was left out of this build: there is none at /");
    }
    return findings.faults() == 0 ? exit_code::ok : exit_code::failed;
}

int migrate(const Config& config) {
    const auto fail = [](std::string_view sentence) {
        fmt::print(stderr, "chatd: {}\n", sentence);
        return exit_code::failed;
    };
    if (config.store_in_memory) {
        fmt::print(stderr, "chatd: store.kind is memory: there is nothing to migrate\n");
        return exit_code::usage;
    }
    Result<DataDir> folder = DataDir::open(config.data_dir);
    if (!folder) return fail(folder.error().cause);
    if (Status locked = folder->lock(); !locked) return fail(locked.error().cause);
    const Result<std::optional<FileLock>> database = lock_database(config);
    if (!database) return fail(database.error().cause);
    const Result<SqliteSchema> before = sqlite_schema(config.sqlite_path);
    if (!before) return fail(explain_store_error(config, before.error()));

    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    const auto progress = [terminal](std::string_view what, double share) {
        if (!terminal) return;
        constexpr int width = 30;
        const int done = static_cast<int>(std::clamp(share, 0.0, 1.0) * width);
        fmt::print(stderr, "\r{:24} [{:#<{}}{:.<{}}] {:3.0f} %", what, "", done, "", width - done,
                   share * 100);
    };
    Config allowed = config;
    allowed.store_migrates = true;
    const std::unique_ptr<StoreFactory> factory = make_store_factory(allowed, progress);
    const Result<std::unique_ptr<Store>> store = factory->open();
    if (terminal) fmt::print(stderr, "\r{:64}\r", "");
    if (!store) return fail(explain_store_error(config, store.error()));
    if (before->file == before->known) {
        fmt::print("{} is up to date, with schema {}\n", config.sqlite_path, before->known);
    } else if (before->file == 0) {
        fmt::print("{} was made, with schema {}\n", config.sqlite_path, before->known);
    } else {
        fmt::print("{} had schema {}, and has {} now\n", config.sqlite_path, before->file,
                   before->known);
    }
    return exit_code::ok;
}

}  // namespace chatcore::chatd

#include "data_dir.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chatcore::chatd {

namespace {

constexpr std::size_t secret_bytes_min = 32;

template <class... Args>
Unexpected failed(fmt::format_string<Args...> sentence, Args&&... args) {
    return unexpected(ErrorCode::unavailable, "data_dir",
                      fmt::format(sentence, std::forward<Args>(args)...));
}

class File {
public:
    File(const std::string& path, int flags, mode_t mode = 0)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    bool opened() const { return descriptor_ >= 0; }
    bool write_all(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return true;
    }
    bool sync() const { return ::fsync(descriptor_) == 0; }

private:
    int descriptor_;
};

/// nullopt where there is none; an error where it cannot be read.
Result<std::optional<std::string>> read_secret(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) return std::optional<std::string>();
    std::ifstream file(path);
    std::string secret;
    if (!file) return failed("cannot read {}: {}", path, std::strerror(errno));
    std::getline(file, secret);
    if (secret.size() < secret_bytes_min) {
        return failed(
            "{} holds no secret of at least {} bytes; remove it to have a new one made, which ends "
            "all log-ins",
            path, secret_bytes_min);
    }
    return std::optional<std::string>(std::move(secret));
}

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
    std::string out;
    for (const std::uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
    return out;
}

/// Renames, but never over another file: false where there is one.
bool rename_new(const std::string& from, const std::string& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    // Some file systems have no such call; there, the lock of the folder has to do.
    return errno == EINVAL && ::rename(from.c_str(), to.c_str()) == 0;
}

std::string lock_of(const std::string& folder) {
    return folder + "/lock";
}
/// As the lock's sentences call it.
std::string name_of(const std::string& folder) {
    return "the data folder " + folder;
}

}  // namespace

Result<DataDir> DataDir::open(std::string path) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
        const std::filesystem::path parent = std::filesystem::path(path).parent_path();
        if (!parent.empty()) std::filesystem::create_directories(parent, error);
        if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
            return failed("cannot make the data folder {}: {}", path, std::strerror(errno));
        }
        if (!std::filesystem::is_directory(path, error)) {
            return failed("the data folder {} is not a folder", path);
        }
    }
    return find(std::move(path));
}

Result<DataDir> DataDir::find(std::string path) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
        return failed("there is no data folder {}", path);
    }
    if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
        return failed("cannot write to the data folder {}: {}", path, std::strerror(errno));
    }
    return DataDir(std::move(path));
}

Status DataDir::lock() {
    Result<FileLock> lock = FileLock::take(lock_of(path_), name_of(path_));
    if (!lock) return unexpected(lock.error());
    lock_.emplace(std::move(*lock));
    return {};
}

Status DataDir::look_at_lock(const std::string& path) {
    return FileLock::look(lock_of(path), name_of(path));
}

Result<std::string> DataDir::kept_jwt_secret() const {
    const std::string path = path_ + "/jwt_secret";
    Result<std::optional<std::string>> kept = read_secret(path);
    if (!kept) return unexpected(kept.error());
    if (!*kept) return failed("there is no secret yet in {}: chatd has not served from it", path);
    return std::move(**kept);
}

Result<std::string> DataDir::jwt_secret(Random& random) const {
    const std::string path = path_ + "/jwt_secret";
    Result<std::optional<std::string>> kept = read_secret(path);
    if (!kept) return unexpected(kept.error());
    if (*kept) return std::move(**kept);

    std::array<std::uint8_t, secret_bytes_min> bytes{};
    random.fill(bytes);
    const std::string secret = hexadecimal(bytes);
    const std::string draft = fmt::format("{}.{}", path, ::getpid());
    ::unlink(draft.c_str());  // of a process that ended before it could
    {
        const File file(draft, O_WRONLY | O_CREAT | O_EXCL, 0600);
        if (!file.opened() || !file.write_all(secret + '\n') || !file.sync()) {
            const int why = errno;
            ::unlink(draft.c_str());
            return failed("cannot write {}: {}", path, std::strerror(why));
        }
    }
    if (!rename_new(draft, path)) {
        const int why = errno;
        ::unlink(draft.c_str());
        if (why != EEXIST) return failed("cannot write {}: {}", path, std::strerror(why));
        kept = read_secret(path);
        if (kept && *kept) return std::move(**kept);
        return kept ? failed("{} came and went", path) : unexpected(kept.error());
    }
    const File folder(path_, O_RDONLY | O_DIRECTORY);
    if (!folder.opened() || !folder.sync()) {
        return failed("cannot sync the data folder {}: {}", path_, std::strerror(errno));
    }
    return secret;
}

}  // namespace chatcore::chatd

#include "file_lock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace chatcore::chatd {

namespace {

Unexpected failed(ErrorCode code, std::string sentence) {
    return unexpected(code, "lock", std::move(sentence));
}

/// Takes the lock of an open file, in the way that is named; who has it is told.
Status hold(int file, int way, const std::string& path, const std::string& what) {
    if (::flock(file, way | LOCK_NB) == 0) return {};
    const int why = errno;
    if (why != EWOULDBLOCK) {
        return failed(ErrorCode::unavailable,
                      fmt::format("cannot lock {}: {}", path, std::strerror(why)));
    }
    std::array<char, 16> holder{};
    const ssize_t read = ::pread(file, holder.data(), holder.size() - 1, 0);
    return failed(
        ErrorCode::conflict,
        fmt::format("{} is in use by another chatd{}", what,
                    read > 0 ? fmt::format(" (process {})", holder.data()) : std::string()));
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path, const std::string& what) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return failed(ErrorCode::unavailable,
                      fmt::format("cannot make {}: {}", path, std::strerror(errno)));
    }
    FileLock lock(file);
    if (Status held = hold(file, LOCK_EX, path, what); !held) return unexpected(held.error());
    // Only for the sentence above; where the disk is full, that one does without.
    const std::string pid = std::to_string(::getpid());
    if (::ftruncate(file, 0) == 0) {
        [[maybe_unused]] const ssize_t written = ::pwrite(file, pid.data(), pid.size(), 0);
    }
    return lock;
}

Status FileLock::look(const std::string& path, const std::string& what) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    const FileLock lock(file);
    return hold(file, LOCK_SH, path, what);
}

FileLock::FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FileLock::~FileLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace chatcore::chatd

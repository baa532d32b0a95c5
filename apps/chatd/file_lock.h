#pragma once
// A file that one process holds at a time.

#include <string>

#include "chatcore/result.h"

namespace chatcore::chatd {

/// Held for as long as it lives; the kernel lets go of it when its process ends, however that
/// ends. The file itself stays. Threads: one.
class FileLock {
public:
    /// Makes the file (mode 0600) if it is not there. Errors: `conflict` where another process
    /// holds it, `unavailable` where it cannot be had; a whole sentence in `cause`, in which `what`
    /// is what the file guards.
    static Result<FileLock> take(const std::string& path, const std::string& what);
    /// As `take` would answer now, but nothing is made: where there is no file, nobody holds it.
    /// Somebody who takes it in that very moment may be refused.
    static Status look(const std::string& path, const std::string& what);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&&) = delete;
    ~FileLock();

private:
    explicit FileLock(int file) : file_(file) {}

    int file_;
};

}  // namespace chatcore::chatd

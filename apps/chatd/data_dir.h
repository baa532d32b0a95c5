#pragma once
// The folder that a chatd keeps its things in.

#include <optional>
#include <string>

#include "chatcore/ports/random.h"
#include "chatcore/result.h"

#include "file_lock.h"

namespace chatcore::chatd {

/// Holds the folder's lock for as long as it lives, so that two servers cannot write to one folder.
/// Threads: one. Errors everywhere: `unavailable`, and `conflict` where another process has the
/// lock, with a whole sentence in `cause`.
class DataDir {
public:
    /// Makes the folder (mode 0700) if it is not there.
    static Result<DataDir> open(std::string path);
    /// Makes nothing, and refuses where there is no such folder; for what only reads.
    static Result<DataDir> find(std::string path);

    /// Refused where another process has it.
    Status lock();
    /// As `lock` would answer now in that folder, which need not be there; nothing is locked.
    static Status look_at_lock(const std::string& path);

    /// The secret that signs access tokens: 64 hexadecimal digits in `jwt_secret`, mode 0600. Made
    /// from `random` where there is none; of two processes that make one at once, both get the
    /// same.
    Result<std::string> jwt_secret(Random& random) const;
    /// The same, refused where there is none.
    Result<std::string> kept_jwt_secret() const;

    const std::string& path() const { return path_; }

private:
    explicit DataDir(std::string path) : path_(std::move(path)) {}

    std::string path_;
    std::optional<FileLock> lock_;
};

}  // namespace chatcore::chatd

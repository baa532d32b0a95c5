#pragma once
// The folder that a chatd keeps its things in.

#include <string>

#include "chatcore/ports/random.h"
#include "chatcore/result.h"

namespace chatcore::chatd {

/// Holds the folder's lock for as long as it lives, so that two servers cannot write to one folder.
/// Threads: one. Errors everywhere: `unavailable`, with a whole sentence in `cause`.
class DataDir {
public:
    /// Makes the folder (mode 0700) if it is not there.
    static Result<DataDir> open(std::string path);
    /// Makes nothing, and refuses where there is no such folder; for what only reads.
    static Result<DataDir> find(std::string path);
    DataDir(DataDir&& other) noexcept;
    DataDir& operator=(DataDir&&) = delete;
    ~DataDir();

    /// Refused where another process has it.
    Status lock();

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
    int lock_ = -1;
};

}  // namespace chatcore::chatd

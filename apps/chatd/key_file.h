#pragma once
// A file of keys that somebody else may replace while we run.

#include <cstdint>
#include <string>
#include <tuple>

#include "chatcore/result.h"

namespace chatcore::chatd {

/// Threads: one.
class KeyFile {
public:
    explicit KeyFile(std::string path) : path_(std::move(path)) {}

    const std::string& path() const { return path_; }
    /// All of it, up to a mebibyte; remembers which file it was. `unavailable`, with a sentence in
    /// `cause`.
    Result<std::string> read();
    /// Whether another file, or another version of it, stands there than at the last reading.
    bool changed() const;

private:
    /// Inode, size, and time of the last change in seconds and nanoseconds; zeros: it is not there.
    using Mark = std::tuple<std::uint64_t, std::int64_t, std::int64_t, std::int64_t>;
    Mark mark() const;

    std::string path_;
    Mark read_{};
};

}  // namespace chatcore::chatd

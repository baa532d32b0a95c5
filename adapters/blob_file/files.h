#pragma once
// What the file store does with the operating system, in small. Threads: any.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "chatcore/result.h"

namespace chatcore::blob_file {

/// Where uploads are written. Begins with a dot, as no blob's folder does.
inline constexpr const char* uploads_folder = ".uploads";

/// A descriptor that is closed when it goes.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        close();
        number_ = std::exchange(other.number_, -1);
        return *this;
    }

    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    /// Gives the number away, to be closed by another.
    int release() { return std::exchange(number_, -1); }
    void close() {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

private:
    int number_;
};

/// What errno says of a call, as an error of the port. A disk that is full is `unavailable`; a file
/// that passes what the file system, or the process's limit, allows for one is `too_large`.
Unexpected failure(std::string_view what, int error);

/// Uploads leave this much of the disk to everything else on it, which may be the database: the
/// smaller of the two.
inline constexpr std::uint64_t spared_bytes = 64 * 1024 * 1024;
inline constexpr std::uint64_t spared_part = 8;  ///< an eighth of a small disk

/// Whether so many bytes more leave enough of the disk where the file is. `unavailable` where not.
Status check_space(const Descriptor& file, std::size_t bytes);

/// Makes the names in a folder durable.
Status sync_folder(const std::string& folder);

/// Makes the folders of a blob's name under `root`, each durable. Another thread may take those
/// that are empty away at the same time.
Status make_folders(const std::string& root, const std::string& name);

}  // namespace chatcore::blob_file

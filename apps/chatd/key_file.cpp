#include "key_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <sys/stat.h>

namespace chatcore::chatd {

namespace {

constexpr std::int64_t bytes_max = 1'048'576;

}  // namespace

KeyFile::Mark KeyFile::mark() const {
    struct stat found{};
    if (::stat(path_.c_str(), &found) != 0) return {};
    return {static_cast<std::uint64_t>(found.st_ino), std::int64_t{found.st_size},
            std::int64_t{found.st_mtim.tv_sec}, std::int64_t{found.st_mtim.tv_nsec}};
}

bool KeyFile::changed() const {
    return mark() != read_;
}

Result<std::string> KeyFile::read() {
    // Before it is read: what changes meanwhile is read again.
    read_ = mark();
    const auto fail = [&](std::string_view why) {
        return unexpected(ErrorCode::unavailable, "keys",
                          fmt::format("the key file {} cannot be read: {}", path_, why));
    };
    errno = 0;
    std::ifstream file(path_, std::ios::binary);
    std::string text(bytes_max + 1, '\0');
    // By the stream itself, which takes what cannot be read, as a folder, for an error; iterators
    // over its buffer throw.
    if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad() || text.empty()) return fail(errno != 0 ? std::strerror(errno) : "it is empty");
    if (std::ssize(text) > bytes_max) return fail("it is larger than 1 MiB");
    return text;
}

}  // namespace chatcore::chatd

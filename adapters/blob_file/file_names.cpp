#include <algorithm>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "files.h"

namespace chatcore::blob_file {

Unexpected failure(std::string_view what, int error) {
    const ErrorCode code = error == EFBIG ? ErrorCode::too_large : ErrorCode::unavailable;
    return unexpected(code, "blob", std::string(what) + ": " + std::strerror(error));
}

Status check_space(const Descriptor& file, std::size_t bytes) {
    struct statvfs disk{};
    // Some file systems cannot say; what does not fit is told by the write then.
    if (::fstatvfs(file.get(), &disk) != 0 || disk.f_blocks == 0) return {};
    const std::uint64_t all = std::uint64_t{disk.f_blocks} * disk.f_frsize;
    const std::uint64_t left = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    if (left >= std::min(spared_bytes, all / spared_part) + bytes) return {};
    return failure("a blob would leave too little of the disk", ENOSPC);
}

Status sync_folder(const std::string& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) {
        if (errno == ENOENT) return {};  // removed meanwhile, and its names with it
        return failure("a folder cannot be opened", errno);
    }
    // Some file systems cannot sync a folder, and do not need to.
    if (::fsync(opened.get()) != 0 && errno != EINVAL)
        return failure("a folder cannot be synced", errno);
    return {};
}

Status make_folders(const std::string& root, const std::string& name) {
    std::string above = root;
    for (auto slash = name.find('/'); slash != name.npos; slash = name.find('/', slash + 1)) {
        const std::string folder = root + '/' + name.substr(0, slash);
        if (::mkdir(folder.c_str(), 0700) == 0) {
            if (Status synced = sync_folder(above); !synced) return synced;
        } else if (errno != EEXIST) {
            if (errno == ENOENT) return {};  // the one above went; the caller will find out
            if (errno == ENOTDIR) return unexpected(ErrorCode::invalid_value, "blob");
            return failure("a folder cannot be made", errno);
        }
        above = folder;
    }
    return {};
}

}  // namespace chatcore::blob_file

#include "transfer/imported_files.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace chatcore::chatd {

ImportedFiles::~ImportedFiles() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Unexpected ImportedFiles::failed(std::string_view what) const {
    return unexpected(ErrorCode::unavailable, "file",
                      fmt::format("cannot {} {}: {}", what, path_, std::strerror(errno)));
}

Status ImportedFiles::note(const std::string& name) {
    if (descriptor_ < 0) {
        descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (descriptor_ < 0) return failed("make");
        // So that the file itself is found after a loss of power.
        const std::string folder = path_.substr(0, path_.rfind('/'));
        const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const bool synced = opened >= 0 && (::fsync(opened) == 0 || errno == EINVAL);
        if (opened >= 0) ::close(opened);
        if (!synced) return failed("sync the folder of");
    }
    const std::string line = name + '\n';
    const ssize_t written = ::write(descriptor_, line.data(), line.size());
    if (written != static_cast<ssize_t>(line.size())) return failed("write");
    return ::fdatasync(descriptor_) == 0 ? Status{} : failed("write");
}

bool ImportedFiles::any() const {
    return ::access(path_.c_str(), F_OK) == 0;
}

Status ImportedFiles::undo(BlobStore& blobs) {
    std::ifstream notes(path_);
    if (!notes) return failed("read");
    for (std::string name; std::getline(notes, name);) {
        // The last one may be cut off, and then its file was not put.
        if (!is_blob_name(name)) continue;
        if (Status removed = blobs.remove(name); !removed) return removed;
    }
    keep();
    return {};
}

void ImportedFiles::keep() {
    ::unlink(path_.c_str());
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

}  // namespace chatcore::chatd

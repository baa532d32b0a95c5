#include "file_upload.h"

#include <cstdio>

#include <fcntl.h>

namespace chatcore::blob_file {

namespace {

/// The disk is set to work after so many bytes, so that the sync at the end has little left to do
/// and the pages that wait for it stay few.
constexpr std::int64_t background_bytes = 8 * 1024 * 1024;

/// How often folders are made again that a removal at the same moment has taken away.
constexpr int tries = 10;

}  // namespace

FileUpload::~FileUpload() {
    file_.close();
    if (!in_place_) ::unlink(temporary_.c_str());
}

Status FileUpload::append(std::string_view piece) {
    if (Status spared = check_space(file_, piece.size()); !spared) return spared;
    while (!piece.empty()) {
        const ssize_t wrote = ::write(file_.get(), piece.data(), piece.size());
        if (wrote < 0) {
            if (errno == EINTR) continue;
            return failure("a blob cannot be written", errno);
        }
        piece.remove_prefix(static_cast<std::size_t>(wrote));
        written_ += wrote;
    }
    if (written_ - handed_over_ >= background_bytes) {
        // A hint; what it could not do, the sync at the end does, and tells.
        static_cast<void>(::sync_file_range(file_.get(), handed_over_, written_ - handed_over_,
                                            SYNC_FILE_RANGE_WRITE));
        handed_over_ = written_;
    }
    return {};
}

Status FileUpload::commit() {
    if (::fsync(file_.get()) != 0) return failure("a blob cannot be synced", errno);
    file_.close();
    if (Status renamed = rename_into_place(); !renamed) return renamed;
    in_place_ = true;
    const std::string path = folder_ + '/' + name_;
    return sync_folder(path.substr(0, path.rfind('/')));
}

Status FileUpload::rename_into_place() {
    const std::string path = folder_ + '/' + name_;
    for (int i = 0; i < tries; ++i) {
        if (Status made = make_folders(folder_, name_); !made) return made;
        if (std::rename(temporary_.c_str(), path.c_str()) == 0) return {};
        if (errno != ENOENT) break;
    }
    if (errno == EISDIR || errno == ENOTDIR) return unexpected(ErrorCode::invalid_value, "blob");
    return failure("a blob cannot be put in its place", errno);
}

}  // namespace chatcore::blob_file

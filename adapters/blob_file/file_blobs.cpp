#include "chatcore/adapters/file_blobs.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_upload.h"

namespace chatcore {

using blob_file::Descriptor;
using blob_file::failure;

namespace {

Unexpected no_name() {
    return unexpected(ErrorCode::invalid_value, "blob");
}

/// There is nothing of that name: none was put, or the name of a blob stands where a folder would.
bool is_absent(int error) {
    return error == ENOENT || error == ENOTDIR;
}

struct FolderEntry {
    std::string name;  ///< from the root; a folder's ends with a slash
    bool is_folder = false;
};

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// What is in a folder, `within` being its name with a slash at its end, or empty for the root.
/// Sorted as the names of the blobs in it are. A folder that went meanwhile is empty.
Result<std::vector<FolderEntry>> entries_of(const std::string& root, const std::string& within) {
    std::vector<FolderEntry> entries;
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir((root + '/' + within).c_str()));
    if (!folder) {
        if (is_absent(errno) && !within.empty()) return entries;
        return failure("a folder cannot be read", errno);
    }
    errno = 0;
    while (const dirent* entry = ::readdir(folder.get())) {
        const std::string name = entry->d_name;
        if (!is_blob_name(name)) continue;
        bool is_folder = entry->d_type == DT_DIR;
        if (entry->d_type == DT_UNKNOWN) {
            struct stat status{};
            const std::string path = root + '/' + within + name;
            is_folder = ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
        }
        entries.push_back({within + name + (is_folder ? "/" : ""), is_folder});
        errno = 0;
    }
    if (errno != 0) return failure("a folder cannot be read", errno);
    std::sort(
        entries.begin(), entries.end(),
        [](const FolderEntry& left, const FolderEntry& right) { return left.name < right.name; });
    return entries;
}

/// Walks the folders in the order of the names, and leaves out those where nothing can be wanted.
class Walk {
public:
    Walk(const std::string& root, const std::string& prefix, const std::string& after, int limit)
        : root_(root), prefix_(prefix), after_(after), limit_(static_cast<std::size_t>(limit)) {}

    Result<BlobPage> run() {
        if (Status walked = visit({}); !walked) return unexpected(walked.error());
        return std::move(page_);
    }

private:
    Status visit(const std::string& within) {
        Result<std::vector<FolderEntry>> entries = entries_of(root_, within);
        if (!entries) return unexpected(entries.error());
        for (const FolderEntry& entry : *entries) {
            if (page_.has_more) return {};
            if (!may_hold(entry)) continue;
            if (entry.is_folder) {
                if (Status visited = visit(entry.name); !visited) return visited;
            } else if (Status taken = take(entry.name); !taken) {
                return taken;
            }
        }
        return {};
    }

    bool may_hold(const FolderEntry& entry) const {
        const bool fits =
            entry.name.starts_with(prefix_) || (entry.is_folder && prefix_.starts_with(entry.name));
        const bool behind =
            entry.name > after_ || (entry.is_folder && after_.starts_with(entry.name));
        return fits && behind;
    }

    Status take(const std::string& name) {
        struct stat status{};
        if (::stat((root_ + '/' + name).c_str(), &status) != 0) {
            if (is_absent(errno)) return {};
            return failure("a blob cannot be looked at", errno);
        }
        if (!S_ISREG(status.st_mode)) return {};
        if (page_.items.size() == limit_) {
            page_.has_more = true;
        } else {
            page_.items.push_back({name, status.st_size});
        }
        return {};
    }

    const std::string& root_;
    const std::string& prefix_;
    const std::string& after_;
    const std::size_t limit_;
    BlobPage page_;
};

/// What uploads have left that a crash has ended.
Status clear_uploads(const std::string& folder) {
    const std::unique_ptr<DIR, CloseFolder> opened(::opendir(folder.c_str()));
    if (!opened) return failure(folder + " cannot be read", errno);
    while (const dirent* entry = ::readdir(opened.get())) {
        const std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (::unlink((folder + '/' + name).c_str()) != 0 && errno != ENOENT)
            return failure(folder + '/' + name + " cannot be removed", errno);
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<FileBlobs>> FileBlobs::open(std::string folder) {
    const std::string uploads = folder + '/' + blob_file::uploads_folder;
    for (const std::string& made : {folder, uploads}) {
        if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST)
            return failure(made + " cannot be made", errno);
    }
    Descriptor lock(::open(uploads.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock) return failure(uploads + " cannot be opened", errno);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return failure(folder + " is in use by another process", errno);
    if (Status cleared = clear_uploads(uploads); !cleared) return unexpected(cleared.error());
    return std::unique_ptr<FileBlobs>(new FileBlobs(std::move(folder), lock.release()));
}

Result<std::unique_ptr<FileBlobs>> FileBlobs::open_for_reading(std::string folder) {
    return std::unique_ptr<FileBlobs>(new FileBlobs(std::move(folder), -1));
}

FileBlobs::~FileBlobs() {
    if (lock_ >= 0) ::close(lock_);
}

Result<std::unique_ptr<BlobUpload>> FileBlobs::begin(const std::string& name) {
    if (!is_blob_name(name)) return no_name();
    if (lock_ < 0) return failure(folder_ + " is open for reading only", EROFS);
    // Over all stores of the process, so that two on one folder do not meet.
    static std::atomic<std::uint64_t> begun{0};
    const std::string path = folder_ + '/' + blob_file::uploads_folder + '/' +
                             std::to_string(::getpid()) + '-' + std::to_string(begun.fetch_add(1));
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) return failure("a blob cannot be begun", errno);
    return std::unique_ptr<BlobUpload>(
        std::make_unique<blob_file::FileUpload>(folder_, name, path, std::move(file)));
}

Result<std::string> FileBlobs::read(const std::string& name, std::int64_t offset,
                                    std::size_t size_max) {
    if (!is_blob_name(name) || offset < 0) return no_name();
    const Descriptor file(::open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        if (is_absent(errno)) return unexpected(ErrorCode::not_found, "blob");
        return failure("a blob cannot be opened", errno);
    }
    std::string bytes(size_max, '\0');
    std::size_t got = 0;
    while (got < size_max) {
        const ssize_t more = ::pread(file.get(), bytes.data() + got, size_max - got,
                                     offset + static_cast<std::int64_t>(got));
        if (more < 0) {
            if (errno == EINTR) continue;
            if (errno == EISDIR) return unexpected(ErrorCode::not_found, "blob");
            return failure("a blob cannot be read", errno);
        }
        if (more == 0) break;
        got += static_cast<std::size_t>(more);
    }
    bytes.resize(got);
    return bytes;
}

Result<std::optional<std::int64_t>> FileBlobs::size(const std::string& name) {
    if (!is_blob_name(name)) return no_name();
    struct stat status{};
    if (::stat(path_of(name).c_str(), &status) != 0) {
        if (is_absent(errno)) return std::optional<std::int64_t>{};
        return failure("a blob cannot be looked at", errno);
    }
    if (!S_ISREG(status.st_mode)) return std::optional<std::int64_t>{};
    return std::optional<std::int64_t>{status.st_size};
}

Status FileBlobs::remove(const std::string& name) {
    if (!is_blob_name(name)) return no_name();
    if (lock_ < 0) return failure(folder_ + " is open for reading only", EROFS);
    const std::string path = path_of(name);
    if (::unlink(path.c_str()) != 0) {
        if (is_absent(errno) || errno == EISDIR) return {};
        return failure("a blob cannot be removed", errno);
    }
    if (Status synced = blob_file::sync_folder(path.substr(0, path.rfind('/'))); !synced)
        return synced;
    // Folders that are empty now go too; one that is not, or is being filled, stays.
    for (std::string folder = path.substr(0, path.rfind('/')); folder != folder_;
         folder.resize(folder.rfind('/'))) {
        if (::rmdir(folder.c_str()) != 0) break;
    }
    return {};
}

Result<BlobPage> FileBlobs::list(const std::string& prefix, const std::string& after, int limit) {
    if (!is_blob_prefix(prefix)) return no_name();
    if (lock_ < 0 && ::access(folder_.c_str(), F_OK) != 0) return BlobPage{};
    return Walk(folder_, prefix, after, std::max(limit, 1)).run();
}

}  // namespace chatcore

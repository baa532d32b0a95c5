#pragma once
// Which files an import has put, kept beside the store until it has ended well: so that they are
// taken away again where it does not, by itself or, where it was killed, by the next one.

#include <string>

#include "chatcore/ports/blob_store.h"
#include "chatcore/result.h"

namespace chatcore::chatd {

/// A file of names, one a line. Threads: one. Errors everywhere: `unavailable` (file), with a whole
/// sentence in `cause`.
class ImportedFiles {
public:
    explicit ImportedFiles(std::string path) : path_(std::move(path)) {}
    ~ImportedFiles();
    ImportedFiles(const ImportedFiles&) = delete;
    ImportedFiles& operator=(const ImportedFiles&) = delete;

    /// To be called before a file is put, of a name that none has. When it returns, the name is on
    /// the disk.
    Status note(const std::string& name);
    /// Whether any are noted, by this import or by one before.
    bool any() const;
    /// Removes all that are noted, and their notes.
    Status undo(BlobStore& blobs);
    /// Removes the notes: the files are a store's now.
    void keep();

private:
    Unexpected failed(std::string_view what) const;

    const std::string path_;
    int descriptor_ = -1;
};

}  // namespace chatcore::chatd

#pragma once
// A blob on its way into a file.

#include <cstdint>
#include <string>

#include "chatcore/ports/blob_store.h"

#include "files.h"

namespace chatcore::blob_file {

/// Threads: one call at a time.
class FileUpload final : public BlobUpload {
public:
    /// `temporary`: the file that `descriptor` writes, which becomes `folder`/`name`.
    FileUpload(std::string folder, std::string name, std::string temporary, Descriptor descriptor)
        : folder_(std::move(folder)),
          name_(std::move(name)),
          temporary_(std::move(temporary)),
          file_(std::move(descriptor)) {}
    ~FileUpload() override;

    Status append(std::string_view piece) override;
    Status commit() override;

private:
    Status rename_into_place();

    const std::string folder_;
    const std::string name_;
    const std::string temporary_;
    Descriptor file_;
    std::int64_t written_ = 0;
    std::int64_t handed_over_ = 0;  ///< to the disk, to be written in the background
    bool in_place_ = false;
};

}  // namespace chatcore::blob_file

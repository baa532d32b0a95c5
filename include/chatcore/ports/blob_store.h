#pragma once
// Threads:   BlobStore: any, several at once. A BlobUpload: any, one call at a time.
// Blocking:  yes; called on workers of its own, never on an I/O thread.
// Lifetime:  outlives its uploads; what it returns owns its bytes.
// Errors:    `unavailable` (blob) may be tried again: full, failing, away; `not_found` (blob);
//            `too_large` (blob) for what is more than the store can ever hold in one blob;
//            `invalid_value` (blob) for a name that is none.
// Checked by: contract/blob_contract.h

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/result.h"

namespace chatcore {

/// A put under way: bytes of a number that need not be known before. Going without a commit leaves
/// nothing behind.
class BlobUpload {
public:
    virtual ~BlobUpload() = default;

    /// Takes the next piece. After an error, all that is left to do is to let it go.
    virtual Status append(std::string_view piece) = 0;
    /// Makes the blob be there, whole and durable, in place of one of the same name. Once. After an
    /// error it is there whole or not at all.
    virtual Status commit() = 0;
};

struct BlobInfo {
    std::string name;
    std::int64_t size_bytes = 0;

    bool operator==(const BlobInfo&) const = default;
};

struct BlobPage {
    std::vector<BlobInfo> items;  ///< ascending by the bytes of their names
    bool has_more = false;
};

/// Bytes by name, kept whole: attachments, transcripts. Names are keys with slashes, see
/// is_blob_name; one that is another's folder (`a` and `a/b`) must not be used beside it.
class BlobStore {
public:
    virtual ~BlobStore() = default;

    /// Begins a put. Several under one name do not disturb each other; the last commit counts.
    virtual Result<std::unique_ptr<BlobUpload>> begin(const std::string& name) = 0;
    /// Up to `size_max` bytes from `offset` on, fewer only at the end, none behind it. `not_found`.
    /// Of a blob that is replaced while it is read in pieces, the pieces are of either.
    virtual Result<std::string> read(const std::string& name, std::int64_t offset,
                                     std::size_t size_max) = 0;
    /// Its size; nullopt where there is none.
    virtual Result<std::optional<std::int64_t>> size(const std::string& name) = 0;
    /// No error where there is none.
    virtual Status remove(const std::string& name) = 0;
    /// Those whose names begin with `prefix` and come behind `after`; at most `limit`, 1 to 1,000.
    /// What is put or removed meanwhile may be among them or not.
    virtual Result<BlobPage> list(const std::string& prefix, const std::string& after,
                                  int limit) = 0;
};

inline constexpr std::size_t blob_name_bytes_max = 512;
inline constexpr std::size_t blob_segment_bytes_max = 200;

/// Whether it may name a blob: segments of 1 to 200 letters, digits, `-`, `_` and `.`, none of
/// which begins with a dot, with a slash between them; 512 bytes in all. So no name leaves the
/// folder that it is kept under, in whatever file system.
inline bool is_blob_name(std::string_view name) {
    if (name.empty() || name.size() > blob_name_bytes_max) return false;
    std::size_t segment = 0;
    for (const char c : name) {
        if (c == '/') {
            if (segment == 0) return false;
            segment = 0;
            continue;
        }
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!plain && (c != '.' || segment == 0)) return false;
        if (++segment > blob_segment_bytes_max) return false;
    }
    return segment > 0;
}

/// Whether names may begin so: the beginning of a name, or empty.
inline bool is_blob_prefix(std::string_view prefix) {
    return prefix.empty() || is_blob_name(prefix) ||
           (prefix.back() == '/' && is_blob_name(prefix.substr(0, prefix.size() - 1)));
}

}  // namespace chatcore

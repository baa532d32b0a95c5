#pragma once
// An export as text: one JSON object a line. The first says what follows, the last that it is
// whole; between them are records in their order, and pieces of files. docs/export.md is the
// reference of it. Knows no files and no stores. Threads: one a reader.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "chatcore/domain/record.h"
#include "chatcore/result.h"

namespace chatcore::chatd {

inline constexpr std::string_view export_format = "chatcore-export";
inline constexpr int export_version = 1;
/// A longer line is none of ours. The largest is a message whose reactions hold a great many
/// people.
inline constexpr std::size_t export_line_bytes_max = std::size_t{64} << 20;
/// Of a file, in one line.
inline constexpr std::size_t file_piece_bytes_max = std::size_t{512} << 10;

struct ExportHead {
    RecordCounts counts{};
    bool files = false;  ///< the bytes of files are in it

    bool operator==(const ExportHead&) const = default;
};

/// Pieces of a file follow each other, from its beginning to its last.
struct FilePiece {
    std::string name;  ///< of its blob
    std::int64_t offset = 0;
    bool last = false;
    bool gone = false;  ///< it was removed while it was read: there is none
    std::string bytes;

    bool operator==(const FilePiece&) const = default;
};

struct ExportEnd {
    std::int64_t records = 0;
    std::int64_t files = 0;
    /// Of all lines before it: SHA-256 of what it was before a line (64 hexadecimal digits; before
    /// the first, nothing) and the line with its end.
    std::string digest;

    bool operator==(const ExportEnd&) const = default;
};

using ExportLine = std::variant<ExportHead, Record, FilePiece, ExportEnd>;

/// Appends the line with its end.
void append_line(std::string& out, const ExportLine& line);

class LineReader {
public:
    LineReader();
    ~LineReader();

    /// A line without its end. What is not exactly such a line is `malformed`, with what is wrong
    /// in `cause`; the first line of a later version is `newer_schema`.
    Result<ExportLine> read(std::string_view line);

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace chatcore::chatd

#include "transfer/import_stream.h"

#include <utility>

#include <fmt/format.h>

namespace chatcore::chatd {

namespace {

/// Of messages, whose index of client keys is written all over: the larger a transaction, the
/// fewer of its pages are written twice.
constexpr std::size_t batch_records = 10'000;
constexpr std::size_t batch_bytes = std::size_t{4} << 20;

Unexpected malformed(std::string what) {
    return unexpected(ErrorCode::malformed, "export", std::move(what));
}

}  // namespace

ImportStream::ImportStream(TransferStore& store, BlobOpener blobs, Digest& digest, FileNoter note)
    : store_(store), open_blobs_(std::move(blobs)), note_(std::move(note)), digest_(digest) {}

std::string ImportStream::where() const {
    return fmt::format("line {}", wrong_line_ > 0 ? wrong_line_ : line_);
}

Status ImportStream::begin() {
    Result<std::unique_ptr<StoreImport>> begun = store_.begin_import();
    if (!begun) return unexpected(begun.error());
    import_ = std::move(*begun);
    return {};
}

Status ImportStream::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        if (rest_.size() + std::min(end, bytes.size()) > export_line_bytes_max) {
            ++line_;
            return malformed("it is too long");
        }
        if (end == std::string_view::npos) {
            rest_ += bytes;
            return {};
        }
        std::string_view line = bytes.substr(0, end);
        if (!rest_.empty()) line = rest_ += line;
        ++line_;
        if (Status status = take_line(line); !status) return status;
        rest_.clear();
        bytes.remove_prefix(end + 1);
    }
    return {};
}

Status ImportStream::take_line(std::string_view line) {
    if (ended_) return malformed("something stands behind the end");
    Result<ExportLine> read = reader_.read(line);
    if (!read) return unexpected(read.error());
    const bool first = std::holds_alternative<ExportHead>(*read);
    if (first != (line_ == 1)) {
        return malformed(first ? "a second export begins here"
                               : "it is not the first line of an export");
    }
    if (std::holds_alternative<ExportEnd>(*read)) return take(std::get<ExportEnd>(*read));
    std::string text = std::move(digest_of_lines_);
    text += line;
    text += '\n';
    digest_of_lines_ = digest_.digest(text);
    if (first) return take(std::get<ExportHead>(*read));
    if (auto* piece = std::get_if<FilePiece>(&*read)) return take(*piece);
    if (file_) return malformed(fmt::format("\"{}\", before it, has no end", file_name_));
    waiting_bytes_ += line.size();
    return take(std::get<Record>(std::move(*read)));
}

Status ImportStream::take(const ExportHead& head) {
    if (!import_) {
        if (Status status = begin(); !status) return status;
    }
    head_ = head;
    if (!head.files) return {};
    Result<BlobStore*> blobs = open_blobs_();
    if (!blobs) return unexpected(blobs.error());
    blobs_ = *blobs;
    return {};
}

Status ImportStream::take(Record&& record) {
    if (Status status = rules_.take(record); !status) return status;
    const std::size_t kind = record.index();
    if (++counts_[kind] > head_.counts[kind]) {
        return malformed(
            fmt::format("there are more of {} than the first line says", record_kind_names[kind]));
    }
    const auto* upload = std::get_if<Upload>(&record);
    upload_ = upload != nullptr ? std::optional(*upload) : std::nullopt;
    waiting_.push_back(std::move(record));
    waiting_lines_.push_back(line_);
    if (waiting_.size() < batch_records && waiting_bytes_ < batch_bytes) return {};
    return flush();
}

Status ImportStream::flush() {
    if (waiting_.empty()) return {};
    if (Status status = import_->put(waiting_); !status) {
        const auto wrong = refused_record(status.error());
        if (wrong && *wrong < waiting_lines_.size()) wrong_line_ = waiting_lines_[*wrong];
        return status;
    }
    done_.records += static_cast<std::int64_t>(waiting_.size());
    waiting_.clear();
    waiting_lines_.clear();
    waiting_bytes_ = 0;
    return {};
}

Status ImportStream::take(const FilePiece& piece) {
    if (blobs_ == nullptr) return malformed("the first line says that there are no files");
    if (!is_blob_name(piece.name)) return malformed("\"name\" should be the name of a file");
    if (piece.offset == 0) {
        if (Status status = begin_file(piece); !status) return status;
    } else if (!file_ || piece.name != file_name_) {
        return malformed(
            fmt::format("\"offset\" is {}, and \"{}\" has not begun", piece.offset, piece.name));
    } else if (piece.offset != file_bytes_) {
        return malformed(
            fmt::format("\"offset\" is {}, and the piece before ends at {}: a piece is missing",
                        piece.offset, file_bytes_));
    }
    if (Status status = file_->append(piece.bytes); !status) return status;
    const auto size = static_cast<std::int64_t>(piece.bytes.size());
    file_bytes_ += size;
    done_.file_bytes += size;
    return piece.last || piece.gone ? end_file(piece) : Status{};
}

Status ImportStream::begin_file(const FilePiece& piece) {
    if (file_) return malformed(fmt::format("\"{}\", before it, has no end", file_name_));
    file_size_ = -1;
    if (is_upload_name(piece.name)) {
        // It stands behind its record, once.
        if (!upload_ || blob_name(upload_->id) != piece.name)
            return malformed(fmt::format("\"{}\" does not follow its upload's record", piece.name));
        file_size_ = upload_->size_bytes;
    } else if (!is_upload_name(file_name_) && piece.name <= file_name_) {
        return malformed(fmt::format("\"{}\" is out of order, or there twice", piece.name));
    }
    upload_.reset();
    // Not put over what is another's: it would be taken away with the import, where that fails.
    const Result<std::optional<std::int64_t>> there = blobs_->size(piece.name);
    if (!there) return unexpected(there.error());
    if (*there) {
        return malformed(
            fmt::format("a file \"{}\" is in the folder of uploaded files already: an import with "
                        "files needs one that holds none of them",
                        piece.name));
    }
    Result<std::unique_ptr<BlobUpload>> begun = blobs_->begin(piece.name);
    if (!begun) return unexpected(begun.error());
    file_ = std::move(*begun);
    file_name_ = piece.name;
    file_bytes_ = 0;
    return {};
}

Status ImportStream::end_file(const FilePiece& piece) {
    if (piece.gone) {
        ++done_.files_missing;
    } else {
        if (file_size_ >= 0 && file_bytes_ != file_size_) {
            return malformed(fmt::format("\"{}\" ends at {} bytes, and its record says {}",
                                         file_name_, file_bytes_, file_size_));
        }
        if (note_) {
            if (Status noted = note_(file_name_); !noted) return noted;
        }
        if (Status status = file_->commit(); !status) return status;
        ++done_.files;
    }
    file_.reset();
    return {};
}

Status ImportStream::take(const ExportEnd& end) {
    if (file_) return malformed(fmt::format("\"{}\", before it, has no end", file_name_));
    if (Status status = flush(); !status) return status;
    for (std::size_t kind = 0; kind < record_kind_count; ++kind) {
        if (counts_[kind] == head_.counts[kind]) continue;
        return malformed(
            fmt::format("lines are missing: of {} there are {}, and the first line says {}",
                        record_kind_names[kind], counts_[kind], head_.counts[kind]));
    }
    if (end.records != done_.records || end.files != done_.files) {
        return malformed(fmt::format(
            "lines are missing: it says {} records and {} files, and there are {} and {}",
            end.records, end.files, done_.records, done_.files));
    }
    if (end.digest != digest_of_lines_)
        return malformed("its digest is another: something in it was altered");
    ended_ = true;
    return {};
}

Status ImportStream::finish() {
    if (ended_ && rest_.empty()) return import_->finish();
    if (line_ == 0 && rest_.empty()) return malformed("it is empty");
    return malformed(ended_ ? "something stands behind the end"
                            : "it is cut off: the line that says that it is whole is missing");
}

}  // namespace chatcore::chatd

#include "transfer/import_stream.h"

#include <utility>

#include <fmt/format.h>

namespace chatcore::chatd {

namespace {

constexpr std::size_t batch_records = 2'000;
constexpr std::size_t batch_bytes = std::size_t{4} << 20;

Unexpected malformed(std::string what) {
    return unexpected(ErrorCode::malformed, "export", std::move(what));
}

}  // namespace

ImportStream::ImportStream(TransferStore& store, BlobOpener blobs, Digest& digest)
    : store_(store), open_blobs_(std::move(blobs)), digest_(digest) {}

std::string ImportStream::where() const {
    if (error_from_ > 0) return fmt::format("lines {} to {}", error_from_, line_);
    return fmt::format("line {}", line_);
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
    if (file_) return malformed("the file before it has no end");
    if (waiting_.empty()) waiting_from_ = line_;
    waiting_bytes_ += line.size();
    return take(std::get<Record>(std::move(*read)));
}

Status ImportStream::take(const ExportHead& head) {
    Result<std::unique_ptr<StoreImport>> begun = store_.begin_import();
    if (!begun) return unexpected(begun.error());
    import_ = std::move(*begun);
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
    waiting_.push_back(std::move(record));
    if (waiting_.size() < batch_records && waiting_bytes_ < batch_bytes) return {};
    return flush();
}

Status ImportStream::flush() {
    if (waiting_.empty()) return {};
    if (Status status = import_->put(waiting_); !status) {
        error_from_ = waiting_from_ < line_ ? waiting_from_ : 0;
        return status;
    }
    done_.records += static_cast<std::int64_t>(waiting_.size());
    waiting_.clear();
    waiting_bytes_ = 0;
    return {};
}

Status ImportStream::take(const FilePiece& piece) {
    if (blobs_ == nullptr) return malformed("the first line says that there are no files");
    const bool begins = piece.offset == 0;
    if (begins == (file_ != nullptr) || (!begins && piece.name != last_piece_.name))
        return malformed(begins ? "the file before it has no end" : "it is a piece of no file");
    const auto behind = last_piece_.offset + static_cast<std::int64_t>(last_piece_.bytes.size());
    if (!begins && piece.offset != behind) return malformed("a piece of the file is missing");
    if (begins) {
        Result<std::unique_ptr<BlobUpload>> begun = blobs_->begin(piece.name);
        if (!begun) return unexpected(begun.error());
        file_ = std::move(*begun);
    }
    if (Status status = file_->append(piece.bytes); !status) return status;
    done_.file_bytes += static_cast<std::int64_t>(piece.bytes.size());
    last_piece_ = piece;
    if (!piece.last && !piece.gone) return {};
    if (piece.gone) {
        ++done_.files_missing;
    } else {
        if (Status status = file_->commit(); !status) return status;
        ++done_.files;
    }
    file_.reset();
    return {};
}

Status ImportStream::take(const ExportEnd& end) {
    if (file_) return malformed("the file before it has no end");
    if (Status status = flush(); !status) return status;
    if (counts_ != head_.counts || end.records != done_.records || end.files != done_.files)
        return malformed("there is less than it says: lines are missing");
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

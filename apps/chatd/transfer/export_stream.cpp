#include "transfer/export_stream.h"

#include <string>

#include "chatcore/text.h"

#include "transfer/lines.h"

namespace chatcore::chatd {

namespace {

constexpr int page_records = 1'000;
constexpr int page_blobs = 1'000;

class Export {
public:
    Export(StoreSnapshot& snapshot, BlobStore* blobs, Digest& digest, const TextSink& sink,
           const TransferWatch& watch)
        : snapshot_(snapshot), blobs_(blobs), digest_(digest), sink_(sink), watch_(watch) {}

    Result<TransferTotals> run() {
        Status status = write(ExportHead{snapshot_.counts(), blobs_ != nullptr});
        while (status) {
            Result<std::vector<Record>> page = snapshot_.next(page_records);
            if (!page) return unexpected(page.error());
            if (page->empty()) break;
            status = write_page(*page);
        }
        if (status && blobs_ != nullptr) status = write_other_files();
        if (status) status = write(ExportEnd{totals_.records, totals_.files, digest_of_lines_});
        if (!status) return unexpected(status.error());
        return totals_;
    }

private:
    Status write(const ExportLine& line) {
        text_.clear();
        append_line(text_, line);
        if (!text::valid(text_))
            return unexpected(ErrorCode::corrupt, "store", "a record holds what is no text");
        digest_of_lines_ = digest_.digest(digest_of_lines_ + text_);
        return sink_(text_);
    }

    Status write_page(const std::vector<Record>& page) {
        for (const Record& record : page) {
            if (Status status = write(record); !status) return status;
            ++totals_.records;
            const auto* upload = std::get_if<Upload>(&record);
            if (upload == nullptr) continue;
            ++totals_.uploads;
            // What is condemned nobody gets any more.
            if (blobs_ == nullptr || upload->condemned) continue;
            if (Status status = write_upload(*upload); !status) return status;
        }
        return watch_(totals_);
    }

    /// Those that are no uploads: what was archived.
    Status write_other_files() {
        std::string after;
        for (;;) {
            Result<BlobPage> page = blobs_->list({}, after, page_blobs);
            if (!page) return unexpected(page.error());
            for (const BlobInfo& blob : page->items) {
                if (is_upload_name(blob.name)) continue;
                if (Status status = write_file(blob.name); !status) return status;
            }
            if (!page->has_more || page->items.empty()) return {};
            after = page->items.back().name;
        }
    }

    /// One that is not as its record says would be refused by every import.
    Status write_upload(const Upload& upload) {
        const std::string name = blob_name(upload.id);
        Result<std::optional<std::int64_t>> size = blobs_->size(name);
        if (!size) return unexpected(size.error());
        if (*size == upload.size_bytes) return write_file(name);
        ++totals_.files_missing;
        return {};
    }

    Status write_file(const std::string& name) {
        FilePiece piece{.name = name, .offset = 0, .last = false, .gone = false, .bytes = {}};
        Result<std::string> next = blobs_->read(name, 0, file_piece_bytes_max);
        if (!next && next.error().code == ErrorCode::not_found) return {};
        while (!piece.last && !piece.gone) {
            if (!next) return unexpected(next.error());
            piece.bytes = std::move(*next);
            const auto size = static_cast<std::int64_t>(piece.bytes.size());
            if (piece.bytes.size() == file_piece_bytes_max) {
                next = blobs_->read(name, piece.offset + size, file_piece_bytes_max);
                piece.gone = !next && next.error().code == ErrorCode::not_found;
            }
            piece.last = piece.bytes.size() < file_piece_bytes_max || (next && next->empty());
            if (piece.gone) piece.bytes.clear();
            if (Status status = write(piece); !status) return status;
            piece.offset += size;
            totals_.file_bytes += size;
            if (Status status = watch_(totals_); !status) return status;
        }
        ++(piece.gone ? totals_.files_missing : totals_.files);
        return {};
    }

    StoreSnapshot& snapshot_;
    BlobStore* blobs_;
    Digest& digest_;
    const TextSink& sink_;
    const TransferWatch& watch_;
    TransferTotals totals_;
    std::string digest_of_lines_;
    std::string text_;
};

}  // namespace

bool is_upload_name(std::string_view name) {
    return name.starts_with("attachments/");
}

Result<TransferTotals> export_store(StoreSnapshot& snapshot, BlobStore* blobs, Digest& digest,
                                    const TextSink& sink, const TransferWatch& watch) {
    return Export(snapshot, blobs, digest, sink, watch).run();
}

}  // namespace chatcore::chatd

// The lines of an export, whatever they are. The input is read twice: as it is, cut into pieces;
// and line by line, where what could be read is put between a first and a last line that fit it.
// Whatever it says: a line that was read is written as one that reads the same; an import ends well
// or with a sentence of one line; a store that it gives can be exported, and that export gives the
// same store; and one that it does not end well for is not opened.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/adapters/memory_blobs.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/adapters/sha256.h"

#include "transfer/import_stream.h"

using namespace chatcore;
using namespace chatcore::chatd;

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "expected that %s\n", what);
    std::abort();
}

/// What an empty store holds after the text, as text; empty where it was refused.
std::string carried(std::string_view text, std::size_t piece) {
    MemoryStoreFactory factory;
    MemoryBlobs blobs;
    Sha256 digest;
    Status status;
    bool begun = false;
    {
        const auto store = std::move(factory.open()).value();
        ImportStream stream(
            store->transfer(), [&blobs]() -> Result<BlobStore*> { return &blobs; }, digest);
        while (status && !text.empty()) {
            status = stream.take(text.substr(0, piece));
            text.remove_prefix(std::min(piece, text.size()));
        }
        if (status) status = stream.finish();
        begun = stream.begun();
    }
    auto store = factory.open();
    if (!status) {
        const std::string& why = status.error().cause;
        require(std::none_of(why.begin(), why.end(),
                             [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
                "a mistake is one line");
        require(store.has_value() != begun, "what is not whole is not opened");
        return {};
    }
    require(store.has_value(), "what is whole is opened");
    auto snapshot = (*store)->transfer().snapshot();
    std::string all;
    const auto done = export_store(
        **snapshot, &blobs, digest,
        [&all](std::string_view more) -> Status {
            all += more;
            return {};
        },
        [](const TransferTotals&) -> Status { return {}; });
    require(done.has_value(), "what was taken can be given");
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    carried(input, 13);

    LineReader reader;
    ExportHead head{.counts = {}, .files = true};
    ExportEnd end;
    std::string body;
    for (std::string_view rest = input; !rest.empty();) {
        const std::size_t at = std::min(rest.find('\n'), rest.size());
        const Result<ExportLine> read = reader.read(rest.substr(0, at));
        rest.remove_prefix(std::min(at + 1, rest.size()));
        if (!read) continue;
        std::string line;
        append_line(line, *read);
        const std::string_view written(line.data(), line.size() - 1);
        const Result<ExportLine> again = reader.read(written);
        require(again && *again == *read, "a line that was written is read as what it was");
        if (const auto* record = std::get_if<Record>(&*read)) {
            ++head.counts[record->index()];
            ++end.records;
        } else if (const auto* piece = std::get_if<FilePiece>(&*read)) {
            end.files += piece->last && !piece->gone ? 1 : 0;
        } else {
            continue;
        }
        body += line;
    }
    std::string text;
    append_line(text, head);
    text += body;
    Sha256 digest;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = text.find('\n', from) + 1;
        end.digest = digest.digest(end.digest + text.substr(from, to - from));
        from = to;
    }
    append_line(text, end);
    const std::string once = carried(text, 4'096);
    if (!once.empty()) require(carried(once, 4'096) == once, "an export gives the same store");
    return 0;
}

#include <filesystem>
#include <map>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "chatcore/adapters/memory_blobs.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/adapters/sha256.h"

#include "contract/sqlite_subject.h"
#include "contract/store_model.h"
#include "contract/store_subjects.h"
#include "contract/transfer_contract.h"
#include "transfer/base64.h"
#include "transfer/import_stream.h"
#include "transfer/imported_files.h"
#include "transfer/progress_bar.h"

using namespace chatcore;
using namespace chatcore::chatd;

namespace {

const contract::StoreSubjectFactory in_memory = [] {
    return std::make_unique<contract::MemorySubject>();
};
const contract::StoreSubjectFactory in_sqlite = [] {
    return std::make_unique<contract::SqliteSubject>();
};

Result<std::string> exported(Store& store, BlobStore* blobs = nullptr) {
    Result<std::unique_ptr<StoreSnapshot>> snapshot = store.transfer().snapshot();
    if (!snapshot) return unexpected(snapshot.error());
    std::string text;
    Sha256 digest;
    const Result<TransferTotals> done = export_store(
        **snapshot, blobs, digest,
        [&text](std::string_view more) -> Status {
            text += more;
            return {};
        },
        [](const TransferTotals&) -> Status { return {}; });
    if (!done) return unexpected(done.error());
    return text;
}

struct Imported {
    Status status;
    std::string where;
    TransferTotals done;
};

Imported import(Store& store, std::string_view text, BlobStore* blobs = nullptr,
                std::size_t piece = 4'096) {
    Sha256 digest;
    ImportStream stream(
        store.transfer(), [blobs]() -> Result<BlobStore*> { return blobs; }, digest);
    Status status;
    while (!text.empty() && status) {
        status = stream.take(text.substr(0, piece));
        text.remove_prefix(std::min(piece, text.size()));
    }
    if (status) status = stream.finish();
    return {status, stream.where(), stream.done()};
}

/// What an import of the text into an empty store ends with.
std::string verdict(std::string_view text) {
    MemoryStoreFactory factory;
    const auto store = std::move(factory.open()).value();
    const Imported imported = import(*store, text, nullptr, 7);
    if (imported.status) return "ok";
    CHECK(!factory.open().has_value() ==
          text.starts_with(R"({"format":"chatcore-export","version":1,"counts":{)"));
    return imported.where + ": " + imported.status.error().cause;
}

/// Everything there is, as text, from one subject.
std::string everything(const contract::StoreSubjectFactory& make) {
    contract::Findings findings;
    contract::StoreWorld world(make, findings);
    contract::make_everything(world);
    REQUIRE_MESSAGE(findings.clean(), findings.to_string());
    return std::move(exported(world.store())).value();
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at + 1));
        at = end + 1;
    }
    return lines;
}
std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line;
    return text;
}
/// The lines with an end that fits them.
std::string sealed(std::vector<std::string> lines, std::int64_t records) {
    Sha256 digest;
    std::string sum;
    for (const std::string& line : lines) sum = digest.digest(sum + line);
    append_line(lines.emplace_back(), ExportEnd{records, 0, sum});
    return joined(lines);
}

}  // namespace

TEST_CASE("an export, an import and an export again give the same bytes") {
    for (const auto& make : {in_memory, in_sqlite}) {
        const std::string text = everything(make);
        for (const auto& into : {in_memory, in_sqlite}) {
            contract::Findings findings;
            contract::StoreWorld world(into, findings);
            const Imported imported = import(world.store(), text);
            REQUIRE_MESSAGE(imported.status.has_value(), imported.where,
                            imported.status ? "" : imported.status.error().cause);
            world.restart();
            CHECK(std::move(exported(world.store())).value() == text);
        }
    }
}

TEST_CASE("a store that went through text does what the memory store does") {
    const contract::Carriage through_text = [](const std::vector<Record>& records) {
        std::vector<Record> read;
        LineReader reader;
        for (const Record& record : records) {
            std::string line;
            append_line(line, record);
            line.pop_back();
            Result<ExportLine> again = reader.read(line);
            REQUIRE_MESSAGE(again.has_value(), line);
            read.push_back(std::get<Record>(std::move(*again)));
        }
        return read;
    };
    for (std::uint64_t seed = 21; seed <= 22; ++seed) {
        const contract::Findings findings = contract::check_against_model(
            in_memory, contract::transferred({in_memory, in_sqlite}, through_text),
            {.seed = seed, .steps = 800});
        CHECK_MESSAGE(findings.clean(), findings.to_string());
    }
}

TEST_CASE("what is no whole export is refused, with the line") {
    const std::vector<std::string> lines = lines_of(everything(in_memory));
    const auto count = static_cast<std::int64_t>(lines.size()) - 2;
    const std::vector<std::string> body(lines.begin(), lines.end() - 1);
    CHECK(verdict(joined(lines)) == "ok");
    CHECK(verdict(sealed(body, count)) == "ok");
    CHECK(verdict("") == "line 0: it is empty");
    CHECK(verdict("{}\n") == "line 1: it does not say what it is");
    CHECK(verdict("hello\n").starts_with("line 1: it is no JSON"));
    CHECK(verdict("[1]\n") == "line 1: it is no JSON object");
    CHECK(verdict("{\"format\":\"other\",\"version\":1}\n") == "line 1: it is no export of chatd");
    CHECK(verdict("{\"format\":\"chatcore-export\",\"version\":2,\"more\":1}\n") ==
          "line 1: it is of version 2, and this chatd knows 1");
    CHECK(verdict("{\"format\":\"chatcore-export\",\"version\":1}\n") ==
          "line 1: it does not say how much there is");
    CHECK(verdict(lines[1]) == "line 1: it is not the first line of an export");

    const auto spoilt = [&](auto spoil) {
        std::vector<std::string> altered = body;
        spoil(altered);
        return verdict(sealed(altered, static_cast<std::int64_t>(altered.size()) - 1));
    };
    using Lines = std::vector<std::string>;
    CHECK(verdict(joined(body)).ends_with("the line that says that it is whole is missing"));
    const std::string text = joined(lines);
    CHECK(verdict(text.substr(0, text.size() - 1)).ends_with("is missing"));
    CHECK(verdict(text.substr(0, text.size() / 2)).ends_with("is missing"));
    CHECK(verdict(text + "\n").find("behind the end") != std::string::npos);
    CHECK(verdict(text + "x").find("behind the end") != std::string::npos);
    CHECK(spoilt([](Lines& all) { all.insert(all.begin() + 1, all[1]); }) ==
          "line 3: there is a second one of its key");
    CHECK(spoilt([](Lines& all) { std::swap(all[1], all[2]); }) ==
          "line 3: it is out of order: its key is below the one before");
    CHECK(spoilt([](Lines& all) { all.erase(all.begin() + 5); }).find("lines are missing: of ") !=
          std::string::npos);
    CHECK(spoilt([](Lines& all) { all[3] = "{\"record\":\"poem\"}\n"; }) ==
          "line 4: it is of a kind that is not known");
    CHECK(spoilt([](Lines& all) { all[1].insert(1, "\"wings\":2,"); }) ==
          "line 2: it has a member that is not known, or has one twice");
    CHECK(spoilt([](Lines& all) { all[1].insert(1, "\"id\":1,"); }) ==
          "line 2: it has a member that is not known, or has one twice");
    CHECK(spoilt([](Lines& all) { all[1] = "{\"record\":\"account\",\"id\":\"1\"}\n"; }) ==
          "line 2: \"id\" should be a whole number from 0 to 9007199254740991");
    CHECK(spoilt([](Lines& all) { all[1] = "{\"record\":\"account\",\"id\":1.5}\n"; }) ==
          "line 2: \"id\" should be a whole number from 0 to 9007199254740991");
    CHECK(spoilt([](Lines& all) { all[1] = "{\"record\":\"account\"}\n"; }) ==
          "line 2: its key is missing, or is no number of 1 to 2^53 - 1");
    CHECK(spoilt([](Lines& all) {
              all[2] = all[2].substr(0, 30) + '\n';
          }).starts_with("line 3: it is no JSON"));
    std::vector<std::string> altered = lines;
    altered[1].replace(altered[1].find("ari@"), 3, "arx");
    CHECK(verdict(joined(altered)).ends_with("its digest is another: something in it was altered"));
}

TEST_CASE("files go along in pieces, and come out whole") {
    contract::Findings findings;
    contract::StoreWorld world(in_sqlite, findings);
    contract::make_everything(world);
    MemoryBlobs blobs;
    std::map<std::string, std::string> kept;
    std::mt19937_64 dice(5);
    const auto put = [&](const std::string& name, std::size_t size) {
        std::string bytes(size, '\0');
        for (char& byte : bytes) byte = static_cast<char>(dice());
        auto upload = std::move(blobs.begin(name)).value();
        REQUIRE(upload->append(bytes).has_value());
        REQUIRE(upload->commit().has_value());
        kept[name] = std::move(bytes);
    };
    put(blob_name(AttachmentId{9'001}), 5);  // as its record says
    put("archive/chat_0.txt", 2 * file_piece_bytes_max);
    put("archive/chat_1.txt", file_piece_bytes_max + 7);
    put("archive/empty", 0);
    const std::string text = std::move(exported(world.store(), &blobs)).value();
    for (const std::string& line : lines_of(text)) CHECK(line.size() < 2 * file_piece_bytes_max);

    MemoryBlobs others;
    contract::StoreWorld other(in_memory, findings);
    const Imported imported = import(other.store(), text, &others, 100'000);
    REQUIRE_MESSAGE(imported.status.has_value(), imported.where);
    CHECK(imported.done.files == 4);
    for (const auto& [name, bytes] : kept) CHECK(*others.read(name, 0, 1U << 24) == bytes);
    CHECK(std::move(exported(other.store(), &others)).value() == text);

    std::vector<std::string> lines = lines_of(text);
    lines.pop_back();
    const auto piece = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
        return line.find("chat_0.txt") != std::string::npos;
    });
    lines.erase(piece + 1);
    MemoryStoreFactory factory;
    MemoryBlobs none;
    const Imported cut =
        import(*std::move(factory.open()).value(), sealed(lines, imported.done.records), &none);
    REQUIRE(!cut.status);
    CHECK(none.list({}, {}, 9)->items.size() < 4);
}

TEST_CASE("files that are not as their records say are refused, with the line") {
    contract::Findings findings;
    contract::StoreWorld world(in_memory, findings);
    contract::make_everything(world);
    MemoryBlobs blobs;
    const auto put = [&](const std::string& name, std::string_view bytes) {
        auto upload = std::move(blobs.begin(name)).value();
        REQUIRE(upload->append(bytes).has_value());
        REQUIRE(upload->commit().has_value());
    };
    put(blob_name(AttachmentId{9'001}), "12345");
    put(blob_name(AttachmentId{9'002}), "1234");  // one less than its record says
    put("archive/a", "x");
    put("archive/b", "y");
    std::vector<std::string> lines = lines_of(std::move(exported(world.store(), &blobs)).value());
    lines.pop_back();
    const auto of = [&](const char* what) {
        return std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.find(what) != std::string::npos;
        });
    };
    CHECK(of("attachments/042/9002") == lines.end());
    const auto refused = [&](auto spoil) {
        std::vector<std::string> spoilt = lines;
        const std::size_t at = spoil(spoilt);
        MemoryStoreFactory factory;
        MemoryBlobs none;
        std::vector<std::string> noted;
        Sha256 digest;
        const auto store = std::move(factory.open()).value();
        ImportStream stream(
            store->transfer(), [&]() -> Result<BlobStore*> { return &none; }, digest,
            [&](const std::string& name) -> Status {
                noted.push_back(name);
                return {};
            });
        Status status = stream.take(sealed(spoilt, 0));
        REQUIRE(!status);
        CHECK(stream.where() == "line " + std::to_string(at + 1));
        const auto put_before = std::move(none.list({}, {}, 9)).value();
        for (const BlobInfo& blob : put_before.items)
            CHECK(std::find(noted.begin(), noted.end(), blob.name) != noted.end());
        return status.error().cause;
    };
    using Lines = std::vector<std::string>;
    const auto file =
        static_cast<std::size_t>(of(blob_name(AttachmentId{9'001}).c_str()) - lines.begin());
    const auto archive = static_cast<std::size_t>(of("archive/a") - lines.begin());
    REQUIRE(archive + 2 == lines.size());
    CHECK(refused([&](Lines& all) {
              const std::size_t size = all[file - 1].find("\"size\":5");
              all[file - 1].replace(size, 8, "\"size\":6");
              return file;
          }).ends_with(" ends at 5 bytes, and its record says 6"));
    CHECK(refused([&](Lines& all) {
              std::swap(all[file], all[archive]);
              std::swap(all[file], all[archive + 1]);
              return archive;
          }).ends_with("does not follow its upload's record"));
    CHECK(refused([&](Lines& all) {
              all.insert(all.begin() + static_cast<std::ptrdiff_t>(file), all[file]);
              return file + 1;
          }).ends_with("does not follow its upload's record"));
    CHECK(refused([&](Lines& all) {
              std::swap(all[archive], all[archive + 1]);
              return archive + 1;
          }).ends_with("is out of order, or there twice"));
    CHECK(refused([&](Lines& all) {
              all[archive].replace(all[archive].find("archive/a"), 9, "../passwd");
              return archive;
          }) == "\"name\" should be the name of a file");
}

TEST_CASE("a file that is there already is refused, before it is noted") {
    contract::Findings findings;
    contract::StoreWorld world(in_memory, findings);
    contract::make_everything(world);
    const auto put = [](MemoryBlobs& blobs, const std::string& name, std::string_view bytes) {
        auto upload = std::move(blobs.begin(name)).value();
        REQUIRE(upload->append(bytes).has_value());
        REQUIRE(upload->commit().has_value());
    };
    const std::string upload = blob_name(AttachmentId{9'001});
    MemoryBlobs from;
    put(from, upload, "12345");
    put(from, "archive/a", "x");
    const std::string text = std::move(exported(world.store(), &from)).value();
    for (const std::string& name : {upload, std::string("archive/a")}) {
        MemoryBlobs into;
        put(into, name, "another's");
        std::vector<std::string> noted;
        MemoryStoreFactory factory;
        Sha256 digest;
        const auto store = std::move(factory.open()).value();
        ImportStream stream(
            store->transfer(), [&]() -> Result<BlobStore*> { return &into; }, digest,
            [&](const std::string& file) -> Status {
                noted.push_back(file);
                return {};
            });
        const Status status = stream.take(text);
        REQUIRE(!status);
        CHECK(status.error().cause.starts_with("a file \"" + name + "\" is in the folder"));
        CHECK(std::find(noted.begin(), noted.end(), name) == noted.end());
        CHECK(*into.read(name, 0, 99) == "another's");
    }
}

TEST_CASE("what an import has put is taken away again, also by the next one") {
    contract::TemporaryDirectory directory;
    const std::string path = directory.file("import-files");
    MemoryBlobs blobs;
    const auto put = [&](const std::string& name) {
        auto upload = std::move(blobs.begin(name)).value();
        REQUIRE(upload->commit().has_value());
    };
    put("archive/older");
    {
        ImportedFiles notes(path);
        CHECK_FALSE(notes.any());
        for (const char* name : {"attachments/007/7", "archive/new"}) {
            REQUIRE(notes.note(name).has_value());
            put(name);
        }
        CHECK(notes.any());
        REQUIRE(notes.note("archive/not_put_yet").has_value());
    }  // as if it was killed
    ImportedFiles notes(path);
    REQUIRE(notes.any());
    REQUIRE(notes.undo(blobs).has_value());
    CHECK_FALSE(notes.any());
    const auto left = blobs.list({}, {}, 9)->items;
    REQUIRE(left.size() == 1);
    CHECK(left.front().name == "archive/older");

    REQUIRE(notes.note("archive/older").has_value());
    notes.keep();
    CHECK_FALSE(notes.any());
    CHECK_FALSE(ImportedFiles(directory.file("nowhere/notes")).note("a").has_value());
}

TEST_CASE("base 64 is read as it is written, and in no other way") {
    std::mt19937_64 dice(3);
    for (std::size_t size = 0; size < 40; ++size) {
        std::string bytes(size, '\0');
        for (char& byte : bytes) byte = static_cast<char>(dice());
        CHECK(from_base64(to_base64(bytes)) == bytes);
    }
    CHECK(to_base64("foobar") == "Zm9vYmFy");
    CHECK(to_base64("fooba") == "Zm9vYmE=");
    for (const char* wrong : {"Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "====", "Zm9=", "Z-9v", "Zm 9"})
        CHECK_FALSE(from_base64(wrong).has_value());
}

TEST_CASE("progress is told with a rate and the time that is left") {
    using std::chrono::milliseconds;
    CHECK(progress_line("import", 0, 0, 0, milliseconds{0}) ==
          "import [........................]   0 %");
    CHECK(progress_line("import", 50'000, 100'000, 0, milliseconds{2'000}) ==
          "import [############............]  50 %  25,000/s  0:02 left");
    CHECK(progress_line("export", 1, 1'000'000, 3 << 20, milliseconds{1'000})
              .ends_with("16666:39 left  3 MiB of files"));
    CHECK(progress_line("export", 7, 5, 0, milliseconds{1}).find("100 %") != std::string::npos);
}

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chatcore/adapters/file_blobs.h"
#include "chatcore/adapters/memory_blobs.h"

#include "contract/blob_contract.h"
#include "contract/store_subjects.h"

using namespace chatcore;

namespace {

class MemoryBlobSubject final : public contract::BlobSubject {
public:
    BlobStore& blobs() override { return blobs_; }
    void restart() override {}  // memory outlives no process

private:
    MemoryBlobs blobs_;
};

class FileBlobSubject final : public contract::BlobSubject {
public:
    FileBlobSubject() { restart(); }
    BlobStore& blobs() override { return *blobs_; }
    void restart() override {
        blobs_.reset();
        auto opened = FileBlobs::open(folder_.file("blobs"));
        REQUIRE(opened.has_value());
        blobs_ = std::move(*opened);
    }

private:
    contract::TemporaryDirectory folder_;
    std::unique_ptr<FileBlobs> blobs_;
};

enum class Fault {
    none,
    shows_what_is_not_committed,
    keeps_what_is_let_go,
    loses_the_last_piece,
    adds_to_the_old,
    mixes_puts,
    reads_from_the_beginning,
    finds_nothing_absent,
    keeps_what_is_removed,
    removes_the_folder,
    lists_backwards,
    stops_early,
    takes_any_name,
    forgets_on_restart,
};

/// A store in a few lines, with a fault of one's choice.
class FaultyBlobs final : public BlobStore, public contract::BlobSubject {
public:
    explicit FaultyBlobs(Fault fault) : fault_(fault) {}

    BlobStore& blobs() override { return *this; }
    void restart() override {
        if (is(Fault::forgets_on_restart)) blobs_.clear();
    }

    Result<std::unique_ptr<BlobUpload>> begin(const std::string& name) override {
        if (!good(name)) return unexpected(ErrorCode::invalid_value, "blob");
        return std::unique_ptr<BlobUpload>(std::make_unique<Put>(*this, name));
    }
    Result<std::string> read(const std::string& name, std::int64_t offset,
                             std::size_t size_max) override {
        if (!good(name)) return unexpected(ErrorCode::invalid_value, "blob");
        const std::scoped_lock lock(mutex_);
        const auto it = blobs_.find(name);
        if (it == blobs_.end()) {
            if (is(Fault::finds_nothing_absent)) return std::string();
            return unexpected(ErrorCode::not_found, "blob");
        }
        if (is(Fault::reads_from_the_beginning)) offset = 0;
        const auto from = std::min(static_cast<std::size_t>(offset), it->second.size());
        return it->second.substr(from, size_max);
    }
    Result<std::optional<std::int64_t>> size(const std::string& name) override {
        if (!good(name)) return unexpected(ErrorCode::invalid_value, "blob");
        const std::scoped_lock lock(mutex_);
        const auto it = blobs_.find(name);
        if (it == blobs_.end()) return std::optional<std::int64_t>{};
        return std::optional{static_cast<std::int64_t>(it->second.size())};
    }
    Status remove(const std::string& name) override {
        if (!good(name)) return unexpected(ErrorCode::invalid_value, "blob");
        const std::scoped_lock lock(mutex_);
        if (!is(Fault::keeps_what_is_removed)) blobs_.erase(name);
        if (is(Fault::removes_the_folder)) {
            const std::string folder = name.substr(0, name.find('/'));
            std::erase_if(blobs_, [&](const auto& blob) { return blob.first.starts_with(folder); });
        }
        return {};
    }
    Result<BlobPage> list(const std::string& prefix, const std::string& after, int limit) override {
        if (!is(Fault::takes_any_name) && !is_blob_prefix(prefix))
            return unexpected(ErrorCode::invalid_value, "blob");
        const std::scoped_lock lock(mutex_);
        BlobPage page;
        for (const auto& [name, bytes] : blobs_) {
            if (!name.starts_with(prefix) || name <= after) continue;
            if (page.items.size() == static_cast<std::size_t>(limit)) {
                page.has_more = !is(Fault::stops_early);
                break;
            }
            page.items.push_back({name, static_cast<std::int64_t>(bytes.size())});
        }
        if (is(Fault::lists_backwards)) std::reverse(page.items.begin(), page.items.end());
        return page;
    }

private:
    class Put final : public BlobUpload {
    public:
        Put(FaultyBlobs& blobs, std::string name) : blobs_(blobs), name_(std::move(name)) {}
        ~Put() override {
            if (blobs_.is(Fault::keeps_what_is_let_go)) keep();
        }
        Status append(std::string_view piece) override {
            std::string& bytes = blobs_.is(Fault::mixes_puts) ? blobs_.mixed_[name_] : bytes_;
            if (!blobs_.is(Fault::loses_the_last_piece)) {
                bytes += piece;
            } else if (!piece.empty()) {
                bytes += std::exchange(last_, std::string(piece));
            }
            if (blobs_.is(Fault::shows_what_is_not_committed)) keep();
            return {};
        }
        Status commit() override {
            keep();
            return {};
        }

    private:
        void keep() {
            const std::scoped_lock lock(blobs_.mutex_);
            std::string& blob = blobs_.blobs_[name_];
            if (!blobs_.is(Fault::adds_to_the_old)) blob.clear();
            blob += blobs_.is(Fault::mixes_puts) ? blobs_.mixed_[name_] : bytes_;
        }

        FaultyBlobs& blobs_;
        const std::string name_;
        std::string bytes_;
        std::string last_;
    };

    bool is(Fault fault) const { return fault_ == fault; }
    bool good(const std::string& name) const {
        return is(Fault::takes_any_name) || is_blob_name(name);
    }

    const Fault fault_;
    std::mutex mutex_;
    std::map<std::string, std::string> blobs_;
    std::map<std::string, std::string> mixed_;
};

std::string uploads_of(const std::string& folder) {
    std::string names;
    for (const auto& entry : std::filesystem::directory_iterator(folder + "/.uploads"))
        names += entry.path().filename().string() + ' ';
    return names;
}

}  // namespace

TEST_CASE("blobs in memory keep the contract") {
    const auto findings =
        contract::check_blob_contract([] { return std::make_unique<MemoryBlobSubject>(); });
    CHECK_MESSAGE(findings.clean(), findings.to_string());
}

TEST_CASE("blobs in files keep the contract") {
    const auto findings =
        contract::check_blob_contract([] { return std::make_unique<FileBlobSubject>(); });
    CHECK_MESSAGE(findings.clean(), findings.to_string());
}

TEST_CASE("the contract of blobs finds what is broken") {
    struct Noticed {
        Fault fault;
        std::string_view clause;
    };
    for (const auto& [fault, clause] : {
             Noticed{Fault::shows_what_is_not_committed, "a blob is seen whole or not at all"},
             Noticed{Fault::keeps_what_is_let_go, "a blob is seen whole or not at all"},
             Noticed{Fault::loses_the_last_piece, "a put in pieces"},
             Noticed{Fault::adds_to_the_old, "a blob is seen whole or not at all"},
             Noticed{Fault::mixes_puts, "puts of one name"},
             Noticed{Fault::reads_from_the_beginning, "ranges"},
             Noticed{Fault::finds_nothing_absent, "ranges"},
             Noticed{Fault::keeps_what_is_removed, "removing"},
             Noticed{Fault::removes_the_folder, "removing"},
             Noticed{Fault::lists_backwards, "listing"},
             Noticed{Fault::stops_early, "listing"},
             Noticed{Fault::takes_any_name, "names"},
             Noticed{Fault::forgets_on_restart, "restarts"},
         }) {
        CAPTURE(static_cast<int>(fault));
        const auto findings = contract::check_blob_contract(
            [kind = fault] { return std::make_unique<FaultyBlobs>(kind); });
        CHECK_MESSAGE(findings.broke(clause), findings.to_string());
    }
    const auto sound =
        contract::check_blob_contract([] { return std::make_unique<FaultyBlobs>(Fault::none); });
    CHECK_MESSAGE(sound.clean(), sound.to_string());
}

TEST_CASE("memory for blobs is bounded, and comes back") {
    MemoryBlobs blobs(100);
    {
        auto upload = std::move(*blobs.begin("a"));
        REQUIRE(upload->append(std::string(60, 'x')));
        const Status over = upload->append(std::string(60, 'x'));
        REQUIRE(!over);
        CHECK(over.error().code == ErrorCode::unavailable);
        CHECK(over.error().detail == "blob");
    }
    for (int i = 0; i < 10; ++i) {
        auto upload = std::move(*blobs.begin("b"));
        REQUIRE(upload->append(std::string(50, 'x')));
        REQUIRE(upload->commit());
    }
    REQUIRE(blobs.remove("b"));
    auto upload = std::move(*blobs.begin("c"));
    CHECK(upload->append(std::string(100, 'x')));
}

TEST_CASE("a blob that passes the largest file is refused, and leaves nothing") {
    contract::TemporaryDirectory directory;
    const std::string folder = directory.file("blobs");
    auto blobs = std::move(*FileBlobs::open(folder));
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    signal(SIGXFSZ, SIG_IGN);
    const rlimit small{100'000, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    {
        auto upload = std::move(*blobs->begin("large"));
        Status status;
        for (int i = 0; i < 20 && status; ++i) status = upload->append(std::string(10'000, 'x'));
        REQUIRE(!status);
        CHECK(status.error().code == ErrorCode::too_large);
        CHECK(!status.error().cause.empty());
    }
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(uploads_of(folder).empty());
    CHECK(blobs->list("", {}, 10)->items.empty());
}

TEST_CASE("on a full disk a blob is refused, leaves nothing, and the store comes back by itself") {
    contract::TemporaryDirectory directory;
    const std::string folder = directory.file("small");
    REQUIRE(std::filesystem::create_directory(folder));
    if (mount("tmpfs", folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=1m") != 0) {
        MESSAGE("only root may mount a small disk: left out");
        return;
    }
    {
        auto blobs = std::move(*FileBlobs::open(folder + "/blobs"));
        {
            auto upload = std::move(*blobs->begin("a/large"));
            Status status;
            for (int i = 0; i < 200 && status; ++i)
                status = upload->append(std::string(10'000, 'x'));
            REQUIRE(!status);
            CHECK(status.error().code == ErrorCode::unavailable);
            CHECK(status.error().detail == "blob");
            // Whatever else is on the disk can still be written.
            CHECK(std::filesystem::space(folder).available >= 1024 * 1024 / 8);
        }
        CHECK(uploads_of(folder + "/blobs").empty());
        CHECK(!*blobs->size("a/large"));
        auto upload = std::move(*blobs->begin("a/small"));
        CHECK(upload->append(std::string(500'000, 'x')));
        CHECK(upload->commit());
        CHECK(*blobs->size("a/small") == 500'000);
    }
    CHECK(umount(folder.c_str()) == 0);
}

TEST_CASE("a folder has one store at a time, whose uploads no other clears away") {
    contract::TemporaryDirectory directory;
    const std::string folder = directory.file("blobs");
    auto blobs = std::move(*FileBlobs::open(folder));
    auto upload = std::move(*blobs->begin("a"));
    const auto second = FileBlobs::open(folder);
    REQUIRE(!second);
    CHECK(second.error().code == ErrorCode::unavailable);
    CHECK(upload->append("x"));
    CHECK(upload->commit());
    blobs.reset();
    CHECK(FileBlobs::open(folder).has_value());
}

TEST_CASE("nobody else may read blobs, whatever the umask") {
    contract::TemporaryDirectory directory;
    const std::string folder = directory.file("blobs");
    const mode_t before = ::umask(0);
    const auto blobs = std::move(*FileBlobs::open(folder));
    auto upload = std::move(*blobs->begin("attachments/001/1"));
    const Status written = upload->append("x");
    const Status committed = upload->commit();
    ::umask(before);
    REQUIRE((written && committed));
    for (const char* made : {"", "/.uploads", "/attachments", "/attachments/001"}) {
        INFO(made);
        struct stat status{};
        REQUIRE(::stat((folder + made).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0700);
    }
    struct stat status{};
    REQUIRE(::stat((folder + "/attachments/001/1").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a folder that is gone or no folder is unavailable, not empty") {
    contract::TemporaryDirectory directory;
    const std::string folder = directory.file("blobs");
    auto blobs = std::move(*FileBlobs::open(folder));
    std::filesystem::remove_all(folder);
    const auto listed = blobs->list("health/", {}, 1);
    REQUIRE(!listed);
    CHECK(listed.error().code == ErrorCode::unavailable);
    CHECK(blobs->begin("a").error().code == ErrorCode::unavailable);
    const auto missing = FileBlobs::open(directory.file("no/such/folder"));
    REQUIRE(!missing);
    CHECK(missing.error().code == ErrorCode::unavailable);
    CHECK(!missing.error().cause.empty());
}

TEST_CASE("a folder may be read beside the store that has it, and nothing is written so") {
    contract::TemporaryDirectory directory;
    const std::string folder = directory.file("blobs");
    const auto early = std::move(*FileBlobs::open_for_reading(folder));
    CHECK(early->list({}, {}, 9)->items.empty());
    CHECK(!std::filesystem::exists(folder));
    const auto blobs = std::move(*FileBlobs::open(folder));
    auto upload = std::move(*blobs->begin("attachments/001/1"));
    CHECK(upload->append("abc"));
    const auto reading = std::move(*FileBlobs::open_for_reading(folder));
    CHECK(upload->commit());
    CHECK(*reading->read("attachments/001/1", 1, 9) == "bc");
    CHECK(reading->list({}, {}, 9)->items.size() == 1);
    CHECK(reading->begin("b").error().code == ErrorCode::unavailable);
    CHECK(reading->remove("attachments/001/1").error().code == ErrorCode::unavailable);
    CHECK(*blobs->size("attachments/001/1") == 3);
}

#include "transfer/transfer_commands.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <numeric>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chatcore/adapters/sha256.h"

#include "data_dir.h"
#include "parts.h"
#include "serve.h"
#include "transfer/import_stream.h"
#include "transfer/imported_files.h"
#include "transfer/progress_bar.h"

namespace chatcore::chatd {

namespace {

constexpr std::size_t io_bytes = std::size_t{1} << 20;

int fail(std::string_view sentence, int code = exit_code::failed) {
    fmt::print(stderr, "chatd: {}\n", sentence);
    return code;
}

/// SIGINT and SIGTERM, which are blocked (`prepare_signals`): between two pieces of work they are
/// looked for, and while input is waited for they end the waiting.
class Interruption {
public:
    Interruption() {
        struct sigaction action{};
        action.sa_handler = [](int) {};
        ::sigemptyset(&action.sa_mask);
        ::sigaction(SIGINT, &action, nullptr);
        ::sigaction(SIGTERM, &action, nullptr);
        ::sigemptyset(&signals_);
        ::sigaddset(&signals_, SIGINT);
        ::sigaddset(&signals_, SIGTERM);
    }

    Status look() {
        const timespec now{};
        if (::sigtimedwait(&signals_, nullptr, &now) > 0) seen_ = true;
        if (!seen_) return {};
        return unexpected(ErrorCode::timeout, "signal", "it was interrupted");
    }
    /// Waits until the descriptor can be read or written, or a signal comes.
    Status await(int descriptor, short events) {
        if (Status status = look(); !status) return status;
        sigset_t without;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &without);
        ::sigdelset(&without, SIGINT);
        ::sigdelset(&without, SIGTERM);
        pollfd waited{descriptor, events, 0};
        if (::ppoll(&waited, 1, nullptr, &without) < 0 && errno == EINTR) seen_ = true;
        return look();
    }

private:
    sigset_t signals_{};
    bool seen_ = false;
};

Unexpected io_error(std::string_view what, const std::string& name) {
    return unexpected(ErrorCode::unavailable, "file",
                      fmt::format("{} {}: {}", what, name, std::strerror(errno)));
}

/// The file that is written, or standard output. A file that is not kept is removed.
class Output {
public:
    Output(std::string path, Interruption& interruption)
        : path_(std::move(path)), interruption_(interruption) {
        if (path_ == "-") {
            descriptor_ = STDOUT_FILENO;
        } else {
            // It holds the hashes of passwords, and what people said to each other.
            descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
            made_ = descriptor_ >= 0;
        }
        text_.reserve(io_bytes);
    }
    ~Output() {
        if (!made_) return;
        ::close(descriptor_);
        if (!kept_) ::unlink(path_.c_str());
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    Status opened() const {
        if (descriptor_ >= 0) return {};
        return io_error("cannot make", path_);
    }
    Status write(std::string_view text) {
        text_ += text;
        return text_.size() < io_bytes ? Status{} : flush();
    }
    Status keep() {
        if (Status status = flush(); !status) return status;
        if (made_ && ::fsync(descriptor_) != 0) return io_error("cannot write", name());
        kept_ = true;
        return {};
    }

private:
    std::string name() const { return path_ == "-" ? "to standard output" : path_; }
    Status flush() {
        std::string_view rest = text_;
        while (!rest.empty()) {
            if (Status status = interruption_.await(descriptor_, POLLOUT); !status) return status;
            const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
            if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (written < 0) return io_error("cannot write", name());
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
        text_.clear();
        return {};
    }

    const std::string path_;
    Interruption& interruption_;
    int descriptor_ = -1;
    bool made_ = false;
    bool kept_ = false;
    std::string text_;
};

/// The file that is read, or standard input.
class Input {
public:
    Input(std::string path, Interruption& interruption)
        : path_(std::move(path)), interruption_(interruption), bytes_(io_bytes, '\0') {
        descriptor_ = path_ == "-" ? STDIN_FILENO : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    }
    ~Input() {
        if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    Status opened() const {
        if (descriptor_ >= 0) return {};
        return io_error("cannot open", path_);
    }
    /// Some bytes, good until the next call; none at the end.
    Result<std::string_view> read() {
        for (;;) {
            if (Status status = interruption_.await(descriptor_, POLLIN); !status)
                return unexpected(status.error());
            const ssize_t got = ::read(descriptor_, bytes_.data(), bytes_.size());
            if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (got < 0) return io_error("cannot read", path_);
            return std::string_view(bytes_).substr(0, static_cast<std::size_t>(got));
        }
    }
    std::string name() const { return path_ == "-" ? "standard input" : path_; }

private:
    const std::string path_;
    Interruption& interruption_;
    std::string bytes_;
    int descriptor_ = -1;
};

std::int64_t sum(const RecordCounts& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

std::string sentence_about(const Config& config, const Error& error) {
    if (error.detail == "file" || error.detail == "blob" || error.detail == "signal")
        return error.cause;
    return explain_store_error(config, error);
}

/// What is begun and was not finished is nothing that anybody may miss.
void remove_database(const Config& config) {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm"})
        std::filesystem::remove(config.sqlite_path + end, ignored);
}

struct Opened {
    std::unique_ptr<StoreFactory> factory;
    std::unique_ptr<Store> store;

    void close() {
        store.reset();
        factory.reset();
    }
};

Result<Opened> open_store(const Config& config, StoreUse use = StoreUse::whole) {
    Opened opened{make_store_factory(config, {}, use), nullptr};
    Result<std::unique_ptr<Store>> store = opened.factory->open();
    if (!store) return unexpected(store.error());
    opened.store = std::move(*store);
    return opened;
}

/// A database that is made for an import; where that fails, none is left of it.
Result<Opened> open_new(const Config& config) {
    Result<Opened> opened = open_store(config, StoreUse::filling);
    if (!opened) remove_database(config);
    return opened;
}

/// As `open_store`, but what an import has begun and not finished is begun anew.
Result<Opened> open_for_import(const Config& config, bool was_there) {
    Result<Opened> opened = was_there ? open_store(config, StoreUse::filling) : open_new(config);
    if (opened || opened.error().detail != "import") return opened;
    fmt::print(stderr, "chatd: an import that was not finished is begun anew\n");
    remove_database(config);
    return open_new(config);
}

/// What an export without --files leaves out.
struct LeftOut {
    std::int64_t uploads = 0;
    std::int64_t archives = 0;
    std::int64_t others = 0;  ///< snapshots of consultations, and what somebody else has put there
    std::int64_t bytes = 0;

    bool any() const { return uploads + archives + others > 0; }
};

/// Whether it is an archived transcript, by the setting that names them.
bool is_archive_name(std::string_view name, std::string_view pattern) {
    constexpr std::string_view number = "{requestIdx}";
    const std::size_t at = pattern.find(number);
    if (at == pattern.npos) return false;
    const std::string_view behind = pattern.substr(at + number.size());
    return name.size() > at + behind.size() && name.starts_with(pattern.substr(0, at)) &&
           name.ends_with(behind);
}

Result<LeftOut> look_at_files(const Config& config) {
    constexpr int page_blobs = 1'000;
    LeftOut found;
    Result<std::unique_ptr<BlobStore>> blobs = make_blobs(config, BlobUse::read_only);
    if (!blobs) return unexpected(blobs.error());
    std::string after;
    for (;;) {
        Result<BlobPage> page = (*blobs)->list({}, after, page_blobs);
        if (!page) return unexpected(page.error());
        for (const BlobInfo& blob : page->items) {
            found.bytes += blob.size_bytes;
            if (is_upload_name(blob.name)) {
                ++found.uploads;
            } else if (is_archive_name(blob.name, config.consultations.archive_name)) {
                ++found.archives;
            } else {
                ++found.others;
            }
        }
        if (!page->has_more || page->items.empty()) return found;
        after = page->items.back().name;
    }
}

void tell_left_out(const Config& config, std::int64_t uploads) {
    const Result<LeftOut> found = look_at_files(config);
    if (!found) {
        fmt::print(stderr, "chatd: files are NOT in it, and cannot be counted: {}\n",
                   found.error().cause);
    } else if (found->any()) {
        fmt::print(stderr,
                   "chatd: NOT in it, for want of --files: {} uploaded files, {} archives of "
                   "consultations and {} other files, of {} bytes in all. --files takes them "
                   "along; or copy {}\n",
                   found->uploads, found->archives, found->others, found->bytes, config.blob_path);
    } else if (uploads > 0) {
        fmt::print(stderr, "chatd: the bytes of {} uploads are not in it, nor in {}\n", uploads,
                   config.blob_path);
    }
}

/// Why an import ended early. What was wrong with the lines is told with their numbers.
std::string explain(const Config& config, const Input& input, const ImportStream& stream,
                    const Error& error) {
    if (error.code == ErrorCode::conflict && error.detail == "store") {
        return fmt::format(
            "the database {} is not empty: an import needs one that never held "
            "anything",
            config.sqlite_path);
    }
    const bool of_store = error.code == ErrorCode::unavailable ||
                          error.code == ErrorCode::corrupt || error.code == ErrorCode::timeout ||
                          error.code == ErrorCode::internal;
    if (of_store) return sentence_about(config, error);
    const bool about_a_record =
        error.code == ErrorCode::conflict || error.code == ErrorCode::invalid_value;
    return fmt::format("{}, {}: {}{}{}", input.name(), stream.where(),
                       about_a_record ? error.detail.substr(0, error.detail.find(' ')) : "",
                       about_a_record ? ": " : "",
                       error.cause.empty() ? sentence_of(error.code) : error.cause);
}

/// Fills the store, which is empty. What it puts besides is noted.
class Import {
public:
    Import(const Config& config, Opened opened, Input& input)
        : config_(config),
          input_(input),
          opened_(std::move(opened)),
          notes_(config.data_dir + "/import-files") {
        stream_.emplace(
            opened_.store->transfer(), [this] { return open_blobs(); }, digest_,
            [this](const std::string& name) { return notes_.note(name); });
    }

    /// Not before the store says that it is empty: what is noted is of an import into it then.
    Status begin() {
        if (Status begun = stream_->begin(); !begun) return begun;
        if (!notes_.any()) return {};
        Result<BlobStore*> blobs = open_blobs();
        return blobs ? notes_.undo(**blobs) : unexpected(blobs.error());
    }
    Status run() {
        ProgressBar bar("import");
        Status status = begin();
        while (status) {
            Result<std::string_view> bytes = input_.read();
            if (!bytes) {
                status = unexpected(bytes.error());
            } else if (bytes->empty()) {
                status = stream_->finish();
                break;
            } else {
                status = stream_->take(*bytes);
                bar.show(stream_->done().records, sum(stream_->head().counts),
                         stream_->done().file_bytes);
            }
        }
        bar.clear();
        if (status) notes_.keep();
        return status;
    }
    /// Takes everything away again that it has made. `was_there`: whether there was a file of the
    /// database before. Gives what is to be told.
    std::string undo(const Error& error, bool was_there) {
        std::string why = explain(config_, input_, *stream_, error);
        const bool begun = stream_->begun();
        stream_.reset();
        opened_.close();
        if (begun && blobs_ && notes_.any()) {
            if (Status undone = notes_.undo(*blobs_); !undone) {
                why +=
                    fmt::format("; files of it are left in {}, which the next import removes: {}",
                                config_.blob_path, undone.error().cause);
            }
        }
        // A database that was there and was used is left as it is; nothing was written to it.
        if (begun || !was_there) remove_database(config_);
        return why;
    }
    const ImportStream& stream() const { return *stream_; }

private:
    Result<BlobStore*> open_blobs() {
        if (!blobs_) {
            Result<std::unique_ptr<BlobStore>> made = make_blobs(config_, BlobUse::whole);
            if (!made) return unexpected(made.error());
            blobs_ = std::move(*made);
        }
        return blobs_.get();
    }

    const Config& config_;
    Input& input_;
    Opened opened_;
    ImportedFiles notes_;
    std::unique_ptr<BlobStore> blobs_;
    Sha256 digest_;
    std::optional<ImportStream> stream_;
};

}  // namespace

int export_all(const CommandLine& line, const Config& config) {
    if (line.words.size() > 2) return fail("export wants one file at most", exit_code::usage);
    if (config.store_in_memory)
        return fail("store.kind is memory: there is nothing to export", exit_code::usage);
    const std::string path = line.words.size() == 2 ? line.words[1] : "-";
    const bool with_files = line.options.contains("files");
    if (Result<DataDir> folder = DataDir::find(config.data_dir); !folder)
        return fail(folder.error().cause);
    if (!std::filesystem::exists(config.sqlite_path))
        return fail(fmt::format("there is no database {}", config.sqlite_path));
    Result<Opened> opened = open_store(config);
    if (!opened) return fail(explain_store_error(config, opened.error()));
    std::unique_ptr<BlobStore> blobs;
    if (with_files) {
        Result<std::unique_ptr<BlobStore>> made = make_blobs(config, BlobUse::read_only);
        if (!made) return fail(made.error().cause);
        blobs = std::move(*made);
    }
    Interruption interruption;
    Output output(path, interruption);
    if (Status status = output.opened(); !status) return fail(status.error().cause);

    Result<std::unique_ptr<StoreSnapshot>> snapshot = opened->store->transfer().snapshot();
    if (!snapshot) return fail(explain_store_error(config, snapshot.error()));
    const std::int64_t total = sum((*snapshot)->counts());
    ProgressBar bar("export");
    Sha256 digest;
    Result<TransferTotals> done = export_store(
        **snapshot, blobs.get(), digest,
        [&output](std::string_view text) { return output.write(text); },
        [&](const TransferTotals& so_far) {
            bar.show(so_far.records, total, so_far.file_bytes);
            return interruption.look();
        });
    Status kept = done ? output.keep() : unexpected(done.error());
    bar.clear();
    if (!kept)
        return fail(fmt::format("the export failed: {}", sentence_about(config, kept.error())));
    fmt::print(stderr, "chatd: {} records exported\n", done->records);
    if (with_files) {
        fmt::print(stderr, "chatd: {} files exported, of {} bytes\n", done->files,
                   done->file_bytes);
        if (done->files_missing > 0)
            fmt::print(stderr,
                       "chatd: the bytes of {} uploads were not there, or not all of them\n",
                       done->files_missing);
    } else {
        tell_left_out(config, done->uploads);
    }
    return exit_code::ok;
}

int import_all(const CommandLine& line, const Config& config) {
    if (line.words.size() != 2)
        return fail("import wants a file, or - for standard input", exit_code::usage);
    if (config.store_in_memory) {
        return fail("store.kind is memory: what is imported would be forgotten at once",
                    exit_code::usage);
    }
    Interruption interruption;
    Input input(line.words[1], interruption);
    if (Status status = input.opened(); !status) return fail(status.error().cause);
    Result<DataDir> folder = DataDir::open(config.data_dir);
    if (!folder) return fail(folder.error().cause);
    if (Status locked = folder->lock(); !locked) return fail(locked.error().cause);
    const Result<std::optional<FileLock>> database = lock_database(config);
    if (!database) return fail(database.error().cause);
    const bool was_there = std::filesystem::exists(config.sqlite_path);
    Result<Opened> opened = open_for_import(config, was_there);
    if (!opened) return fail(explain_store_error(config, opened.error()));

    Import import(config, std::move(*opened), input);
    if (Status status = import.run(); !status) {
        return fail(
            fmt::format("nothing was imported: {}", import.undo(status.error(), was_there)));
    }
    const ImportStream* stream = &import.stream();
    fmt::print(stderr, "chatd: {} records imported\n", stream->done().records);
    const auto uploads = stream->head().counts[Record(Upload{}).index()];
    if (stream->head().files) {
        fmt::print(stderr, "chatd: {} files imported, of {} bytes\n", stream->done().files,
                   stream->done().file_bytes);
    } else if (uploads > 0) {
        fmt::print(
            stderr,
            "chatd: the bytes of {} uploads were not in it: copy the folder of uploaded files "
            "to {}\n",
            uploads, config.blob_path);
    }
    return exit_code::ok;
}

}  // namespace chatcore::chatd

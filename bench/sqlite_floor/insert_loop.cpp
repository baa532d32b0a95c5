#include "sqlite_floor/insert_loop.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "chatcore/domain/message.h"

#include "common/net.h"
#include "common/texts.h"
#include "search_index.h"
#include "sqlite_floor/database.h"

namespace bench {
namespace {

// At 20,000 pages a checkpoint costs commits least; below 1,000 it is not worth beginning.
constexpr int checkpoint_at_pages = 20'000;

void remove_files(const std::string& file) {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end, ignored);
}

std::string insert_of(const std::vector<Column>& columns) {
    std::string names;
    std::string marks;
    for (const Column& column : columns) {
        names += (names.empty() ? "" : ",") + column.name;
        marks += marks.empty() ? "?" : ",?";
    }
    return fmt::format("INSERT INTO messages({}) VALUES({})", names, marks);
}

// Keys must look random, since they decide where in its index a row goes.
class Noise {
public:
    std::uint64_t next() noexcept {  // splitmix64
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t state_ = static_cast<std::uint64_t>(now_ns());
};

class Binder {
public:
    Binder(const InsertLoop& loop, std::vector<Column> columns)
        : loop_(loop),
          columns_(std::move(columns)),
          texts_(make_texts(texts_in_turn, loop.content_bytes)) {
        for (const std::string& text : texts_) {
            chatcore::Message message;
            message.content = text;
            // Without the words of room, sender and type, which differ from row to row.
            const std::string words = chatcore::sqlite::words_of(message);
            words_.push_back(words.substr(words.find(" y0")));
        }
    }

    /// The row's words in the search index.
    void bind_words(sqlite3_stmt* statement, std::uint64_t row) {
        index_words_ = fmt::format("w{} x{}{}", row % loop_.rooms + 1, sender_of(row),
                                   words_[row % words_.size()]);
        ::sqlite3_bind_int64(statement, 1, static_cast<std::int64_t>(row + 1));
        ::sqlite3_bind_text(statement, 2, index_words_.data(),
                            static_cast<int>(index_words_.size()), SQLITE_STATIC);
    }

    void bind(sqlite3_stmt* statement, std::uint64_t row) {
        const std::uint64_t room = row % loop_.rooms;
        const std::uint64_t turn = row / loop_.rooms;
        int at = 0;
        for (const Column& column : columns_) {
            ++at;
            const auto number = [&](std::uint64_t n) {
                ::sqlite3_bind_int64(statement, at, static_cast<std::int64_t>(n));
            };
            switch (column.filling) {
                case Filling::row_number:
                    number(row + 1);
                    break;
                case Filling::room:
                    number(room + 1);
                    break;
                case Filling::sequence:
                    number(turn + 1);
                    break;
                case Filling::sender:
                    number(sender_of(row));
                    break;
                case Filling::key:
                    bind_key(statement, at, column.blob);
                    break;
                case Filling::number:
                    number(noise_.next() >> 1);
                    break;
                case Filling::time:
                    number(1'700'000'000'000 + row);
                    break;
                case Filling::content:
                    text_of(statement, at, texts_[row % texts_.size()]);
                    break;
                case Filling::zero:
                    number(0);
                    break;
                case Filling::empty_text:
                    ::sqlite3_bind_text(statement, at, "", 0, SQLITE_STATIC);
                    break;
                case Filling::empty_blob:
                    ::sqlite3_bind_zeroblob(statement, at, 0);
                    break;
            }
        }
    }

private:
    [[nodiscard]] std::uint64_t sender_of(std::uint64_t row) const {
        return row % loop_.rooms * loop_.members + row / loop_.rooms % loop_.members + 1;
    }
    static void text_of(sqlite3_stmt* statement, int at, const std::string& text) {
        ::sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()),
                            SQLITE_STATIC);
    }
    void bind_key(sqlite3_stmt* statement, int at, bool blob) {
        key_ = {noise_.next(), noise_.next()};
        if (blob) {
            ::sqlite3_bind_blob(statement, at, key_.data(), sizeof key_, SQLITE_TRANSIENT);
        } else {
            ::sqlite3_bind_int64(statement, at, static_cast<std::int64_t>(key_[0] >> 1));
        }
    }

    const InsertLoop& loop_;
    std::vector<Column> columns_;
    std::vector<std::string> texts_;
    std::vector<std::string> words_;
    std::string index_words_;
    std::array<std::uint64_t, 2> key_{};
    Noise noise_;
};

// Checkpoints from a connection and a thread of its own. The first pass runs beside the writer, the
// second is short and holds it up, so that the log can start again.
class Checkpointer {
public:
    explicit Checkpointer(const std::string& file, Database& writer)
        : thread_([this, file](const std::stop_token& stop) { run(file, stop); }) {
        writer.run("PRAGMA wal_autocheckpoint=0");
        ::sqlite3_wal_hook(
            writer.get(),
            [](void* self, sqlite3*, const char*, int pages) {
                static_cast<Checkpointer*>(self)->pages_ = pages;
                return SQLITE_OK;
            },
            this);
    }

private:
    void run(const std::string& file, const std::stop_token& stop) {
        Database db(file);
        while (!stop.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            if (pages_ < checkpoint_at_pages) continue;
            for (const int how : {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_RESTART}) {
                ::sqlite3_wal_checkpoint_v2(db.get(), nullptr, how, nullptr, nullptr);
            }
            pages_ = 0;
        }
    }

    std::atomic<int> pages_ = 0;
    std::jthread thread_;
};

}  // namespace

InsertResult run_insert_loop(const InsertLoop& loop) {
    remove_files(loop.file);
    InsertResult result;
    {
        Database db(loop.file);
        for (const std::string& pragma : loop.pragmas) db.run("PRAGMA " + pragma);
        db.run("PRAGMA journal_mode=WAL");
        db.run("PRAGMA synchronous=" + loop.synchronous);
        apply_schema(db, loop.schema_folder);
        db.run("PRAGMA foreign_keys=OFF");
        const std::vector<Column> columns = message_columns(db);
        sqlite3_stmt* insert = db.prepare(insert_of(columns));
        sqlite3_stmt* index = db.prepare("INSERT INTO search (rowid, words) VALUES (?, ?)");
        sqlite3_stmt* begin = db.prepare("BEGIN IMMEDIATE");
        sqlite3_stmt* commit = db.prepare("COMMIT");
        const auto step = [&db](sqlite3_stmt* statement) {
            db.check(::sqlite3_step(statement), "insert");
            ::sqlite3_reset(statement);
        };
        const Checkpointer checkpointer(loop.file, db);
        Binder binder(loop, columns);
        const std::int64_t start = now_ns();
        const std::int64_t end = start + static_cast<std::int64_t>(loop.seconds * 1e9);
        while (now_ns() < end && (loop.rows_max == 0 || result.rows < loop.rows_max)) {
            step(begin);
            for (std::size_t i = 0; i < loop.batch; ++i) {
                binder.bind(insert, result.rows);
                step(insert);
                binder.bind_words(index, result.rows++);
                step(index);
            }
            step(commit);
            ++result.batches;
        }
        result.seconds = static_cast<double>(now_ns() - start) / 1e9;
        for (sqlite3_stmt* statement : {insert, index, begin, commit})
            ::sqlite3_finalize(statement);
        for (const Column& column : columns) {
            result.columns += (result.columns.empty() ? "" : ",") + column.name;
        }
    }
    remove_files(loop.file);
    return result;
}

}  // namespace bench

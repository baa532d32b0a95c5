#include "checkpointer.h"

namespace chatcore::sqlite {

namespace {

/// How much longer than the mark the log may grow while writers leave no gap.
constexpr int longest = 4;

}  // namespace

Checkpointer::Checkpointer(std::unique_ptr<Connection> connection, WriteLine& line, int log_pages)
    : connection_(std::move(connection)),
      line_(line),
      log_pages_(log_pages),
      thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    due_changed_.notify_one();
    thread_.join();
    // Whatever is left over here is taken up by the next process that opens the file.
    sqlite3_wal_checkpoint_v2(connection_->handle(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                              nullptr);
}

void Checkpointer::watch(Connection& connection) {
    sqlite3_wal_hook(
        connection.handle(),
        [](void* self, sqlite3*, const char*, int log_pages) {
            static_cast<Checkpointer*>(self)->told(log_pages);
            return SQLITE_OK;
        },
        this);
}

void Checkpointer::told(int log_pages) {
    seen_pages_.store(log_pages, std::memory_order_relaxed);
    int copied = copied_pages_.load(std::memory_order_relaxed);
    if (log_pages < copied) {  // the log has started anew
        copied = 0;
        copied_pages_.store(0, std::memory_order_relaxed);
    }
    if (log_pages - copied < log_pages_) return;
    {
        const std::scoped_lock lock(mutex_);
        if (due_) return;
        due_ = true;
    }
    due_changed_.notify_one();
}

void Checkpointer::run() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            due_changed_.wait(lock, [&] { return due_ || stopping_; });
            if (stopping_) return;
        }
        copy();
        const std::scoped_lock lock(mutex_);
        due_ = false;
    }
}

void Checkpointer::copy() {
    // Errors need no word here: what is wrong with the disk shows in the next commit too, and the
    // commit after that asks again.
    copy_what_is_there();
    // The log starts anew at the first commit that finds it copied to its end. Under steady load
    // none does, so that when it has grown long the writers are held for the short rest of it.
    if (seen_pages_.load(std::memory_order_relaxed) < longest * log_pages_) return;
    const WriteTurn turn(line_);
    copy_what_is_there();
}

void Checkpointer::copy_what_is_there() {
    int in_log = 0;
    int copied = 0;
    sqlite3_wal_checkpoint_v2(connection_->handle(), "main", SQLITE_CHECKPOINT_PASSIVE, &in_log,
                              &copied);
    copied_pages_.store(copied, std::memory_order_relaxed);
}

}  // namespace chatcore::sqlite

#pragma once
// Copies the write-ahead log into the database file, off the commit path. SQLite would do it inside
// whichever commit crosses a mark, and that commit would wait for two syncs of the whole.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "connection.h"
#include "write_turn.h"

namespace chatcore::sqlite {

/// Threads: any; has one of its own, with its own connection.
class Checkpointer {
public:
    Checkpointer(std::unique_ptr<Connection> connection, WriteLine& line, int log_pages);
    /// Copies everything and empties the log.
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// Has each commit of the connection tell how long the log is.
    void watch(Connection& connection);

private:
    void told(int log_pages);
    void run();
    void copy();
    void copy_what_is_there();

    std::unique_ptr<Connection> connection_;
    WriteLine& line_;
    const int log_pages_;
    std::mutex mutex_;
    std::condition_variable due_changed_;
    bool due_ = false;
    bool stopping_ = false;
    std::atomic<int> seen_pages_{0};
    std::atomic<int> copied_pages_{0};
    std::thread thread_;
};

}  // namespace chatcore::sqlite

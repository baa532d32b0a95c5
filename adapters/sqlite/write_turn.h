#pragma once
// Who may write next. SQLite has one writer and lets the others poll for it; within this process
// they stand in line instead, so that a sign-up does not wait for a gap in a stream of posts.

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace chatcore::sqlite {

/// Threads: any. First come, first served.
class WriteLine {
public:
    void enter();
    void leave();

private:
    std::mutex mutex_;
    std::condition_variable moved_;
    std::uint64_t next_ticket_ = 0;
    std::uint64_t serving_ = 0;
};

/// A place at the head of the line, given up when it goes.
class WriteTurn {
public:
    explicit WriteTurn(WriteLine& line) : line_(line) { line_.enter(); }
    ~WriteTurn() { line_.leave(); }
    WriteTurn(const WriteTurn&) = delete;
    WriteTurn& operator=(const WriteTurn&) = delete;

private:
    WriteLine& line_;
};

}  // namespace chatcore::sqlite

#pragma once
// How far something has come, drawn over itself in the last line of a terminal. Elsewhere nothing
// is drawn. Threads: one.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatcore::chatd {

/// `messages [#####.....]  50 %  12,345/s  0:42 left  17 MiB of files`: at most 79 columns. Of what
/// the total is not known, or nothing has come yet, no time is left.
std::string progress_line(std::string_view what, std::int64_t done, std::int64_t total,
                          std::int64_t file_bytes, std::chrono::milliseconds elapsed);

class ProgressBar {
public:
    /// On standard error, where that is a terminal.
    explicit ProgressBar(std::string_view what);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// Draws a few times a second, however often it is called.
    void show(std::int64_t done, std::int64_t total, std::int64_t file_bytes);
    /// Takes the line away.
    void clear();

private:
    using Clock = std::chrono::steady_clock;

    const std::string what_;
    const bool terminal_;
    bool drawn_ = false;
    const Clock::time_point begun_ = Clock::now();
    Clock::time_point next_ = begun_;
};

}  // namespace chatcore::chatd

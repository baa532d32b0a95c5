#include "transfer/progress_bar.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace chatcore::chatd {

namespace {

constexpr int bar_width = 24;
constexpr std::chrono::milliseconds redraw_interval{200};

std::string with_commas(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
    return digits;
}

}  // namespace

std::string progress_line(std::string_view what, std::int64_t done, std::int64_t total,
                          std::int64_t file_bytes, std::chrono::milliseconds elapsed) {
    const double share =
        total > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0)
                  : 0.0;
    const int full = static_cast<int>(share * bar_width);
    std::string line = fmt::format("{} [{:#<{}}{:.<{}}] {:3.0f} %", what, "", full, "",
                                   bar_width - full, share * 100);
    const double seconds = std::chrono::duration<double>(elapsed).count();
    if (done > 0 && seconds > 0) {
        const double rate = static_cast<double>(done) / seconds;
        line += fmt::format("  {}/s", with_commas(static_cast<std::int64_t>(rate)));
        if (total > 0) {
            const auto left = static_cast<std::int64_t>(
                static_cast<double>(std::max<std::int64_t>(total - done, 0)) / rate);
            line += fmt::format("  {}:{:02} left", left / 60, left % 60);
        }
    }
    if (file_bytes > 0) line += fmt::format("  {} MiB of files", with_commas(file_bytes >> 20));
    return line.substr(0, 79);
}

ProgressBar::ProgressBar(std::string_view what)
    : what_(what), terminal_(::isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() {
    clear();
}

void ProgressBar::show(std::int64_t done, std::int64_t total, std::int64_t file_bytes) {
    const Clock::time_point now = Clock::now();
    if (!terminal_ || now < next_) return;
    next_ = now + redraw_interval;
    drawn_ = true;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begun_);
    fmt::print(stderr, "\r{:<79}", progress_line(what_, done, total, file_bytes, elapsed));
}

void ProgressBar::clear() {
    if (!drawn_) return;
    drawn_ = false;
    fmt::print(stderr, "\r{:79}\r", "");
}

}  // namespace chatcore::chatd

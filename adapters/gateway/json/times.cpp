#include "gateway/json/times.h"

#include <chrono>

namespace chatcore::gateway {

namespace {

/// Takes a text apart from its front; what does not fit is remembered.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (i >= rest_.size() || !is_digit(rest_[i])) return fail();
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }
    /// One of the characters; which, or 0.
    char one_of(std::string_view wanted) {
        if (rest_.empty() || wanted.find(rest_.front()) == std::string_view::npos) {
            fail();
            return 0;
        }
        const char found = rest_.front();
        rest_.remove_prefix(1);
        return found;
    }
    /// After a dot: the first three digits, as milliseconds.
    int fraction() {
        if (rest_.empty() || rest_.front() != '.') return 0;
        rest_.remove_prefix(1);
        if (rest_.empty() || !is_digit(rest_.front())) return fail();
        int value = 0;
        int unit = 100;
        for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), unit /= 10)
            value += (rest_.front() - '0') * unit;
        return value;
    }
    bool complete() const { return !failed_ && rest_.empty(); }

private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    int fail() {
        failed_ = true;
        return 0;
    }

    std::string_view rest_;
    bool failed_ = false;
};

}  // namespace

std::optional<Timestamp> time_of(std::string_view text) {
    Scanner in(text);
    const std::chrono::year year{in.digits(4)};
    in.one_of("-");
    const std::chrono::month month{static_cast<unsigned>(in.digits(2))};
    in.one_of("-");
    const std::chrono::year_month_day date{year, month,
                                           std::chrono::day{static_cast<unsigned>(in.digits(2))}};
    in.one_of("Tt ");
    const int hour = in.digits(2);
    in.one_of(":");
    const int minute = in.digits(2);
    in.one_of(":");
    const int second = in.digits(2);
    const int milliseconds = in.fraction();
    const char zone = in.one_of("Zz+-");
    int offset_minutes = 0;
    bool sound = true;
    if (zone == '+' || zone == '-') {
        const int hours = in.digits(2);
        in.one_of(":");
        const int minutes = in.digits(2);
        sound = hours < 24 && minutes < 60;
        offset_minutes = (hours * 60 + minutes) * (zone == '+' ? 1 : -1);
    }
    // A leap second is the second after it.
    sound = sound && in.complete() && date.ok() && hour < 24 && minute < 60 && second <= 60;
    if (!sound) return std::nullopt;
    return Timestamp{std::chrono::sys_days{date} + std::chrono::hours{hour} +
                     std::chrono::minutes{minute - offset_minutes} + std::chrono::seconds{second} +
                     std::chrono::milliseconds{milliseconds}};
}

}  // namespace chatcore::gateway

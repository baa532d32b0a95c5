#include "chatcore/adapters/system_clock.h"

namespace chatcore {

Timestamp SystemClock::now() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::chrono::nanoseconds SystemClock::steady() const {
    return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace chatcore

#include "write_turn.h"

namespace chatcore::sqlite {

void WriteLine::enter() {
    std::unique_lock lock(mutex_);
    const std::uint64_t ticket = next_ticket_++;
    moved_.wait(lock, [&] { return serving_ == ticket; });
}

void WriteLine::leave() {
    {
        const std::scoped_lock lock(mutex_);
        ++serving_;
    }
    moved_.notify_all();
}

}  // namespace chatcore::sqlite

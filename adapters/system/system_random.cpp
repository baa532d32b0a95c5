#include "chatcore/adapters/system_random.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <sys/random.h>

namespace chatcore {

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
        if (got > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            std::perror("getrandom");
            std::abort();
        }
    }
}

}  // namespace chatcore

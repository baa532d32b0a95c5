#pragma once
// How fuzzers say what they expected, and end.

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace chatcore::test {

[[noreturn]] inline void fail(const char* what, std::string_view where) {
    std::fprintf(stderr, "expected that %s: %.*s\n", what, static_cast<int>(where.size()),
                 where.data());
    std::abort();
}

inline void require(bool holds, const char* what, std::string_view where) {
    if (!holds) fail(what, where);
}

}  // namespace chatcore::test

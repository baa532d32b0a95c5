#pragma once
// What a process costs, as the kernel tells it (proc(5)).

#include <cstdint>
#include <optional>

#include <sys/types.h>

namespace bench {

struct CpuTime {
    double user_s = 0;
    double system_s = 0;
};

/// Memory in KiB. `pss` shares pages out among those who map them; `anonymous` is what the process
/// made itself: heap, stacks, and no file.
struct Memory {
    std::uint64_t pss_kib = 0;
    std::uint64_t anonymous_kib = 0;
    std::uint64_t rss_kib = 0;
};

/// Empty where there is no such process, or it may not be looked at.
std::optional<CpuTime> cpu_of(pid_t pid);
std::optional<Memory> memory_of(pid_t pid);
/// Of the whole machine, all cores together: what was not idle, and what a hypervisor took away.
struct MachineTime {
    double busy_s = 0;
    double stolen_s = 0;
};
std::optional<MachineTime> cpu_of_machine();
/// Of this process, in microseconds' resolution.
CpuTime cpu_of_self();

}  // namespace bench

#include "common/process.h"

#include <fstream>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace bench {

std::optional<CpuTime> cpu_of(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    // The program's name, in parentheses, may hold blanks; what follows the last one is fields 3
    // and up.
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(line.substr(name_end + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user_ticks = 0;
    double system_ticks = 0;
    if (!(fields >> user_ticks >> system_ticks)) return std::nullopt;
    const auto per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    return CpuTime{user_ticks / per_second, system_ticks / per_second};
}

std::optional<Memory> memory_of(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/smaps_rollup", pid));
    Memory memory;
    bool found = false;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string name;
        std::uint64_t kib = 0;
        if (!(words >> name >> kib)) continue;
        if (name == "Rss:") memory.rss_kib = kib;
        if (name == "Pss:") memory.pss_kib = kib;
        if (name == "Anonymous:") {
            memory.anonymous_kib = kib;
            found = true;
        }
    }
    if (!found) return std::nullopt;
    return memory;
}

std::optional<MachineTime> cpu_of_machine() {
    std::ifstream file("/proc/stat");
    std::string name;
    double user = 0;
    double nice = 0;
    double system = 0;
    double idle = 0;
    double waiting = 0;
    double interrupts = 0;
    double soft_interrupts = 0;
    double stolen = 0;
    file >> name >> user >> nice >> system >> idle >> waiting >> interrupts >> soft_interrupts >>
        stolen;
    if (!file || name != "cpu") return std::nullopt;
    const auto per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const double busy = user + nice + system + interrupts + soft_interrupts;
    return MachineTime{busy / per_second, stolen / per_second};
}

CpuTime cpu_of_self() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

}  // namespace bench

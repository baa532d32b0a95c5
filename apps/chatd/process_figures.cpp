#include "process_figures.h"

#include <chrono>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace chatcore::chatd {

namespace {

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double size = 0;
    double resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// One figure of each front door.
PrometheusTelemetry::ByLabel by_door(const gateway::Server& server,
                                     std::int64_t gateway::DoorFigures::* figure) {
    PrometheusTelemetry::ByLabel all;
    for (const gateway::DoorFigures& door : server.doors())
        all.emplace_back(door.door, static_cast<double>(door.*figure));
    return all;
}

}  // namespace

void add_figures(PrometheusTelemetry& telemetry, const SpdlogLog& log, const Engine& engine,
                 const gateway::Server& server, const Health& health) {
    telemetry.add_gauge("chat_websocket_sessions", "WebSocket connections open now",
                        [&] { return static_cast<double>(server.figures().websockets); });
    telemetry.add_gauge("chat_connections", "Connections open now, HTTP and WebSocket",
                        [&] { return static_cast<double>(server.figures().connections); });
    telemetry.add_gauge("chat_connections_max", "Connections that may be open at once",
                        [&] { return static_cast<double>(server.connections_max()); });
    telemetry.add_counter("chat_connections_refused_total",
                          "Connections closed because there were too many",
                          [&] { return static_cast<double>(server.figures().refused); });
    telemetry.add_counter("chat_http_requests_total", "HTTP requests taken",
                          [&] { return static_cast<double>(server.figures().requests); });
    telemetry.add_counters("chat_door_requests_total",
                           "HTTP requests by the front door they are of", "door",
                           [&] { return by_door(server, &gateway::DoorFigures::requests); });
    telemetry.add_gauges("chat_door_sessions", "Sessions open now at each front door", "door",
                         [&] { return by_door(server, &gateway::DoorFigures::sessions); });
    telemetry.add_counters("chat_door_events_total",
                           "Events times the sessions of each front door they went to", "door",
                           [&] { return by_door(server, &gateway::DoorFigures::events); });
    telemetry.add_gauge("chat_journal_waiting", "Changes waiting for a transaction",
                        [&] { return static_cast<double>(engine.figures().journal_waiting); });
    telemetry.add_gauge("chat_disk_free_bytes", "Bytes left on the disk of the data folder",
                        [&] { return static_cast<double>(health.disk_free_bytes()); });
    telemetry.add_counter("chat_log_lines_dropped_total",
                          "Log lines forgotten because too many waited",
                          [&] { return static_cast<double>(log.lines_dropped()); });
    telemetry.add_gauge("process_resident_memory_bytes", "Resident memory of this process",
                        resident_bytes);
    telemetry.add_counter("process_cpu_seconds_total", "User and system time of this process",
                          cpu_seconds);
    const double started =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    telemetry.add_gauge("process_start_time_seconds", "When this process began to serve",
                        [started] { return started; });
}

}  // namespace chatcore::chatd

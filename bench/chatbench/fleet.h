#pragma once
// Runs a workload on one or several threads through its phases, in step: prepare, run (warm up,
// then measure), drain; and measures the server and this process meanwhile.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chatbench/door.h"
#include "chatbench/loop.h"
#include "chatbench/options.h"
#include "chatbench/sequence.h"
#include "common/histogram.h"
#include "common/json.h"
#include "common/process.h"

namespace bench {

/// When to measure, on the clock of `now_ns`. Sending ends with the measuring.
struct Window {
    std::int64_t start_ns = 0;
    std::int64_t from_ns = 0;
    std::int64_t to_ns = 0;
};

/// One thread's share of a workload. Each method is called on that thread; `delivered` is read from
/// another.
class Worker {
public:
    explicit Worker(const Options& options)
        : loop(options.target, door_named(options.door).handshake(to_string(options.target))) {}
    virtual ~Worker() = default;

    virtual void prepare() = 0;
    virtual void run(const Window& window) = 0;
    /// Reads on until all has come, or `deadline_ns`, then counts what is lost.
    virtual void drain(std::int64_t deadline_ns) = 0;

    Loop loop;
    Histogram latency;        ///< of what was received within the window
    Histogram reply_latency;  ///< of replies within the window, where the workload has any
    Histogram hello_latency;  ///< of the connections
    Faults faults;
    std::uint64_t measured = 0;  ///< deliveries within the window
    std::uint64_t sent = 0;
    std::uint64_t errors = 0;  ///< requests that were refused
    std::string first_error;
    std::uint64_t disconnected = 0;
    std::uint16_t close_code = 0;  ///< of the last one that was disconnected
    std::int64_t finished_ns = 0;  ///< when it had sent all it was to send; 0 if time ended it
    std::atomic<std::uint64_t> delivered = 0;
};

struct FleetResult {
    double seconds = 0;
    std::uint64_t measured = 0;
    std::uint64_t sent = 0;
    std::uint64_t errors = 0;
    std::string first_error;
    std::uint64_t disconnected = 0;
    std::uint16_t close_code = 0;
    Faults faults;
    Histogram latency;
    Histogram reply_latency;
    Histogram hello_latency;
    std::vector<double> per_second;  ///< deliveries in each whole second of the window
    CpuTime self;
    std::optional<CpuTime> server;
    std::optional<Memory> server_memory;
    std::optional<MachineTime> machine;
};

FleetResult run_fleet(const Options& options, std::vector<std::unique_ptr<Worker>>& workers);

/// The result's members that all workloads share, after the workload's own.
void add_result(JsonObject& json, const FleetResult& result);
JsonObject latency_json(const Histogram& histogram);
/// Writes it where the options say, or to standard output.
void write_json(const Options& options, const JsonObject& json);

}  // namespace bench

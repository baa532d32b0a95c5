#include "chatbench/fleet.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <thread>

#include <fmt/format.h>

namespace bench {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t drain_ns_max = 5 * second_ns;

CpuTime operator-(const CpuTime& a, const CpuTime& b) {
    return {a.user_s - b.user_s, a.system_s - b.system_s};
}

void sleep_until(std::int64_t when_ns) {
    const std::int64_t left = when_ns - now_ns();
    if (left > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(left));
}

std::uint64_t delivered_by(const std::vector<std::unique_ptr<Worker>>& workers) {
    std::uint64_t sum = 0;
    for (const auto& worker : workers) sum += worker->delivered.load(std::memory_order_relaxed);
    return sum;
}

// Follows the run from outside: one sample a second, a line on the terminal.
class Watch {
public:
    Watch(const Options& options, const std::vector<std::unique_ptr<Worker>>& workers)
        : options_(options), workers_(workers), tell_(!options.quiet) {}

    void follow(const Window& window, FleetResult& result) {
        sleep_until(window.from_ns);
        const CpuTime self = cpu_of_self();
        const auto server = cpu_of(options_.server_pid);
        const auto machine = cpu_of_machine();
        std::uint64_t before = delivered_by(workers_);
        const std::uint64_t at_start = before;
        for (std::int64_t at = window.from_ns + second_ns; at <= window.to_ns; at += second_ns) {
            if (!sleep_while_running(at)) break;
            const std::uint64_t now = delivered_by(workers_);
            result.per_second.push_back(static_cast<double>(now - before));
            before = now;
            if (tell_) {
                fmt::print(stderr, "\r{:3} s  {:14.0f} deliveries/s ",
                           (at - window.from_ns) / second_ns, result.per_second.back());
            }
        }
        if (tell_) fmt::print(stderr, "\r{:50}\r", "");
        sleep_while_running(window.to_ns);
        result.measured = delivered_by(workers_) - at_start;
        result.self = cpu_of_self() - self;
        const auto server_after = cpu_of(options_.server_pid);
        if (server && server_after) result.server = *server_after - *server;
        const auto machine_after = cpu_of_machine();
        if (machine && machine_after) {
            result.machine = MachineTime{machine_after->busy_s - machine->busy_s,
                                         machine_after->stolen_s - machine->stolen_s};
        }
        if (options_.server_pid != 0) result.server_memory = memory_of(options_.server_pid);
    }

    void all_done() { done_ = true; }

private:
    // False once every worker has ended early.
    bool sleep_while_running(std::int64_t until_ns) {
        while (!done_ && now_ns() < until_ns) {
            sleep_until(std::min(until_ns, now_ns() + second_ns / 20));
        }
        return !done_;
    }

    const Options& options_;
    const std::vector<std::unique_ptr<Worker>>& workers_;
    const bool tell_;
    std::atomic<bool> done_ = false;
};

void collect(const std::vector<std::unique_ptr<Worker>>& workers, FleetResult& result) {
    result.measured = 0;
    for (const auto& worker : workers) {
        result.measured += worker->measured;
        result.sent += worker->sent;
        result.errors += worker->errors;
        if (result.first_error.empty()) result.first_error = worker->first_error;
        result.disconnected += worker->disconnected;
        result.close_code = std::max(result.close_code, worker->close_code);
        result.faults.merge(worker->faults);
        result.latency.merge(worker->latency);
        result.reply_latency.merge(worker->reply_latency);
        result.hello_latency.merge(worker->hello_latency);
    }
}

}  // namespace

FleetResult run_fleet(const Options& options, std::vector<std::unique_ptr<Worker>>& workers) {
    FleetResult result;
    Window window;
    Watch watch(options, workers);
    const auto count = static_cast<std::ptrdiff_t>(workers.size());
    std::barrier prepared(count + 1);
    std::barrier told(count + 1);
    std::barrier sent(count, [&watch]() noexcept { watch.all_done(); });
    std::vector<std::jthread> threads;
    for (const auto& worker : workers) {
        threads.emplace_back([&] {
            worker->prepare();
            prepared.arrive_and_wait();
            told.arrive_and_wait();
            worker->run(window);
            sent.arrive_and_wait();
            worker->drain(now_ns() + drain_ns_max);
        });
    }
    prepared.arrive_and_wait();
    window.start_ns = now_ns();
    window.from_ns = window.start_ns + std::llround(options.warmup_s * 1e9);
    window.to_ns = window.from_ns + std::llround(options.seconds * 1e9);
    told.arrive_and_wait();
    watch.follow(window, result);
    threads.clear();
    collect(workers, result);
    std::int64_t end_ns = 0;
    for (const auto& worker : workers) {
        end_ns = std::max(end_ns, worker->finished_ns != 0 ? worker->finished_ns : window.to_ns);
    }
    result.seconds = static_cast<double>(end_ns - window.from_ns) / 1e9;
    return result;
}

JsonObject latency_json(const Histogram& histogram) {
    const auto micros = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e3; };
    JsonObject json;
    json.add("count", histogram.count())
        .add("mean", histogram.mean() / 1e3)
        .add("p50", micros(histogram.percentile(0.50)))
        .add("p90", micros(histogram.percentile(0.90)))
        .add("p95", micros(histogram.percentile(0.95)))
        .add("p99", micros(histogram.percentile(0.99)))
        .add("p999", micros(histogram.percentile(0.999)))
        .add("max", micros(histogram.max()));
    return json;
}

void add_result(JsonObject& json, const FleetResult& result) {
    json.add("seconds", result.seconds)
        .add("sent", result.sent)
        .add("lost", result.faults.lost)
        .add("doubles", result.faults.doubles)
        .add("orderErrors", result.faults.order_errors)
        .add("errors", result.errors)
        .add("disconnected", result.disconnected);
    if (result.disconnected > 0) json.add("closeCode", int{result.close_code});
    if (!result.first_error.empty()) json.add("firstError", result.first_error);
    json.add("latencyMicros", latency_json(result.latency));
    if (result.reply_latency.count() > 0) {
        json.add("replyMicros", latency_json(result.reply_latency));
    }
    json.add_array("perSecond", result.per_second);
    JsonObject self;
    self.add("userSeconds", result.self.user_s).add("systemSeconds", result.self.system_s);
    json.add("generator", self);
    if (result.server) {
        JsonObject server;
        server.add("userSeconds", result.server->user_s)
            .add("systemSeconds", result.server->system_s);
        if (result.server_memory) {
            server.add("pssKiB", result.server_memory->pss_kib)
                .add("anonymousKiB", result.server_memory->anonymous_kib);
        }
        json.add("server", server);
        if (result.machine) {
            // What others used meanwhile: where it is not near 0, the run says little.
            const double ours = result.self.user_s + result.self.system_s + result.server->user_s +
                                result.server->system_s;
            JsonObject others;
            others.add("busySeconds", std::max(0.0, result.machine->busy_s - ours))
                .add("stolenSeconds", result.machine->stolen_s);
            json.add("others", others);
        }
    }
}

void write_json(const Options& options, const JsonObject& json) {
    if (options.json_file.empty()) {
        fmt::print("{}", json.text());
        std::fflush(stdout);
        return;
    }
    std::FILE* file = std::fopen(options.json_file.c_str(), "w");
    if (file == nullptr) die(fmt::format("cannot write {}", options.json_file));
    fmt::print(file, "{}", json.text());
    if (std::fclose(file) != 0) die(fmt::format("cannot write {}", options.json_file));
}

}  // namespace bench

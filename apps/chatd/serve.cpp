#include "serve.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "chatcore/adapters/gateway.h"
#include "chatcore/adapters/outside_jwt.h"
#include "chatcore/adapters/prometheus_telemetry.h"
#include "chatcore/adapters/system_random.h"

#include "actuator.h"
#include "data_dir.h"
#include "gateway/http/exchange.h"
#include "gateway/http/router.h"
#include "health.h"
#include "key_file.h"
#include "page.h"
#include "parts.h"
#include "process_figures.h"
#include "version.h"

namespace chatcore::chatd {

namespace {

constexpr std::chrono::seconds close_time_max{15};
constexpr std::chrono::seconds stop_time_max{28};  ///< then it leaves, whatever is under way
constexpr std::chrono::seconds look_interval{2};
/// Who is told to stop by a group and by name, as timeout(1) does it, is told twice at once.
constexpr std::chrono::milliseconds same_signal_max{250};

sigset_t awaited_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    return signals;
}

/// The next signal, or 0 when the time is over.
int await_signal(std::chrono::milliseconds at_most) {
    const sigset_t signals = awaited_signals();
    const timespec time{at_most.count() / 1'000, (at_most.count() % 1'000) * 1'000'000};
    const int signal = ::sigtimedwait(&signals, nullptr, &time);
    return signal > 0 ? signal : 0;
}

int fail(std::string_view sentence) {
    fmt::print(stderr, "chatd: {}\n", sentence);
    return exit_code::failed;
}

/// A server has use for every descriptor it may have.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void add_metrics_route(gateway::Router& router, const char* path,
                       const PrometheusTelemetry& telemetry) {
    router.add_probe(path, [&telemetry](const gateway::ExchangePtr& exchange) {
        gateway::Response response;
        response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        response.body = telemetry.scrape();
        exchange->respond(std::move(response));
    });
}

gateway::ServerLimits server_limits(const Config& config) {
    gateway::ServerLimits limits;
    limits.connections_max = config.connections_max;
    limits.outbound_bytes_max = config.outbound_bytes_max;
    limits.request_body_bytes_max = config.request_body_bytes_max;
    limits.message_bytes_max = config.message_bytes_max;
    limits.address_connects_per_s = config.address_connects_per_s;
    return limits;
}

/// Everything that runs, in the order of its making.
class Node {
public:
    explicit Node(const Config& config)
        : config_(config),
          outside_keys_(config.outside.key_file()),
          log_(std::make_shared<SpdlogLog>(
              LogOptions{.level = config.log_level, .format = config.log_format})) {}

    ~Node() {
        if (telemetry_ != nullptr) telemetry_->forget_figures();
    }
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    Status start() {
        Result<DataDir> folder = DataDir::open(config_.data_dir);
        if (!folder) return unexpected(folder.error());
        folder_.emplace(std::move(*folder));
        if (Status locked = folder_->lock(); !locked) return locked;
        Result<std::optional<FileLock>> database = lock_database(config_);
        if (!database) return unexpected(database.error());
        if (*database) database_.emplace(std::move(**database));
        SystemRandom random;
        Result<std::string> secret = config_.jwt_secret.empty()
                                         ? folder_->jwt_secret(random)
                                         : Result<std::string>(config_.jwt_secret);
        if (!secret) return unexpected(secret.error());

        io_ = std::make_unique<gateway::IoThreads>(config_.io_threads);
        Result<std::unique_ptr<Engine>> engine =
            start_engine(config_, {.jwt_secret = std::move(*secret),
                                   .shards = io_->executors(),
                                   .log = log_,
                                   .serves = true,
                                   .telemetry = &telemetry_,
                                   .outside = &outside_});
        if (!engine) {
            telemetry_ = nullptr;
            outside_ = nullptr;
            return unexpected(engine.error());
        }
        engine_ = std::move(*engine);
        // Marked as read: what changes from now on is noticed.
        if (outside_ != nullptr && !outside_keys_.path().empty()) {
            if (Result<std::string> keys = outside_keys_.read(); !keys)
                return unexpected(keys.error());
        }
        health_ = std::make_unique<Health>(
            *engine_, HealthOptions{.store_kind = config_.store_in_memory ? "memory" : "sqlite",
                                    .blob_kind = config_.blobs_in_memory ? "memory" : "file",
                                    .data_dir = config_.data_dir,
                                    .journal_waiting_max = config_.limits.journal_queue_max});
        server_ = std::make_unique<gateway::Server>(*engine_, *io_, server_options());
        add_figures(*telemetry_, *log_, *engine_, *server_, *health_);
        Status listening = server_->listen();
        if (listening || !listening.error().cause.empty()) return listening;
        return unexpected(ErrorCode::unavailable, "listen",
                          fmt::format("cannot listen on {}", to_string(config_.listen)));
    }

    /// Tells where it is, and waits for the end.
    int run(const std::function<LoadedConfig()>& reload) {
        const Address address{config_.listen.host, server_->port()};
        fmt::print("chatd {} listening on http://{}\n", version, to_string(address));
        std::fflush(stdout);
        say(LogLevel::info,
            fmt::format("chatd {} listens on {} with {} I/O threads and at most {} connections",
                        version, to_string(address), config_.io_threads,
                        server_->connections_max()));
        for (;;) {
            const int signal = await_signal(look_interval);
            if (signal == SIGHUP) reread(reload());
            if (signal == SIGTERM || signal == SIGINT) return stop();
            look_at_keys(signal == SIGHUP);
            health_->look_at_disk();
        }
    }

private:
    gateway::ServerOptions server_options() {
        gateway::ServerOptions options;
        options.host = config_.listen.host;
        options.port = config_.listen.port;
        static_cast<gateway::ServerLimits&>(options) = server_limits(config_);
        options.host_key = config_.host_key;
        options.trusted_proxies = config_.trusted_proxies;
        options.doors = config_.doors;
        options.sockjs = config_.sockjs;
        options.broadcast = config_.broadcast;
        options.routes = [this](gateway::Router& router) {
            health_->add_routes(router);
            add_metrics_route(router, "/metrics", *telemetry_);
            if (config_.doors.messenger) {
                add_actuator_routes(router, *health_, *telemetry_);
                add_metrics_route(router, "/actuator/prometheus", *telemetry_);
            }
            add_page_routes(router);
        };
        return options;
    }

    void say(LogLevel level, const std::string& text) {
        log_->write({.level = level, .text = text});
    }

    void reread(const LoadedConfig& loaded) {
        if (!loaded.problems.empty()) {
            say(LogLevel::error, "the settings are kept as they are: " + loaded.problems.front());
            return;
        }
        log_->set_level(loaded.config.log_level);
        engine_->set_limits(loaded.config.limits);
        server_->set_limits(server_limits(loaded.config));
        say(LogLevel::info,
            fmt::format("settings read again; log.level and limits are in force, with at most {} "
                        "connections",
                        server_->connections_max()));
    }

    /// The file of outside tokens' keys, where it has changed, or is to be read in any case.
    void look_at_keys(bool in_any_case) {
        if (outside_ == nullptr || outside_keys_.path().empty()) return;
        if (!in_any_case && !outside_keys_.changed()) return;
        Result<std::string> text = outside_keys_.read();
        Status status = text ? outside_->set_keys(*text) : unexpected(text.error());
        if (status) {
            say(LogLevel::info, "the keys of outside tokens are read again");
        } else {
            say(LogLevel::error,
                "the keys of outside tokens are kept as they are: " + status.error().cause);
        }
    }

    /// Leaves in good order, or at once when it is told a second time or takes too long.
    int stop() {
        const auto told_at = std::chrono::steady_clock::now();
        say(LogLevel::info, "stopping");
        health_->stopping();
        std::atomic<bool> stopped = false;
        std::thread stopper([this, &stopped] {
            server_->close(close_time_max);
            telemetry_->forget_figures();
            telemetry_ = nullptr;
            server_.reset();
            engine_.reset();
            health_.reset();
            stopped = true;
        });
        const auto end = told_at + stop_time_max;
        while (!stopped) {
            const int signal = await_signal(std::chrono::milliseconds{10});
            const auto now = std::chrono::steady_clock::now();
            const bool told_again =
                (signal == SIGTERM || signal == SIGINT) && now - told_at > same_signal_max;
            if (told_again || now > end) {
                fmt::print(stderr, "chatd: {}\n",
                           told_again ? "leaving at once" : "leaving: stopping took too long");
                std::_Exit(exit_code::failed);
            }
        }
        stopper.join();
        say(LogLevel::info, "stopped");
        return exit_code::ok;
    }

    const Config& config_;
    KeyFile outside_keys_;
    std::shared_ptr<SpdlogLog> log_;  // shared with the telemetry
    std::optional<DataDir> folder_;
    std::optional<FileLock> database_;
    std::unique_ptr<gateway::IoThreads> io_;
    std::unique_ptr<Health> health_;  ///< tasks of the engine's shards may still ask it
    std::unique_ptr<Engine> engine_;
    PrometheusTelemetry* telemetry_ = nullptr;  ///< the engine's
    OutsideJwt* outside_ = nullptr;             ///< the engine's; nullptr: none are taken
    std::unique_ptr<gateway::Server> server_;
};

}  // namespace

void prepare_signals() {
    const sigset_t signals = awaited_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of its write
}

int serve(const Config& config, const std::function<LoadedConfig()>& reload) {
    raise_descriptor_limit();
    Node node(config);
    if (Status started = node.start(); !started) return fail(started.error().cause);
    return node.run(reload);
}

}  // namespace chatcore::chatd

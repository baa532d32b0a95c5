#pragma once
// Counters and durations for Prometheus, and log lines by way of an SpdlogLog.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chatcore/adapters/spdlog_log.h"
#include "chatcore/ports/telemetry.h"

namespace chatcore {

/// Counts in cells that threads do not share, as far as there are cells, and adds them up when
/// asked; so a count costs one uncontended atomic addition. Threads: any.
class PrometheusTelemetry final : public Telemetry {
public:
    /// `log` is shared with whoever has things to say before and after the Engine lives; without
    /// one nothing is logged.
    explicit PrometheusTelemetry(std::shared_ptr<SpdlogLog> log = nullptr);
    ~PrometheusTelemetry() override;

    void add(Counter counter, std::int64_t n) override;
    void observe(Stage stage, std::chrono::nanoseconds duration) override;
    void log(const LogRecord& record) override;

    /// Adds a figure that is read at each scrape, on the thread that scrapes: `read` must not
    /// block, nor scrape.
    void add_gauge(std::string name, std::string help, std::function<double()> read);
    /// The same for a figure that only rises; the name ends in `_total`.
    void add_counter(std::string name, std::string help, std::function<double()> read);
    /// Figures of one name, one for each value of a label.
    using ByLabel = std::vector<std::pair<std::string, double>>;
    /// Adds them, as above; `read` gives the label's values with their figures.
    void add_gauges(std::string name, std::string help, std::string label,
                    std::function<ByLabel()> read);
    void add_counters(std::string name, std::string help, std::string label,
                      std::function<ByLabel()> read);
    /// Takes all of these away, and returns when none is being read any more.
    void forget_figures();

    /// The text that Prometheus reads (exposition format 0.0.4).
    std::string scrape() const;

private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace chatcore

#include "chatcore/adapters/prometheus_telemetry.h"

#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "cells.h"

namespace chatcore {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct CounterName {
    const char* name;
    const char* help;
};

CounterName name_of(Counter counter) {
    switch (counter) {
        case Counter::messages_sent:
            return {"chat_messages_sent_total", "Posts accepted, before they are applied"};
        case Counter::messages_consumed:
            return {"chat_messages_consumed_total", "Posts applied, and so durable"};
        case Counter::rooms_created:
            return {"chat_rooms_created_total", "Rooms opened anew"};
        case Counter::changes_refused:
            return {"chat_changes_refused_total", "Changes answered with an error"};
        case Counter::batches_applied:
            return {"chat_batches_applied_total", "Transactions of the journal"};
        case Counter::batches_retried:
            return {"chat_batches_retried_total", "Transactions that had to be tried again"};
        case Counter::events_delivered:
            return {"chat_events_delivered_total", "Events times the connections they went to"};
        case Counter::gaps_repaired:
            return {"chat_gaps_repaired_total", "Gaps in a room's events read from the store"};
        case Counter::slow_readers_dropped:
            return {"chat_slow_readers_dropped_total", "Connections closed for reading too slowly"};
        case Counter::log_ins_failed:
            return {"chat_log_ins_failed_total", "Log-ins refused"};
        case Counter::attachments_uploaded:
            return {"chat_attachments_uploaded_total", "Files uploaded and kept"};
        case Counter::attachment_bytes_uploaded:
            return {"chat_attachment_bytes_uploaded_total", "Bytes of files uploaded and kept"};
        case Counter::attachment_bytes_read:
            return {"chat_attachment_bytes_read_total", "Bytes read of files to be given out"};
        case Counter::attachments_removed:
            return {"chat_attachments_removed_total", "Files that no message shows, cleared away"};
    }
    return {"chat_unknown_total", ""};
}

const char* name_of(Stage stage) {
    switch (stage) {
        case Stage::consume:
            return "accept";
        case Stage::commit:
            return "commit";
        case Stage::publish:
            return "publish";
        case Stage::deliver:
            return "deliver";
    }
    return "unknown";
}

ClientMetric number(MetricType type, double value) {
    ClientMetric metric;
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    return metric;
}

ClientMetric histogram(const Totals::Durations& durations) {
    ClientMetric metric;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
        below += static_cast<std::uint64_t>(durations.buckets[i]);
        const double bound = i < bucket_bounds_s.size() ? bucket_bounds_s[i]
                                                        : std::numeric_limits<double>::infinity();
        metric.histogram.bucket.push_back({below, bound});
    }
    metric.histogram.sample_count = below;
    metric.histogram.sample_sum = static_cast<double>(durations.sum_ns) / 1e9;
    return metric;
}

struct Figure {
    std::string name;
    std::string help;
    MetricType type;
    std::function<std::vector<ClientMetric>()> read;
};

Figure one(std::string name, std::string help, MetricType type, std::function<double()> read) {
    auto metrics = [type, read = std::move(read)] { return std::vector{number(type, read())}; };
    return {std::move(name), std::move(help), type, std::move(metrics)};
}

Figure by_label(std::string name, std::string help, MetricType type, std::string label,
                std::function<PrometheusTelemetry::ByLabel()> read) {
    auto metrics = [type, label = std::move(label), read = std::move(read)] {
        std::vector<ClientMetric> all;
        for (auto& [value, figure] : read()) {
            all.push_back(number(type, figure));
            all.back().label = {{label, std::move(value)}};
        }
        return all;
    };
    return {std::move(name), std::move(help), type, std::move(metrics)};
}

}  // namespace

struct PrometheusTelemetry::Body {
    std::shared_ptr<SpdlogLog> log;
    Cells cells;
    mutable std::mutex mutex;  // guards the figures, also while they are read
    std::vector<Figure> figures;

    void add(Figure figure) {
        const std::lock_guard lock(mutex);
        figures.push_back(std::move(figure));
    }
};

PrometheusTelemetry::PrometheusTelemetry(std::shared_ptr<SpdlogLog> log)
    : body_(std::make_unique<Body>()) {
    body_->log = std::move(log);
}

PrometheusTelemetry::~PrometheusTelemetry() = default;

void PrometheusTelemetry::add(Counter counter, std::int64_t n) {
    body_->cells.add(counter, n);
}

void PrometheusTelemetry::observe(Stage stage, std::chrono::nanoseconds duration) {
    body_->cells.observe(stage, duration);
}

void PrometheusTelemetry::log(const LogRecord& record) {
    if (body_->log) body_->log->write(record);
}

void PrometheusTelemetry::add_gauge(std::string name, std::string help,
                                    std::function<double()> read) {
    body_->add(one(std::move(name), std::move(help), MetricType::Gauge, std::move(read)));
}

void PrometheusTelemetry::add_counter(std::string name, std::string help,
                                      std::function<double()> read) {
    body_->add(one(std::move(name), std::move(help), MetricType::Counter, std::move(read)));
}

void PrometheusTelemetry::add_gauges(std::string name, std::string help, std::string label,
                                     std::function<ByLabel()> read) {
    body_->add(by_label(std::move(name), std::move(help), MetricType::Gauge, std::move(label),
                        std::move(read)));
}

void PrometheusTelemetry::add_counters(std::string name, std::string help, std::string label,
                                       std::function<ByLabel()> read) {
    body_->add(by_label(std::move(name), std::move(help), MetricType::Counter, std::move(label),
                        std::move(read)));
}

void PrometheusTelemetry::forget_figures() {
    const std::lock_guard lock(body_->mutex);
    body_->figures.clear();
}

std::string PrometheusTelemetry::scrape() const {
    const Totals totals = body_->cells.totals();
    std::vector<MetricFamily> families;
    for (int i = 0; i < counter_count; ++i) {
        const CounterName names = name_of(static_cast<Counter>(i));
        const auto total = static_cast<double>(totals.counters[static_cast<std::size_t>(i)]);
        families.push_back(
            {names.name, names.help, MetricType::Counter, {number(MetricType::Counter, total)}});
    }
    families.push_back({"chat_message_consume_duration",
                        "Seconds from a change's acceptance until it was applied",
                        MetricType::Histogram,
                        {histogram(totals.stages[static_cast<std::size_t>(Stage::consume)])}});
    MetricFamily stages{"chat_stage_duration_seconds",
                        "Seconds that a change, or a batch of them, spends in a stage",
                        MetricType::Histogram,
                        {}};
    for (int i = 0; i < stage_count; ++i) {
        ClientMetric metric = histogram(totals.stages[static_cast<std::size_t>(i)]);
        metric.label = {{"stage", name_of(static_cast<Stage>(i))}};
        stages.metric.push_back(std::move(metric));
    }
    families.push_back(std::move(stages));
    {
        const std::lock_guard lock(body_->mutex);
        for (const Figure& figure : body_->figures) {
            families.push_back({figure.name, figure.help, figure.type, figure.read()});
        }
    }
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace chatcore

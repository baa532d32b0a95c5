#include "chatcore/adapters/spdlog_log.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <unistd.h>

#include "log_text.h"

namespace chatcore {

namespace {

constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %n: %v";
constexpr const char* json_pattern =
    R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","logger":"%n",%v})";

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) {
    if (name == "debug") return LogLevel::debug;
    if (name == "info") return LogLevel::info;
    if (name == "warning") return LogLevel::warning;
    if (name == "error") return LogLevel::error;
    return std::nullopt;
}

struct SpdlogLog::Body {
    bool json;
    // Shared, because spdlog's loggers and its pool hold on to each other while lines wait.
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> ordinary;
    std::shared_ptr<spdlog::async_logger> security;

    explicit Body(const LogOptions& options)
        : json(options.format == LogFormat::json ||
               (options.format == LogFormat::automatic && isatty(STDERR_FILENO) == 0)),
          pool(std::make_shared<spdlog::details::thread_pool>(options.waiting_lines_max, 1)) {
        auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
        const auto make = [&](const char* name) {
            auto logger = std::make_shared<spdlog::async_logger>(
                name, sink, pool, spdlog::async_overflow_policy::overrun_oldest);
            logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
                json ? json_pattern : text_pattern, spdlog::pattern_time_type::utc));
            logger->flush_on(spdlog::level::debug);  // whoever reads along sees each line at once
            return logger;
        };
        ordinary = make("chatd");
        security = make("chatd.security");
        set_level(options.level);
    }

    void set_level(LogLevel level) const {
        ordinary->set_level(level_of(level));
        security->set_level(level_of(level == LogLevel::debug ? level : LogLevel::info));
    }
};

SpdlogLog::SpdlogLog(LogOptions options) : body_(std::make_unique<Body>(options)) {}

SpdlogLog::~SpdlogLog() {
    // The pool first: its destructor waits for its thread, which writes what waits, and after it
    // nobody uses the loggers any more.
    body_->pool.reset();
}

void SpdlogLog::write(const LogRecord& record) {
    spdlog::async_logger& logger = record.security ? *body_->security : *body_->ordinary;
    const spdlog::level::level_enum level = level_of(record.level);
    if (!logger.should_log(level)) return;
    logger.log(level, spdlog::string_view_t(body_->json ? log_json(record) : log_line(record)));
}

void SpdlogLog::set_level(LogLevel level) {
    body_->set_level(level);
}

std::size_t SpdlogLog::lines_dropped() const {
    return body_->pool->overrun_counter();
}

}  // namespace chatcore

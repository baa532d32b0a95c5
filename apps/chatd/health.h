#pragma once
// /health, /health/live and /health/ready, and /actuator/health.

#include <atomic>
#include <cstdint>
#include <string>

#include "chatcore/engine.h"

#include "joined_question.h"

namespace chatcore::gateway {
class Router;
}

namespace chatcore::chatd {

struct HealthOptions {
    std::string store_kind;  ///< `sqlite`, `memory`
    std::string blob_kind;   ///< `file`, `memory`
    std::string data_dir;    ///< whose disk is watched
    std::size_t journal_waiting_max = 65'536;
};

/// What is known of the node's parts. Threads: any; `engine` outlives it, and it outlives the
/// routes.
class Health {
public:
    Health(Engine& engine, HealthOptions options);

    void add_routes(gateway::Router& router);
    /// /actuator/health: the same in Spring Boot's words, of the parts that it has names for.
    void add_actuator_route(gateway::Router& router);
    /// Looks how much of the disk is left. To be called now and again, on a thread that may wait.
    void look_at_disk();
    /// From now on the node is not ready, though it lives.
    void stopping() { stopping_ = true; }
    std::int64_t disk_free_bytes() const { return disk_free_; }

private:
    /// Which answer is asked for.
    enum class Form : std::uint8_t { full, ready, actuator };
    struct Check;
    struct Standing;

    void add_route(gateway::Router& router, const char* path, Form form);
    void check(const std::shared_ptr<Check>& check);
    Standing standing_of(const Check& check) const;
    std::string report(const Check& check, const Standing& standing) const;
    std::string actuator_report(const Standing& standing) const;

    Engine& engine_;
    const HealthOptions options_;
    JoinedQuestion store_question_;
    JoinedQuestion blobs_question_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::int64_t> disk_free_ = -1;
    std::atomic<std::int64_t> disk_total_ = -1;
};

}  // namespace chatcore::chatd

#pragma once
// /actuator: health, the program and the names of its figures, as the messenger's operation knows
// them from Spring Boot. The figures themselves are those of /metrics.

#include <string>
#include <string_view>

#include "chatcore/adapters/prometheus_telemetry.h"

namespace chatcore::gateway {
class Router;
}

namespace chatcore::chatd {

class Health;

/// Both outlive the router.
void add_actuator_routes(gateway::Router& router, Health& health,
                         const PrometheusTelemetry& telemetry);

/// The names of the figures in a scrape, in their order: `{"names":[…]}`.
std::string metric_names(std::string_view scrape);

}  // namespace chatcore::chatd

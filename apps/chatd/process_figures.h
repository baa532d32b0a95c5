#pragma once
// Figures of this process and its server, for /metrics.

#include "chatcore/adapters/gateway.h"
#include "chatcore/adapters/prometheus_telemetry.h"
#include "chatcore/engine.h"

#include "health.h"

namespace chatcore::chatd {

/// All of these outlive the figures: see PrometheusTelemetry::forget_figures.
void add_figures(PrometheusTelemetry& telemetry, const SpdlogLog& log, const Engine& engine,
                 const gateway::Server& server, const Health& health);

}  // namespace chatcore::chatd

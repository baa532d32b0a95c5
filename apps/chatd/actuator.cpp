#include "actuator.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "gateway/http/exchange.h"
#include "gateway/http/router.h"
#include "gateway/json/writer.h"
#include "health.h"
#include "version.h"

namespace chatcore::chatd {

std::string metric_names(std::string_view scrape) {
    constexpr std::string_view mark = "# TYPE ";
    std::string body;
    gateway::JsonWriter out(body);
    out.begin_object().key("names").begin_array();
    while (!scrape.empty()) {
        const std::size_t end = std::min(scrape.find('\n'), scrape.size());
        std::string_view line = scrape.substr(0, end);
        scrape.remove_prefix(std::min(end + 1, scrape.size()));
        if (!line.starts_with(mark)) continue;
        line.remove_prefix(mark.size());
        out.value(line.substr(0, line.find(' ')));
    }
    out.end_array().end_object();
    return body;
}

void add_actuator_routes(gateway::Router& router, Health& health,
                         const PrometheusTelemetry& telemetry) {
    health.add_actuator_route(router);
    router.add("GET", "/actuator/info", gateway::Login::none,
               [](const gateway::ExchangePtr& exchange) {
                   exchange->respond_json(
                       200, fmt::format(R"({{"app":{{"name":"chatd","version":"{}"}}}})", version));
               });
    router.add_probe("/actuator/metrics", [&telemetry](const gateway::ExchangePtr& exchange) {
        exchange->respond_json(200, metric_names(telemetry.scrape()));
    });
}

}  // namespace chatcore::chatd

#include "gateway/doors/v1/openapi.h"

#include "gateway/doors/v1/answer.h"

namespace chatcore::gateway::v1 {

const std::string& openapi_document() {
    static const std::string document = [] {
        std::string whole;
        for (const std::string_view part : openapi_parts()) whole += part;
        return whole;
    }();
    return document;
}

void add_openapi_route(Router& router) {
    router.add("GET", "/openapi.json", Login::none,
               [](const ExchangePtr& exchange) { respond_tagged(*exchange, openapi_document()); });
}

}  // namespace chatcore::gateway::v1

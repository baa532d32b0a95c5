#include "gateway/doors/v1/openapi.h"

#include "gateway/doors/v1/answer.h"

namespace chatcore::gateway::v1 {

namespace {

/// Whether a part is the file of the front door of consultations: it has all of that door's
/// addresses, begins with one, and is not the first file of addresses.
bool is_of_consultations(std::string_view part) {
    const std::string_view beginning = part.substr(0, part.find(':'));
    return beginning.starts_with(',') && beginning.find("\"/api/consultations") != part.npos;
}

std::string put_together(OtherDoors doors) {
    std::string whole;
    for (const std::string_view part : openapi_parts()) {
        if (doors == OtherDoors::none && is_of_consultations(part)) continue;
        whole += part;
    }
    return whole;
}

}  // namespace

const std::string& openapi_document(OtherDoors doors) {
    static const std::string document = put_together(OtherDoors::consultation);
    if (doors == OtherDoors::consultation) return document;
    static const std::string without = put_together(OtherDoors::none);
    return without;
}

void add_openapi_route(Router& router, OtherDoors doors) {
    router.add("GET", "/openapi.json", Login::none, [doors](const ExchangePtr& exchange) {
        respond_tagged(*exchange, openapi_document(doors));
    });
}

}  // namespace chatcore::gateway::v1

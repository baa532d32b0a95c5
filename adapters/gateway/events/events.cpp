#include "gateway/events/events.h"

#include <charconv>

#include "gateway/events/session.h"
#include "gateway/json/times.h"

namespace chatcore::gateway {

namespace {

/// An id that was given out with an event: a time in milliseconds. One that is none, of whatever
/// was here before, is of long ago: a browser that was refused for it would never come back.
Timestamp time_of_id(std::string_view id) {
    std::int64_t number = 0;
    const char* const end = id.data() + id.size();
    const auto [stop, error] = std::from_chars(id.data(), end, number);
    const bool sound = error == std::errc{} && stop == end && number >= 0 && number <= id_max;
    return Timestamp{std::chrono::milliseconds{sound ? number : 0}};
}

/// What the client has been told last; nullopt where it comes for the first time.
std::optional<Timestamp> last_told(const Request& request) {
    const std::string_view header = request.header("Last-Event-ID").value_or("");
    const std::string id =
        header.empty() ? request.query("lastEventId").value_or("") : std::string(header);
    return id.empty() ? std::nullopt : std::optional(time_of_id(id));
}

}  // namespace

void add_event_routes(Router& router, ServerShared& shared) {
    router.add("GET", "/api/v1/events", Login::required_or_in_query,
               [&shared](const ExchangePtr& exchange) {
                   const auto since = last_told(exchange->request);
                   const auto stream = EventStream::of(shared, exchange);
                   if (!stream) return;
                   auto session = std::make_unique<EventSession>(shared, *stream, since);
                   EventSession& opened = *session;
                   stream->open(std::move(session));
                   opened.start();
               });
}

}  // namespace chatcore::gateway

#include <algorithm>

#include "gateway/doors/consultation/groups.h"
#include "gateway/doors/consultation/shapes.h"
#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/input.h"
#include "gateway/json/names.h"
#include "gateway/json/times.h"

namespace chatcore::gateway::consultation {

namespace {

using v1::Body;
using v1::Input;

Completion<ConsultationView> answer(Engine& engine, const ExchangePtr& exchange) {
    return v1::answer_by<ConsultationView>(
        exchange, [&engine](JsonWriter& out, const ConsultationView& view) {
            write_consultation(out, engine.consultations(), view);
        });
}

/// The body's `scheduledAt`: as this door writes times, or in RFC 3339; an empty text is absent.
std::optional<Timestamp> scheduled_at(Engine& engine, Input& in) {
    const auto text = in.body().text("scheduledAt");
    if (!text || text->empty()) return std::nullopt;
    std::optional<Timestamp> at = engine.consultations().from_local_text(*text);
    if (!at) at = time_of(*text);
    if (!at) in.wrong("scheduledAt");
    return at;
}

void request(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::required);
    ConsultationRequest asked;
    asked.recipient_code = std::string(in.body().required_text("recipientUserCode"));
    asked.title = std::string(in.body().text("title").value_or(""));
    asked.scheduled_at = scheduled_at(engine, in);
    asked.key = in.body().client_key("clientKey");
    if (in.refused()) return;
    engine.consultations().request(exchange->caller, std::move(asked), answer(engine, exchange));
}

/// `{requestIdx}`, and what is done with it.
template <class Step>
Handler step(Engine& engine, Step what) {
    return [&engine, what](const ExchangePtr& exchange) {
        Input in(*exchange, Body::required);
        const auto room = in.body().required_id<RoomId>("requestIdx");
        const auto at = scheduled_at(engine, in);
        if (in.refused()) return;
        what(engine, exchange, room, at);
    };
}

using When = std::optional<Timestamp>;

void approve(Engine& engine, const ExchangePtr& exchange, RoomId room, When at) {
    engine.consultations().approve(exchange->caller, room, at, answer(engine, exchange));
}
void reject(Engine& engine, const ExchangePtr& exchange, RoomId room, When) {
    engine.consultations().reject(exchange->caller, room, answer(engine, exchange));
}
void cancel(Engine& engine, const ExchangePtr& exchange, RoomId room, When) {
    engine.consultations().cancel(exchange->caller, room, answer(engine, exchange));
}
void end(Engine& engine, const ExchangePtr& exchange, RoomId room, When) {
    engine.consultations().end(exchange->caller, room, answer(engine, exchange));
}
/// Only consultations are read here, whatever else the number may name.
void read(Engine& engine, const ExchangePtr& exchange, RoomId room, When) {
    engine.consultations().find(
        exchange->caller, room, [&engine, exchange, room](const Result<ConsultationView>& found) {
            if (!found) return exchange->respond_error(found.error());
            engine.receipts().read(
                exchange->caller, room, std::nullopt,
                [&engine, exchange, view = *found](const Result<Member>& marked) {
                    if (!marked) return exchange->respond_error(marked.error());
                    answer(engine, exchange)(view);
                });
        });
}

void list(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    ConsultationQuery query;
    query.limit = in.limit();
    query.before = in.cursor<RoomId>().value_or(RoomId{});
    if (const auto status = in.query_text("status"); status && !status->empty()) {
        query.state = consultation_state_of(*status);
        if (!query.state) in.wrong("status");
    }
    if (in.refused()) return;
    engine.consultations().list(
        exchange->caller, query,
        v1::answer_by<Page<ConsultationView>>(
            exchange, [&engine](JsonWriter& out, const Page<ConsultationView>& page) {
                v1::write_page(out, page, [&](JsonWriter& each, const ConsultationView& view) {
                    write_consultation(each, engine.consultations(), view);
                });
            }));
}

void find(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "requestIdx");
    if (in.refused()) return;
    engine.consultations().find(exchange->caller, room, answer(engine, exchange));
}

}  // namespace

void add_consultation_routes(Router& router, Engine& engine) {
    const auto add = [&](const char* method, const char* pattern, Handler handler) {
        router.add(method, pattern, Login::required, std::move(handler));
    };
    add("POST", "/api/consultations/request",
        [&engine](const ExchangePtr& exchange) { request(engine, exchange); });
    add("POST", "/api/consultations/approve", step(engine, approve));
    add("POST", "/api/consultations/reject", step(engine, reject));
    add("POST", "/api/consultations/cancel", step(engine, cancel));
    add("POST", "/api/consultations/end", step(engine, end));
    add("POST", "/api/consultations/read", step(engine, read));
    add("GET", "/api/consultations",
        [&engine](const ExchangePtr& exchange) { list(engine, exchange); });
    router.add("GET", "/api/consultations/{requestIdx}", Login::person_or_host,
               [&engine](const ExchangePtr& exchange) { find(engine, exchange); });
}

}  // namespace chatcore::gateway::consultation

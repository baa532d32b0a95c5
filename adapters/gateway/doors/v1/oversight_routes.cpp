// Reports, and what those who run the place look at.

#include <chrono>

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"
#include "gateway/json/oversight_shapes.h"

namespace chatcore::gateway::v1 {

namespace {

/// One of `messageId`, `userId` and `roomId`; a room beside one of the others says where.
ReportRequest report_request(Input& in) {
    Fields& body = in.body();
    ReportRequest request;
    const auto message = body.id<MessageId>("messageId");
    const auto user = body.id<UserId>("userId");
    request.room = body.id<RoomId>("roomId");
    if (message && user) in.wrong("userId");
    if (message) {
        request.target = {ReportKind::message, message->value};
    } else if (user) {
        request.target = {ReportKind::user, user->value};
    } else if (request.room) {
        request.target = {ReportKind::room, request.room->value};
    } else {
        in.wrong("messageId");
    }
    request.reason = std::string(body.required_text("reason"));
    request.comment = std::string(body.text("comment").value_or(""));
    return request;
}

std::optional<ReportTarget> target_asked(Input& in) {
    if (const auto message = in.query_id<MessageId>("messageId"))
        return ReportTarget{ReportKind::message, message->value};
    if (const auto user = in.query_id<UserId>("userId"))
        return ReportTarget{ReportKind::user, user->value};
    if (const auto room = in.query_id<RoomId>("roomId"))
        return ReportTarget{ReportKind::room, room->value};
    return std::nullopt;
}

/// What does not change while the server runs.
struct Since {
    Timestamp at;
    std::chrono::nanoseconds steady;
};

void answer_stats(Engine& engine, const LiveFigures& live, const Since& since,
                  const ExchangePtr& exchange) {
    engine.oversight().totals(
        exchange->caller,
        answer_by<Totals>(exchange, [&engine, live, since](JsonWriter& out, const Totals& totals) {
            const Server::Figures figures = live ? live() : Server::Figures{};
            const auto up = engine.clock().steady() - since.steady;
            out.begin_object()
                .member("people", totals.people)
                .member("rooms", totals.rooms)
                .member("messages", totals.messages)
                .member("reports", totals.reports)
                .member("connections", figures.connections)
                .member("webSockets", figures.websockets)
                .member("requests", figures.requests)
                .member("journalWaiting",
                        static_cast<std::int64_t>(engine.figures().journal_waiting))
                .member("startedAt", since.at)
                .member("uptimeSeconds",
                        std::int64_t{std::chrono::floor<std::chrono::seconds>(up).count()})
                .end_object();
        }));
}

}  // namespace

void add_oversight_routes(Router& router, Engine& engine, LiveFigures live) {
    // 201 for a new one, 200 for the one that this person had handed in of the same.
    router.add("POST", "/api/v1/reports", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange, Body::required);
        ReportRequest request = report_request(in);
        if (in.refused()) return;
        engine.oversight().report(
            exchange->caller, std::move(request), [exchange](Result<Filed> filed) {
                if (!filed) return exchange->respond_error(filed.error());
                const int status = filed->created ? 201 : 200;
                answer_by<Report>(exchange, write_report, status)(std::move(filed->report));
            });
    });

    router.add("GET", "/api/v1/admin/reports", Login::admin, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const auto before = in.cursor<ReportId>().value_or(ReportId{});
        const int limit = in.limit();
        const auto about = target_asked(in);
        if (in.refused()) return;
        engine.oversight().reports(
            exchange->caller, before, limit, about,
            answer_by<Page<Report>>(exchange, [](JsonWriter& out, const Page<Report>& page) {
                write_page(out, page, write_report);
            }));
    });

    const Since since{engine.clock().now(), engine.clock().steady()};
    router.add("GET", "/api/v1/admin/stats", Login::admin,
               [&engine, live = std::move(live), since](const ExchangePtr& exchange) {
                   answer_stats(engine, live, since, exchange);
               });
}

}  // namespace chatcore::gateway::v1

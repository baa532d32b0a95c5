#include <memory>
#include <utility>
#include <vector>

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::v1 {

namespace {

/// Gathers a person's unread rooms from the pages of their room list, one page at a time.
class UnreadTotals : public std::enable_shared_from_this<UnreadTotals> {
public:
    UnreadTotals(Engine& engine, ExchangePtr exchange)
        : engine_(engine), exchange_(std::move(exchange)) {
        query_.limit = 100;
        query_.unread_only = true;
    }

    void ask() {
        engine_.rooms().list(
            exchange_->caller, query_,
            [self = shared_from_this()](Result<Page<RoomView>> page) { self->heard(page); });
    }

private:
    /// 10,000 unread rooms, which is more than anybody will look through.
    static constexpr int pages_max = 100;

    void heard(const Result<Page<RoomView>>& page) {
        if (!page) return exchange_->respond_error(page.error());
        for (const RoomView& room : page->items)
            rooms_.emplace_back(room.room.id, room.unread_count);
        if (page->has_more() && ++pages_ < pages_max) {
            query_.cursor = page->next_cursor;
            ask();
            return;
        }
        answer();
    }

    void answer() {
        std::int64_t total = 0;
        for (const auto& [room, unread] : rooms_) total += unread;
        std::string body;
        JsonWriter out(body);
        out.begin_object().member("total", total).key("rooms").begin_array();
        for (const auto& [room, unread] : rooms_) {
            out.begin_object().member("roomId", room).member("unreadCount", unread).end_object();
        }
        out.end_array().end_object();
        exchange_->respond_json(200, std::move(body));
    }

    Engine& engine_;
    ExchangePtr exchange_;
    RoomListQuery query_;
    std::vector<std::pair<RoomId, std::int64_t>> rooms_;
    int pages_ = 0;
};

/// The fields may be query parameters as well, among them `userId`, which can only be the caller,
/// and `requestId`, which is the client's own.
void mark_read(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange, Body::optional);
    const auto room = in.id<RoomId>("roomId");
    const auto message = in.id<MessageId>("messageId");
    const auto user = in.id<UserId>("userId");
    if (!room) in.wrong("roomId");
    if (in.refused()) return;
    if (user && *user != exchange->caller.user) {
        exchange->respond_error(Error{ErrorCode::forbidden, "userId"});
        return;
    }
    std::optional<Position> up_to;
    if (message) up_to = position_of(*message);
    engine.receipts().read(exchange->caller, *room, up_to, answer<Member>(exchange));
}

}  // namespace

void add_receipt_routes(Router& router, Engine& engine) {
    router.add("POST", "/api/v1/messages/mark-read", Login::required,
               [&engine](const ExchangePtr& exchange) { mark_read(engine, exchange); });

    router.add("GET", "/api/v1/unread", Login::required, [&engine](ExchangePtr exchange) {
        std::make_shared<UnreadTotals>(engine, std::move(exchange))->ask();
    });
}

}  // namespace chatcore::gateway::v1

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"
#include "gateway/http/chars.h"

namespace chatcore::gateway::v1 {

namespace {

/// Which requests are listed: those that the caller was sent, unless `direction=out`.
SocialStore::Direction direction_of(Input& in) {
    const std::string name = in.query_text("direction").value_or("in");
    if (equal_ignoring_case(name, "out")) return SocialStore::Direction::out;
    if (!equal_ignoring_case(name, "in")) in.wrong("direction");
    return SocialStore::Direction::in;
}

void answer_request(Engine& engine, const ExchangePtr& exchange, bool accept) {
    Input in(*exchange);
    const auto request = in.path_id<FriendRequestId>(0, "id");
    if (in.refused()) return;
    engine.social().answer(exchange->caller, request, accept, answer<FriendRequest>(exchange));
}

void block(Engine& engine, const ExchangePtr& exchange, std::string_view field) {
    Input in(*exchange, Body::required);
    const auto user = in.body().required_id<UserId>(field);
    if (in.refused()) return;
    engine.social().block(exchange->caller, user, true, answer<Bond>(exchange));
}

void add_friend_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/users/friends", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const UserId after = in.cursor<UserId>().value_or(UserId{});
        const int limit = in.limit();
        if (in.refused()) return;
        engine.social().friends(exchange->caller, after, limit, answer<Page<Friend>>(exchange));
    });

    router.add("DELETE", "/api/v1/users/friends/{id}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto user = in.path_id<UserId>(0, "id");
                   if (in.refused()) return;
                   engine.social().remove_friend(exchange->caller, user, answer<Bond>(exchange));
               });

    router.add("GET", "/api/v1/users/recommendations", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const Position skip = in.query_position("skip").value_or(Position{});
                   if (skip.value > RecommendationQuery::skip_max) in.wrong("skip");
                   const int limit = in.limit();
                   if (in.refused()) return;
                   using People = std::vector<Recommendation>;
                   engine.social().recommendations(
                       exchange->caller, static_cast<int>(skip.value), limit,
                       answer_by<People>(exchange, [](JsonWriter& out, const People& people) {
                           out.begin_object().key("items").begin_array();
                           for (const Recommendation& one : people) write_recommendation(out, one);
                           out.end_array().end_object();
                       }));
               });
}

void add_request_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/users/friends/requests", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const SocialStore::Direction direction = direction_of(in);
                   const auto before = in.cursor<FriendRequestId>().value_or(FriendRequestId{});
                   const int limit = in.limit();
                   if (in.refused()) return;
                   engine.social().requests(exchange->caller, direction, before, limit,
                                            answer<Page<FriendRequest>>(exchange));
               });

    // 201 also where the other had asked already, and they are friends now: `status` tells.
    router.add(
        "POST", "/api/v1/users/friends/requests", Login::required, [&engine](ExchangePtr exchange) {
            Input in(*exchange, Body::required);
            const auto user = in.body().required_id<UserId>("userId");
            if (in.refused()) return;
            engine.social().request(exchange->caller, user, answer<FriendRequest>(exchange, 201));
        });

    router.add("POST", "/api/v1/users/friends/requests/{id}/accept", Login::required,
               [&engine](const ExchangePtr& exchange) { answer_request(engine, exchange, true); });
    router.add("POST", "/api/v1/users/friends/requests/{id}/reject", Login::required,
               [&engine](const ExchangePtr& exchange) { answer_request(engine, exchange, false); });
}

void add_block_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/v1/users/blocks", Login::required, [&engine](ExchangePtr exchange) {
        Input in(*exchange);
        const UserId after = in.cursor<UserId>().value_or(UserId{});
        const int limit = in.limit();
        if (in.refused()) return;
        engine.social().blocks(exchange->caller, after, limit, answer<Page<Block>>(exchange));
    });

    router.add("POST", "/api/v1/users/blocks", Login::required,
               [&engine](const ExchangePtr& exchange) { block(engine, exchange, "userId"); });
    router.add("POST", "/api/v1/users/block", Login::required,
               [&engine](const ExchangePtr& exchange) { block(engine, exchange, "targetUserId"); });

    router.add("DELETE", "/api/v1/users/blocks/{id}", Login::required,
               [&engine](ExchangePtr exchange) {
                   Input in(*exchange);
                   const auto user = in.path_id<UserId>(0, "id");
                   if (in.refused()) return;
                   engine.social().block(exchange->caller, user, false, answer<Bond>(exchange));
               });
}

}  // namespace

void add_social_routes(Router& router, Engine& engine) {
    add_friend_routes(router, engine);
    add_request_routes(router, engine);
    add_block_routes(router, engine);
}

}  // namespace chatcore::gateway::v1

#pragma once
// Lets requests in: finds the route, and who asks. A person shows an access token; the host
// application's own server shows the host key in `X-Chatd-Key`, may then do what an admin may, and
// acts as a person whose id it gives in `X-Chatd-User`, with that person's rights and no more.
// Threads: the connection's shard.

#include <string>

#include "chatcore/engine.h"

#include "gateway/http/exchange.h"
#include "gateway/http/router.h"

namespace chatcore::gateway {

class Admission {
public:
    /// `host_key`: empty lets no host in. `legacy`: nullptr, or the form in which what is under
    /// /api/v1 is answered to who does not ask for the canonical one (`X-Chatd-Form: canonical`).
    /// All that is referred to outlives this.
    Admission(Engine& engine, const Router& router, std::string host_key,
              const LegacyForm* legacy = nullptr)
        : engine_(engine), router_(router), host_key_(std::move(host_key)), legacy_(legacy) {}

    /// Prepares an exchange whose request is refused before it gets to dispatch(), which does this
    /// too: chooses the form of the answer, and lets pages read it (CORS). An empty request is one
    /// whose head could not be read.
    void prepare(Exchange& exchange) const;

    /// Whether the request is served on a connection above the limit, too: probes, and what
    /// browsers ask before a page's request, which may then be told that there is no room.
    bool serves_when_full(const Request& request) const;

    /// Hands the exchange to its route's handler, or answers why not: 404 or 405 for the route, 401
    /// for who asks, 403 for what an admin only may do. Answers what browsers ask before a page's
    /// request, where no route does. Returns the door that the route is of.
    Door dispatch(ExchangePtr exchange) const;

private:
    void choose_form(Exchange& exchange) const;
    void refuse_route(Exchange& exchange, const Router::Match& match) const;
    void let_person_in(ExchangePtr exchange, Login login, const Handler& handler) const;
    void let_host_in(ExchangePtr exchange, Login login, const Handler& handler) const;

    Engine& engine_;
    const Router& router_;
    const std::string host_key_;
    const LegacyForm* legacy_;
};

}  // namespace chatcore::gateway

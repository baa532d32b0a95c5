#pragma once
// Which handler serves which path. Filled once at start, read by all shards afterwards.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/exchange.h"
#include "gateway/link/door_figures.h"

namespace chatcore::gateway {

/// Called on the connection's shard; must not block.
using Handler = std::function<void(ExchangePtr)>;

/// Whether a route wants to know who asks: nobody in particular; the host, if it is the one;
/// a person; a person whose token may stand in the address as well, for what browsers fetch by
/// themselves; a person whose token may also be all of what `Basic` encodes, or stand in the body's
/// `auth`, as Serverpod's clients give it; a person who sells, or an admin; a person, or the host
/// for itself; an admin or the host.
enum class Login : std::uint8_t {
    none,
    host,
    required,
    required_or_in_query,
    required_in_any_form,
    seller,
    person_or_host,
    admin
};

/// Whose pages may read a route's answers: this server's own, or anybody's (CORS). The latter is
/// for what needs a token in each request, and no cookie.
enum class Pages : std::uint8_t { own, any };

/// What becomes of a request's body: it is read whole before the handler is called, or the handler
/// is called before it and takes it in pieces (Exchange::take_body), or refuses it.
enum class BodyRule : std::uint8_t { gathered, streamed };

class Router {
public:
    /// Whose the routes are that are added from now on; at first none's.
    void begin(Door door) { door_ = door; }

    /// `pattern`: segments, of which `{name}` matches any one, and a last `{rest…}` spelled `{*}`
    /// all that follow. Literal segments win over captures. Adding the same method and pattern
    /// twice is a programming error.
    void add(std::string_view method, std::string_view pattern, Login login, Handler handler,
             BodyRule body = BodyRule::gathered, Pages pages = Pages::own);

    struct Match {
        const Handler* handler = nullptr;
        Login login = Login::none;
        BodyRule body = BodyRule::gathered;
        Pages pages = Pages::own;
        Door door = Door::none;
        std::vector<std::string> captures;
        std::string allowed;  ///< for 405: the methods that this path has, for the `Allow` header
    };
    /// HEAD is served by GET. Without a handler: 404 where `allowed` is empty, else 405.
    Match find(std::string_view method, std::string_view path) const;

    /// Whether there is any route for the path.
    bool serves(std::string_view path) const;

    /// For documents: every route as (method, pattern), in the order added.
    std::vector<std::pair<std::string, std::string>> routes() const;

private:
    struct Route {
        std::string method;
        std::string pattern;
        std::vector<std::string> segments;
        Login login;
        Handler handler;
        BodyRule body;
        Pages pages;
        Door door;
    };
    std::vector<Route> routes_;
    Door door_ = Door::none;
};

}  // namespace chatcore::gateway
